//! Expectations that cannot be checked.

use crate::engine::NotFound;
use crate::rule::RuleTextError;

/// An expectation that cannot be checked, which is never the same as one that fails.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{key}`: {problem}")]
pub struct ExpectationError {
    /// The key of the expectation that is wrong.
    pub key: &'static str,
    /// What is wrong with it.
    pub problem: ExpectationProblem,
}

/// What can be wrong with an expectation.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ExpectationProblem {
    /// It names what is not there.
    #[error(transparent)]
    NotFound(#[from] NotFound),
    /// A rule is wrong.
    #[error(transparent)]
    Rule(#[from] RuleTextError),
    /// Two keys that say the same thing differently.
    #[error("either this or `{0}`, not both")]
    Both(&'static str),
    /// It does not say what should happen.
    #[error("nothing is expected; say `gets = true`, `gets = false`, or an `outcome`")]
    Nothing,
    /// The name is empty.
    #[error("a sentence that says what is expected is missing")]
    Nameless,
    /// The rule picks nothing, so that anything would be met.
    #[error("no {0} matches this rule, so nothing would be checked")]
    Empty(&'static str),
    /// There is nothing to ask about.
    #[error("there is no device yet, so nothing would be checked")]
    NoDevices,
    /// There is more to ask than whoever waits for the answer allows.
    #[error("{cases} pairs of device and holder would have to be asked about, and here at most {most} are")]
    TooMany {
        /// How many there are.
        cases: usize,
        /// How many are allowed.
        most: usize,
    },
}

impl ExpectationProblem {
    /// Whether nothing is wrong with it as it is written: there is only nothing that it is about, as things are.
    #[must_use]
    pub const fn is_idle(&self) -> bool {
        matches!(self, Self::Empty(_) | Self::NoDevices)
    }
}

impl ExpectationError {
    pub(super) fn new(key: &'static str, problem: impl Into<ExpectationProblem>) -> Self {
        Self { key, problem: problem.into() }
    }
}
