//! Values: what is one, and what is the same (spec C1).

use baton_policy::value::{Options, ValueType};
use baton_policy::{AttributeDefinition, AttributeType, Date, Number, Scalar, Value};
use proptest::prelude::*;

#[test]
fn yes_and_true_are_the_same_value() {
    for (scalar, expected) in [
        (Scalar::from("Yes"), true),
        (Scalar::from("true"), true),
        (Scalar::YesNo(true), true),
        (Scalar::from("NO"), false),
        (Scalar::from("False"), false),
    ] {
        assert_eq!(scalar.read(ValueType::YesNo), Ok(Value::YesNo(expected)), "{scalar:?}");
    }
}

#[test]
fn a_default_must_fit_its_type() {
    let mut definition = AttributeDefinition::new("Level", AttributeType::Number);
    definition.default = Some("high".into());
    let error = definition.default_value().unwrap_err().to_string();
    assert!(error.starts_with("`high` is not a number"), "{error}");
    definition.default = Some("2.5".into());
    assert_eq!(definition.default_value(), Ok(Some(Value::Number(Number::from_thousandths(2_500).unwrap()))));
}

#[test]
fn a_value_of_another_type_is_refused() {
    for (scalar, value_type, expected) in [
        (Scalar::YesNo(true), ValueType::Text, "`true` is not a text"),
        (Scalar::Number(Number::default()), ValueType::Date, "`0` is not a date"),
        (Scalar::Number(Number::default()), ValueType::YesNo, "`0` is not a yes/no value"),
        (
            Scalar::from("x"),
            ValueType::Choice(Options::BuiltIn(&["a", "b"])),
            "`x` is not an option, expected one of a, b",
        ),
    ] {
        assert_eq!(scalar.read(value_type).unwrap_err().to_string(), expected);
    }
}

#[test]
fn only_days_of_the_calendar_are_dates() {
    for text in ["2024-02-29", "2000-02-29", "0001-01-01", "9999-12-31"] {
        assert_eq!(text.parse::<Date>().unwrap().to_string(), text);
    }
    for text in [
        "2023-02-29",
        "1900-02-29",
        "2026-13-01",
        "2026-00-10",
        "2026-04-31",
        "0000-01-01",
        "26-01-01",
        "2026-1-01",
        "2026/01/01",
        "2026-01-01 ",
        "२०२६-०१-०१",
    ] {
        assert!(text.parse::<Date>().is_err(), "{text}");
    }
}

#[test]
fn days_follow_each_other() {
    let mut day = Date::new(1999, 12, 31).unwrap();
    for expected in ["2000-01-01", "2000-01-02"] {
        let next = day.next().unwrap();
        assert_eq!((next.to_string().as_str(), next.previous()), (expected, Some(day)));
        day = next;
    }
    assert_eq!(Date::new(2000, 2, 28).unwrap().next(), Date::new(2000, 2, 29));
    assert_eq!(Date::new(1, 1, 1).unwrap().previous(), None);
    assert_eq!(Date::new(9999, 12, 31).unwrap().next(), None);
}

#[test]
fn numbers_have_fifteen_digits_and_no_more() {
    for text in ["0", "-0.5", "12.345", "999999999999.999", "-999999999999.999"] {
        assert_eq!(text.parse::<Number>().unwrap().to_string(), text);
    }
    for text in ["", "-", "1.", ".5", "1.2345", "1000000000000", "1e3", "+1", "0x1", "1,5", "NaN"] {
        assert!(text.parse::<Number>().is_err(), "{text}");
    }
    for json in ["1e15", "0.0001", "1e400", "-1e12"] {
        assert!(serde_json::from_str::<Number>(json).is_err(), "{json}");
    }
}

proptest! {
    #[test]
    fn numbers_survive_text_and_json(thousandths in -999_999_999_999_999_i64..=999_999_999_999_999) {
        let number = Number::from_thousandths(thousandths).unwrap();
        prop_assert_eq!(number.to_string().parse::<Number>(), Ok(number));
        prop_assert_eq!(serde_json::from_str::<Number>(&serde_json::to_string(&number).unwrap()).unwrap(), number);
    }

    #[test]
    fn reading_any_text_as_any_value_never_panics(text in any::<String>()) {
        for value_type in [ValueType::YesNo, ValueType::Number, ValueType::Date, ValueType::Version] {
            drop(value_type.read(&text));
        }
    }
}
