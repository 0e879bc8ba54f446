//! Apple's error codes.

use baton_mdm::failure::{Failure, explain, explain_rejection};
use baton_mdm::message::ErrorChainItem;

fn chain(items: &[(&str, i64)]) -> Vec<ErrorChainItem> {
    items
        .iter()
        .map(|(domain, code)| ErrorChainItem { code: *code, domain: (*domain).to_owned(), ..ErrorChainItem::default() })
        .collect()
}

#[test]
fn a_profile_that_is_not_there_is_recognised_on_every_system() {
    for item in [
        ("MDMErrorDomain", 12075),
        ("MCMDMErrorDomain", 12075),
        ("MCInstallationErrorDomain", 4024),
        ("MDMClientError", 89),
    ] {
        let failure = explain(&chain(&[item]));
        assert_eq!(failure, Failure::ProfileNotInstalled, "{item:?}");
        assert!(failure.nothing_to_remove());
    }
}

#[test]
fn a_code_in_a_foreign_domain_means_nothing() {
    assert_eq!(explain(&chain(&[("NSPOSIXErrorDomain", 12075)])), Failure::Other);
    assert_eq!(explain(&chain(&[("MDMClientError", 12075)])), Failure::Other);
    assert_eq!(explain(&[]), Failure::Other);
}

#[test]
fn the_deepest_known_reason_wins() {
    let failure = explain(&chain(&[
        ("MCInstallationErrorDomain", 4001),
        ("MCProfileErrorDomain", 1009),
        ("MCWiFiErrorDomain", 13000),
        ("NSOSStatusErrorDomain", -1),
    ]));

    assert_eq!(failure, Failure::WiFiRefused);
}

#[test]
fn an_invalid_profile_is_the_reason_where_nothing_tells_more() {
    let failure = explain(&chain(&[("MCInstallationErrorDomain", 4000), ("MCProfileErrorDomain", 1002)]));

    assert_eq!(failure, Failure::ProfileInvalid);
}

#[test]
fn a_command_the_device_does_not_know_is_recognised() {
    let failure = explain(&chain(&[("MCMDMErrorDomain", 12021)]));

    assert_eq!(failure, Failure::CommandNotSupported);
}

#[test]
fn a_refusal_of_the_person_is_not_a_fault() {
    for item in [("MCMDMErrorDomain", 12063), ("MCInstallationErrorDomain", 4004)] {
        assert_eq!(explain(&chain(&[item])), Failure::PersonDeclined);
    }
}

#[test]
fn each_rejection_of_an_app_has_a_reason() {
    for reason in [
        "AppAlreadyInstalled",
        "AppStoreDisabled",
        "CouldNotVerifyAppID",
        "ManagementChangeNotSupported",
        "NotAnApp",
        "NotSupported",
        "PurchaseMethodNotSupported",
        "PurchaseMethodNotSupportedInMultiUser",
    ] {
        assert_ne!(explain_rejection(reason), Failure::Other, "{reason}");
    }
    assert_eq!(explain_rejection("MoonPhase"), Failure::Other);
}
