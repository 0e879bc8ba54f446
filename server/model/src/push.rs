//! Being pushed: the certificate that allows it, and what stands in its way.

use crate::{Timestamp, text_enum};

text_enum!(
    /// Why a device cannot be woken.
    PushProblem {
        /// Apple says that its token is not valid any more.
        TokenGone = "token-gone",
        /// Apple says that its token is none of this topic.
        TokenRefused = "token-refused",
    }
);

text_enum!(
    /// Why no device can be woken under a certificate.
    PushFailure {
        /// The push service does not answer, or the connection breaks.
        Unreachable = "unreachable",
        /// Apple refuses the certificate.
        CertificateRefused = "certificate-refused",
        /// Apple answers that it cannot serve just now.
        Unavailable = "unavailable",
        /// Baton cannot read the certificate's key.
        KeyUnreadable = "key-unreadable",
    }
);

/// The installed push certificate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PushCertificate {
    /// SHA-256 of the certificate in lower-case hexadecimal.
    pub fingerprint: String,
    /// The topic that devices are pushed under.
    pub topic: String,
    /// The certificate as PEM.
    pub certificate: String,
    /// The private key as PEM, sealed.
    pub sealed_key: Vec<u8>,
    /// Who issued it.
    pub issuer: String,
    /// The Apple Account that it was made with, as the administrator noted it. May be empty.
    pub apple_account: String,
    /// When it starts to be valid.
    pub not_before: Timestamp,
    /// When it stops being valid.
    pub not_after: Timestamp,
    /// When it was installed.
    pub installed_at: Timestamp,
    /// When Apple last took a push under it.
    pub working_at: Option<Timestamp>,
    /// How pushes fail as a whole, since the last one that Apple took.
    pub failure: Option<FailingPushes>,
}

/// How pushes fail as a whole.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FailingPushes {
    /// Since when.
    pub since: Timestamp,
    /// Why.
    pub failure: PushFailure,
    /// Apple's reason, such as `BadCertificate`; empty where there is none.
    pub reason: String,
}

/// A request for a certificate that waits for Apple's answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PushCertificateRequest {
    /// The request (PKCS#10) as PEM.
    pub request: String,
    /// The private key as PEM, sealed.
    pub sealed_key: Vec<u8>,
    /// When it was made.
    pub made_at: Timestamp,
}
