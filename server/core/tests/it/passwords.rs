//! Passwords are chosen by the people who use them, under one-time links (B1).

use baton_core::{
    Actor, CoreError, FieldError, FieldProblem,
    accounts::{NewPasswordForm, NewPasswordLink, PASSWORD_LINK_DAYS, PasswordLinkError, UserForm, Visitor},
};
use baton_model::{Role, UserId};
use futures::future::join_all;

use crate::{
    office::{Office, PASSWORD, nobody},
    people::form,
};

const CHOSEN: &str = "three loud cranes";

fn chosen(password: &str) -> NewPasswordForm {
    NewPasswordForm { password: password.to_owned(), repeated: password.to_owned() }
}

fn secret(link: &NewPasswordLink) -> String {
    link.address.rsplit('/').next().unwrap().to_owned()
}

impl Office {
    async fn newcomer(&self, name: &str) -> UserId {
        self.core.create_user(&Actor::System, &form(name), self.now()).await.unwrap()
    }

    async fn password_link(&self, id: &UserId) -> String {
        secret(&self.core.make_password_link(&Actor::System, id, self.now()).await.unwrap())
    }

    async fn choose(&self, link: &str, password: &str) -> Result<String, PasswordLinkError> {
        let used = self.core.use_password_link(link, &chosen(password), &Visitor::default(), self.now()).await;
        used.map(|session| session.secret)
    }

    async fn signs_in(&self, name: &str, password: &str) -> bool {
        self.core.sign_in(name, password, &Visitor::default(), self.now()).await.is_ok()
    }
}

fn invalid<T>(result: &Result<T, PasswordLinkError>) -> bool {
    matches!(result, Err(PasswordLinkError::LinkInvalid))
}

