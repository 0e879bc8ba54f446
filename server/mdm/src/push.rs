//! A push to a device as data. Source: Apple's "Sending notification requests to APNs".
//!
//! A push says nothing but "come and fetch"; what to do waits on the server.

use serde::Deserialize;
use time::OffsetDateTime;

/// Host of Apple's push service for MDM, whose certificates are always for production.
pub const APNS_HOST: &str = "api.push.apple.com";

/// One HTTP/2 POST to Apple's push service.
#[derive(Debug, Clone, PartialEq, Eq)]
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

/// What became of a push.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PushOutcome {
    /// Apple has taken it. Whether it arrives is not known.
    Accepted,
    /// The token is no longer valid (410): retire it; the device will send a new one if it still is ours.
    TokenGone,
    /// Apple is busy or has a fault; the same push may be sent later.
    Retry {
        /// Apple's reason, such as `TooManyRequests`, or the status alone.
        reason: String,
    },
    /// Sending the same push again cannot help: the certificate, the topic or the token is wrong. An
    /// operator has to look, and the token is kept, because the fault may be ours.
    Refused {
        /// Apple's reason, such as `BadDeviceToken`.
        reason: String,
    },
}

/// The largest answer looked at, in bytes. Apple's have about 50.
const MAX_ANSWER_BYTES: usize = 4096;

#[derive(Deserialize)]
struct ErrorBody {
    reason: String,
}

impl PushOutcome {
    /// Reads Apple's answer.
    #[must_use]
    pub fn from_answer(status: u16, body: &[u8]) -> Self {
        let reason = || {
            body.get(..MAX_ANSWER_BYTES.min(body.len()))
                .and_then(|body| serde_json::from_slice::<ErrorBody>(body).ok())
                .map_or_else(|| format!("status {status}"), |error| crate::wire::shorten(&error.reason))
        };
        match status {
            200 => Self::Accepted,
            410 => Self::TokenGone,
            429 | 500..=599 => Self::Retry { reason: reason() },
            _ => Self::Refused { reason: reason() },
        }
    }
}
