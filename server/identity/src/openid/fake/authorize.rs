//! The way of a browser through the provider, which asks nobody for anything.

use std::collections::HashMap;

use baton_model::Timestamp;
use url::Url;

use super::{CLIENT, Fault, Shape, Shared};

/// What a code stands for.
pub(super) struct Issued {
    pub redirect_uri: String,
    pub challenge: String,
    pub nonce: Option<String>,
    pub auth_time: Timestamp,
}

/// Where the browser is sent back to; nothing where a real provider would show a page.
pub(super) fn authorize(shared: &Shared, url: &Url) -> Option<Url> {
    let query: HashMap<String, String> = url.query_pairs().into_owned().collect();
    let get = |name: &str| query.get(name).map(String::as_str);
    let asked_well = get("response_type") == Some("code")
        && get("response_mode") == Some("query")
        && get("client_id") == Some(CLIENT)
        && get("code_challenge_method") == Some("S256")
        && get("scope")?.split(' ').any(|scope| scope == "openid");
    if !asked_well {
        return None;
    }
    let mut back = Url::parse(get("redirect_uri")?).ok()?;
    answer_state(shared, &mut back, get("state")?);
    name_itself(shared, &mut back);
    let mut state = shared.state();
    let error = state.faults.iter().find_map(|fault| match fault {
        Fault::Error(error) => Some(*error),
        _ => None,
    });
    let anew = get("prompt") == Some("login") || get("max_age") == Some("0");
    let error = error.or((get("prompt") == Some("none") && state.session.is_none()).then_some("login_required"));
    if let Some(error) = error {
        back.query_pairs_mut().append_pair("error", error).append_pair("error_description", "It\nis so.");
        return Some(back);
    }
    let now = state.now;
    let auth_time = if anew { now } else { state.session.unwrap_or(now) };
    state.session = Some(auth_time);
    let number = state.visits.entry("authorize").or_default();
    *number += 1;
    let code = format!("code-{number}");
    let issued = Issued {
        redirect_uri: get("redirect_uri")?.to_owned(),
        challenge: get("code_challenge")?.to_owned(),
        nonce: get("nonce").map(str::to_owned),
        auth_time,
    };
    if !state.faults.contains(&Fault::NoCode) {
        back.query_pairs_mut().append_pair("code", &code);
    }
    state.issued.insert(code, issued);
    Some(back)
}

fn answer_state(shared: &Shared, back: &mut Url, state: &str) {
    let mut query = back.query_pairs_mut();
    if shared.has(Fault::OtherState) {
        query.append_pair("state", &state.chars().rev().collect::<String>());
    } else if !shared.has(Fault::NoState) {
        query.append_pair("state", state);
    }
    if shared.has(Fault::TwoStates) {
        query.append_pair("state", state);
    }
}

fn name_itself(shared: &Shared, back: &mut Url) {
    let issuer = match shared.shape {
        Shape::Entra => shared.issuer(&shared.state().person.tenant),
        Shape::Plain => shared.origin(),
    };
    let promised = shared.state().iss_parameter;
    if shared.has(Fault::OtherCallbackIssuer) {
        back.query_pairs_mut().append_pair("iss", "https://other.example.test");
    } else if promised && !shared.has(Fault::NoCallbackIssuer) {
        back.query_pairs_mut().append_pair("iss", &issuer);
    }
}
