//! Values near the present one that a condition tells from it.

use crate::fact::Fact;
use crate::facts::OsVersion;
use crate::rule::Test;
use crate::value::{Number, Value, ValueType};

/// Values for which the test comes out otherwise, the nearest first. One of each kind is enough. `emptied` is what
/// remains where the own value is taken away: where there is a default, nothing can be empty.
pub(super) fn candidates(
    test: &Test,
    actual: &Fact<Value>,
    emptied: Fact<Value>,
    value_type: Option<ValueType<'_>>,
) -> Vec<Fact<Value>> {
    let mut found = Vec::new();
    let mut add = |value: Option<Value>| found.extend(value.map(Fact::Value));
    match test {
        Test::Is(value) | Test::IsNot(value) => {
            add(Some(value.clone()));
            add(another(value, value_type));
        }
        Test::OneOf(values) => {
            values.iter().for_each(|value| add(Some(value.clone())));
            if let Some(ValueType::Choice(options)) = value_type {
                let other = options
                    .iter()
                    .map(|option| Value::Choice(option.to_owned()))
                    .find(|option| !values.contains(option));
                add(other);
            }
        }
        Test::StartsWith(text) | Test::Contains(text) => add(Some(Value::Text(text.clone()))),
        Test::Matches(pattern) => add(Some(Value::Text(pattern.example()))),
        Test::Below(limit) => {
            add(before(limit));
            add(Some(limit.clone()));
        }
        Test::AtMost(limit) => {
            add(Some(limit.clone()));
            add(after(limit));
        }
        Test::AtLeast(limit) => {
            add(Some(limit.clone()));
            add(before(limit));
        }
        Test::Above(limit) => {
            add(after(limit));
            add(Some(limit.clone()));
        }
        Test::HasValue | Test::HasNoValue => add(value_type.and_then(any)),
    }
    let has_default = emptied != Fact::Empty;
    found.push(emptied);
    if has_default {
        // The default itself may be the text that was asked for, and none of the above is another text.
        found.extend(value_type.and_then(any).map(Fact::Value));
    }
    let now = test.on(actual);
    found.retain(|value| test.on(value) != now);
    found
}

/// Some value of the type.
fn any(value_type: ValueType<'_>) -> Option<Value> {
    Some(match value_type {
        ValueType::Text => Value::Text("…".to_owned()),
        ValueType::YesNo => Value::YesNo(true),
        ValueType::Number => Value::Number(Number::default()),
        ValueType::Version => Value::Version(OsVersion::new(1, 0, 0)),
        ValueType::Choice(options) => Value::Choice(options.iter().next()?.to_owned()),
        ValueType::Date => Value::Date(crate::value::Date::new(2000, 1, 1)?),
    })
}

/// Another value of the same type.
fn another(value: &Value, value_type: Option<ValueType<'_>>) -> Option<Value> {
    match value {
        Value::YesNo(yes) => Some(Value::YesNo(!yes)),
        Value::Choice(text) => match value_type {
            Some(ValueType::Choice(options)) => {
                options.iter().find(|option| option != text).map(|option| Value::Choice(option.to_owned()))
            }
            _ => None,
        },
        _ => after(value),
    }
}

fn before(value: &Value) -> Option<Value> {
    match value {
        Value::Number(number) => Number::from_thousandths(number.thousandths() - 1).map(Value::Number),
        Value::Date(date) => date.previous().map(Value::Date),
        Value::Version(OsVersion { major, minor, .. }) => {
            let older = minor.checked_sub(1).map(|minor| OsVersion::new(*major, minor, 0));
            older.or_else(|| Some(OsVersion::new(major.checked_sub(1)?, 0, 0))).map(Value::Version)
        }
        _ => None,
    }
}

fn after(value: &Value) -> Option<Value> {
    match value {
        Value::Number(number) => Number::from_thousandths(number.thousandths() + 1).map(Value::Number),
        Value::Date(date) => date.next().map(Value::Date),
        Value::Version(version) => {
            Some(Value::Version(OsVersion::new(version.major, version.minor, version.patch.checked_add(1)?)))
        }
        _ => None,
    }
}
