//! What a change would do (spec C6), against an oracle that decides twice for everyone.

use std::collections::BTreeSet;

use baton_policy::what_if::{
    ChangeKind, Danger, DeviceColumns, NOBODY, PlaceChange, PlaceDifference, Posting, Unmakeable,
};
use baton_policy::{
    Catalogue, Columns, CustomDistribution, Decision, Device, DeviceGroupId, Distribution, EnrollmentType, Fact,
    Holder, Item, ItemKind, ItemRole, Outcome, Ownership, Platform, UserGroupId, what_if,
};
use proptest::prelude::*;
use proptest::sample::{Index, select};

use crate::worlds;

/// A fleet as the decisions know it: Nobody first among the holders, and who holds which device.
#[derive(Clone, Debug)]
struct Fleet {
    holders: Vec<Holder>,
    devices: Vec<(Device, usize)>,
}

fn fleet() -> impl Strategy<Value = Fleet> {
    let people = prop::collection::vec(worlds::holder(), 1..4);
    let devices = prop::collection::vec((worlds::device(), any::<Index>()), 0..6);
    (people, devices).prop_map(|(people, devices)| {
        let holders: Vec<Holder> = people
            .into_iter()
            .enumerate()
            .map(|(place, holder)| Holder {
                id: ["nobody", "ann", "ben", "cid"][place].into(),
                is_nobody: place == NOBODY,
                ..holder
            })
            .collect();
        let devices = devices
            .into_iter()
            .enumerate()
            .map(|(place, (device, holder))| {
                (Device { id: format!("phone-{place}").into(), ..device }, holder.index(holders.len()))
            })
            .collect();
        Fleet { holders, devices }
    })
}

fn catalogue() -> impl Strategy<Value = Catalogue> {
    let role = prop::collection::vec(select(ItemRole::ALL), 5);
    (worlds::catalogue(), role).prop_map(|(catalogue, roles)| Catalogue {
        items: catalogue.items.into_iter().zip(roles).map(|(item, role)| Item { role, ..item }).collect(),
    })
}

fn place(index: usize) -> u32 {
    u32::try_from(index).unwrap()
}

/// The places of those of whom it holds.
fn places<T>(all: &[T], holds: impl Fn(&T) -> bool) -> Vec<u32> {
    all.iter().enumerate().filter(|(_, one)| holds(one)).map(|(index, _)| place(index)).collect()
}

fn snapshot(catalogue: &Catalogue, fleet: &Fleet) -> Columns {
    let mut facts = Vec::new();
    let mut columns = DeviceColumns::default();
    for (device, holder) in &fleet.devices {
        let known = facts.iter().position(|known| *known == device.facts).unwrap_or_else(|| {
            facts.push(device.facts.clone());
            facts.len() - 1
        });
        columns.ids.push(device.id.clone());
        columns.facts.push(place(known));
        columns.holders.push(place(*holder));
    }
    let groups = ["a", "b", "c"];
    let user_group = |group: UserGroupId| Posting {
        members: places(&fleet.holders, |holder| holder.groups.contains(&group)),
        unknown: places(&fleet.holders, |holder| holder.unknown_groups.contains(&group)),
        group,
    };
    let device_group = |group: DeviceGroupId| Posting {
        members: places(&fleet.devices, |(device, _)| device.groups.contains(&group)),
        unknown: places(&fleet.devices, |(device, _)| device.unknown_groups.contains(&group)),
        group,
    };
    Columns {
        items: catalogue.items.clone(),
        devices: columns,
        facts,
        holders: fleet.holders.iter().map(|holder| holder.id.clone()).collect(),
        user_groups: groups.map(|group| user_group(group.into())).into(),
        device_groups: groups.map(|group| device_group(group.into())).into(),
        unmakeable: Vec::new(),
    }
}

/// The snapshot as a browser gets it.
fn sent(snapshot: &Columns) -> Columns {
    serde_json::from_str(&serde_json::to_string(snapshot).unwrap()).unwrap()
}

