//! From claims to a person.

use baton_identity::openid::{
    ClaimNames, Groups, IdTokenError, OpenIdError, OpenIdIdentity, ProviderSettings, StableKey,
    fake::{FakeProvider, Fault, Person, Shape, TENANT},
};
use serde_json::json;

use super::scenario::{NOW, Scenario, block_on, entra, log_in, new_cache, plain};

fn with_groups(settings: ProviderSettings) -> ProviderSettings {
    with_groups_in(settings, "groups")
}

fn with_groups_in(settings: ProviderSettings, name: &str) -> ProviderSettings {
    let claims = ClaimNames { groups: Some(name.to_owned()), ..settings.claims.clone() };
    ProviderSettings { claims, ..settings }
}

fn groups(login: Scenario) -> Groups {
    login.run().unwrap().profile.groups
}

fn values(values: &[&str]) -> Groups {
    Groups::Values(values.iter().map(|&value| value.to_owned()).collect())
}

#[test]
fn at_entra_people_are_known_by_tenant_and_object() {
    let identity = entra().run().unwrap();

    let object = Person::alice().object;
    assert_eq!(identity.key, StableKey::Object { tenant: TENANT.to_owned(), object: object.clone() });
    assert_eq!((identity.key.authority(), identity.key.subject()), (TENANT, &*object));
}

#[test]
fn elsewhere_people_are_known_by_issuer_and_subject() {
    let identity = plain().run().unwrap();

    let StableKey::Subject { issuer, subject } = identity.key else { panic!("{:?}", identity.key) };
    assert!(issuer.starts_with("http://127.0.0.1:"), "{issuer}");
    assert_eq!(subject, "subject-of-alice");
}

#[test]
fn claims_say_who_it_is() {
    let OpenIdIdentity { profile, auth_time, .. } = entra().run().unwrap();

    assert_eq!(profile.user_name.as_deref(), Some("alice@example.test"));
    assert_eq!(profile.display_name.as_deref(), Some("Alice Anders"));
    assert_eq!(profile.mail.as_deref(), Some("alice@mail.example.test"));
    assert_eq!(profile.upn.as_deref(), Some("alice@example.test"));
    assert_eq!((profile.mail_verified, profile.groups), (None, Groups::Absent));
    assert_eq!(auth_time, Some(NOW));
}

#[test]
fn claims_may_have_other_names() {
    let identity = plain()
        .before(|provider| provider.person(Person::alice().with("login", json!("alice"))))
        .configured(|settings| {
            let claims = ClaimNames { user_name: "login".to_owned(), ..ClaimNames::standard() };
            ProviderSettings { claims, ..settings }
        })
        .run();

    assert_eq!(identity.unwrap().profile.user_name.as_deref(), Some("alice"));
}

#[test]
fn claims_that_nobody_can_read_count_as_missing() {
    block_on(Box::pin(async {
        let provider = FakeProvider::start(Shape::Entra, NOW).await.unwrap();
        let (cache, settings) = (new_cache(), provider.settings());
        let long = "x".repeat(1025);
        for unreadable in [json!(7), json!(""), json!("  "), json!("a\nb"), json!(long), json!(["a"]), json!(null)] {
            provider.person(Person::alice().with("name", unreadable.clone()));
            let identity = log_in(&provider, &cache, &settings, NOW).await.unwrap();
            assert_eq!(identity.profile.display_name, None, "{unreadable}");
        }
    }));
}

#[test]
fn whether_a_mail_address_is_verified_is_said() {
    let identity =
        plain().before(|provider| provider.person(Person::alice().with("email_verified", json!(false)))).run();

    assert_eq!(identity.unwrap().profile.mail_verified, Some(false));
}

#[test]
fn the_id_token_speaks_before_user_info() {
    let identity = plain().before(|provider| provider.person(Person::alice().without("email"))).run().unwrap();

    assert_eq!(identity.profile.mail, None);
    assert_eq!(identity.profile.display_name.as_deref(), Some("Alice Anders"));
}

#[test]
fn what_the_id_token_lacks_comes_from_user_info() {
    let identity = plain().before(FakeProvider::keep_claims_back).run().unwrap();

    assert_eq!(identity.profile.user_name.as_deref(), Some("alice@example.test"));
    assert_eq!(identity.profile.mail.as_deref(), Some("alice@mail.example.test"));
}

#[test]
fn user_info_is_asked_only_where_configured() {
    let identity = plain()
        .before(FakeProvider::keep_claims_back)
        .with(Fault::UserInfoUnavailable)
        .configured(|settings| ProviderSettings { user_info: false, ..settings })
        .run();

    assert_eq!(identity.unwrap().profile.user_name, None);
}

#[test]
fn groups_come_with_the_token() {
    let login = entra()
        .before(|provider| provider.person(Person::alice().with("groups", json!(["staff", "leads"]))))
        .configured(with_groups);

    assert_eq!(groups(login), values(&["staff", "leads"]));
}

#[test]
fn one_role_may_stand_alone() {
    let login = entra()
        .before(|provider| provider.person(Person::alice().with("groups", json!("staff"))))
        .configured(with_groups);

    assert_eq!(groups(login), values(&["staff"]));
}

#[test]
fn roles_may_be_inside_of_another_claim() {
    let login = plain()
        .before(|provider| provider.person(Person::alice().with("realm_access", json!({ "roles": ["admin"] }))))
        .configured(|settings| with_groups_in(settings, "realm_access.roles"));

    assert_eq!(groups(login), values(&["admin"]));
}

#[test]
fn no_groups_are_not_the_same_as_no_word_of_groups() {
    let none =
        entra().before(|provider| provider.person(Person::alice().with("groups", json!([])))).configured(with_groups);
    assert_eq!(groups(none), values(&[]));
    assert_eq!(groups(entra().configured(with_groups)), Groups::Absent);
}

#[test]
fn more_groups_than_a_token_holds_are_flagged() {
    let elsewhere = entra()
        .before(|provider| provider.person(Person::alice().with("_claim_names", json!({ "groups": "src1" }))))
        .configured(with_groups);
    assert_eq!(groups(elsewhere), Groups::Overage);

    let flagged = entra()
        .before(|provider| provider.person(Person::alice().with("hasgroups", json!(true))))
        .configured(with_groups);
    assert_eq!(groups(flagged), Groups::Overage);
}

#[test]
fn groups_that_are_not_a_list_of_texts_are_an_error() {
    let login = entra()
        .before(|provider| provider.person(Person::alice().with("groups", json!(["staff", 7]))))
        .configured(with_groups);

    let error = login.run().unwrap_err();
    assert_eq!(error, OpenIdError::IdToken(IdTokenError::Claim("groups".to_owned())));
}

#[test]
fn every_accepted_algorithm_is_accepted() {
    let login = |rotate: fn(&FakeProvider)| plain().before(rotate).run();
    login(|provider| provider.rotate_keys("RS256")).unwrap();
    login(|provider| provider.rotate_keys("RS384")).unwrap();
    login(|provider| provider.rotate_keys("RS512")).unwrap();
    login(|provider| provider.rotate_keys("PS256")).unwrap();
    login(|provider| provider.rotate_keys("PS384")).unwrap();
    login(|provider| provider.rotate_keys("PS512")).unwrap();
    login(|provider| provider.rotate_keys("ES256")).unwrap();
    login(|provider| provider.rotate_keys("ES384")).unwrap();
}

#[test]
fn debug_output_leaves_the_id_token_out() {
    let identity = plain().run().unwrap();

    assert!(!format!("{identity:?}").contains(identity.id_token.expose()));
}
