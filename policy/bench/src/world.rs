//! A seeded organisation: users, devices, nested and dynamic groups, items and app groups.
//!
//! Every fact is known, because general languages have no third truth value; Baton computes with it all the same.

mod rules;

use baton_policy::facts::{EnrollmentType, OsVersion, Ownership, Platform, Supervision};
use baton_policy::snapshot::{AppGroup, Attributes, Device, Group, Item, Snapshot, User};
use baton_policy::{
    AttributeDefinition, AttributeType, CustomDistribution, DeviceFacts, Distribution, Filter, ItemKind, Number, Scalar,
};

use crate::random::Random;

/// How large the organisation is.
#[derive(Clone, Copy, Debug)]
pub struct Size {
    /// Devices, a third of them held by Nobody.
    pub devices: usize,
    /// Items of the catalogue.
    pub items: usize,
}

/// Platforms of the fleet.
pub const PLATFORMS: [Platform; 3] = [Platform::Ios, Platform::Ipados, Platform::Macos];
/// Enrollments of the fleet.
pub const ENROLLMENTS: [EnrollmentType; 3] =
    [EnrollmentType::User, EnrollmentType::Device, EnrollmentType::AutomatedDevice];
/// Major versions of the fleet's systems.
pub const MAJORS: [u16; 5] = [15, 16, 17, 18, 26];

const DEPARTMENTS: [&str; 12] = [
    "Sales",
    "Sales North",
    "Care",
    "Care West",
    "Kitchen",
    "Pharmacy",
    "Surgery",
    "Radiology",
    "IT",
    "Finance",
    "Board",
    "Transport",
];
const WARDS: [&str; 8] = ["A", "B", "C", "D", "E", "F", "G", "H"];
const KINDS: [ItemKind; 9] = [
    ItemKind::WiFi,
    ItemKind::WebClip,
    ItemKind::Passcode,
    ItemKind::Certificate,
    ItemKind::Identity,
    ItemKind::SecureSignIn,
    ItemKind::InHouseApp,
    ItemKind::StoreApp,
    ItemKind::StoreApp,
];
const TAGS: [&str; 4] = ["office", "ward", "field", "training"];

/// Manual groups of users, then dynamic ones.
const USER_GROUPS: (usize, usize) = (24, 24);
/// Manual groups of devices, then dynamic ones.
const DEVICE_GROUPS: (usize, usize) = (12, 24);

/// The organisation of this seed and size. The groups and items do not depend on the number of devices.
#[must_use]
pub fn organisation(seed: u64, size: Size) -> Snapshot {
    let mut random = Random::new(seed);
    let mut snapshot = Snapshot { attributes: attributes(), ..Snapshot::default() };
    rules::groups(&mut random, &mut snapshot);
    snapshot.items = (0..size.items).map(|number| item(&mut random, number)).collect();
    snapshot.app_groups = TAGS[..3]
        .iter()
        .map(|tag| AppGroup {
            id: format!("apps-{tag}").into(),
            name: None,
            tags: [(*tag).into()].into(),
            distribution: custom(&mut random),
        })
        .collect();
    let mut random = Random::new(seed ^ 0x5eed);
    let people = (size.devices * 4 / 5).max(1);
    snapshot.users = (0..people).map(|number| person(&mut random, number)).collect();
    let nobody = User { nobody: true, ..User::new("nobody") };
    snapshot.users.push(User { attributes: [("Owner".into(), Scalar::YesNo(true))].into(), ..nobody });
    snapshot.devices = (0..size.devices).map(|number| device(&mut random, number, people)).collect();
    snapshot
}

fn attributes() -> Attributes {
    let wards = AttributeType::Choice(WARDS.map(str::to_owned).to_vec());
    let level = AttributeDefinition::new("Level", AttributeType::Number);
    Attributes {
        user: vec![
            AttributeDefinition::new("Owner", AttributeType::YesNo),
            AttributeDefinition { default: Some(Scalar::Number(number(3))), ..level },
            AttributeDefinition::new("Department", AttributeType::Text),
        ],
        device: vec![AttributeDefinition::new("Ward", wards), AttributeDefinition::new("Age", AttributeType::Number)],
    }
}

fn number(whole: usize) -> Number {
    Number::from_thousandths(whole as i64 * 1_000).unwrap_or_default()
}

