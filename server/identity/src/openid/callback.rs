//! The way back from the provider. Everything in it comes through a browser, so from anybody.

use thiserror::Error;
use url::form_urlencoded;

use super::{
    metadata::ProviderMetadata, secret::Secret, settings::ProviderSettings, tenant, transaction::LoginTransaction,
};

/// The longest query, in bytes.
pub const MAX_CALLBACK_BYTES: usize = 16 * 1024;

/// What the browser brought back, taken apart; nothing about it is proven.
#[derive(Clone, Debug, Default)]
pub struct CallbackQuery {
    state: Option<String>,
    code: Option<Secret>,
    issuer: Option<String>,
    error: Option<String>,
    description: Option<String>,
}

/// Why the way back leads nowhere.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum CallbackError {
    /// The query is longer than [`MAX_CALLBACK_BYTES`].
    #[error("the provider's answer is too long")]
    TooLong,
    /// A parameter is there twice, so nobody can say which counts (RFC 6749, 3.1).
    #[error("the provider's answer has `{0}` twice")]
    Repeated(&'static str),
    /// There is no `state`.
    #[error("the provider's answer has no `state`")]
    StateMissing,
    /// It belongs to another login, perhaps to somebody else's.
    #[error("the provider's answer belongs to another login")]
    StateMismatch,
    /// The provider promised to name itself in the answer, and the answer names nobody (RFC 9207).
    #[error("the provider's answer does not say from whom it is")]
    IssuerMissing,
    /// Another provider answered (RFC 9207).
    #[error("the answer is from another provider")]
    IssuerMismatch,
    /// There is neither a code nor an error.
    #[error("the provider's answer has no code")]
    CodeMissing,
    /// The person or the provider said no: `access_denied`.
    #[error("the login was refused or given up")]
    AccessDenied,
    /// The person is not signed in at the provider, and must be: `login_required`.
    #[error("the person is not signed in at the provider")]
    LoginRequired,
    /// The provider has to ask the person something first: `interaction_required`, `consent_required`,
    /// `account_selection_required`.
    #[error("the provider needs to ask the person something")]
    InteractionRequired,
    /// The provider asks to come again later: `temporarily_unavailable`.
    #[error("the provider is temporarily unavailable")]
    TemporarilyUnavailable,
    /// Any other error.
    #[error("the provider refuses the login: `{error}` {description}")]
    Refused {
        /// The provider's word, such as `invalid_request`.
        error: String,
        /// Its explanation, clipped and without control characters.
        description: String,
    },
}

impl CallbackError {
    /// A stable word for audit, tests and locale files.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::TooLong => "callback-too-long",
            Self::Repeated(_) => "callback-repeated",
            Self::StateMissing => "state-missing",
            Self::StateMismatch => "state-mismatch",
            Self::IssuerMissing => "callback-issuer-missing",
            Self::IssuerMismatch => "callback-issuer",
            Self::CodeMissing => "code-missing",
            Self::AccessDenied => "access-denied",
            Self::LoginRequired => "login-required",
            Self::InteractionRequired => "interaction-required",
            Self::TemporarilyUnavailable => "temporarily-unavailable",
            Self::Refused { .. } => "refused",
        }
    }
}

impl CallbackQuery {
    /// Takes the query of the callback's address apart, without its question mark. What Baton does not know is left out.
    ///
    /// # Errors
    /// [`CallbackError::TooLong`], [`CallbackError::Repeated`].
    pub fn parse(query: &str) -> Result<Self, CallbackError> {
        if query.len() > MAX_CALLBACK_BYTES {
            return Err(CallbackError::TooLong);
        }
        let mut found = Self::default();
        for (name, value) in form_urlencoded::parse(query.as_bytes()) {
            let value = value.into_owned();
            match &*name {
                "state" => once(&mut found.state, "state", value)?,
                "code" => once(&mut found.code, "code", Secret::new(value))?,
                "iss" => once(&mut found.issuer, "iss", value)?,
                "error" => once(&mut found.error, "error", value)?,
                "error_description" => once(&mut found.description, "error_description", value)?,
                _ => {}
            }
        }
        Ok(found)
    }

    /// The state, unproven: to find the login that this is said to belong to.
    #[must_use]
    pub fn state(&self) -> Option<&str> {
        self.state.as_deref()
    }

    /// The code, if this is the answer to that login.
    pub(super) fn check(
        &self,
        transaction: &LoginTransaction,
        metadata: &ProviderMetadata,
        settings: &ProviderSettings,
    ) -> Result<&Secret, CallbackError> {
        let state = self.state.as_deref().ok_or(CallbackError::StateMissing)?;
        if !transaction.state.is(state) {
            return Err(CallbackError::StateMismatch);
        }
        match &self.issuer {
            Some(issuer) if !tenant::is_expected(settings, issuer) => return Err(CallbackError::IssuerMismatch),
            None if metadata.authorization_response_iss_parameter_supported => {
                return Err(CallbackError::IssuerMissing);
            }
            _ => {}
        }
        if let Some(error) = &self.error {
            return Err(refusal(error, self.description.as_deref().unwrap_or_default()));
        }
        self.code.as_ref().filter(|code| !code.expose().is_empty()).ok_or(CallbackError::CodeMissing)
    }

    /// The issuer that the answer names.
    pub(super) fn issuer(&self) -> Option<&str> {
        self.issuer.as_deref()
    }
}

fn once<T>(place: &mut Option<T>, name: &'static str, value: T) -> Result<(), CallbackError> {
    if place.replace(value).is_some() { Err(CallbackError::Repeated(name)) } else { Ok(()) }
}

fn refusal(error: &str, description: &str) -> CallbackError {
    match error {
        "access_denied" => CallbackError::AccessDenied,
        "login_required" => CallbackError::LoginRequired,
        "interaction_required" | "consent_required" | "account_selection_required" => {
            CallbackError::InteractionRequired
        }
        "temporarily_unavailable" => CallbackError::TemporarilyUnavailable,
        other => CallbackError::Refused { error: clip(other, 64), description: clip(description, 300) },
    }
}

/// A text of the provider's for the log: short, in one line.
pub(crate) fn clip(text: &str, letters: usize) -> String {
    text.chars().map(|letter| if letter.is_control() { ' ' } else { letter }).take(letters).collect()
}
