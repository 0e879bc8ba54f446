//! What a device has follows what the engine says, from holder to holder (spec A3, C4).

use baton_policy::handover::removals_confirmed;
use baton_policy::snapshot::Snapshot;
use baton_policy::{
    DeviceIndex, Engine, Fact, HolderChange, ItemState, Outcome, Presence, Target, UserIndex, is_clean, plan,
};
use proptest::prelude::*;

use super::worlds;

/// The device with exactly what the user gets, all of it removable.
fn settled(targets: &[Target]) -> Vec<ItemState> {
    let granted = targets.iter().filter(|target| target.decision.permits());
    granted
        .map(|target| ItemState {
            item: target.item.clone(),
            rendering: target.rendering.clone(),
            presence: Presence::Present,
            removable: true,
            role: target.role,
        })
        .collect()
}

/// Carries out plans until nothing is left to do.
fn hand_over(mut states: Vec<ItemState>, targets: &[Target], change: HolderChange) -> Vec<ItemState> {
    for _ in 0..8 {
        let plan = plan(&states, targets, change);
        let due: Vec<_> = plan.remove.iter().filter(|step| step.is_due()).map(|step| step.item.clone()).collect();
        states.retain(|state| !due.contains(&state.item));
        for step in plan.install.iter().chain(&plan.replace).filter(|step| step.is_due()) {
            states.retain(|state| state.item != step.item);
            let target = targets.iter().find(|target| target.item == step.item).unwrap();
            states.push(ItemState {
                item: step.item.clone(),
                rendering: step.rendering.clone(),
                presence: Presence::Present,
                removable: true,
                role: target.role,
            });
        }
        if plan.is_settled() {
            break;
        }
    }
    states
}

fn sorted(mut states: Vec<ItemState>) -> Vec<ItemState> {
    states.sort_by(|one, other| one.item.cmp(&other.item));
    states
}

fn pairs(engine: &Engine) -> Vec<(DeviceIndex, UserIndex, UserIndex)> {
    let users: Vec<UserIndex> = engine.users().map(|(user, _)| user).collect();
    let mut pairs = Vec::new();
    for (device, _) in engine.devices() {
        for one in &users {
            pairs.extend(users.iter().map(|other| (device, *one, *other)));
        }
    }
    pairs
}

/// The same organisation with every fact known.
fn told(mut snapshot: Snapshot) -> Snapshot {
    for user in &mut snapshot.users {
        user.unknown_attributes.clear();
        user.unknown_groups.clear();
    }
    for device in &mut snapshot.devices {
        device.unknown_attributes.clear();
        device.unknown_groups.clear();
        device.model = Fact::Empty;
        device.product = Fact::Empty;
        device.serial_number = Fact::Empty;
        let facts = &mut device.facts;
        if facts.platform.value().is_none() {
            facts.platform = baton_policy::Platform::Ios.into();
        }
        if facts.os_version.value().is_none() {
            facts.os_version = baton_policy::OsVersion::new(18, 0, 0).into();
        }
        if facts.supervision.value().is_none() {
            facts.supervision = baton_policy::Supervision::Supervised.into();
        }
    }
    snapshot
}

