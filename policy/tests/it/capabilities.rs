//! What an organisation can do on a device: the seeds' matrix, the list for Macs, payloads key by key.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use baton_policy::apple::{Kind, Table, decide_item, decide_key};
use baton_policy::capability::{
    AppRules, EffectivePasscode, MacConfiguration, PasscodeValue, Treatment, app_rules, decide_mac_configuration,
    report_by_enrollment, report_passcode, report_payload,
};
use baton_policy::catalogue::can_take;
use baton_policy::payload::{Payload, decide_payloads};
use baton_policy::{
    Capability, Decision, DeviceFacts, EnrollmentType, Fact, ItemKind, OsVersion, Outcome, Ownership, Platform,
    ReasonCode, Source, Supervision, decide_capability,
};
use proptest::prelude::*;
use proptest::sample::{select, subsequence};

use crate::tables::{assert_table, by_device, cell, device};
use crate::worlds;

const RESTRICTIONS: &str = "com.apple.applicationaccess";

fn on(platform: Platform, enrollment: EnrollmentType) -> DeviceFacts {
    device(enrollment, Fact::Value(platform), Fact::Value(Supervision::Unsupervised))
}

fn supervised(platform: Platform) -> DeviceFacts {
    device(EnrollmentType::Device, Fact::Value(platform), Fact::Value(Supervision::Supervised))
}

#[test]
fn every_capability_on_every_kind_of_device_is_as_the_table_says() {
    let table: String = Capability::ALL
        .iter()
        .map(|&capability| by_device(capability.as_str(), |facts| decide_capability(capability, facts)))
        .collect();
    assert_table(
        "capabilities.txt",
        "What an organisation can do: enrollment, supervision, then each answer and its platforms.",
        &table,
    );
}

/// The matrix of the seeds for an iPhone: under User Enrollment, app-only management, and Device Enrollment.
#[test]
fn an_iphone_is_as_the_seeds_matrix_says() {
    use Capability as C;
    for (capability, user, app_only, supervised_device) in [
        (C::Erase, false, false, true),
        (C::SeePersonalApps, false, false, true),
        (C::ConvertApps, false, false, true),
        (C::ClearPasscode, false, false, true),
        (C::DeviceWideVpn, false, false, true),
        (C::WifiProxy, false, false, true),
        (C::Cellular, false, false, true),
        (C::SeeIdentifiers, false, false, true),
        (C::SupervisedRestrictions, false, false, true),
        (C::InstallAppsAndAccounts, true, true, true),
        (C::RemoveManagedApps, true, false, true),
        (C::NetworkConfigurations, true, false, true),
        (C::PerAppVpn, true, false, true),
        (C::SomeRestrictions, true, false, true),
        (C::QueryManagedItems, true, false, true),
        (C::LongComplexPasscodes, false, false, true),
        (C::ContentRating, false, false, true),
        (C::DeviceWideRestrictions, false, false, true),
        (C::BlockIcloud, false, false, true),
    ] {
        let can = |facts: &DeviceFacts| decide_capability(capability, facts).permits();
        assert_eq!(can(&on(Platform::Ios, EnrollmentType::User)), user, "{capability} under User Enrollment");
        assert_eq!(can(&on(Platform::Ios, EnrollmentType::AppOnly)), app_only, "{capability} app-only");
        assert_eq!(can(&supervised(Platform::Ios)), supervised_device, "{capability} supervised");
        assert!(!can(&on(Platform::Ios, EnrollmentType::AuthOnly)), "{capability} without management");
    }
}

#[test]
fn supervised_restrictions_need_supervision() {
    let decision = decide_capability(Capability::SupervisedRestrictions, &on(Platform::Ios, EnrollmentType::Device));
    assert_eq!(decision, Decision::deny(ReasonCode::NeedsSupervision, Source::Apple));
}

/// What `SupervisedRestrictions` takes for granted about Apple's table.
#[test]
fn every_system_has_restrictions_for_supervised_devices_and_none_of_them_under_user_enrollment() {
    let table = Table::get();
    let restrictions = table.item(Kind::Profile, RESTRICTIONS).unwrap();
    for &platform in Platform::ALL {
        let mut needing = restrictions
            .keys()
            .iter()
            .filter(|key| key.systems.on(platform).is_some_and(|entry| entry.needs_supervision))
            .peekable();
        assert!(needing.peek().is_some(), "{platform}");
        for key in needing {
            let decision = decide_key(restrictions, key.name, &on(platform, EnrollmentType::User));
            assert_eq!(decision.outcome, Outcome::Deny, "{} on {platform}", key.name);
        }
    }
}

