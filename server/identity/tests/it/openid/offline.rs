//! What holds of a provider's answers, whatever is in them; what fuzzing found stands here.

use baton_identity::openid::{
    CallbackQuery, OpenIdError, OpenIdIdentity, ProviderSettings, Secret,
    fake::{Answers, CLIENT, Signer, TENANT},
};
use baton_model::Timestamp;
use serde_json::{Value, json};

const NOW: i64 = 1_760_000_060;
const STATE: &str = "the-state";

fn entra() -> ProviderSettings {
    ProviderSettings::entra("provider", TENANT, CLIENT, Secret::new("s3cret"))
}

/// Claims that are right.
fn claims() -> Value {
    json!({
        "iss": entra().issuer, "sub": "alice", "aud": CLIENT, "exp": NOW + 3600, "iat": NOW, "nonce": "the-nonce",
        "auth_time": NOW, "tid": TENANT, "oid": "0b1ec700-0000-4000-8000-000000000001",
    })
}

fn login(header: &Value, claims: &Value) -> Result<OpenIdIdentity, OpenIdError> {
    login_at(&entra().issuer, header, claims)
}

/// A login with metadata of this issuer, in which the token has this header and these claims.
fn login_at(issuer: &str, header: &Value, claims: &Value) -> Result<OpenIdIdentity, OpenIdError> {
    let signer = Signer::new();
    let transaction = json!({
        "provider": "provider", "redirect_uri": "https://baton.example/auth/callback", "freshness": "fresh",
        "started_at": (NOW - 60) * Timestamp::SECOND, "state": STATE, "nonce": "the-nonce", "verifier": "the-verifier",
    });
    let transaction = serde_json::from_value(transaction).unwrap();
    let metadata = json!({
        "issuer": issuer,
        "authorization_endpoint": "https://login.example/authorize",
        "token_endpoint": "https://login.example/token",
        "jwks_uri": "https://login.example/keys",
    });
    let token = signer.token(header.to_string().as_bytes(), claims.to_string().as_bytes());
    Answers {
        metadata: metadata.to_string().as_bytes(),
        keys: signer.keys().as_bytes(),
        tokens: json!({ "id_token": token }).to_string().as_bytes(),
        user_info: b"",
    }
    .finish(
        &entra(),
        &transaction,
        &CallbackQuery::parse(&format!("state={STATE}&code=code-1")).unwrap(),
        Timestamp(NOW * Timestamp::SECOND),
    )
}

fn header() -> Value {
    json!({ "alg": "ES256", "kid": "key-0" })
}

#[test]
fn answers_that_are_right_sign_somebody_in() {
    assert_eq!(login(&header(), &claims()).unwrap().key.authority(), TENANT);
}

#[test]
fn a_header_that_is_a_list_is_none() {
    assert!(login(&json!(["ES256", "key-0", null]), &claims()).is_err());
}

#[test]
fn a_providers_words_in_an_error_are_one_line() {
    const WORDS: &str = "one\ntwo\u{1b}[31m";
    let with = |name: &str| {
        let mut claims = claims();
        claims[name] = json!(WORDS);
        claims
    };
    for refused in [
        login(&json!({ "alg": WORDS }), &claims()),
        login(&header(), &with("iss")),
        login(&header(), &with("tid")),
        login_at(WORDS, &header(), &claims()),
    ] {
        let words = refused.unwrap_err().to_string();
        assert!(words.contains("one two") && !words.contains(char::is_control), "{words:?}");
    }
}
