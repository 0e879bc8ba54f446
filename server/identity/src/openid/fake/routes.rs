//! What the provider answers over HTTP.

use std::{io, sync::Arc};

use axum::{
    Router,
    body::{Body, Bytes},
    extract::State as Extract,
    http::{HeaderMap, Method, StatusCode, Uri, header},
    response::{IntoResponse as _, Response},
};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use ring::digest::{SHA256, digest};
use serde_json::{Value, json};
use url::{Url, form_urlencoded};

use super::{
    CLIENT, CLIENT_SECRET, Fault, Shape, Shared, authorize,
    keys::{SigningKey, encode},
    tokens,
};

/// Longer than any answer that Baton takes.
const HUGE: usize = 1024 * 1024;

pub(super) fn router(shared: Arc<Shared>) -> Router {
    Router::new().fallback(answer).with_state(shared)
}

async fn answer(
    Extract(shared): Extract<Arc<Shared>>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let path = uri.path();
    match (method, path.rsplit('/').next().unwrap_or_default()) {
        (Method::GET, "openid-configuration") => metadata(&shared, path).await,
        (Method::GET, "keys") => keys(&shared),
        (Method::GET, "authorize") => browser(&shared, &uri),
        (Method::POST, "token") => token(&shared, &headers, &body).await,
        (Method::GET, "userinfo") => user_info(&shared, &headers),
        _ => StatusCode::NOT_FOUND.into_response(),
    }
}

async fn metadata(shared: &Shared, path: &str) -> Response {
    *shared.state().visits.entry("metadata").or_default() += 1;
    if shared.has(Fault::MetadataSlow) {
        return std::future::pending().await;
    }
    if shared.has(Fault::MetadataHtml) {
        return page();
    }
    if shared.has(Fault::MetadataHuge) {
        return huge();
    }
    if shared.has(Fault::MetadataRedirects) {
        return elsewhere(&shared.origin());
    }
    let tenant = path.split('/').nth(1).unwrap_or_default();
    let issuer = match (shared.shape, tenant) {
        (Shape::Entra, "organizations") => shared.issuer("{tenantid}"),
        (Shape::Entra, tenant) => shared.issuer(tenant),
        (Shape::Plain, _) => shared.origin(),
    };
    let at = |name: &str| format!("{}/{name}", shared.origin());
    let state = shared.state();
    let has = |fault| state.faults.contains(&fault);
    let mut document = json!({
        "issuer": if has(Fault::MetadataOtherIssuer) { "https://other.example.test" } else { &*issuer },
        "authorization_endpoint": at("authorize"),
        "token_endpoint": if has(Fault::MetadataWithoutTls) { "http://other.example.test/token".to_owned() } else { at("token") },
        "jwks_uri": at("keys"),
        "userinfo_endpoint": at("userinfo"),
        "response_types_supported": ["code"],
        "subject_types_supported": ["pairwise"],
        "id_token_signing_alg_values_supported": [state.key.algorithm],
        "token_endpoint_auth_methods_supported": state.authentication_methods,
        "authorization_response_iss_parameter_supported": state.iss_parameter,
    });
    if has(Fault::MetadataIncomplete) {
        document["token_endpoint"] = Value::Null;
    }
    if state.end_session {
        document["end_session_endpoint"] = json!(at("logout"));
    }
    axum::Json(document).into_response()
}

fn keys(shared: &Shared) -> Response {
    let mut state = shared.state();
    *state.visits.entry("keys").or_default() += 1;
    let has = |fault| state.faults.contains(&fault);
    if has(Fault::KeysUnavailable) {
        return StatusCode::SERVICE_UNAVAILABLE.into_response();
    }
    if has(Fault::KeysHtml) {
        return page();
    }
    if has(Fault::KeysHuge) {
        return huge();
    }
    if has(Fault::KeysNone) {
        return axum::Json(json!({ "keys": [{ "kty": "oct", "k": "AAAA" }, { "kty": "new" }, 7] })).into_response();
    }
    let mut keys: Vec<Value> = state.others.iter().chain([&state.key]).map(SigningKey::jwk).collect();
    if let Some(issuer) = &state.key_issuer {
        keys.iter_mut().for_each(|key| key["issuer"] = json!(issuer));
    }
    axum::Json(json!({ "keys": keys })).into_response()
}

fn browser(shared: &Shared, uri: &Uri) -> Response {
    let url = Url::parse(&format!("{}{uri}", shared.origin())).ok();
    match url.and_then(|url| authorize::authorize(shared, &url)) {
        Some(back) => elsewhere(back.as_str()),
        None => StatusCode::BAD_REQUEST.into_response(),
    }
}

