//! Payloads of one configuration: what is left out where, and what that makes of the whole (spec E3, E4, E8).

use std::fmt::Write as _;
use std::path::Path;

use baton_policy::payload::{decide_payloads, shares};
use baton_policy::restriction::{ALLOWED_APPS, BLOCKED_APPS, RESTRICTIONS, Restriction};
use baton_policy::{
    Decision, DeviceClass, DeviceFacts, EnrollmentType, Fact, ItemKind, OsVersion, Outcome, Ownership, Payload,
    Platform, ReasonCode, Setting, Source, Supervision, payload, where_it_works,
};
use proptest::prelude::*;

fn facts(platform: Platform, enrollment: EnrollmentType, supervised: bool) -> DeviceFacts {
    DeviceFacts {
        platform: Fact::Value(platform),
        os_version: Fact::Value(OsVersion::new(26, 4, 0)),
        supervision: Fact::Value(if supervised { Supervision::Supervised } else { Supervision::Unsupervised }),
        ..DeviceFacts::new(enrollment, Ownership::Company)
    }
}

fn supervised_phone() -> DeviceFacts {
    facts(Platform::Ios, EnrollmentType::Device, true)
}

fn phone() -> DeviceFacts {
    facts(Platform::Ios, EnrollmentType::Device, false)
}

fn personal_phone() -> DeviceFacts {
    facts(Platform::Ios, EnrollmentType::User, false)
}

fn restrictions<const N: usize>(settings: [(&str, Setting); N]) -> Payload {
    Payload {
        payload_type: payload::RESTRICTIONS.to_owned(),
        settings: settings.into_iter().map(|(key, setting)| (key.to_owned(), setting)).collect(),
        ..Payload::default()
    }
}

fn off(keys: &[&str]) -> Payload {
    Payload {
        payload_type: payload::RESTRICTIONS.to_owned(),
        settings: keys.iter().map(|key| ((*key).to_owned(), Setting::Flag(false))).collect(),
        ..Payload::default()
    }
}

/// The outcome, the reason, and the keys that are left out.
fn of(payload: &Payload, facts: &DeviceFacts) -> (Outcome, ReasonCode, Vec<String>) {
    let share = shares(std::slice::from_ref(payload), facts).pop().unwrap();
    let decision = decide_payloads(std::slice::from_ref(payload), facts);
    (decision.outcome, decision.reason, share.without.keys().map(|key| (*key).to_owned()).collect())
}

#[test]
fn a_key_that_needs_supervision_is_left_out_of_an_unsupervised_phone() {
    let both = off(&["allowAirDrop", "allowCamera"]);
    assert_eq!(of(&both, &supervised_phone()), (Outcome::Allow, ReasonCode::Allowed, vec![]));
    assert_eq!(
        of(&both, &phone()),
        (Outcome::Partial, ReasonCode::PartsNeedSupervision, vec!["allowAirDrop".to_owned()])
    );
}

#[test]
fn restrictions_of_which_nothing_is_left_are_denied_with_the_reason_of_their_key() {
    let airdrop = off(&["allowAirDrop"]);
    assert_eq!(of(&airdrop, &phone()).0, Outcome::Deny);
    assert_eq!(of(&airdrop, &phone()).1, ReasonCode::NeedsSupervision);
    assert_eq!(of(&airdrop, &personal_phone()).1, ReasonCode::ForbiddenUnderUserEnrollment);
}

#[test]
fn under_user_enrollment_only_the_keys_that_apple_allows_there_are_left() {
    let all: Vec<&str> = RESTRICTIONS.iter().map(|restriction| restriction.key).collect();
    let (outcome, reason, without) = of(&off(&all), &personal_phone());
    assert_eq!((outcome, reason), (Outcome::Partial, ReasonCode::PartsForbiddenUnderUserEnrollment));
    let left: Vec<&str> = all.into_iter().filter(|key| !without.contains(&(*key).to_owned())).collect();
    assert_eq!(
        left,
        [
            "allowOpenFromManagedToUnmanaged",
            "allowOpenFromUnmanagedToManaged",
            "requireManagedPasteboard",
            "allowUnmanagedToReadManagedContacts",
            "allowManagedAppsCloudSync",
            "forceAirDropUnmanaged",
            "allowScreenShot",
            "allowLockScreenNotificationsView",
            "allowLockScreenControlCenter",
            "allowLockScreenTodayView",
            "safariForceFraudWarning",
            "forceEncryptedBackup",
            "allowAssistant",
            "allowAssistantWhileLocked",
            "forceOnDeviceOnlyDictation",
            "allowExternalIntelligenceIntegrations",
            "allowDiagnosticSubmission",
        ]
    );
}

