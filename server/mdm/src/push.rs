//! A push to a device as data. Source: Apple's "Sending notification requests to APNs" and "Handling notification
//! responses from APNs".
//!
//! A push says nothing but "come and fetch"; what to do waits on the server.

use std::fmt;

use serde::Deserialize;
use time::OffsetDateTime;

/// Apple's push service for MDM, whose certificates are always for production.
pub const APNS_URL: &str = "https://api.push.apple.com";

/// One HTTP/2 POST to a push service.
#[derive(Clone, PartialEq, Eq)]
pub struct PushRequest {
    /// The path: `/3/device/` and the token in hexadecimal.
    pub path: String,
    /// Header names in lower case with their values.
    pub headers: Vec<(&'static str, String)>,
    /// The body, JSON.
    pub body: Vec<u8>,
}

impl PushRequest {
    /// A push that makes a device connect. `expires` is until when Apple keeps it for a device that is
    /// offline; None delivers now or never.
    #[must_use]
    pub fn new(topic: &str, token: &[u8], push_magic: &str, expires: Option<OffsetDateTime>) -> Self {
        let expiration = expires.map_or(0, OffsetDateTime::unix_timestamp);
        Self {
            path: format!("/3/device/{}", hex::encode(token)),
            headers: vec![
                ("apns-topic", topic.to_owned()),
                ("apns-push-type", "mdm".to_owned()),
                ("apns-priority", "10".to_owned()),
                ("apns-expiration", expiration.to_string()),
            ],
            body: serde_json::json!({ "mdm": push_magic }).to_string().into_bytes(),
        }
    }
}

impl fmt::Debug for PushRequest {
    /// Leaves the token and the push magic out: with both, anybody who has the certificate can push.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("PushRequest").field("headers", &self.headers).finish_non_exhaustive()
    }
}

/// What became of a push.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PushOutcome {
    /// Apple has taken it. Whether it arrives is not known.
    Accepted,
    /// The token is no longer valid (410): retire it, unless the device has sent it anew since; the device will send
    /// another if it still is ours.
    TokenGone {
        /// When Apple last found the token to be invalid; a token that came later may be valid.
        since: Option<OffsetDateTime>,
    },
    /// The token is not one of this service and topic (400). Apple asks not to send the same again.
    TokenRefused {
        /// Apple's reason, such as `BadDeviceToken`.
        reason: String,
    },
    /// Apple is busy or has a fault (429, 5xx); the same push may be sent later.
    Retry {
        /// Apple's reason, such as `TooManyRequests`, or the status alone.
        reason: String,
        /// After how many seconds at the earliest, where the answer says so.
        after: Option<u32>,
    },
    /// The certificate does not allow this push (403, or a topic that is not its own). An operator has to look.
    CertificateRefused {
        /// Apple's reason, such as `BadCertificate`.
        reason: String,
    },
    /// Sending the same push again cannot help, and neither the token nor the certificate is named as the cause.
    Refused {
        /// Apple's reason, such as `PayloadTooLarge`.
        reason: String,
    },
}

/// The largest answer looked at, in bytes. Apple's have about 50.
pub const MAX_ANSWER_BYTES: usize = 4096;
/// The longest pause that an answer can ask for, in seconds.
pub const LONGEST_PAUSE: u32 = 3600;

#[derive(Deserialize)]
struct ErrorBody {
    reason: String,
    /// Milliseconds since 1970; with 410 only.
    timestamp: Option<i64>,
}

impl PushOutcome {
    /// Reads an answer: its status, its `Retry-After`, its body.
    #[must_use]
    pub fn from_answer(status: u16, retry_after: Option<&str>, body: &[u8]) -> Self {
        let error = body
            .get(..MAX_ANSWER_BYTES.min(body.len()))
            .and_then(|body| serde_json::from_slice::<ErrorBody>(body).ok());
        let reason = match &error {
            Some(error) => crate::wire::shorten(&error.reason),
            None => format!("status {status}"),
        };
        match (status, reason.as_str()) {
            (200, _) => Self::Accepted,
            (410, _) => Self::TokenGone { since: error.and_then(|error| error.timestamp).and_then(from_milliseconds) },
            (400, "BadDeviceToken" | "DeviceTokenNotForTopic" | "MissingDeviceToken") => Self::TokenRefused { reason },
            (403, _) | (400, "BadTopic" | "MissingTopic" | "TopicDisallowed") => Self::CertificateRefused { reason },
            (429 | 500..=599, _) => Self::Retry { reason, after: retry_after.and_then(pause) },
            _ => Self::Refused { reason },
        }
    }
}

fn from_milliseconds(milliseconds: i64) -> Option<OffsetDateTime> {
    OffsetDateTime::from_unix_timestamp_nanos(i128::from(milliseconds) * 1_000_000).ok()
}

/// Seconds, as far as the answer gives a number of them (RFC 9110, 10.2.3); dates are not understood.
fn pause(retry_after: &str) -> Option<u32> {
    retry_after.trim().parse().ok().map(|seconds: u32| seconds.min(LONGEST_PAUSE))
}
