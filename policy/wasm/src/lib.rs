//! Baton's policy for JavaScript. The rules are `baton-policy`'s; here they only change language.

use baton_policy::json::{self, JsonError};
use baton_policy::request::Request;
use wasm_bindgen::JsError;
use wasm_bindgen::prelude::wasm_bindgen;

/// Answers a request: JSON text in, JSON text out, as `baton_policy::request` describes them.
///
/// # Errors
///
/// A text that is not a request, with the line and column of what is wrong in it.
pub fn answer(request: &str) -> Result<String, JsonError> {
    let request: Request = json::from_str(request)?;
    json::to_string(&request.answer())
}

/// [`answer`] for JavaScript: an error is thrown as an `Error`.
#[wasm_bindgen(js_name = answer)]
pub fn answer_or_throw(request: &str) -> Result<String, JsError> {
    answer(request).map_err(JsError::from)
}
