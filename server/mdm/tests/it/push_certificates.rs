//! Push certificates: what people upload, and the request that Apple gets.

use std::sync::OnceLock;

use base64::{Engine as _, engine::general_purpose::STANDARD};
use baton_mdm::push_certificate::{
    CertificateFault, CertificateFile, CertificateRequest, FileFault, KeyFault, MAX_FILE_BYTES, PrivateKey,
    PushCertificate,
};
use der::{Decode as _, DecodePem as _, Encode as _};
use p12_keystore::{KeyStore, KeyStoreEntry, PrivateKeyChain};
use rcgen::{
    CertificateParams, CertificateSigningRequestParams, DistinguishedName, DnType, Issuer, KeyPair, date_time_ymd,
};
use ring::signature::{RSA_PKCS1_2048_8192_SHA256, UnparsedPublicKey};
use x509_cert::request::CertReq;

use crate::support::fixture;

const TOPIC: &str = "com.apple.mgmt.External.5d9f1c9e-0000-4000-8000-000000000001";

fn params(user_id: Option<&str>) -> CertificateParams {
    let mut params = CertificateParams::default();
    params.distinguished_name = DistinguishedName::new();
    if let Some(user_id) = user_id {
        params.distinguished_name.push(DnType::CustomDnType(vec![0, 9, 2342, 19_200_300, 100, 1, 1]), user_id);
    }
    params.distinguished_name.push(DnType::CommonName, "APSP:5d9f1c9e");
    params.not_before = date_time_ymd(2026, 1, 1);
    params.not_after = date_time_ymd(2027, 1, 1);
    params
}

fn authority() -> (CertificateParams, KeyPair) {
    let mut params = CertificateParams::default();
    params.distinguished_name = DistinguishedName::new();
    params.distinguished_name.push(DnType::CommonName, "Apple Application Integration 2 Certification Authority");
    (params, KeyPair::generate().unwrap())
}

/// A certificate for this user id with its key, both in PEM.
fn issued(user_id: Option<&str>) -> (String, String) {
    let (authority, authority_key) = authority();
    let key = KeyPair::generate().unwrap();
    let certificate = params(user_id).signed_by(&key, &Issuer::new(authority, authority_key)).unwrap();
    (certificate.pem(), key.serialize_pem())
}

fn read(file: &str) -> Result<CertificateFile, FileFault> {
    CertificateFile::read(file.as_bytes(), "")
}

fn der_of(pem: &str) -> Vec<u8> {
    x509_cert::Certificate::from_pem(pem).unwrap().to_der().unwrap()
}

fn request() -> &'static CertificateRequest {
    static REQUEST: OnceLock<CertificateRequest> = OnceLock::new();
    REQUEST.get_or_init(|| CertificateRequest::create("Heron Clinic").unwrap())
}

fn pkcs12(certificate: &str, key: &str, password: &str) -> Vec<u8> {
    let key = PrivateKey::from_pem(key).unwrap();
    let pem = key.pem();
    let der: String = pem.lines().filter(|line| !line.starts_with("-----")).collect();
    let chain = vec![p12_keystore::Certificate::from_der(&der_of(certificate)).unwrap()];
    let mut store = KeyStore::new();
    let chain = PrivateKeyChain::new(STANDARD.decode(der).unwrap(), [1; 20], chain);
    store.add_entry("push", KeyStoreEntry::PrivateKeyChain(chain));
    store.writer(password).write().unwrap()
}

#[test]
fn a_push_certificate_says_its_topic_issuer_and_time() {
    let (certificate, _) = issued(Some(TOPIC));

    let found = read(&certificate).unwrap().certificate;

    assert_eq!(found.topic, TOPIC);
    assert_eq!(found.issuer, "Apple Application Integration 2 Certification Authority");
    assert_eq!((found.not_before, found.not_after), (date_time_ymd(2026, 1, 1), date_time_ymd(2027, 1, 1)));
    assert_eq!(found.pem(), certificate.replace("\r\n", "\n"));
}

