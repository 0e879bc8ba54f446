//! Baton's certificate authority: it issues one identity per enrollment and recognises its own.

use std::fmt;

use der::oid::ObjectIdentifier;
use der::{Decode, Encode};
use rcgen::{
    BasicConstraints, CertificateParams, DistinguishedName, DnType, ExtendedKeyUsagePurpose, IsCa, Issuer, KeyPair,
    KeyUsagePurpose, SerialNumber,
};
use ring::rand::{SecureRandom, SystemRandom};
use ring::signature::{ECDSA_P256_SHA256_ASN1, UnparsedPublicKey};
use time::{Duration, OffsetDateTime};
use x509_cert::Certificate;
use x509_cert::ext::pkix::BasicConstraints as ParsedBasicConstraints;

use crate::{fingerprint, pem, pkcs12};

/// How long the authority itself is valid. It outlives every identity it issues in practice; a device
/// enrolled after two thirds of it should get one from a new authority.
pub const AUTHORITY_VALIDITY: Duration = Duration::days(20 * 365);

/// How far back a certificate starts to be valid, so that a device whose clock is slow accepts it.
pub const CLOCK_SKEW: Duration = Duration::hours(24);

/// The largest device certificate looked at, in bytes.
const MAX_CERTIFICATE_BYTES: usize = 16 * 1024;

const ECDSA_WITH_SHA256: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.10045.4.3.2");
const BASIC_CONSTRAINTS: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.29.19");

/// A certificate authority with its private key, ECDSA on P-256.
pub struct CertificateAuthority {
    certificate_der: Vec<u8>,
    issuer: Issuer<'static, KeyPair>,
}

/// A device identity that has just been issued.
#[derive(Clone)]
pub struct IssuedIdentity {
    /// The certificate.
    pub certificate_der: Vec<u8>,
    /// SHA-256 of the certificate in lower-case hexadecimal.
    pub fingerprint: String,
    /// Certificate and private key as PKCS#12. The private key exists nowhere else.
    pub pkcs12: Vec<u8>,
    /// The password of [`Self::pkcs12`], random.
    pub password: String,
    /// When the certificate stops being valid.
    pub not_after: OffsetDateTime,
}

/// Why the authority could not be created, loaded or used.
#[derive(Debug, thiserror::Error)]
pub enum AuthorityError {
    /// The operating system gave no random numbers.
    #[error("the system's random number generator failed")]
    Random,
    /// A name or a date that does not fit into a certificate.
    #[error("the certificate could not be made: {0}")]
    Certificate(String),
    /// The stored certificate or key is damaged.
    #[error("the stored certificate authority cannot be read: {0}")]
    Stored(String),
    /// Certificate and key are not a pair.
    #[error("the stored certificate and private key do not belong together")]
    Mismatch,
    /// The identity could not be packed.
    #[error("the identity could not be packed as PKCS#12: {0}")]
    Pkcs12(String),
}

/// Why a certificate is not one of ours, or no longer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum IdentityError {
    /// The bytes are no certificate.
    #[error("the certificate is damaged")]
    Malformed,
    /// Somebody else issued it.
    #[error("the certificate was not issued by this server")]
    OtherIssuer,
    /// It names us as its issuer but our key did not sign it.
    #[error("the signature on the certificate is wrong")]
    BadSignature,
    /// It is a certificate authority, possibly our own, and not a device.
    #[error("the certificate belongs to a certificate authority, not to a device")]
    NotADevice,
    /// It is not valid yet.
    #[error("the certificate is not valid yet")]
    NotYetValid,
    /// It is no longer valid.
    #[error("the certificate has expired")]
    Expired,
}

impl CertificateAuthority {
    /// Makes a new authority for an organisation.
    ///
    /// # Errors
    ///
    /// [`AuthorityError`] when there is no randomness or the name does not fit into a certificate.
    pub fn create(organization: &str, now: OffsetDateTime) -> Result<Self, AuthorityError> {
        let key = KeyPair::generate().map_err(|_| AuthorityError::Random)?;
        let mut params = CertificateParams::default();
        params.distinguished_name = name(&format!("{organization} device identities"), Some(organization));
        params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
        params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
        params.not_before = now - CLOCK_SKEW;
        params.not_after = now + AUTHORITY_VALIDITY;
        params.serial_number = Some(random_serial()?);
        let certificate = params.self_signed(&key).map_err(|error| certificate_error(&error))?;
        Ok(Self { certificate_der: certificate.der().to_vec(), issuer: Issuer::new(params, key) })
    }

