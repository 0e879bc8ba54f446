//! Small random organisations in which everything that can meet does meet, and changes of them.

use std::collections::{BTreeMap, BTreeSet};

use baton_policy::engine::Change;
use baton_policy::rule::{Condition, DeviceFact, FactRef, GroupRef, Pattern, Test, UserFact};
use baton_policy::snapshot::{
    AppGroup, Attributes, Device, DeviceGroup, Group, Item, RuleSource, Snapshot, User, UserGroup,
};
use baton_policy::{
    AttributeDefinition, AttributeId, AttributeType, CustomDistribution, Date, Distribution, Fact, Filter, ItemKind,
    Number, OsVersion, Platform, Rule, Scalar, Truth, Value,
};
use proptest::prelude::*;
use proptest::sample::{select, subsequence};

use crate::worlds as plain;

const USERS: [&str; 4] = ["nobody", "ann", "ben", "cem"];
const DEVICES: [&str; 5] = ["p0", "p1", "p2", "p3", "p4"];
const USER_GROUPS: [&str; 4] = ["u0", "u1", "u2", "u3"];
const DEVICE_GROUPS: [&str; 4] = ["d0", "d1", "d2", "d3"];
const ITEMS: [&str; 3] = ["i0", "i1", "i2"];
const TAGS: [&str; 2] = ["office", "ward"];

pub fn attributes() -> Attributes {
    let owner = AttributeDefinition::new("Multiuser owner", AttributeType::YesNo);
    let level =
        AttributeDefinition { default: Some("3".into()), ..AttributeDefinition::new("Level", AttributeType::Number) };
    let ward = AttributeType::Choice(vec!["A".to_owned(), "B".to_owned()]);
    Attributes {
        user: vec![owner, level, AttributeDefinition::new("Department", AttributeType::Text)],
        device: vec![AttributeDefinition::new("Ward", ward), AttributeDefinition::new("Bought", AttributeType::Date)],
    }
}

fn scalar(attribute: &str) -> BoxedStrategy<Scalar> {
    match attribute {
        "Multiuser owner" => select(vec![Scalar::YesNo(true), "Yes".into(), "false".into()]).boxed(),
        "Level" => select(vec![Scalar::from("2.5"), "3".into(), Scalar::Number("4".parse().unwrap())]).boxed(),
        "Ward" => select(vec![Scalar::from("a"), "B".into()]).boxed(),
        "Bought" => select(vec![Scalar::from("2024-01-01"), "2025-06-30".into()]).boxed(),
        _ => select(vec![Scalar::from("Sales"), "sales north".into()]).boxed(),
    }
}

fn values(
    names: &'static [&'static str],
) -> impl Strategy<Value = (BTreeMap<AttributeId, Scalar>, BTreeSet<AttributeId>)> {
    let each: Vec<_> = names
        .iter()
        .map(|name| {
            (Just(*name), prop_oneof![2 => Just(None), 3 => scalar(name).prop_map(Some)], prop::bool::weighted(0.2))
        })
        .collect();
    each.prop_map(|each| {
        let mut known = BTreeMap::new();
        let mut unknown = BTreeSet::new();
        for (name, value, is_unknown) in each {
            match value {
                Some(value) => drop(known.insert(name.into(), value)),
                None if is_unknown => drop(unknown.insert(name.into())),
                None => {}
            }
        }
        (known, unknown)
    })
}

fn members<I: Ord + std::fmt::Debug + From<&'static str>>(
    groups: &'static [&'static str],
) -> impl Strategy<Value = (BTreeSet<I>, BTreeSet<I>)> {
    // The first two groups are manual, as long as no change gives them a rule.
    let groups = &groups[..2];
    (subsequence(groups, 0..=2), subsequence(groups, 0..=2)).prop_map(|(known, unknown)| {
        let unknown = unknown.into_iter().filter(|group| !known.contains(group)).map(I::from).collect();
        (known.into_iter().map(I::from).collect(), unknown)
    })
}

fn user(id: &'static str) -> impl Strategy<Value = User> {
    let names = prop_oneof![Just(None), select(vec!["ann@x", "ben@x"]).prop_map(|name| Some(name.to_owned()))];
    (values(&["Multiuser owner", "Level", "Department"]), members(&USER_GROUPS), names).prop_map(
        move |((attributes, unknown_attributes), (groups, unknown_groups), email)| User {
            nobody: id == "nobody",
            email,
            attributes,
            unknown_attributes,
            groups,
            unknown_groups,
            ..User::new(id)
        },
    )
}