#[test]
fn a_key_that_the_system_is_too_old_for_is_left_out() {
    let old = DeviceFacts { os_version: Fact::Value(OsVersion::new(17, 0, 0)), ..supervised_phone() };
    let keys = off(&["allowCamera", "allowWritingTools"]);
    assert_eq!(of(&keys, &old), (Outcome::Partial, ReasonCode::PartsNeedNewerOs, vec!["allowWritingTools".to_owned()]));
}

#[test]
fn while_supervision_is_not_known_a_key_that_needs_it_leaves_the_answer_open() {
    let silent = DeviceFacts { supervision: Fact::Unknown, ..phone() };
    let decision = decide_payloads(&[off(&["allowAirDrop", "allowCamera"])], &silent);
    assert_eq!((decision.outcome, decision.reason), (Outcome::Unknown, ReasonCode::SupervisionUnknown));
}

#[test]
fn a_type_that_apples_table_does_not_know_is_left_to_the_device() {
    let unknown = Payload { payload_type: "com.example.future".to_owned(), ..Payload::default() };
    let share = shares(std::slice::from_ref(&unknown), &phone()).pop().unwrap();
    assert_eq!(share.decision, Decision::allow(ReasonCode::NotInAppleTable, Source::Apple));
}

#[test]
fn what_refers_to_a_payload_that_is_left_out_is_left_out_too() {
    let first = off(&["allowAirDrop"]);
    let second = Payload { payload_type: "com.example.future".to_owned(), needs: [0].into(), ..Payload::default() };
    let third = Payload { needs: [1].into(), ..second.clone() };
    let payloads =
        [first, second, third, Payload { payload_type: "com.example.other".to_owned(), ..Payload::default() }];
    let reasons: Vec<ReasonCode> = shares(&payloads, &phone()).iter().map(|share| share.decision.reason).collect();
    assert_eq!(
        reasons,
        [
            ReasonCode::NeedsSupervision,
            ReasonCode::NeedsPartLeftOut,
            ReasonCode::NeedsPartLeftOut,
            ReasonCode::NotInAppleTable
        ]
    );
    assert_eq!(decide_payloads(&payloads, &phone()).reason, ReasonCode::PartsNeedSupervision);
}

#[test]
fn payloads_that_refer_to_each_other_stay_together() {
    let one = Payload { payload_type: "com.example.one".to_owned(), needs: [1].into(), ..Payload::default() };
    let two = Payload { payload_type: "com.example.two".to_owned(), needs: [0, 7].into(), ..Payload::default() };
    assert!(decide_payloads(&[one, two], &phone()).permits());
}

#[test]
fn safari_off_and_lists_that_hide_web_clips_hide_the_sign_in_page() {
    let names = |apps: &[&str]| Setting::Names(apps.iter().map(|app| (*app).to_owned()).collect());
    let hides = |key, setting| restrictions([(key, setting)]).hides_web_clips_by().next().is_some();
    assert!(hides("allowSafari", Setting::Flag(false)));
    assert!(!hides("allowSafari", Setting::Flag(true)));
    assert!(hides(BLOCKED_APPS, names(&["com.apple.webapp"])));
    assert!(!hides(BLOCKED_APPS, names(&["com.apple.news"])));
    assert!(hides(ALLOWED_APPS, names(&["com.apple.mobilesafari"])));
    assert!(!hides(ALLOWED_APPS, names(&["com.apple.webapp"])));
    assert!(!hides("allowCamera", Setting::Flag(false)));
}

#[test]
fn every_restriction_has_a_rule_and_each_once() {
    let mut keys: Vec<&str> = RESTRICTIONS.iter().map(|restriction| restriction.key).collect();
    for key in keys.iter().chain(&[BLOCKED_APPS, ALLOWED_APPS]) {
        let offered =
            Platform::ALL.iter().any(|platform| payload::key_needs(payload::RESTRICTIONS, key, *platform).is_some());
        assert!(offered, "{key}");
    }
    keys.sort_unstable();
    keys.dedup();
    assert_eq!(keys.len(), RESTRICTIONS.len());
}

#[test]
fn restrictions_stand_by_group_with_the_common_ones_first() {
    let places: Vec<_> = RESTRICTIONS.iter().map(|restriction| (restriction.group, !restriction.is_common)).collect();
    assert!(places.is_sorted());
    assert!(Restriction::of_key("allowCamera").is_some_and(|camera| !camera.is_demand()));
    assert!(Restriction::of_key("forceEncryptedBackup").is_some_and(Restriction::is_demand));
    assert!(Restriction::of_key("allowEverything").is_none());
}

