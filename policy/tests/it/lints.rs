//! Nobody's rules (spec A9).

use std::collections::BTreeSet;

use baton_policy::{
    Catalogue, CustomDistribution, Device, DeviceFacts, Distribution, EnrollmentType, Fact, Finding, FindingCode,
    Holder, Item, ItemKind, ItemRole, LintDevice, LintInput, OsVersion, Outcome, Ownership, Payload, Platform, Setting,
    Severity, Supervision, nobody_lints, payload,
};
use proptest::prelude::*;

use crate::worlds;

fn item(kind: ItemKind, distribution: Distribution) -> Item {
    Item {
        id: kind.as_str().into(),
        kind,
        role: if kind == ItemKind::SecureSignIn { ItemRole::SignInClip } else { ItemRole::Ordinary },
        distribution,
        reset_between_people: false,
        payloads: Vec::new(),
    }
}

fn phone(id: &str) -> LintDevice {
    let facts = DeviceFacts {
        platform: Fact::Value(Platform::Ios),
        ..DeviceFacts::new(EnrollmentType::Device, Ownership::Company)
    };
    LintDevice { device: Device::new(id, facts, [format!("group-of-{id}").as_str().into()]), has_clip: false }
}

/// Ann in staff, Nobody in signed-out, both in everyone; two phones.
fn world(items: impl IntoIterator<Item = Item>) -> LintInput {
    LintInput {
        catalogue: Catalogue { items: items.into_iter().collect() },
        devices: vec![phone("one"), phone("two")],
        users: vec![Holder::person("ann", ["everyone".into(), "staff".into()])],
        nobody: Holder::nobody("nobody", ["everyone".into(), "signed-out".into()]),
    }
}

fn to_groups<const N: usize, const M: usize>(include: [&str; N], exclude: [&str; M]) -> Distribution {
    Distribution::Custom(CustomDistribution {
        include_user_groups: include.into_iter().map(Into::into).collect(),
        exclude_user_groups: exclude.into_iter().map(Into::into).collect(),
        ..CustomDistribution::default()
    })
}

fn codes(findings: &[Finding]) -> Vec<FindingCode> {
    findings.iter().map(|finding| finding.code).collect()
}

fn clip_for_all() -> Item {
    item(ItemKind::SecureSignIn, Distribution::AllDevices)
}

#[test]
fn a_clip_for_all_devices_has_no_finding() {
    assert_eq!(nobody_lints(&world([clip_for_all()])), []);
}

#[test]
fn a_clip_that_misses_nobody_blocks_and_is_fixed_by_including_nobody() {
    let input = world([item(ItemKind::SecureSignIn, to_groups(["staff"], []))]);
    let findings = nobody_lints(&input);
    assert_eq!(codes(&findings), [FindingCode::ClipMissesNobody]);
    assert_eq!(findings[0].severity, Severity::Blocks);
    assert_eq!(findings[0].devices, ["one".into(), "two".into()]);
    let fix = findings[0].fix.clone().unwrap();
    assert_eq!(fix.include_user, Some("nobody".into()));
    assert!(fix.stop_excluding.is_empty());
}

#[test]
fn a_clip_that_excludes_nobody_is_fixed_by_no_longer_excluding_that_group() {
    let input = world([item(ItemKind::SecureSignIn, to_groups(["everyone"], ["signed-out", "leavers"]))]);
    let findings = nobody_lints(&input);
    let fix = findings[0].fix.clone().unwrap();
    assert_eq!(fix.include_user, None);
    assert_eq!(fix.stop_excluding, BTreeSet::from(["signed-out".into()]));
    assert_eq!(fix.distribution, to_groups(["everyone"], ["leavers"]));
}

#[test]
fn a_group_that_is_empty_today_counts_already() {
    let input = world([item(ItemKind::SecureSignIn, to_groups(["interns"], []))]);
    assert_eq!(codes(&nobody_lints(&input)), [FindingCode::ClipMissesNobody]);
}

#[test]
fn devices_that_never_get_the_clip_are_not_named() {
    let mut input = world([item(ItemKind::SecureSignIn, to_groups(["staff"], []))]);
    input.devices[0].device.facts.enrollment = EnrollmentType::User;
    input.devices[1].device.facts.platform = Fact::Value(Platform::Macos);
    assert_eq!(nobody_lints(&input), []);
}

#[test]
fn no_devices_names_those_that_would_be_stranded() {
    let mut input = world([item(ItemKind::SecureSignIn, Distribution::NoDevices)]);
    input.devices[1].has_clip = true;
    let findings = nobody_lints(&input);
    assert_eq!(codes(&findings), [FindingCode::ClipStrandsDevices]);
    assert_eq!(findings[0].severity, Severity::Warns);
    assert_eq!(findings[0].devices, ["two".into()]);
}

#[test]
fn a_clip_that_cannot_be_told_for_nobody_is_named() {
    let mut input = world([item(ItemKind::SecureSignIn, to_groups(["staff", "kiosk"], []))]);
    input.nobody.unknown_groups.insert("kiosk".into());
    assert_eq!(codes(&nobody_lints(&input)), [FindingCode::ClipUnknownForNobody]);
}

#[test]
fn what_users_and_nobody_get_never_leaves() {
    let input = world([
        clip_for_all(),
        item(ItemKind::Passcode, to_groups(["everyone"], [])),
        item(ItemKind::Certificate, to_groups(["staff"], [])),
        item(ItemKind::WebClip, to_groups(["signed-out"], [])),
    ]);
    let findings = nobody_lints(&input);
    assert_eq!(codes(&findings), [FindingCode::NeverLeaves]);
    assert_eq!(findings[0].item, "passcode".into());
}