/// An edit: of the first item's distribution, or of who is in group `a`.
#[derive(Clone, Debug)]
enum Edit {
    Distribution(Distribution),
    UserGroup(Vec<bool>),
    DeviceGroup(Vec<bool>),
}

fn edit() -> impl Strategy<Value = Edit> {
    let some = prop::collection::vec(any::<bool>(), 6);
    prop_oneof![
        2 => worlds::distribution().prop_map(Edit::Distribution),
        1 => some.clone().prop_map(Edit::UserGroup),
        1 => some.prop_map(Edit::DeviceGroup),
    ]
}

impl Edit {
    fn apply(&self, catalogue: &Catalogue, fleet: &Fleet) -> (Catalogue, Fleet) {
        let (mut catalogue, mut fleet) = (catalogue.clone(), fleet.clone());
        match self {
            Self::Distribution(distribution) => catalogue.items[0].distribution = distribution.clone(),
            Self::UserGroup(members) => {
                for (holder, joins) in fleet.holders.iter_mut().zip(members) {
                    holder.unknown_groups.remove(&"a".into());
                    if *joins {
                        holder.groups.insert("a".into())
                    } else {
                        holder.groups.remove(&"a".into())
                    };
                }
            }
            Self::DeviceGroup(members) => {
                for ((device, _), joins) in fleet.devices.iter_mut().zip(members) {
                    device.unknown_groups.remove(&"a".into());
                    if *joins {
                        device.groups.insert("a".into())
                    } else {
                        device.groups.remove(&"a".into())
                    };
                }
            }
        }
        (catalogue, fleet)
    }

    fn apply_to(&self, snapshot: &Columns) -> Columns {
        match self {
            Self::Distribution(distribution) => snapshot.with_distribution(&snapshot.items[0].id, distribution.clone()),
            Self::UserGroup(joins) => {
                let (join, leave) = parted(&snapshot.holders, joins);
                snapshot.with_user_group(&"a".into(), &join, &leave)
            }
            Self::DeviceGroup(joins) => {
                let (join, leave) = parted(&snapshot.devices.ids, joins);
                snapshot.with_device_group(&"a".into(), &join, &leave)
            }
        }
    }
}

/// Those who join and those who leave.
fn parted<T: Clone + Ord>(all: &[T], joins: &[bool]) -> (BTreeSet<T>, BTreeSet<T>) {
    let some =
        |wanted: bool| all.iter().zip(joins).filter(move |(_, joins)| **joins == wanted).map(|(one, _)| one.clone());
    (some(true).collect(), some(false).collect())
}

/// Device, item, whether at sign-out, and the two decisions, where they differ in what happens.
type Line = (u32, u32, bool, Decision, Decision);

fn oracle(before: (&Catalogue, &Fleet), after: (&Catalogue, &Fleet)) -> BTreeSet<String> {
    let mut lines = BTreeSet::new();
    for (index, (_, held)) in before.1.devices.iter().enumerate() {
        for (number, item) in before.0.items.iter().enumerate() {
            let decide = |(catalogue, fleet): (&Catalogue, &Fleet), holder: usize| {
                catalogue.decide(&item.id, &fleet.devices[index].0, &fleet.holders[holder])
            };
            let class = |decision: Decision| match decision.outcome {
                Outcome::Allow | Outcome::Partial => 2,
                Outcome::Unknown => 1,
                Outcome::Deny => 0,
            };
            let (was, will) = (decide(before, *held), decide(after, *held));
            if class(was) != class(will) {
                lines.insert(line((place(index), place(number), false, was, will)));
            }
            let (was, will) = (decide(before, NOBODY), decide(after, NOBODY));
            if *held != NOBODY && item.role != ItemRole::Ordinary && class(was) == 2 && class(will) < 2 {
                lines.insert(line((place(index), place(number), true, was, will)));
            }
        }
    }
    lines
}

