//! What an administrator enters as a file of expectations, and what is wrong with it.

use baton_model::{PolicyTestFile, PolicyTestFileId, Timestamp};
use baton_policy::expectation::ExpectationError;
use baton_store::Tx;
use thiserror::Error;

use super::{
    run,
    text::{self, Placed, TextProblem},
};
use crate::{Actor, CoreError, FieldError, FieldProblem, accounts::check_text, organisation};

/// The most bytes of a file.
pub const MAX_TEXT_BYTES: usize = 32 * 1024;
/// The most expectations of a file.
pub const MAX_EXPECTATIONS: usize = 100;
const MAX_NAME: usize = 100;
/// How a file's name ends outside of Baton.
const ENDING: &str = ".toml";

/// What an administrator enters.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PolicyTestForm {
    /// The name; `.toml` at its end is left away.
    pub name: String,
    /// The expectations, in TOML.
    pub text: String,
}

/// Something wrong with the text.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("line {line}: {problem}")]
pub struct Flaw {
    /// On which line, from 1.
    pub line: usize,
    /// What.
    pub problem: FlawProblem,
}

/// What can be wrong.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum FlawProblem {
    /// It is no file of expectations.
    #[error(transparent)]
    Text(TextProblem),
    /// An expectation cannot be checked.
    #[error(transparent)]
    Expectation(ExpectationError),
    /// There are more expectations than this.
    #[error("a file has at most {0} expectations")]
    TooMany(usize),
}

impl PolicyTestForm {
    /// The name without its ending.
    pub(super) fn name(&self) -> &str {
        without_ending(&self.name)
    }

    /// The text with lines as files have them; browsers send others.
    fn text(&self) -> String {
        self.text.trim_start_matches('\u{feff}').replace("\r\n", "\n")
    }

    /// The file as it would be stored first.
    pub(super) fn file(&self, id: PolicyTestFileId, actor: &Actor, now: Timestamp) -> PolicyTestFile {
        PolicyTestFile {
            id,
            name: self.name().to_owned(),
            text: self.text(),
            revision: 1,
            updated_at: now,
            updated_by: actor.user_id().cloned(),
        }
    }

    /// Refuses what cannot be checked over what is stored.
    pub(super) async fn check(&self, tx: Tx) -> Result<(), CoreError> {
        let errors = problems(tx, std::slice::from_ref(self)).await?.concat();
        if errors.is_empty() { Ok(()) } else { Err(CoreError::Invalid(errors)) }
    }

    fn read(&self) -> Result<Vec<Placed>, FieldProblem> {
        let text = self.text();
        if text.trim().is_empty() {
            return Err(FieldProblem::Missing);
        }
        if text.len() > MAX_TEXT_BYTES {
            return Err(FieldProblem::FileTooLarge(MAX_TEXT_BYTES));
        }
        let flaw = |line, problem| FieldProblem::PolicyTest(vec![Flaw { line, problem }]);
        let placed = text::read(&text).map_err(|error| flaw(error.line, FlawProblem::Text(error.problem)))?;
        match placed.get(MAX_EXPECTATIONS) {
            Some(first_too_many) => Err(flaw(first_too_many.line, FlawProblem::TooMany(MAX_EXPECTATIONS))),
            None => Ok(placed),
        }
    }
}

/// A file's name as Baton keeps it.
pub(super) fn without_ending(name: &str) -> &str {
    let name = name.trim();
    let ending = name.len().checked_sub(ENDING.len()).and_then(|at| name.split_at_checked(at));
    match ending {
        Some((name, ending)) if ending.eq_ignore_ascii_case(ENDING) => name.trim_end(),
        _ => name,
    }
}

/// What is wrong with each of the forms, over what is stored. Nothing of the database is held meanwhile.
pub(super) async fn problems(mut tx: Tx, forms: &[PolicyTestForm]) -> Result<Vec<Vec<FieldError>>, CoreError> {
    let mut problems = Vec::with_capacity(forms.len());
    let mut readable = Vec::new();
    for (number, form) in forms.iter().enumerate() {
        let mut errors: Vec<FieldError> = check_text("name", form.name(), MAX_NAME).into_iter().collect();
        match form.read() {
            Ok(placed) => readable.push((number, placed)),
            Err(problem) => errors.push(FieldError::new("text", problem)),
        }
        problems.push(errors);
    }
    // Without a question nobody needs the whole organisation.
    if readable.is_empty() {
        return Ok(problems);
    }
    let snapshot = organisation::for_decisions(&mut tx).await?;
    drop(tx);
    run::aside(move || {
        let engine = run::compiled(&snapshot)?;
        for (number, placed) in readable {
            let flaw = |(line, error)| Flaw { line, problem: FlawProblem::Expectation(error) };
            let flaws: Vec<Flaw> = run::flaws(&engine, &placed).into_iter().map(flaw).collect();
            if !flaws.is_empty() {
                problems[number].push(FieldError::new("text", FieldProblem::PolicyTest(flaws)));
            }
        }
        Ok(problems)
    })
    .await
}
