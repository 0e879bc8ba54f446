//! `Mdm-Signature`.
//!
//! The fixtures were made by OpenSSL (`fixtures/signatures/make.sh`); the rest is signed here.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use baton_mdm::ca::{CertificateAuthority, IdentityError};
use baton_mdm::signature::{
    MAX_CERTIFICATES, MAX_HEADER_BYTES, SignatureError, SigningIdentity, sign_detached, verify,
};
use cms::cert::CertificateChoices;
use cms::content_info::ContentInfo;
use cms::signed_data::{CertificateSet, SignedData, SignerIdentifier, SignerInfos};
use der::asn1::{Any, OctetString, SetOfVec};
use der::oid::ObjectIdentifier;
use der::{Decode, Encode};
use time::Duration;
use x509_cert::serial_number::SerialNumber;

use crate::support::{NOW, fixture};

const BODY: &[u8] = b"<plist>a message</plist>";

fn authority() -> CertificateAuthority {
    CertificateAuthority::create("Example Hospital", NOW).unwrap()
}

fn device(ca: &CertificateAuthority, validity: Duration) -> SigningIdentity {
    let issued = ca.issue_identity("device", NOW, validity).unwrap();
    SigningIdentity::from_pkcs12(&issued.pkcs12, &issued.password).unwrap()
}

fn any_device() -> SigningIdentity {
    device(&authority(), Duration::days(365))
}

fn openssl(name: &str) -> String {
    String::from_utf8(fixture(&format!("signatures/{name}.b64"))).unwrap()
}

/// Takes a signature apart, changes it and puts it together again.
fn changed(header: &str, change: impl FnOnce(&mut SignedData)) -> String {
    let mut info = ContentInfo::from_der(&STANDARD.decode(header).unwrap()).unwrap();
    let mut signed_data: SignedData = info.content.decode_as().unwrap();
    change(&mut signed_data);
    info.content = Any::encode_from(&signed_data).unwrap();
    STANDARD.encode(info.to_der().unwrap())
}

#[test]
fn a_signature_over_the_body_names_its_signer() {
    let device = any_device();
    let header = device.sign(BODY).unwrap();

    let signer = verify(&header, BODY).unwrap();

    assert_eq!(signer.certificate_der, device.certificate_der);
}

#[test]
fn an_identity_of_our_authority_signs_and_is_recognised() {
    let ca = authority();
    let header = device(&ca, Duration::days(365)).sign(BODY).unwrap();

    let signer = verify(&header, BODY).unwrap();

    assert_eq!(ca.verify_issued(&signer.certificate_der, NOW), Ok(()));
}

#[test]
fn a_signer_of_another_authority_is_not_ours() {
    let signer = verify(&any_device().sign(BODY).unwrap(), BODY).unwrap();
    let ours = CertificateAuthority::create("Somebody else", NOW).unwrap();

    assert_eq!(ours.verify_issued(&signer.certificate_der, NOW), Err(IdentityError::OtherIssuer));
}

#[test]
fn a_signer_whose_certificate_expired_is_not_ours_any_more() {
    let ca = authority();
    let header = device(&ca, Duration::days(1)).sign(BODY).unwrap();

    let signer = verify(&header, BODY).unwrap();

    assert_eq!(ca.verify_issued(&signer.certificate_der, NOW + Duration::days(2)), Err(IdentityError::Expired));
}

#[test]
fn signatures_made_by_openssl_are_verified() {
    let body = fixture("signatures/body.plist");
    for name in ["rsa-sha256", "rsa-sha384", "rsa-sha512", "p256-sha256", "p384-sha384"] {
        assert!(verify(&openssl(name), &body).is_ok(), "{name}");
    }
}

#[test]
fn the_fingerprint_is_that_of_the_certificate_as_it_was_sent() {
    let body = fixture("signatures/body.plist");
    let expected = String::from_utf8(fixture("signatures/rsa.fingerprint")).unwrap();

    let signer = verify(&openssl("rsa-sha256"), &body).unwrap();

    assert_eq!(signer.fingerprint, expected.trim());
}

