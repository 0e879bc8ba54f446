//! Which kind of enrollment a device gets.

mod oracle;
mod requests;

use std::fmt::Write as _;

use baton_policy::enrollment::{
    AppsAndBooks, EnrollmentMethod, EnrollmentOutcome, EnrollmentRequest, EnrollmentResult, EnrollmentRule, Fallback,
    ManagedAppleAccount, OwnershipModel, Provenance, Requirement, RequirementVerdict, WantedEnrollment,
    decide_ownership,
};
use baton_policy::{
    Decision, EnrollmentType, Fact, OsVersion, Ownership, Platform, ReasonCode, Source, Supervision, decide_enrollment,
};
use proptest::prelude::*;

use crate::enrollments::requests::{complete, request, requests};
use crate::tables::{assert_table, name};

fn result(outcome: &EnrollmentOutcome) -> String {
    match outcome.result {
        EnrollmentResult::Enrol(enrollment) => enrollment.to_string(),
        EnrollmentResult::AskForConsent => "ask for consent".to_owned(),
        EnrollmentResult::Refuse => "refuse".to_owned(),
    }
}

fn line(outcome: &EnrollmentOutcome) -> String {
    let provisional = if outcome.is_provisional { ", provisional" } else { "" };
    format!("{} ({}, {} {}{provisional})", result(outcome), outcome.rule, outcome.reason, outcome.source)
}

/// Spec D3: where a device comes from decides first, then what it is known as, then what is set up.
#[test]
fn the_priority_of_enrollments_is_as_the_table_says() {
    let mut table = "Where the device comes from, and whether it is supervised\n".to_owned();
    for provenance in Provenance::ALL.iter().map(|&each| Fact::Value(each)).chain([Fact::Unknown]) {
        for supervision in Supervision::ALL.iter().map(|&each| Fact::Value(each)).chain([Fact::Unknown]) {
            let mut request = request();
            request.device.provenance = provenance;
            request.device.supervision = supervision;
            let device = format!("{}, {}", name(provenance), name(supervision));
            let _ = writeln!(table, "  {device:<48}{}", line(&decide_enrollment(&request)));
        }
    }
    let _ = writeln!(table, "\nA personal device: what it is known as, app-only, the wanted type, auth-only");
    for known_as in [None].into_iter().chain(EnrollmentType::ALL.iter().map(|&each| Some(each))) {
        for is_app_only in [false, true] {
            for &wanted in WantedEnrollment::ALL {
                for is_auth_only in [false, true] {
                    let mut request = request();
                    request.device.known_as = known_as;
                    request.setting.is_app_only = is_app_only;
                    request.setting.wanted = wanted;
                    request.setting.is_auth_only = is_auth_only;
                    let known = known_as.map_or("new".to_owned(), |known| known.to_string());
                    let case = format!(
                        "{known}, {}{wanted}{}",
                        if is_app_only { "app-only, " } else { "" },
                        if is_auth_only { ", auth-only" } else { "" }
                    );
                    let _ = writeln!(table, "  {case:<48}{}", line(&decide_enrollment(&request)));
                }
            }
        }
    }
    assert_table("enrollment-priority.txt", "Which kind of enrollment results, by which rule, and why.", &table);
}

