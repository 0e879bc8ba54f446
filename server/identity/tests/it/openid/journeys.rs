//! Journeys with a real provider, in Entra's shape and as any other. Here the clock is the system's: the provider has no
//! other.

use std::{
    pin::Pin,
    time::{SystemTime, UNIX_EPOCH},
};

use baton_identity::openid::{
    CallbackError, Freshness, FreshnessError, OpenIdError, OpenIdIdentity, ProviderCache, ProviderSettings, Secret,
    StableKey, TokenError, begin, check_provider, fake::TENANT, finish, logout_url,
};
use baton_model::Timestamp;

use super::{
    real::{ALICE, BEN, Browser, HOME, RealProvider},
    scenario::{CALLBACK, block_on, new_cache},
};

#[expect(clippy::disallowed_methods, reason = "the real provider reads the system's clock")]
fn now() -> Timestamp {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    Timestamp(i64::try_from(since.as_micros()).unwrap())
}

/// A person at a browser, and Baton, with a provider between them.
struct Journey {
    settings: ProviderSettings,
    cache: ProviderCache,
    browser: Browser,
}

/// A test that lost its type, so that the compiler makes what is around it once and not for each test.
type Test = Box<dyn FnOnce(Journey) -> Pin<Box<dyn Future<Output = ()>>>>;

/// Runs a test with the provider in both shapes.
fn in_both_shapes<F: Future<Output = ()> + 'static>(test: impl Fn(Journey) -> F + Copy + 'static) {
    for shape in ["entra", "plain"] {
        with_provider(shape, false, test);
    }
}

fn with_provider<F: Future<Output = ()> + 'static>(
    shape: &str,
    skip_prompt_login: bool,
    test: impl FnOnce(Journey) -> F + 'static,
) {
    run(shape, skip_prompt_login, Box::new(|journey| Box::pin(test(journey))));
}

fn run(shape: &str, skip_prompt_login: bool, test: Test) {
    let Some(provider) = RealProvider::start(shape, skip_prompt_login) else { return };
    block_on(Box::pin(async move {
        let settings = if shape == "entra" { provider.entra() } else { provider.plain() };
        test(Journey { settings, cache: new_cache(), browser: Browser::new() }).await;
    }));
}

impl Journey {
    /// A login as this person, and how often the password was asked for.
    async fn sign_in(
        &self,
        freshness: Freshness,
        person: (&str, &str),
    ) -> (Result<OpenIdIdentity, OpenIdError>, usize) {
        let known = self.cache.provider(&self.settings, now()).await.unwrap();
        let (url, transaction) = begin(&known.metadata, &self.settings, CALLBACK, freshness, now()).unwrap();
        let arrival = self.browser.sign_in(&url, person).await;
        let result = finish(&self.cache, &self.settings, &transaction, &arrival.callback(), now()).await;
        (result, arrival.asked)
    }
}

#[test]
fn a_person_signs_in() {
    in_both_shapes(|journey| async move {
        let (identity, asked) = journey.sign_in(Freshness::Session, ALICE).await;

        let identity = identity.unwrap();
        assert_eq!(asked, 1);
        assert_eq!(identity.profile.user_name.as_deref(), Some("alice@example.test"));
        assert_eq!(identity.profile.display_name.as_deref(), Some("Alice Anders"));
        assert_eq!(identity.profile.mail.as_deref(), Some("alice@mail.example.test"));
    });
}

#[test]
fn at_entra_a_person_is_known_by_tenant_and_object() {
    with_provider("entra", false, |journey| async move {
        let identity = journey.sign_in(Freshness::Session, BEN).await.0.unwrap();

        let object = "aaaaaaaa-0000-0000-0000-000000000002".to_owned();
        assert_eq!(identity.key, StableKey::Object { tenant: TENANT.to_owned(), object });
        assert_eq!(identity.profile.upn.as_deref(), Some("ben@example.test"));
    });
}

#[test]
fn two_people_are_two() {
    in_both_shapes(|journey| async move {
        let alice = journey.sign_in(Freshness::Fresh, ALICE).await.0.unwrap();
        let ben = journey.sign_in(Freshness::Fresh, BEN).await.0.unwrap();
        let again = journey.sign_in(Freshness::Fresh, ALICE).await.0.unwrap();

        assert_ne!(alice.key, ben.key);
        assert_eq!(alice.key, again.key);
    });
}

#[test]
fn a_second_login_is_silent_where_the_session_will_do() {
    in_both_shapes(|journey| async move {
        journey.sign_in(Freshness::Session, ALICE).await.0.unwrap();

        let (identity, asked) = journey.sign_in(Freshness::Session, ALICE).await;

        assert_eq!((identity.is_ok(), asked), (true, 0), "{identity:?}");
    });
}

