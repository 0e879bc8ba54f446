//! What Apple refuses whatever the token. Source: Apple's "Handling notification responses from APNs".

use http::{HeaderMap, Method, StatusCode, request::Parts};
use serde_json::Value;

use super::{Received, answer::Reply};

/// The largest push, in bytes.
const LARGEST: usize = 4096;

/// The push, if it is well-formed and the certificate's topic is its own.
pub(super) fn received(
    parts: &Parts,
    body: &[u8],
    certificate_topic: &str,
    connection: usize,
) -> Result<Received, Reply> {
    let bad = |reason| Reply::refusal(StatusCode::BAD_REQUEST, reason);
    let text = |name: &str| text(&parts.headers, name);
    if parts.method != Method::POST {
        return Err(Reply::refusal(StatusCode::METHOD_NOT_ALLOWED, "MethodNotAllowed"));
    }
    let Some(token) = parts.uri.path().strip_prefix("/3/device/") else {
        return Err(Reply::refusal(StatusCode::NOT_FOUND, "BadPath"));
    };
    if token.is_empty() {
        return Err(bad("MissingDeviceToken"));
    }
    if hex::decode(token).is_err() {
        return Err(bad("BadDeviceToken"));
    }
    let topic = text("apns-topic").ok_or_else(|| bad("MissingTopic"))?;
    if topic != certificate_topic {
        return Err(bad("TopicDisallowed"));
    }
    if text("apns-push-type") != Some("mdm") {
        return Err(bad("InvalidPushType"));
    }
    if text("apns-priority") != Some("10") {
        return Err(bad("BadPriority"));
    }
    if text("apns-expiration").is_none_or(|expiration| expiration.parse::<i64>().is_err()) {
        return Err(bad("BadExpirationDate"));
    }
    if body.is_empty() {
        return Err(bad("PayloadEmpty"));
    }
    if body.len() > LARGEST {
        return Err(Reply::refusal(StatusCode::PAYLOAD_TOO_LARGE, "PayloadTooLarge"));
    }
    let magic = serde_json::from_slice::<Value>(body).ok();
    if magic.as_ref().and_then(|body| body.get("mdm")).and_then(Value::as_str).is_none() {
        return Err(bad("BadPayload"));
    }
    Ok(Received { token: token.to_owned(), topic: topic.to_owned(), body: body.to_vec(), connection })
}

fn text<'h>(headers: &'h HeaderMap, name: &str) -> Option<&'h str> {
    headers.get(name).and_then(|value| value.to_str().ok())
}
