//! What is wrong with a rule, and where.

use std::fmt;

use super::reference::Side;
use super::vocabulary::NamelessText;
use super::{MAX_DEPTH, MAX_TEXT};
use crate::value::{ValueError, ValueType};

/// A place in a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Position {
    /// Bytes before it.
    pub offset: usize,
    /// Its line, from 1.
    pub line: usize,
    /// Its column in characters, from 1.
    pub column: usize,
}

impl Position {
    /// The place after so many bytes. An offset inside a character counts as before it.
    #[must_use]
    pub fn of(text: &str, offset: usize) -> Self {
        let mut offset = offset.min(text.len());
        while !text.is_char_boundary(offset) {
            offset -= 1;
        }
        let before = &text[..offset];
        let line_start = before.rfind('\n').map_or(0, |at| at + 1);
        Self {
            offset,
            line: before.bytes().filter(|byte| *byte == b'\n').count() + 1,
            column: before[line_start..].chars().count() + 1,
        }
    }
}

impl fmt::Display for Position {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "line {}, column {}", self.line, self.column)
    }
}

/// A text that is no rule.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{at}: {problem}")]
pub struct RuleTextError {
    /// Where.
    pub at: Position,
    /// What.
    pub problem: RuleProblem,
}

/// A tree that is no rule for these attributes and groups.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}{problem}", at(path))]
pub struct RuleTreeError {
    /// The way to it through the tree's JSON, such as `all[1].condition.test`; empty for the whole.
    pub path: String,
    /// What.
    pub problem: RuleProblem,
}

fn at(path: &str) -> String {
    if path.is_empty() { String::new() } else { format!("`{path}`: ") }
}

/// What can be wrong with a rule.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RuleProblem {
    /// Something else stands where this should stand.
    #[error("expected {expected}, found {found}")]
    Expected {
        /// What should stand here.
        expected: String,
        /// What does.
        found: String,
    },
    /// No such fact.
    #[error("a {side} has no fact `{given}`, expected one of {expected}; attributes are written in quotes")]
    UnknownFact {
        /// Whose.
        side: Side,
        /// What was given.
        given: String,
        /// What there is, parted by commas.
        expected: String,
    },
    /// No such attribute.
    #[error("there is no {side} attribute `{given}`")]
    UnknownAttribute {
        /// Whose.
        side: Side,
        /// What was given.
        given: String,
    },
    /// No such group.
    #[error("there is no {side} group `{given}`")]
    UnknownGroup {
        /// Of what.
        side: Side,
        /// What was given.
        given: String,
    },
    /// A name that several attributes or groups bear.
    #[error("`{given}` names several; write the id of the one that is meant")]
    Ambiguous {
        /// What was given.
        given: String,
    },
    /// The operator does not compare values of this type.
    #[error("`{operator}` is not for a {value_type}, expected one of {expected}")]
    NotForType {
        /// The operator's words.
        operator: &'static str,
        /// The type in words.
        value_type: &'static str,
        /// The operators there are for it, parted by commas.
        expected: String,
    },
    /// The value does not fit.
    #[error(transparent)]
    Value(#[from] ValueError),
    /// *is one of* without a value.
    #[error("`is one of` needs at least one value")]
    NoValues,
    /// A rule for a group of users asks for a device.
    #[error("a rule for users cannot ask for the device, because a user can have several or none")]
    DeviceInUserRule,
    /// Too many groups inside groups.
    #[error("the rule nests deeper than {MAX_DEPTH} levels")]
    TooDeep,
    /// Too much text.
    #[error("the rule is longer than {MAX_TEXT} bytes")]
    TooLong,
}

impl RuleProblem {
    pub(super) fn no_attribute(why: NamelessText, side: Side, given: &str) -> Self {
        match why {
            NamelessText::Unknown => Self::UnknownAttribute { side, given: given.to_owned() },
            NamelessText::Ambiguous => Self::Ambiguous { given: given.to_owned() },
        }
    }

    pub(super) fn no_group(why: NamelessText, side: Side, given: &str) -> Self {
        match why {
            NamelessText::Unknown => Self::UnknownGroup { side, given: given.to_owned() },
            NamelessText::Ambiguous => Self::Ambiguous { given: given.to_owned() },
        }
    }

    pub(super) fn not_for(operator: super::Operator, value_type: ValueType<'_>) -> Self {
        let words = super::Operator::words_for(value_type);
        Self::NotForType {
            operator: operator.words(value_type),
            value_type: value_type.name(),
            expected: listed(&words),
        }
    }
}

/// Words as errors list them.
pub(super) fn listed(words: &[&str]) -> String {
    words.iter().map(|word| format!("`{word}`")).collect::<Vec<_>>().join(", ")
}
