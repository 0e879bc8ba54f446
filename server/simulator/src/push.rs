//! In place of Apple's push service: takes a push for a device token and wakes the phone.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use axum::{Json, Router};
use serde_json::{Value, json};

use crate::clock;
use crate::device::Device;
use crate::fleet::Devices;

pub(crate) fn router(devices: Devices) -> Router {
    Router::new().route("/3/device/{token}", post(push)).with_state(devices)
}

async fn push(
    State(devices): State<Devices>,
    Path(token): Path<String>,
    headers: HeaderMap,
    body: axum::body::Bytes,
) -> Response {
    match delivered_to(&devices, &token, &headers, &body) {
        Ok(device) => {
            device.pushed();
            StatusCode::OK.into_response()
        }
        Err(refusal) => refusal.into_response(),
    }
}

/// Apple's reasons, as far as they can arise here; and one of our own, because Apple cannot know the push magic.
enum Refusal {
    BadDeviceToken,
    MissingTopic,
    BadPayload,
    DeviceTokenNotForTopic,
    Unregistered,
    WrongPushMagic,
}

fn delivered_to(devices: &Devices, token: &str, headers: &HeaderMap, body: &[u8]) -> Result<Arc<Device>, Refusal> {
    let token = hex::decode(token).map_err(|_| Refusal::BadDeviceToken)?;
    let topic = headers.get("apns-topic").and_then(|topic| topic.to_str().ok()).ok_or(Refusal::MissingTopic)?;
    let payload: Value = serde_json::from_slice(body).map_err(|_| Refusal::BadPayload)?;
    let magic = payload.get("mdm").and_then(Value::as_str).ok_or(Refusal::BadPayload)?;
    let (device, enrolled_topic, enrolled_magic) = devices
        .snapshot()
        .into_iter()
        .find_map(|device| {
            let (topic, magic) = device.read(|state| {
                // Apple knows the token before the server does: a push may be there before the answer to TokenUpdate.
                let enrollment = state.enrollment.as_ref()?;
                (enrollment.push_token == token).then(|| (enrollment.topic.clone(), enrollment.push_magic.clone()))
            })?;
            Some((device, topic, magic))
        })
        .ok_or(Refusal::Unregistered)?;
    if enrolled_topic != topic {
        return Err(Refusal::DeviceTokenNotForTopic);
    }
    if enrolled_magic != magic {
        return Err(Refusal::WrongPushMagic);
    }
    Ok(device)
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let (status, reason) = match self {
            Self::BadDeviceToken => (StatusCode::BAD_REQUEST, "BadDeviceToken"),
            Self::MissingTopic => (StatusCode::BAD_REQUEST, "MissingTopic"),
            Self::BadPayload => (StatusCode::BAD_REQUEST, "BadPayload"),
            Self::DeviceTokenNotForTopic => (StatusCode::BAD_REQUEST, "DeviceTokenNotForTopic"),
            Self::WrongPushMagic => (StatusCode::BAD_REQUEST, "WrongPushMagic"),
            Self::Unregistered => {
                let milliseconds = clock::now().unix_timestamp().saturating_mul(1_000);
                let body = json!({"reason": "Unregistered", "timestamp": milliseconds});
                return (StatusCode::GONE, Json(body)).into_response();
            }
        };
        (status, Json(json!({"reason": reason}))).into_response()
    }
}
