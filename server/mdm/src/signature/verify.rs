//! Verifying what a device signed.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use cms::content_info::{CmsVersion, ContentInfo};
use cms::signed_data::{
    DigestAlgorithmIdentifiers, EncapsulatedContentInfo, SignedAttributes, SignerIdentifier, SignerInfo, SignerInfos,
};
use der::asn1::{ObjectIdentifier, OctetStringRef, SetOfVec};
use der::{Any, AnyRef, Decode, Encode, Sequence};
use ring::signature::UnparsedPublicKey;
use x509_cert::Certificate;

use super::algorithm::{Hash, choose};
use super::{MAX_CERTIFICATES, MAX_HEADER_BYTES, SignatureError, ber};
use crate::ca::public_key;
use crate::fingerprint;

pub(super) const SIGNED_DATA: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.7.2");
const CONTENT_TYPE: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.9.3");
const MESSAGE_DIGEST: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.9.4");

/// Who made a valid signature. The certificate still has to be one of ours:
/// [`crate::ca::CertificateAuthority::verify_issued`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Signer {
    /// The signer's certificate, byte for byte as it was sent.
    pub certificate_der: Vec<u8>,
    /// SHA-256 of the certificate in lower-case hexadecimal.
    pub fingerprint: String,
}

/// SignedData with its certificates left undecoded, so that their bytes stay what they were and an odd
/// one beside the signer's does no harm.
#[derive(Sequence)]
pub(super) struct SignedData {
    version: CmsVersion,
    digest_algorithms: DigestAlgorithmIdentifiers,
    pub(super) content: EncapsulatedContentInfo,
    #[asn1(context_specific = "0", tag_mode = "IMPLICIT", optional = "true")]
    certificates: Option<SetOfVec<Any>>,
    #[asn1(context_specific = "1", tag_mode = "IMPLICIT", optional = "true")]
    crls: Option<SetOfVec<Any>>,
    pub(super) signers: SignerInfos,
}

/// Verifies the value of the `Mdm-Signature` header against the body it came with.
///
/// It proves that the holder of the private key behind the returned certificate signed exactly this body.
///
/// # Errors
///
/// [`SignatureError`] says why it is refused.
pub fn verify(header: &str, body: &[u8]) -> Result<Signer, SignatureError> {
    let signed_data = decode(header)?;
    if signed_data.content.econtent.is_some() {
        return Err(SignatureError::NotDetached);
    }
    let [signer] = signed_data.signers.0.as_slice() else {
        return Err(SignatureError::NotOneSigner);
    };
    let (certificate_der, certificate) = find_certificate(&signed_data, &signer.sid)?;
    let hash = Hash::from_oid(signer.digest_alg.oid)?;
    let attributes = signer.signed_attrs.as_ref().ok_or(SignatureError::MissingAttribute)?;
    check_content_type(attributes, signed_data.content.econtent_type)?;
    check_digest(attributes, hash, body)?;
    check_signature(signer, attributes, hash, &certificate)?;
    Ok(Signer { fingerprint: fingerprint::of_certificate(&certificate_der), certificate_der })
}

fn decode(header: &str) -> Result<SignedData, SignatureError> {
    if header.len() > MAX_HEADER_BYTES {
        return Err(SignatureError::TooLarge);
    }
    let text: String = header.split_ascii_whitespace().collect();
    if text.is_empty() {
        return Err(SignatureError::Absent);
    }
    let ber = STANDARD.decode(text).map_err(|_| SignatureError::NotBase64)?;
    let der = ber::to_der(&ber)?;
    let info = ContentInfo::from_der(&der).map_err(|_| SignatureError::Malformed)?;
    if info.content_type != SIGNED_DATA {
        return Err(SignatureError::Malformed);
    }
    info.content.decode_as().map_err(|_| SignatureError::Malformed)
}

pub(super) fn find_certificate(
    signed_data: &SignedData,
    signer: &SignerIdentifier,
) -> Result<(Vec<u8>, Certificate), SignatureError> {
    let SignerIdentifier::IssuerAndSerialNumber(wanted) = signer else {
        return Err(SignatureError::NoCertificate);
    };
    let certificates = signed_data.certificates.as_ref().ok_or(SignatureError::NoCertificate)?;
    if certificates.len() > MAX_CERTIFICATES {
        return Err(SignatureError::TooManyCertificates);
    }
    certificates
        .iter()
        .filter_map(|any| {
            let der = any.to_der().ok()?;
            let certificate = Certificate::from_der(&der).ok()?;
            Some((der, certificate))
        })
        .find(|(_, certificate)| {
            let tbs = &certificate.tbs_certificate;
            tbs.issuer == wanted.issuer && tbs.serial_number == wanted.serial_number
        })
        .ok_or(SignatureError::NoCertificate)
}

/// The only value of a signed attribute that must appear exactly once.
fn only_value(attributes: &SignedAttributes, oid: ObjectIdentifier) -> Result<&Any, SignatureError> {
    let mut found = attributes.iter().filter(|attribute| attribute.oid == oid);
    match (found.next(), found.next()) {
        (Some(attribute), None) if attribute.values.len() == 1 => {
            attribute.values.get(0).ok_or(SignatureError::MissingAttribute)
        }
        _ => Err(SignatureError::MissingAttribute),
    }
}

pub(super) fn check_content_type(
    attributes: &SignedAttributes,
    content_type: ObjectIdentifier,
) -> Result<(), SignatureError> {
    let signed: ObjectIdentifier =
        only_value(attributes, CONTENT_TYPE)?.decode_as().map_err(|_| SignatureError::Malformed)?;
    if signed == content_type { Ok(()) } else { Err(SignatureError::Malformed) }
}

pub(super) fn check_digest(attributes: &SignedAttributes, hash: Hash, body: &[u8]) -> Result<(), SignatureError> {
    let signed: OctetStringRef<'_> =
        AnyRef::from(only_value(attributes, MESSAGE_DIGEST)?).decode_as().map_err(|_| SignatureError::Malformed)?;
    // Both sides are public, so that a comparison in constant time would protect nothing.
    if signed.as_bytes() == hash.digest(body).as_ref() { Ok(()) } else { Err(SignatureError::OtherBody) }
}

pub(super) fn check_signature(
    signer: &SignerInfo,
    attributes: &SignedAttributes,
    hash: Hash,
    certificate: &Certificate,
) -> Result<(), SignatureError> {
    // RFC 5652, 5.4: signed is the DER of the attributes as a SET, not with the tag they travel under.
    let signed = attributes.to_der().map_err(|_| SignatureError::Malformed)?;
    check_bytes(signer, &signed, hash, certificate)
}

/// Whether the key in the certificate signed these bytes.
pub(super) fn check_bytes(
    signer: &SignerInfo,
    signed: &[u8],
    hash: Hash,
    certificate: &Certificate,
) -> Result<(), SignatureError> {
    let key = &certificate.tbs_certificate.subject_public_key_info;
    let algorithm = choose(&signer.signature_algorithm, hash, key)?;
    let key = public_key(certificate).ok_or(SignatureError::Malformed)?;
    UnparsedPublicKey::new(algorithm, key)
        .verify(signed, signer.signature.as_bytes())
        .map_err(|_| SignatureError::BadSignature)
}
