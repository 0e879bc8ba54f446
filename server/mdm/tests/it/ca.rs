//! The certificate authority.

use baton_mdm::ca::{AuthorityError, CLOCK_SKEW, CertificateAuthority, IdentityError};
use baton_mdm::signature::SigningIdentity;
use time::Duration;

use crate::support::NOW;

const VALIDITY: Duration = Duration::days(365);

fn authority() -> CertificateAuthority {
    CertificateAuthority::create("Example Hospital", NOW).unwrap()
}

#[test]
fn an_authority_recognises_what_it_issued() {
    let ca = authority();
    let identity = ca.issue_identity("device 1", NOW, VALIDITY).unwrap();

    assert_eq!(ca.verify_issued(&identity.certificate_der, NOW), Ok(()));
}

#[test]
fn a_stored_authority_recognises_what_it_issued_before() {
    let ca = authority();
    let identity = ca.issue_identity("device 1", NOW, VALIDITY).unwrap();

    let loaded = CertificateAuthority::from_pem(&ca.certificate_pem(), &ca.key_pem()).unwrap();

    assert_eq!(loaded.certificate_der(), ca.certificate_der());
    assert_eq!(loaded.verify_issued(&identity.certificate_der, NOW), Ok(()));
}

#[test]
fn what_a_stored_authority_issues_is_recognised_by_the_first() {
    let ca = authority();
    let loaded = CertificateAuthority::from_pem(&ca.certificate_pem(), &ca.key_pem()).unwrap();

    let identity = loaded.issue_identity("device 1", NOW, VALIDITY).unwrap();

    assert_eq!(ca.verify_issued(&identity.certificate_der, NOW), Ok(()));
}

#[test]
fn an_organisation_with_unusual_characters_can_have_an_authority() {
    let ca = CertificateAuthority::create("Krankenhaus “Zur Brücke”, 日本", NOW).unwrap();
    let loaded = CertificateAuthority::from_pem(&ca.certificate_pem(), &ca.key_pem()).unwrap();

    let identity = loaded.issue_identity("Gerät 1", NOW, VALIDITY).unwrap();

    assert_eq!(ca.verify_issued(&identity.certificate_der, NOW), Ok(()));
}

#[test]
fn another_authority_is_another_issuer() {
    let other = CertificateAuthority::create("Somebody else", NOW).unwrap();
    let identity = other.issue_identity("device 1", NOW, VALIDITY).unwrap();

    assert_eq!(authority().verify_issued(&identity.certificate_der, NOW), Err(IdentityError::OtherIssuer));
}

#[test]
fn another_authority_under_our_name_does_not_get_in() {
    let identity = authority().issue_identity("device 1", NOW, VALIDITY).unwrap();

    assert_eq!(authority().verify_issued(&identity.certificate_der, NOW), Err(IdentityError::BadSignature));
}

#[test]
fn the_authority_itself_is_not_a_device() {
    let ca = authority();

    assert_eq!(ca.verify_issued(ca.certificate_der(), NOW), Err(IdentityError::NotADevice));
}

#[test]
fn a_changed_certificate_is_refused() {
    let ca = authority();
    let identity = ca.issue_identity("device 1", NOW, VALIDITY).unwrap();
    let name = identity.certificate_der.windows(8).position(|window| window == b"device 1").unwrap();
    let mut changed = identity.certificate_der.clone();
    changed[name + 7] = b'2';

    assert_eq!(ca.verify_issued(&changed, NOW), Err(IdentityError::BadSignature));
}

#[test]
fn a_certificate_is_valid_from_a_little_before_it_was_issued_to_its_end() {
    let ca = authority();
    let identity = ca.issue_identity("device 1", NOW, VALIDITY).unwrap();
    let at = |time| ca.verify_issued(&identity.certificate_der, time);
    let second = Duration::SECOND;

    assert_eq!(at(NOW - CLOCK_SKEW), Ok(()));
    assert_eq!(at(NOW - CLOCK_SKEW - second), Err(IdentityError::NotYetValid));
    assert_eq!(at(NOW + VALIDITY), Ok(()));
    assert_eq!(at(NOW + VALIDITY + second), Err(IdentityError::Expired));
}

#[test]
fn bytes_that_are_no_certificate_are_refused() {
    for bytes in [&b""[..], b"hello", &[0x30; 20_000]] {
        assert_eq!(authority().verify_issued(bytes, NOW), Err(IdentityError::Malformed));
    }
}

#[test]
fn every_identity_is_its_own() {
    let ca = authority();
    let one = ca.issue_identity("device 1", NOW, VALIDITY).unwrap();
    let other = ca.issue_identity("device 1", NOW, VALIDITY).unwrap();

    assert_ne!(one.fingerprint, other.fingerprint);
    assert_ne!(one.password, other.password);
}

#[test]
fn the_packed_identity_opens_with_its_password_alone() {
    let identity = authority().issue_identity("device 1", NOW, VALIDITY).unwrap();

    let opened = SigningIdentity::from_pkcs12(&identity.pkcs12, &identity.password).unwrap();

    assert_eq!(opened.certificate_der, identity.certificate_der);
    assert!(SigningIdentity::from_pkcs12(&identity.pkcs12, "guess").is_err());
}

#[test]
fn a_certificate_and_a_foreign_key_are_no_authority() {
    let refused = CertificateAuthority::from_pem(&authority().certificate_pem(), &authority().key_pem());

    assert!(matches!(refused, Err(AuthorityError::Mismatch)));
}

#[test]
fn damaged_storage_is_an_error_and_not_a_panic() {
    let ca = authority();
    for (certificate, key) in [
        (String::new(), ca.key_pem()),
        (ca.certificate_pem(), String::new()),
        (ca.key_pem(), ca.certificate_pem()),
        (ca.certificate_pem().repeat(2), ca.key_pem()),
    ] {
        let refused = CertificateAuthority::from_pem(&certificate, &key);
        assert!(matches!(refused, Err(AuthorityError::Stored(_))));
    }
}

#[test]
fn an_authority_in_a_log_shows_no_key() {
    let ca = authority();
    let identity = ca.issue_identity("device 1", NOW, VALIDITY).unwrap();

    let shown = format!("{ca:?} {identity:?}");

    assert!(!shown.contains("PRIVATE") && !shown.contains(&identity.password), "{shown}");
}
