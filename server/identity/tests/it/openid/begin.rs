//! The way to the provider.

use std::collections::HashMap;

use baton_identity::openid::{
    Field, Freshness, LoginTransaction, OpenIdError, ProviderMetadata, ProviderSettings, SettingsError, begin,
    fake::{FakeProvider, Shape},
};
use url::Url;

use super::scenario::{CALLBACK, NOW, block_on, new_cache};

fn with_metadata(test: impl FnOnce(&ProviderMetadata, &ProviderSettings)) {
    block_on(Box::pin(async {
        let provider = FakeProvider::start(Shape::Plain, NOW).await.unwrap();
        let settings = provider.settings();
        let known = new_cache().provider(&settings, NOW).await.unwrap();
        test(&known.metadata, &settings);
    }));
}

fn query(url: &Url) -> HashMap<String, String> {
    url.query_pairs().into_owned().collect()
}

#[test]
fn it_is_the_code_flow_with_state_nonce_and_pkce() {
    with_metadata(|metadata, settings| {
        let (url, _) = begin(metadata, settings, CALLBACK, Freshness::Session, NOW).unwrap();

        let query = query(&url);
        let expected = [
            ("response_type", "code"),
            ("response_mode", "query"),
            ("client_id", "baton"),
            ("redirect_uri", CALLBACK),
            ("scope", "openid profile email"),
            ("code_challenge_method", "S256"),
        ];
        for (name, value) in expected {
            assert_eq!(query[name], value);
        }
        assert!(["state", "nonce", "code_challenge"].iter().all(|name| query[*name].len() == 43), "{query:?}");
        assert!(!query.contains_key("prompt") && !query.contains_key("max_age"), "{query:?}");
    });
}

#[test]
fn a_fresh_login_asks_for_a_new_authentication_and_its_time() {
    with_metadata(|metadata, settings| {
        let (url, _) = begin(metadata, settings, CALLBACK, Freshness::Fresh, NOW).unwrap();

        let query = query(&url);
        assert_eq!((&*query["prompt"], &*query["max_age"]), ("login", "0"));
    });
}

#[test]
fn no_two_logins_share_a_secret() {
    with_metadata(|metadata, settings| {
        let begin = || query(&begin(metadata, settings, CALLBACK, Freshness::Session, NOW).unwrap().0);
        let (one, other) = (begin(), begin());
        for name in ["state", "nonce", "code_challenge"] {
            assert_ne!(one[name], other[name]);
        }
    });
}

#[test]
fn a_scope_is_asked_for_once() {
    with_metadata(|metadata, settings| {
        let scopes = ["openid", "email", "email"].map(str::to_owned).to_vec();
        let settings = ProviderSettings { scopes, ..settings.clone() };

        let (url, _) = begin(metadata, &settings, CALLBACK, Freshness::Session, NOW).unwrap();

        assert_eq!(query(&url)["scope"], "openid email");
    });
}

#[test]
fn debug_output_tells_no_secret() {
    with_metadata(|metadata, settings| {
        let (url, transaction) = begin(metadata, settings, CALLBACK, Freshness::Session, NOW).unwrap();
        let query = query(&url);

        let words = format!("{transaction:?} {settings:?}");

        let secrets = [&*query["state"], &query["nonce"], settings.client_secret.expose()];
        assert!(!secrets.iter().any(|secret| words.contains(secret)), "{words}");
    });
}

#[test]
fn a_transaction_survives_its_store() {
    with_metadata(|metadata, settings| {
        let (url, transaction) = begin(metadata, settings, CALLBACK, Freshness::Fresh, NOW).unwrap();

        let stored = serde_json::to_string(&transaction).unwrap();
        let found: LoginTransaction = serde_json::from_str(&stored).unwrap();

        assert!(stored.contains(&query(&url)["state"]));
        assert_eq!(serde_json::to_string(&found).unwrap(), stored);
        assert_eq!((found.started_at, found.freshness, &*found.provider), (NOW, Freshness::Fresh, "fake"));
    });
}

#[test]
fn people_come_back_to_an_address_with_tls_only() {
    with_metadata(|metadata, settings| {
        let result = begin(metadata, settings, "http://baton.example.test/back", Freshness::Session, NOW);

        let error = result.unwrap_err();
        assert!(matches!(error, OpenIdError::Settings(SettingsError { field: Field::RedirectUri, .. })), "{error:?}");
    });
}
