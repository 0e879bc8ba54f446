//! `Mdm-Signature`: a detached CMS signature over the body of a message; and files that are signed by somebody.
//!
//! Source: Apple's description of `SignMessage` in `com.apple.mdm.yaml`, and RFC 5652.

mod algorithm;
mod attached;
pub(crate) mod ber;
#[cfg(feature = "sign")]
mod sign;
mod verify;

pub use attached::{SignedContent, SignedFileError, open_signed};
#[cfg(feature = "sign")]
pub use sign::{SigningError, SigningIdentity, sign_detached};
pub use verify::{Signer, verify};

/// The name of the HTTP header, in the spelling HTTP/2 requires.
pub const HEADER: &str = "mdm-signature";

/// The longest header value, in bytes. A signature with a chain of four RSA certificates needs about 8 kB.
pub const MAX_HEADER_BYTES: usize = 32 * 1024;

/// The largest number of certificates a signature may carry.
pub const MAX_CERTIFICATES: usize = 8;

/// Why a signature was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SignatureError {
    /// The header is empty.
    #[error("the signature is missing")]
    Absent,
    /// The header is longer than [`MAX_HEADER_BYTES`].
    #[error("the signature is too large")]
    TooLarge,
    /// Not base64.
    #[error("the signature is not base64")]
    NotBase64,
    /// Not a CMS SignedData, or a damaged one.
    #[error("the signature is not CMS signed data")]
    Malformed,
    /// The signature carries content of its own, so that it may be about something else.
    #[error("the signature is not detached")]
    NotDetached,
    /// No signer, or more than one.
    #[error("the signature must have exactly one signer")]
    NotOneSigner,
    /// More than [`MAX_CERTIFICATES`].
    #[error("the signature carries too many certificates")]
    TooManyCertificates,
    /// The signer's certificate is not included, or is named by a key identifier.
    #[error("the signature does not carry the signer's certificate")]
    NoCertificate,
    /// A signed attribute that RFC 5652 requires is absent or appears twice.
    #[error("the signature lacks a signed content type or message digest")]
    MissingAttribute,
    /// The body is not what was signed.
    #[error("the signature belongs to another body")]
    OtherBody,
    /// SHA-1, an unusual curve and the like.
    #[error("the signature uses an algorithm that is not accepted")]
    Algorithm,
    /// The key in the certificate did not make this signature, or it is an RSA key below 2048 bits.
    #[error("the signature is wrong")]
    BadSignature,
}
