//! A login in which everything is right, to put one wrong thing into.

use std::cell::OnceCell;

use baton_identity::openid::{
    CallbackQuery, ClaimNames, LoginTransaction, OpenIdError, OpenIdIdentity, ProviderSettings, Secret,
    fake::{Answers, CLIENT, Signer, TENANT},
};
use baton_model::Timestamp;
use serde_json::{Value, json};

use crate::words::check_words;

pub const STATE: &str = "the state of this login";
pub const NONCE: &str = "the nonce of this login";
pub const CODE: &str = "code-1";
pub const SUBJECT: &str = "alice";
pub const OBJECT: &str = "0b1ec700-0000-4000-8000-000000000001";
const STARTED: i64 = 1_760_000_000;
/// The clock when the browser comes back.
pub const NOW: i64 = STARTED + 60;

pub struct Login {
    pub settings: ProviderSettings,
    transaction: LoginTransaction,
    signer: Signer,
    metadata: Vec<u8>,
    keys: Vec<u8>,
    pub claims: Value,
    pub user_info: Vec<u8>,
}

impl Login {
    fn new(entra: bool) -> Self {
        let secret = Secret::new("s3cret");
        let mut settings = if entra {
            ProviderSettings::entra("provider", TENANT, CLIENT, secret)
        } else {
            ProviderSettings::plain("provider", "https://login.example", CLIENT, secret)
        };
        settings.claims = ClaimNames { groups: Some("groups".to_owned()), ..settings.claims };
        let transaction = json!({
            "provider": "provider",
            "redirect_uri": "https://baton.example/auth/callback",
            "freshness": "fresh",
            "started_at": STARTED * Timestamp::SECOND,
            "state": STATE,
            "nonce": NONCE,
            "verifier": "the verifier",
        });
        let transaction = serde_json::from_value(transaction).expect("a transaction as it is stored");
        let issuer = settings.issuer.clone();
        let metadata = json!({
            "issuer": issuer,
            "authorization_endpoint": "https://login.example/authorize",
            "token_endpoint": "https://login.example/token",
            "jwks_uri": "https://login.example/keys",
            "userinfo_endpoint": "https://login.example/userinfo",
        });
        let claims = json!({
            "iss": issuer, "sub": SUBJECT, "aud": CLIENT, "exp": NOW + 3600, "iat": NOW, "nonce": NONCE,
            "auth_time": NOW, "tid": TENANT, "oid": OBJECT, "preferred_username": "alice@example.com",
        });
        let signer = Signer::new();
        let user_info = json!({ "sub": SUBJECT, "name": "Alice", "email": "alice@example.com", "groups": ["a"] });
        Self {
            keys: signer.keys().into_bytes(),
            metadata: metadata.to_string().into_bytes(),
            user_info: user_info.to_string().into_bytes(),
            settings,
            transaction,
            signer,
            claims,
        }
    }

    pub fn header() -> Value {
        json!({ "alg": "ES256", "kid": "key-0" })
    }

    /// A signed token of these parts.
    pub fn token(&self, header: &[u8], claims: &[u8]) -> String {
        self.signer.token(header, claims)
    }

    /// The token that is right.
    pub fn right_token(&self) -> String {
        self.token(Self::header().to_string().as_bytes(), self.claims.to_string().as_bytes())
    }

    /// The query that is right.
    pub fn right_query() -> String {
        url::form_urlencoded::Serializer::new(String::new()).extend_pairs([("state", STATE), ("code", CODE)]).finish()
    }

    /// What comes of the login with these parts, where there are any, in place of those that are right.
    pub fn finish(&self, parts: &Parts<'_>) -> Result<OpenIdIdentity, OpenIdError> {
        let right_query = Self::right_query();
        let callback = CallbackQuery::parse(parts.query.unwrap_or(&right_query))?;
        let token = parts.token.map_or_else(|| self.right_token(), str::to_owned);
        let tokens = json!({ "id_token": token, "access_token": "access" }).to_string();
        let answers = Answers {
            metadata: parts.metadata.unwrap_or(&self.metadata),
            keys: parts.keys.unwrap_or(&self.keys),
            tokens: parts.tokens.unwrap_or(tokens.as_bytes()),
            user_info: parts.user_info.unwrap_or(&self.user_info),
        };
        let now = Timestamp(NOW * Timestamp::SECOND);
        let finished = answers.finish(&self.settings, &self.transaction, &callback, now);
        match &finished {
            Ok(identity) => check_identity(identity),
            Err(error) => check_words(&error.to_string()),
        }
        finished
    }
}

/// What is put into the login.
#[derive(Default)]
pub struct Parts<'a> {
    pub query: Option<&'a str>,
    pub token: Option<&'a str>,
    pub metadata: Option<&'a [u8]>,
    pub keys: Option<&'a [u8]>,
    pub tokens: Option<&'a [u8]>,
    pub user_info: Option<&'a [u8]>,
}

/// Who is signed in can be stored and shown.
fn check_identity(identity: &OpenIdIdentity) {
    let key = [identity.key.authority(), identity.key.subject()];
    assert!(key.iter().all(|part| !part.is_empty()), "{:?}", identity.key);
    let profile = &identity.profile;
    let shown = [&profile.user_name, &profile.display_name, &profile.mail, &profile.upn];
    for text in key.into_iter().chain(shown.into_iter().flatten().map(String::as_str)) {
        assert!(text.chars().count() <= 1024 && !text.chars().any(char::is_control), "{text:?}");
    }
}

thread_local! {
    static LOGINS: [OnceCell<Login>; 2] = const { [OnceCell::new(), OnceCell::new()] };
}

/// The login with a provider of this kind.
pub fn with(entra: bool, work: impl FnOnce(&Login)) {
    LOGINS.with(|logins| work(logins[usize::from(entra)].get_or_init(|| Login::new(entra))));
}
