//! The page under which shared devices enrol, and the profile behind it.

use axum::{
    Router,
    extract::Path,
    http::{StatusCode, header},
    response::{IntoResponse, Response},
    routing::get,
};
use baton_core::enrollment::ProfileError;

use super::{
    Request, Web,
    answer::{PageError, page},
};
use crate::pages::{
    clip::message::Message,
    enroll::{EnrollView, enroll},
};

pub(super) fn routes() -> Router<Web> {
    Router::new().route("/enroll/device/{secret}", get(show)).route("/enroll/device/{secret}/profile", get(profile))
}

async fn show(request: Request, Path(secret): Path<String>) -> Result<Response, PageError> {
    let link = request.web.core.enrollment_link(&secret, request.now).await;
    let link = link.map_err(|error| refusal(&request, error))?;
    let view = EnrollView {
        organisation: request.web.core.config().organisation.clone(),
        label: link.label,
        profile: format!("/enroll/device/{secret}/profile"),
    };
    Ok(page(StatusCode::OK, enroll(&request.frame, &view)))
}

async fn profile(request: Request, Path(secret): Path<String>) -> Result<Response, PageError> {
    let profile = request.web.core.enrollment_profile(&secret, request.now).await;
    let profile = profile.map_err(|error| refusal(&request, error))?;
    let headers = [
        (header::CONTENT_TYPE, "application/x-apple-aspen-config"),
        (header::CONTENT_DISPOSITION, "attachment; filename=\"baton.mobileconfig\""),
    ];
    Ok((headers, profile).into_response())
}

fn refusal(request: &Request, error: ProfileError) -> PageError {
    match error {
        ProfileError::Unknown => request.message(StatusCode::NOT_FOUND, Message::NotFound).into(),
        ProfileError::Over => request.message(StatusCode::GONE, Message::LinkOver).into(),
        ProfileError::Core(error) => request.fail(&error),
    }
}