#[test]
fn apps_that_stay_keep_their_data_unless_they_are_reset() {
    let app = item(ItemKind::StoreApp, Distribution::AllDevices);
    assert_eq!(codes(&nobody_lints(&world([clip_for_all(), app.clone()]))), [FindingCode::AppStaysWithData]);
    let reset = Item { reset_between_people: true, ..app };
    assert_eq!(nobody_lints(&world([clip_for_all(), reset])), []);
}

#[test]
fn connectivity_that_is_lost_at_sign_out_is_named_with_a_fix() {
    let wifi = Item { role: ItemRole::Connectivity, ..item(ItemKind::WiFi, to_groups(["staff"], [])) };
    let findings = nobody_lints(&world([clip_for_all(), wifi]));
    assert_eq!(codes(&findings), [FindingCode::ConnectivityLost]);
    let fix = findings[0].fix.clone().unwrap();
    assert_eq!(fix.include_user, Some("nobody".into()));
}

#[test]
fn connectivity_that_stays_is_as_it_should_be() {
    let wifi = Item { role: ItemRole::Connectivity, ..item(ItemKind::WiFi, Distribution::AllDevices) };
    assert_eq!(nobody_lints(&world([clip_for_all(), wifi])), []);
}

/// Restrictions without Safari, for staff; they work on supervised phones only.
fn without_safari() -> Item {
    let settings = [("allowSafari".to_owned(), Setting::Flag(false))].into();
    let payload = Payload { payload_type: payload::RESTRICTIONS.to_owned(), settings, ..Payload::default() };
    Item { payloads: vec![payload], ..item(ItemKind::Restrictions, to_groups(["staff"], [])) }
}

#[test]
fn restrictions_that_hide_web_clips_name_the_shared_devices_that_take_them() {
    let mut input = world([clip_for_all(), without_safari()]);
    let supervise = |device: &mut LintDevice, supervision| {
        device.device.facts.supervision = Fact::Value(supervision);
        device.device.facts.os_version = Fact::Value(OsVersion::new(18, 0, 0));
    };
    supervise(&mut input.devices[0], Supervision::Unsupervised);
    supervise(&mut input.devices[1], Supervision::Supervised);
    let findings = nobody_lints(&input);
    assert_eq!(codes(&findings), [FindingCode::ClipHidden]);
    assert_eq!(findings[0].severity, Severity::Warns);
    assert_eq!(findings[0].devices, ["two".into()]);
}

#[test]
fn restrictions_that_hide_web_clips_matter_to_nobodys_devices_too() {
    let only_nobody = Distribution::Custom(CustomDistribution {
        include_users: ["nobody".into()].into(),
        ..CustomDistribution::default()
    });
    let mut input = world([clip_for_all(), Item { distribution: only_nobody, ..without_safari() }]);
    for LintDevice { device, .. } in &mut input.devices {
        device.facts.supervision = Fact::Value(Supervision::Supervised);
    }
    assert_eq!(codes(&nobody_lints(&input)), [FindingCode::ClipHidden]);
}

#[test]
fn without_shared_devices_nothing_is_said_about_items() {
    let input = world([
        item(ItemKind::SecureSignIn, Distribution::NoDevices),
        item(ItemKind::StoreApp, Distribution::AllDevices),
    ]);
    assert_eq!(nobody_lints(&input), []);
}

fn any_world() -> impl Strategy<Value = LintInput> {
    (
        worlds::distribution(),
        prop::collection::vec((worlds::device(), any::<bool>()), 0..4),
        prop::collection::vec(worlds::holder(), 0..4),
        worlds::holder(),
    )
        .prop_map(|(distribution, devices, users, nobody)| LintInput {
            catalogue: Catalogue { items: vec![item(ItemKind::SecureSignIn, distribution)] },
            devices: devices
                .into_iter()
                .enumerate()
                .map(|(index, (device, has_clip))| LintDevice {
                    device: Device { id: format!("phone-{index}").into(), ..device },
                    has_clip,
                })
                .collect(),
            users: users
                .into_iter()
                .map(|user| Holder { is_nobody: false, ..user })
                .filter(|user| user.id != "nobody".into())
                .collect(),
            nobody: Holder { id: "nobody".into(), is_nobody: true, ..nobody },
        })
}

fn blocking(findings: &[Finding]) -> Option<&Finding> {
    findings.iter().find(|finding| finding.severity == Severity::Blocks)
}

proptest! {
    #![proptest_config(crate::cases(2048))]

    #[test]
    fn every_device_that_some_user_gets_the_clip_on_and_nobody_does_not_is_named(
        input in any_world(),
    ) {
        let clip = &input.catalogue.items[0];
        let named: BTreeSet<_> = blocking(&nobody_lints(&input))
            .map(|finding| finding.devices.iter().cloned().collect())
            .unwrap_or_default();
        for LintDevice { device, .. } in &input.devices {
            let reached = input.users.iter().any(|user| clip.decide(device, user).permits());
            let lost = clip.decide(device, &input.nobody).outcome == Outcome::Deny;
            prop_assert!(!(reached && lost) || named.contains(&device.id));
            prop_assert!(lost || !named.contains(&device.id));
        }
    }

    #[test]
    fn a_fix_leaves_nothing_that_blocks(input in any_world()) {
        let findings = nobody_lints(&input);
        if let Some(fix) = blocking(&findings).and_then(|finding| finding.fix.clone()) {
            let mut fixed = input;
            fixed.catalogue.items[0].distribution = fix.distribution;
            let findings = nobody_lints(&fixed);
            prop_assert_eq!(blocking(&findings), None);
        }
    }
}
