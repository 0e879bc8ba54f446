//! A naive evaluator: it reads the snapshot itself, knows no caches, and counts no, unknown and yes
//! as 0, 1 and 2.

use baton_policy::catalogue::can_take;
use baton_policy::payload::decide_payloads;
use baton_policy::rule::{DeviceFact, FactRef, GroupRef, Side, Test, UserFact, matches};
use baton_policy::snapshot::{Device, Item, Snapshot, User};
use baton_policy::{
    AttributeDefinition, AttributeId, CustomDistribution, Distribution, EnrollmentType, Fact, Filter, Outcome, Rule,
    Scalar, Supervision, Value,
};
use std::collections::{BTreeMap, BTreeSet};

const NO: u8 = 0;
const UNKNOWN: u8 = 1;
const YES: u8 = 2;

pub fn outcome(snapshot: &Snapshot, item: &Item, device: &Device, user: &User) -> Outcome {
    let groups = snapshot
        .app_groups
        .iter()
        .filter(|group| item.kind.is_app() && item.tags.iter().any(|tag| group.tags.contains(tag)));
    let all: Vec<_> = groups.map(|group| &group.distribution).chain([&item.distribution]).collect();
    let reached = all.iter().map(|each| reaches(snapshot, each, device, user)).max().unwrap_or(NO);
    let excluded = all.iter().map(|each| excludes(snapshot, each, device, user)).max().unwrap_or(NO);
    let takes = can_take(item.kind, &device.facts).narrowed_by(decide_payloads(&item.payloads, &device.facts));
    let takes_rank = match takes.outcome {
        Outcome::Deny => NO,
        Outcome::Unknown => UNKNOWN,
        Outcome::Allow | Outcome::Partial => YES,
    };
    match reached.min(YES - excluded).min(takes_rank) {
        NO => Outcome::Deny,
        UNKNOWN => Outcome::Unknown,
        _ => takes.outcome,
    }
}

fn reaches(snapshot: &Snapshot, distribution: &Distribution, device: &Device, user: &User) -> u8 {
    let custom = match distribution {
        Distribution::AllDevices => return YES,
        Distribution::NoDevices => return NO,
        Distribution::Custom(custom) => custom,
    };
    let CustomDistribution { include_user_groups, include_device_groups, include_users, filters, .. } = custom;
    let by_group = include_user_groups.iter().map(|id| is_in(snapshot, &GroupRef::User(id.clone()), device, user));
    let by_device = include_device_groups.iter().map(|id| is_in(snapshot, &GroupRef::Device(id.clone()), device, user));
    let by_name = yes_or_no(include_users.contains(&user.id));
    let included = by_group.chain(by_device).chain([by_name]).max().unwrap_or(NO);
    filters.iter().map(|filter| passes(filter, device)).chain([included]).min().unwrap_or(NO)
}

fn excludes(snapshot: &Snapshot, distribution: &Distribution, device: &Device, user: &User) -> u8 {
    let Distribution::Custom(custom) = distribution else { return NO };
    let users = custom.exclude_user_groups.iter().map(|id| GroupRef::User(id.clone()));
    let groups = users.chain(custom.exclude_device_groups.iter().map(|id| GroupRef::Device(id.clone())));
    groups.map(|group| is_in(snapshot, &group, device, user)).max().unwrap_or(NO)
}

fn passes(filter: &Filter, device: &Device) -> u8 {
    let facts = &device.facts;
    match filter {
        Filter::UserEnrollmentEnrolled(wanted) => yes_or_no((facts.enrollment == EnrollmentType::User) == *wanted),
        Filter::AutomatedDeviceEnrollmentEnrolled(wanted) => {
            yes_or_no((facts.enrollment == EnrollmentType::AutomatedDevice) == *wanted)
        }
        Filter::Supervised(wanted) => match supervised(device) {
            UNKNOWN => UNKNOWN,
            known => yes_or_no((known == YES) == *wanted),
        },
        Filter::Platform(platforms) => on(&facts.platform, |platform| platforms.contains(platform)),
        Filter::MinOsVersion(oldest) => on(&facts.os_version, |version| version >= oldest),
        Filter::MaxOsVersion(newest) => on(&facts.os_version, |version| version <= newest),
    }
}

