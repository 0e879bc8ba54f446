//! What a rule says about one user or device.

use super::pattern::matches;
use super::reference::{FactRef, GroupRef};
use super::tree::{Condition, Rule, Test};
use crate::fact::{Fact, Truth};
use crate::value::{Value, folded};

/// What is known about the user or device that a rule is asked about.
pub trait Facts {
    /// The fact or attribute.
    fn fact(&self, fact: &FactRef) -> Fact<Value>;

    /// Whether the user or device is in the group.
    fn is_in(&self, group: &GroupRef) -> Truth;
}

impl Rule {
    /// Whether the rule holds, by Kleene's logic (spec C3).
    #[must_use]
    pub fn test(&self, facts: &impl Facts) -> Truth {
        match self {
            Self::All(parts) => parts.iter().fold(Truth::True, |so_far, part| so_far.and(part.test(facts))),
            Self::Any(parts) => parts.iter().fold(Truth::False, |so_far, part| so_far.or(part.test(facts))),
            Self::None(parts) => !parts.iter().fold(Truth::False, |so_far, part| so_far.or(part.test(facts))),
            Self::Condition(Condition { fact, test }) => test.on(&facts.fact(fact)),
            Self::InGroup(group) => facts.is_in(group),
            Self::NotInGroup(group) => !facts.is_in(group),
        }
    }
}

impl Test {
    /// Whether the fact passes. An unknown fact leaves every test open; an empty one passes *is
    /// not* and *has no value* and fails every other (spec C3).
    #[must_use]
    pub fn on(&self, fact: &Fact<Value>) -> Truth {
        match fact {
            Fact::Unknown => Truth::Unknown,
            Fact::Empty => matches!(self, Self::IsNot(_) | Self::HasNoValue).into(),
            Fact::Value(value) => self.on_value(value).into(),
        }
    }

    pub(crate) fn on_value(&self, value: &Value) -> bool {
        let compares = |other: &Value, passes: fn(std::cmp::Ordering) -> bool| value.compare(other).is_some_and(passes);
        match self {
            Self::Is(wanted) => value.is_same(wanted),
            Self::IsNot(unwanted) => !value.is_same(unwanted),
            Self::OneOf(wanted) => wanted.iter().any(|wanted| value.is_same(wanted)),
            Self::StartsWith(start) => text(value).is_some_and(|text| starts_with(text, start)),
            Self::Contains(part) => text(value).is_some_and(|text| contains(text, part)),
            Self::Matches(pattern) => text(value).is_some_and(|text| matches(pattern, text)),
            Self::Below(limit) => compares(limit, std::cmp::Ordering::is_lt),
            Self::AtMost(limit) => compares(limit, std::cmp::Ordering::is_le),
            Self::AtLeast(limit) => compares(limit, std::cmp::Ordering::is_ge),
            Self::Above(limit) => compares(limit, std::cmp::Ordering::is_gt),
            Self::HasValue => true,
            Self::HasNoValue => false,
        }
    }
}

fn text(value: &Value) -> Option<&str> {
    match value {
        Value::Text(text) => Some(text),
        _ => None,
    }
}

fn starts_with(text: &str, start: &str) -> bool {
    let mut text = folded(text);
    folded(start).all(|wanted| text.next() == Some(wanted))
}

fn contains(text: &str, part: &str) -> bool {
    let text: String = folded(text).collect();
    let part: String = folded(part).collect();
    text.contains(&part)
}
