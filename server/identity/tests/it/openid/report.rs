//! The console's connection test (A5).

use baton_identity::openid::{
    ClaimNames, ConnectionReport, Freshness, FreshnessError, OpenIdError, ProviderSettings, check_provider,
    fake::{FakeProvider, Fault, Person, Shape},
};

use super::scenario::{NOW, block_on, new_cache, there_and_back};

fn report(prepare: impl FnOnce(&FakeProvider)) -> Result<(ConnectionReport, ProviderSettings), OpenIdError> {
    block_on(Box::pin(async {
        let provider = FakeProvider::start(Shape::Entra, NOW).await.unwrap();
        prepare(&provider);
        let settings = provider.settings();
        let claims = ClaimNames { groups: Some("groups".to_owned()), ..settings.claims };
        let settings = ProviderSettings { claims, ..settings };
        let cache = new_cache();
        let (transaction, callback) = there_and_back(&provider, &cache, &settings, Freshness::Fresh, || {}).await?;
        Ok((check_provider(&cache, &settings, &transaction, &callback, NOW).await?, settings))
    }))
}

#[test]
fn a_provider_that_says_everything_lacks_nothing() {
    let alice = Person::alice().with("groups", serde_json::json!(["staff"]));
    let (report, settings) = report(|provider| provider.person(alice)).unwrap();

    assert_eq!(report.missing(&settings), Vec::<&str>::new());
    assert_eq!((report.freshness, report.auth_time, report.offers_end_session), (Ok(()), Some(NOW), true));
}

#[test]
fn each_missing_claim_is_named() {
    let (report, settings) = report(|provider| {
        provider.person(Person::alice().without("upn").without("email"));
        provider.misbehave(Fault::NoAuthTime);
    })
    .unwrap();

    assert_eq!(report.missing(&settings), ["email", "upn", "groups", "auth_time"]);
    assert_eq!(report.freshness, Err(FreshnessError::AuthTimeMissing));
}

#[test]
fn a_provider_that_does_not_ask_again_is_found_out() {
    let (report, _) = report(|provider| provider.misbehave(Fault::AuthTimeAgo(3600))).unwrap();

    assert_eq!(report.freshness, Err(FreshnessError::AuthTimeOld));
}

#[test]
fn that_it_does_not_end_its_session_is_said() {
    let (report, _) = report(FakeProvider::offer_no_logout).unwrap();

    assert!(!report.offers_end_session);
}

#[test]
fn what_would_stop_a_login_stops_the_test() {
    let error = report(|provider| provider.misbehave(Fault::OtherAudience)).unwrap_err();

    assert_eq!(error.code(), "id-token-audience");
}
