//! Certificates. Source: Apple's `com.apple.security.root.yaml` and `com.apple.security.pkcs1.yaml`.

use der::Decode;
use time::OffsetDateTime;

use crate::ca::validity_of;
use crate::dict::Dict;
use crate::profile::{ProfileError, check_text};

/// The largest certificate, in bytes.
pub const MAX_CERTIFICATE_BYTES: usize = 64 * 1024;

/// A certificate to install, without a private key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Certificate {
    /// The name shown on the device.
    pub name: String,
    /// The certificate in DER.
    pub der: Vec<u8>,
    /// What the device does with it.
    pub kind: CertificateKind,
}

/// Which payload carries the certificate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CertificateKind {
    /// A root to trust: `com.apple.security.root`.
    Root,
    /// An intermediate or another party's certificate: `com.apple.security.pkcs1`.
    Other,
}

/// What a certificate says about itself, for people to check before they install it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CertificateSubject {
    /// The subject's distinguished name (RFC 4514).
    pub subject: String,
    /// The issuer's distinguished name (RFC 4514).
    pub issuer: String,
    /// When it starts to be valid.
    pub not_before: OffsetDateTime,
    /// When it stops being valid.
    pub not_after: OffsetDateTime,
    /// SHA-256 in lower-case hexadecimal.
    pub fingerprint: String,
}

impl CertificateKind {
    pub(super) fn payload_type(self) -> &'static str {
        match self {
            Self::Root => "com.apple.security.root",
            Self::Other => "com.apple.security.pkcs1",
        }
    }
}

impl Certificate {
    /// Takes a file somebody uploaded: one certificate, PEM or DER. A certificate that issued itself is a
    /// root.
    ///
    /// # Errors
    ///
    /// [`ProfileError`] when the file holds no certificate or more than one.
    pub fn from_file(name: &str, file: &[u8]) -> Result<Self, ProfileError> {
        if file.len() > MAX_CERTIFICATE_BYTES * 2 {
            return Err(too_large());
        }
        let der = match std::str::from_utf8(file) {
            Ok(text) if text.contains("-----BEGIN") => from_pem(text)?,
            _ => file.to_vec(),
        };
        let parsed = parse(&der)?;
        let own_issuer = parsed.tbs_certificate.issuer == parsed.tbs_certificate.subject;
        let kind = if own_issuer { CertificateKind::Root } else { CertificateKind::Other };
        let certificate = Self { name: name.to_owned(), der, kind };
        certificate.validate()?;
        Ok(certificate)
    }

    /// What the certificate says about itself.
    ///
    /// # Errors
    ///
    /// [`ProfileError`] when it is no certificate.
    pub fn subject(&self) -> Result<CertificateSubject, ProfileError> {
        let parsed = parse(&self.der)?;
        let (not_before, not_after) = validity_of(&parsed).map_err(|_| not_a_certificate())?;
        Ok(CertificateSubject {
            subject: parsed.tbs_certificate.subject.to_string(),
            issuer: parsed.tbs_certificate.issuer.to_string(),
            not_before,
            not_after,
            fingerprint: crate::fingerprint::of_certificate(&self.der),
        })
    }

    pub(super) fn validate(&self) -> Result<(), ProfileError> {
        check_text("name", &self.name, 255)?;
        parse(&self.der).map(drop)
    }

    pub(super) fn content(&self) -> Dict {
        Dict::new().set("PayloadCertificateFileName", format!("{}.cer", self.name)).data("PayloadContent", &self.der)
    }
}

fn from_pem(text: &str) -> Result<Vec<u8>, ProfileError> {
    if text.contains("PRIVATE KEY-----") {
        return Err(ProfileError::new("der", "holds a private key, which must not be sent to devices this way"));
    }
    let mut found = crate::pem::certificates(text).ok_or_else(not_a_certificate)?;
    match (found.pop(), found.is_empty()) {
        (Some(der), true) => Ok(der),
        (Some(_), false) => Err(ProfileError::new("der", "holds more than one certificate")),
        (None, _) => Err(not_a_certificate()),
    }
}

fn parse(der: &[u8]) -> Result<x509_cert::Certificate, ProfileError> {
    if der.len() > MAX_CERTIFICATE_BYTES {
        return Err(too_large());
    }
    x509_cert::Certificate::from_der(der).map_err(|_| not_a_certificate())
}

fn not_a_certificate() -> ProfileError {
    ProfileError::new("der", "is not a certificate in PEM or DER")
}

fn too_large() -> ProfileError {
    ProfileError::new("der", "is too large for a certificate")
}
