//! The package's and the islands' JSON against serde_json, which the server uses.

use baton_policy::Number;
use baton_policy::json::{from_str, to_string};
use baton_policy::request::Request;
use baton_policy::snapshot::Snapshot;
use proptest::prelude::*;
use serde_json::{Map, Value};

/// Any JSON without fractions.
fn value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        text().prop_map(Value::from),
    ];
    leaf.prop_recursive(5, 40, 5, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..5).prop_map(Value::from),
            prop::collection::vec((text(), inner), 0..5)
                .prop_map(|entries| Value::from(entries.into_iter().collect::<Map<_, _>>())),
        ]
    })
}

/// Texts with everything that has to be escaped.
fn text() -> impl Strategy<Value = String> {
    prop_oneof!["[a-zA-Z]{0,8}", "[\"\\\\/\u{0}-\u{1f}\u{7f}äß€\u{1f600}]{0,6}", any::<String>()]
}

/// The text with something taken out, put in or doubled.
fn damaged(text: String) -> impl Strategy<Value = String> {
    let length = text.chars().count();
    (0..=length, 0..4_usize, prop_oneof![Just(String::new()), "[\\[\\]{}\",:0-9truefalsn eE.+-]{1,2}"]).prop_map(
        move |(place, taken, put)| {
            let before = text.chars().take(place);
            let after = text.chars().skip(place + taken);
            before.chain(put.chars()).chain(after).collect()
        },
    )
}

fn has_fractions(value: &Value) -> bool {
    match value {
        Value::Number(number) => number.is_f64(),
        Value::Array(values) => values.iter().any(has_fractions),
        Value::Object(values) => values.values().any(has_fractions),
        Value::Null | Value::Bool(_) | Value::String(_) => false,
    }
}

proptest! {
    #![proptest_config(crate::cases(512))]

    #[test]
    fn what_is_written_is_read_alike(value in value()) {
        let written = to_string(&value).unwrap();
        prop_assert_eq!(&serde_json::from_str::<Value>(&written).unwrap(), &value);
        for text in [written, serde_json::to_string(&value).unwrap(), serde_json::to_string_pretty(&value).unwrap()] {
            prop_assert_eq!(&from_str::<Value>(&text).unwrap(), &value);
        }
    }

    /// Damage is noticed by both or by none; no text makes either panic.
    #[test]
    fn a_damaged_text_is_refused_alike(text in value().prop_flat_map(|value| damaged(value.to_string()))) {
        let ours = from_str::<Value>(&text);
        match serde_json::from_str::<Value>(&text) {
            // Of fractions only those that numbers of the rules can have are read.
            Ok(theirs) if has_fractions(&theirs) => prop_assert!(ours.is_err() || ours.unwrap() == theirs, "{text}"),
            Ok(theirs) => prop_assert_eq!(ours.unwrap(), theirs),
            Err(_) => prop_assert!(ours.is_err(), "{text}"),
        }
    }

    #[test]
    fn numbers_of_the_rules_are_written_and_read_as_by_the_server(thousandths in -999_999_999_999_999_i64..=999_999_999_999_999) {
        let digits = format!("{:04}", thousandths.unsigned_abs());
        let (whole, places) = digits.split_at(digits.len() - 3);
        let number: Number = format!("{}{whole}.{places}", if thousandths < 0 { "-" } else { "" }).parse().unwrap();
        let written = to_string(&number).unwrap();
        prop_assert_eq!(&written, &serde_json::to_string(&number).unwrap());
        prop_assert_eq!(from_str::<Number>(&written).unwrap(), number);
        prop_assert_eq!(from_str::<Number>(&format!("{written}{}", if written.contains('.') { "000" } else { ".0" })).unwrap(), number);
    }

    #[test]
    fn no_text_makes_it_panic(text in any::<String>()) {
        drop(from_str::<Request>(&text));
        drop(Snapshot::from_json(&text));
        drop(from_str::<Value>(&text));
    }
}

fn refusal(text: &str) -> String {
    from_str::<Request>(text).unwrap_err().to_string()
}

#[test]
fn what_is_wrong_is_named_with_its_place() {
    for (text, message) in [
        ("", "the text ends too early, expected enum Request at line 1 column 1"),
        ("{", "the text ends too early, expected `\"` at line 1 column 2"),
        ("[]", "expected enum Request at line 1 column 1"),
        ("{\"lint\": 1}", "expected struct LintInput at line 1 column 10"),
        ("{\"decideOwnership\": \"user\"} x", "expected the end of the text at line 1 column 29"),
        ("{\"decideOwnership\": \"user\", \"a\": 1}", "expected one key at line 1 column 28"),
        (
            "{\n  \"decideOwnership\": \"nobody\"\n}",
            "unknown name `nobody`, expected one of company, user, companyPersonallyEnabled at line 2 column 30",
        ),
    ] {
        assert_eq!(refusal(text), message, "{text}");
    }
    let unknown = refusal("{\"guess\": {}}");
    assert!(unknown.starts_with("unknown variant `guess`, expected one of decideAction, "), "{unknown}");
    assert!(refusal("{\"decideAction\": {}}").starts_with("missing field `action`"));
}

#[test]
fn a_number_with_a_fraction_is_refused_where_it_counts_and_ignored_elsewhere() {
    assert!(from_str::<u16>("1.5").unwrap_err().to_string().starts_with("expected a whole number"));
    let request = "{\"decideOwnership\": \"user\"}";
    let who = "\"holder\": {\"id\": \"ann\", \"weight\": [1.5e-3, {\"a\": null}]}";
    let device = "\"device\": {\"id\": \"phone\", \"facts\": {\"enrollment\": \"user\", \"ownership\": \"user\"}}";
    assert!(from_str::<Request>(request).is_ok());
    let desired = format!("{{\"desired\": {{\"catalogue\": {{\"items\": []}}, {device}, {who}}}}}");
    assert_eq!(from_str::<Request>(&desired).map(drop), Ok(()));
    for number in ["1.5e0", "1.2345", "1234567890123.5", "1e400"] {
        assert!(
            from_str::<Number>(number).unwrap_err().to_string().starts_with("expected a number with at most"),
            "{number}"
        );
    }
}

#[test]
fn values_that_nest_too_deep_are_refused() {
    let nested = |depth: usize| format!("{}{}", "[".repeat(depth), "]".repeat(depth));
    assert!(from_str::<Value>(&nested(128)).is_ok());
    assert!(from_str::<Value>(&nested(129)).unwrap_err().to_string().starts_with("values nest too deep"));
    assert!(from_str::<Value>(&"[".repeat(1_000_000)).is_err());
}

#[test]
fn a_key_that_is_no_text_is_not_written() {
    let keyed = std::collections::BTreeMap::from([(1, "one")]);
    assert_eq!(to_string(&keyed).unwrap_err().to_string(), "a key that is no text");
}
