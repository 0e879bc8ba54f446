//! The organisation as general languages can take it: facts as flags, numbers and texts, items as lists of rules.
//!
//! What the two translators share. Texts are folded once, here, because neither language compares without regard to
//! case at a price that would be fair.

use std::collections::BTreeMap;

use baton_policy::catalogue::can_take;
use baton_policy::rule::{Condition, DeviceFact, FactRef, GroupRef, Side, Test, UserFact};
use baton_policy::snapshot::{Device, Item, Snapshot, User};
use baton_policy::{
    AttributeId, DeviceFacts, Distribution, Fact, Filter, ItemKind, Outcome, Ownership, Rule, Scalar, Supervision,
    UserId, Value,
};

use crate::world::{ENROLLMENTS, MAJORS, PLATFORMS};

/// A value in a general language.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Plain {
    /// True or false.
    Flag(bool),
    /// A whole number: numbers in thousandths, versions as one number.
    Number(i64),
    /// A text in lower case.
    Text(String),
}

/// A subject's facts by name.
pub type Facts = BTreeMap<String, Plain>;

/// The value of a condition.
#[must_use]
pub fn plain(value: &Value) -> Plain {
    match value {
        Value::YesNo(yes) => Plain::Flag(*yes),
        Value::Number(number) => Plain::Number(number.thousandths()),
        Value::Version(version) => Plain::Number(
            i64::from(version.major) * 1_000_000 + i64::from(version.minor) * 1_000 + i64::from(version.patch),
        ),
        Value::Text(text) | Value::Choice(text) => Plain::Text(text.to_lowercase()),
        Value::Date(date) => Plain::Text(date.to_string()),
    }
}

/// The name of a fact, and whether every subject has it.
#[must_use]
pub fn name(fact: &FactRef) -> (String, bool) {
    match fact {
        FactRef::User(UserFact::Nobody) => ("nobody".to_owned(), true),
        FactRef::User(fact) => (fact.as_str().to_owned(), false),
        FactRef::Device(DeviceFact::Name) => ("name".to_owned(), false),
        FactRef::Device(fact) => (fact.as_str().to_owned(), true),
        FactRef::UserAttribute(id) if id.as_str() == "Level" => ("level".to_owned(), true),
        FactRef::UserAttribute(id) | FactRef::DeviceAttribute(id) => (id.as_str().to_lowercase(), false),
    }
}

fn insert(facts: &mut Facts, name: &str, value: Option<Plain>) {
    if let Some(value) = value {
        facts.insert(name.to_owned(), value);
    }
}

fn attribute(snapshot: &Snapshot, side: Side, id: &AttributeId, scalar: Option<&Scalar>) -> Option<Plain> {
    let definitions = match side {
        Side::User => &snapshot.attributes.user,
        Side::Device => &snapshot.attributes.device,
    };
    let definition = definitions.iter().find(|definition| definition.id == *id)?;
    let scalar = scalar.or(definition.default.as_ref())?;
    scalar.read(definition.attribute_type.value_type()).ok().map(|value| plain(&value))
}

/// What rules can read of a user.
#[must_use]
pub fn user_facts(snapshot: &Snapshot, user: &User) -> Facts {
    let mut facts = Facts::new();
    insert(&mut facts, "nobody", Some(Plain::Flag(user.nobody)));
    insert(&mut facts, "email", user.email.as_ref().map(|text| Plain::Text(text.to_lowercase())));
    for definition in &snapshot.attributes.user {
        let value = attribute(snapshot, Side::User, &definition.id, user.attributes.get(&definition.id));
        insert(&mut facts, &definition.id.as_str().to_lowercase(), value);
    }
    facts
}

/// What rules can read of a device.
#[must_use]
pub fn device_facts(snapshot: &Snapshot, device: &Device) -> Facts {
    let mut facts = Facts::new();
    let given = &device.facts;
    let version = given.os_version.value().map(|version| plain(&Value::Version(*version)));
    let text = |text: &str| Some(Plain::Text(text.to_lowercase()));
    insert(&mut facts, "platform", given.platform.value().and_then(|platform| text(platform.as_str())));
    insert(&mut facts, "osVersion", version);
    insert(&mut facts, "enrollment", text(given.enrollment.as_str()));
    insert(&mut facts, "ownership", text(given.ownership.as_str()));
    insert(&mut facts, "supervised", Some(Plain::Flag(given.is_supervised() == baton_policy::Truth::True)));
    insert(&mut facts, "lostMode", given.lost_mode.value().map(|on| Plain::Flag(*on)));
    for definition in &snapshot.attributes.device {
        let value = attribute(snapshot, Side::Device, &definition.id, device.attributes.get(&definition.id));
        insert(&mut facts, &definition.id.as_str().to_lowercase(), value);
    }
    facts
}