fn on<T>(fact: &Fact<T>, test: impl Fn(&T) -> bool) -> u8 {
    match fact {
        Fact::Value(value) => yes_or_no(test(value)),
        Fact::Empty => NO,
        Fact::Unknown => UNKNOWN,
    }
}

fn supervised(device: &Device) -> u8 {
    match device.facts.enrollment {
        EnrollmentType::User => NO,
        _ => on(&device.facts.supervision, |supervision| *supervision == Supervision::Supervised),
    }
}

pub fn is_in(snapshot: &Snapshot, group: &GroupRef, device: &Device, user: &User) -> u8 {
    let (rule, side, by_hand) = match group {
        GroupRef::User(id) => {
            let rule = snapshot.user_groups.iter().find(|known| known.id == *id).and_then(|group| group.rule.clone());
            (rule, Side::User, by_hand(user.groups.contains(id), user.unknown_groups.contains(id)))
        }
        GroupRef::Device(id) => {
            let rule = snapshot.device_groups.iter().find(|known| known.id == *id).and_then(|group| group.rule.clone());
            (rule, Side::Device, by_hand(device.groups.contains(id), device.unknown_groups.contains(id)))
        }
    };
    match rule {
        Some(rule) => holds(snapshot, &rule.read(side, &snapshot.vocabulary()).unwrap(), device, user),
        None => by_hand,
    }
}

fn by_hand(member: bool, perhaps: bool) -> u8 {
    YES * u8::from(member) + UNKNOWN * u8::from(perhaps)
}

fn yes_or_no(yes: bool) -> u8 {
    YES * u8::from(yes)
}

fn holds(snapshot: &Snapshot, rule: &Rule, device: &Device, user: &User) -> u8 {
    let holds = |rule: &Rule| holds(snapshot, rule, device, user);
    match rule {
        Rule::All(parts) => parts.iter().map(holds).min().unwrap_or(YES),
        Rule::Any(parts) => parts.iter().map(holds).max().unwrap_or(NO),
        Rule::None(parts) => YES - parts.iter().map(holds).max().unwrap_or(NO),
        Rule::InGroup(group) => is_in(snapshot, group, device, user),
        Rule::NotInGroup(group) => YES - is_in(snapshot, group, device, user),
        Rule::Condition(condition) => test(&condition.test, &fact(snapshot, &condition.fact, device, user)),
    }
}

fn fact(snapshot: &Snapshot, fact: &FactRef, device: &Device, user: &User) -> Fact<String> {
    let given = |text: &Option<String>| text.clone().map_or(Fact::Empty, Fact::Value);
    let yes = |yes: bool| Fact::Value(if yes { "yes" } else { "no" }.to_owned());
    match fact {
        FactRef::User(UserFact::Nobody) => yes(user.nobody),
        FactRef::User(UserFact::UserName) => given(&user.user_name),
        FactRef::User(UserFact::DisplayName) => given(&user.display_name),
        FactRef::User(UserFact::Email) => given(&user.email),
        FactRef::User(UserFact::Role) => given(&user.role.map(|role| role.to_string())),
        FactRef::UserAttribute(id) => {
            attribute(&snapshot.attributes.user, id, &user.attributes, &user.unknown_attributes)
        }
        FactRef::DeviceAttribute(id) => {
            attribute(&snapshot.attributes.device, id, &device.attributes, &device.unknown_attributes)
        }
        FactRef::Device(DeviceFact::Name) => given(&device.name),
        FactRef::Device(DeviceFact::SerialNumber) => device.serial_number.clone(),
        FactRef::Device(DeviceFact::Model) => device.model.clone(),
        FactRef::Device(DeviceFact::Product) => device.product.clone(),
        FactRef::Device(DeviceFact::Platform) => text(&device.facts.platform),
        FactRef::Device(DeviceFact::OsVersion) => text(&device.facts.os_version),
        FactRef::Device(DeviceFact::Enrollment) => Fact::Value(device.facts.enrollment.to_string()),
        FactRef::Device(DeviceFact::UserEnrollmentEnrolled) => yes(device.facts.enrollment == EnrollmentType::User),
        FactRef::Device(DeviceFact::AutomatedDeviceEnrollmentEnrolled) => {
            yes(device.facts.enrollment == EnrollmentType::AutomatedDevice)
        }
        FactRef::Device(DeviceFact::Supervised) => match supervised(device) {
            UNKNOWN => Fact::Unknown,
            known => yes(known == YES),
        },
        FactRef::Device(DeviceFact::Ownership) => Fact::Value(device.facts.ownership.to_string()),
        FactRef::Device(DeviceFact::LostMode) => match device.facts.lost_mode {
            Fact::Value(on) => yes(on),
            Fact::Empty => Fact::Empty,
            Fact::Unknown => Fact::Unknown,
        },
    }
}