#[test]
fn what_openssl_signs_in_a_way_we_do_not_accept_is_refused() {
    let body = fixture("signatures/body.plist");
    for (name, expected) in [
        ("refused-sha1", SignatureError::Algorithm),
        ("refused-short-key", SignatureError::BadSignature),
        ("refused-p521", SignatureError::Algorithm),
        ("refused-attached", SignatureError::NotDetached),
        ("refused-attached-indefinite", SignatureError::NotDetached),
        ("refused-no-attributes", SignatureError::MissingAttribute),
        ("refused-key-identifier", SignatureError::NoCertificate),
        ("refused-no-certificate", SignatureError::NoCertificate),
        ("refused-two-signers", SignatureError::NotOneSigner),
    ] {
        assert_eq!(verify(&openssl(name), &body), Err(expected), "{name}");
    }
}

/// Rewrites every constructed length of the outer structure as indefinite, as Apple's encoder does.
fn with_indefinite_lengths(der: &[u8], depth: usize) -> Vec<u8> {
    let (tag, content) = split(der);
    if depth == 0 || tag & 0x20 == 0 {
        return der.to_vec();
    }
    let mut output = vec![tag, 0x80];
    let mut rest = content;
    while !rest.is_empty() {
        let size = rest.len() - after_first(rest).len();
        output.extend(with_indefinite_lengths(&rest[..size], depth - 1));
        rest = &rest[size..];
    }
    output.extend([0, 0]);
    output
}

fn header_size(der: &[u8]) -> (usize, usize) {
    match der[1] {
        short @ 0..0x80 => (2, usize::from(short)),
        long => {
            let bytes = usize::from(long & 0x7f);
            let length = der[2..2 + bytes].iter().fold(0, |length, byte| (length << 8) | usize::from(*byte));
            (2 + bytes, length)
        }
    }
}

fn split(der: &[u8]) -> (u8, &[u8]) {
    let (header, length) = header_size(der);
    (der[0], &der[header..header + length])
}

fn after_first(der: &[u8]) -> &[u8] {
    let (header, length) = header_size(der);
    &der[header + length..]
}

#[test]
fn indefinite_lengths_change_nothing() {
    let body = fixture("signatures/body.plist");
    let header = openssl("rsa-sha256");
    let der = STANDARD.decode(&header).unwrap();
    for depth in 1..6 {
        let ber = STANDARD.encode(with_indefinite_lengths(&der, depth));
        assert_ne!(ber, header);
        assert_eq!(verify(&ber, &body), verify(&header, &body), "{depth} levels");
    }
}

#[test]
fn a_header_may_be_folded() {
    let header = any_device().sign(BODY).unwrap();
    let folded = format!(" {}\r\n {} ", &header[..40], &header[40..]);

    assert!(verify(&folded, BODY).is_ok());
}

#[test]
fn another_body_is_refused() {
    let header = any_device().sign(BODY).unwrap();

    for body in [&b""[..], b"<plist>a message</plist> ", b"<plist>another</plist>"] {
        assert_eq!(verify(&header, body), Err(SignatureError::OtherBody));
    }
}

#[test]
fn a_certificate_without_its_key_proves_nothing() {
    let (victim, attacker) = (any_device(), any_device());

    let header = sign_detached(&attacker.key_pkcs8, &victim.certificate_der, BODY).unwrap();

    assert_eq!(verify(&header, BODY), Err(SignatureError::BadSignature));
}

#[test]
fn the_attributes_are_under_the_signature() {
    let device = any_device();
    let other = changed(&device.sign(b"another body").unwrap(), |_| ());
    let mut foreign = None;
    changed(&device.sign(BODY).unwrap(), |signed| {
        foreign.clone_from(&signed.signer_infos.0.get(0).unwrap().signed_attrs);
    });

    let header = changed(&other, |signed| {
        let mut signer = signed.signer_infos.0.get(0).unwrap().clone();
        signer.signed_attrs = foreign;
        signed.signer_infos = SignerInfos(SetOfVec::try_from(vec![signer]).unwrap());
    });

    assert_eq!(verify(&header, BODY), Err(SignatureError::BadSignature));
}

