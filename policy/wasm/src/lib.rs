//! Baton's policy for JavaScript. The rules are `baton-policy`'s; here they only change language: JSON text in, JSON
//! text out. `policy/wasm/package/index.js` puts an interface for people around it.

use baton_policy::json;
use baton_policy::locales::Language;
use baton_policy::request::Request;
use baton_policy::snapshot::SnapshotError;
use serde::Serialize;
use wasm_bindgen::prelude::wasm_bindgen;

/// What is wrong, as JavaScript gets it.
#[derive(Serialize)]
struct Fault<'a> {
    code: &'a str,
    path: &'a str,
    message: String,
}

/// Answers a question that needs no organisation, as `baton_policy::request` describes them.
///
/// # Errors
///
/// A text that is not a request: `{code, path, message}` as JSON.
#[wasm_bindgen]
pub fn answer(request: &str) -> Result<String, String> {
    text(Request::from_json(request).map(|request| request.answer()))
}

/// The sentence for a code of one part of the language's file; the code itself where there is none.
#[wasm_bindgen]
#[must_use]
pub fn sentence(language: &str, part: &str, code: &str) -> String {
    language.parse::<Language>().map_or_else(|_| code.to_owned(), |known| known.sentence(part, code).to_owned())
}

/// A snapshot and its engine, as `baton_policy::organisation` describes them.
#[wasm_bindgen]
pub struct Organisation(baton_policy::Organisation);

#[wasm_bindgen]
impl Organisation {
    /// Reads and compiles a snapshot.
    ///
    /// # Errors
    ///
    /// What does not fit: `{code, path, message}` as JSON.
    #[wasm_bindgen(constructor)]
    pub fn new(snapshot: &str) -> Result<Self, String> {
        baton_policy::Organisation::from_json(snapshot).map(Self).map_err(|error| fault(&error))
    }

    /// Answers a question.
    ///
    /// # Errors
    ///
    /// What does not fit: `{code, path, message}` as JSON.
    pub fn ask(&self, question: &str) -> Result<String, String> {
        text(self.0.ask_json(question))
    }

    /// Makes a change, and names the devices that may get something else now.
    ///
    /// # Errors
    ///
    /// What does not fit: `{code, path, message}` as JSON. Then nothing has changed.
    pub fn apply(&mut self, change: &str) -> Result<String, String> {
        text(self.0.apply_json(change))
    }

    /// The snapshot as it is now.
    ///
    /// # Errors
    ///
    /// As [`text`].
    pub fn snapshot(&self) -> Result<String, String> {
        text(Ok(self.0.snapshot()))
    }
}

/// An answer as JSON.
///
/// # Errors
///
/// What does not fit: `{code, path, message}` as JSON. What the rules answer can always be written.
fn text(answer: Result<impl Serialize, SnapshotError>) -> Result<String, String> {
    let answer = answer.map_err(|error| fault(&error))?;
    Ok(json::to_string(&answer).expect("the answers' keys are texts, and their numbers are finite"))
}

fn fault(error: &SnapshotError) -> String {
    let fault = Fault { code: error.problem.code(), path: &error.path, message: error.to_string() };
    json::to_string(&fault).expect("three texts can be written")
}