fn device(id: &'static str) -> impl Strategy<Value = Device> {
    let parts = (plain::facts(), select(&USERS[..]), values(&["Ward", "Bought"]), members(&DEVICE_GROUPS));
    parts.prop_map(move |(facts, holder, (attributes, unknown_attributes), (groups, unknown_groups))| Device {
        name: Some(id.to_owned()),
        attributes,
        unknown_attributes,
        groups,
        unknown_groups,
        ..Device::new(id, holder, facts)
    })
}

fn user_condition() -> impl Strategy<Value = Condition> {
    let attribute = |name: &str| FactRef::UserAttribute(name.into());
    let number = |text: &str| Value::Number(text.parse::<Number>().unwrap());
    select(vec![
        (attribute("Multiuser owner"), Test::Is(Value::YesNo(true))),
        (attribute("Multiuser owner"), Test::IsNot(Value::YesNo(true))),
        (attribute("Level"), Test::AtLeast(number("3"))),
        (attribute("Level"), Test::Below(number("3"))),
        (attribute("Department"), Test::StartsWith("SALES".to_owned())),
        (attribute("Department"), Test::HasNoValue),
        (FactRef::User(UserFact::Nobody), Test::Is(Value::YesNo(false))),
        (FactRef::User(UserFact::Email), Test::Matches(Pattern::from("a*@x"))),
    ])
    .prop_map(|(fact, test)| Condition { fact, test })
}

fn device_condition() -> impl Strategy<Value = Condition> {
    let attribute = |name: &str| FactRef::DeviceAttribute(name.into());
    let date = |year| Value::Date(Date::new(year, 1, 1).unwrap());
    let platforms = ["ios", "ipados"].map(|name| Value::Choice(name.to_owned()));
    select(vec![
        (attribute("Ward"), Test::Is(Value::Choice("A".to_owned()))),
        (attribute("Ward"), Test::HasValue),
        (attribute("Bought"), Test::Above(date(2024))),
        (attribute("Bought"), Test::AtMost(date(2025))),
        (FactRef::Device(DeviceFact::Platform), Test::OneOf(platforms.into())),
        (FactRef::Device(DeviceFact::OsVersion), Test::AtLeast(Value::Version(OsVersion::new(17, 0, 0)))),
        (FactRef::Device(DeviceFact::Supervised), Test::Is(Value::YesNo(true))),
        (FactRef::Device(DeviceFact::Name), Test::Contains("P1".to_owned())),
    ])
    .prop_map(|(fact, test)| Condition { fact, test })
}

fn tree(leaf: BoxedStrategy<Rule>) -> impl Strategy<Value = Rule> {
    leaf.prop_recursive(2, 6, 3, |part| {
        prop_oneof![
            prop::collection::vec(part.clone(), 0..3).prop_map(Rule::All),
            prop::collection::vec(part.clone(), 0..3).prop_map(Rule::Any),
            prop::collection::vec(part, 0..3).prop_map(Rule::None),
        ]
    })
}

fn asks(groups: Vec<GroupRef>) -> BoxedStrategy<Rule> {
    if groups.is_empty() {
        return Just(Rule::everyone()).boxed();
    }
    (select(groups), any::<bool>())
        .prop_map(|(group, member)| if member { Rule::InGroup(group) } else { Rule::NotInGroup(group) })
        .boxed()
}

