//! What holds whatever strangers send.

use baton_identity::openid::{
    CallbackQuery, Freshness, LoginTransaction, OpenIdError, ProviderCache, ProviderSettings, begin,
    fake::{FakeProvider, Shape},
    finish,
};
use proptest::{
    prelude::{Strategy as _, any, prop},
    test_runner::{Config, TestRunner},
};

use super::scenario::{CALLBACK, NOW, block_on, new_cache, there_and_back};

/// Queries that come near to what providers send.
fn queries() -> impl proptest::strategy::Strategy<Value = String> {
    let name = prop::sample::select(vec!["state", "code", "iss", "error", "error_description", "session_state", ""]);
    let pairs = prop::collection::vec((name, ".{0,12}"), 0..6);
    pairs.prop_map(|pairs| {
        let pairs: Vec<String> = pairs.into_iter().map(|(name, value)| format!("{name}={value}")).collect();
        pairs.join("&")
    })
}

#[test]
fn no_made_up_query_signs_anybody_in() {
    block_on(Box::pin(async {
        let provider = FakeProvider::start(Shape::Plain, NOW).await.unwrap();
        let (cache, settings) = (new_cache(), provider.settings());
        let (transaction, _) = there_and_back(&provider, &cache, &settings, Freshness::Session, || {}).await.unwrap();
        let handle = tokio::runtime::Handle::current();

        tokio::task::block_in_place(|| {
            TestRunner::new(Config::with_cases(500))
                .run(&queries(), |query| {
                    let result = handle.block_on(attempt(&cache, &settings, &transaction, &query));
                    assert!(matches!(result, Err(OpenIdError::Callback(_))), "{result:?}");
                    Ok(())
                })
                .unwrap();
        });
    }));
}

async fn attempt(
    cache: &ProviderCache,
    settings: &ProviderSettings,
    transaction: &LoginTransaction,
    query: &str,
) -> Result<(), OpenIdError> {
    let callback = CallbackQuery::parse(query)?;
    finish(cache, settings, transaction, &callback, NOW).await.map(drop)
}

/// One login, and then many in which one letter of the same ID token is another, or the token ends early.
#[test]
fn no_altered_id_token_signs_anybody_in() {
    const LETTERS: &[u8] = b"ABab01-_.=\n ";
    block_on(Box::pin(async {
        let provider = FakeProvider::start(Shape::Plain, NOW).await.unwrap();
        let (cache, settings) = (new_cache(), provider.settings());
        let known = cache.provider(&settings, NOW).await.unwrap();
        let (url, transaction) = begin(&known.metadata, &settings, CALLBACK, Freshness::Session, NOW).unwrap();
        let come_back = || CallbackQuery::parse(provider.visit(&url).query().unwrap_or_default()).unwrap();
        let genuine = finish(&cache, &settings, &transaction, &come_back(), NOW).await.unwrap().id_token;
        let genuine = genuine.expose();
        let handle = tokio::runtime::Handle::current();

        tokio::task::block_in_place(|| {
            let alterations = (0..genuine.len(), prop::option::of(0..LETTERS.len()));
            TestRunner::new(Config::with_cases(300))
                .run(&alterations, |(place, letter)| {
                    let (before, after) = genuine.split_at(place);
                    let altered = match letter {
                        Some(letter) => format!("{before}{}{}", char::from(LETTERS[letter]), &after[1..]),
                        None => before.to_owned(),
                    };
                    if altered != genuine {
                        provider.give_id_token(&altered);
                        let result = handle.block_on(finish(&cache, &settings, &transaction, &come_back(), NOW));
                        assert!(matches!(result, Err(OpenIdError::IdToken(_))), "{result:?} for {altered}");
                    }
                    Ok(())
                })
                .unwrap();
        });
    }));
}

#[test]
fn queries_of_any_bytes_are_taken_apart() {
    TestRunner::new(Config::with_cases(2000))
        .run(&prop::collection::vec(any::<u8>(), 0..200), |bytes| {
            drop(CallbackQuery::parse(&String::from_utf8_lossy(&bytes)));
            Ok(())
        })
        .unwrap();
}

#[test]
fn a_query_that_is_too_long_is_refused() {
    assert_eq!(CallbackQuery::parse(&"x".repeat(16 * 1024 + 1)).unwrap_err().code(), "callback-too-long");
}

#[test]
fn a_login_is_finished_with_the_provider_it_began_with() {
    block_on(Box::pin(async {
        let provider = FakeProvider::start(Shape::Plain, NOW).await.unwrap();
        let (cache, settings) = (new_cache(), provider.settings());
        let (transaction, callback) =
            there_and_back(&provider, &cache, &settings, Freshness::Session, || {}).await.unwrap();
        let other = ProviderSettings { id: "other".to_owned(), ..settings };

        let error = finish(&cache, &other, &transaction, &callback, NOW).await.unwrap_err();

        assert_eq!(error.code(), "transaction-other-provider");
        assert_eq!(transaction.redirect_uri, CALLBACK);
    }));
}