fn line(line: Line) -> String {
    format!("{line:?}")
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1024))]

    #[test]
    fn a_change_does_what_deciding_twice_says_also_from_columns_that_were_sent(
        catalogue in catalogue(),
        fleet in fleet(),
        edit in edit(),
    ) {
        let before = sent(&snapshot(&catalogue, &fleet));
        let difference = what_if(&before, &edit.apply_to(&before));
        let (catalogue_after, fleet_after) = edit.apply(&catalogue, &fleet);
        let found: BTreeSet<String> = difference
            .changes
            .iter()
            .map(|change| line((change.device, change.item, change.at_sign_out, change.before, change.after)))
            .collect();
        prop_assert_eq!(found.len(), difference.changes.len(), "a change is named twice");
        prop_assert_eq!(found, oracle((&catalogue, &fleet), (&catalogue_after, &fleet_after)));
    }

    #[test]
    fn the_sums_are_those_of_the_changes(catalogue in catalogue(), fleet in fleet(), edit in edit()) {
        let before = snapshot(&catalogue, &fleet);
        let difference = what_if(&before, &edit.apply_to(&before));
        let devices = |wanted: &dyn Fn(&PlaceChange) -> bool| -> u32 {
            let some = difference.changes.iter().filter(|change| wanted(change)).map(|change| change.device);
            place(some.collect::<BTreeSet<_>>().len())
        };
        let of = |kind| devices(&|change| change.kind == kind && !change.at_sign_out);
        let totals = difference.totals;
        prop_assert_eq!(totals.devices, place(fleet.devices.len()));
        prop_assert_eq!(totals.gain, of(ChangeKind::Gain));
        prop_assert_eq!(totals.lose, of(ChangeKind::Lose));
        prop_assert_eq!(totals.undecided, of(ChangeKind::Undecided));
        prop_assert_eq!(totals.danger, devices(&|change| change.danger.is_some()));
        prop_assert_eq!(totals.unchanged, totals.devices - devices(&|_| true));
    }

    #[test]
    fn what_is_not_changed_makes_no_difference(catalogue in catalogue(), fleet in fleet()) {
        let now = snapshot(&catalogue, &fleet);
        let difference = what_if(&now, &now);
        prop_assert_eq!(difference.changes, []);
        prop_assert_eq!(difference.totals.unchanged, difference.totals.devices);
    }
}

fn phone(id: &str, groups: &[&str]) -> Device {
    let mut facts = baton_policy::DeviceFacts::new(EnrollmentType::Device, Ownership::Company);
    facts.platform = Fact::Value(Platform::Ios);
    Device::new(id, facts, groups.iter().map(|group| DeviceGroupId::from(*group)))
}

fn one_item(kind: ItemKind, role: ItemRole) -> Catalogue {
    let item = Item {
        id: "item".into(),
        kind,
        role,
        distribution: Distribution::AllDevices,
        reset_between_people: false,
        payloads: Vec::new(),
    };
    Catalogue { items: vec![item] }
}

/// A free phone, and one that Ann has, who is in group `a`.
fn two_phones() -> Fleet {
    Fleet {
        holders: vec![Holder::nobody("nobody", []), Holder::person("ann", ["a".into()])],
        devices: vec![(phone("free", &[]), 0), (phone("held", &[]), 1)],
    }
}

fn only_group_a() -> Distribution {
    Distribution::Custom(CustomDistribution { include_user_groups: ["a".into()].into(), ..Default::default() })
}

fn change_to(distribution: Distribution, kind: ItemKind, role: ItemRole) -> PlaceDifference {
    let before = snapshot(&one_item(kind, role), &two_phones());
    what_if(&before, &before.with_distribution(&"item".into(), distribution))
}

#[test]
fn losing_the_sign_in_page_is_a_danger_now_and_at_sign_out() {
    let difference = change_to(only_group_a(), ItemKind::SecureSignIn, ItemRole::SignInClip);
    let dangers: Vec<_> = difference.changes.iter().map(|change| (change.device, change.danger)).collect();
    assert_eq!(dangers, [(0, Some(Danger::SignInLost)), (1, Some(Danger::SignInLostAtSignOut))]);
    let totals = difference.totals;
    assert_eq!((totals.lose, totals.keep, totals.unchanged, totals.danger), (1, 1, 0, 2));
}