fn person(random: &mut Random, index: usize) -> User {
    let mut user = User::new(format!("user-{index}"));
    user.email = Some(format!("user-{index}@{}.example", random.one(&["north", "south"])));
    if random.percent(90) {
        user.attributes.insert("Department".into(), (*random.one(&DEPARTMENTS)).into());
    }
    if random.percent(50) {
        user.attributes.insert("Level".into(), Scalar::Number(number(random.below(10))));
    }
    if random.percent(20) {
        user.attributes.insert("Owner".into(), Scalar::YesNo(random.percent(70)));
    }
    for _ in 0..random.below(5) {
        user.groups.insert(format!("u{}", random.below(USER_GROUPS.0)).into());
    }
    user
}

fn device(random: &mut Random, index: usize, people: usize) -> Device {
    let holder = if random.percent(33) { "nobody".to_owned() } else { format!("user-{}", random.below(people)) };
    let enrollment = *random.one(&ENROLLMENTS);
    let supervised = enrollment != EnrollmentType::User && random.percent(60);
    let facts = DeviceFacts {
        platform: (*random.one(&PLATFORMS)).into(),
        os_version: OsVersion::new(*random.one(&MAJORS), random.below(6) as u16, random.below(3) as u16).into(),
        supervision: if supervised { Supervision::Supervised } else { Supervision::Unsupervised }.into(),
        lost_mode: random.percent(1).into(),
        ..DeviceFacts::new(enrollment, if random.percent(70) { Ownership::Company } else { Ownership::User })
    };
    let mut device = Device::new(format!("device-{index}"), holder, facts);
    device.name = Some(format!("Phone {index}"));
    if random.percent(80) {
        device.attributes.insert("Ward".into(), (*random.one(&WARDS)).into());
    }
    if random.percent(90) {
        device.attributes.insert("Age".into(), Scalar::Number(number(random.below(6))));
    }
    for _ in 0..random.below(4) {
        device.groups.insert(format!("d{}", random.below(DEVICE_GROUPS.0)).into());
    }
    device
}

fn item(random: &mut Random, index: usize) -> Item {
    let distribution = match random.below(20) {
        0 => Distribution::AllDevices,
        1 => Distribution::NoDevices,
        _ => custom(random),
    };
    let mut item = Item::new(format!("item-{index}"), *random.one(&KINDS), distribution);
    if item.kind.is_app() && random.percent(40) {
        item.tags.insert((*random.one(&TAGS)).into());
    }
    item
}

fn custom(random: &mut Random) -> Distribution {
    let user_groups = USER_GROUPS.0 + USER_GROUPS.1;
    let device_groups = DEVICE_GROUPS.0 + DEVICE_GROUPS.1;
    let mut custom = CustomDistribution::default();
    for _ in 0..1 + random.below(2) {
        custom.include_user_groups.insert(format!("u{}", random.below(user_groups)).into());
    }
    for _ in 0..random.below(3) {
        custom.include_device_groups.insert(format!("d{}", random.below(device_groups)).into());
    }
    if random.percent(10) {
        custom.include_users.insert(format!("user-{}", random.below(8)).into());
    }
    if random.percent(30) {
        custom.exclude_user_groups.insert(format!("u{}", random.below(user_groups)).into());
    }
    if random.percent(20) {
        custom.exclude_device_groups.insert(format!("d{}", random.below(device_groups)).into());
    }
    if random.percent(40) {
        custom.filters.push(filter(random));
    }
    Distribution::Custom(custom)
}

fn filter(random: &mut Random) -> Filter {
    match random.below(6) {
        0 => Filter::UserEnrollmentEnrolled(random.percent(30)),
        1 => Filter::AutomatedDeviceEnrollmentEnrolled(random.percent(50)),
        2 => Filter::Supervised(random.percent(70)),
        3 => Filter::Platform([Platform::Ios, *random.one(&PLATFORMS)].into()),
        4 => Filter::MinOsVersion(OsVersion::new(*random.one(&MAJORS), 2, 0)),
        _ => Filter::MaxOsVersion(OsVersion::new(*random.one(&MAJORS), 4, 1)),
    }
}

/// A group of the organisation, and whether it is a manual one.
fn group<I: std::fmt::Display + AsRef<str> + From<String>>(id: String, rule: Option<baton_policy::Rule>) -> Group<I> {
    Group::new(id, rule.map(Into::into))
}
