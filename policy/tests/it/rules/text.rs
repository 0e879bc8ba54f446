//! The text form and the tree say the same.

use baton_policy::rule::{DeviceFact, FactRef, GroupRef, Side, Test, UserFact, check, parse, print};
use baton_policy::{Date, OsVersion, Rule, Value};
use proptest::prelude::*;

use super::samples::{rule, vocabulary};

fn canonical(text: &str) -> String {
    let vocabulary = vocabulary();
    print(&parse(text, Side::Device, &vocabulary).unwrap_or_else(|error| panic!("{text}: {error}")), &vocabulary)
}

proptest! {
    #![proptest_config(crate::cases(512))]

    #[test]
    fn what_is_printed_is_read_back_as_the_same_tree(rule in rule(Side::Device)) {
        let vocabulary = vocabulary();
        prop_assert_eq!(check(&rule, Side::Device, &vocabulary), Ok(()));
        let text = print(&rule, &vocabulary);
        prop_assert_eq!(parse(&text, Side::Device, &vocabulary).map_err(|error| format!("{text}: {error}")), Ok(rule));
    }

    #[test]
    fn printing_what_was_read_is_canonical(rule in rule(Side::User)) {
        let vocabulary = vocabulary();
        let text = print(&rule, &vocabulary);
        let spaced = text.replace(" of (", "\n of\t(  ");
        let again = parse(&spaced, Side::User, &vocabulary);
        // Text in quotes may hold what the spacing changed; then the two differ as they must.
        if !text.contains('"') {
            prop_assert_eq!(print(&again.unwrap(), &vocabulary), text);
        }
    }

    #[test]
    fn a_tree_survives_json(rule in rule(Side::Device)) {
        let json = serde_json::to_string(&rule).unwrap();
        prop_assert_eq!(serde_json::from_str::<Rule>(&json).unwrap(), rule);
    }

    #[test]
    fn no_text_is_too_strange_to_be_refused_politely(text in any::<String>(), shuffled in "[allofnyie ().,\"user0-9{}\\\\]{0,60}") {
        let vocabulary = vocabulary();
        for text in [text, shuffled] {
            if let Err(error) = parse(&text, Side::Device, &vocabulary) {
                prop_assert!(error.at.offset <= text.len());
            }
        }
    }
}

#[test]
fn conditions_read_like_sentences() {
    let rule = |text| parse(text, Side::Device, &vocabulary()).unwrap();
    let attribute = |name: &str| FactRef::UserAttribute(name.into());
    for (text, expected) in [
        (
            r#"user."Multiuser owner" is yes"#,
            Rule::condition(attribute("Multiuser owner"), Test::Is(Value::YesNo(true))),
        ),
        (
            r#"user."Multiuser owner" is True"#,
            Rule::condition(attribute("Multiuser owner"), Test::Is(Value::YesNo(true))),
        ),
        (
            "device.osVersion at least 17.4",
            Rule::condition(
                FactRef::Device(DeviceFact::OsVersion),
                Test::AtLeast(Value::Version(OsVersion::new(17, 4, 0))),
            ),
        ),
        (
            r#"user."Joined" on or before 2026-02-28"#,
            Rule::condition(attribute("Joined"), Test::AtMost(Value::Date(Date::new(2026, 2, 28).unwrap()))),
        ),
        (r#"user in group "Staff""#, Rule::InGroup(GroupRef::User("g1".into()))),
        (r#"device not in group "d2""#, Rule::NotInGroup(GroupRef::Device("d2".into()))),
        ("user.email has no value", Rule::condition(FactRef::User(UserFact::Email), Test::HasNoValue)),
        (
            "none of (device.platform is one of (IOS, ipados,),)",
            Rule::None(vec![Rule::condition(
                FactRef::Device(DeviceFact::Platform),
                Test::OneOf(vec![Value::Choice("ios".into()), Value::Choice("ipados".into())]),
            )]),
        ),
        ("all of ()", Rule::everyone()),
    ] {
        assert_eq!(rule(text), expected, "{text}");
    }
}

#[test]
fn there_is_one_canonical_spelling() {
    for (text, expected) in [
        ("all  of(\n)", "all of ()"),
        (r#"user."department" contains "Sales""#, r#"user."Department" contains "Sales""#),
        (r#"user."a1" contains "Sales""#, r#"user."Department" contains "Sales""#),
        (r#"user."level" before 3.50"#, r#"user."Level" below 3.5"#),
        (r#"device."Bought" above 2024-01-01"#, r#"device."Bought" after 2024-01-01"#),
        ("device.osVersion is \"17\"", "device.osVersion is 17.0"),
        (r#"user."Ward" is "WARD A""#, r#"user."Ward" is "Ward A""#),
        (r#"user.userName is "a\u{62}c""#, r#"user.userName is "abc""#),
    ] {
        assert_eq!(canonical(text), expected, "{text}");
    }
}

#[test]
fn an_id_goes_before_a_name_and_a_shared_name_gives_way_to_ids() {
    assert_eq!(canonical(r#"user in group "g1""#), r#"user in group "Staff""#);
    assert_eq!(canonical(r#"user in group "g2""#), r#"user in group "g2""#);
    assert_eq!(canonical(r#"device."t1" has a value"#), r#"device."t1" has a value"#);
}
