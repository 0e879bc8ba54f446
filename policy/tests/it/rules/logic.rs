//! Conditions and their logic (spec C3).

use std::collections::BTreeMap;

use baton_policy::rule::{Condition, FactRef, Facts, GroupRef, Pattern, Side, Test, UserFact, matches, parse};
use baton_policy::{Fact, OsVersion, Rule, Truth, Value};
use proptest::prelude::*;

use super::samples::{condition, rule, type_of, value, vocabulary};

/// A user with these facts and groups; everything else is empty, or not a member.
#[derive(Clone, Debug, Default)]
struct Someone {
    facts: BTreeMap<FactRef, Fact<Value>>,
    groups: BTreeMap<GroupRef, Truth>,
}

impl Facts for Someone {
    fn fact(&self, fact: &FactRef) -> Fact<Value> {
        self.facts.get(fact).cloned().unwrap_or(Fact::Empty)
    }

    fn is_in(&self, group: &GroupRef) -> Truth {
        self.groups.get(group).copied().unwrap_or(Truth::False)
    }
}

fn holds(test: &str, fact: &Fact<Value>) -> Truth {
    let text = format!("device.{test}");
    let Rule::Condition(Condition { test, .. }) = parse(&text, Side::Device, &vocabulary()).unwrap() else {
        panic!("{text} is no condition")
    };
    test.on(fact)
}

fn version(text: &str) -> Fact<Value> {
    Fact::Value(Value::Version(text.parse::<OsVersion>().unwrap()))
}

fn text(text: &str) -> Fact<Value> {
    Fact::Value(Value::Text(text.to_owned()))
}

#[test]
fn versions_compare_as_versions() {
    for (test, actual, expected) in [
        ("osVersion at least 17.4", "17.10", true),
        ("osVersion at least 17.4", "17.3.9", false),
        ("osVersion below 17.10", "17.9", true),
        ("osVersion above 9.3", "10.0", true),
        ("osVersion is 17", "17.0", true),
        ("osVersion at most 17.4", "17.4.1", false),
    ] {
        assert_eq!(holds(test, &version(actual)), expected.into(), "{actual}: {test}");
    }
}

