//! Facts, versions, logic, and the decisions that hang on a single one of them.

use baton_policy::{
    Action, Actor, Decision, DeviceFacts, EnrollmentType, Fact, ItemKind, OsVersion, Outcome, Ownership, Platform,
    ReasonCode, Role, Supervision, Truth, decide_action,
};

fn iphone(enrollment: EnrollmentType) -> DeviceFacts {
    DeviceFacts {
        platform: Fact::Value(Platform::Ios),
        os_version: Fact::Value(OsVersion::new(18, 3, 0)),
        supervision: Fact::Value(Supervision::Supervised),
        lost_mode: Fact::Value(false),
        ..DeviceFacts::new(enrollment, Ownership::Company)
    }
}

fn by_administrator(action: Action, facts: &DeviceFacts) -> Decision {
    let administrator = Actor { role: Role::Administrator, is_holder: false, device_is_shared: true };
    decide_action(action, facts, &administrator)
}

#[test]
fn versions_compare_as_numbers() {
    let version = |text: &str| text.parse::<OsVersion>().unwrap();
    assert!(version("9.3.5") < version("10.0"));
    assert!(version("17.9") < version("17.10"));
    assert_eq!(version("17"), version("17.0.0"));
}

#[test]
fn versions_are_written_as_apple_writes_them() {
    for text in ["17.0", "17.5.1", "10.15"] {
        assert_eq!(text.parse::<OsVersion>().unwrap().to_string(), text);
    }
}

#[test]
fn what_is_not_a_version_is_refused() {
    for text in ["", "x", "17.", ".1", "17.5.1.2", "-1", "+1", "17 ", "70000"] {
        let error = text.parse::<OsVersion>().unwrap_err().to_string();
        assert_eq!(error, format!("`{text}` is not a version such as `17.5.1`"));
    }
}

#[test]
fn an_unknown_name_is_refused_with_those_there_are() {
    let error = "ios17".parse::<Platform>().unwrap_err().to_string();
    assert_eq!(error, "unknown name `ios17`, expected one of ios, ipados, macos, visionos, tvos, watchos");
}

#[test]
fn unknown_gives_way_only_to_what_settles_the_matter() {
    use Truth::{False, True, Unknown};
    for (one, other, and, or) in [
        (True, True, True, True),
        (True, False, False, True),
        (True, Unknown, Unknown, True),
        (False, False, False, False),
        (False, Unknown, False, Unknown),
        (Unknown, Unknown, Unknown, Unknown),
    ] {
        assert_eq!((one.and(other), one.or(other)), (and, or));
        assert_eq!((other.and(one), other.or(one)), (and, or));
    }
    assert_eq!((!True, !False, !Unknown), (False, True, Unknown));
}

#[test]
fn a_device_enrollment_needs_the_access_right() {
    let facts = DeviceFacts { access_rights: Some(8191 - 8), ..iphone(EnrollmentType::Device) };
    let decision = by_administrator(Action::Wipe, &facts);
    assert_eq!((decision.outcome, decision.reason), (Outcome::Deny, ReasonCode::NeedsAccessRight));
    assert!(by_administrator(Action::Lock, &facts).permits());
}

#[test]
fn access_rights_say_nothing_under_user_enrollment() {
    let facts = DeviceFacts { access_rights: Some(0), ..iphone(EnrollmentType::User) };
    assert!(by_administrator(Action::Lock, &facts).permits());
}

#[test]
fn a_device_is_located_in_lost_mode_only() {
    let at_hand = iphone(EnrollmentType::AutomatedDevice);
    assert_eq!(by_administrator(Action::Locate, &at_hand).reason, ReasonCode::NeedsLostMode);
    let silent = DeviceFacts { lost_mode: Fact::Unknown, ..at_hand.clone() };
    assert_eq!(by_administrator(Action::Locate, &silent).outcome, Outcome::Unknown);
    let lost = DeviceFacts { lost_mode: Fact::Value(true), ..at_hand };
    assert!(by_administrator(Action::Locate, &lost).permits());
}

#[test]
fn a_user_enrolled_mac_gives_apps_back_from_version_26() {
    let mac = |version| DeviceFacts {
        platform: Fact::Value(Platform::Macos),
        os_version: version,
        ..iphone(EnrollmentType::User)
    };
    let outcome = |version| by_administrator(Action::RemoveApp, &mac(version)).outcome;
    assert_eq!(outcome(Fact::Value(OsVersion::new(15, 7, 0))), Outcome::Deny);
    assert_eq!(outcome(Fact::Value(OsVersion::new(26, 0, 0))), Outcome::Allow);
    assert_eq!(outcome(Fact::Unknown), Outcome::Unknown);
}

#[test]
fn a_version_that_every_managed_device_has_need_not_be_reported() {
    let facts = DeviceFacts { os_version: Fact::Unknown, ..iphone(EnrollmentType::Device) };
    assert!(by_administrator(Action::Lock, &facts).permits());
}

#[test]
fn an_apple_vision_is_locked_from_version_2() {
    let vision = |version| DeviceFacts {
        platform: Fact::Value(Platform::Visionos),
        os_version: version,
        ..iphone(EnrollmentType::Device)
    };
    let reason = |version| by_administrator(Action::Lock, &vision(version)).reason;
    assert_eq!(reason(Fact::Value(OsVersion::new(1, 3, 0))), ReasonCode::NeedsNewerOs);
    assert_eq!(reason(Fact::Unknown), ReasonCode::OsVersionUnknown);
    assert_eq!(reason(Fact::Value(OsVersion::new(2, 0, 0))), ReasonCode::Allowed);
}

#[test]
fn what_no_platform_allows_is_denied_before_the_platform_is_known() {
    let facts = DeviceFacts { platform: Fact::Unknown, ..iphone(EnrollmentType::User) };
    assert_eq!(by_administrator(Action::Wipe, &facts).outcome, Outcome::Deny);
    assert_eq!(by_administrator(Action::Lock, &facts).outcome, Outcome::Unknown);
}

#[test]
fn rename_changes_at_least_the_label() {
    let unsupervised =
        DeviceFacts { supervision: Fact::Value(Supervision::Unsupervised), ..iphone(EnrollmentType::Device) };
    let decision = by_administrator(Action::Rename, &unsupervised);
    assert_eq!((decision.outcome, decision.reason), (Outcome::Partial, ReasonCode::LabelOnly));
}

#[test]
fn apps_are_the_items_that_are_not_profiles() {
    let apps: Vec<_> = ItemKind::ALL.iter().filter(|kind| kind.is_app()).collect();
    assert_eq!(apps, [&ItemKind::InHouseApp, &ItemKind::StoreApp]);
}
