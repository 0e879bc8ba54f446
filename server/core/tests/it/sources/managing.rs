//! The sources themselves (B2, B3).

use baton_core::{Actor, CoreError, FieldProblem, sources::SourceSettings};
use baton_identity::{
    Secret,
    ldap::fake::FakeLdap,
    openid::fake::{FakeProvider, Shape},
};
use baton_model::Role;

use super::desk::{open_to_all, over, password_of, person, with_provider};
use crate::office::Office;

async fn directory() -> FakeLdap {
    FakeLdap::start(vec![person("ada")]).await.unwrap()
}

fn wrong_fields<T: std::fmt::Debug>(result: Result<T, CoreError>) -> Vec<(&'static str, FieldProblem)> {
    match result {
        Err(CoreError::Invalid(fields)) => fields.into_iter().map(|error| (error.field, error.problem)).collect(),
        other => panic!("{other:?}"),
    }
}

fn with_host(mut form: baton_core::sources::SourceForm, host: &str, secret: &str) -> baton_core::sources::SourceForm {
    if let SourceSettings::Ldap(ldap) = &mut form.settings {
        host.clone_into(&mut ldap.directory.host);
        ldap.directory.bind_password = Secret::from(secret);
    }
    form
}

impl Office {
    async fn dump_of_sources(&self) -> Vec<u8> {
        let sources = self.store.read().await.unwrap().all_sources().await.unwrap();
        sources.into_iter().flat_map(|source| source.sealed_settings).collect()
    }
}