async fn token(shared: &Shared, headers: &HeaderMap, body: &[u8]) -> Response {
    if shared.has(Fault::TokenSlow) {
        return std::future::pending().await;
    }
    if shared.has(Fault::TokenRedirects) {
        return elsewhere(&format!("{}/elsewhere/token", shared.origin()));
    }
    if shared.has(Fault::TokenHtml) {
        return page();
    }
    if shared.has(Fault::TokenHuge) {
        return huge();
    }
    if shared.has(Fault::TokenUnavailable) {
        return (StatusCode::SERVICE_UNAVAILABLE, "come again").into_response();
    }
    if shared.has(Fault::TokenRefused) {
        return refusal(StatusCode::BAD_REQUEST, "unsupported_grant_type");
    }
    let form: Vec<(String, String)> = form_urlencoded::parse(body).into_owned().collect();
    let get = |name: &str| form.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str());
    if shared.has(Fault::ClientRefused) || !is_client(shared, headers, get("client_id"), get("client_secret")) {
        return refusal(StatusCode::UNAUTHORIZED, "invalid_client");
    }
    // A code is good once, whatever comes of it.
    let issued = get("code").and_then(|code| shared.state().issued.remove(code));
    let Some(issued) = issued.filter(|_| !shared.has(Fault::CodeRefused)) else {
        return refusal(StatusCode::BAD_REQUEST, "invalid_grant");
    };
    let challenge = digest(&SHA256, get("code_verifier").unwrap_or_default().as_bytes());
    let fits = encode(challenge.as_ref()) == issued.challenge && get("redirect_uri") == Some(&*issued.redirect_uri);
    if !fits || get("grant_type") != Some("authorization_code") {
        return refusal(StatusCode::BAD_REQUEST, "invalid_grant");
    }
    let access_token = format!("access-to-{}", issued.challenge);
    let mut granted = json!({
        "token_type": "Bearer",
        "expires_in": 3600,
        "access_token": access_token,
        "id_token": tokens::id_token(shared, &issued, &access_token),
    });
    shared.state().access_tokens.insert(access_token);
    if shared.has(Fault::NoIdToken) {
        granted["id_token"] = Value::Null;
    }
    if shared.has(Fault::TokenCut) {
        return cut(&granted.to_string());
    }
    axum::Json(granted).into_response()
}

/// Whether the client proved itself, in a way that the provider accepts.
fn is_client(shared: &Shared, headers: &HeaderMap, id: Option<&str>, secret: Option<&str>) -> bool {
    // Without a word in the metadata it is the header (OpenID Connect Discovery 3).
    let methods = shared.state().authentication_methods.clone().unwrap_or_else(|| vec!["client_secret_basic"]);
    let header = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
    let Some(header) = header.and_then(|value| value.strip_prefix("Basic ")) else {
        return methods.contains(&"client_secret_post") && id == Some(CLIENT) && secret == Some(CLIENT_SECRET);
    };
    let encode = |text: &str| form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>();
    let expected = STANDARD.encode(format!("{}:{}", encode(CLIENT), encode(CLIENT_SECRET)));
    methods.contains(&"client_secret_basic") && header == expected && secret.is_none()
}

fn user_info(shared: &Shared, headers: &HeaderMap) -> Response {
    if shared.has(Fault::UserInfoUnavailable) {
        return StatusCode::SERVICE_UNAVAILABLE.into_response();
    }
    let state = shared.state();
    let header = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
    if !header.and_then(|value| value.strip_prefix("Bearer ")).is_some_and(|token| state.access_tokens.contains(token))
    {
        return StatusCode::UNAUTHORIZED.into_response();
    }
    let mut claims = state.person.claims.clone();
    let subject = if state.faults.contains(&Fault::UserInfoOther) { "somebody else" } else { &*state.person.subject };
    claims.insert("sub".to_owned(), json!(subject));
    axum::Json(claims).into_response()
}

fn refusal(status: StatusCode, error: &str) -> Response {
    (status, axum::Json(json!({ "error": error, "error_description": "It is so." }))).into_response()
}

pub(crate) fn page() -> Response {
    axum::response::Html("<!doctype html><title>Maintenance</title><p>We are back soon.").into_response()
}

pub(crate) fn huge() -> Response {
    ([(header::CONTENT_TYPE, "application/json")], format!("{{\"padding\":\"{}\"}}", "x".repeat(HUGE))).into_response()
}

pub(crate) fn elsewhere(address: &str) -> Response {
    (StatusCode::FOUND, [(header::LOCATION, address)]).into_response()
}

/// The first half of an answer; the connection breaks before the rest.
pub(crate) fn cut(whole: &str) -> Response {
    let half = whole.as_bytes()[..whole.len() / 2].to_vec();
    let body = futures::stream::iter([Ok(half), Err(io::Error::other("the connection breaks"))]);
    ([(header::CONTENT_TYPE, "application/json")], Body::from_stream(body)).into_response()
}
