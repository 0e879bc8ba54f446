//! Why a login with a provider failed, as whoever signs in and the audit log are told.

use baton_identity::openid::{CallbackError, OpenIdError};
use thiserror::Error;

use super::login::{LoginPurpose, SignInChoice};
use crate::{CoreError, handover::ClipSignInError};

/// A login that failed.
#[derive(Debug)]
pub struct FailedLogin {
    /// What it was for, if that is known.
    pub purpose: Option<LoginPurpose>,
    /// The provider, if that is known.
    pub provider: Option<SignInChoice>,
    /// Why.
    pub failure: LoginFailure,
}

/// Why a login failed.
#[derive(Debug, Error)]
pub enum LoginFailure {
    /// It was finished before, took too long, or began in another browser. Beginning again helps.
    #[error("the login is not known here")]
    Lost,
    /// The person gave up at the provider, or the provider would not have them.
    #[error("the login was given up")]
    Cancelled,
    /// The provider did not ask the person to authenticate again, or does not prove that it did (A5).
    #[error("the person did not authenticate in this login")]
    NotFresh,
    /// The provider cannot be asked now.
    #[error("the provider cannot be asked now")]
    Unavailable,
    /// The provider's answer cannot be accepted; the word says why.
    #[error("the provider's answer is not accepted: {0}")]
    NotAccepted(String),
    /// The person is nobody here: not imported.
    #[error("the person is not known here")]
    Stranger,
    /// The person would be new, and somebody has their user name already (B10).
    #[error("the user name is taken")]
    NameTaken,
    /// The person would be new, and the provider says no user name.
    #[error("the provider says no user name")]
    NoName,
    /// The person may not sign in.
    #[error("the person may not sign in")]
    Disabled,
    /// Somebody else authenticated than the person who is signed in.
    #[error("somebody else authenticated")]
    OtherPerson,
    /// The device's page cannot take them.
    #[error(transparent)]
    Clip(Box<ClipSignInError>),
    /// Baton failed.
    #[error(transparent)]
    Core(#[from] CoreError),
}

impl LoginFailure {
    /// A stable word, for the audit log.
    pub(super) fn code(&self) -> &str {
        match self {
            Self::Lost => "lost",
            Self::Cancelled => "cancelled",
            Self::NotFresh => "not-fresh",
            Self::Unavailable => "unavailable",
            Self::NotAccepted(code) => code,
            Self::Stranger => "not-imported",
            Self::NameTaken => "name-taken",
            Self::NoName => "no-user-name",
            Self::Disabled => "disabled-here",
            Self::OtherPerson => "other-person",
            Self::Clip(_) => "device",
            Self::Core(_) => "failed",
        }
    }
}

impl From<OpenIdError> for LoginFailure {
    fn from(error: OpenIdError) -> Self {
        match &error {
            OpenIdError::Freshness(_) => Self::NotFresh,
            OpenIdError::Callback(CallbackError::AccessDenied | CallbackError::LoginRequired) => Self::Cancelled,
            OpenIdError::Transaction(_) => Self::Lost,
            passing if passing.is_passing() => Self::Unavailable,
            other => Self::NotAccepted(other.code()),
        }
    }
}