proptest! {
    #![proptest_config(crate::cases(96))]

    #[test]
    fn there_and_back_restores_what_was_there(snapshot in worlds::snapshot()) {
        let engine = Engine::new(&told(snapshot)).unwrap();
        for (device, one, other) in pairs(&engine) {
            let (of_one, of_other) = (engine.targets(device, one), engine.targets(device, other));
            let before = settled(&of_one);
            let there = hand_over(before.clone(), &of_other, HolderChange::Changed);
            prop_assert!(is_clean(&there, &of_other));
            let back = hand_over(there, &of_one, HolderChange::Changed);
            prop_assert_eq!(sorted(back), sorted(before));
        }
    }

    #[test]
    fn what_is_unknown_removes_nothing_while_the_holder_stays(snapshot in worlds::snapshot()) {
        let engine = Engine::new(&snapshot).unwrap();
        for (device, holder, _) in pairs(&engine) {
            let targets = engine.targets(device, holder);
            let mut states = settled(&targets);
            for target in targets.iter().filter(|target| target.decision.outcome == Outcome::Unknown) {
                let (item, rendering) = (target.item.clone(), target.rendering.clone());
                states.push(ItemState { item, rendering, presence: Presence::Present, removable: true, role: target.role });
            }
            let plan = plan(&states, &targets, HolderChange::Same);
            prop_assert!(plan.remove.is_empty() && plan.cannot_remove.is_empty());
        }
    }

    #[test]
    fn what_is_unknown_keeps_nothing_across_a_change_of_holder(snapshot in worlds::snapshot()) {
        let engine = Engine::new(&snapshot).unwrap();
        for (device, one, other) in pairs(&engine) {
            let of_other = engine.targets(device, other);
            let there = hand_over(settled(&engine.targets(device, one)), &of_other, HolderChange::Changed);
            prop_assert!(is_clean(&there, &of_other));
            prop_assert!(removals_confirmed(&there, &of_other));
            for state in there {
                let target = of_other.iter().find(|target| target.item == state.item).unwrap();
                prop_assert!(target.decision.permits());
            }
        }
    }
}

/// Ann's phone, with what she has.
const OF_ANN: &str = r#"{
    "version": 1,
    "userGroups": [{ "id": "everyone", "rule": "all of ()" }, { "id": "staff" }],
    "users": [{ "id": "nobody", "nobody": true }, { "id": "ann", "groups": ["staff"] }, { "id": "ben" }],
    "devices": [{
        "id": "phone", "holder": "ann",
        "facts": { "platform": { "value": "ios" }, "enrollment": "device", "ownership": "company" },
        "states": [
            { "item": "wifi", "rendering": "ann", "presence": "present", "removable": true, "role": "connectivity" },
            { "item": "mail", "rendering": "", "presence": "present", "removable": true },
            { "item": "root", "rendering": "", "presence": "present", "removable": false },
            { "item": "map", "rendering": "", "presence": "present", "removable": true }
        ]
    }],
    "items": [
        { "id": "wifi", "kind": "wifi", "role": "connectivity", "personal": true, "distribution": "allDevices" },
        { "id": "mail", "kind": "storeApp", "distribution": { "custom": { "includeUserGroups": ["staff"] } } },
        { "id": "map", "kind": "storeApp", "distribution": { "custom": { "includeUserGroups": ["everyone"] } } }
    ]
}"#;

/// The steps of each kind, in a few words.
fn steps_for(engine: &Engine, holder: &str) -> Vec<String> {
    let holder = engine.user(&holder.into()).unwrap();
    let plan = engine.plan(engine.device(&"phone".into()).unwrap(), holder).unwrap();
    let steps = [
        ("install", plan.install),
        ("replace", plan.replace),
        ("remove", plan.remove),
        ("keep", plan.keep),
        ("cannot remove", plan.cannot_remove),
    ];
    let told = steps.into_iter().flat_map(|(verb, steps)| {
        steps.into_iter().map(move |step| format!("{verb} {} for {}", step.item, step.reason))
    });
    told.collect()
}

#[test]
fn the_dry_run_of_signing_out_says_what_goes_what_stays_and_what_cannot_go() {
    let engine = Engine::new(&Snapshot::from_json(OF_ANN).unwrap()).unwrap();
    let phone = engine.device(&"phone".into()).unwrap();
    assert_eq!(
        steps_for(&engine, "nobody"),
        [
            "replace wifi for new-rendering",
            "remove mail for not-desired",
            "keep map for same-rendering",
            "cannot remove root for not-desired",
        ]
    );
    assert_eq!(
        steps_for(&engine, "ann"),
        [
            "keep wifi for same-rendering",
            "keep mail for same-rendering",
            "keep map for same-rendering",
            "cannot remove root for not-desired",
        ]
    );
    assert!(!engine.is_clean(phone, engine.nobody().unwrap()));
}
