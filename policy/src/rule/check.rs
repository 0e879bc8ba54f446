//! Whether a tree fits the attributes and groups there are (spec C1, C2).

use super::error::{RuleProblem, RuleTreeError};
use super::print::print;
use super::reference::{FactRef, GroupRef, Side};
use super::tree::{Condition, Rule, Test};
use super::vocabulary::Vocabulary;
use super::{MAX_DEPTH, MAX_TEXT};
use crate::value::ValueType;

/// Checks a rule for a group of users (`Side::User`) or of devices.
///
/// # Errors
///
/// The first thing that is wrong, with the way to it.
pub fn check(rule: &Rule, side: Side, vocabulary: &Vocabulary<'_>) -> Result<(), RuleTreeError> {
    check_part(rule, side, vocabulary, "", 0)?;
    if print(rule, vocabulary).len() > MAX_TEXT {
        return Err(RuleTreeError { path: String::new(), problem: RuleProblem::TooLong });
    }
    Ok(())
}

fn check_part(
    rule: &Rule,
    side: Side,
    vocabulary: &Vocabulary<'_>,
    path: &str,
    depth: usize,
) -> Result<(), RuleTreeError> {
    let wrong = |within: &str, problem| RuleTreeError { path: join(path, within), problem };
    let name = match rule {
        Rule::All(_) => "all",
        Rule::Any(_) => "any",
        Rule::None(_) => "none",
        Rule::Condition(condition) => {
            return check_condition(condition, side, vocabulary)
                .map_err(|(within, problem)| wrong(&format!("condition.{within}"), problem));
        }
        Rule::InGroup(group) => {
            return check_group(group, side, vocabulary).map_err(|problem| wrong("inGroup", problem));
        }
        Rule::NotInGroup(group) => {
            return check_group(group, side, vocabulary).map_err(|problem| wrong("notInGroup", problem));
        }
    };
    if depth == MAX_DEPTH {
        return Err(wrong("", RuleProblem::TooDeep));
    }
    for (index, part) in rule.parts().iter().enumerate() {
        check_part(part, side, vocabulary, &join(path, &format!("{name}[{index}]")), depth + 1)?;
    }
    Ok(())
}

fn join(path: &str, within: &str) -> String {
    if path.is_empty() || within.is_empty() { format!("{path}{within}") } else { format!("{path}.{within}") }
}

fn check_condition(
    Condition { fact, test }: &Condition,
    side: Side,
    vocabulary: &Vocabulary<'_>,
) -> Result<(), (&'static str, RuleProblem)> {
    check_side(fact.side(), side).map_err(|problem| ("fact", problem))?;
    let value_type = type_of(fact, vocabulary).map_err(|problem| ("fact", problem))?;
    check_test(test, value_type).map_err(|problem| ("test", problem))
}

fn check_test(test: &Test, value_type: ValueType<'_>) -> Result<(), RuleProblem> {
    if !test.operator().is_for(value_type) {
        return Err(RuleProblem::not_for(test.operator(), value_type));
    }
    if matches!(test, Test::OneOf(values) if values.is_empty()) {
        return Err(RuleProblem::NoValues);
    }
    for value in test.values() {
        value_type.accept(value)?;
    }
    Ok(())
}

fn check_group(group: &GroupRef, side: Side, vocabulary: &Vocabulary<'_>) -> Result<(), RuleProblem> {
    check_side(group.side(), side)?;
    if vocabulary.has_group(group) {
        Ok(())
    } else {
        Err(RuleProblem::UnknownGroup { side: group.side(), given: group.as_str().to_owned() })
    }
}

/// A rule for users cannot ask for a device (spec C2).
pub(super) fn check_side(asked: Side, side: Side) -> Result<(), RuleProblem> {
    if asked == Side::Device && side == Side::User { Err(RuleProblem::DeviceInUserRule) } else { Ok(()) }
}

/// The type of a fact or attribute.
pub(crate) fn type_of<'a>(fact: &FactRef, vocabulary: &Vocabulary<'a>) -> Result<ValueType<'a>, RuleProblem> {
    let attribute = |side: Side, id| {
        let definition = vocabulary.attribute(side, id);
        definition
            .map(|definition| definition.attribute_type.value_type())
            .ok_or_else(|| RuleProblem::UnknownAttribute { side, given: id.to_string() })
    };
    match fact {
        FactRef::User(fact) => Ok(fact.value_type()),
        FactRef::Device(fact) => Ok(fact.value_type()),
        FactRef::UserAttribute(id) => attribute(Side::User, id),
        FactRef::DeviceAttribute(id) => attribute(Side::Device, id),
    }
}
