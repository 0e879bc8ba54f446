//! ID tokens: claims and headers that the provider signed all the same, and tokens that somebody changed.

use baton_identity::openid::{
    SKEW_SECONDS, StableKey,
    fake::{CLIENT, TENANT},
};
use serde_json::{Map, Value};

use crate::login::{Login, NONCE, NOW, Parts};

/// Any claims, signed: who is signed in by them, the standard's rules say so too.
pub fn check_claims(login: &Login, bytes: &[u8]) {
    let token = login.token(Login::header().to_string().as_bytes(), bytes);
    let Ok(identity) = login.finish(&Parts { token: Some(&token), ..Parts::default() }) else { return };
    let claims: Map<String, Value> = serde_json::from_slice(bytes).expect("claims that count are JSON");
    let text = |name: &str| claims.get(name).and_then(Value::as_str).unwrap_or_default();
    let number = |name: &str| claims.get(name).and_then(Value::as_f64);
    assert_eq!(text("iss"), login.settings.issuer);
    assert_eq!(text("nonce"), NONCE);
    let audiences = match &claims["aud"] {
        Value::Array(several) => several.clone(),
        one => vec![one.clone()],
    };
    assert!(audiences.iter().any(|audience| audience == CLIENT));
    assert!(audiences.len() <= 1 || text("azp") == CLIENT);
    assert!(claims.get("azp").is_none_or(|party| party == CLIENT));
    assert!(number("exp").is_some_and(|end| end + SKEW_SECONDS as f64 > NOW as f64));
    assert!(number("iat").is_some_and(|start| start < (NOW + SKEW_SECONDS + 1) as f64));
    assert!(number("nbf").is_none_or(|start| start < (NOW + SKEW_SECONDS + 1) as f64));
    assert!(number("auth_time").is_some_and(|time| (time - NOW as f64).abs() < (60 + SKEW_SECONDS + 1) as f64));
    assert!(!text("sub").is_empty());
    match &identity.key {
        StableKey::Subject { issuer, subject } => {
            assert_eq!((&**issuer, &**subject), (&*login.settings.issuer, text("sub")));
        }
        StableKey::Object { tenant, object } => {
            assert_eq!((&**tenant, &**object), (TENANT, text("oid")));
            assert_eq!(text("tid"), TENANT);
        }
    }
}

/// Any header, signed: a token counts only as what it is.
pub fn check_header(login: &Login, bytes: &[u8]) {
    let token = login.token(bytes, login.claims.to_string().as_bytes());
    if login.finish(&Parts { token: Some(&token), ..Parts::default() }).is_err() {
        return;
    }
    assert!(bytes.trim_ascii_start().starts_with(b"{"), "a header that is no object counts");
    // In a member that Baton does not know, text may be none.
    let Ok(header) = serde_json::from_slice::<Map<String, Value>>(bytes) else { return };
    assert_eq!(header["alg"], "ES256");
    assert!(header.get("kid").is_none_or(|name| name.is_null() || name == "key-0"));
    assert!(header.get("crit").is_none_or(Value::is_null));
}

/// Changes to a token that is right, three bytes each: place, kind, byte. What is signed cannot be changed.
pub fn check_changes(login: &Login, bytes: &[u8]) {
    let right = login.right_token();
    let mut token = right.clone().into_bytes();
    for change in bytes.chunks_exact(3) {
        let at = usize::from(change[0]) * token.len() / 256;
        match change[1] % 4 {
            0 if !token.is_empty() => token[at] = change[2],
            1 => token.insert(at, change[2]),
            2 if !token.is_empty() => drop(token.remove(at)),
            _ => token.truncate(token.len() - usize::from(change[2]) % (token.len() + 1)),
        }
    }
    let token = String::from_utf8_lossy(&token).into_owned();
    if login.finish(&Parts { token: Some(&token), ..Parts::default() }).is_ok() {
        let signed = |token: &str| token.rsplit_once('.').map(|(message, _)| message.to_owned());
        assert_eq!(signed(&token), signed(&right));
    }
}
