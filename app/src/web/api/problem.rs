//! Errors as problem documents (RFC 9457), with codes that never change their meaning.

use axum::{
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use baton_core::{CoreError, FieldProblem};
use serde_json::json;

use crate::web::answer::logged;

/// How many flaws of a text are told at once.
const FLAWS_TOLD: usize = 20;

/// Why a request was not answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Problem {
    /// Nobody is signed in, or the session has ended.
    NotSignedIn,
    /// The role does not allow it; audited.
    Forbidden,
    /// It was not sent by a page of this origin.
    ForeignOrigin,
    /// There is no such thing.
    NotFound,
    /// The path takes other methods.
    MethodNotAllowed,
    /// The body is not JSON, or says so of itself in another way.
    NotJson,
    /// The body is JSON and not what this path takes: what is wrong, and where.
    Invalid(String),
    /// The body is too large.
    TooLarge,
    /// It is built in, and has no other state.
    BuiltIn,
    /// Somebody else changed it meanwhile.
    Stale,
    /// Too much is going on; the same request may succeed in a moment.
    Busy,
    /// Baton failed; the log has the rest under this number.
    Failure(String),
}

impl Problem {
    /// Status, code and title.
    fn look(&self) -> (StatusCode, &'static str, &'static str) {
        match self {
            Self::NotSignedIn => (StatusCode::UNAUTHORIZED, "not-signed-in", "Nobody is signed in"),
            Self::Forbidden => (StatusCode::FORBIDDEN, "forbidden", "Your role does not allow this"),
            Self::ForeignOrigin => {
                (StatusCode::FORBIDDEN, "foreign-origin", "The request was not sent by a page of this server")
            }
            Self::NotFound => (StatusCode::NOT_FOUND, "not-found", "There is no such thing"),
            Self::MethodNotAllowed => {
                (StatusCode::METHOD_NOT_ALLOWED, "method-not-allowed", "This path takes other methods")
            }
            Self::NotJson => (StatusCode::UNSUPPORTED_MEDIA_TYPE, "not-json", "The body must be application/json"),
            Self::Invalid(_) => (StatusCode::UNPROCESSABLE_ENTITY, "invalid", "The body is not what this path takes"),
            Self::TooLarge => (StatusCode::PAYLOAD_TOO_LARGE, "too-large", "The body is too large"),
            Self::BuiltIn => (StatusCode::CONFLICT, "built-in", "It is built in and cannot be changed in this way"),
            Self::Stale => (StatusCode::CONFLICT, "stale", "Somebody else changed it meanwhile"),
            Self::Busy => (StatusCode::SERVICE_UNAVAILABLE, "busy", "Too busy at the moment; try again"),
            Self::Failure(_) => (StatusCode::INTERNAL_SERVER_ERROR, "failure", "The server failed"),
        }
    }

    /// Every code there is.
    #[must_use]
    pub fn codes() -> Vec<&'static str> {
        let text = String::new;
        let all = [
            Self::NotSignedIn,
            Self::Forbidden,
            Self::ForeignOrigin,
            Self::NotFound,
            Self::MethodNotAllowed,
            Self::NotJson,
            Self::Invalid(text()),
            Self::TooLarge,
            Self::BuiltIn,
            Self::Stale,
            Self::Busy,
            Self::Failure(text()),
        ];
        all.iter().map(|problem| problem.look().1).collect()
    }
}

impl From<CoreError> for Problem {
    fn from(error: CoreError) -> Self {
        match error {
            // Nothing that needs a proof can be asked for here yet (H4).
            CoreError::Denied(_) | CoreError::Unconfirmed => Self::Forbidden,
            CoreError::NotFound(_) => Self::NotFound,
            CoreError::Invalid(fields) => {
                let names: Vec<&str> = fields.iter().map(|error| error.field).collect();
                let flaws = fields.iter().filter_map(|error| match &error.problem {
                    FieldProblem::PolicyTest(flaws) => Some(flaws),
                    _ => None,
                });
                let flaws: String = flaws.flatten().take(FLAWS_TOLD).map(|flaw| format!("; {flaw}")).collect();
                Self::Invalid(format!("wrong fields: `{}`{flaws}", names.join("`, `")))
            }
            CoreError::Stale => Self::Stale,
            CoreError::BuiltIn => Self::BuiltIn,
            CoreError::OwnDevice => Self::Invalid("the device is somebody's own".to_owned()),
            CoreError::KeptBySource => Self::Invalid("the source that the user comes from keeps it".to_owned()),
            CoreError::Busy => Self::Busy,
            CoreError::Store(_)
            | CoreError::Vault(_)
            | CoreError::Authority(_)
            | CoreError::CertificateRequest(_)
            | CoreError::Corrupt(_) => Self::Failure(logged(&error)),
        }
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let (status, code, title) = self.look();
        let mut document = json!({ "type": "about:blank", "title": title, "status": status.as_u16(), "code": code });
        match &self {
            Self::Invalid(detail) => document["detail"] = json!(detail),
            Self::Failure(reference) => document["detail"] = json!(format!("number {reference} in the log")),
            _ => {}
        }
        let kind = HeaderValue::from_static("application/problem+json");
        (status, [(header::CONTENT_TYPE, kind)], document.to_string()).into_response()
    }
}
