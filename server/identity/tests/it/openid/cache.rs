//! What is known of a provider, and when it is asked again.

use baton_identity::openid::{
    Http, HttpSettings, IdTokenError, OpenIdError, ProviderCache, ProviderSettings, Secret,
    fake::{FakeProvider, Fault, Shape},
};
use futures::future::join_all;

use super::scenario::{NOW, block_on, log_in, new_cache, new_http};

const MINUTE: i64 = 60;
const HOUR: i64 = 3600;

fn with_provider<F: Future<Output = ()>>(test: impl FnOnce(FakeProvider, ProviderCache) -> F) {
    block_on(Box::pin(async {
        let cache = new_cache();
        test(FakeProvider::start(Shape::Plain, NOW).await.unwrap(), cache).await;
    }));
}

#[test]
fn a_provider_is_asked_once_for_many_logins() {
    with_provider(|provider, cache| async move {
        let settings = provider.settings();

        let known = join_all((0..10).map(|_| cache.provider(&settings, NOW))).await;

        assert!(known.iter().all(Result::is_ok));
        assert_eq!((provider.metadata_asked(), provider.keys_asked()), (1, 1));
    });
}

#[test]
fn a_provider_is_asked_again_after_an_hour() {
    with_provider(|provider, cache| async move {
        let settings = provider.settings();
        for seconds in [0, HOUR - 1, HOUR, HOUR + 1] {
            cache.provider(&settings, NOW.plus_seconds(seconds)).await.unwrap();
        }
        assert_eq!(provider.metadata_asked(), 2);
    });
}

#[test]
fn a_provider_that_cannot_be_asked_is_believed_for_a_day() {
    with_provider(|provider, cache| async move {
        let settings = provider.settings();
        cache.provider(&settings, NOW).await.unwrap();
        provider.misbehave(Fault::MetadataHtml);

        cache.provider(&settings, NOW.plus_seconds(23 * HOUR)).await.unwrap();

        cache.provider(&settings, NOW.plus_seconds(24 * HOUR)).await.unwrap_err();
    });
}

#[test]
fn who_waited_for_a_provider_that_fails_shares_the_failure() {
    with_provider(|provider, cache| async move {
        let settings = provider.settings();
        provider.misbehave(Fault::MetadataHtml);

        let known = join_all((0..10).map(|_| cache.provider(&settings, NOW))).await;

        assert!(known.iter().all(Result::is_err));
        assert_eq!(provider.metadata_asked(), 1);
        provider.behave();
        cache.provider(&settings, NOW.plus_seconds(5)).await.unwrap();
    });
}

#[test]
fn a_provider_that_was_forgotten_is_asked_at_once() {
    with_provider(|provider, cache| async move {
        let settings = provider.settings();
        cache.provider(&settings, NOW).await.unwrap();

        cache.forget(&settings.id);

        cache.provider(&settings, NOW).await.unwrap();
        assert_eq!(provider.metadata_asked(), 2);
    });
}

#[test]
fn another_issuer_is_another_provider() {
    with_provider(|provider, cache| async move {
        let other = FakeProvider::start(Shape::Plain, NOW).await.unwrap();
        cache.provider(&provider.settings(), NOW).await.unwrap();

        let known = cache.provider(&other.settings(), NOW).await.unwrap();

        assert_eq!(known.metadata.issuer, other.issuer());
    });
}

#[test]
fn a_new_key_is_looked_for_at_most_once_a_minute() {
    with_provider(|provider, cache| async move {
        let settings = provider.settings();
        let unknown = OpenIdError::IdToken(IdTokenError::UnknownKey);
        provider.misbehave(Fault::UnpublishedKey);
        for (seconds, asked) in [(0, 2), (1, 2), (MINUTE - 1, 2), (MINUTE, 3), (MINUTE + 1, 3)] {
            let error = log_in(&provider, &cache, &settings, NOW.plus_seconds(seconds)).await.unwrap_err();
            assert_eq!((error, provider.keys_asked()), (unknown.clone(), asked), "after {seconds} s");
        }
    });
}

#[test]
fn after_the_keys_were_changed_everybody_signs_in() {
    with_provider(|provider, cache| async move {
        let settings = provider.settings();
        log_in(&provider, &cache, &settings, NOW).await.unwrap();
        provider.rotate_keys("RS256");

        let logins = join_all((0..5).map(|_| log_in(&provider, &cache, &settings, NOW))).await;

        assert!(logins.iter().all(Result::is_ok), "{logins:?}");
        assert_eq!(provider.keys_asked(), 2);
    });
}

#[test]
fn a_provider_that_is_not_there_is_an_error_without_its_address() {
    block_on(Box::pin(async {
        let settings = ProviderSettings::plain("id", "http://127.0.0.1:1", "baton", Secret::new("secret"));

        let error = new_cache().provider(&settings, NOW).await.unwrap_err();

        assert_eq!((&*error.code(), error.is_passing()), ("metadata-unreachable", true));
        assert!(!error.to_string().contains("127.0.0.1"), "{error}");
    }));
}

#[test]
fn certificates_that_are_none_are_an_error() {
    new_http();
    let settings = HttpSettings { authorities: Some(b"nothing".to_vec()), ..HttpSettings::default() };
    assert_eq!(Http::new(&settings).unwrap_err().code(), "set-up");
}
