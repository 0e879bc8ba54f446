//! Signing in with a provider, to the portal and on a shared phone (B3, A5, A6).

use baton_core::{
    Actor, CoreError,
    accounts::Visitor,
    sources::{FinishedLogin, LoginError, LoginFailure, LoginPurpose, SourceForm, SourceSettings},
};
use baton_identity::openid::fake::{FakeProvider, OTHER_TENANT, Person, Shape};
use baton_model::Role;
use serde_json::json;

use super::desk::{failure, giving, install_cryptography, to_portal, with_provider};
use crate::office::Office;

async fn provider(office: &Office, shape: Shape) -> FakeProvider {
    install_cryptography();
    FakeProvider::start(shape, office.now()).await.unwrap()
}

fn signed_in(finished: FinishedLogin) -> (String, String) {
    match finished {
        FinishedLogin::Portal { user_name, session, .. } => (user_name, session.secret),
        other => panic!("{other:?}"),
    }
}

/// A provider whose group *ward-it* makes administrators.
fn with_groups(fake: &FakeProvider) -> SourceForm {
    let mut form = giving(with_provider(fake, Shape::Plain), "ward-it", Role::Administrator);
    if let SourceSettings::OpenId(provider) = &mut form.settings {
        provider.claims.groups = Some("groups".to_owned());
    }
    form
}

