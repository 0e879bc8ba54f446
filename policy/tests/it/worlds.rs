//! Small random worlds in which everything that can meet does meet.

use std::collections::BTreeSet;

use baton_policy::{
    Catalogue, CustomDistribution, Device, DeviceFacts, DeviceGroupId, Distribution, EnrollmentType, Fact, Filter,
    Holder, Item, ItemKind, ItemRole, OsVersion, Ownership, Payload, Platform, Setting, Supervision, UserGroupId,
    payload::RESTRICTIONS,
};
use proptest::prelude::*;
use proptest::sample::{select, subsequence};

const GROUPS: [&str; 3] = ["a", "b", "c"];
const USERS: [&str; 3] = ["ann", "ben", "nobody"];

fn fact<T: Clone + std::fmt::Debug + 'static>(
    value: impl Strategy<Value = T> + 'static,
) -> impl Strategy<Value = Fact<T>> {
    prop_oneof![
        4 => value.prop_map(Fact::Value),
        1 => Just(Fact::Empty),
        2 => Just(Fact::Unknown),
    ]
}

fn version() -> impl Strategy<Value = OsVersion> {
    (12_u16..=27, 0_u16..3).prop_map(|(major, minor)| OsVersion::new(major, minor, 0))
}

fn some_of(groups: &'static [&'static str]) -> impl Strategy<Value = Vec<&'static str>> {
    subsequence(groups, 0..=groups.len())
}

pub fn facts() -> impl Strategy<Value = DeviceFacts> {
    (fact(select(Platform::ALL)), fact(version()), select(EnrollmentType::ALL), fact(select(Supervision::ALL)))
        .prop_map(|(platform, os_version, enrollment, supervision)| DeviceFacts {
            platform,
            os_version,
            supervision,
            ..DeviceFacts::new(enrollment, Ownership::Company)
        })
}

pub fn device() -> impl Strategy<Value = Device> {
    (facts(), some_of(&GROUPS), some_of(&GROUPS)).prop_map(|(facts, groups, unknown)| Device {
        unknown_groups: unknown.into_iter().filter(|group| !groups.contains(group)).map(DeviceGroupId::from).collect(),
        ..Device::new("phone", facts, groups.into_iter().map(DeviceGroupId::from))
    })
}

pub fn holder() -> impl Strategy<Value = Holder> {
    (select(&USERS[..]), some_of(&GROUPS), some_of(&GROUPS)).prop_map(|(user, groups, unknown)| Holder {
        unknown_groups: unknown.into_iter().filter(|group| !groups.contains(group)).map(UserGroupId::from).collect(),
        is_nobody: user == "nobody",
        ..Holder::person(user, groups.into_iter().map(UserGroupId::from))
    })
}

fn filter() -> impl Strategy<Value = Filter> {
    prop_oneof![
        any::<bool>().prop_map(Filter::UserEnrollmentEnrolled),
        any::<bool>().prop_map(Filter::AutomatedDeviceEnrollmentEnrolled),
        any::<bool>().prop_map(Filter::Supervised),
        subsequence(Platform::ALL, 0..=6).prop_map(|platforms| Filter::Platform(platforms.into_iter().collect())),
        version().prop_map(Filter::MinOsVersion),
        version().prop_map(Filter::MaxOsVersion),
    ]
}

pub fn custom() -> impl Strategy<Value = CustomDistribution> {
    (
        some_of(&GROUPS),
        some_of(&GROUPS),
        some_of(&USERS),
        prop_oneof![Just(Vec::new()), some_of(&GROUPS)],
        prop_oneof![Just(Vec::new()), some_of(&GROUPS)],
        prop::collection::vec(filter(), 0..3),
    )
        .prop_map(|(user_groups, device_groups, users, not_user_groups, not_device_groups, filters)| {
            CustomDistribution {
                include_user_groups: ids(user_groups),
                include_device_groups: ids(device_groups),
                include_users: ids(users),
                exclude_user_groups: ids(not_user_groups),
                exclude_device_groups: ids(not_device_groups),
                filters,
            }
        })
}

fn ids<T: From<&'static str> + Ord>(names: Vec<&'static str>) -> BTreeSet<T> {
    names.into_iter().map(T::from).collect()
}

pub fn distribution() -> impl Strategy<Value = Distribution> {
    prop_oneof![
        1 => Just(Distribution::AllDevices),
        1 => Just(Distribution::NoDevices),
        8 => custom().prop_map(Distribution::Custom),
    ]
}

pub fn catalogue() -> impl Strategy<Value = Catalogue> {
    prop::collection::vec((select(ItemKind::ALL), distribution(), payloads()), 1..5).prop_map(|items| Catalogue {
        items: items
            .into_iter()
            .enumerate()
            .map(|(index, (kind, distribution, payloads))| Item {
                id: format!("item-{index}").into(),
                kind,
                role: ItemRole::Ordinary,
                distribution,
                reset_between_people: false,
                payloads,
            })
            .collect(),
    })
}

/// Restrictions and payloads of an unknown type.
pub fn payloads() -> impl Strategy<Value = Vec<Payload>> {
    let payload = (select(&[RESTRICTIONS, "com.example.future"][..]), some_of(&["allowCamera", "allowAirDrop"]));
    prop::collection::vec(payload, 0..3).prop_map(|payloads| {
        payloads
            .into_iter()
            .map(|(payload_type, keys)| Payload {
                payload_type: payload_type.to_owned(),
                settings: keys.into_iter().map(|key| (key.to_owned(), Setting::Flag(false))).collect(),
                ..Payload::default()
            })
            .collect()
    })
}
