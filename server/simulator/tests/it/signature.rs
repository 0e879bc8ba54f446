//! Checks `Mdm-Signature` by a path of its own: structure by `cms`, digest and signature by `ring`.

use base64::{Engine, prelude::BASE64_STANDARD};
use cms::cert::CertificateChoices;
use cms::content_info::ContentInfo;
use cms::signed_data::SignedData;
use der::asn1::{ObjectIdentifier, OctetString};
use der::{Decode, Encode};
use ring::digest::{SHA256, digest};
use ring::signature::{ECDSA_P256_SHA256_ASN1, RSA_PKCS1_2048_8192_SHA256, UnparsedPublicKey};

const MESSAGE_DIGEST: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.9.4");
const RSA: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.11");

/// What a server finds out about a message's signature.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Signature {
    Missing,
    Wrong,
    /// Right, by the holder of this certificate (DER).
    By(Vec<u8>),
}

pub fn check(header: Option<&str>, body: &[u8]) -> Signature {
    let Some(header) = header else {
        return Signature::Missing;
    };
    let cms = BASE64_STANDARD.decode(header).unwrap();
    let content = ContentInfo::from_der(&cms).unwrap();
    let signed: SignedData = content.content.decode_as().unwrap();
    assert!(signed.encap_content_info.econtent.is_none(), "detached");
    let signer = signed.signer_infos.0.get(0).unwrap();
    let attributes = signer.signed_attrs.as_ref().unwrap();
    let claimed: OctetString = attributes
        .iter()
        .find(|attribute| attribute.oid == MESSAGE_DIGEST)
        .and_then(|attribute| attribute.values.get(0))
        .unwrap()
        .decode_as()
        .unwrap();
    let certificates = signed.certificates.unwrap();
    let CertificateChoices::Certificate(certificate) = certificates.0.get(0).unwrap() else {
        panic!("expected an X.509 certificate");
    };
    let key = certificate.tbs_certificate.subject_public_key_info.subject_public_key.raw_bytes();
    let message = attributes.to_der().unwrap();
    let bytes = signer.signature.as_bytes();
    let holds = if signer.signature_algorithm.oid == RSA {
        UnparsedPublicKey::new(&RSA_PKCS1_2048_8192_SHA256, key).verify(&message, bytes)
    } else {
        UnparsedPublicKey::new(&ECDSA_P256_SHA256_ASN1, key).verify(&message, bytes)
    };
    if holds.is_ok() && claimed.as_bytes() == digest(&SHA256, body).as_ref() {
        Signature::By(certificate.to_der().unwrap())
    } else {
        Signature::Wrong
    }
}
