//! What keeps other sites out: unsafe requests must come from Baton's own pages, and answers say what they may load.

use axum::{
    extract::{MatchedPath, Request, State},
    http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header},
    middleware::Next,
    response::{IntoResponse, Response},
};
use base64::{Engine as _, engine::general_purpose::STANDARD_NO_PAD};

use super::{
    Web, answer,
    api::{self, Problem},
};
use crate::pages::clip::message::Message;

/// The nonce of one answer's Content-Security-Policy.
#[derive(Clone, Debug)]
pub struct Nonce(pub String);

/// Refuses every request that may change something and was not made by a page of this origin. A missing header is
/// refused: every browser that Baton supports sends one of the two.
pub async fn refuse_foreign_requests(State(web): State<Web>, request: Request, next: Next) -> Response {
    if is_safe(request.method()) || comes_from(&web.origin, request.headers()) {
        return next.run(request).await;
    }
    // The route and not the path, which may hold a secret (A20).
    let route = request.extensions().get::<MatchedPath>().map_or("none", MatchedPath::as_str);
    tracing::warn!(route, "a request from another site was refused");
    if request.uri().path().starts_with(api::PREFIX) {
        return Problem::ForeignOrigin.into_response();
    }
    let frame = answer::frame_of(&web, &request);
    answer::message_page(&frame, StatusCode::FORBIDDEN, Message::Expired)
}

fn is_safe(method: &Method) -> bool {
    matches!(*method, Method::GET | Method::HEAD | Method::OPTIONS)
}

fn comes_from(own: &str, headers: &HeaderMap) -> bool {
    let text = |name: HeaderName| headers.get(name).and_then(|value| value.to_str().ok());
    match (text(HeaderName::from_static("sec-fetch-site")), text(header::ORIGIN)) {
        // With both, both must say so: a name that was pointed at this address is "same-origin" to its own pages.
        (Some(site), Some(origin)) => site == "same-origin" && origin == own,
        (Some(site), None) => site == "same-origin",
        (None, origin) => origin == Some(own),
    }
}

/// Whether another site made the browser ask. An icon on the Home Screen, or an address typed in, has no site.
pub fn is_foreign(headers: &HeaderMap) -> bool {
    let site = headers.get("sec-fetch-site").and_then(|site| site.to_str().ok());
    matches!(site, Some("cross-site" | "same-site"))
}

/// Gives each answer a nonce, the Content-Security-Policy with it, and the other protective headers.
pub async fn protect_answers(State(web): State<Web>, mut request: Request, next: Next) -> Response {
    let mut bytes = [0_u8; 16];
    if getrandom::fill(&mut bytes).is_err() {
        return StatusCode::SERVICE_UNAVAILABLE.into_response();
    }
    let nonce = STANDARD_NO_PAD.encode(bytes);
    request.extensions_mut().insert(Nonce(nonce.clone()));
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    let policy = format!(
        "default-src 'none'; script-src 'self' 'nonce-{nonce}' 'wasm-unsafe-eval'; style-src 'self'; img-src 'self' data:; \
         font-src 'self'; connect-src 'self'; manifest-src 'self'; base-uri 'none'; object-src 'none'; \
         frame-ancestors 'none'; form-action 'self'"
    );
    let mut set = |name: HeaderName, value: &str| {
        if let Ok(value) = HeaderValue::from_str(value) {
            headers.entry(name).or_insert(value);
        }
    };
    set(header::CONTENT_SECURITY_POLICY, &policy);
    set(header::X_CONTENT_TYPE_OPTIONS, "nosniff");
    set(header::X_FRAME_OPTIONS, "DENY");
    set(header::REFERRER_POLICY, "same-origin");
    set(header::CACHE_CONTROL, "no-store");
    set(HeaderName::from_static("cross-origin-opener-policy"), "same-origin");
    set(HeaderName::from_static("permissions-policy"), "camera=(), geolocation=(), microphone=(), payment=()");
    if web.secure {
        set(header::STRICT_TRANSPORT_SECURITY, "max-age=31536000");
    }
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(pairs: &[(&'static str, &'static str)]) -> HeaderMap {
        pairs.iter().map(|(name, value)| (HeaderName::from_static(name), HeaderValue::from_static(value))).collect()
    }

    fn accepted(pairs: &[(&'static str, &'static str)]) -> bool {
        comes_from("https://baton.example", &headers(pairs))
    }

    #[test]
    fn a_form_of_this_origin_is_accepted() {
        assert!(accepted(&[("sec-fetch-site", "same-origin")]));
        assert!(accepted(&[("origin", "https://baton.example")]));
    }

    #[test]
    fn a_form_of_another_site_is_refused_whatever_its_origin_claims() {
        assert!(!accepted(&[("sec-fetch-site", "cross-site"), ("origin", "https://baton.example")]));
        assert!(!accepted(&[("sec-fetch-site", "same-site")]));
        assert!(!accepted(&[("sec-fetch-site", "same-origin"), ("origin", "https://rebound.example")]));
        assert!(!accepted(&[("origin", "https://evil.example")]));
        assert!(!accepted(&[("origin", "null")]));
    }

    #[test]
    fn a_missing_header_is_refused() {
        assert!(!accepted(&[]));
    }
}
