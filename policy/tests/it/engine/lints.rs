//! What is wrong with a policy as a whole (spec A9).

use baton_policy::engine::{Lint, LintSubject};
use baton_policy::rule::GroupRef;
use baton_policy::snapshot::Snapshot;
use baton_policy::{
    self as policy, Catalogue, Engine, Finding, FindingCode, Holder, ItemRole, ItemState, LintDevice, LintInput,
    Presence, nobody_lints,
};
use proptest::prelude::*;

use super::{oracle, worlds};

/// The snapshot as the plain lints know it. Device groups must not depend on the holder.
fn plainly(snapshot: &Snapshot) -> LintInput {
    let nobody = snapshot.users.iter().find(|user| user.nobody).unwrap();
    let holder = |user: &policy::snapshot::User| {
        let mut holder = Holder { is_nobody: user.nobody, ..Holder::person(user.id.clone(), []) };
        for group in &snapshot.user_groups {
            match oracle::is_in(snapshot, &GroupRef::User(group.id.clone()), &snapshot.devices[0], user) {
                2 => drop(holder.groups.insert(group.id.clone())),
                1 => drop(holder.unknown_groups.insert(group.id.clone())),
                _ => {}
            }
        }
        holder
    };
    let devices = snapshot.devices.iter().map(|device| {
        let mut plain = policy::Device::new(device.id.clone(), device.facts.clone(), device.groups.iter().cloned());
        plain.unknown_groups.clone_from(&device.unknown_groups);
        LintDevice { device: plain, has_clip: !device.states.is_empty() }
    });
    let items = snapshot.items.iter().map(|item| policy::Item {
        id: item.id.clone(),
        kind: item.kind,
        role: item.role,
        distribution: item.distribution.clone(),
        reset_between_people: item.reset_between_people,
        payloads: item.payloads.clone(),
    });
    LintInput {
        catalogue: Catalogue { items: items.collect() },
        devices: devices.collect(),
        users: snapshot.users.iter().map(holder).collect(),
        nobody: holder(nobody),
    }
}

fn of_sign_out(lints: Vec<Lint>) -> Vec<Finding> {
    let general = [
        FindingCode::ReachesNoDevice,
        FindingCode::ExcludeSwallowsInclude,
        FindingCode::NotForUserEnrollment,
        FindingCode::AttributeWithoutValues,
    ];
    let lints = lints.into_iter().filter(|lint| !general.contains(&lint.code));
    lints
        .map(|lint| {
            let LintSubject::Item(item) = lint.about else { panic!("{:?} is about no item", lint.code) };
            Finding { code: lint.code, severity: lint.severity, item, devices: lint.devices, fix: lint.fix }
        })
        .collect()
}

proptest! {
    #![proptest_config(crate::cases(256))]

    #[test]
    fn the_lints_of_sign_out_are_those_of_plain_groups(
        mut snapshot in worlds::snapshot(),
        with_clip in prop::collection::vec(any::<bool>(), 4),
        connectivity in any::<bool>(),
    ) {
        snapshot.app_groups.clear();
        for group in &mut snapshot.device_groups {
            group.rule = None;
        }
        for (device, with_clip) in snapshot.devices.iter_mut().zip(with_clip) {
            let state = ItemState {
                item: "clip".into(),
                rendering: "".into(),
                presence: Presence::Maybe,
                removable: true,
                role: ItemRole::SignInClip,
            };
            device.states = if with_clip { vec![state] } else { Vec::new() };
        }
        snapshot.items[0] = policy::snapshot::Item {
            id: "i0".into(),
            ..policy::snapshot::Item::new("i0", policy::ItemKind::SecureSignIn, snapshot.items[0].distribution.clone())
        };
        if connectivity {
            snapshot.items[1].role = ItemRole::Connectivity;
        }
        let engine = Engine::new(&snapshot).unwrap();
        prop_assert_eq!(of_sign_out(engine.lint()), nobody_lints(&plainly(&snapshot)));
    }

    #[test]
    fn what_no_device_can_get_is_found_and_nothing_else(snapshot in worlds::snapshot()) {
        let engine = Engine::new(&snapshot).unwrap();
        let found: Vec<_> = engine
            .lint()
            .into_iter()
            .filter(|lint| matches!(lint.code, FindingCode::ReachesNoDevice | FindingCode::ExcludeSwallowsInclude))
            .map(|lint| lint.about)
            .collect();
        for item in &snapshot.items {
            let can_reach = snapshot.devices.iter().any(|device| {
                snapshot.users.iter().any(|user| {
                    oracle::outcome(&snapshot, item, device, user) != policy::Outcome::Deny
                })
            });
            let is_off = item.distribution == policy::Distribution::NoDevices
                && !snapshot.app_groups.iter().any(|group| group.has(item));
            prop_assert_eq!(found.contains(&LintSubject::Item(item.id.clone())), !can_reach && !is_off, "{}", item.id);
        }
    }
}