#[test]
fn macs_under_user_enrollment_lose_their_apps_from_version_26_only() {
    let mut mac = on(Platform::Macos, EnrollmentType::User);
    assert!(decide_capability(Capability::RemoveManagedApps, &mac).permits());
    mac.os_version = Fact::Value(OsVersion::new(15, 6, 0));
    let decision = decide_capability(Capability::RemoveManagedApps, &mac);
    assert_eq!(decision, Decision::deny(ReasonCode::ForbiddenUnderUserEnrollment, Source::Apple));
}

#[test]
fn an_iphone_may_be_asked_for_its_apps_and_names_managed_ones_only() {
    let decision = decide_capability(Capability::SeePersonalApps, &on(Platform::Ios, EnrollmentType::User));
    assert_eq!(decision, Decision::deny(ReasonCode::PersonalAppsHidden, Source::Product));
    let decision = decide_capability(Capability::SeePersonalApps, &on(Platform::Macos, EnrollmentType::User));
    assert_eq!(decision, Decision::deny(ReasonCode::ForbiddenUnderUserEnrollment, Source::Apple));
}

/// Spec E5: each of the 26 with its payload and, for a Mac under each enrollment, the answer.
#[test]
fn what_a_mac_gets_of_the_seeds_list_is_as_the_table_says() {
    let mut table = String::new();
    for &configuration in MacConfiguration::ALL {
        let _ = writeln!(table, "{configuration}: {}", configuration.payload().unwrap_or("no payload"));
        for &enrollment in EnrollmentType::ALL {
            let facts = DeviceFacts { ownership: Ownership::User, ..on(Platform::Macos, enrollment) };
            let _ = writeln!(table, "  {enrollment:<16}{}", cell(decide_mac_configuration(configuration, &facts)));
        }
    }
    assert_table(
        "mac-configurations.txt",
        "Configurations that a Mac under User Enrollment does not get, with their payloads: each answer.",
        &table,
    );
}

#[test]
fn of_the_26_types_17_are_apples_1_is_partial_2_are_ours_and_6_are_vendors() {
    let mac = on(Platform::Macos, EnrollmentType::User);
    let mut counts: BTreeMap<(Outcome, ReasonCode, Source), usize> = BTreeMap::new();
    for &configuration in MacConfiguration::ALL {
        let Decision { outcome, reason, source } = decide_mac_configuration(configuration, &mac);
        *counts.entry((outcome, reason, source)).or_default() += 1;
    }
    assert_eq!(
        counts,
        BTreeMap::from([
            ((Outcome::Deny, ReasonCode::ForbiddenUnderUserEnrollment, Source::Apple), 17),
            ((Outcome::Partial, ReasonCode::RestrictionsPartlyAvailable, Source::Apple), 1),
            ((Outcome::Deny, ReasonCode::WithheldOnUserEnrolledMac, Source::Product), 2),
            ((Outcome::Deny, ReasonCode::VendorClientOnly, Source::Product), 6),
        ])
    );
}

#[test]
fn a_vpn_for_single_apps_is_not_among_what_a_mac_is_denied() {
    let mac = on(Platform::Macos, EnrollmentType::User);
    assert!(report_payload("com.apple.vpn.managed.applayer", &[], &mac).decision.permits());
    assert!(!report_payload("com.apple.vpn.managed", &[], &mac).decision.permits());
}

/// Which Restrictions keys work under User Enrollment, as Apple counts them: 25, 7 and 12.
#[test]
fn the_restrictions_that_are_left_under_user_enrollment_are_as_the_table_says() {
    let apple = Table::get();
    let restrictions = apple.item(Kind::Profile, RESTRICTIONS).unwrap();
    let mut table = String::new();
    let mut counts = Vec::new();
    for platform in [Platform::Ios, Platform::Macos, Platform::Visionos] {
        let facts = on(platform, EnrollmentType::User);
        let usable: Vec<_> = restrictions
            .keys()
            .iter()
            .filter(|key| !key.name.contains('/') && decide_key(restrictions, key.name, &facts).permits())
            .map(|key| key.name)
            .collect();
        counts.push(usable.len());
        let _ = writeln!(table, "{platform}");
        for key in usable {
            let _ = writeln!(table, "  {key}");
        }
    }
    assert_table("user-enrollment-restrictions.txt", "Restrictions that work under User Enrollment.", &table);
    assert_eq!(counts, [25, 7, 12]);
}