#[test]
fn certificates_come_as_pem_with_words_around_as_der_and_together_with_their_key() {
    let (certificate, key) = issued(Some(TOPIC));
    let with_words = format!("Bag Attributes\n  friendlyName: Müller\n{certificate}\n");
    let mut latin1 = b"friendlyName: M\xfcller\n".to_vec();
    latin1.extend_from_slice(certificate.as_bytes());

    assert_eq!(read(&with_words).unwrap().certificate.topic, TOPIC);
    assert_eq!(CertificateFile::read(&latin1, "").unwrap().certificate.topic, TOPIC);
    assert_eq!(CertificateFile::read(&der_of(&certificate), "").unwrap().certificate.topic, TOPIC);
    let both = read(&format!("{certificate}{key}")).unwrap();
    assert!(both.certificate.belongs_to(&both.key.unwrap()));
    assert!(read(&certificate).unwrap().key.is_none());
}

#[test]
fn of_a_chain_the_push_certificate_is_taken() {
    let (certificate, _) = issued(Some(TOPIC));
    let (other, _) = issued(None);

    assert_eq!(read(&format!("{other}{certificate}{other}")).unwrap().certificate.topic, TOPIC);
}

#[test]
fn what_is_not_a_push_certificate_is_named() {
    let (certificate, key) = issued(Some(TOPIC));
    let app = issued(Some("com.example.app")).0;
    let nameless = issued(Some("com.apple.mgmt.")).0;
    let hostile = issued(Some("com.apple.mgmt.External.\"><script>")).0;
    let web_site = issued(None).0;
    let request = request().pem.clone();
    let request_der = CertReq::from_pem(&request).unwrap().to_der().unwrap();
    let plist = "<plist><dict><key>PushCertRequestCSR</key><string>MII</string></dict></plist>";
    let cut = &certificate[..certificate.len() / 2];
    let damaged = certificate.replacen("MII", "MI!", 1);
    let cases: Vec<(Vec<u8>, FileFault)> = vec![
        (b"".to_vec(), FileFault::Empty),
        (b" \n ".to_vec(), FileFault::Empty),
        (b"hello".to_vec(), FileFault::NotACertificate),
        (b"\x89PNG\r\n\x1a\n".to_vec(), FileFault::NotACertificate),
        (cut.into(), FileFault::NotACertificate),
        (damaged.into(), FileFault::NotACertificate),
        (app.into(), FileFault::NotForMdm),
        (nameless.into(), FileFault::NotForMdm),
        (hostile.into(), FileFault::NotForMdm),
        (web_site.into(), FileFault::NotForMdm),
        (fixture("root.pem"), FileFault::NotForMdm),
        (request.into(), FileFault::IsRequest),
        (request_der, FileFault::IsRequest),
        (plist.into(), FileFault::IsRequest),
        (STANDARD.encode(plist).into(), FileFault::IsRequest),
        (key.into(), FileFault::IsPrivateKey),
        (vec![b'a'; MAX_FILE_BYTES + 1], FileFault::TooLarge),
    ];
    for (file, fault) in cases {
        let found = CertificateFile::read(&file, "").map(|file| file.certificate.topic);
        assert_eq!(found, Err(fault), "{}", String::from_utf8_lossy(&file));
    }
}

#[test]
fn pkcs12_opens_with_its_password_only() {
    let (certificate, key) = issued(Some(TOPIC));
    let file = pkcs12(&certificate, &key, "reeds");

    let opened = CertificateFile::read(&file, "reeds").unwrap();

    assert_eq!(opened.certificate.topic, TOPIC);
    assert!(opened.certificate.belongs_to(&opened.key.unwrap()));
    for wrong in ["", "Reeds"] {
        assert_eq!(CertificateFile::read(&file, wrong).map(drop), Err(FileFault::Locked));
    }
    assert_eq!(CertificateFile::read(&file[..file.len() - 9], "reeds").map(drop), Err(FileFault::NotACertificate));
}

#[test]
fn what_openssl_writes_is_read() {
    let file = |name: &str| fixture(&format!("push/{name}"));
    let key = PrivateKey::from_file(&file("key.pkcs1.pem")).unwrap();
    for (name, password) in [("cert.pem", ""), ("modern.p12", "reeds"), ("legacy.p12", "reeds")] {
        let found = CertificateFile::read(&file(name), password).unwrap();
        assert_eq!(found.certificate.topic, "com.apple.mgmt.External.heron", "{name}");
        assert_eq!(found.certificate.issuer, "Heron test authority", "{name}");
        assert!(found.certificate.belongs_to(&key), "{name}");
        assert_eq!(found.key.is_some(), name != "cert.pem", "{name}");
    }
    let encrypted = CertificateFile::read(&file("encrypted.pem"), "reeds").map(drop);
    assert_eq!(encrypted, Err(FileFault::Key(KeyFault::Encrypted)));
    assert_eq!(PrivateKey::from_file(&file("encrypted.pkcs1.pem")).map(drop), Err(KeyFault::Encrypted));
    assert_eq!(PrivateKey::from_pem(&key.pem()).unwrap(), key);
}