/// A request that misses one requirement, with the name of what is missing.
fn misses() -> Vec<(&'static str, EnrollmentRequest)> {
    let with = |change: fn(&mut EnrollmentRequest)| {
        let mut request = request();
        change(&mut request);
        request
    };
    vec![
        ("supervised", with(|request| request.device.supervision = Fact::Value(Supervision::Supervised))),
        ("from Configurator", with(|request| request.device.provenance = Fact::Value(Provenance::Configurator))),
        ("Apple TV", with(|request| request.device.platform = Fact::Value(Platform::Tvos))),
        ("iOS 14.8", with(|request| request.device.os_version = Fact::Value(OsVersion::new(14, 8, 0)))),
        (
            "iOS 15.8 below a floor of 17",
            with(|request| {
                request.device.os_version = Fact::Value(OsVersion::new(15, 8, 0));
                request.setting.floors.ios = OsVersion::new(17, 0, 0);
            }),
        ),
        (
            "iOS 16.7 below a floor of 17",
            with(|request| {
                request.device.os_version = Fact::Value(OsVersion::new(16, 7, 0));
                request.setting.floors.ios = OsVersion::new(17, 0, 0);
            }),
        ),
        ("by profile, switched off", with(|request| request.method = EnrollmentMethod::ProfileDriven)),
        (
            "by profile, iOS 18",
            with(|request| {
                request.method = EnrollmentMethod::ProfileDriven;
                request.setting.allows_profile_driven_user_enrollment = true;
            }),
        ),
        ("no organisation", with(|request| request.organisation.is_connected = false)),
        ("no Apps and Books", with(|request| request.organisation.apps_and_books = AppsAndBooks::Missing)),
        (
            "other organisation's Apps and Books",
            with(|request| {
                request.organisation.apps_and_books = AppsAndBooks::OtherOrganisation;
            }),
        ),
        (
            "other location's Apps and Books",
            with(|request| {
                request.organisation.apps_and_books = AppsAndBooks::OtherLocation;
            }),
        ),
        (
            "no Managed Apple Account",
            with(|request| {
                request.person.managed_apple_account = ManagedAppleAccount::Missing;
            }),
        ),
        (
            "other organisation's account",
            with(|request| {
                request.person.managed_apple_account = ManagedAppleAccount::OtherOrganisation;
            }),
        ),
        (
            "account in an unvalidated domain",
            with(|request| {
                request.person.managed_apple_account = ManagedAppleAccount::UnvalidatedDomain;
            }),
        ),
        ("no permission", with(|request| request.person.may_enrol = false)),
        ("nothing", with(|_| {})),
    ]
}

/// Spec D4: what is missed, and what comes of it under each choice.
#[test]
fn a_missed_requirement_comes_to_what_the_table_says() {
    let mut table = String::new();
    for (missing, request) in misses() {
        let first_failed = decide_enrollment(&request).first_failed.map_or("none", Requirement::as_str);
        let _ = writeln!(table, "{missing}: {first_failed}");
        for &fallback in Fallback::ALL {
            for consents in [false, true] {
                let mut request = request.clone();
                request.setting.fallback = fallback;
                request.person.consents_to_device_enrollment = consents;
                let case = format!("{fallback}{}", if consents { ", consent" } else { "" });
                let _ = writeln!(table, "  {case:<28}{}", line(&decide_enrollment(&request)));
            }
        }
    }
    assert_table(
        "enrollment-fallback.txt",
        "What is missing, the first requirement that fails, then what results.",
        &table,
    );
}

/// Spec D5: from which version to which each method works.
#[test]
fn methods_work_in_the_versions_that_the_table_says() {
    let mut table = String::new();
    for &platform in Platform::ALL {
        for &method in EnrollmentMethod::ALL {
            for &wanted in WantedEnrollment::ALL {
                let _ = write!(table, "{platform}, {method}, {wanted}:");
                let mut before = String::new();
                for version in versions() {
                    let mut request = request();
                    request.device.platform = Fact::Value(platform);
                    request.device.os_version = Fact::Value(version);
                    request.method = method;
                    request.setting.wanted = wanted;
                    request.setting.allows_profile_driven_user_enrollment = true;
                    let outcome = decide_enrollment(&request);
                    let now = format!("{} ({})", result(&outcome), outcome.reason);
                    if now != before {
                        let _ = write!(table, "\n  from {:<8}{now}", version.to_string());
                        before = now;
                    }
                }
                table.push('\n');
            }
        }
    }
    assert_table(
        "enrollment-methods.txt",
        "What results, from which version on, when nothing else is missing.",
        &table,
    );
}

/// Every version in which something could change.
fn versions() -> impl Iterator<Item = OsVersion> {
    (1_u16..=27).flat_map(|major| (0_u16..=16).map(move |minor| OsVersion::new(major, minor, 0)))
}

