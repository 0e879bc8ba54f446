//! `Mdm-Signature`: a detached CMS signature over the body of a message (RFC 5652).

use base64::{Engine, prelude::BASE64_STANDARD};
use cms::cert::{CertificateChoices, IssuerAndSerialNumber};
use cms::content_info::{CmsVersion, ContentInfo};
use cms::signed_data::{
    CertificateSet, EncapsulatedContentInfo, SignedAttributes, SignedData, SignerIdentifier, SignerInfo, SignerInfos,
};
use der::asn1::{ObjectIdentifier, OctetString, SetOfVec, UtcTime};
use der::{Any, AnyRef, Decode, Encode, Tag};
use sha2::{Digest, Sha256};
use time::OffsetDateTime;
use x509_cert::Certificate;
use x509_cert::attr::Attribute;
use x509_cert::spki::AlgorithmIdentifierOwned;

use super::identity::{Identity, IdentityError, SigningKey};

const ID_DATA: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.7.1");
const ID_SIGNED_DATA: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.7.2");
const ID_CONTENT_TYPE: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.9.3");
const ID_MESSAGE_DIGEST: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.9.4");
const ID_SIGNING_TIME: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.9.5");
const ID_SHA256: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.16.840.1.101.3.4.2.1");
const ID_ECDSA_SHA256: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.10045.4.3.2");
const ID_RSA_SHA256: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.11");

/// Why a message cannot be signed or a signed profile not be opened.
#[derive(Debug, thiserror::Error)]
pub enum SignatureError {
    /// The certificate or the signature's structure cannot be encoded.
    #[error("the signature cannot be encoded: {0}")]
    Encoding(#[from] der::Error),
    /// The private key cannot be used.
    #[error(transparent)]
    Identity(#[from] IdentityError),
    /// The time lies outside what `signingTime` can say.
    #[error("the device's clock is outside the years a signature can name")]
    Clock,
}

/// The value of the header `Mdm-Signature` for `body`: base64 of a detached CMS `SignedData` with signed attributes.
pub(crate) fn mdm_signature(body: &[u8], identity: &Identity, at: OffsetDateTime) -> Result<String, SignatureError> {
    let certificate = Certificate::from_der(&identity.certificate)?;
    let key = identity.signing_key()?;
    let attributes = signed_attributes(body, at)?;
    let signature = key.sign(&attributes.to_der()?)?;
    let sha256 = AlgorithmIdentifierOwned { oid: ID_SHA256, parameters: None };
    let signer = SignerInfo {
        version: CmsVersion::V1,
        sid: SignerIdentifier::IssuerAndSerialNumber(IssuerAndSerialNumber {
            issuer: certificate.tbs_certificate.issuer.clone(),
            serial_number: certificate.tbs_certificate.serial_number.clone(),
        }),
        digest_alg: sha256.clone(),
        signed_attrs: Some(attributes),
        signature_algorithm: signature_algorithm(&key),
        signature: OctetString::new(signature)?,
        unsigned_attrs: None,
    };
    let signed = SignedData {
        version: CmsVersion::V1,
        digest_algorithms: SetOfVec::try_from(vec![sha256])?,
        encap_content_info: EncapsulatedContentInfo { econtent_type: ID_DATA, econtent: None },
        certificates: Some(CertificateSet(SetOfVec::try_from(vec![CertificateChoices::Certificate(certificate)])?)),
        crls: None,
        signer_infos: SignerInfos(SetOfVec::try_from(vec![signer])?),
    };
    let content = ContentInfo { content_type: ID_SIGNED_DATA, content: Any::from_der(&signed.to_der()?)? };
    Ok(BASE64_STANDARD.encode(content.to_der()?))
}

fn signed_attributes(body: &[u8], at: OffsetDateTime) -> Result<SignedAttributes, SignatureError> {
    let seconds = u64::try_from(at.unix_timestamp()).map_err(|_| SignatureError::Clock)?;
    let time =
        UtcTime::from_unix_duration(std::time::Duration::from_secs(seconds)).map_err(|_| SignatureError::Clock)?;
    let digest = Sha256::digest(body);
    Ok(SetOfVec::try_from(vec![
        attribute(ID_CONTENT_TYPE, Any::encode_from(&ID_DATA)?)?,
        attribute(ID_SIGNING_TIME, Any::encode_from(&time)?)?,
        attribute(ID_MESSAGE_DIGEST, Any::new(Tag::OctetString, digest.as_slice())?)?,
    ])?)
}

fn attribute(oid: ObjectIdentifier, value: Any) -> Result<Attribute, SignatureError> {
    Ok(Attribute { oid, values: SetOfVec::try_from(vec![value])? })
}

fn signature_algorithm(key: &SigningKey) -> AlgorithmIdentifierOwned {
    match key {
        SigningKey::P256(_) => AlgorithmIdentifierOwned { oid: ID_ECDSA_SHA256, parameters: None },
        SigningKey::Rsa(_) => {
            AlgorithmIdentifierOwned { oid: ID_RSA_SHA256, parameters: Some(Any::from(AnyRef::NULL)) }
        }
    }
}

/// The content of a CMS-signed profile, or `None` when `bytes` is not `SignedData` with content inside.
///
/// A phone shows whether it trusts the signer and installs the profile either way, so the signature is not judged here.
pub(crate) fn signed_content(bytes: &[u8]) -> Option<Vec<u8>> {
    let content = ContentInfo::from_der(bytes).ok()?;
    if content.content_type != ID_SIGNED_DATA {
        return None;
    }
    let signed: SignedData = content.content.decode_as().ok()?;
    let inner = signed.encap_content_info.econtent?;
    let octets: OctetString = inner.decode_as().ok()?;
    Some(octets.into_bytes())
}
