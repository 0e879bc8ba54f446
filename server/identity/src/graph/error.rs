//! Why a directory could not be read.

use thiserror::Error;

use crate::openid::{HttpError, Problem};

/// Why an answer of Microsoft Graph is missing. There is never a part of an answer instead: who is missing in one gets
/// disabled.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum GraphError {
    /// A setting cannot be used.
    #[error("the setting `{field}` cannot be used: {problem}")]
    Settings {
        /// Which.
        field: &'static str,
        /// Why.
        problem: Problem,
    },
    /// There was no answer, or it broke off.
    #[error("Microsoft Graph cannot be read: {0}")]
    Http(#[from] HttpError),
    /// The client id or secret is wrong or has expired.
    #[error("Entra does not accept the client secret: {0}")]
    ClientRefused(String),
    /// Graph does not accept the token, not even a new one.
    #[error("Microsoft Graph does not accept the token")]
    Unauthorized,
    /// The application lacks a permission, such as `User.Read.All`, or an administrator's consent to it.
    #[error("the application may not read this: {0}")]
    Forbidden(String),
    /// There is no such user or group.
    #[error("there is no such object in the directory")]
    NotFound,
    /// What changed since the delta link is not known any more: read everything again, without a link.
    #[error("the changes are not known any more, everything has to be read again")]
    ResyncNeeded,
    /// Graph is busy for longer than an import waits.
    #[error("Microsoft Graph is busy")]
    Busy {
        /// For how many seconds it wants to be left alone, if it says so.
        retry_after: Option<u64>,
    },
    /// Any other refusal.
    #[error("Microsoft Graph answered with status {status}: {code}")]
    Refused {
        /// The status.
        status: u16,
        /// Graph's word for it.
        code: String,
    },
    /// An answer is not what it should be, or lacks something.
    #[error("the answer of Microsoft Graph is malformed")]
    Malformed,
    /// The answer goes on at an address that is not Graph's; the token must not go there.
    #[error("the answer of Microsoft Graph goes on at a foreign address")]
    ForeignLink,
    /// The answer goes on for ever.
    #[error("the answer of Microsoft Graph has no end")]
    Endless,
    /// This is not the id of a user or group.
    #[error("`{0}` is not the id of an object")]
    NotAnId(String),
}

impl GraphError {
    /// A stable word for audit, tests and locale files.
    #[must_use]
    pub fn code(&self) -> String {
        match self {
            Self::Http(error) => return format!("graph-{}", error.code()),
            Self::Settings { .. } => "graph-settings",
            Self::ClientRefused(_) => "graph-client-refused",
            Self::Unauthorized => "graph-unauthorized",
            Self::Forbidden(_) => "graph-forbidden",
            Self::NotFound => "graph-not-found",
            Self::ResyncNeeded => "graph-resync-needed",
            Self::Busy { .. } => "graph-busy",
            Self::Refused { .. } => "graph-refused",
            Self::Malformed => "graph-malformed",
            Self::ForeignLink => "graph-foreign-link",
            Self::Endless => "graph-endless",
            Self::NotAnId(_) => "graph-not-an-id",
        }
        .to_owned()
    }
}