/// A rule that asks for no other groups than these.
fn user_rule(groups: &[&'static str]) -> impl Strategy<Value = Rule> + use<> {
    let groups = groups.iter().map(|group| GroupRef::User((*group).into())).collect();
    tree(prop_oneof![3 => user_condition().prop_map(Rule::Condition), 2 => asks(groups)].boxed())
}

fn device_rule(groups: &[&'static str]) -> impl Strategy<Value = Rule> + use<> {
    let of_users = USER_GROUPS.iter().map(|group| GroupRef::User((*group).into()));
    let groups = groups.iter().map(|group| GroupRef::Device((*group).into())).chain(of_users).collect();
    let condition = prop_oneof![user_condition(), device_condition()].prop_map(Rule::Condition);
    tree(prop_oneof![3 => condition, 2 => asks(groups)].boxed())
}

fn group<I: Clone + std::fmt::Debug + From<&'static str>>(
    id: &'static str,
    rule: impl Strategy<Value = Option<Rule>>,
) -> impl Strategy<Value = Group<I>> {
    rule.prop_map(move |rule| Group { id: id.into(), name: None, rule: rule.map(RuleSource::Tree) })
}

fn user_groups() -> impl Strategy<Value = Vec<UserGroup>> {
    let rules = (user_rule(&USER_GROUPS[..2]), user_rule(&USER_GROUPS[..3]));
    rules.prop_map(|(third, fourth)| {
        let groups = USER_GROUPS.iter().zip([None, None, Some(third), Some(fourth)]);
        groups.map(|(id, rule)| Group { id: (*id).into(), name: None, rule: rule.map(RuleSource::Tree) }).collect()
    })
}

fn device_groups() -> impl Strategy<Value = Vec<DeviceGroup>> {
    let rules = (device_rule(&DEVICE_GROUPS[..2]), device_rule(&DEVICE_GROUPS[..3]));
    rules.prop_map(|(third, fourth)| {
        let groups = DEVICE_GROUPS.iter().zip([None, None, Some(third), Some(fourth)]);
        groups.map(|(id, rule)| Group { id: (*id).into(), name: None, rule: rule.map(RuleSource::Tree) }).collect()
    })
}

fn filter() -> impl Strategy<Value = Filter> {
    prop_oneof![
        any::<bool>().prop_map(Filter::UserEnrollmentEnrolled),
        any::<bool>().prop_map(Filter::AutomatedDeviceEnrollmentEnrolled),
        any::<bool>().prop_map(Filter::Supervised),
        subsequence(Platform::ALL, 0..=6).prop_map(|platforms| Filter::Platform(platforms.into_iter().collect())),
        (14_u16..20).prop_map(|major| Filter::MinOsVersion(OsVersion::new(major, 0, 0))),
        (14_u16..20).prop_map(|major| Filter::MaxOsVersion(OsVersion::new(major, 0, 0))),
    ]
}

fn some<I: Ord + std::fmt::Debug + From<&'static str>>(
    ids: &'static [&'static str],
    most: usize,
) -> impl Strategy<Value = BTreeSet<I>> {
    subsequence(ids, 0..=most).prop_map(|ids| ids.into_iter().map(I::from).collect())
}

pub fn distribution() -> impl Strategy<Value = Distribution> {
    let parts = (
        some(&USER_GROUPS, 3),
        some(&DEVICE_GROUPS, 3),
        some(&USERS, 1),
        some(&USER_GROUPS, 1),
        some(&DEVICE_GROUPS, 1),
        prop::collection::vec(filter(), 0..2),
    );
    let custom = parts.prop_map(|(user_groups, device_groups, users, not_users, not_devices, filters)| {
        Distribution::Custom(CustomDistribution {
            include_user_groups: user_groups,
            include_device_groups: device_groups,
            include_users: users,
            exclude_user_groups: not_users,
            exclude_device_groups: not_devices,
            filters,
        })
    });
    prop_oneof![1 => Just(Distribution::AllDevices), 1 => Just(Distribution::NoDevices), 8 => custom]
}

fn item(id: &'static str) -> impl Strategy<Value = Item> {
    let parts =
        (select(ItemKind::ALL), distribution(), some(&TAGS, 2), any::<bool>(), any::<bool>(), plain::payloads());
    parts.prop_map(move |(kind, distribution, tags, personal, reset_between_people, payloads)| Item {
        payloads: if kind == ItemKind::Restrictions { payloads } else { Vec::new() },
        tags,
        personal,
        reset_between_people,
        ..Item::new(id, kind, distribution)
    })
}

fn app_group(id: &'static str) -> impl Strategy<Value = AppGroup> {
    (some(&TAGS, 2), distribution()).prop_map(move |(tags, distribution)| AppGroup {
        id: id.into(),
        name: None,
        tags,
        distribution,
    })
}

