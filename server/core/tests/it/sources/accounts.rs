//! Managed Apple Accounts of people who come from a source (B4).

use baton_core::{
    Actor,
    accounts::UserForm,
    enrollment::OwnDeviceChoice,
    managed_accounts::{AccountChoice, AccountPattern, AccountRule},
    sources::{SourceForm, SourceSettings},
};
use baton_identity::{
    ldap::fake::FakeLdap,
    openid::fake::{FakeProvider, Shape},
};
use baton_model::{AccountProblem, User};

use super::desk::{install_cryptography, open_to_all, over, password_of, person, the_person, to_portal, with_provider};
use crate::managed_accounts::{BY_MAIL, IN_SUBDOMAIN};

fn by(mut form: SourceForm, rule: AccountRule) -> SourceForm {
    match &mut form.settings {
        SourceSettings::Ldap(ldap) => ldap.accounts = rule,
        SourceSettings::OpenId(provider) => provider.accounts = rule,
    }
    form
}

fn as_they_are(user: &User, managed_account: AccountChoice) -> UserForm {
    UserForm {
        user_name: user.user_name.clone(),
        display_name: user.display_name.clone(),
        email: user.email.clone().unwrap_or_default(),
        role: user.role,
        enabled: user.enabled,
        groups: std::collections::BTreeSet::new(),
        managed_account,
        own_devices: OwnDeviceChoice::Unchanged,
        revision: None,
    }
}

on_both_engines! {
    async fn imported_people_get_the_account_of_their_sources_pattern(mut office) {
        let fake = FakeLdap::start(vec![person("ada")]).await.unwrap();
        let source = office.add_source(&by(over(&fake, "Clinic"), IN_SUBDOMAIN)).await;
        office.select(&source, &[the_person("ada")]).await;
        office.sync(&source).await;
        let ada = office.user_called("ada").await.unwrap();
        assert_eq!(office.account_of(&ada.id).await, (Some("ada@appleid.example.test".to_owned()), None));
    }

    async fn who_would_get_an_account_that_another_has_is_imported_without_one_and_reported(mut office) {
        let fake = FakeLdap::start(vec![person("ada"), person("bob")]).await.unwrap();
        let source = office.add_source(&by(over(&fake, "Clinic"), BY_MAIL)).await;
        office.select(&source, &[the_person("ada"), the_person("bob")]).await;
        let root = office.add_person("root").await;
        office.give_account(&root, "Bob@example.test").await;

        let plan = office.core.preview_sync(&Actor::System, &source, office.now()).await.unwrap();
        assert_eq!(plan.accountless.iter().map(|clash| &*clash.user_name).collect::<Vec<_>>(), ["bob"]);
        let outcome = office.sync(&source).await;

        assert_eq!((outcome.added, outcome.accountless, outcome.without_account), (2, 1, vec!["bob".to_owned()]));
        let bob = office.user_called("bob").await.unwrap();
        assert_eq!(office.account_of(&bob.id).await, (None, Some(AccountProblem::Taken)));
    }

    async fn an_account_that_becomes_free_is_given_by_the_next_sync(mut office) {
        let fake = FakeLdap::start(vec![person("ada")]).await.unwrap();
        let source = office.add_source(&by(over(&fake, "Clinic"), BY_MAIL)).await;
        office.select(&source, &[the_person("ada")]).await;
        let root = office.add_person("root").await;
        office.give_account(&root, "ada@example.test").await;
        office.sync(&source).await;
        let mut tx = office.store.begin().await.unwrap();
        tx.remove_managed_account(&root).await.unwrap();
        tx.commit().await.unwrap();

        let outcome = office.sync(&source).await;

        assert_eq!((outcome.changed, outcome.accountless), (0, 0));
        let ada = office.user_called("ada").await.unwrap();
        assert_eq!(office.account_of(&ada.id).await, (Some("ada@example.test".to_owned()), None));
    }

    async fn another_pattern_of_a_source_gives_its_people_other_accounts_at_once(mut office) {
        let fake = FakeLdap::start(vec![person("ada"), person("bob")]).await.unwrap();
        let source = office.add_source(&by(over(&fake, "Clinic"), BY_MAIL)).await;
        office.select(&source, &[the_person("ada"), the_person("bob")]).await;
        office.sync(&source).await;
        let ada = office.user_called("ada").await.unwrap();
        let bob = office.user_called("bob").await.unwrap();
        let by_hand = as_they_are(&bob, AccountChoice::Given("robert@example.test".to_owned()));
        office.core.save_user(&Actor::System, &bob.id, &by_hand, office.now()).await.unwrap();

        let form = by(over(&fake, "Clinic"), IN_SUBDOMAIN);
        office.core.save_source(&Actor::System, &source, &form, office.now()).await.unwrap();

        assert_eq!(office.account_of(&ada.id).await, (Some("ada@appleid.example.test".to_owned()), None));
        assert_eq!(office.account_of(&bob.id).await, (Some("robert@example.test".to_owned()), None), "set by hand");
    }

    async fn a_pattern_that_the_source_has_nothing_for_gives_none_and_says_so(mut office) {
        let fake = FakeLdap::start(vec![person("ada")]).await.unwrap();
        let rule = AccountRule { pattern: AccountPattern::PrincipalName, subdomain: false };
        let source = office.add_source(&open_to_all(by(over(&fake, "Clinic"), rule))).await;
        office.enters("ada", &password_of("ada")).await.unwrap();
        let ada = office.user_called("ada").await.unwrap();
        assert_eq!(office.identity_of(&ada).await.unwrap().key.source_id, source);
        assert_eq!(office.account_of(&ada.id).await, (None, Some(AccountProblem::NoPrincipalName)));
    }

    async fn who_signs_in_for_the_first_time_gets_an_account_of_the_principal_name(mut office) {
        install_cryptography();
        let fake = FakeProvider::start(Shape::Entra, office.now()).await.unwrap();
        let rule = AccountRule { pattern: AccountPattern::PrincipalName, subdomain: true };
        let source = office.add_source(&by(with_provider(&fake, Shape::Entra), rule)).await;
        office.log_in(&fake, &source, to_portal()).await.unwrap();
        let users = office.store.read().await.unwrap().users_from_source(&source).await.unwrap();
        let (user, identity) = &users[0];
        let (local, domain) = identity.principal_name.as_deref().unwrap().rsplit_once('@').unwrap();
        assert_eq!(office.account_of(&user.id).await, (Some(format!("{local}@appleid.{domain}")), None));
    }

    async fn who_becomes_local_keeps_the_account(mut office) {
        let fake = FakeLdap::start(vec![person("ada")]).await.unwrap();
        let source = office.add_source(&by(over(&fake, "Clinic"), IN_SUBDOMAIN)).await;
        office.select(&source, &[the_person("ada")]).await;
        office.sync(&source).await;
        let ada = office.user_called("ada").await.unwrap();
        office.core.make_user_local(&Actor::System, &ada.id, office.now()).await.unwrap();
        office.core.save_local_account_rule(&Actor::System, BY_MAIL, office.now()).await.unwrap();
        let record = office.account_record(&ada.id).await.unwrap();
        assert!(record.by_hand && record.account.unwrap().expose() == "ada@appleid.example.test");
    }
}