#[test]
fn of_a_payload_only_the_keys_that_the_device_takes_are_sent() {
    let keys = ["allowScreenShot", "allowCamera", "allowAirDrop"];
    let phone = on(Platform::Ios, EnrollmentType::User);
    let report = report_payload(RESTRICTIONS, &keys, &phone);
    assert_eq!(report.decision, Decision::partial(ReasonCode::PartsForbiddenUnderUserEnrollment, Source::Apple));
    assert_eq!(report.keys_with(Treatment::Works).collect::<Vec<_>>(), ["allowScreenShot"]);
    assert_eq!(report.keys_with(Treatment::Withheld).collect::<Vec<_>>(), ["allowCamera", "allowAirDrop"]);
}

#[test]
fn a_payload_of_which_no_key_is_left_is_not_sent() {
    let report = report_payload(RESTRICTIONS, &["allowCamera"], &on(Platform::Macos, EnrollmentType::User));
    assert_eq!(report.decision, Decision::deny(ReasonCode::ForbiddenUnderUserEnrollment, Source::Apple));
}

#[test]
fn a_key_of_a_forbidden_payload_has_the_payloads_reason() {
    let report = report_payload("com.apple.airprint", &["AirPrint"], &on(Platform::Macos, EnrollmentType::User));
    let withheld = Decision::deny(ReasonCode::WithheldOnUserEnrolledMac, Source::Product);
    assert_eq!((report.decision, report.keys[0].decision), (withheld, withheld));
}

#[test]
fn keys_that_the_device_ignores_are_told_from_those_that_are_withheld() {
    let keys = ["minLength", "forcePIN"];
    let report =
        report_payload("com.apple.mobiledevice.passwordpolicy", &keys, &on(Platform::Ios, EnrollmentType::User));
    assert_eq!(report.keys_with(Treatment::Ignored).collect::<Vec<_>>(), keys);
    assert_eq!(report.decision, Decision::partial(ReasonCode::PasscodeFixedUnderUserEnrollment, Source::Apple));
}

#[test]
fn what_a_device_has_not_told_leaves_a_key_undecided() {
    let phone = DeviceFacts { supervision: Fact::Unknown, ..on(Platform::Ios, EnrollmentType::Device) };
    let report = report_payload(RESTRICTIONS, &["allowCamera", "allowAirDrop"], &phone);
    assert_eq!(report.decision, Decision::unknown(ReasonCode::SupervisionUnknown, Source::Apple));
    assert_eq!(report.keys_with(Treatment::Undecided).collect::<Vec<_>>(), ["allowAirDrop"]);
}

#[test]
fn a_payload_is_reported_for_every_enrollment() {
    let reports =
        report_by_enrollment(RESTRICTIONS, &["allowAirDrop"], Platform::Ios, Fact::Value(OsVersion::new(18, 3, 0)));
    let answers: Vec<_> =
        reports.iter().map(|each| (each.enrollment, each.supervision, each.report.keys[0].treatment)).collect();
    use EnrollmentType as E;
    use Supervision::{Supervised, Unsupervised};
    use Treatment::{Withheld, Works};
    assert_eq!(
        answers,
        [
            (E::User, Unsupervised, Withheld),
            (E::Device, Supervised, Works),
            (E::Device, Unsupervised, Withheld),
            (E::AutomatedDevice, Supervised, Works),
            (E::AutomatedDevice, Unsupervised, Withheld),
            (E::AppOnly, Unsupervised, Withheld),
            (E::AuthOnly, Unsupervised, Withheld),
        ]
    );
}

#[test]
fn what_baton_withholds_from_a_mac_is_left_out_of_an_uploaded_profile_too() {
    let printers = Payload { payload_type: "com.apple.airprint".to_owned(), ..Payload::default() };
    let mac = on(Platform::Macos, EnrollmentType::User);
    let withheld = Decision::deny(ReasonCode::WithheldOnUserEnrolledMac, Source::Product);
    assert_eq!(decide_payloads(&[printers], &mac), withheld);
}