#[test]
fn before_enrollment_what_only_the_device_can_tell_is_said_to_be_checked_there() {
    let mut request = request();
    request.device = Default::default();
    let outcome = decide_enrollment(&request);
    assert_eq!(outcome.result, EnrollmentResult::Enrol(EnrollmentType::User));
    assert!(outcome.is_provisional);
    let checked: Vec<_> = outcome
        .requirements
        .iter()
        .filter(|check| check.verdict == RequirementVerdict::CheckedOnDevice)
        .map(|check| check.requirement)
        .collect();
    assert_eq!(checked, [Requirement::Unsupervised, Requirement::PersonalDevice, Requirement::System]);
}

#[test]
fn what_is_missing_in_any_case_is_final_before_the_device_has_told_anything() {
    let mut request = request();
    request.device.known_as = Some(EnrollmentType::AppOnly);
    request.person.may_enrol = false;
    assert!(!decide_enrollment(&request).is_provisional);
}

/// Spec D6.
#[test]
fn a_personal_device_belongs_to_its_user_and_a_work_profile_is_not_to_be_had() {
    let outcome = decide_enrollment(&request());
    assert_eq!(outcome.ownership, Ownership::User);
    let mut organisations = request();
    organisations.device.provenance = Fact::Value(Provenance::AutomatedDeviceEnrollment);
    assert_eq!(decide_enrollment(&organisations).ownership, Ownership::Company);
    assert_eq!(
        decide_ownership(OwnershipModel::CompanyPersonallyEnabled),
        Decision::deny(ReasonCode::PersonallyEnabledNotOnApple, Source::Apple)
    );
}

#[test]
fn device_enrollment_that_stands_in_for_user_enrollment_is_of_a_persons_own_device() {
    let mut request = request();
    request.organisation.is_connected = false;
    request.setting.fallback = Fallback::FallBackSilently;
    let outcome = decide_enrollment(&request);
    assert_eq!((outcome.result, outcome.ownership), (EnrollmentResult::Enrol(EnrollmentType::Device), Ownership::User));
}

proptest! {
    #![proptest_config(crate::cases(1024))]

    #[test]
    fn the_outcome_is_that_of_a_naive_reading(request in requests()) {
        let outcome = decide_enrollment(&request);
        prop_assert_eq!(outcome.result, oracle::result(&request, request.setting.fallback));
        for &(fallback, result) in &outcome.by_fallback {
            prop_assert_eq!(result, oracle::result(&request, fallback));
        }
        prop_assert_eq!(outcome.by_fallback.len(), Fallback::ALL.len());
        prop_assert_eq!(outcome.first_failed, oracle::first_failed(&request));
    }

    /// Spec D4: nobody gives the organisation the power to erase without having been asked, unless the setting says so.
    #[test]
    fn device_enrollment_never_comes_as_a_surprise(request in requests()) {
        let outcome = decide_enrollment(&request);
        if outcome.result == EnrollmentResult::Enrol(EnrollmentType::Device) && outcome.rule == EnrollmentRule::Fallback {
            let is_agreed = match request.setting.fallback {
                Fallback::Refuse => false,
                Fallback::AskForConsent => request.person.consents_to_device_enrollment,
                Fallback::FallBackSilently => true,
            };
            prop_assert!(is_agreed);
        }
    }

    /// Spec D2.
    #[test]
    fn user_enrollment_needs_every_requirement(request in requests()) {
        let outcome = decide_enrollment(&request);
        if outcome.result == EnrollmentResult::Enrol(EnrollmentType::User) {
            prop_assert_eq!(outcome.first_failed, None);
            prop_assert_eq!(outcome.ownership, Ownership::User);
        }
    }

    /// A result that is not provisional stays whatever the device tells.
    #[test]
    fn a_final_result_stays((request, told) in requests().prop_flat_map(|request| (Just(request.clone()), complete(request)))) {
        let outcome = decide_enrollment(&request);
        let later = decide_enrollment(&told);
        prop_assert!(!later.is_provisional);
        if !outcome.is_provisional {
            prop_assert_eq!(later.result, outcome.result);
        }
    }
}
