//! Answers: pages with their status, and errors as pages.

use axum::{
    extract::{Request, State},
    http::{HeaderValue, StatusCode, header},
    response::{Html, IntoResponse, Response},
};
use baton_core::CoreError;
use time::OffsetDateTime;

use super::{Web, context, cookies::Cookie, safety::Nonce};
use crate::{
    document::Frame,
    locale::Locale,
    pages::clip::message::{Message, MessageView, message},
};

/// A page with its status.
pub fn page(status: StatusCode, html: String) -> Response {
    (status, Html(html)).into_response()
}

/// On to another page, after a form did what it was for.
pub fn see_other(path: &str) -> Response {
    match HeaderValue::from_str(path) {
        Ok(path) => (StatusCode::SEE_OTHER, [(header::LOCATION, path)]).into_response(),
        Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}

/// The same answer with another cookie.
pub fn with_cookie(mut response: Response, cookie: Option<HeaderValue>) -> Response {
    if let Some(cookie) = cookie {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    response
}

/// The same answer, which tells programs when to come back.
pub fn with_retry_after(mut response: Response, seconds: u64) -> Response {
    response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    response
}

/// The frame of a request outside of extractors.
pub fn frame_of(web: &Web, request: &Request) -> Frame {
    let nonce = request.extensions().get::<Nonce>().map(|nonce| nonce.0.clone()).unwrap_or_default();
    frame(web, request.headers().get(header::ACCEPT_LANGUAGE), nonce)
}

pub(super) fn frame(web: &Web, accept_language: Option<&HeaderValue>, nonce: String) -> Frame {
    let languages = accept_language.and_then(|value| value.to_str().ok()).unwrap_or("");
    Frame {
        locale: Locale::negotiate(languages),
        nonce,
        now: context::moment((web.now)()).unwrap_or(OffsetDateTime::UNIX_EPOCH),
        zone: web.zone,
    }
}

/// A page of one message.
pub fn message_page(frame: &Frame, status: StatusCode, what: Message) -> Response {
    page(status, message(frame, &MessageView { device_name: None, message: what, onward: None }))
}

/// No such page.
pub async fn not_found(State(web): State<Web>, request: Request) -> Response {
    message_page(&frame_of(&web, &request), StatusCode::NOT_FOUND, Message::NotFound)
}

/// An error that ends a request with a page of its own.
pub struct PageError {
    response: Box<Response>,
}

impl PageError {
    /// The page for an error of a service. Details go to the log under the number that the page shows.
    #[must_use]
    pub fn new(frame: &Frame, error: &CoreError) -> Self {
        let response = match error {
            CoreError::NotFound(_) => message_page(frame, StatusCode::NOT_FOUND, Message::NotFound),
            // Handlers of what needs a proof ask for it in their form.
            CoreError::Denied(_) | CoreError::Unconfirmed => {
                message_page(frame, StatusCode::FORBIDDEN, Message::Forbidden)
            }
            CoreError::Busy => message_page(frame, StatusCode::SERVICE_UNAVAILABLE, Message::Throttled { seconds: 5 }),
            CoreError::Stale => message_page(frame, StatusCode::CONFLICT, Message::Expired),
            CoreError::BuiltIn | CoreError::OwnDevice | CoreError::KeptBySource | CoreError::Invalid(_) => {
                message_page(frame, StatusCode::UNPROCESSABLE_ENTITY, Message::Expired)
            }
            CoreError::Store(_)
            | CoreError::Vault(_)
            | CoreError::Authority(_)
            | CoreError::CertificateRequest(_)
            | CoreError::Corrupt(_) => {
                let reference = logged(error);
                message_page(frame, StatusCode::INTERNAL_SERVER_ERROR, Message::Failure { reference })
            }
        };
        Self { response: Box::new(response) }
    }

    /// Whether Baton failed, rather than refused.
    #[must_use]
    pub fn is_failure(&self) -> bool {
        self.response.status().is_server_error()
    }
}

impl From<Response> for PageError {
    fn from(response: Response) -> Self {
        Self { response: Box::new(response) }
    }
}

impl IntoResponse for PageError {
    fn into_response(self) -> Response {
        *self.response
    }
}

/// Writes an error to the log and gives the number under which it is there.
pub(super) fn logged(error: &CoreError) -> String {
    let reference = reference();
    let cause = std::error::Error::source(error).map(ToString::to_string);
    tracing::error!(%error, cause, reference, "a request failed");
    reference
}

/// A number that page and log share.
fn reference() -> String {
    let mut bytes = [0_u8; 4];
    match getrandom::fill(&mut bytes) {
        Ok(()) => u32::from_be_bytes(bytes).to_string(),
        Err(_) => "0".to_owned(),
    }
}

/// The same answer with what the next page of the console says once.
pub fn with_flash(web: &Web, response: Response, flash: crate::shell::console::Flash) -> Response {
    let until = (web.now)().plus_seconds(60);
    with_cookie(response, Cookie::Flash.set(web, flash.code(), until))
}
