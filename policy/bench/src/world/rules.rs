//! The organisation's groups. A dynamic group asks for groups before it, so that rules nest and never go in circles.

use baton_policy::Rule;
use baton_policy::rule::{Condition, DeviceFact, FactRef, GroupRef, Test, UserFact};
use baton_policy::snapshot::Snapshot;
use baton_policy::{OsVersion, Value};

use super::{DEPARTMENTS, DEVICE_GROUPS, MAJORS, PLATFORMS, USER_GROUPS, WARDS, group, number};
use crate::random::Random;

/// Makes all groups.
pub fn groups(random: &mut Random, snapshot: &mut Snapshot) {
    for index in 0..USER_GROUPS.0 + USER_GROUPS.1 {
        let rule = (index >= USER_GROUPS.0).then(|| user_rule(random, index, 2));
        snapshot.user_groups.push(group(format!("u{index}"), rule));
    }
    for index in 0..DEVICE_GROUPS.0 + DEVICE_GROUPS.1 {
        let rule = (index >= DEVICE_GROUPS.0).then(|| device_rule(random, index, 2));
        snapshot.device_groups.push(group(format!("d{index}"), rule));
    }
}

fn tree(random: &mut Random, depth: usize, leaf: &mut impl FnMut(&mut Random) -> Rule) -> Rule {
    let parts = (0..2 + random.below(2))
        .map(|_| if depth > 1 && random.percent(40) { tree(random, depth - 1, leaf) } else { leaf(random) })
        .collect();
    match random.below(5) {
        0 | 1 => Rule::All(parts),
        2 | 3 => Rule::Any(parts),
        _ => Rule::None(parts),
    }
}

/// A rule that may ask for user groups below this one.
fn user_rule(random: &mut Random, below: usize, depth: usize) -> Rule {
    tree(random, depth, &mut |random| user_leaf(random, below))
}

fn device_rule(random: &mut Random, below: usize, depth: usize) -> Rule {
    tree(random, depth, &mut |random| match random.below(10) {
        0..=2 => user_leaf(random, USER_GROUPS.0 + USER_GROUPS.1),
        3 | 4 => in_group(random, |index| GroupRef::Device(format!("d{index}").into()), below),
        _ => device_condition(random),
    })
}

fn user_leaf(random: &mut Random, below: usize) -> Rule {
    if random.percent(35) {
        in_group(random, |index| GroupRef::User(format!("u{index}").into()), below)
    } else {
        user_condition(random)
    }
}

fn in_group(random: &mut Random, group: impl Fn(usize) -> GroupRef, below: usize) -> Rule {
    let group = group(random.below(below));
    if random.percent(80) { Rule::InGroup(group) } else { Rule::NotInGroup(group) }
}

fn user_condition(random: &mut Random) -> Rule {
    let attribute = |name: &str| FactRef::UserAttribute(name.into());
    let department = |random: &mut Random| (*random.one(&DEPARTMENTS)).to_owned();
    let (fact, test) = match random.below(9) {
        0 => (attribute("Owner"), Test::Is(Value::YesNo(true))),
        1 => (attribute("Owner"), Test::IsNot(Value::YesNo(true))),
        2 => (attribute("Level"), Test::AtLeast(Value::Number(number(1 + random.below(8))))),
        3 => (attribute("Level"), Test::Below(Value::Number(number(1 + random.below(8))))),
        4 => (attribute("Department"), Test::Is(Value::Text(department(random)))),
        5 => (attribute("Department"), Test::OneOf((0..3).map(|_| Value::Text(department(random))).collect())),
        6 => (attribute("Department"), Test::StartsWith("CARE".to_owned())),
        7 => (attribute("Department"), Test::HasValue),
        _ => (FactRef::User(UserFact::Email), Test::Contains("@north".to_owned())),
    };
    Rule::Condition(Condition { fact, test })
}

fn device_condition(random: &mut Random) -> Rule {
    let attribute = |name: &str| FactRef::DeviceAttribute(name.into());
    let ward = |random: &mut Random| Value::Choice((*random.one(&WARDS)).to_owned());
    let platform = |random: &mut Random| Value::Choice(random.one(&PLATFORMS).as_str().to_owned());
    let version = |random: &mut Random| Value::Version(OsVersion::new(*random.one(&MAJORS), 3, 0));
    let (fact, test) = match random.below(9) {
        0 => (attribute("Ward"), Test::Is(ward(random))),
        1 => (attribute("Ward"), Test::OneOf((0..3).map(|_| ward(random)).collect())),
        2 => (attribute("Ward"), Test::HasNoValue),
        3 => (attribute("Age"), Test::AtMost(Value::Number(number(random.below(5))))),
        4 => (FactRef::Device(DeviceFact::Platform), Test::Is(platform(random))),
        5 => (FactRef::Device(DeviceFact::OsVersion), Test::AtLeast(version(random))),
        6 => (FactRef::Device(DeviceFact::OsVersion), Test::Below(version(random))),
        7 => (FactRef::Device(DeviceFact::Supervised), Test::Is(Value::YesNo(true))),
        _ => (FactRef::Device(DeviceFact::LostMode), Test::IsNot(Value::YesNo(true))),
    };
    Rule::Condition(Condition { fact, test })
}
