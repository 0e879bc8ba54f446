//! The least that every answer says to browsers, whoever makes it: files, phones' answers, a handler that panicked.
//!
//! Pages say more in headers of their own (`baton_app`), and what they say stays.

use axum::{
    Router,
    http::{HeaderName, HeaderValue, header},
};
use tower_http::set_header::SetResponseHeaderLayer;

/// What is no page loads nothing, is no frame, and is what it says.
const HEADERS: [(HeaderName, &str); 3] = [
    (
        header::CONTENT_SECURITY_POLICY,
        "default-src 'none'; base-uri 'none'; object-src 'none'; frame-ancestors 'none'; form-action 'none'",
    ),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::REFERRER_POLICY, "same-origin"),
];
/// A year, as on pages.
const TRANSPORT: (HeaderName, &str) = (header::STRICT_TRANSPORT_SECURITY, "max-age=31536000");

/// Adds to every answer what it lacks. `secure`: people reach Baton over https.
pub fn protect(router: Router, secure: bool) -> Router {
    let headers = HEADERS.into_iter().chain(secure.then_some(TRANSPORT));
    headers.fold(router, |router, (name, value)| {
        router.layer(SetResponseHeaderLayer::if_not_present(name, HeaderValue::from_static(value)))
    })
}