on_both_engines! {
    async fn without_a_password_nobody_signs_in(mut office) {
        office.newcomer("ada").await;
        assert!(!office.signs_in("ada", "").await && !office.signs_in("ada", PASSWORD).await);
    }

    async fn under_the_link_the_person_chooses_a_password_and_is_signed_in(mut office) {
        let ada = office.newcomer("ada").await;
        let link = office.password_link(&ada).await;
        assert_eq!(office.core.password_link_owner(&link, office.now()).await.unwrap().unwrap().id, ada);
        let session = office.choose(&link, CHOSEN).await.unwrap();
        let signed_in = office.core.portal_session(&session, office.now()).await.unwrap().unwrap();
        assert_eq!(signed_in.user.id, ada);
        assert!(office.signs_in("Ada", CHOSEN).await);
    }

    async fn a_link_works_once(mut office) {
        let ada = office.newcomer("ada").await;
        let link = office.password_link(&ada).await;
        office.choose(&link, CHOSEN).await.unwrap();
        assert!(invalid(&office.choose(&link, "four quiet storks").await));
        assert!(office.core.password_link_owner(&link, office.now()).await.unwrap().is_none());
        assert!(office.signs_in("ada", CHOSEN).await);
    }

    async fn of_several_who_use_a_link_at_once_one_succeeds(mut office) {
        let ada = office.newcomer("ada").await;
        let link = office.password_link(&ada).await;
        let attempts = (0..4).map(|number| {
            let (core, link, now) = (office.core.clone(), link.clone(), office.now());
            tokio::spawn(async move {
                core.use_password_link(&link, &chosen(&format!("{CHOSEN} {number}")), &Visitor::default(), now).await.is_ok()
            })
        });
        let results = join_all(attempts).await;
        assert_eq!(results.iter().filter(|result| *result.as_ref().unwrap()).count(), 1);
    }

    async fn a_link_survives_wrong_fields(mut office) {
        let ada = office.newcomer("ada").await;
        let link = office.password_link(&ada).await;
        let different = NewPasswordForm { repeated: "another".to_owned(), ..chosen(CHOSEN) };
        for (entered, field, problem) in [
            (chosen("short"), "password", FieldProblem::PasswordTooShort),
            (chosen("Password123"), "password", FieldProblem::PasswordGuessable),
            (different, "repeated", FieldProblem::Different),
        ] {
            let refused = office.core.use_password_link(&link, &entered, &Visitor::default(), office.now()).await;
            let Err(PasswordLinkError::Core(CoreError::Invalid(errors))) = refused else { panic!("{refused:?}") };
            assert_eq!(errors, [FieldError::new(field, problem)]);
        }
        assert!(office.choose(&link, CHOSEN).await.is_ok());
    }

    async fn a_link_ends_after_its_days(mut office) {
        let ada = office.newcomer("ada").await;
        let link = office.password_link(&ada).await;
        office.pass_seconds(PASSWORD_LINK_DAYS * 86_400 - 1);
        assert!(office.core.password_link_owner(&link, office.now()).await.unwrap().is_some());
        office.pass_seconds(1);
        assert!(invalid(&office.choose(&link, CHOSEN).await));
        office.core.forget_expired(office.now()).await.unwrap();
        assert_eq!(office.number("SELECT COUNT(*) FROM password_links").await, 0);
    }

    async fn a_new_link_replaces_the_one_before(mut office) {
        let ada = office.newcomer("ada").await;
        let (old, new) = (office.password_link(&ada).await, office.password_link(&ada).await);
        assert!(invalid(&office.choose(&old, CHOSEN).await));
        assert!(office.choose(&new, CHOSEN).await.is_ok());
    }

    async fn the_present_password_and_sessions_last_until_a_new_one_is_chosen(mut office) {
        let ada = office.add_person("ada").await;
        let session = office.core.sign_in("ada", PASSWORD, &Visitor::default(), office.now()).await.unwrap().secret;
        let link = office.password_link(&ada).await;
        assert!(office.core.portal_session(&session, office.now()).await.unwrap().is_some());
        assert!(office.signs_in("ada", PASSWORD).await);
        office.choose(&link, CHOSEN).await.unwrap();
        assert!(office.core.portal_session(&session, office.now()).await.unwrap().is_none());
        assert!(!office.signs_in("ada", PASSWORD).await);
    }

    async fn who_is_disabled_uses_no_link(mut office) {
        let ada = office.newcomer("ada").await;
        let link = office.password_link(&ada).await;
        office.core.set_user_enabled(&Actor::System, &ada, false, office.now()).await.unwrap();
        assert!(office.core.password_link_owner(&link, office.now()).await.unwrap().is_none());
        assert!(invalid(&office.choose(&link, CHOSEN).await));
        let made = office.core.make_password_link(&Actor::System, &ada, office.now()).await;
        assert!(matches!(made, Err(CoreError::Stale)), "{made:?}");
        office.core.set_user_enabled(&Actor::System, &ada, true, office.now()).await.unwrap();
        assert!(invalid(&office.choose(&link, CHOSEN).await), "a link of before does not come back");
    }

    async fn a_link_ends_with_the_role_it_was_made_for(mut office) {
        let ada = office.newcomer("ada").await;
        let link = office.password_link(&ada).await;
        let promoted = UserForm { role: Role::Administrator, ..form("ada") };
        office.core.save_user(&Actor::System, &ada, &promoted, office.now()).await.unwrap();
        assert!(invalid(&office.choose(&link, CHOSEN).await));
    }

    async fn nobody_gets_no_link(mut office) {
        let made = office.core.make_password_link(&Actor::System, &nobody(), office.now()).await;
        assert!(matches!(made, Err(CoreError::BuiltIn)), "{made:?}");
        assert!(office.core.make_missing_password_links(&Actor::System, office.now()).await.unwrap().is_empty());
    }

    async fn everybody_without_a_password_gets_a_link(mut office) {
        office.add_person("ada").await;
        let (ben, cleo) = (office.newcomer("ben").await, office.newcomer("cleo").await);
        office.core.set_user_enabled(&Actor::System, &cleo, false, office.now()).await.unwrap();
        assert_eq!(office.core.people_without_password(&Actor::System, office.now()).await.unwrap(), 1);
        let links = office.core.make_missing_password_links(&Actor::System, office.now()).await.unwrap();
        assert_eq!(links.iter().map(|link| &link.user.id).collect::<Vec<_>>(), [&ben]);
        assert!(office.choose(&secret(&links[0]), CHOSEN).await.is_ok());
        assert_eq!(office.core.people_without_password(&Actor::System, office.now()).await.unwrap(), 0);
    }

    async fn only_who_manages_users_makes_links(mut office) {
        let ada = office.add_person("ada").await;
        for role in [Role::User, Role::Auditor, Role::HelpDesk] {
            let actor = office.person(&ada, role);
            let one = office.core.make_password_link(&actor, &ada, office.now()).await;
            let all = office.core.make_missing_password_links(&actor, office.now()).await;
            assert!(matches!(one, Err(CoreError::Denied(_))) && matches!(all, Err(CoreError::Denied(_))), "{role:?}");
        }
        assert_eq!(office.number("SELECT COUNT(*) FROM password_links").await, 0);
    }

    async fn the_database_and_the_log_hold_no_link(mut office) {
        let ada = office.newcomer("ada").await;
        let link = office.core.make_password_link(&Actor::System, &ada, office.now()).await.unwrap();
        let stored = format!("SELECT COUNT(*) FROM password_links WHERE secret_hash = '{}'", secret(&link));
        assert_eq!(office.number(&stored).await, 0);
        assert!(!format!("{link:?}").contains(&secret(&link)));
        assert!(!office.audit().await.iter().any(|line| line.contains(&secret(&link))));
    }
}
