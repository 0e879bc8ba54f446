//! Devices: Apple's check-in and command channel. No cookie counts here; the message's signature says who speaks.

use axum::{
    Router,
    body::Bytes,
    extract::{DefaultBodyLimit, State},
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
    routing::put,
};
use baton_core::{Core, CoreError, channel::DeviceError};
use baton_mdm::{message::MAX_ANSWER_BYTES, signature};

use crate::clock;

/// `PUT /mdm/checkin` and `PUT /mdm/connect`.
pub fn routes(core: Core) -> Router {
    Router::new()
        .route("/mdm/checkin", put(check_in))
        .route("/mdm/connect", put(connect))
        .layer(DefaultBodyLimit::max(MAX_ANSWER_BYTES))
        .with_state(core)
}

async fn check_in(State(core): State<Core>, headers: HeaderMap, body: Bytes) -> Response {
    match core.check_in(signature_of(&headers), &body, clock::now()).await {
        Ok(_) => StatusCode::OK.into_response(),
        Err(error) => refusal(&error),
    }
}

async fn connect(State(core): State<Core>, headers: HeaderMap, body: Bytes) -> Response {
    match core.exchange(signature_of(&headers), &body, clock::now()).await {
        Ok(Some(command)) => ([(header::CONTENT_TYPE, "application/xml; charset=UTF-8")], command).into_response(),
        Ok(None) => StatusCode::OK.into_response(),
        Err(error) => refusal(&error),
    }
}

fn signature_of(headers: &HeaderMap) -> Option<&str> {
    headers.get(signature::HEADER).and_then(|value| value.to_str().ok())
}

/// Nothing here answers 401, which devices may take as an order to leave management.
fn refusal(error: &DeviceError) -> Response {
    let (status, text) = match error {
        DeviceError::Message(_) | DeviceError::Unsupported(_) => (StatusCode::BAD_REQUEST, error.to_string()),
        DeviceError::Unsigned
        | DeviceError::Signature(_)
        | DeviceError::Identity(_)
        | DeviceError::NotEnrolled
        | DeviceError::OtherDevice
        | DeviceError::LinkUsedUp => (StatusCode::FORBIDDEN, error.to_string()),
        DeviceError::Core(CoreError::Busy) => (StatusCode::SERVICE_UNAVAILABLE, "busy; try again".to_owned()),
        DeviceError::Core(error) => {
            let cause = std::error::Error::source(error).map(ToString::to_string);
            tracing::error!(%error, cause, "a device's message could not be taken");
            return (StatusCode::INTERNAL_SERVER_ERROR, "an internal error occurred\n").into_response();
        }
    };
    tracing::warn!(reason = text, "a device's message was refused");
    (status, format!("{text}\n")).into_response()
}