on_both_engines! {
    async fn a_secret_is_neither_in_the_database_nor_given_out_again(mut office) {
        let fake = directory().await;
        let source = office.add_source(&over(&fake, "Clinic")).await;
        let stored = office.dump_of_sources().await;
        let needle = b"reader's password";
        assert!(!stored.windows(needle.len()).any(|bytes| bytes == needle));
        let detail = office.core.source_detail(&Actor::System, &source, office.now()).await.unwrap();
        let SourceSettings::Ldap(ldap) = detail.settings else { panic!() };
        assert_eq!(ldap.directory.bind_password, Secret::default());
        assert_eq!(ldap.directory.host, "localhost");
    }

    async fn an_empty_password_keeps_the_stored_one_for_the_same_server_only(mut office) {
        let fake = directory().await;
        let form = open_to_all(over(&fake, "Clinic"));
        let source = office.add_source(&form).await;
        let same = with_host(form.clone(), "localhost", "");
        office.core.save_source(&Actor::System, &source, &same, office.now()).await.unwrap();
        assert!(office.enters("ada", &password_of("ada")).await.is_ok());
        let elsewhere = with_host(form, "attacker.example", "");
        let refused = office.core.save_source(&Actor::System, &source, &elsewhere, office.now()).await;
        assert_eq!(wrong_fields(refused), [("bindPassword", FieldProblem::SecretNeededAgain)]);
    }

    async fn a_wrong_setting_is_named_with_its_field(mut office) {
        let fake = directory().await;
        let refused = office.core.create_source(&Actor::System, &with_host(over(&fake, " "), "", "x"), office.now()).await;
        let fields: Vec<&str> = wrong_fields(refused).into_iter().map(|(field, _)| field).collect();
        assert_eq!(fields, ["name", "host"]);
        let mut hasty = over(&fake, "Clinic");
        hasty.sync_minutes = Some(1);
        let refused = office.core.create_source(&Actor::System, &hasty, office.now()).await;
        assert_eq!(wrong_fields(refused)[0].0, "syncMinutes");
    }

    async fn two_sources_have_two_names(mut office) {
        let fake = directory().await;
        office.add_source(&over(&fake, "Clinic")).await;
        let refused = office.core.create_source(&Actor::System, &over(&fake, " CLINIC"), office.now()).await;
        assert_eq!(wrong_fields(refused), [("name", FieldProblem::Taken)]);
    }

    async fn a_form_that_lay_open_does_not_undo_what_somebody_else_did(mut office) {
        let fake = directory().await;
        let mut form = over(&fake, "Clinic");
        let source = office.add_source(&form).await;
        form.revision = Some(1);
        office.core.save_source(&Actor::System, &source, &form, office.now()).await.unwrap();
        let stale = office.core.save_source(&Actor::System, &source, &form, office.now()).await;
        assert!(matches!(stale, Err(CoreError::Stale)), "{stale:?}");
    }

    async fn a_source_goes_only_when_nobody_comes_from_it(mut office) {
        let fake = directory().await;
        let source = office.add_source(&open_to_all(over(&fake, "Clinic"))).await;
        office.enters("ada", &password_of("ada")).await.unwrap();
        let kept = office.core.delete_source(&Actor::System, &source, office.now()).await;
        assert!(matches!(kept, Err(CoreError::KeptBySource)), "{kept:?}");
        let ada = office.user_called("ada").await.unwrap().id;
        office.core.make_user_local(&Actor::System, &ada, office.now()).await.unwrap();
        office.core.delete_source(&Actor::System, &source, office.now()).await.unwrap();
        let link = office.core.make_password_link(&Actor::System, &ada, office.now()).await;
        assert!(link.is_ok(), "a local user chooses a password here");
    }

    async fn what_the_source_says_of_somebody_is_not_changed_here(mut office) {
        let fake = directory().await;
        office.add_source(&open_to_all(over(&fake, "Clinic"))).await;
        office.enters("ada", &password_of("ada")).await.unwrap();
        let ada = office.user_called("ada").await.unwrap();
        let form = |display_name: &str, role| baton_core::accounts::UserForm {
            user_name: ada.user_name.clone(),
            display_name: display_name.to_owned(),
            email: ada.email.clone().unwrap_or_default(),
            role,
            enabled: true,
            groups: std::collections::BTreeSet::new(),
            managed_account: baton_core::managed_accounts::AccountChoice::Unchanged,
            own_devices: baton_core::enrollment::OwnDeviceChoice::Unchanged,
            revision: None,
        };
        let renamed = office.core.save_user(&Actor::System, &ada.id, &form("Other", Role::User), office.now()).await;
        assert!(matches!(renamed, Err(CoreError::KeptBySource)), "{renamed:?}");
        let name = ada.display_name.clone();
        office.core.save_user(&Actor::System, &ada.id, &form(&name, Role::HelpDesk), office.now()).await.unwrap();
        assert_eq!(office.user(&ada.id).await.role, Role::HelpDesk, "no group gives roles, so hands do");
        let link = office.core.make_password_link(&Actor::System, &ada.id, office.now()).await;
        assert!(matches!(link, Err(CoreError::KeptBySource)));
    }

    async fn only_an_administrator_manages_sources(mut office) {
        let fake = directory().await;
        let source = office.add_source(&over(&fake, "Clinic")).await;
        for role in [Role::User, Role::Auditor, Role::HelpDesk] {
            let id = office.add_person_as(&format!("{role:?}"), role).await;
            let actor = office.person(&id, role);
            let now = office.now();
            assert!(matches!(office.core.create_source(&actor, &over(&fake, "x"), now).await, Err(CoreError::Denied(_))));
            assert!(matches!(office.core.save_source(&actor, &source, &over(&fake, "x"), now).await, Err(CoreError::Denied(_))));
            assert!(matches!(office.core.delete_source(&actor, &source, now).await, Err(CoreError::Denied(_))));
            assert!(office.core.check_directory(&actor, &source, now).await.is_err());
        }
        assert_eq!(fake.received(), []);
    }

    async fn where_people_come_from_is_not_changed_without_a_proof_of_who_does_it(mut office) {
        let fake = directory().await;
        let source = office.add_source(&over(&fake, "Clinic")).await;
        let id = office.add_person_as("petra", Role::Administrator).await;
        let unproved = Actor::Person { id, role: Role::Administrator, confirmed_at: None };
        let added = office.core.create_source(&unproved, &over(&fake, "Mine"), office.now()).await;
        assert!(matches!(added, Err(CoreError::Unconfirmed)), "{added:?}");
        let saved = office.core.save_source(&unproved, &source, &over(&fake, "Mine"), office.now()).await;
        assert!(matches!(saved, Err(CoreError::Unconfirmed)), "{saved:?}");
    }

    async fn another_providers_address_needs_its_secret_anew(mut office) {
        crate::sources::desk::install_cryptography();
        let fake = FakeProvider::start(Shape::Plain, office.now()).await.unwrap();
        let mut form = with_provider(&fake, Shape::Plain);
        let source = office.add_source(&form).await;
        if let SourceSettings::OpenId(provider) = &mut form.settings {
            provider.client_secret = Secret::default();
            provider.issuer = "https://login.attacker.example".to_owned();
        }
        let refused = office.core.save_source(&Actor::System, &source, &form, office.now()).await;
        assert_eq!(wrong_fields(refused), [("clientSecret", FieldProblem::SecretNeededAgain)]);
    }
}
