//! The MDM push certificate: what Apple issues to an organisation so that its server may wake its devices.
//!
//! A certificate names its *topic* in the user id of its subject (`UID=com.apple.mgmt.External.…`). Devices get the
//! topic with their enrollment profile and listen to no other, so a certificate with another topic reaches none of
//! them. Source: Apple's "Setting up push notifications for your MDM customers".

mod file;
mod private_key;
mod request;
mod rsa;

use std::fmt;

use der::{Decode, asn1::ObjectIdentifier};
use time::OffsetDateTime;
use x509_cert::{Certificate, name::Name};

pub use file::{CertificateFile, FileFault, MAX_FILE_BYTES};
pub use private_key::{KeyFault, PrivateKey};
pub use request::{CertificateRequest, RequestError};

use crate::{ca, fingerprint, pem};

/// What every topic of MDM begins with.
pub const TOPIC_PREFIX: &str = "com.apple.mgmt.";

const USER_ID: ObjectIdentifier = ObjectIdentifier::new_unwrap("0.9.2342.19200300.100.1.1");
const COMMON_NAME: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.4.3");

/// A push certificate and what it says about itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PushCertificate {
    /// The certificate.
    pub der: Vec<u8>,
    /// The topic, beginning with [`TOPIC_PREFIX`].
    pub topic: String,
    /// The common name of who issued it; its whole name where it has none.
    pub issuer: String,
    /// When it starts to be valid.
    pub not_before: OffsetDateTime,
    /// When it stops being valid.
    pub not_after: OffsetDateTime,
    /// SHA-256 in lower-case hexadecimal.
    pub fingerprint: String,
    public_key: Vec<u8>,
}

/// Why a certificate is not a push certificate.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CertificateFault {
    /// The bytes are no certificate.
    #[error("not a certificate")]
    Malformed,
    /// Its subject names no topic of MDM: it is for an app, for a web site, or a vendor's own.
    #[error("not a certificate for MDM push")]
    NotForMdm,
}

impl PushCertificate {
    /// Reads a certificate in DER.
    ///
    /// # Errors
    ///
    /// [`CertificateFault`].
    pub fn from_der(der: &[u8]) -> Result<Self, CertificateFault> {
        let malformed = |_| CertificateFault::Malformed;
        let certificate = Certificate::from_der(der).map_err(malformed)?;
        let (not_before, not_after) = ca::validity_of(&certificate).map_err(|_| CertificateFault::Malformed)?;
        let subject = &certificate.tbs_certificate.subject;
        let topic = attribute(subject, USER_ID).ok_or(CertificateFault::NotForMdm)?;
        let suffix = topic.strip_prefix(TOPIC_PREFIX).ok_or(CertificateFault::NotForMdm)?;
        if !is_name(suffix) {
            return Err(CertificateFault::NotForMdm);
        }
        let issuer = &certificate.tbs_certificate.issuer;
        Ok(Self {
            topic: topic.clone(),
            issuer: crate::wire::shorten(&attribute(issuer, COMMON_NAME).unwrap_or_else(|| issuer.to_string())),
            not_before,
            not_after,
            fingerprint: fingerprint::of_certificate(der),
            public_key: ca::public_key(&certificate).ok_or(CertificateFault::Malformed)?.to_vec(),
            der: der.to_vec(),
        })
    }

    /// The certificate as PEM.
    #[must_use]
    pub fn pem(&self) -> String {
        pem::certificate(&self.der)
    }

    /// Whether the certificate was issued for this private key.
    #[must_use]
    pub fn belongs_to(&self, key: &PrivateKey) -> bool {
        self.public_key == key.public_key()
    }
}

/// What may follow the prefix of a topic: letters, digits, dots and hyphens, as in a bundle identifier.
fn is_name(suffix: &str) -> bool {
    (1..=155).contains(&suffix.len())
        && suffix.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-'))
}

/// The first value of this kind in a name, as text.
fn attribute(name: &Name, kind: ObjectIdentifier) -> Option<String> {
    let values = name.0.iter().flat_map(|relative| relative.0.iter());
    let value = values.filter(|attribute| attribute.oid == kind).map(|attribute| attribute.value.value()).next()?;
    std::str::from_utf8(value).ok().map(str::to_owned)
}

/// A push certificate with its key, as a connection to Apple's push service needs them.
#[derive(Clone, PartialEq, Eq)]
pub struct PushIdentity {
    /// The topic that may be pushed.
    pub topic: String,
    /// SHA-256 of the certificate in lower-case hexadecimal.
    pub fingerprint: String,
    /// The certificate as PEM.
    pub certificate_pem: String,
    /// The private key as PEM.
    pub key_pem: String,
}

impl fmt::Debug for PushIdentity {
    /// Leaves the private key out.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("PushIdentity")
            .field("topic", &self.topic)
            .field("fingerprint", &self.fingerprint)
            .finish_non_exhaustive()
    }
}
