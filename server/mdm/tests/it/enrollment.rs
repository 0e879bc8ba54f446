//! The enrollment profile.

use baton_mdm::enrollment::{AccessRights, EnrollmentKind, EnrollmentProfile};
use plist::Value;

use crate::support::{assert_golden, payload, text};

fn enrollment() -> EnrollmentProfile {
    EnrollmentProfile {
        identifier: "com.example.baton.enrollment".to_owned(),
        organization: "Example Hospital".to_owned(),
        topic: "com.apple.mgmt.External.0b5f0c1e".to_owned(),
        server_url: "https://baton.example/mdm/server".to_owned(),
        check_in_url: "https://baton.example/mdm/check-in".to_owned(),
        identity_pkcs12: b"a PKCS#12 file".to_vec(),
        identity_password: "its password".to_owned(),
        kind: EnrollmentKind::Device { access_rights: AccessRights::ALL },
        trust_anchor: Some(b"a root certificate".to_vec()),
    }
}

#[test]
fn the_enrollment_profile_has_these_bytes() {
    assert_golden("enrollment.plist", &enrollment().to_plist().unwrap());
}

fn personal() -> EnrollmentProfile {
    let kind = EnrollmentKind::User { managed_account: "anna@example.com".to_owned() };
    EnrollmentProfile { kind, trust_anchor: None, ..enrollment() }
}

#[test]
fn the_profile_for_a_persons_own_device_has_these_bytes() {
    assert_golden("enrollment-user.plist", &personal().to_plist().unwrap());
}

#[test]
fn a_persons_own_device_gives_no_access_rights_and_names_its_account() {
    let mdm = payload(&personal().to_plist().unwrap(), "com.apple.mdm");

    assert_eq!(mdm.get("AccessRights"), None);
    assert_eq!(text(&mdm, "EnrollmentMode"), Some("BYOD"));
    assert_eq!(text(&mdm, "AssignedManagedAppleID"), Some("anna@example.com"));
}

#[test]
fn an_account_that_is_none_is_refused() {
    for account in ["", "anna", "@example.com", "anna@"] {
        let kind = EnrollmentKind::User { managed_account: account.to_owned() };
        let refused = EnrollmentProfile { kind, ..enrollment() }.to_plist();
        assert!(refused.is_err(), "{account}");
    }
}

#[test]
fn a_server_with_a_public_certificate_needs_no_trust_anchor() {
    let bytes = EnrollmentProfile { trust_anchor: None, ..enrollment() }.to_plist().unwrap();

    assert!(!String::from_utf8(bytes).unwrap().contains("security.root"));
}

#[test]
fn every_message_is_signed_with_the_identity_in_the_profile() {
    let bytes = enrollment().to_plist().unwrap();

    let mdm = payload(&bytes, "com.apple.mdm");
    let identity = payload(&bytes, "com.apple.security.pkcs12");
    assert_eq!(mdm.get("SignMessage").and_then(Value::as_boolean), Some(true));
    assert_eq!(text(&mdm, "IdentityCertificateUUID"), text(&identity, "PayloadUUID"));
}

#[test]
fn what_a_device_would_reject_is_named() {
    let problem = |change: &dyn Fn(&mut EnrollmentProfile)| {
        let mut profile = enrollment();
        change(&mut profile);
        profile.to_plist().unwrap_err().to_string()
    };

    assert_eq!(
        problem(&|profile| profile.topic = "com.example.push".to_owned()),
        "`topic` must begin with com.apple.mgmt."
    );
    assert_eq!(
        problem(&|profile| profile.server_url = "http://baton.example/mdm".to_owned()),
        "`server_url` must begin with https://"
    );
    assert_eq!(
        problem(&|profile| profile.check_in_url = "baton.example".to_owned()),
        "`check_in_url` must begin with https:// or http://"
    );
    assert_eq!(problem(&|profile| profile.identity_pkcs12 = vec![]), "`identity_pkcs12` must not be empty");
}

#[test]
fn plain_http_is_for_the_own_machine_only() {
    let accepted = |url: &str| EnrollmentProfile { server_url: url.to_owned(), ..enrollment() }.to_plist().is_ok();

    for own in ["http://127.0.0.1:3000/mdm", "http://localhost/mdm", "http://[::1]:3000/mdm"] {
        assert!(accepted(own), "{own}");
    }
    for other in [
        "http://10.0.0.1/mdm",
        "http://localhost.example/mdm",
        "http://127.0.0.1.example/mdm",
        "http://127.0.0.1@evil.example/mdm",
        "http://localhost:80@evil.example/mdm",
    ] {
        assert!(!accepted(other), "{other}");
    }
}

#[test]
fn rights_that_need_another_right_come_with_it() {
    assert!(AccessRights::new(0).is_none());
    assert!(AccessRights::new(AccessRights::INSTALL_PROFILES).is_none());
    assert!(AccessRights::new(AccessRights::INSTALL_PROVISIONING).is_none());
    assert!(AccessRights::new(8192).is_none());
    assert!(AccessRights::new(AccessRights::INSTALL_PROFILES | AccessRights::INSPECT_PROFILES).is_some());
    assert_eq!(AccessRights::new(8191), Some(AccessRights::ALL));
}

#[test]
fn the_profile_in_a_log_shows_no_key() {
    let shown = format!("{:?}", enrollment());

    assert!(!shown.contains("password"), "{shown}");
}
