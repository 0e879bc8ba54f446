//! Why nobody is signed in.

use std::fmt;

use thiserror::Error;

use super::{
    callback::CallbackError, exchange::TokenError, http::HttpError, id_token::IdTokenError, metadata::MetadataError,
    settings::SettingsError, transaction::TransactionError, user_info::UserInfoError,
};

/// What was asked of the provider.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// Its metadata.
    Metadata,
    /// The keys that it signs with.
    Keys,
    /// Tokens, for a code.
    Token,
    /// More about the person.
    UserInfo,
}

/// Why a login with a provider does not succeed. Texts of the provider are in it for the log; they are never shown.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum OpenIdError {
    /// A setting cannot be used.
    #[error(transparent)]
    Settings(#[from] SettingsError),
    /// The provider gave no answer.
    #[error("the provider's {place} cannot be read: {error}")]
    Http {
        /// To what.
        place: Place,
        /// Why.
        error: HttpError,
    },
    /// The provider answered that it cannot, by a status.
    #[error("the provider's {place} answered with status {status}")]
    Status {
        /// To what.
        place: Place,
        /// With what.
        status: u16,
    },
    /// The provider's answer is not what it should be, such as a page for people.
    #[error("the provider's {0} is not the JSON it should be")]
    NotJson(Place),
    /// The metadata cannot be used.
    #[error(transparent)]
    Metadata(#[from] MetadataError),
    /// The login was begun elsewhere or too long ago.
    #[error(transparent)]
    Transaction(#[from] TransactionError),
    /// What the browser brought back says no, or is none of Baton's business.
    #[error(transparent)]
    Callback(#[from] CallbackError),
    /// There are no tokens for the code.
    #[error(transparent)]
    Token(#[from] TokenError),
    /// The ID token proves nothing.
    #[error(transparent)]
    IdToken(#[from] IdTokenError),
    /// The UserInfo answer cannot be used.
    #[error(transparent)]
    UserInfo(#[from] UserInfoError),
    /// When the person authenticated is not what was asked for (A5).
    #[error(transparent)]
    Freshness(#[from] FreshnessError),
    /// The system has no random numbers.
    #[error("the system gives no random numbers")]
    Random,
}

/// Why it is not proven that the person authenticated in this very login (A5).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum FreshnessError {
    /// The provider does not say when.
    #[error("the provider does not say when the person authenticated: the claim `auth_time` is missing")]
    AuthTimeMissing,
    /// It was before this login.
    #[error("the person authenticated before this login and was not asked again")]
    AuthTimeOld,
    /// It will have been later than now: such a time would prove the same at every later login.
    #[error("the provider says that the person authenticated in the future")]
    AuthTimeFuture,
}

impl OpenIdError {
    /// A stable word for audit, tests and locale files.
    #[must_use]
    pub fn code(&self) -> String {
        match self {
            Self::Settings(_) => "settings".to_owned(),
            Self::Http { place, error } => format!("{}-{}", place.code(), error.code()),
            Self::Status { place, .. } => format!("{}-status", place.code()),
            Self::NotJson(place) => format!("{}-not-json", place.code()),
            Self::Metadata(error) => error.code().to_owned(),
            Self::Transaction(error) => error.code().to_owned(),
            Self::Callback(error) => error.code().to_owned(),
            Self::Token(error) => error.code().to_owned(),
            Self::IdToken(error) => error.code().to_owned(),
            Self::UserInfo(error) => error.code().to_owned(),
            Self::Freshness(error) => error.code().to_owned(),
            Self::Random => "random".to_owned(),
        }
    }

    /// Whether the same may well succeed a little later, with nothing changed.
    #[must_use]
    pub fn is_passing(&self) -> bool {
        match self {
            Self::Http { error, .. } => matches!(error, HttpError::Unreachable(_) | HttpError::Slow),
            Self::Status { status, .. } => *status == 429 || *status >= 500,
            Self::Callback(error) => *error == CallbackError::TemporarilyUnavailable,
            _ => false,
        }
    }
}

impl FreshnessError {
    /// A stable word for audit, tests and locale files.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::AuthTimeMissing => "auth-time-missing",
            Self::AuthTimeOld => "auth-time-old",
            Self::AuthTimeFuture => "auth-time-future",
        }
    }
}

impl Place {
    /// A stable word for audit, tests and locale files.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Metadata => "metadata",
            Self::Keys => "keys",
            Self::Token => "token",
            Self::UserInfo => "user-info",
        }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Metadata => "metadata",
            Self::Keys => "list of keys",
            Self::Token => "token endpoint",
            Self::UserInfo => "UserInfo endpoint",
        })
    }
}