#[test]
fn losing_a_network_is_a_danger_and_losing_anything_else_is_not() {
    let network = change_to(Distribution::NoDevices, ItemKind::WiFi, ItemRole::Connectivity);
    assert!(network.changes.iter().all(|change| change.danger.is_some()));
    let page = change_to(Distribution::NoDevices, ItemKind::WebClip, ItemRole::Ordinary);
    assert_eq!((page.totals.lose, page.totals.danger), (2, 0));
}

#[test]
fn dangers_come_first_then_losses_then_gains() {
    let mut catalogue = one_item(ItemKind::WebClip, ItemRole::Ordinary);
    let item = |id: &str, role, distribution| Item { id: id.into(), role, distribution, ..catalogue.items[0].clone() };
    let without_a = Distribution::Custom(CustomDistribution {
        exclude_user_groups: ["a".into()].into(),
        ..CustomDistribution { include_user_groups: ["everyone".into()].into(), ..Default::default() }
    });
    let items = vec![
        item("gained", ItemRole::Ordinary, only_group_a()),
        item("lost", ItemRole::Ordinary, without_a.clone()),
        item("network", ItemRole::Connectivity, without_a),
    ];
    catalogue.items = items;
    let fleet = Fleet {
        holders: vec![Holder::nobody("nobody", ["everyone".into()]), Holder::person("ann", ["everyone".into()])],
        ..two_phones()
    };
    let mut before = snapshot(&catalogue, &fleet);
    before.user_groups.push(Posting { group: "everyone".into(), members: vec![0, 1], unknown: Vec::new() });
    let difference = what_if(&before, &before.with_user_group(&"a".into(), &["ann".into()].into(), &[].into()));
    let order: Vec<_> = difference.changes.iter().map(|change| (change.kind, change.danger)).collect();
    assert_eq!(
        order,
        [(ChangeKind::Lose, Some(Danger::ConnectivityLost)), (ChangeKind::Lose, None), (ChangeKind::Gain, None)]
    );
}

#[test]
fn what_cannot_be_made_for_a_holder_is_neither_gained_nor_lost() {
    let mut before = snapshot(&one_item(ItemKind::WebClip, ItemRole::Ordinary), &two_phones());
    before.unmakeable = vec![Unmakeable { item: 0, devices: vec![1] }];
    let before = before.with_distribution(&"item".into(), Distribution::NoDevices);
    let difference = what_if(&before, &before.with_distribution(&"item".into(), Distribution::AllDevices));
    let kinds: Vec<_> = difference.changes.iter().map(|change| (change.device, change.kind)).collect();
    assert_eq!(kinds, [(1, ChangeKind::Undecided), (0, ChangeKind::Gain)]);
}

#[test]
fn who_neither_joins_nor_leaves_stays_a_member() {
    let fleet =
        Fleet { holders: vec![Holder::nobody("nobody", ["a".into()]), Holder::person("ann", [])], ..two_phones() };
    let before = snapshot(&one_item(ItemKind::WebClip, ItemRole::Ordinary), &fleet);
    let after = before.with_user_group(&"a".into(), &["ann".into()].into(), &["ghost".into()].into());
    assert_eq!(after.user_groups[0].members, [0, 1]);
    let left = after.with_user_group(&"a".into(), &[].into(), &["nobody".into()].into());
    assert_eq!(left.user_groups[0].members, [1]);
    assert_eq!(before.with_user_group(&"new".into(), &["ann".into()].into(), &[].into()).user_groups.len(), 4);
}

#[test]
fn places_that_do_not_exist_leave_their_device_out() {
    let mut before = snapshot(&one_item(ItemKind::WebClip, ItemRole::Ordinary), &two_phones());
    before.devices.facts[0] = 7;
    before.devices.holders[1] = 9;
    before.user_groups.push(Posting { group: "x".into(), members: vec![99], unknown: vec![99] });
    let difference = what_if(&before, &before.with_distribution(&"item".into(), Distribution::NoDevices));
    assert_eq!(difference.changes, []);
}
