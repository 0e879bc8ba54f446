//! What Graph answers over HTTP.

use std::{collections::BTreeSet, sync::Arc};

use axum::{
    Router,
    body::Bytes,
    extract::State as Extract,
    http::{HeaderMap, Method, StatusCode, Uri, header},
    response::{IntoResponse as _, Response},
};
use serde_json::{Value, json};
use url::{Url, form_urlencoded};

use super::{CLIENT, CLIENT_SECRET, Fault, Received, Shared, State, TENANT};
use crate::openid::fake::routes::{cut, elsewhere, page};

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
    if method == Method::POST && uri.path() == format!("/{TENANT}/oauth2/v2.0/token") {
        return token(&shared, &body);
    }
    let header = |name| headers.get(name).and_then(|value: &header::HeaderValue| value.to_str().ok()).unwrap_or("");
    let token = header("authorization").trim_start_matches("Bearer ").to_owned();
    let fault = {
        let mut state = shared.state();
        let eventual = header("consistencylevel") == "eventual";
        state.received.push(Received { address: uri.to_string(), token: token.clone(), eventual });
        state.faults.pop_front().unwrap_or(Fault::None)
    };
    if fault == Fault::Slow {
        return std::future::pending().await;
    }
    if token != format!("token-{}", shared.state().tokens) {
        return failure(StatusCode::UNAUTHORIZED, "InvalidAuthenticationToken");
    }
    if let Some(refusal) = refusal(fault) {
        return refusal;
    }
    let Ok(url) = Url::parse(&format!("{}{uri}", shared.origin())) else {
        return StatusCode::BAD_REQUEST.into_response();
    };
    let Some(mut whole) = entries(&shared, &url) else {
        return failure(StatusCode::NOT_FOUND, "Request_ResourceNotFound");
    };
    spoil(&mut whole, fault, &shared.origin(), &url);
    let text = whole.to_string();
    match fault {
        Fault::Cut => cut(&text),
        Fault::Short => text[..text.len() / 2].to_owned().into_response(),
        _ => axum::Json(whole).into_response(),
    }
}

fn token(shared: &Shared, body: &[u8]) -> Response {
    let mut state = shared.state();
    let fault = state.token_faults.pop_front().unwrap_or(Fault::None);
    if let Some(refusal) = refusal(fault) {
        return refusal;
    }
    let form: Vec<(String, String)> = form_urlencoded::parse(body).into_owned().collect();
    let get = |name: &str| form.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str());
    let right = get("client_id") == Some(CLIENT) && get("client_secret") == Some(CLIENT_SECRET);
    if state.secret_expired || !right || get("grant_type") != Some("client_credentials") {
        let refusal = json!({ "error": "invalid_client", "error_description": "AADSTS7000222: it has expired." });
        return (StatusCode::UNAUTHORIZED, axum::Json(refusal)).into_response();
    }
    if get("scope") != Some(&format!("{}/.default", shared.origin())) {
        return (StatusCode::BAD_REQUEST, axum::Json(json!({ "error": "invalid_scope" }))).into_response();
    }
    state.tokens += 1;
    let token = format!("token-{}", state.tokens);
    let granted = json!({ "token_type": "Bearer", "expires_in": 3599, "access_token": token });
    axum::Json(granted).into_response()
}

fn refusal(fault: Fault) -> Option<Response> {
    let later = |status, seconds: Option<u64>| {
        let mut response = failure(status, "TooManyRequests");
        if let Some(seconds) = seconds {
            response.headers_mut().insert(header::RETRY_AFTER, seconds.into());
        }
        response
    };
    Some(match fault {
        Fault::TooMany(seconds) => later(StatusCode::TOO_MANY_REQUESTS, seconds),
        Fault::Unavailable(seconds) => later(StatusCode::SERVICE_UNAVAILABLE, seconds),
        Fault::Broken => failure(StatusCode::INTERNAL_SERVER_ERROR, "InternalServerError"),
        Fault::Unauthorized => failure(StatusCode::UNAUTHORIZED, "InvalidAuthenticationToken"),
        Fault::Forbidden => failure(StatusCode::FORBIDDEN, "Authorization_RequestDenied"),
        Fault::Gone => failure(StatusCode::GONE, "syncStateNotFound"),
        Fault::SyncStateNotFound => failure(StatusCode::BAD_REQUEST, "SyncStateNotFound"),
        Fault::Html => page(),
        Fault::Redirects => elsewhere("/elsewhere"),
        _ => return None,
    })
}

fn failure(status: StatusCode, code: &str) -> Response {
    (status, axum::Json(json!({ "error": { "code": code, "message": "It is so." } }))).into_response()
}

