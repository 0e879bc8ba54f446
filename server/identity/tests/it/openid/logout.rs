//! Ending the provider's session (A6).

use std::collections::HashMap;

use baton_identity::openid::{
    Secret, discover,
    fake::{FakeProvider, Shape},
    logout_url,
};

use super::scenario::{NOW, block_on, new_http};

const HOME: &str = "https://baton.example.test/";

/// The query of the logout's address, if there is one.
fn query(hint: Option<&str>, prepare: impl FnOnce(&FakeProvider)) -> Option<HashMap<String, String>> {
    block_on(Box::pin(async {
        let provider = FakeProvider::start(Shape::Plain, NOW).await.unwrap();
        prepare(&provider);
        let settings = provider.settings();
        let known = discover(&new_http(), &settings).await.unwrap();
        let hint = hint.map(Secret::new);
        let url = logout_url(&known.metadata, &settings, hint.as_ref(), HOME, Some("st&te"))?;
        Some(url.query_pairs().into_owned().collect())
    }))
}

#[test]
fn the_browser_goes_there_with_the_id_token_and_comes_back() {
    let query = query(Some("id.to.ken"), |_| {}).unwrap();

    let expected = [
        ("id_token_hint", "id.to.ken"),
        ("post_logout_redirect_uri", HOME),
        ("client_id", "baton"),
        ("state", "st&te"),
    ];
    assert_eq!(query, expected.map(|(name, value)| (name.to_owned(), value.to_owned())).into());
}

#[test]
fn an_id_token_too_long_for_an_address_is_left_out() {
    let query = query(Some(&"x".repeat(6001)), |_| {}).unwrap();

    assert!(!query.contains_key("id_token_hint"));
    assert_eq!(query["client_id"], "baton");
}

#[test]
fn a_provider_may_not_offer_it() {
    assert_eq!(query(Some("id.to.ken"), FakeProvider::offer_no_logout), None);
}