/// Who gets an item: any part permits, nothing forbids.
#[derive(Clone, Debug)]
pub struct PlainItem {
    /// Its id.
    pub id: String,
    /// Each distribution that reaches somebody: the item's own and those of its app groups.
    pub parts: Vec<Part>,
    /// The groups that any of them excludes.
    pub excluded: Vec<GroupRef>,
    /// The devices that cannot take it.
    pub refused: Option<Rule>,
}

/// One distribution.
#[derive(Clone, Debug)]
pub struct Part {
    /// Any of these; nothing stands for everybody.
    pub groups: Option<(Vec<UserId>, Vec<GroupRef>)>,
    /// And all of these.
    pub filters: Vec<Rule>,
}

/// All items.
#[must_use]
pub fn items(snapshot: &Snapshot) -> Vec<PlainItem> {
    snapshot.items.iter().map(|item| plain_item(snapshot, item)).collect()
}

fn plain_item(snapshot: &Snapshot, item: &Item) -> PlainItem {
    let of_groups = snapshot.app_groups.iter().filter(|group| group.has(item)).map(|group| &group.distribution);
    let mut plain =
        PlainItem { id: item.id.to_string(), parts: Vec::new(), excluded: Vec::new(), refused: refused(item.kind) };
    for distribution in std::iter::once(&item.distribution).chain(of_groups) {
        match distribution {
            Distribution::AllDevices => plain.parts.push(Part { groups: None, filters: Vec::new() }),
            Distribution::NoDevices => {}
            Distribution::Custom(custom) => {
                let users = custom.include_user_groups.iter().cloned().map(GroupRef::User);
                let devices = custom.include_device_groups.iter().cloned().map(GroupRef::Device);
                plain.parts.push(Part {
                    groups: Some((custom.include_users.iter().cloned().collect(), users.chain(devices).collect())),
                    filters: custom.filters.iter().map(filter).collect(),
                });
                plain.excluded.extend(custom.exclude_user_groups.iter().cloned().map(GroupRef::User));
                plain.excluded.extend(custom.exclude_device_groups.iter().cloned().map(GroupRef::Device));
            }
        }
    }
    plain
}

fn condition(fact: DeviceFact, test: Test) -> Rule {
    Rule::Condition(Condition { fact: FactRef::Device(fact), test })
}

fn choice(text: &str) -> Value {
    Value::Choice(text.to_owned())
}

fn filter(filter: &Filter) -> Rule {
    let enrolled = |kind: &str, yes: bool| {
        let test = if yes { Test::Is(choice(kind)) } else { Test::IsNot(choice(kind)) };
        condition(DeviceFact::Enrollment, test)
    };
    match filter {
        Filter::UserEnrollmentEnrolled(yes) => enrolled("user", *yes),
        Filter::AutomatedDeviceEnrollmentEnrolled(yes) => enrolled("automatedDevice", *yes),
        Filter::Supervised(yes) => condition(DeviceFact::Supervised, Test::Is(Value::YesNo(*yes))),
        Filter::Platform(platforms) => {
            let platforms = platforms.iter().map(|platform| choice(platform.as_str())).collect();
            condition(DeviceFact::Platform, Test::OneOf(platforms))
        }
        Filter::MinOsVersion(version) => condition(DeviceFact::OsVersion, Test::AtLeast(Value::Version(*version))),
        Filter::MaxOsVersion(version) => condition(DeviceFact::OsVersion, Test::AtMost(Value::Version(*version))),
    }
}

/// Which devices of the fleet cannot take such an item. Within the fleet's versions only platform and enrollment
/// matter; were it otherwise, the comparison with the oracle would find it.
fn refused(kind: ItemKind) -> Option<Rule> {
    let mut pairs = Vec::new();
    for platform in PLATFORMS {
        for enrollment in ENROLLMENTS {
            let facts = DeviceFacts {
                platform: platform.into(),
                os_version: Fact::Value(baton_policy::OsVersion::new(MAJORS[0], 0, 0)),
                supervision: Supervision::Unsupervised.into(),
                lost_mode: false.into(),
                ..DeviceFacts::new(enrollment, Ownership::Company)
            };
            if can_take(kind, &facts).outcome == Outcome::Deny {
                pairs.push(Rule::All(vec![
                    condition(DeviceFact::Platform, Test::Is(choice(platform.as_str()))),
                    condition(DeviceFact::Enrollment, Test::Is(choice(enrollment.as_str()))),
                ]));
            }
        }
    }
    (!pairs.is_empty()).then_some(Rule::Any(pairs))
}

/// The rule of a dynamic group.
#[must_use]
pub fn rule_of(snapshot: &Snapshot, group: &GroupRef) -> Option<Rule> {
    let (source, side) = match group {
        GroupRef::User(id) => (&snapshot.user_groups.iter().find(|group| group.id == *id)?.rule, Side::User),
        GroupRef::Device(id) => (&snapshot.device_groups.iter().find(|group| group.id == *id)?.rule, Side::Device),
    };
    source.as_ref()?.read(side, &snapshot.vocabulary()).ok()
}
