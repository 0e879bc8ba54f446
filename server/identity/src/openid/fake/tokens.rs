//! The ID tokens, right and wrong.

use ring::digest::{SHA256, SHA384, SHA512, digest};
use serde_json::{Value, json};

use super::{
    CLIENT, CLIENT_SECRET, Fault, OTHER_TENANT, Shape, Shared, State,
    authorize::Issued,
    keys::{SigningKey, authenticated, encode, unsigned},
};

/// How long a token holds, in seconds.
const LIFETIME: i64 = 3600;

/// The ID token for a code, with this access token beside it.
pub(super) fn id_token(shared: &Shared, issued: &Issued, access_token: &str) -> String {
    let issuer = shared.issuer(&shared.state().person.tenant);
    let state = shared.state();
    if let Some(token) = &state.id_token {
        return token.clone();
    }
    let has = |fault| state.faults.contains(&fault);
    let claims = claims(&state, shared.shape, &issuer, issued, access_token);
    let token = sign(&state, &claims);
    if has(Fault::IdTokenGarbage) {
        return "not.a.token".to_owned();
    }
    if has(Fault::IdTokenEncrypted) {
        return format!("{token}.{}.{}", encode(b"more"), encode(b"parts"));
    }
    token
}

fn sign(state: &State, claims: &Value) -> String {
    let has = |fault| state.faults.contains(&fault);
    let key = &state.key;
    if has(Fault::AlgorithmNone) {
        return unsigned(claims);
    }
    if has(Fault::AlgorithmClientSecret) {
        return authenticated(&key.id, CLIENT_SECRET.as_bytes(), claims);
    }
    if has(Fault::AlgorithmPublicKey) {
        return authenticated(&key.id, key.jwk().to_string().as_bytes(), claims);
    }
    if has(Fault::IdTokenCritical) {
        let header = json!({ "alg": key.algorithm, "kid": key.id, "crit": ["b64"], "b64": false });
        return key.token_with(&header, claims);
    }
    if has(Fault::UnpublishedKey) {
        return SigningKey::new(key.algorithm, state.keys_made).token(claims);
    }
    if has(Fault::ForgedKey) {
        let header = json!({ "alg": key.algorithm, "kid": key.id });
        return SigningKey::new(key.algorithm, state.keys_made).token_with(&header, claims);
    }
    let token = key.token(claims);
    if has(Fault::OtherSignature) {
        let other = key.token(&json!({ "sub": "somebody else" }));
        let (message, _) = token.rsplit_once('.').unwrap_or_default();
        let (_, signature) = other.rsplit_once('.').unwrap_or_default();
        return format!("{message}.{signature}");
    }
    token
}

fn claims(state: &State, shape: Shape, issuer: &str, issued: &Issued, access_token: &str) -> Value {
    let now = state.now.unix_seconds();
    let mut claims = json!({
        "iss": issuer,
        "sub": state.person.subject,
        "aud": CLIENT,
        "exp": now + LIFETIME,
        "iat": now,
        "nbf": now,
        "nonce": issued.nonce,
        "auth_time": issued.auth_time.unix_seconds(),
        "at_hash": access_token_hash(state.key.algorithm, access_token),
    });
    if shape == Shape::Entra {
        claims["tid"] = json!(state.person.tenant);
        claims["oid"] = json!(state.person.object);
        claims["ver"] = json!("2.0");
    }
    if !state.reticent {
        for (name, value) in &state.person.claims {
            claims[name] = value.clone();
        }
    }
    for fault in &state.faults {
        spoil(&mut claims, *fault, now);
    }
    claims
}

fn spoil(claims: &mut Value, fault: Fault, now: i64) {
    let (name, value) = match fault {
        Fault::OtherIssuer => ("iss", json!("https://other.example.test")),
        Fault::OtherAudience => ("aud", json!("another client")),
        Fault::TwoAudiences => ("aud", json!([CLIENT, "another client"])),
        Fault::TwoAudiencesWithParty => {
            claims["azp"] = json!(CLIENT);
            ("aud", json!([CLIENT, "another client"]))
        }
        Fault::OtherParty => ("azp", json!("another client")),
        Fault::OtherNonce => ("nonce", json!("that of another login")),
        Fault::NoNonce => ("nonce", Value::Null),
        Fault::ExpiredFor(seconds) => ("exp", json!(now - seconds)),
        Fault::NoExpiry => ("exp", Value::Null),
        Fault::ValidIn(seconds) => ("nbf", json!(now + seconds)),
        Fault::IssuedIn(seconds) => ("iat", json!(now + seconds)),
        Fault::OtherAccessTokenHash => ("at_hash", json!("AAAAAAAAAAAAAAAAAAAAAA")),
        Fault::OtherTenant => ("tid", json!(OTHER_TENANT)),
        Fault::NoTenant => ("tid", Value::Null),
        Fault::NoObject => ("oid", Value::Null),
        Fault::NoSubject => ("sub", Value::Null),
        Fault::NoAuthTime => ("auth_time", Value::Null),
        Fault::AuthTimeText => ("auth_time", json!(now.to_string())),
        Fault::AuthTimeAgo(seconds) => ("auth_time", json!(now - seconds)),
        Fault::AuthTimeIn(seconds) => ("auth_time", json!(now + seconds)),
        Fault::IdTokenHuge => ("padding", json!("x".repeat(70_000))),
        _ => return,
    };
    match claims.as_object_mut() {
        Some(claims) if value.is_null() => drop(claims.remove(name)),
        _ => claims[name] = value,
    }
}

fn access_token_hash(algorithm: &str, access_token: &str) -> String {
    let hash = match &algorithm[2..] {
        "384" => &SHA384,
        "512" => &SHA512,
        _ => &SHA256,
    };
    let hash = digest(hash, access_token.as_bytes());
    encode(&hash.as_ref()[..hash.as_ref().len() / 2])
}
