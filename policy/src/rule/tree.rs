//! The tree form of rules.

use serde::{Deserialize, Serialize};

use super::operator::Operator;
use super::pattern::Pattern;
use super::reference::{FactRef, GroupRef};
use crate::value::Value;

/// Which users or devices belong (spec C3).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub enum Rule {
    /// All of these hold. All of nothing holds: *Everyone* is such a rule.
    All(Vec<Rule>),
    /// At least one of these holds. Any of nothing does not hold.
    Any(Vec<Rule>),
    /// None of these holds. None of nothing holds.
    None(Vec<Rule>),
    /// This condition holds.
    Condition(Condition),
    /// The user or the device is in the group.
    InGroup(GroupRef),
    /// The user or the device is not in the group.
    NotInGroup(GroupRef),
}

/// A test of one fact.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Condition {
    /// What is tested.
    pub fact: FactRef,
    /// How.
    pub test: Test,
}

/// An operator with what it compares with.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub enum Test {
    /// It is this value.
    Is(Value),
    /// It is empty or another value.
    IsNot(Value),
    /// It is one of these values.
    OneOf(Vec<Value>),
    /// The text starts so, in whatever case.
    StartsWith(String),
    /// The text contains this, in whatever case.
    Contains(String),
    /// The text matches the pattern.
    Matches(Pattern),
    /// Less, older, earlier.
    Below(Value),
    /// The same or less.
    AtMost(Value),
    /// The same or more.
    AtLeast(Value),
    /// More, newer, later.
    Above(Value),
    /// There is a value.
    HasValue,
    /// There is none.
    HasNoValue,
}

impl Test {
    /// The operator alone.
    #[must_use]
    pub const fn operator(&self) -> Operator {
        match self {
            Self::Is(_) => Operator::Is,
            Self::IsNot(_) => Operator::IsNot,
            Self::OneOf(_) => Operator::OneOf,
            Self::StartsWith(_) => Operator::StartsWith,
            Self::Contains(_) => Operator::Contains,
            Self::Matches(_) => Operator::Matches,
            Self::Below(_) => Operator::Below,
            Self::AtMost(_) => Operator::AtMost,
            Self::AtLeast(_) => Operator::AtLeast,
            Self::Above(_) => Operator::Above,
            Self::HasValue => Operator::HasValue,
            Self::HasNoValue => Operator::HasNoValue,
        }
    }

    /// The values that it compares with; texts of *starts with*, *contains* and *matches* are not
    /// among them.
    #[must_use]
    pub fn values(&self) -> &[Value] {
        match self {
            Self::Is(value)
            | Self::IsNot(value)
            | Self::Below(value)
            | Self::AtMost(value)
            | Self::AtLeast(value)
            | Self::Above(value) => std::slice::from_ref(value),
            Self::OneOf(values) => values,
            Self::StartsWith(_) | Self::Contains(_) | Self::Matches(_) | Self::HasValue | Self::HasNoValue => &[],
        }
    }
}

impl Rule {
    /// The rule that everyone and everything fulfils.
    #[must_use]
    pub const fn everyone() -> Self {
        Self::All(Vec::new())
    }

    /// A condition.
    #[must_use]
    pub const fn condition(fact: FactRef, test: Test) -> Self {
        Self::Condition(Condition { fact, test })
    }

    /// The parts of *all*, *any* and *none*.
    #[must_use]
    pub fn parts(&self) -> &[Self] {
        match self {
            Self::All(parts) | Self::Any(parts) | Self::None(parts) => parts,
            Self::Condition(_) | Self::InGroup(_) | Self::NotInGroup(_) => &[],
        }
    }

    /// Visits every condition and group in it, in order.
    pub fn visit(&self, visitor: &mut impl FnMut(Leaf<'_>)) {
        match self {
            Self::Condition(condition) => visitor(Leaf::Condition(condition)),
            Self::InGroup(group) | Self::NotInGroup(group) => visitor(Leaf::Group(group)),
            Self::All(parts) | Self::Any(parts) | Self::None(parts) => {
                for part in parts {
                    part.visit(visitor);
                }
            }
        }
    }
}

/// What stands at the end of a branch.
#[derive(Clone, Copy, Debug)]
pub enum Leaf<'a> {
    /// A condition.
    Condition(&'a Condition),
    /// A group that is asked for.
    Group(&'a GroupRef),
}
