//! From the tree to the text.

use super::reference::{FactRef, GroupRef};
use super::tree::{Condition, Rule, Test};
use super::vocabulary::Vocabulary;
use crate::value::{Value, ValueType};

/// Writes the rule in its one canonical way, on one line. Attributes and groups are written by
/// name where the name is clear, else by id.
#[must_use]
pub fn print(rule: &Rule, vocabulary: &Vocabulary<'_>) -> String {
    let mut text = String::new();
    write_rule(rule, vocabulary, &mut text);
    text
}

fn write_rule(rule: &Rule, vocabulary: &Vocabulary<'_>, text: &mut String) {
    match rule {
        Rule::All(parts) => write_parts("all", parts, vocabulary, text),
        Rule::Any(parts) => write_parts("any", parts, vocabulary, text),
        Rule::None(parts) => write_parts("none", parts, vocabulary, text),
        Rule::Condition(condition) => write_condition(condition, vocabulary, text),
        Rule::InGroup(group) => write_group(" in group ", group, vocabulary, text),
        Rule::NotInGroup(group) => write_group(" not in group ", group, vocabulary, text),
    }
}

fn write_parts(name: &str, parts: &[Rule], vocabulary: &Vocabulary<'_>, text: &mut String) {
    text.push_str(name);
    text.push_str(" of (");
    for (index, part) in parts.iter().enumerate() {
        if index > 0 {
            text.push_str(", ");
        }
        write_rule(part, vocabulary, text);
    }
    text.push(')');
}

fn write_group(relation: &str, group: &GroupRef, vocabulary: &Vocabulary<'_>, text: &mut String) {
    text.push_str(group.side().as_str());
    text.push_str(relation);
    write_quoted(vocabulary.group_text(group), text);
}

/// Writes a single condition.
pub(crate) fn write_condition(Condition { fact, test }: &Condition, vocabulary: &Vocabulary<'_>, text: &mut String) {
    write_fact(fact, vocabulary, text);
    text.push(' ');
    text.push_str(test.operator().words(type_for_words(test)));
    match test {
        Test::HasValue | Test::HasNoValue => {}
        Test::StartsWith(part) | Test::Contains(part) => {
            text.push(' ');
            write_quoted(part, text);
        }
        Test::Matches(pattern) => {
            text.push(' ');
            write_quoted(pattern.as_str(), text);
        }
        Test::OneOf(values) => {
            text.push_str(" (");
            for (index, value) in values.iter().enumerate() {
                if index > 0 {
                    text.push_str(", ");
                }
                write_value(value, is_attribute(fact), text);
            }
            text.push(')');
        }
        Test::Is(value)
        | Test::IsNot(value)
        | Test::Below(value)
        | Test::AtMost(value)
        | Test::AtLeast(value)
        | Test::Above(value) => {
            text.push(' ');
            write_value(value, is_attribute(fact), text);
        }
    }
}

fn write_fact(fact: &FactRef, vocabulary: &Vocabulary<'_>, text: &mut String) {
    text.push_str(fact.side().as_str());
    text.push('.');
    match fact {
        FactRef::User(fact) => text.push_str(fact.as_str()),
        FactRef::Device(fact) => text.push_str(fact.as_str()),
        FactRef::UserAttribute(id) | FactRef::DeviceAttribute(id) => {
            write_quoted(vocabulary.attribute_text(fact.side(), id), text);
        }
    }
}

/// Days have words of their own; for all other types the words are the same.
fn type_for_words(test: &Test) -> ValueType<'static> {
    match test.values().first() {
        Some(Value::Date(_)) => ValueType::Date,
        _ => ValueType::Number,
    }
}

const fn is_attribute(fact: &FactRef) -> bool {
    matches!(fact, FactRef::UserAttribute(_) | FactRef::DeviceAttribute(_))
}

/// Text is quoted, and so are the options of attributes, which can be anything.
fn write_value(value: &Value, of_attribute: bool, text: &mut String) {
    match value {
        Value::Text(content) => write_quoted(content, text),
        Value::Choice(option) if of_attribute => write_quoted(option, text),
        Value::Choice(_) | Value::YesNo(_) | Value::Number(_) | Value::Date(_) | Value::Version(_) => {
            text.push_str(&value.to_string());
        }
    }
}

fn write_quoted(content: &str, text: &mut String) {
    text.push('"');
    for next in content.chars() {
        match next {
            '"' => text.push_str("\\\""),
            '\\' => text.push_str("\\\\"),
            '\n' => text.push_str("\\n"),
            control if control.is_control() => {
                text.push_str(&format!("\\u{{{:x}}}", u32::from(control)));
            }
            plain => text.push(plain),
        }
    }
    text.push('"');
}