#[test]
fn a_key_belongs_to_its_own_certificate_only() {
    let (certificate, key) = issued(Some(TOPIC));
    let (other, _) = issued(Some(TOPIC));
    let key = PrivateKey::from_pem(&key).unwrap();

    assert!(read(&certificate).unwrap().certificate.belongs_to(&key));
    assert!(!read(&other).unwrap().certificate.belongs_to(&key));
}

#[test]
fn keys_that_cannot_be_used_are_named() {
    let (certificate, _) = issued(Some(TOPIC));
    let cases = [
        ("", KeyFault::Missing),
        ("words", KeyFault::Missing),
        (&*certificate, KeyFault::Missing),
        ("-----BEGIN ENCRYPTED PRIVATE KEY-----\nAAAA\n-----END ENCRYPTED PRIVATE KEY-----", KeyFault::Encrypted),
        (
            "-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-256-CBC,00\n\nAAAA\n-----END RSA PRIVATE KEY-----",
            KeyFault::Encrypted,
        ),
        ("-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----", KeyFault::Unusable),
        ("-----BEGIN PRIVATE KEY-----\n!\n-----END PRIVATE KEY-----", KeyFault::Unusable),
        ("-----BEGIN EC PRIVATE KEY-----\nAAAA\n-----END EC PRIVATE KEY-----", KeyFault::Unusable),
    ];
    for (file, fault) in cases {
        assert_eq!(PrivateKey::from_file(file.as_bytes()).map(drop), Err(fault), "{file}");
        if fault != KeyFault::Missing {
            let together = format!("{certificate}{file}");
            assert_eq!(read(&together).map(drop), Err(FileFault::Key(fault)), "{file}");
        }
    }
    assert_eq!(PrivateKey::from_file(&[0xff, 0xfe, 0x00]).map(drop), Err(KeyFault::Missing));
}

#[test]
fn a_request_carries_a_key_of_2048_bits_and_proves_it() {
    let request = CertReq::from_pem(&request().pem).unwrap();
    let key = request.info.public_key.subject_public_key.as_bytes().unwrap();

    let signed = request.info.to_der().unwrap();
    let proven =
        UnparsedPublicKey::new(&RSA_PKCS1_2048_8192_SHA256, key).verify(&signed, request.signature.raw_bytes());
    proven.unwrap();
    assert_eq!(request.info.subject.to_string(), "CN=Heron Clinic MDM push,O=Heron Clinic");
    assert_eq!(rsa_modulus_bits(key), 2048);
}

fn rsa_modulus_bits(public_key: &[u8]) -> usize {
    let parts = Vec::<der::asn1::Uint>::from_der(public_key).unwrap();
    parts[0].as_bytes().len() * 8 - parts[0].as_bytes()[0].leading_zeros() as usize
}

#[test]
fn what_apple_makes_of_the_request_belongs_to_its_key() {
    let (authority, authority_key) = authority();
    let mut asked = CertificateSigningRequestParams::from_pem(&request().pem).unwrap();
    asked.params = params(Some(TOPIC));
    let certificate = asked.signed_by(&Issuer::new(authority, authority_key)).unwrap().pem();

    let certificate = read(&certificate).unwrap().certificate;

    assert!(certificate.belongs_to(&request().key));
    let stored = PrivateKey::from_pem(&request().key.pem()).unwrap();
    assert!(certificate.belongs_to(&stored) && stored == request().key);
}

#[test]
fn no_two_requests_have_the_same_key() {
    let other = CertificateRequest::create("Heron Clinic").unwrap();

    assert_ne!(other.key, request().key);
}

#[test]
fn keys_stay_out_of_what_is_logged() {
    let pem = request().key.pem();
    let line = pem.lines().nth(1).unwrap();

    assert!(!format!("{:?}", request()).contains(line));
}

#[test]
fn bytes_that_are_no_certificate_are_none() {
    assert_eq!(PushCertificate::from_der(&[0x30, 0x03, 0x02, 0x01, 0x03]), Err(CertificateFault::Malformed));
    assert_eq!(PushCertificate::from_der(&[]), Err(CertificateFault::Malformed));
}
