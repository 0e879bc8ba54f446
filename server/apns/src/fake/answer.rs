//! What the push service does with a push.

use std::sync::Arc;

use http::StatusCode;
use serde_json::{Value, json};
use tokio::sync::Notify;

/// What happens to one push.
#[derive(Clone, Debug)]
pub enum Answer {
    /// 200: it is taken, and delivered.
    Accept,
    /// 410: the token was found to be invalid at this time, in milliseconds since 1970.
    Unregistered(i64),
    /// 400 with this reason, such as `BadDeviceToken`.
    BadRequest(&'static str),
    /// 403 with this reason, such as `BadCertificate`.
    Forbidden(&'static str),
    /// 413: more than 4 kB.
    TooLarge,
    /// 429: too many for the same token; `Retry-After` in seconds.
    TooMany(Option<u32>),
    /// 500.
    InternalError,
    /// 503: the service is shutting down.
    Shutdown,
    /// It is delivered, and taken only once this is notified.
    AcceptAfter(Arc<Notify>),
    /// No answer at all.
    Silence,
    /// The connection breaks before anything was done.
    Cut,
    /// It is delivered, and the connection breaks before the answer.
    DeliverAndCut,
    /// The service leaves with GOAWAY, and has not looked at this push.
    GoAway,
}

/// What is sent back.
pub(super) struct Reply {
    pub status: StatusCode,
    pub retry_after: Option<u32>,
    pub body: Option<Value>,
}

impl Reply {
    pub(super) fn ok() -> Self {
        Self { status: StatusCode::OK, retry_after: None, body: None }
    }

    pub(super) fn refusal(status: StatusCode, reason: &str) -> Self {
        Self { status, retry_after: None, body: Some(json!({ "reason": reason })) }
    }
}

impl Answer {
    /// The reply, for answers that are no more than one.
    pub(super) fn reply(&self) -> Option<Reply> {
        Some(match self {
            Self::Unregistered(timestamp) => Reply {
                status: StatusCode::GONE,
                retry_after: None,
                body: Some(json!({ "reason": "Unregistered", "timestamp": timestamp })),
            },
            Self::BadRequest(reason) => Reply::refusal(StatusCode::BAD_REQUEST, reason),
            Self::Forbidden(reason) => Reply::refusal(StatusCode::FORBIDDEN, reason),
            Self::TooLarge => Reply::refusal(StatusCode::PAYLOAD_TOO_LARGE, "PayloadTooLarge"),
            Self::TooMany(retry_after) => {
                Reply { retry_after: *retry_after, ..Reply::refusal(StatusCode::TOO_MANY_REQUESTS, "TooManyRequests") }
            }
            Self::InternalError => Reply::refusal(StatusCode::INTERNAL_SERVER_ERROR, "InternalServerError"),
            Self::Shutdown => Reply::refusal(StatusCode::SERVICE_UNAVAILABLE, "Shutdown"),
            Self::Accept | Self::AcceptAfter(_) | Self::Silence | Self::Cut | Self::DeliverAndCut | Self::GoAway => {
                return None;
            }
        })
    }
}