    /// Loads an authority from what [`Self::certificate_pem`] and [`Self::key_pem`] gave.
    ///
    /// # Errors
    ///
    /// [`AuthorityError::Stored`] when either is damaged, [`AuthorityError::Mismatch`] when they are not a
    /// pair.
    pub fn from_pem(certificate_pem: &str, key_pem: &str) -> Result<Self, AuthorityError> {
        let stored = |error: &dyn fmt::Display| AuthorityError::Stored(error.to_string());
        let key = KeyPair::from_pem(key_pem).map_err(|error| stored(&error))?;
        let mut found = pem::certificates(certificate_pem).unwrap_or_default();
        let (Some(certificate_der), true) = (found.pop(), found.is_empty()) else {
            return Err(stored(&"expected exactly one certificate"));
        };
        let certificate = Certificate::from_der(&certificate_der).map_err(|error| stored(&error))?;
        if public_key(&certificate) != Some(key.public_key_raw()) {
            return Err(AuthorityError::Mismatch);
        }
        let issuer = Issuer::from_ca_cert_pem(certificate_pem, key).map_err(|error| stored(&error))?;
        Ok(Self { certificate_der, issuer })
    }

    /// The authority's certificate.
    #[must_use]
    pub fn certificate_der(&self) -> &[u8] {
        &self.certificate_der
    }

    /// The authority's certificate as PEM.
    #[must_use]
    pub fn certificate_pem(&self) -> String {
        pem::certificate(&self.certificate_der)
    }

    /// The authority's private key as PEM (PKCS#8), to be encrypted before it is stored.
    #[must_use]
    pub fn key_pem(&self) -> String {
        self.issuer.key().serialize_pem()
    }

    /// Issues an identity for one enrollment, with a new key. It starts [`CLOCK_SKEW`] before `now`.
    ///
    /// # Errors
    ///
    /// [`AuthorityError`] when there is no randomness or the name does not fit into a certificate.
    pub fn issue_identity(
        &self,
        common_name: &str,
        now: OffsetDateTime,
        validity: Duration,
    ) -> Result<IssuedIdentity, AuthorityError> {
        let key = KeyPair::generate().map_err(|_| AuthorityError::Random)?;
        let mut params = CertificateParams::default();
        params.distinguished_name = name(common_name, None);
        params.is_ca = IsCa::ExplicitNoCa;
        params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ClientAuth];
        params.use_authority_key_identifier_extension = true;
        params.not_before = now - CLOCK_SKEW;
        params.not_after = now + validity;
        params.serial_number = Some(random_serial()?);
        let certificate = params.signed_by(&key, &self.issuer).map_err(|error| certificate_error(&error))?;
        let certificate_der = certificate.der().to_vec();
        let password = random_password()?;
        let pkcs12 = pkcs12::pack(common_name, &certificate_der, key.serialized_der(), &password)
            .map_err(AuthorityError::Pkcs12)?;
        Ok(IssuedIdentity {
            fingerprint: fingerprint::of_certificate(&certificate_der),
            certificate_der,
            pkcs12,
            password,
            not_after: params.not_after,
        })
    }

    /// Whether this authority issued a device's certificate and whether it is valid at `now`.
    ///
    /// It says nothing about which enrollment the certificate may speak for: compare its fingerprint with
    /// the one bound at `Authenticate`.
    ///
    /// # Errors
    ///
    /// [`IdentityError`] says why it is refused.
    pub fn verify_issued(&self, certificate_der: &[u8], now: OffsetDateTime) -> Result<(), IdentityError> {
        if certificate_der.len() > MAX_CERTIFICATE_BYTES {
            return Err(IdentityError::Malformed);
        }
        let certificate = Certificate::from_der(certificate_der).map_err(|_| IdentityError::Malformed)?;
        let authority = Certificate::from_der(&self.certificate_der).map_err(|_| IdentityError::Malformed)?;
        let tbs = &certificate.tbs_certificate;
        if tbs.issuer != authority.tbs_certificate.subject {
            return Err(IdentityError::OtherIssuer);
        }
        if certificate.signature_algorithm.oid != ECDSA_WITH_SHA256 || tbs.signature != certificate.signature_algorithm
        {
            return Err(IdentityError::BadSignature);
        }
        let signed = tbs.to_der().map_err(|_| IdentityError::Malformed)?;
        let signature = certificate.signature.as_bytes().ok_or(IdentityError::Malformed)?;
        UnparsedPublicKey::new(&ECDSA_P256_SHA256_ASN1, self.issuer.key().public_key_raw())
            .verify(&signed, signature)
            .map_err(|_| IdentityError::BadSignature)?;
        if is_authority(&certificate)? {
            return Err(IdentityError::NotADevice);
        }
        let (not_before, not_after) = validity_of(&certificate)?;
        if now < not_before {
            return Err(IdentityError::NotYetValid);
        }
        if now > not_after {
            return Err(IdentityError::Expired);
        }
        Ok(())
    }
}