#[test]
fn text_compares_without_regard_to_case() {
    for (test, actual, expected) in [
        (r#"name is "ÄRZTIN""#, "ärztin", true),
        (r#"name is not "ärztin""#, "Ärztin", false),
        (r#"name is one of ("a", "B")"#, "b", true),
        (r#"name starts with "Ward""#, "WARD 3", true),
        (r#"name starts with "Ward 33""#, "Ward 3", false),
        (r#"name contains "ard""#, "wARDrobe", true),
        (r#"name matches "w*3""#, "Ward 3", true),
        (r#"name matches "ward ?""#, "Ward 33", false),
    ] {
        assert_eq!(holds(test, &text(actual)), expected.into(), "{actual}: {test}");
    }
}

#[test]
fn empty_is_no_value_and_not_any_value() {
    for (test, expected) in [
        (r#"name is "x""#, false),
        (r#"name is not "x""#, true),
        (r#"name is one of ("x")"#, false),
        (r#"name starts with """#, false),
        (r#"name contains """#, false),
        (r#"name matches "*""#, false),
        ("osVersion below 17", false),
        ("osVersion at least 17", false),
        ("name has a value", false),
        ("name has no value", true),
    ] {
        assert_eq!(holds(test, &Fact::Empty), expected.into(), "{test}");
    }
}

#[test]
fn patterns_are_for_the_whole_text_and_only_three_signs_are_special() {
    for (pattern, text, expected) in [
        ("", "", true),
        ("*", "", true),
        ("?", "", false),
        ("a*b*c", "aXXbYYc", true),
        ("a*b*c", "aXXcYYb", false),
        ("*ab", "aab", true),
        ("*aab*", "aaab", true),
        ("a.c", "abc", false),
        ("[a]", "a", false),
        (r"100\%", "100%", true),
        (r"\*\?\\", r"*?\", true),
        (r"\*", "x", false),
        (r"a\", r"a\", true),
        ("Ä?", "äß", true),
    ] {
        assert_eq!(matches(&Pattern::from(pattern), text), expected, "{pattern} on {text}");
    }
}

#[test]
fn a_pattern_that_repeats_itself_does_not_take_long() {
    let pattern = Pattern("*a".repeat(200) + "b");
    assert!(!matches(&pattern, &"a".repeat(4_000)));
}

proptest! {
    #![proptest_config(crate::cases(256))]

    #[test]
    fn an_unknown_fact_leaves_every_condition_open(condition in condition(Side::Device)) {
        prop_assert_eq!(condition.test.on(&Fact::Unknown), Truth::Unknown);
    }

    #[test]
    fn is_and_is_not_are_opposites(
        (fact, wanted) in condition(Side::Device).prop_flat_map(|condition| {
            let value_type = type_of(&condition.fact);
            (prop_oneof![Just(Fact::Empty), value(value_type).prop_map(Fact::Value)], value(value_type))
        }),
    ) {
        prop_assert_eq!(Test::Is(wanted.clone()).on(&fact), !Test::IsNot(wanted).on(&fact));
    }

    #[test]
    fn the_four_comparisons_agree(
        (value, limit) in condition(Side::Device)
            .prop_filter("an order", |condition| !condition.test.values().is_empty())
            .prop_flat_map(|condition| (value(type_of(&condition.fact)), value(type_of(&condition.fact)))),
    ) {
        let on = |test: Test| test.on(&Fact::Value(value.clone()));
        if value.compare(&limit).is_some() {
            prop_assert_eq!(on(Test::Below(limit.clone())), !on(Test::AtLeast(limit.clone())));
            prop_assert_eq!(on(Test::Above(limit.clone())), !on(Test::AtMost(limit.clone())));
            prop_assert_eq!(
                on(Test::AtMost(limit.clone())).and(on(Test::AtLeast(limit.clone()))),
                on(Test::Is(limit.clone()))
            );
        }
    }

    #[test]
    fn none_is_the_opposite_of_any(parts in prop::collection::vec(rule(Side::User), 0..4), someone in someone()) {
        prop_assert_eq!(Rule::None(parts.clone()).test(&someone), !Rule::Any(parts).test(&someone));
    }

    #[test]
    fn what_holds_with_something_unknown_holds_whatever_it_turns_out_to_be(
        rule in rule(Side::User),
        someone in someone(),
        turns_out in someone(),
    ) {
        let before = rule.test(&someone);
        let mut told = turns_out;
        told.facts.extend(someone.facts.into_iter().filter(|(_, fact)| *fact != Fact::Unknown));
        told.groups.extend(someone.groups.into_iter().filter(|(_, member)| *member != Truth::Unknown));
        let after = rule.test(&told);
        prop_assert!(before == Truth::Unknown || before == after);
    }
}

/// Somebody with a fact for everything that rules for users read.
fn someone() -> impl Strategy<Value = Someone> {
    let facts: Vec<_> = super::samples::facts(Side::User)
        .into_iter()
        .map(|fact| {
            let value_type = type_of(&fact);
            let state = prop_oneof![
                3 => value(value_type).prop_map(Fact::Value),
                1 => Just(Fact::Empty),
                1 => Just(Fact::Unknown),
            ];
            (Just(fact), state)
        })
        .collect();
    let groups: Vec<_> = ["g1", "g2", "everyone"]
        .map(|id| (Just(GroupRef::User(id.into())), proptest::sample::select(Truth::ALL)))
        .into();
    (facts, groups).prop_map(|(facts, groups)| Someone {
        facts: facts.into_iter().collect(),
        groups: groups.into_iter().collect(),
    })
}

#[test]
fn the_recipe_of_the_seeds_tells_nobody_from_people() {
    let attribute = FactRef::UserAttribute("Multiuser owner".into());
    let nobody = Someone { facts: [(attribute, Fact::Value(Value::YesNo(true)))].into(), ..Someone::default() };
    let ann = Someone { facts: [(FactRef::User(UserFact::UserName), text("ann"))].into(), ..Someone::default() };
    let rule = |text| parse(text, Side::User, &vocabulary()).unwrap();
    let only_nobody = rule(r#"user."Multiuser owner" is Yes"#);
    let multi_users = rule(r#"user."Multiuser owner" is not Yes"#);
    assert_eq!((only_nobody.test(&nobody), multi_users.test(&nobody)), (Truth::True, Truth::False));
    assert_eq!((only_nobody.test(&ann), multi_users.test(&ann)), (Truth::False, Truth::True));
}