on_both_engines! {
    async fn whoever_has_an_account_there_becomes_a_user_and_is_the_same_one_the_next_time(mut office) {
        for shape in [Shape::Entra, Shape::Plain] {
            let fake = provider(&office, shape).await;
            let mut form = with_provider(&fake, shape);
            form.name = format!("{shape:?}");
            let source = office.add_source(&form).await;
            fake.person(Person::alice().with("preferred_username", json!(format!("alice-{shape:?}"))));
            let (name, _) = signed_in(office.log_in(&fake, &source, to_portal()).await.unwrap());
            let alice = office.user_called(&name).await.unwrap();
            fake.person(Person::alice().with("preferred_username", json!(format!("alice.new-{shape:?}"))));
            signed_in(office.log_in(&fake, &source, to_portal()).await.unwrap());
            assert_eq!(office.user(&alice.id).await.user_name, format!("alice.new-{shape:?}"));
        }
    }

    async fn a_mail_address_of_somebody_else_makes_nobody_them(mut office) {
        let fake = provider(&office, Shape::Entra).await;
        let source = office.add_source(&with_provider(&fake, Shape::Entra)).await;
        let (name, _) = signed_in(office.log_in(&fake, &source, to_portal()).await.unwrap());
        let alice = office.user_called(&name).await.unwrap();
        let mut mallory = Person::alice().with("preferred_username", json!("mallory@example.test"));
        mallory.object = "bbbbbbbb-0000-0000-0000-000000000002".to_owned();
        fake.person(mallory);
        let (name, _) = signed_in(office.log_in(&fake, &source, to_portal()).await.unwrap());
        assert_ne!(office.user_called(&name).await.unwrap().id, alice.id);
    }

    async fn a_user_name_that_a_local_user_has_is_refused_and_nobody_is_merged(mut office) {
        let fake = provider(&office, Shape::Plain).await;
        let source = office.add_source(&with_provider(&fake, Shape::Plain)).await;
        office.add_person("alice@example.test").await;
        let refused = failure(office.log_in(&fake, &source, to_portal()).await);
        assert!(matches!(refused, LoginFailure::NameTaken), "{refused:?}");
        assert!(office.last_audit().await.detail.contains("name-taken"));
    }

    async fn a_source_that_is_not_open_admits_whom_it_knows(mut office) {
        let fake = provider(&office, Shape::Plain).await;
        let mut form = with_provider(&fake, Shape::Plain);
        let source = office.add_source(&form).await;
        signed_in(office.log_in(&fake, &source, to_portal()).await.unwrap());
        if let SourceSettings::OpenId(provider) = &mut form.settings {
            provider.admits_anyone = false;
        }
        office.core.save_source(&Actor::System, &source, &form, office.now()).await.unwrap();
        signed_in(office.log_in(&fake, &source, to_portal()).await.unwrap());
        let mut bob = Person::alice();
        bob.subject = "subject-of-bob".to_owned();
        fake.person(bob);
        let refused = failure(office.log_in(&fake, &source, to_portal()).await);
        assert!(matches!(refused, LoginFailure::Stranger), "{refused:?}");
    }

    async fn who_is_disabled_here_stays_out_and_disabling_ends_the_session(mut office) {
        let fake = provider(&office, Shape::Plain).await;
        let source = office.add_source(&with_provider(&fake, Shape::Plain)).await;
        let (name, secret) = signed_in(office.log_in(&fake, &source, to_portal()).await.unwrap());
        let alice = office.user_called(&name).await.unwrap().id;
        assert!(office.core.portal_session(&secret, office.now()).await.unwrap().is_some());
        office.core.set_user_enabled(&Actor::System, &alice, false, office.now()).await.unwrap();
        assert!(office.core.portal_session(&secret, office.now()).await.unwrap().is_none());
        let refused = failure(office.log_in(&fake, &source, to_portal()).await);
        assert!(matches!(refused, LoginFailure::Disabled), "{refused:?}");
    }

    async fn groups_in_the_token_give_their_role(mut office) {
        let fake = provider(&office, Shape::Plain).await;
        let source = office.add_source(&with_groups(&fake)).await;
        office.add_person_as("boss", Role::Administrator).await;
        fake.person(Person::alice().with("groups", json!(["ward-it", "nurses"])));
        let (name, _) = signed_in(office.log_in(&fake, &source, to_portal()).await.unwrap());
        assert_eq!(office.user_called(&name).await.unwrap().role, Role::Administrator);
        fake.person(Person::alice().with("groups", json!(["nurses"])));
        signed_in(office.log_in(&fake, &source, to_portal()).await.unwrap());
        assert_eq!(office.user_called(&name).await.unwrap().role, Role::User);
    }

    async fn whoever_is_in_no_group_any_more_loses_the_role_where_the_provider_leaves_the_claim_out(mut office) {
        let fake = provider(&office, Shape::Plain).await;
        let source = office.add_source(&with_groups(&fake)).await;
        office.add_person_as("boss", Role::Administrator).await;
        fake.person(Person::alice().with("groups", json!(["ward-it"])));
        let (name, _) = signed_in(office.log_in(&fake, &source, to_portal()).await.unwrap());
        assert_eq!(office.user_called(&name).await.unwrap().role, Role::Administrator);
        fake.person(Person::alice());
        signed_in(office.log_in(&fake, &source, to_portal()).await.unwrap());
        assert_eq!(office.user_called(&name).await.unwrap().role, Role::User);
    }

    async fn in_a_shared_phones_browser_the_portal_too_asks_again(mut office) {
        let fake = provider(&office, Shape::Plain).await;
        let source = office.add_source(&with_provider(&fake, Shape::Plain)).await;
        let begun = office.leave(&source, LoginPurpose::Portal { next: None, on_phone: true }).await;
        assert!(begun.location.contains("prompt=login"), "{}", begun.location);
    }

    async fn somebody_from_a_provider_confirms_there_that_it_is_them_and_keeps_the_way_to_sign_out(mut office) {
        let fake = provider(&office, Shape::Plain).await;
        let source = office.add_source(&with_provider(&fake, Shape::Plain)).await;
        let (_, secret) = signed_in(office.log_in(&fake, &source, to_portal()).await.unwrap());
        let person = office.core.portal_session(&secret, office.now()).await.unwrap().unwrap();
        office.pass_seconds(600);
        let purpose = LoginPurpose::Confirmation {
            session: person.session.id_hash.clone(),
            user: person.user.id.clone(),
            next: "/account".to_owned(),
        };
        let confirmed = office.log_in(&fake, &source, purpose).await.unwrap();
        let FinishedLogin::Confirmed { session, .. } = confirmed else { panic!("{confirmed:?}") };
        assert!(office.core.portal_session(&secret, office.now()).await.unwrap().is_none());
        let person = office.core.portal_session(&session.secret, office.now()).await.unwrap().unwrap();
        assert!(person.actor().is_confirmed(office.now()));
        let ended = office.core.provider_logout(&session.secret, "/sign-in", office.now()).await.unwrap();
        assert!(ended.is_some());
    }

    async fn somebody_else_at_the_provider_confirms_nothing(mut office) {
        let fake = provider(&office, Shape::Plain).await;
        let source = office.add_source(&with_provider(&fake, Shape::Plain)).await;
        let (_, secret) = signed_in(office.log_in(&fake, &source, to_portal()).await.unwrap());
        let person = office.core.portal_session(&secret, office.now()).await.unwrap().unwrap();
        let purpose = LoginPurpose::Confirmation {
            session: person.session.id_hash,
            user: person.user.id,
            next: "/account".to_owned(),
        };
        let mut bob = Person::alice().with("preferred_username", json!("bob@example.test"));
        bob.subject = "subject-of-bob".to_owned();
        fake.person(bob);
        let refused = failure(office.log_in(&fake, &source, purpose).await);
        assert!(matches!(refused, LoginFailure::OtherPerson), "{refused:?}");
    }

    async fn nothing_that_anybody_sends_back_without_the_browsers_secret_is_written_down(mut office) {
        let fake = provider(&office, Shape::Plain).await;
        let source = office.add_source(&with_provider(&fake, Shape::Plain)).await;
        let begun = office.leave(&source, to_portal()).await;
        let rows = office.number("SELECT COUNT(*) FROM audit").await;
        assert!(office.come_back(&office.core, &fake, &begun, None).await.is_err());
        assert_eq!(office.number("SELECT COUNT(*) FROM audit").await, rows);
    }

    async fn people_of_another_tenant_stay_out(mut office) {
        let fake = provider(&office, Shape::Entra).await;
        let source = office.add_source(&with_provider(&fake, Shape::Entra)).await;
        let mut stranger = Person::alice();
        stranger.tenant = OTHER_TENANT.to_owned();
        fake.person(stranger);
        let refused = failure(office.log_in(&fake, &source, to_portal()).await);
        assert!(matches!(refused, LoginFailure::NotAccepted(_)), "{refused:?}");
    }

    async fn a_login_comes_back_once_and_only_to_the_browser_that_left(mut office) {
        let fake = provider(&office, Shape::Plain).await;
        let source = office.add_source(&with_provider(&fake, Shape::Plain)).await;
        let begun = office.leave(&source, to_portal()).await;
        let back = fake.visit(&begun.location.parse().unwrap());
        let query = back.query().unwrap();
        for browser in [None, Some("another browser's")] {
            let other = office.core.finish_login(query, browser, &Visitor::default(), office.now()).await;
            assert!(matches!(failure(other), LoginFailure::Lost));
        }
        let own = office.core.finish_login(query, Some(&begun.browser), &Visitor::default(), office.now()).await;
        signed_in(own.unwrap());
        let again = office.core.finish_login(query, Some(&begun.browser), &Visitor::default(), office.now()).await;
        assert!(matches!(failure(again), LoginFailure::Lost));
    }

    async fn a_login_that_took_too_long_is_lost(mut office) {
        let fake = provider(&office, Shape::Plain).await;
        let source = office.add_source(&with_provider(&fake, Shape::Plain)).await;
        let begun = office.leave(&source, to_portal()).await;
        office.pass_until(begun.expires_at);
        let late = office.come_back(&office.core, &fake, &begun, Some(&begun.browser)).await;
        assert!(matches!(failure(late), LoginFailure::Lost));
        office.core.forget_expired(office.now()).await.unwrap();
        assert_eq!(office.number("SELECT COUNT(*) FROM pending_logins").await, 0);
    }

    async fn another_instance_finishes_what_one_began(mut office) {
        let fake = provider(&office, Shape::Plain).await;
        let source = office.add_source(&with_provider(&fake, Shape::Plain)).await;
        let begun = office.leave(&source, to_portal()).await;
        fake.set_time(office.now());
        let other = office.another_instance().await;
        signed_in(office.come_back(&other, &fake, &begun, Some(&begun.browser)).await.unwrap());
    }

    async fn signing_out_leads_past_the_provider_with_the_token_of_the_login(mut office) {
        let fake = provider(&office, Shape::Plain).await;
        let source = office.add_source(&with_provider(&fake, Shape::Plain)).await;
        let (_, secret) = signed_in(office.log_in(&fake, &source, to_portal()).await.unwrap());
        let ended = office.core.provider_logout(&secret, "/sign-in", office.now()).await.unwrap().unwrap();
        assert!(ended.location.contains("id_token_hint=") && ended.location.contains("%2Fsign-in"), "{ended:?}");
        assert_eq!(ended.name, "Contoso");
        office.core.end_session(&secret).await.unwrap();
        assert_eq!(office.core.provider_logout(&secret, "/sign-in", office.now()).await.unwrap(), None);
        assert_eq!(office.number("SELECT COUNT(*) FROM provider_sessions").await, 0);
    }

    async fn a_provider_that_offers_no_logout_holds_nobody_up(mut office) {
        let fake = provider(&office, Shape::Plain).await;
        fake.offer_no_logout();
        let source = office.add_source(&with_provider(&fake, Shape::Plain)).await;
        let (_, secret) = signed_in(office.log_in(&fake, &source, to_portal()).await.unwrap());
        assert_eq!(office.core.provider_logout(&secret, "/sign-in", office.now()).await.unwrap(), None);
    }

    async fn a_disabled_provider_is_neither_offered_nor_begun(mut office) {
        let fake = provider(&office, Shape::Plain).await;
        let mut form = with_provider(&fake, Shape::Plain);
        form.enabled = false;
        let source = office.add_source(&form).await;
        assert_eq!(office.core.sign_in_choices().await.unwrap(), []);
        assert!(office.core.begin_login(&source, to_portal(), &Visitor::default(), office.now()).await.is_err());
    }

    async fn one_network_begins_only_so_many_logins_and_keeps_nobody_else_away(mut office) {
        let fake = provider(&office, Shape::Plain).await;
        let source = office.add_source(&with_provider(&fake, Shape::Plain)).await;
        let from = |address: &str| Visitor { address: Some(address.parse().unwrap()), ..Visitor::default() };
        let begin = |address| {
            let (core, source, now) = (office.core.clone(), source.clone(), office.now());
            async move { core.begin_login(&source, to_portal(), &from(address), now).await }
        };
        begin("203.0.113.7").await.unwrap();
        office.execute(
            "INSERT INTO pending_logins (state_hash, source_id, sealed, network, expires_at) \
             WITH RECURSIVE numbers (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < 999) \
             SELECT state_hash || n, source_id, sealed, network, expires_at FROM pending_logins, numbers",
        ).await;

        let full = begin("203.0.113.7").await;
        let other = begin("203.0.113.8").await;

        assert!(matches!(full, Err(LoginError::Core(CoreError::Busy))), "{full:?}");
        assert!(other.is_ok(), "{other:?}");
    }

    async fn a_check_shows_what_is_missing_and_signs_nobody_in(mut office) {
        let fake = provider(&office, Shape::Plain).await;
        let source = office.add_source(&with_provider(&fake, Shape::Plain)).await;
        let boss = office.add_person_as("boss", Role::Administrator).await;
        fake.person(Person::alice().without("email"));
        let actor = office.person(&boss, Role::Administrator);
        let begun = office.core.begin_check(&actor, &source, office.now()).await.unwrap();
        fake.set_time(office.now());
        let finished = office.come_back(&office.core, &fake, &begun, Some(&begun.browser)).await.unwrap();
        let FinishedLogin::Check { administrator, check, .. } = finished else { panic!("{finished:?}") };
        assert_eq!(administrator, boss);
        assert_eq!(check.missing, ["email"]);
        assert!(check.report.unwrap().freshness.is_ok(), "a phone would take it");
        assert_eq!(office.number("SELECT COUNT(*) FROM sessions").await, 0);
    }

    async fn a_check_tells_whether_users_and_groups_can_be_read(mut office) {
        let fake = provider(&office, Shape::Entra).await;
        let boss = office.add_person_as("boss", Role::Administrator).await;
        let actor = office.person(&boss, Role::Administrator);
        let directory = async |name: &str, graph: Option<&str>| {
            let mut form = SourceForm { name: name.to_owned(), ..with_provider(&fake, Shape::Entra) };
            if let SourceSettings::OpenId(settings) = &mut form.settings {
                settings.graph = graph.map(str::to_owned);
            }
            let source = office.add_source(&form).await;
            let begun = office.core.begin_check(&actor, &source, office.now()).await.unwrap();
            fake.set_time(office.now());
            let finished = office.come_back(&office.core, &fake, &begun, Some(&begun.browser)).await.unwrap();
            let FinishedLogin::Check { check, .. } = finished else { panic!("{finished:?}") };
            assert!(check.report.is_ok(), "the login is another matter");
            check.directory
        };
        assert_eq!(directory("Without Graph", None).await, None);
        let unread = directory("With Graph", Some("https://127.0.0.1:1/v1.0")).await;
        assert!(matches!(unread, Some(Err(_))), "{unread:?}");
    }

    async fn a_user_may_not_check_a_provider(mut office) {
        let fake = provider(&office, Shape::Plain).await;
        let source = office.add_source(&with_provider(&fake, Shape::Plain)).await;
        let ada = office.add_person("ada").await;
        assert!(office.core.begin_check(&office.person(&ada, Role::User), &source, office.now()).await.is_err());
    }

    async fn on_a_shared_phone_the_provider_must_ask_again_and_prove_it(mut office) {
        let fake = provider(&office, Shape::Entra).await;
        let source = office.add_source(&with_provider(&fake, Shape::Entra)).await;
        office.distribute_clip().await;
        let phone = office.enrol("1").await;
        let visit = office.visit(&phone).await;
        let begun = office.leave(&source, LoginPurpose::Clip(visit.clone())).await;
        assert!(begun.location.contains("prompt=login") && begun.location.contains("max_age=0"), "{}", begun.location);
        fake.set_time(office.now());
        fake.misbehave(baton_identity::openid::fake::Fault::AuthTimeAgo(31));
        let skipped = office.come_back(&office.core, &fake, &begun, Some(&begun.browser)).await;
        assert!(matches!(failure(skipped), LoginFailure::NotFresh));
        fake.behave();
        let taken = office.log_in(&fake, &source, LoginPurpose::Clip(visit)).await.unwrap();
        let FinishedLogin::Clip(taken) = taken else { panic!("{taken:?}") };
        assert_eq!(office.device(&phone.id).await.holder_id, taken.user_id);
    }

    async fn a_phone_that_somebody_has_is_not_taken_by_a_provider_either(mut office) {
        let fake = provider(&office, Shape::Entra).await;
        let source = office.add_source(&with_provider(&fake, Shape::Entra)).await;
        office.distribute_clip().await;
        let phone = office.enrol("1").await;
        let visit = office.visit(&phone).await;
        office.add_person("ada").await;
        office.core.sign_in_on_clip(&visit, "ada", crate::office::PASSWORD, &Visitor::default(), office.now()).await.unwrap();
        let refused = failure(office.log_in(&fake, &source, LoginPurpose::Clip(visit)).await);
        assert!(matches!(refused, LoginFailure::Clip(_)), "{refused:?}");
    }
}
