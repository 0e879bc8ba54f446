//! PKCS#12 files that people upload. The fixtures are OpenSSL's, made by `fixtures/pkcs12/make.sh`.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use baton_mdm::payload::{Certificate, Identity, Payload};
use baton_mdm::pkcs12::{MAX_PKCS12_BYTES, Pkcs12Error, open};
use p12_keystore::{KeyStore, KeyStoreEntry, PrivateKeyChain};

use crate::support::fixture;

const PASSWORD: &str = "reeds and water";

fn file(name: &str) -> Vec<u8> {
    STANDARD.decode(fixture(&format!("pkcs12/{name}.b64"))).unwrap()
}

/// The name in the certificate of an identity, and how many more certificates its file holds.
fn of(name: &str) -> (String, usize) {
    let opened = open(&file(name), PASSWORD).unwrap_or_else(|error| panic!("{name}: {error}"));
    let certificate = Certificate::from_file("x", &opened.certificate_der).unwrap();
    (certificate.subject().unwrap().subject, opened.more_certificates)
}

#[test]
fn identities_of_all_usual_encryptions_are_opened() {
    for name in ["aes", "triple-des", "sha512", "no-mac", "plain"] {
        assert_eq!(of(name), ("CN=ward,O=Fixture".to_owned(), 0), "{name}");
    }
    for name in ["aes-rsa", "legacy"] {
        assert_eq!(of(name), ("CN=rsa,O=Fixture".to_owned(), 0), "{name}");
    }
}

#[test]
fn of_a_chain_the_certificate_that_belongs_to_the_key_is_taken() {
    assert_eq!(of("aes-chain"), ("CN=ward,O=Fixture".to_owned(), 1));
}

#[test]
fn a_key_of_an_unusual_kind_finds_its_certificate_by_its_id() {
    assert_eq!(of("p521"), ("CN=p521,O=Fixture".to_owned(), 0));
}

#[test]
fn another_password_does_not_open_it() {
    for name in ["aes", "triple-des", "legacy", "sha512", "no-mac"] {
        for password in ["", "Reeds and water", "reeds and water ", "😀"] {
            assert_eq!(open(&file(name), password), Err(Pkcs12Error::WrongPassword), "{name} with `{password}`");
        }
    }
}

#[test]
fn a_file_that_is_no_identity_is_refused_for_its_own_reason() {
    let pem = fixture("root.pem");
    let mut long = file("aes");
    long.resize(MAX_PKCS12_BYTES + 1, 0);
    let cases = [
        (vec![], Pkcs12Error::NotPkcs12),
        (b"hello".to_vec(), Pkcs12Error::NotPkcs12),
        (Certificate::from_file("x", &pem).unwrap().der, Pkcs12Error::NotPkcs12),
        (pem, Pkcs12Error::NotPkcs12),
        (file("aes")[..200].to_vec(), Pkcs12Error::NotPkcs12),
        (long, Pkcs12Error::TooLarge),
        (file("refused-no-key"), Pkcs12Error::NoKey),
        (file("refused-no-certificate"), Pkcs12Error::NoCertificate),
        (file("refused-rounds"), Pkcs12Error::Unsupported),
        (file("refused-rc4"), Pkcs12Error::Unsupported),
    ];
    for (number, (file, expected)) in cases.into_iter().enumerate() {
        assert_eq!(open(&file, PASSWORD), Err(expected), "case {number}");
    }
}

#[test]
fn a_file_with_two_keys_is_refused_because_a_payload_takes_one() {
    let store = KeyStore::from_pkcs12(&file("aes"), PASSWORD).unwrap();
    let (_, chain) = store.private_key_chain().unwrap();
    let mut two = KeyStore::new();
    for (name, id) in [("one", [1; 20]), ("two", [2; 20])] {
        let chain = PrivateKeyChain::new(chain.key(), id, chain.chain().iter().cloned());
        two.add_entry(name, KeyStoreEntry::PrivateKeyChain(chain));
    }
    let file = two.writer(PASSWORD).write().unwrap();

    assert_eq!(open(&file, PASSWORD), Err(Pkcs12Error::SeveralKeys(2)));
}

#[test]
fn certificates_that_issued_each_other_do_not_hold_it_up() {
    // `a` was issued by `b` and `b` by `a`, as authorities that certify each other are.
    let key = rcgen::KeyPair::generate().unwrap();
    let named = |name: &str| {
        let mut params = rcgen::CertificateParams::default();
        params.distinguished_name = rcgen::DistinguishedName::new();
        params.distinguished_name.push(rcgen::DnType::CommonName, name);
        params
    };
    let issuer = |name: &str| rcgen::Issuer::new(named(name), rcgen::KeyPair::generate().unwrap());
    let a = named("a").signed_by(&key, &issuer("b")).unwrap();
    let b = named("b").signed_by(&rcgen::KeyPair::generate().unwrap(), &issuer("a")).unwrap();
    let certificates = [a, b].map(|made| p12_keystore::Certificate::from_der(made.der()).unwrap());
    let mut store = KeyStore::new();
    let chain = PrivateKeyChain::new(key.serialize_der(), [7; 20], certificates);
    store.add_entry("a", KeyStoreEntry::PrivateKeyChain(chain));
    let file = store.writer(PASSWORD).write().unwrap();

    let opened = open(&file, PASSWORD).unwrap();

    assert_eq!(opened.more_certificates, 1);
}

#[test]
fn key_and_password_are_not_shown_in_a_log() {
    let identity = Identity { name: "Ward".to_owned(), file: b"s3cret key".to_vec(), password: PASSWORD.to_owned() };

    let shown = format!("{:?} {:?}", Payload::Identity(identity), open(&file("aes"), PASSWORD));

    assert!(!shown.contains(PASSWORD) && !shown.contains("115"), "{shown}");
}