fn wanted() -> BTreeMap<String, PasscodeValue> {
    [
        ("allowSimple", PasscodeValue::Flag(false)),
        ("forcePIN", PasscodeValue::Flag(true)),
        ("maxFailedAttempts", PasscodeValue::Number(5)),
        ("minLength", PasscodeValue::Number(8)),
    ]
    .map(|(key, value)| (key.to_owned(), value))
    .into()
}

/// Spec E4.
#[test]
fn a_passcode_under_user_enrollment_is_six_digits_whatever_is_asked_for() {
    let report = report_passcode(&wanted(), &on(Platform::Ios, EnrollmentType::User));
    assert_eq!(report.decision.reason, ReasonCode::PasscodeFixedUnderUserEnrollment);
    let expected = EffectivePasscode { allow_simple: false, force_pin: true, min_length: 6 };
    assert_eq!(report.effective, Some(expected));
    assert_eq!(report.without_effect, ["maxFailedAttempts", "minLength"]);
}

#[test]
fn rules_for_the_passcode_hold_as_they_are_under_device_enrollment() {
    let report = report_passcode(&wanted(), &on(Platform::Ios, EnrollmentType::Device));
    assert_eq!((report.decision.outcome, report.effective), (Outcome::Allow, None));
    assert!(report.without_effect.is_empty());
}

#[test]
fn a_mac_under_user_enrollment_gets_no_rules_for_the_passcode() {
    let report = report_passcode(&wanted(), &on(Platform::Macos, EnrollmentType::User));
    assert_eq!((report.decision.outcome, report.effective), (Outcome::Deny, None));
}

/// Spec E6.
#[test]
fn apps_of_a_mac_under_user_enrollment_are_requested_and_never_installed() {
    let rules = app_rules(&on(Platform::Macos, EnrollmentType::User));
    assert_eq!(rules, Fact::Value(AppRules::USER_ENROLLED_MAC));
    assert_eq!(app_rules(&on(Platform::Ios, EnrollmentType::User)), Fact::Value(AppRules::USER_ENROLLED));
    let unknown = DeviceFacts { platform: Fact::Unknown, ..on(Platform::Ios, EnrollmentType::User) };
    assert_eq!(app_rules(&unknown), Fact::Unknown);
    assert_eq!(app_rules(&on(Platform::Macos, EnrollmentType::AppOnly)), Fact::Empty);
}

/// A key of the Restrictions, one that the table has or one that it has not.
fn keys() -> impl Strategy<Value = Vec<&'static str>> {
    let table = Table::get();
    let item = table.item(Kind::Profile, RESTRICTIONS).unwrap();
    let names: Vec<_> = item.keys().iter().map(|key| key.name).chain(["allowEverything"]).collect();
    subsequence(names, 0..6)
}

proptest! {
    /// Spec E3: whatever Baton allows, Apple allows.
    #[test]
    fn baton_never_allows_what_apple_denies(
        configuration in select(MacConfiguration::ALL),
        kind in select(ItemKind::ALL),
        facts in worlds::facts(),
    ) {
        if let Some(file) = configuration.payload() {
            let item = Table::get().item(Kind::Profile, file).unwrap();
            let ours = decide_mac_configuration(configuration, &facts);
            prop_assert_eq!(ours.narrowed_by(decide_item(item, &facts)), ours);
        }
        prop_assert!(facts.enrollment.is_managed() || !can_take(kind, &facts).permits());
    }

    /// What becomes of the whole follows from what becomes of its keys.
    #[test]
    fn a_report_adds_up(keys in keys(), facts in worlds::facts()) {
        let report = report_payload(RESTRICTIONS, &keys, &facts);
        let count = |treatment| report.keys_with(treatment).count();
        let (works, withheld, undecided) =
            (count(Treatment::Works), count(Treatment::Withheld), count(Treatment::Undecided));
        let outcome = report.decision.outcome;
        if keys.is_empty() {
            return Ok(());
        }
        if withheld == keys.len() {
            prop_assert_eq!(outcome, Outcome::Deny);
        } else if undecided > 0 {
            prop_assert_eq!(outcome, Outcome::Unknown);
        } else if withheld > 0 {
            prop_assert_eq!(outcome, Outcome::Partial);
        } else if works == keys.len() {
            prop_assert_eq!(outcome, Outcome::Allow);
        }
    }
}
