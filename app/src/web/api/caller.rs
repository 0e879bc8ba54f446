//! Who asks, and what they send.

use axum::{
    body::Bytes,
    extract::{FromRequest, FromRequestParts, Path, Request as HttpRequest},
    http::{StatusCode, header, request::Parts},
    response::{IntoResponse, Response},
};
use baton_core::{Actor, Core, CoreError};
use baton_model::Timestamp;
use serde::{Serialize, de::DeserializeOwned};

use super::Problem;
use crate::web::{Web, cookies::Cookie};

/// Somebody with a session of the portal.
pub(super) struct Caller {
    pub(super) core: Core,
    pub(super) actor: Actor,
    pub(super) now: Timestamp,
}

impl FromRequestParts<Web> for Caller {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, web: &Web) -> Result<Self, Problem> {
        let now = (web.now)();
        let secret = Cookie::Portal.read(web, &parts.headers).ok_or(Problem::NotSignedIn)?;
        let person = web.core.portal_session(&secret, now).await?.ok_or(Problem::NotSignedIn)?;
        Ok(Self { core: web.core.clone(), actor: person.actor(), now })
    }
}

/// What the path names. A path that names nothing leads nowhere.
pub(super) struct Named<T>(pub(super) T);

impl<T: DeserializeOwned + Send> FromRequestParts<Web> for Named<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, web: &Web) -> Result<Self, Problem> {
        let found = Path::from_request_parts(parts, web).await;
        found.map(|Path(named)| Self(named)).map_err(|_| Problem::NotFound)
    }
}

/// A body of JSON.
pub(super) struct Sent<T>(pub(super) T);

impl<T: DeserializeOwned> FromRequest<Web> for Sent<T> {
    type Rejection = Problem;

    async fn from_request(request: HttpRequest, web: &Web) -> Result<Self, Problem> {
        let kind = request.headers().get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
        let kind = kind.split(';').next().unwrap_or_default().trim();
        if !kind.eq_ignore_ascii_case("application/json") {
            return Err(Problem::NotJson);
        }
        let body = Bytes::from_request(request, web).await.map_err(|rejection| {
            if rejection.status() == StatusCode::PAYLOAD_TOO_LARGE { Problem::TooLarge } else { Problem::NotJson }
        })?;
        serde_json::from_slice(&body).map(Self).map_err(|error| Problem::Invalid(error.to_string()))
    }
}

/// An answer of JSON.
pub(super) fn json(answer: &impl Serialize) -> Response {
    match serde_json::to_vec(answer) {
        Ok(body) => sent(body),
        Err(error) => {
            Problem::from(CoreError::Corrupt(format!("an answer cannot be written: {error}"))).into_response()
        }
    }
}

/// JSON that is written already.
pub(super) fn sent(body: Vec<u8>) -> Response {
    ([(header::CONTENT_TYPE, "application/json")], body).into_response()
}