fn spoil(whole: &mut Value, fault: Fault, origin: &str, url: &Url) {
    const FOREIGN: &str = "http://localhost:1/v1.0/users?$skiptoken=2";
    match fault {
        Fault::NoList => whole["value"] = Value::Null,
        Fault::EntryWithoutId => whole["value"][0]["id"] = Value::Null,
        Fault::ForeignNextLink => whole["@odata.nextLink"] = json!(FOREIGN),
        Fault::NextLinkOutside => whole["@odata.nextLink"] = json!(format!("{origin}/elsewhere/users")),
        Fault::EndlessNextLink => whole["@odata.nextLink"] = json!(url.as_str()),
        Fault::NoDeltaLink => whole["@odata.deltaLink"] = Value::Null,
        Fault::ForeignDeltaLink => whole["@odata.deltaLink"] = json!(FOREIGN),
        _ => {}
    }
}

/// The page that is asked for.
fn entries(shared: &Shared, url: &Url) -> Option<Value> {
    let state = shared.state();
    let path: Vec<&str> = url.path().strip_prefix("/v1.0/")?.split('/').collect();
    let search = query(url, "$search");
    let (entries, delta) = match *path {
        [what @ ("users" | "groups"), "delta"] => {
            let since = query(url, "$deltatoken").and_then(|since| since.parse().ok());
            (changes(&state, what == "users", since), Some(state.log.len()))
        }
        ["users"] => (found(state.users.values(), search.as_deref()), None),
        ["groups"] => (found(state.groups.values(), search.as_deref()), None),
        ["groups", group, "transitiveMembers"] => (members(&state, group)?, None),
        ["users", user, "transitiveMemberOf"] => (containers(&state, user)?, None),
        _ => return None,
    };
    Some(paged(&state, url, &entries, delta))
}

fn paged(state: &State, url: &Url, entries: &[Value], delta: Option<usize>) -> Value {
    let start: usize = query(url, "$skiptoken").and_then(|start| start.parse().ok()).unwrap_or(0);
    let end = entries.len().min(start.saturating_add(state.page));
    let mut whole = json!({ "value": entries.get(start..end).unwrap_or_default() });
    let with = |name: &str, value: usize, keep: bool| {
        let mut link = url.clone();
        let kept: Vec<(String, String)> =
            url.query_pairs().into_owned().filter(|(key, _)| keep && key != "$skiptoken").collect();
        link.query_pairs_mut().clear().extend_pairs(kept).append_pair(name, &value.to_string());
        json!(link.as_str())
    };
    if end < entries.len() {
        whole["@odata.nextLink"] = with("$skiptoken", end, true);
    } else if let Some(delta) = delta {
        whole["@odata.deltaLink"] = with("$deltatoken", delta, false);
    }
    whole
}

/// What changed since then, or everything there is.
fn changes(state: &State, users: bool, since: Option<usize>) -> Vec<Value> {
    if let Some(since) = since {
        let since = state.log.get(since..).unwrap_or_default();
        return since.iter().filter(|(kind, _)| *kind == users).map(|(_, entry)| entry.clone()).collect();
    }
    if users {
        return state.users.values().cloned().collect();
    }
    let with_members = |group: &Value| {
        let mut group = group.clone();
        let members = state.members.get(group["id"].as_str().unwrap_or_default());
        let entries = members.into_iter().flatten().map(|id| json!({ "@odata.type": kind(state, id), "id": id }));
        group["members@delta"] = entries.collect();
        group
    };
    state.groups.values().map(with_members).collect()
}

/// Entries one of whose properties begins as the search wants.
fn found<'s>(entries: impl Iterator<Item = &'s Value>, search: Option<&str>) -> Vec<Value> {
    let fits = |entry: &&Value| {
        let Some(search) = search else { return true };
        search.split(" OR ").any(|term| {
            let Some((property, start)) = term.trim_matches('"').split_once(':') else { return false };
            let value = entry[property].as_str().unwrap_or_default().to_lowercase();
            value.starts_with(&start.to_lowercase())
        })
    };
    entries.filter(fits).cloned().collect()
}

fn members(state: &State, group: &str) -> Option<Vec<Value>> {
    let (mut open, mut seen) = (vec![group.to_owned()], BTreeSet::new());
    state.groups.get(group)?;
    while let Some(group) = open.pop() {
        for member in state.members.get(&group).into_iter().flatten() {
            if seen.insert(member.clone()) {
                open.push(member.clone());
            }
        }
    }
    Some(seen.iter().map(|id| json!({ "@odata.type": kind(state, id), "id": id })).collect())
}

fn containers(state: &State, user: &str) -> Option<Vec<Value>> {
    state.users.get(user)?;
    let has = |group: &&String| members(state, group).into_iter().flatten().any(|member| member["id"] == user);
    Some(state.groups.keys().filter(has).map(|id| json!({ "@odata.type": kind(state, id), "id": id })).collect())
}

fn kind(state: &State, id: &str) -> &'static str {
    if state.groups.contains_key(id) { "#microsoft.graph.group" } else { "#microsoft.graph.user" }
}

fn query(url: &Url, name: &str) -> Option<String> {
    url.query_pairs().find(|(key, _)| key == name).map(|(_, value)| value.into_owned())
}
