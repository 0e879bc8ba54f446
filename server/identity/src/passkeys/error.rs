//! Why a browser's answer is not accepted.

use thiserror::Error;
use webauthn_rp::response::{auth::error::AuthCeremonyErr, register::error::RegCeremonyErr};

/// Why a browser's answer is not accepted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum PasskeyError {
    /// Not what a browser sends, or too much of it.
    #[error("the answer is malformed")]
    Malformed,
    /// It came too late.
    #[error("the answer came too late")]
    Expired,
    /// It answers another challenge.
    #[error("the answer is to another challenge")]
    Challenge,
    /// It was made on a page of another origin, or inside of one.
    #[error("the answer was made on a page of another origin")]
    Origin,
    /// It was made for another relying party.
    #[error("the answer was made for another relying party")]
    RelyingParty,
    /// The authenticator did not check who used it.
    #[error("the authenticator did not verify the person")]
    NotVerified,
    /// The signature is not the credential's.
    #[error("the signature is wrong")]
    Signature,
    /// The counter of signatures did not go up: there may be a copy of the key.
    #[error("the counter of signatures did not go up")]
    Counter,
    /// It names another person than the one whose credential it is.
    #[error("the answer names another person")]
    Person,
    /// Another rule of WebAuthn is broken, or the key is of a kind that is not supported.
    #[error("the passkey is of a kind that is not supported")]
    Unsupported,
    /// What was stored cannot be read.
    #[error("what is stored of the passkey cannot be read")]
    Stored,
}

impl PasskeyError {
    /// Its name in the audit log.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Malformed => "malformed",
            Self::Expired => "expired",
            Self::Challenge => "other-challenge",
            Self::Origin => "other-origin",
            Self::RelyingParty => "other-relying-party",
            Self::NotVerified => "person-not-verified",
            Self::Signature => "wrong-signature",
            Self::Counter => "counter-went-back",
            Self::Person => "other-person",
            Self::Unsupported => "unsupported",
            Self::Stored => "unreadable",
        }
    }
}

impl From<RegCeremonyErr> for PasskeyError {
    fn from(error: RegCeremonyErr) -> Self {
        tracing::info!(%error, "a passkey was not registered");
        match error {
            RegCeremonyErr::Timeout => Self::Expired,
            RegCeremonyErr::CollectedClientData(_)
            | RegCeremonyErr::CollectedClientDataRelaxed(_)
            | RegCeremonyErr::AttestationObject(_) => Self::Malformed,
            RegCeremonyErr::PubKey(_) | RegCeremonyErr::AttestationSignature => Self::Signature,
            RegCeremonyErr::OriginMismatch | RegCeremonyErr::CrossOrigin | RegCeremonyErr::TopOriginMismatch => {
                Self::Origin
            }
            RegCeremonyErr::ChallengeMismatch => Self::Challenge,
            RegCeremonyErr::RpIdHashMismatch => Self::RelyingParty,
            RegCeremonyErr::UserNotPresent | RegCeremonyErr::UserNotVerified => Self::NotVerified,
            RegCeremonyErr::BackupEligible
            | RegCeremonyErr::BackupNotEligible
            | RegCeremonyErr::BackupDoesNotExist
            | RegCeremonyErr::MissingAuthenticatorAttachment
            | RegCeremonyErr::AuthenticatorAttachmentMismatch
            | RegCeremonyErr::Extension(_)
            | RegCeremonyErr::PublicKeyAlgorithmMismatch
            | RegCeremonyErr::Credential(_) => Self::Unsupported,
        }
    }
}

impl From<AuthCeremonyErr> for PasskeyError {
    fn from(error: AuthCeremonyErr) -> Self {
        tracing::info!(%error, "a passkey was not accepted");
        match error {
            AuthCeremonyErr::Timeout => Self::Expired,
            AuthCeremonyErr::CollectedClientData(_)
            | AuthCeremonyErr::CollectedClientDataRelaxed(_)
            | AuthCeremonyErr::AuthenticatorData(_)
            | AuthCeremonyErr::MissingUserHandle => Self::Malformed,
            AuthCeremonyErr::PubKey(_) | AuthCeremonyErr::AssertionSignature => Self::Signature,
            AuthCeremonyErr::OriginMismatch | AuthCeremonyErr::CrossOrigin | AuthCeremonyErr::TopOriginMismatch => {
                Self::Origin
            }
            AuthCeremonyErr::ChallengeMismatch => Self::Challenge,
            AuthCeremonyErr::RpIdHashMismatch => Self::RelyingParty,
            AuthCeremonyErr::UserNotVerified => Self::NotVerified,
            AuthCeremonyErr::SignatureCounter => Self::Counter,
            AuthCeremonyErr::UserHandleMismatch => Self::Person,
            AuthCeremonyErr::BackupEligible
            | AuthCeremonyErr::BackupNotEligible
            | AuthCeremonyErr::BackupDoesNotExist
            | AuthCeremonyErr::MissingAuthenticatorAttachment
            | AuthCeremonyErr::AuthenticatorAttachmentMismatch
            | AuthCeremonyErr::Extension(_)
            | AuthCeremonyErr::CredentialIdMismatch
            | AuthCeremonyErr::NoMatchingAllowedCredential
            | AuthCeremonyErr::Credential(_) => Self::Unsupported,
        }
    }
}