fn text<T: ToString>(fact: &Fact<T>) -> Fact<String> {
    match fact {
        Fact::Value(value) => Fact::Value(value.to_string()),
        Fact::Empty => Fact::Empty,
        Fact::Unknown => Fact::Unknown,
    }
}

fn attribute(
    definitions: &[AttributeDefinition],
    id: &AttributeId,
    values: &BTreeMap<AttributeId, Scalar>,
    unknown: &BTreeSet<AttributeId>,
) -> Fact<String> {
    let definition = definitions.iter().find(|definition| definition.id == *id).unwrap();
    match values.get(id).or(definition.default.as_ref()) {
        _ if unknown.contains(id) => Fact::Unknown,
        Some(scalar) => Fact::Value(scalar.read(definition.attribute_type.value_type()).unwrap().to_string()),
        None => Fact::Empty,
    }
}

/// Values compare by their text, in lower case; those that have an order by what the text stands for.
fn test(test: &Test, fact: &Fact<String>) -> u8 {
    let lower = |text: &str| text.to_lowercase();
    let same = |value: &Value, actual: &str| lower(&value.to_string()) == lower(actual);
    let order = |value: &Value, actual: &str| match value {
        Value::Number(number) => actual.parse::<f64>().unwrap().total_cmp(&number.to_string().parse::<f64>().unwrap()),
        Value::Version(version) => actual.parse::<baton_policy::OsVersion>().unwrap().cmp(version),
        other => actual.cmp(&other.to_string()),
    };
    match (fact, test) {
        (Fact::Unknown, _) => UNKNOWN,
        (Fact::Empty, Test::IsNot(_) | Test::HasNoValue) | (Fact::Value(_), Test::HasValue) => YES,
        (Fact::Empty, _) | (Fact::Value(_), Test::HasNoValue) => NO,
        (Fact::Value(actual), Test::Is(value)) => yes_or_no(same(value, actual)),
        (Fact::Value(actual), Test::IsNot(value)) => yes_or_no(!same(value, actual)),
        (Fact::Value(actual), Test::OneOf(values)) => yes_or_no(values.iter().any(|value| same(value, actual))),
        (Fact::Value(actual), Test::StartsWith(part)) => yes_or_no(lower(actual).starts_with(&lower(part))),
        (Fact::Value(actual), Test::Contains(part)) => yes_or_no(lower(actual).contains(&lower(part))),
        (Fact::Value(actual), Test::Matches(pattern)) => yes_or_no(matches(pattern, actual)),
        (Fact::Value(actual), Test::Below(value)) => yes_or_no(order(value, actual).is_lt()),
        (Fact::Value(actual), Test::AtMost(value)) => yes_or_no(order(value, actual).is_le()),
        (Fact::Value(actual), Test::AtLeast(value)) => yes_or_no(order(value, actual).is_ge()),
        (Fact::Value(actual), Test::Above(value)) => yes_or_no(order(value, actual).is_gt()),
    }
}
