//! A login on its way to the provider and back.

use baton_model::Timestamp;
use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::{
    secret::{Secret, exposed},
    settings::ProviderSettings,
};

/// How long a login may take, in seconds: people look for their phones.
pub const LOGIN_SECONDS: i64 = 15 * 60;

/// Whether the provider's session will do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Freshness {
    /// It will: who is signed in there need not sign in again.
    Session,
    /// The person must authenticate in this login, and the provider must prove it (A5).
    Fresh,
}

/// What has to be remembered until the browser comes back.
///
/// It belongs on the server, under a name that a cookie of that browser carries, and is good for one callback: take it out
/// of the store before [`finish`](super::finish()), whatever comes of that. Debug output leaves its secrets out.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct LoginTransaction {
    /// [`ProviderSettings::id`].
    pub provider: String,
    /// Where the provider sends the browser back to.
    pub redirect_uri: String,
    /// Whether the provider's session will do.
    pub freshness: Freshness,
    /// When it began.
    pub started_at: Timestamp,
    #[serde(with = "exposed")]
    pub(super) state: Secret,
    #[serde(with = "exposed")]
    pub(super) nonce: Secret,
    /// The secret of PKCE (RFC 7636).
    #[serde(with = "exposed")]
    pub(super) verifier: Secret,
}

/// Why a login cannot be finished here and now.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum TransactionError {
    /// It began with another provider.
    #[error("the login began with another provider")]
    OtherProvider,
    /// It began more than [`LOGIN_SECONDS`] ago.
    #[error("the login took too long")]
    Expired,
}

impl TransactionError {
    /// A stable word for audit, tests and locale files.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::OtherProvider => "transaction-other-provider",
            Self::Expired => "transaction-expired",
        }
    }
}

impl LoginTransaction {
    /// By what the provider's answer is told from others'. For the name under which this is stored.
    #[must_use]
    pub fn state(&self) -> &str {
        self.state.expose()
    }

    pub(super) fn check(&self, settings: &ProviderSettings, now: Timestamp) -> Result<(), TransactionError> {
        if self.provider != settings.id {
            return Err(TransactionError::OtherProvider);
        }
        if now.seconds_since(self.started_at) > LOGIN_SECONDS {
            return Err(TransactionError::Expired);
        }
        Ok(())
    }
}