impl fmt::Debug for CertificateAuthority {
    /// Leaves the private key out.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("CertificateAuthority")
            .field("fingerprint", &fingerprint::of_certificate(&self.certificate_der))
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for IssuedIdentity {
    /// Leaves the private key and its password out.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("IssuedIdentity")
            .field("fingerprint", &self.fingerprint)
            .field("not_after", &self.not_after)
            .finish_non_exhaustive()
    }
}

/// The public key of a certificate as its algorithm writes it.
pub(crate) fn public_key(certificate: &Certificate) -> Option<&[u8]> {
    certificate.tbs_certificate.subject_public_key_info.subject_public_key.as_bytes()
}

/// From when to when a certificate is valid.
pub(crate) fn validity_of(certificate: &Certificate) -> Result<(OffsetDateTime, OffsetDateTime), IdentityError> {
    let validity = &certificate.tbs_certificate.validity;
    let at = |time: &x509_cert::time::Time| {
        i64::try_from(time.to_unix_duration().as_secs())
            .ok()
            .and_then(|seconds| OffsetDateTime::from_unix_timestamp(seconds).ok())
            .ok_or(IdentityError::Malformed)
    };
    Ok((at(&validity.not_before)?, at(&validity.not_after)?))
}

fn is_authority(certificate: &Certificate) -> Result<bool, IdentityError> {
    let extensions = certificate.tbs_certificate.extensions.iter().flatten();
    for extension in extensions.filter(|extension| extension.extn_id == BASIC_CONSTRAINTS) {
        let constraints =
            ParsedBasicConstraints::from_der(extension.extn_value.as_bytes()).map_err(|_| IdentityError::Malformed)?;
        if constraints.ca {
            return Ok(true);
        }
    }
    Ok(false)
}

fn name(common_name: &str, organization: Option<&str>) -> DistinguishedName {
    /// Apple and X.520 allow 64 characters in these attributes.
    const LONGEST: usize = 64;
    let shortened = |text: &str| text.chars().take(LONGEST).collect::<String>();
    let mut name = DistinguishedName::new();
    if let Some(organization) = organization {
        name.push(DnType::OrganizationName, shortened(organization));
    }
    name.push(DnType::CommonName, shortened(common_name));
    name
}

fn certificate_error(error: &rcgen::Error) -> AuthorityError {
    AuthorityError::Certificate(error.to_string())
}

fn random_bytes<const N: usize>() -> Result<[u8; N], AuthorityError> {
    let mut bytes = [0; N];
    SystemRandom::new().fill(&mut bytes).map_err(|_| AuthorityError::Random)?;
    Ok(bytes)
}

/// 127 random bits: positive in DER, and unguessable as RFC 5280 advises.
fn random_serial() -> Result<SerialNumber, AuthorityError> {
    let mut bytes = random_bytes::<16>()?;
    bytes[0] = (bytes[0] & 0x7f) | 0x40;
    Ok(SerialNumber::from_slice(&bytes))
}

fn random_password() -> Result<String, AuthorityError> {
    Ok(hex::encode(random_bytes::<16>()?))
}
