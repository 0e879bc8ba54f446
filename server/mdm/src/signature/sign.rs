//! Signing as a device does, for tests and stand-in devices.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use cms::cert::IssuerAndSerialNumber;
use cms::content_info::{CmsVersion, ContentInfo};
use cms::signed_data::{
    CertificateSet, EncapsulatedContentInfo, SignedData, SignerIdentifier, SignerInfo, SignerInfos,
};
use der::asn1::{ObjectIdentifier, OctetString, SetOfVec};
use der::{Any, Decode, Encode};
use ring::rand::SystemRandom;
use ring::signature::{ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair};
use x509_cert::Certificate;
use x509_cert::attr::Attribute;
use x509_cert::spki::AlgorithmIdentifierOwned;

use super::algorithm::{ECDSA_SHA_256, Hash, SHA_256};

const DATA: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.7.1");
const SIGNED_DATA: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.7.2");
const CONTENT_TYPE: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.9.3");
const MESSAGE_DIGEST: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.9.4");

/// Why something could not be signed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SigningError {
    /// The PKCS#12 file or its password is wrong.
    #[error("the identity cannot be opened")]
    Identity,
    /// The key is not ECDSA on P-256.
    #[error("the private key cannot be used")]
    Key,
    /// The structure could not be encoded.
    #[error("the signature cannot be encoded: {0}")]
    Encoding(String),
}

impl From<der::Error> for SigningError {
    fn from(error: der::Error) -> Self {
        Self::Encoding(error.to_string())
    }
}

/// A device's certificate and private key.
#[derive(Clone)]
pub struct SigningIdentity {
    /// The certificate.
    pub certificate_der: Vec<u8>,
    /// The private key as PKCS#8.
    pub key_pkcs8: Vec<u8>,
}

impl SigningIdentity {
    /// Opens the identity of an enrollment profile.
    ///
    /// # Errors
    ///
    /// [`SigningError::Identity`] when file or password are wrong.
    pub fn from_pkcs12(file: &[u8], password: &str) -> Result<Self, SigningError> {
        let (certificate_der, key_pkcs8) = crate::pkcs12::unpack(file, password).ok_or(SigningError::Identity)?;
        Ok(Self { certificate_der, key_pkcs8 })
    }

    /// The value of `Mdm-Signature` for a body.
    ///
    /// # Errors
    ///
    /// [`SigningError`].
    pub fn sign(&self, body: &[u8]) -> Result<String, SigningError> {
        sign_detached(&self.key_pkcs8, &self.certificate_der, body)
    }
}

impl std::fmt::Debug for SigningIdentity {
    /// Leaves the private key out.
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("SigningIdentity")
            .field("fingerprint", &crate::fingerprint::of_certificate(&self.certificate_der))
            .finish_non_exhaustive()
    }
}

/// The value of `Mdm-Signature`: a detached signature over `body`, ECDSA on P-256 with SHA-256.
///
/// # Errors
///
/// [`SigningError`] when key or certificate cannot be used.
pub fn sign_detached(key_pkcs8: &[u8], certificate_der: &[u8], body: &[u8]) -> Result<String, SigningError> {
    let certificate = Certificate::from_der(certificate_der)?;
    let attributes = SetOfVec::try_from(vec![
        attribute(CONTENT_TYPE, Any::encode_from(&DATA)?)?,
        attribute(MESSAGE_DIGEST, Any::encode_from(&OctetString::new(Hash::Sha256.digest(body).as_ref())?)?)?,
    ])?;
    let random = SystemRandom::new();
    let key =
        EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_ASN1_SIGNING, key_pkcs8, &random).map_err(|_| SigningError::Key)?;
    let signature = key.sign(&random, &attributes.to_der()?).map_err(|_| SigningError::Key)?;
    let signer = SignerInfo {
        version: CmsVersion::V1,
        sid: SignerIdentifier::IssuerAndSerialNumber(IssuerAndSerialNumber {
            issuer: certificate.tbs_certificate.issuer.clone(),
            serial_number: certificate.tbs_certificate.serial_number.clone(),
        }),
        digest_alg: algorithm(SHA_256),
        signed_attrs: Some(attributes),
        signature_algorithm: algorithm(ECDSA_SHA_256),
        signature: OctetString::new(signature.as_ref())?,
        unsigned_attrs: None,
    };
    let signed_data = SignedData {
        version: CmsVersion::V1,
        digest_algorithms: SetOfVec::try_from(vec![algorithm(SHA_256)])?,
        encap_content_info: EncapsulatedContentInfo { econtent_type: DATA, econtent: None },
        certificates: Some(CertificateSet(SetOfVec::try_from(vec![cms::cert::CertificateChoices::Certificate(
            certificate,
        )])?)),
        crls: None,
        signer_infos: SignerInfos(SetOfVec::try_from(vec![signer])?),
    };
    let info = ContentInfo { content_type: SIGNED_DATA, content: Any::encode_from(&signed_data)? };
    Ok(STANDARD.encode(info.to_der()?))
}

fn attribute(oid: ObjectIdentifier, value: Any) -> Result<Attribute, SigningError> {
    Ok(Attribute { oid, values: SetOfVec::try_from(vec![value])? })
}

fn algorithm(oid: ObjectIdentifier) -> AlgorithmIdentifierOwned {
    AlgorithmIdentifierOwned { oid, parameters: None }
}
