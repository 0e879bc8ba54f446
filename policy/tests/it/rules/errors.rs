//! A rule that is wrong is refused with the place and what was expected there.

use baton_policy::rule::{Condition, FactRef, GroupRef, MAX_DEPTH, Side, Test, UserFact, check, parse};
use baton_policy::{Number, Rule, Value};

use super::samples::vocabulary;

fn refused(text: &str, side: Side) -> String {
    match parse(text, side, &vocabulary()) {
        Ok(rule) => panic!("{text}: read as {rule:?}"),
        Err(error) => error.to_string(),
    }
}

#[test]
fn an_error_names_the_place_and_what_was_expected() {
    for (text, expected) in [
        ("", "line 1, column 1: expected `all of`, `any of`, `none of`, `user` or `device`, found the end"),
        ("all (", "line 1, column 5: expected `of`, found `(`"),
        ("all of (user.nobody is yes", "line 1, column 27: expected `,` or `)`, found the end"),
        (
            "all of (\n  group \"x\")",
            "line 2, column 3: expected `all of`, `any of`, `none of`, `user` or `device`, found `group`",
        ),
        ("user nobody", "line 1, column 6: expected `.`, `in group` or `not in group`, found `nobody`"),
        (
            "user.nobdy is yes",
            "line 1, column 6: a user has no fact `nobdy`, expected one of `nobody`, `userName`, `displayName`, `email`, \
             `role`; attributes are written in quotes",
        ),
        (r#"user."Depratment" is "x""#, "line 1, column 6: there is no user attribute `Depratment`"),
        (r#"user in group "Stuff""#, "line 1, column 15: there is no user group `Stuff`"),
        (r#"device."TWIN" is "x""#, "line 1, column 8: `TWIN` names several; write the id of the one that is meant"),
        (
            "user.nobody equals yes",
            "line 1, column 13: expected `is`, `is not`, `is one of`, `has a value`, `has no value`, found `equals`",
        ),
        (
            "device.platform starts with \"i\"",
            "line 1, column 17: `starts with` is not for a choice, expected one of `is`, `is not`, `is one of`, `has a value`, \
             `has no value`",
        ),
        ("user.nobody is maybe", "line 1, column 16: `maybe` is neither yes nor no"),
        ("device.osVersion below 17.x", "line 1, column 24: `17.x` is not a version such as `17.5.1`"),
        (r#"user."Joined" before 2026-02-30"#, "line 1, column 22: `2026-02-30` is not a date such as `2026-05-01`"),
        (
            r#"user."Level" is 1.2345"#,
            "line 1, column 17: `1.2345` is not a number such as `-12.5`, with at most twelve digits before the point and \
             three after it",
        ),
        (
            "device.platform is android",
            "line 1, column 20: `android` is not an option, expected one of ios, ipados, macos, visionos, tvos, watchos",
        ),
        ("user.email is ann", "line 1, column 15: expected a text in quotes, found `ann`"),
        ("user.email is \"ann", "line 1, column 19: expected `\"`, found the end"),
        (
            r#"user.email is "\q""#,
            "line 1, column 16: expected `\\\"`, `\\\\`, `\\n` or `\\u{…}` with a character's number, found `\\q`",
        ),
        ("device.platform is one of ()", "line 1, column 27: `is one of` needs at least one value"),
        ("user.nobody is yes user", "line 1, column 20: expected the end of the rule, found `user`"),
        ("user.nobody is", "line 1, column 15: expected a yes/no value, found the end"),
    ] {
        assert_eq!(refused(text, Side::Device), expected, "{text}");
    }
}

#[test]
fn columns_count_characters_and_offsets_bytes() {
    let error = parse("any of (user.email is \"äöü\", x)", Side::User, &vocabulary()).unwrap_err();
    assert_eq!((error.at.offset, error.at.line, error.at.column), (32, 1, 30));
}

#[test]
fn a_rule_for_users_cannot_ask_for_the_device() {
    let sentence = "a rule for users cannot ask for the device, because a user can have several or none";
    assert_eq!(refused("device.supervised is yes", Side::User), format!("line 1, column 1: {sentence}"));
    assert_eq!(refused("device in group \"Pool\"", Side::User), format!("line 1, column 1: {sentence}"));
    let rule = Rule::InGroup(GroupRef::Device("d2".into()));
    assert_eq!(check(&rule, Side::User, &vocabulary()).unwrap_err().to_string(), format!("`inGroup`: {sentence}"));
}

#[test]
fn a_tree_is_refused_with_the_way_to_what_is_wrong() {
    let of = |fact: &str, test| Rule::Condition(Condition { fact: FactRef::UserAttribute(fact.into()), test });
    for (part, expected) in [
        (of("Salary", Test::HasValue), "`all[1].condition.fact`: there is no user attribute `Salary`"),
        (of("Level", Test::Is(Value::Text("x".into()))), "`all[1].condition.test`: `x` is not a number"),
        (
            of("Ward", Test::Is(Value::Choice("C".into()))),
            "`all[1].condition.test`: `C` is not an option, expected one of not, Ward A, ward \"b\"",
        ),
        (of("Ward", Test::OneOf(Vec::new())), "`all[1].condition.test`: `is one of` needs at least one value"),
        (
            of("Multiuser owner", Test::Below(Value::Number(Number::default()))),
            "`all[1].condition.test`: `below` is not for a yes/no value, expected one of `is`, `is not`, `is one of`, \
             `has a value`, `has no value`",
        ),
        (Rule::NotInGroup(GroupRef::User("none".into())), "`all[1].notInGroup`: there is no user group `none`"),
        (
            Rule::Any(vec![of("Salary", Test::HasValue)]),
            "`all[1].any[0].condition.fact`: there is no user attribute `Salary`",
        ),
    ] {
        let rule = Rule::All(vec![Rule::everyone(), part]);
        assert_eq!(check(&rule, Side::Device, &vocabulary()).unwrap_err().to_string(), expected);
    }
}

#[test]
fn a_rule_that_nests_too_deep_is_refused_in_both_forms() {
    let nested = |levels: usize| "all of (".repeat(levels) + &")".repeat(levels);
    let tree = |levels| (1..levels).fold(Rule::everyone(), |rule, _| Rule::All(vec![rule]));
    assert!(parse(&nested(MAX_DEPTH), Side::User, &vocabulary()).is_ok());
    assert!(check(&tree(MAX_DEPTH), Side::User, &vocabulary()).is_ok());
    assert!(refused(&nested(MAX_DEPTH + 1), Side::User).ends_with("the rule nests deeper than 32 levels"));
    let error = check(&tree(MAX_DEPTH + 1), Side::User, &vocabulary()).unwrap_err();
    assert!(error.to_string().ends_with("the rule nests deeper than 32 levels"));
}

#[test]
fn a_rule_that_is_too_long_is_refused_in_both_forms() {
    let long = "x".repeat(70_000);
    assert_eq!(
        refused(&format!("user.email is \"{long}\""), Side::User),
        "line 1, column 1: the rule is longer than 65536 bytes"
    );
    let tree = Rule::condition(FactRef::User(UserFact::Email), Test::Is(Value::Text(long)));
    assert_eq!(check(&tree, Side::User, &vocabulary()).unwrap_err().to_string(), "the rule is longer than 65536 bytes");
}