/// An organisation with one device per enrollment type, and these groups and items.
fn lints(groups: &str, items: &str) -> Vec<(FindingCode, String)> {
    let device = |enrollment: &str| {
        format!(
            r#"{{ "id": "{enrollment}", "holder": "ann", "groups": ["pool"], "facts": {{
                "platform": {{ "value": "ios" }}, "osVersion": {{ "value": "18.0" }},
                "supervision": {{ "value": "supervised" }}, "enrollment": "{enrollment}", "ownership": "user"
            }} }}"#
        )
    };
    let snapshot = format!(
        r#"{{
            "version": 1,
            "attributes": {{ "user": [{{ "id": "Department", "type": "text" }}, {{ "id": "Level", "type": "number", "default": 1 }}] }},
            "userGroups": [{{ "id": "everyone", "rule": "all of ()" }}{groups}],
            "deviceGroups": [{{ "id": "pool" }}, {{ "id": "used", "rule": "user.nobody is no" }}],
            "users": [{{ "id": "nobody", "nobody": true }}, {{ "id": "ann" }}],
            "devices": [{}, {}],
            "items": [{items}]
        }}"#,
        device("user"),
        device("device")
    );
    let engine = Engine::new(&Snapshot::from_json(&snapshot).unwrap()).unwrap();
    let about = |about| match about {
        LintSubject::Item(item) => item.to_string(),
        LintSubject::Group(group) => group.as_str().to_owned(),
    };
    engine.lint().into_iter().map(|lint| (lint.code, about(lint.about))).collect()
}

#[test]
fn a_distribution_that_no_device_can_match_is_found() {
    let item = r#"{ "id": "x", "kind": "wifi", "distribution": { "custom": {
        "includeUserGroups": ["everyone"], "filters": [{ "minOsVersion": "18.4" }, { "maxOsVersion": "18.3" }]
    } } }"#;
    assert_eq!(lints("", item), [(FindingCode::ReachesNoDevice, "x".to_owned())]);
}

#[test]
fn an_exclude_that_swallows_the_include_is_found() {
    let item = r#"{ "id": "x", "kind": "wifi", "distribution": { "custom": {
        "includeDeviceGroups": ["pool"], "excludeUserGroups": ["everyone"]
    } } }"#;
    assert_eq!(lints("", item), [(FindingCode::ExcludeSwallowsInclude, "x".to_owned())]);
}

#[test]
fn a_rule_that_reads_an_attribute_without_values_is_found() {
    let groups = r#", { "id": "sales", "rule": "user.\"Department\" is \"Sales\"" }, { "id": "two", "rule": "user.\"Level\" is 2" }"#;
    assert_eq!(lints(groups, ""), [(FindingCode::AttributeWithoutValues, "sales".to_owned())]);
}

#[test]
fn an_item_that_a_device_with_user_enrollment_never_gets_is_found() {
    let item = r#"{ "id": "x", "kind": "restrictions", "distribution": "allDevices",
        "payloads": [{ "payloadType": "com.apple.applicationaccess", "settings": { "allowCamera": false } }] }"#;
    assert_eq!(lints("", item), [(FindingCode::NotForUserEnrollment, "x".to_owned())]);
}

#[test]
fn restrictions_that_hide_the_sign_in_page_are_found() {
    let items = r#"{ "id": "clip", "kind": "secureSignIn", "role": "signInClip", "distribution": "allDevices" },
        { "id": "x", "kind": "restrictions", "distribution": "allDevices",
          "payloads": [{ "payloadType": "com.apple.applicationaccess", "settings": { "allowSafari": false } }] }"#;
    assert!(lints("", items).contains(&(FindingCode::ClipHidden, "x".to_owned())));
    let harmless = items.replace("allowSafari", "allowCamera");
    assert!(lints("", &harmless).iter().all(|(code, _)| *code != FindingCode::ClipHidden));
}

#[test]
fn a_device_group_that_follows_its_holder_loses_the_clip_at_sign_out() {
    let item = r#"{ "id": "clip", "kind": "secureSignIn", "role": "signInClip", "distribution": { "custom": {
        "includeDeviceGroups": ["used"]
    } } }"#;
    assert_eq!(lints("", item), [(FindingCode::ClipMissesNobody, "clip".to_owned())]);
}