/// Every key on every kind of device, against a checked-in table.
#[test]
fn every_restriction_on_every_kind_of_device_is_as_the_table_says() {
    let mut table =
        "What becomes of each restriction: supervised, enrolled, under User Enrollment, by platform.\n\n".to_owned();
    let kinds = [(EnrollmentType::Device, true), (EnrollmentType::Device, false), (EnrollmentType::User, false)];
    for restriction in RESTRICTIONS {
        let _ = writeln!(table, "{}", restriction.key);
        for &platform in Platform::ALL {
            let answers = kinds.map(|(enrollment, supervised)| {
                payload::decide_key(payload::RESTRICTIONS, restriction.key, &facts(platform, enrollment, supervised))
            });
            if answers.iter().all(|answer| answer.reason == ReasonCode::NotOnPlatform) {
                continue;
            }
            let answers = answers.map(|answer| answer.reason.to_string()).join(" | ");
            let needs = payload::key_needs(payload::RESTRICTIONS, restriction.key, platform);
            let since = needs.map(|needs| needs.os_version.to_string()).unwrap_or_default();
            let _ = writeln!(table, "  {platform:<9}{since:<8}{answers}");
        }
    }
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/tables/restrictions.txt");
    if std::env::var_os("BATON_WRITE_TABLES").is_some() {
        std::fs::write(&path, &table).unwrap();
    }
    let expected = std::fs::read_to_string(&path).unwrap_or_default();
    let difference = expected.lines().zip(table.lines()).find(|(expected, actual)| expected != actual);
    assert_eq!(difference, None, "restrictions.txt differs (expected, actual)");
    assert_eq!(expected, table, "restrictions.txt differs in length");
}

#[test]
fn an_item_page_tells_where_an_item_works_and_what_is_left_out_there() {
    let payloads = [off(&["allowCamera", "allowAirDrop", "allowScreenShot"])];
    let works = where_it_works(ItemKind::Restrictions, &payloads);
    let told: Vec<(DeviceClass, Outcome, Vec<&str>)> = works
        .iter()
        .map(|works| {
            let keys = works.left_out.iter().filter_map(|left_out| left_out.key.as_deref()).collect();
            (works.class, works.decision.outcome, keys)
        })
        .collect();
    assert_eq!(
        told,
        [
            (DeviceClass::SupervisedPhone, Outcome::Allow, vec![]),
            (DeviceClass::Phone, Outcome::Partial, vec!["allowAirDrop"]),
            (DeviceClass::PersonalPhone, Outcome::Partial, vec!["allowAirDrop", "allowCamera"]),
            (DeviceClass::Mac, Outcome::Allow, vec![]),
            (DeviceClass::PersonalMac, Outcome::Partial, vec!["allowAirDrop", "allowCamera"]),
        ]
    );
}

#[test]
fn where_the_sign_in_page_works_needs_no_payload() {
    let works = where_it_works(ItemKind::SecureSignIn, &[]);
    let outcomes: Vec<Outcome> = works.iter().map(|works| works.decision.outcome).collect();
    assert_eq!(outcomes, [Outcome::Allow, Outcome::Allow, Outcome::Deny, Outcome::Deny, Outcome::Deny]);
}

fn some_payload() -> impl Strategy<Value = Payload> {
    let types = prop_oneof![Just(payload::RESTRICTIONS), Just("com.example.future"), Just("")];
    let key = prop_oneof![Just("allowCamera"), Just("allowAirDrop"), Just("allowScreenShot"), Just("unheardOf")];
    let settings = prop::collection::btree_map(key.prop_map(str::to_owned), Just(Setting::Flag(false)), 0..4);
    (types, settings, prop::collection::btree_set(0_usize..6, 0..3))
        .prop_map(|(payload_type, settings, needs)| Payload { payload_type: payload_type.to_owned(), settings, needs })
}

proptest! {
    #[test]
    fn a_whole_is_permitted_when_a_part_is(
        payloads in prop::collection::vec(some_payload(), 0..6),
        supervised: bool,
        under_ue: bool,
    ) {
        let enrollment = if under_ue { EnrollmentType::User } else { EnrollmentType::Device };
        let facts = facts(Platform::Ios, enrollment, supervised && !under_ue);
        let parts = shares(&payloads, &facts);
        let whole = decide_payloads(&payloads, &facts);
        let some = parts.iter().any(|part| part.decision.permits());
        prop_assert_eq!(whole.permits(), some || payloads.is_empty());
        for (part, payload) in parts.iter().zip(&payloads) {
            for need in payload.needs.iter().filter_map(|need| parts.get(*need)) {
                prop_assert!(need.decision.permits() || !part.decision.permits() || std::ptr::eq(need, part));
            }
        }
    }
}