/// A whole organisation.
pub fn snapshot() -> impl Strategy<Value = Snapshot> {
    let users: Vec<_> = USERS.iter().map(|id| user(id)).collect();
    let devices: Vec<_> = DEVICES[..4].iter().map(|id| device(id)).collect();
    let items: Vec<_> = ITEMS.iter().map(|id| item(id)).collect();
    let app_groups = prop_oneof![Just(Vec::new()), prop::collection::vec(app_group("g0"), 1)];
    (users, devices, user_groups(), device_groups(), items, app_groups).prop_map(
        |(users, devices, user_groups, device_groups, items, app_groups)| Snapshot {
            attributes: attributes(),
            user_groups,
            device_groups,
            users,
            devices,
            items,
            app_groups,
            ..Snapshot::default()
        },
    )
}

fn value(attribute: &'static str) -> impl Strategy<Value = (AttributeId, Fact<Scalar>)> {
    let fact =
        prop_oneof![3 => scalar(attribute).prop_map(Fact::Value), 1 => Just(Fact::Empty), 1 => Just(Fact::Unknown)];
    fact.prop_map(move |fact| (attribute.into(), fact))
}

fn facts_change() -> impl Strategy<Value = Change> {
    let users = || select(&USERS[..]);
    let devices = || select(&DEVICES[..]);
    let user_value = prop_oneof![value("Multiuser owner"), value("Level"), value("Department")];
    prop_oneof![
        (users(), user_value).prop_map(|(user, (attribute, value))| Change::UserAttribute {
            user: user.into(),
            attribute,
            value
        }),
        (devices(), prop_oneof![value("Ward"), value("Bought")]).prop_map(|(device, (attribute, value))| {
            Change::DeviceAttribute { device: device.into(), attribute, value }
        }),
        (devices(), plain::facts()).prop_map(|(device, facts)| Change::DeviceFacts { device: device.into(), facts }),
        (devices(), users()).prop_map(|(device, user)| Change::Holder { device: device.into(), user: user.into() }),
        (users(), select(&USER_GROUPS[..]), select(Truth::ALL)).prop_map(|(user, group, member)| Change::UserInGroup {
            user: user.into(),
            group: group.into(),
            member
        }),
        (devices(), select(&DEVICE_GROUPS[..]), select(Truth::ALL)).prop_map(|(device, group, member)| {
            Change::DeviceInGroup { device: device.into(), group: group.into(), member }
        }),
    ]
}

fn people_and_things() -> impl Strategy<Value = Change> {
    prop_oneof![
        1 => select(&USERS[..]).prop_flat_map(user).prop_map(Change::PutUser),
        1 => select(&USERS[..]).prop_map(|id| Change::RemoveUser(id.into())),
        2 => select(&DEVICES[..]).prop_flat_map(device).prop_map(|device| Change::PutDevice(Box::new(device))),
        2 => select(&DEVICES[..]).prop_map(|id| Change::RemoveDevice(id.into())),
        2 => select(&ITEMS[..]).prop_flat_map(item).prop_map(|item| Change::PutItem(Box::new(item))),
        1 => select(&ITEMS[..]).prop_map(|id| Change::RemoveItem(id.into())),
        1 => app_group("g0").prop_map(Change::PutAppGroup),
        1 => Just(Change::RemoveAppGroup("g0".into())),
    ]
}

fn groups_change() -> impl Strategy<Value = Change> {
    let user_rule = || prop_oneof![1 => Just(None), 3 => user_rule(&USER_GROUPS).prop_map(Some)];
    let device_rule = || prop_oneof![1 => Just(None), 3 => device_rule(&DEVICE_GROUPS).prop_map(Some)];
    prop_oneof![
        select(&USER_GROUPS[..]).prop_flat_map(move |id| group(id, user_rule())).prop_map(Change::PutUserGroup),
        select(&DEVICE_GROUPS[..]).prop_flat_map(move |id| group(id, device_rule())).prop_map(Change::PutDeviceGroup),
        select(&USER_GROUPS[..]).prop_map(|id| Change::RemoveUserGroup(id.into())),
        select(&DEVICE_GROUPS[..]).prop_map(|id| Change::RemoveDeviceGroup(id.into())),
    ]
}

/// Any change; some do not fit.
pub fn change() -> impl Strategy<Value = Change> {
    prop_oneof![4 => facts_change(), 2 => people_and_things(), 2 => groups_change()]
}