#[test]
fn each_required_attribute_must_be_there_once() {
    let header = any_device().sign(BODY).unwrap();
    for missing in ["1.2.840.113549.1.9.3", "1.2.840.113549.1.9.4"] {
        let missing = ObjectIdentifier::new_unwrap(missing);
        let header = changed(&header, |signed| {
            let mut signer = signed.signer_infos.0.get(0).unwrap().clone();
            let kept: Vec<_> = signer
                .signed_attrs
                .unwrap()
                .into_vec()
                .into_iter()
                .filter(|attribute| attribute.oid != missing)
                .collect();
            signer.signed_attrs = Some(SetOfVec::try_from(kept).unwrap());
            signed.signer_infos = SignerInfos(SetOfVec::try_from(vec![signer]).unwrap());
        });
        assert_eq!(verify(&header, BODY), Err(SignatureError::MissingAttribute));
    }
}

#[test]
fn no_signer_is_refused() {
    let header = changed(&any_device().sign(BODY).unwrap(), |signed| {
        signed.signer_infos = SignerInfos(SetOfVec::new());
    });

    assert_eq!(verify(&header, BODY), Err(SignatureError::NotOneSigner));
}

#[test]
fn the_signers_certificate_is_found_by_its_serial_number() {
    let header = changed(&any_device().sign(BODY).unwrap(), |signed| {
        let mut signer = signed.signer_infos.0.get(0).unwrap().clone();
        if let SignerIdentifier::IssuerAndSerialNumber(id) = &mut signer.sid {
            id.serial_number = SerialNumber::new(&[1]).unwrap();
        }
        signed.signer_infos = SignerInfos(SetOfVec::try_from(vec![signer]).unwrap());
    });

    assert_eq!(verify(&header, BODY), Err(SignatureError::NoCertificate));
}

#[test]
fn other_certificates_beside_the_signers_do_no_harm_until_they_are_many() {
    let ca = authority();
    let device = device(&ca, Duration::days(1));
    let with = |count: usize| {
        changed(&device.sign(BODY).unwrap(), |signed| {
            let mut all = signed.certificates.take().unwrap().0.into_vec();
            for _ in 0..count {
                let other = ca.issue_identity("other", NOW, Duration::days(1)).unwrap();
                let other = x509_cert::Certificate::from_der(&other.certificate_der).unwrap();
                all.push(CertificateChoices::Certificate(other));
            }
            signed.certificates = Some(CertificateSet(SetOfVec::try_from(all).unwrap()));
        })
    };

    assert_eq!(verify(&with(3), BODY).unwrap().certificate_der, device.certificate_der);
    assert_eq!(verify(&with(MAX_CERTIFICATES), BODY), Err(SignatureError::TooManyCertificates));
}

#[test]
fn content_inside_the_signature_is_refused() {
    let header = changed(&any_device().sign(BODY).unwrap(), |signed| {
        let content = OctetString::new(BODY).unwrap();
        signed.encap_content_info.econtent = Some(Any::encode_from(&content).unwrap());
    });

    assert_eq!(verify(&header, BODY), Err(SignatureError::NotDetached));
}

#[test]
fn garbage_is_refused() {
    let whole = any_device().sign(BODY).unwrap();
    let der = STANDARD.decode(&whole).unwrap();
    let cases = [
        (String::new(), SignatureError::Absent),
        ("   ".to_owned(), SignatureError::Absent),
        ("not base64!".to_owned(), SignatureError::NotBase64),
        ("AAAA".to_owned(), SignatureError::Malformed),
        (STANDARD.encode(&der[..der.len() / 2]), SignatureError::Malformed),
        (STANDARD.encode([&der[..], &[0]].concat()), SignatureError::Malformed),
        (STANDARD.encode([0x30, 0x80].repeat(4000)), SignatureError::Malformed),
        (STANDARD.encode([0x24, 0x80].repeat(4000)), SignatureError::Malformed),
        (STANDARD.encode([0x30, 0x84, 0xff, 0xff, 0xff, 0xff]), SignatureError::Malformed),
        ("A".repeat(MAX_HEADER_BYTES + 1), SignatureError::TooLarge),
    ];
    for (header, expected) in cases {
        assert_eq!(verify(&header, BODY), Err(expected));
    }
}

#[test]
fn a_certificate_alone_is_no_signature() {
    let header = STANDARD.encode(any_device().certificate_der);

    assert_eq!(verify(&header, BODY), Err(SignatureError::Malformed));
}
