//! Signing in by name and password of a directory (B2, B10, A4).

use baton_core::{
    Actor,
    accounts::{SignInError, Visitor},
};
use baton_identity::ldap::fake::{FakeEntry, FakeLdap, Fault, Moment, Received};
use baton_model::Role;

use super::desk::{giving, group, open_to_all, over, password_of, person, the_person, uuid_of};
use crate::office::PASSWORD;

async fn directory(people: &[&str]) -> FakeLdap {
    FakeLdap::start(people.iter().map(|uid| person(uid)).collect()).await.unwrap()
}

fn wrong(result: &Result<(), SignInError>) -> bool {
    matches!(result, Err(SignInError::Wrong))
}

/// Whether the directory was asked to compare a password of a person.
fn bound_as(fake: &FakeLdap, uid: &str) -> bool {
    fake.received()
        .iter()
        .any(|received| matches!(received, Received::Bind { dn, .. } if dn.starts_with(&format!("uid={uid},"))))
}

on_both_engines! {
    async fn an_imported_person_signs_in_with_the_directorys_password(mut office) {
        let fake = directory(&["ada"]).await;
        let source = office.add_source(&over(&fake, "Clinic")).await;
        office.select(&source, &[the_person("ada")]).await;
        office.sync(&source).await;
        assert!(office.enters("ADA", &password_of("ada")).await.is_ok());
        assert!(wrong(&office.enters("ada", "another").await));
    }

    async fn a_mail_address_that_the_directory_takes_does_as_a_user_name(mut office) {
        let fake = directory(&["ada"]).await;
        let source = office.add_source(&over(&fake, "Clinic")).await;
        office.select(&source, &[the_person("ada")]).await;
        office.sync(&source).await;
        assert!(office.enters("ada@example.test", &password_of("ada")).await.is_ok());
    }

    async fn a_known_persons_other_name_goes_to_their_own_directory_only(mut office) {
        let (first, second) = (directory(&["ada"]).await, directory(&["ada"]).await);
        office.add_source(&open_to_all(over(&first, "First"))).await;
        let source = office.add_source(&over(&second, "Second")).await;
        office.select(&source, &[the_person("ada")]).await;
        office.sync(&source).await;
        office.enters("Ada@Example.test", &password_of("ada")).await.unwrap();
        assert!(bound_as(&second, "ada") && !bound_as(&first, "ada"));
    }

    async fn all_names_of_a_known_person_share_one_count_of_wrong_passwords(mut office) {
        let fake = directory(&["ada"]).await;
        let source = office.add_source(&over(&fake, "Clinic")).await;
        office.select(&source, &[the_person("ada")]).await;
        office.sync(&source).await;
        for name in ["ada", "ada@example.test", "ADA", "ada@EXAMPLE.test", "ada"] {
            assert!(wrong(&office.enters(name, "guess").await), "{name}");
        }
        for name in ["ada", "ada@example.test"] {
            let waiting = office.enters(name, &password_of("ada")).await;
            assert!(matches!(waiting, Err(SignInError::Throttled { .. })), "{name}: {waiting:?}");
        }
        let known = office.last_audit().await;
        assert_eq!(known.target_id, office.user_called("ada").await.unwrap().id.as_str());
    }

    async fn a_browser_is_known_whichever_of_their_names_its_person_types(mut office) {
        let fake = directory(&["ada"]).await;
        let source = office.add_source(&over(&fake, "Clinic")).await;
        office.select(&source, &[the_person("ada")]).await;
        office.sync(&source).await;
        let visitor = Visitor::default();
        let by_mail = ("ada@example.test", password_of("ada"));
        let session = office.core.sign_in(by_mail.0, &by_mail.1, &visitor, office.now()).await.unwrap();
        let (known, _) = office.core.known_browser(None, &session.user_name, office.now()).unwrap();
        for _ in 0..6 {
            office.enters("ada", "guess").await.unwrap_err();
        }
        let known = Visitor { known: Some(known), ..visitor };
        office.core.sign_in(by_mail.0, &by_mail.1, &known, office.now()).await.unwrap();
    }

    async fn a_name_that_has_another_owner_in_the_directory_by_now_is_that_owners(mut office) {
        let fake = directory(&["ada"]).await;
        let source = office.add_source(&open_to_all(over(&fake, "Clinic"))).await;
        office.select(&source, &[the_person("ada")]).await;
        office.sync(&source).await;
        let successor = person("eve").with("mail", "ada@example.test");
        let now = FakeLdap::start(vec![person("ada").without("mail"), successor]).await.unwrap();
        office.core.save_source(&Actor::System, &source, &open_to_all(over(&now, "Clinic")), office.now()).await.unwrap();
        office.enters("ada@example.test", &password_of("eve")).await.unwrap();
        assert!(office.user_called("eve").await.is_some());
    }

    async fn a_name_that_a_known_persons_directory_does_not_take_may_be_anothers(mut office) {
        let (first, second) = (directory(&["ada"]).await, directory(&["eve"]).await);
        let source = office.add_source(&over(&first, "First")).await;
        office.select(&source, &[the_person("ada")]).await;
        office.sync(&source).await;
        office.add_source(&open_to_all(over(&second, "Second"))).await;
        // As if the directory had told it of her, which it does not sign in by.
        office.execute("UPDATE users SET email = 'eve@example.test' WHERE user_name = 'ada'").await;
        office.enters("eve@example.test", &password_of("eve")).await.unwrap();
        assert!(office.user_called("eve").await.is_some());
    }

    async fn whoever_was_not_imported_stays_out_unless_the_source_is_open(mut office) {
        let fake = directory(&["ada"]).await;
        let source = office.add_source(&over(&fake, "Clinic")).await;
        assert!(wrong(&office.enters("ada", &password_of("ada")).await));
        assert_eq!(office.user_called("ada").await, None);
        let form = open_to_all(over(&fake, "Clinic"));
        office.core.save_source(&Actor::System, &source, &form, office.now()).await.unwrap();
        assert!(office.enters("ada", &password_of("ada")).await.is_ok());
        let ada = office.user_called("ada").await.unwrap();
        assert_eq!((ada.display_name.as_str(), ada.role), ("The ada", Role::User));
        assert_eq!(office.identity_of(&ada).await.unwrap().key.subject, uuid_of("ada"));
    }

    async fn a_local_users_password_never_goes_to_a_directory(mut office) {
        let fake = directory(&["ada"]).await;
        office.add_source(&open_to_all(over(&fake, "Clinic"))).await;
        office.add_person("ada").await;
        assert!(office.enters("ada", PASSWORD).await.is_ok());
        assert!(wrong(&office.enters("ada", &password_of("ada")).await));
        assert_eq!(fake.received(), []);
    }

    async fn of_two_directories_the_own_one_alone_is_asked(mut office) {
        let (first, second) = (directory(&["ada"]).await, directory(&["ada"]).await);
        office.add_source(&open_to_all(over(&first, "First"))).await;
        let own = office.add_source(&over(&second, "Second")).await;
        office.select(&own, &[the_person("ada")]).await;
        office.sync(&own).await;
        assert!(office.enters("ada", &password_of("ada")).await.is_ok());
        assert_eq!(first.received(), []);
    }

    async fn a_name_that_one_directory_knows_is_not_tried_at_the_next_with_the_same_password(mut office) {
        let (first, second) = (directory(&["ada"]).await, directory(&["ada"]).await);
        office.add_source(&open_to_all(over(&first, "First"))).await;
        office.add_source(&open_to_all(over(&second, "Second"))).await;
        assert!(wrong(&office.enters("ada", "a guess").await));
        assert!(bound_as(&first, "ada") && !bound_as(&second, "ada"));
    }

    async fn somebody_else_who_got_the_name_is_not_the_person(mut office) {
        let fake = directory(&["ada"]).await;
        let source = office.add_source(&over(&fake, "Clinic")).await;
        office.select(&source, &[the_person("ada")]).await;
        office.sync(&source).await;
        let successor = person("ada").without("entryUUID").with("entryUUID", uuid_of("another ada"));
        let other = FakeLdap::start(vec![successor]).await.unwrap();
        office.core.save_source(&Actor::System, &source, &over(&other, "Clinic"), office.now()).await.unwrap();
        assert!(wrong(&office.enters("ada", &password_of("ada")).await));
    }

    async fn a_new_name_in_the_directory_is_followed_at_the_next_sign_in(mut office) {
        let fake = directory(&["ada"]).await;
        let source = office.add_source(&over(&fake, "Clinic")).await;
        office.select(&source, &[the_person("ada")]).await;
        office.sync(&source).await;
        let married = FakeEntry::new("uid=ada.king,dc=example,dc=test", "inetOrgPerson")
            .with("uid", "ada.king")
            .with("cn", "Ada King")
            .with("entryUUID", uuid_of("ada"))
            .with_password("new");
        let renamed = FakeLdap::start(vec![married]).await.unwrap();
        office.core.save_source(&Actor::System, &source, &over(&renamed, "Clinic"), office.now()).await.unwrap();
        assert!(office.enters("ada.king", "new").await.is_ok());
        assert_eq!(office.user_called("ada").await, None);
        assert_eq!(office.user_called("ada.king").await.unwrap().display_name, "Ada King");
    }

    async fn a_group_gives_its_role_at_the_sign_in_and_takes_it_back(mut office) {
        office.add_person_as("boss", Role::Administrator).await;
        let fake = FakeLdap::start(vec![person("ada"), group("desk", &["ada"])]).await.unwrap();
        let form = giving(open_to_all(over(&fake, "Clinic")), &uuid_of("desk"), Role::HelpDesk);
        let source = office.add_source(&form).await;
        office.enters("ada", &password_of("ada")).await.unwrap();
        assert_eq!(office.user_called("ada").await.unwrap().role, Role::HelpDesk);
        let left = FakeLdap::start(vec![person("ada"), group("desk", &["boss"])]).await.unwrap();
        let form = giving(open_to_all(over(&left, "Clinic")), &uuid_of("desk"), Role::HelpDesk);
        office.core.save_source(&Actor::System, &source, &form, office.now()).await.unwrap();
        office.enters("ada", &password_of("ada")).await.unwrap();
        assert_eq!(office.user_called("ada").await.unwrap().role, Role::User);
    }

    async fn while_a_directory_is_down_everybody_who_fails_is_told_so(mut office) {
        let fake = directory(&["ada"]).await;
        let source = office.add_source(&over(&fake, "Clinic")).await;
        office.select(&source, &[the_person("ada")]).await;
        office.sync(&source).await;
        office.add_person("bob").await;
        fake.always(Moment::Connect, Fault::Close);
        for name in ["ada", "bob", "nobody at all"] {
            let answer = office.enters(name, "whatever").await;
            let told = matches!(&answer, Err(SignInError::WrongOrUnreachable { directories }) if directories == &["Clinic"]);
            assert!(told, "{name}: {answer:?}");
        }
        assert!(office.enters("bob", PASSWORD).await.is_ok(), "other sources keep working");
    }

    async fn a_directory_that_is_down_is_left_alone_for_a_moment_and_then_asked_again(mut office) {
        let fake = directory(&["ada"]).await;
        office.add_source(&open_to_all(over(&fake, "Clinic"))).await;
        fake.on(Moment::Connect, [Fault::Close]);
        let first = office.enters("ada", &password_of("ada")).await;
        assert!(matches!(first, Err(SignInError::WrongOrUnreachable { .. })), "{first:?}");
        let connections = fake.connections();
        assert!(office.enters("ada", &password_of("ada")).await.is_err());
        assert_eq!(fake.connections(), connections);
        office.pass_seconds(10);
        assert!(office.enters("ada", &password_of("ada")).await.is_ok());
        assert!(wrong(&office.enters("ada", "wrong").await), "it is up again, and nobody is told otherwise");
    }

    async fn who_is_disabled_here_stays_out_with_the_right_password(mut office) {
        let fake = directory(&["ada"]).await;
        office.add_source(&open_to_all(over(&fake, "Clinic"))).await;
        office.enters("ada", &password_of("ada")).await.unwrap();
        let ada = office.user_called("ada").await.unwrap().id;
        office.core.set_user_enabled(&Actor::System, &ada, false, office.now()).await.unwrap();
        assert!(wrong(&office.enters("ada", &password_of("ada")).await));
        assert!(office.last_audit().await.detail.contains("disabled-here"));
    }

    async fn a_disabled_source_lets_nobody_in(mut office) {
        let fake = directory(&["ada"]).await;
        let source = office.add_source(&open_to_all(over(&fake, "Clinic"))).await;
        office.enters("ada", &password_of("ada")).await.unwrap();
        let mut form = open_to_all(over(&fake, "Clinic"));
        form.enabled = false;
        office.core.save_source(&Actor::System, &source, &form, office.now()).await.unwrap();
        assert!(wrong(&office.enters("ada", &password_of("ada")).await));
    }

    async fn guesses_at_a_directorys_people_are_slowed_as_others_are(mut office) {
        let fake = directory(&["ada"]).await;
        office.add_source(&open_to_all(over(&fake, "Clinic"))).await;
        for _ in 0..5 {
            assert!(wrong(&office.enters("ada", "a guess").await));
        }
        assert!(matches!(office.enters("ada", &password_of("ada")).await, Err(SignInError::Throttled { .. })));
    }
}
