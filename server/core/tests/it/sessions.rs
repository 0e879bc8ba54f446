//! Sessions are seen and ended by whoever has them, and by administrators (B7).

use baton_core::{
    Actor, CoreError, FieldError, FieldProblem,
    accounts::{NewPasswordForm, OwnPasswordError, PORTAL_IDLE_MINUTES, SignedIn, Visitor},
};
use baton_model::{Role, SessionKind};

use crate::office::{Office, PASSWORD};

const CHOSEN: &str = "three loud cranes";

fn safari() -> Visitor {
    Visitor { browser: Some("Safari · iPhone".to_owned()), ..Visitor::default() }
}

impl Office {
    async fn opened(&self, name: &str) -> SignedIn {
        let session = self.core.sign_in(name, PASSWORD, &safari(), self.now()).await.unwrap();
        self.core.portal_session(&session.secret, self.now()).await.unwrap().unwrap()
    }

    async fn count_sessions(&self, signed_in: &SignedIn) -> usize {
        self.core.my_sessions(signed_in, self.now()).await.unwrap().len()
    }
}

fn chosen(password: &str) -> NewPasswordForm {
    NewPasswordForm { password: password.to_owned(), repeated: password.to_owned() }
}

on_both_engines! {
    async fn a_person_sees_their_sessions_in_portal_and_on_phones_and_nobody_elses(mut office) {
        office.furnish(&[]).await;
        office.add_person("ada").await;
        office.add_person("ben").await;
        let mut phone = office.enrol("one").await;
        office.sign_in(&mut phone, "ada").await;
        office.opened("ben").await;
        let ada = office.opened("ada").await;
        let sessions = office.core.my_sessions(&ada, office.now()).await.unwrap();
        assert_eq!(sessions.len(), 2);
        assert!(sessions.iter().all(|session| session.user_id == ada.user.id));
        assert!(sessions.iter().any(|session| session.kind == SessionKind::Clip && session.device_id.is_some()));
        assert!(sessions.iter().any(|session| session.browser.as_deref() == Some("Safari · iPhone")));
    }

    async fn a_session_that_opens_nothing_any_more_is_not_shown(mut office) {
        office.add_person("ada").await;
        office.opened("ada").await;
        office.pass_seconds(PORTAL_IDLE_MINUTES * 60);
        let ada = office.opened("ada").await;
        assert_eq!(office.count_sessions(&ada).await, 1);
    }

    async fn a_person_ends_one_of_their_sessions(mut office) {
        office.add_person("ada").await;
        let (lost, ada) = (office.opened("ada").await, office.opened("ada").await);
        office.core.end_my_session(&ada, &lost.session.id_hash, office.now()).await.unwrap();
        assert_eq!(office.count_sessions(&ada).await, 1);
    }

    async fn a_person_ends_all_their_sessions_but_this_one(mut office) {
        office.add_person("ada").await;
        office.add_person("ben").await;
        let ben = office.opened("ben").await;
        office.opened("ada").await;
        office.opened("ada").await;
        let ada = office.opened("ada").await;
        office.core.end_my_other_sessions(&ada, office.now()).await.unwrap();
        let left = office.core.my_sessions(&ada, office.now()).await.unwrap();
        assert_eq!(left.iter().map(|session| &session.id_hash).collect::<Vec<_>>(), [&ada.session.id_hash]);
        assert_eq!(office.count_sessions(&ben).await, 1);
    }

    async fn nobody_ends_somebody_elses_session(mut office) {
        office.add_person("ada").await;
        office.add_person("ben").await;
        let (ada, ben) = (office.opened("ada").await, office.opened("ben").await);
        let refused = office.core.end_my_session(&ada, &ben.session.id_hash, office.now()).await;
        assert!(matches!(refused, Err(CoreError::NotFound(_))), "{refused:?}");
        assert_eq!(office.count_sessions(&ben).await, 1);
    }

    async fn an_administrator_ends_one_or_all_and_the_phone_stays_the_holders(mut office) {
        office.furnish(&[]).await;
        let id = office.add_person("ada").await;
        let mut phone = office.enrol("one").await;
        office.sign_in(&mut phone, "ada").await;
        let ada = office.opened("ada").await;
        let end = office.core.end_session_of(&Actor::System, &id, &ada.session.id_hash, office.now()).await;
        end.unwrap();
        assert_eq!(office.count_sessions(&ada).await, 1);
        office.core.end_all_sessions_of(&Actor::System, &id, office.now()).await.unwrap();
        assert_eq!(office.count_sessions(&ada).await, 0);
        assert_eq!(office.device(&phone.id).await.holder_id, id);
    }

    async fn only_who_manages_users_ends_sessions_of_others(mut office) {
        let id = office.add_person("ada").await;
        let ada = office.opened("ada").await;
        for role in [Role::User, Role::Auditor, Role::HelpDesk] {
            let actor = office.person(&id, role);
            let one = office.core.end_session_of(&actor, &id, &ada.session.id_hash, office.now()).await;
            let all = office.core.end_all_sessions_of(&actor, &id, office.now()).await;
            assert!(matches!(one, Err(CoreError::Denied(_))) && matches!(all, Err(CoreError::Denied(_))), "{role:?}");
        }
        assert_eq!(office.count_sessions(&ada).await, 1);
    }

    async fn a_person_changes_their_password_and_goes_on_in_a_new_session(mut office) {
        office.add_person("ada").await;
        office.opened("ada").await;
        let ada = office.opened("ada").await;
        let changed =
            office.core.change_own_password(&ada, PASSWORD, &chosen(CHOSEN), &safari(), office.now()).await.unwrap();
        let now = office.core.portal_session(&changed.secret, office.now()).await.unwrap().unwrap();
        assert_eq!(office.count_sessions(&now).await, 1);
        assert!(office.core.sign_in("ada", PASSWORD, &safari(), office.now()).await.is_err());
        assert!(office.core.sign_in("ada", CHOSEN, &safari(), office.now()).await.is_ok());
    }

    async fn without_the_present_password_it_stays_and_guesses_count(mut office) {
        office.add_person("ada").await;
        let ada = office.opened("ada").await;
        for _ in 0..5 {
            let refused = office.core.change_own_password(&ada, "guess", &chosen(CHOSEN), &safari(), office.now()).await;
            let Err(OwnPasswordError::Core(CoreError::Invalid(errors))) = refused else { panic!("{refused:?}") };
            assert_eq!(errors, [FieldError::new("present", FieldProblem::WrongPassword)]);
        }
        let refused = office.core.change_own_password(&ada, PASSWORD, &chosen(CHOSEN), &safari(), office.now()).await;
        assert!(matches!(refused, Err(OwnPasswordError::Throttled { .. })), "{refused:?}");
        office.pass_seconds(60);
        assert!(office.core.sign_in("ada", PASSWORD, &safari(), office.now()).await.is_ok());
    }
}