#[test]
fn a_fresh_login_asks_again_and_proves_it() {
    in_both_shapes(|journey| async move {
        journey.sign_in(Freshness::Session, ALICE).await.0.unwrap();
        let before = now();

        let (identity, asked) = journey.sign_in(Freshness::Fresh, ALICE).await;

        assert_eq!(asked, 1);
        let authenticated = identity.unwrap().auth_time.unwrap().unix_seconds();
        assert!(authenticated >= before.unix_seconds(), "{authenticated}");
    });
}

#[test]
fn a_provider_that_does_not_ask_again_signs_nobody_in() {
    with_provider("entra", true, |journey| async move {
        journey.sign_in(Freshness::Session, ALICE).await.0.unwrap();
        let known = journey.cache.provider(&journey.settings, now()).await.unwrap();
        // The person comes back a minute later by Baton's clock; the provider's session is that much older.
        let later = now().plus_seconds(60);
        let (url, transaction) = begin(&known.metadata, &journey.settings, CALLBACK, Freshness::Fresh, later).unwrap();

        let arrival = journey.browser.sign_in(&url, ALICE).await;
        let result = finish(&journey.cache, &journey.settings, &transaction, &arrival.callback(), later).await;

        assert_eq!(arrival.asked, 0);
        assert_eq!(result.unwrap_err(), OpenIdError::Freshness(FreshnessError::AuthTimeOld));
    });
}

#[test]
fn a_person_who_gives_up_is_not_signed_in() {
    in_both_shapes(|journey| async move {
        let known = journey.cache.provider(&journey.settings, now()).await.unwrap();
        let (url, transaction) =
            begin(&known.metadata, &journey.settings, CALLBACK, Freshness::Session, now()).unwrap();

        let arrival = journey.browser.give_up(&url).await;
        let result = finish(&journey.cache, &journey.settings, &transaction, &arrival.callback(), now()).await;

        assert_eq!(result.unwrap_err(), OpenIdError::Callback(CallbackError::AccessDenied));
    });
}

#[test]
fn after_a_logout_the_provider_asks_again() {
    in_both_shapes(|journey| async move {
        let identity = journey.sign_in(Freshness::Session, ALICE).await.0.unwrap();
        let known = journey.cache.provider(&journey.settings, now()).await.unwrap();
        let url = logout_url(&known.metadata, &journey.settings, Some(&identity.id_token), HOME, Some("done")).unwrap();

        let arrival = journey.browser.sign_out(&url).await;

        assert_eq!(arrival.url.as_str(), "https://baton.example.test/?state=done");
        assert_eq!(journey.sign_in(Freshness::Session, ALICE).await.1, 1);
    });
}

#[test]
fn a_code_is_good_once() {
    in_both_shapes(|journey| async move {
        let known = journey.cache.provider(&journey.settings, now()).await.unwrap();
        let (url, transaction) =
            begin(&known.metadata, &journey.settings, CALLBACK, Freshness::Session, now()).unwrap();
        let callback = journey.browser.sign_in(&url, ALICE).await.callback();
        let finish = || finish(&journey.cache, &journey.settings, &transaction, &callback, now());
        finish().await.unwrap();

        assert_eq!(finish().await.unwrap_err(), OpenIdError::Token(TokenError::CodeRefused));
    });
}

#[test]
fn another_login_cannot_use_the_code() {
    in_both_shapes(|journey| async move {
        let known = journey.cache.provider(&journey.settings, now()).await.unwrap();
        let begin = || begin(&known.metadata, &journey.settings, CALLBACK, Freshness::Session, now()).unwrap();
        let ((url, _), (_, other)) = (begin(), begin());

        let callback = journey.browser.sign_in(&url, ALICE).await.callback();
        let result = finish(&journey.cache, &journey.settings, &other, &callback, now()).await;

        assert_eq!(result.unwrap_err(), OpenIdError::Callback(CallbackError::StateMismatch));
    });
}

#[test]
fn a_wrong_client_secret_is_told_apart() {
    in_both_shapes(|mut journey| async move {
        journey.settings.client_secret = Secret::new("wrong");

        let error = journey.sign_in(Freshness::Session, ALICE).await.0.unwrap_err();

        assert!(matches!(error, OpenIdError::Token(TokenError::ClientRefused(_))), "{error:?}");
    });
}

#[test]
fn the_connection_test_finds_nothing_missing() {
    in_both_shapes(|journey| async move {
        let known = journey.cache.provider(&journey.settings, now()).await.unwrap();
        let (url, transaction) = begin(&known.metadata, &journey.settings, CALLBACK, Freshness::Fresh, now()).unwrap();
        let callback = journey.browser.sign_in(&url, ALICE).await.callback();

        let report = check_provider(&journey.cache, &journey.settings, &transaction, &callback, now()).await.unwrap();

        assert_eq!(report.missing(&journey.settings), Vec::<&str>::new());
        assert_eq!((report.freshness, report.offers_end_session), (Ok(()), true));
    });
}
