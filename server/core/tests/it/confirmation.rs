//! Whoever does harm proves within five minutes who they are (B8).

use baton_core::{
    Actor, CoreError,
    accounts::{
        ConfirmError, Confirmed, NewPasswordForm, PasskeyRefusal, Proof, SignedIn, UserForm, Visitor, WaysToConfirm,
    },
    actions::{ActionError, ActionForm, Requested},
};
use baton_model::{CommandStatus, Role};
use baton_policy::Action;

use crate::{
    office::{Office, PASSWORD},
    people::form,
};

impl Office {
    async fn confirm(&self, person: &SignedIn, password: &str) -> Result<Confirmed, ConfirmError> {
        self.core.confirm(person, Proof::Password(password), &Visitor::default(), self.now()).await
    }

    /// Somebody with this role who signed in five minutes ago, and has done something since.
    async fn unconfirmed(&self, name: &str, role: Role) -> SignedIn {
        self.add_person_as(name, role).await;
        let person = self.session_of(name).await;
        self.pass_seconds(300);
        person
    }
}

fn order(action: Action) -> ActionForm {
    ActionForm { reason: "stolen".to_owned(), is_confirmed: true, ..ActionForm::new(action) }
}

fn is_unconfirmed<T>(result: &Result<T, CoreError>) -> bool {
    matches!(result, Err(CoreError::Unconfirmed))
}

on_both_engines! {
    async fn signing_in_is_a_proof_for_five_minutes(mut office) {
        office.add_person("ada").await;
        let ada = office.session_of("ada").await;
        assert!(ada.actor().is_confirmed(office.now()));
        office.pass_seconds(300);
        assert!(!ada.actor().is_confirmed(office.now()));
    }

    async fn a_session_on_a_shared_phone_never_counts_as_confirmed(mut office) {
        let ada = office.add_person("ada").await;
        office.furnish(&[&ada]).await;
        let phone = office.enrol("one").await;
        let session = office.try_sign_in(&phone, "ada").await.unwrap().session;
        let ada = office.core.clip_session(&session.secret, &phone.id, office.now()).await.unwrap().unwrap();
        assert!(!ada.actor().is_confirmed(office.now()));
    }

    async fn a_proof_gives_the_session_a_new_id_and_the_old_one_opens_nothing(mut office) {
        let ada = office.unconfirmed("ada", Role::User).await;
        let old = office.core.sign_in("ada", PASSWORD, &Visitor::default(), office.now()).await.unwrap();
        let opened = office.opened_by(&old).await.unwrap();

        let confirmed = office.confirm(&opened, PASSWORD).await.unwrap();

        assert!(office.opened_by(&old).await.is_none());
        let renewed = office.opened_by(&confirmed.session).await.unwrap();
        assert_eq!(renewed, confirmed.signed_in);
        assert!(renewed.actor().is_confirmed(office.now()));
        assert_eq!(renewed.session.expires_at, opened.session.expires_at, "it lives no longer");
        assert_eq!(office.core.my_sessions(&ada, office.now()).await.unwrap().len(), 2, "it is the same session");
        assert!(office.audit().await.last().unwrap().starts_with("session.confirm done user-ada"));
    }

    async fn a_wrong_password_proves_nothing_and_counts_as_a_failed_sign_in(mut office) {
        let ada = office.unconfirmed("ada", Role::User).await;
        for _ in 0..5 {
            let wrong = office.confirm(&ada, "guess").await;
            assert!(matches!(wrong, Err(ConfirmError::Wrong)), "{wrong:?}");
        }
        assert!(office.audit().await.last().unwrap().starts_with("sign-in refused user-ada"));
        let waiting = office.confirm(&ada, PASSWORD).await;
        assert!(matches!(waiting, Err(ConfirmError::Throttled { .. })), "{waiting:?}");
        office.pass_seconds(60);
        office.confirm(&ada, PASSWORD).await.unwrap();
    }

    async fn a_passkey_is_a_proof(mut office) {
        let (ada, mut key) = office.person_with_passkey("ada").await;
        office.pass_seconds(300);
        let confirmed = office.confirm_with(&ada, &mut key).await.unwrap();
        assert!(confirmed.actor().is_confirmed(office.now()));
        let ways = office.core.ways_to_confirm(&confirmed).await.unwrap();
        assert_eq!(ways, WaysToConfirm { password: true, passkey: true, provider: None });
    }

    async fn another_persons_passkey_proves_nothing(mut office) {
        let (ada, _) = office.person_with_passkey("ada").await;
        let (_, mut bens) = office.person_with_passkey("ben").await;

        let refused = office.confirm_with(&ada, &mut bens).await;

        assert!(matches!(refused, Err(ConfirmError::Passkey(PasskeyRefusal::OtherPerson))), "{refused:?}");
        let audited = office.audit().await.pop().unwrap();
        assert!(audited.starts_with("session.confirm refused user-ada") && audited.contains("other-person"), "{audited}");
    }

    async fn an_ended_session_cannot_be_confirmed(mut office) {
        let ada = office.unconfirmed("ada", Role::User).await;
        office.core.end_my_session(&ada, &ada.session.id_hash, office.now()).await.unwrap();
        let ended = office.confirm(&ada, PASSWORD).await;
        assert!(matches!(ended, Err(ConfirmError::Core(CoreError::Stale))), "{ended:?}");
    }

    async fn who_was_disabled_or_got_another_role_meanwhile_proves_nothing(mut office) {
        let (ada, mut key) = office.person_with_passkey("ada").await;
        let promoted = UserForm { role: Role::HelpDesk, ..form("ada") };
        office.core.save_user(&Actor::System, &ada.user.id, &promoted, office.now()).await.unwrap();
        let stale = office.confirm_with(&ada, &mut key).await;
        assert!(matches!(stale, Err(ConfirmError::Core(CoreError::Stale))), "{stale:?}");
        office.core.set_user_enabled(&Actor::System, &ada.user.id, false, office.now()).await.unwrap();
        let disabled = office.confirm(&ada, PASSWORD).await;
        assert!(matches!(disabled, Err(ConfirmError::Wrong)), "{disabled:?}");
    }

    async fn wiping_and_clearing_a_passcode_take_a_proof_and_other_actions_none(mut office) {
        office.furnish(&[]).await;
        let ines = office.unconfirmed("ines", Role::Administrator).await;
        let phone = office.enrol("one").await;
        for action in [Action::Wipe, Action::ClearPasscode] {
            let refused = office.core.request_action(&ines.actor(), &phone.id, &order(action), office.now()).await;
            assert!(matches!(refused, Err(ActionError::Core(CoreError::Unconfirmed))), "{action:?}: {refused:?}");
            let audited = office.audit().await.pop().unwrap();
            assert!(audited.contains(" refused ") && audited.contains("not-confirmed"), "{audited}");
        }
        office.core.request_action(&ines.actor(), &phone.id, &order(Action::Lock), office.now()).await.unwrap();

        let ines = office.confirm(&ines, PASSWORD).await.unwrap().signed_in;
        let taken = office.core.request_action(&ines.actor(), &phone.id, &order(Action::Wipe), office.now()).await;
        assert_eq!(taken.unwrap(), Requested::Queued);
    }

    async fn the_second_administrator_proves_who_agrees(mut office) {
        office.reconfigure(|config| config.wipes_per_hour = 0);
        office.furnish(&[]).await;
        let phone = office.enrol("one").await;
        let olga = office.unconfirmed("olga", Role::Administrator).await;
        let ines = office.person(&office.add_person_as("ines", Role::Administrator).await, Role::Administrator);
        office.core.request_action(&ines, &phone.id, &order(Action::Wipe), office.now()).await.unwrap();
        let held = office.commands(&phone.id).await.into_iter().find(|command| command.status == CommandStatus::Held);
        let held = held.unwrap().id;

        let refused = office.core.release_order(&olga.actor(), &phone.id, &held, office.now()).await;
        assert!(matches!(refused, Err(ActionError::Core(CoreError::Unconfirmed))), "{refused:?}");
        let audited = office.audit().await.pop().unwrap();
        assert!(audited.starts_with("device.wipe.release refused"), "{audited}");

        let olga = office.confirm(&olga, PASSWORD).await.unwrap().signed_in;
        office.core.release_order(&olga.actor(), &phone.id, &held, office.now()).await.unwrap();
    }

    async fn giving_somebody_a_role_takes_a_proof(mut office) {
        let ines = office.unconfirmed("ines", Role::Administrator).await;
        let boss = UserForm { role: Role::Administrator, ..form("boss") };
        assert!(is_unconfirmed(&office.core.create_user(&ines.actor(), &boss, office.now()).await));
        let file = b"userName,displayName,role\ncleo,Cleo,auditor\n";
        let plan = office.core.plan_import(&ines.actor(), file, office.now()).await.unwrap();
        assert!(plan.gives_roles());
        let imported = office.core.import_users(&ines.actor(), file, &plan.fingerprint(), office.now()).await;
        assert!(is_unconfirmed(&imported));
        // Who only gets to use devices needs none.
        let ada = office.core.create_user(&ines.actor(), &form("ada"), office.now()).await.unwrap();
        office.core.save_user(&ines.actor(), &ada, &form("adele"), office.now()).await.unwrap();
        let promoted = UserForm { role: Role::HelpDesk, ..form("adele") };
        assert!(is_unconfirmed(&office.core.save_user(&ines.actor(), &ada, &promoted, office.now()).await));
        assert!(office.audit().await.last().unwrap().contains("not-confirmed"));
        assert_eq!(office.user(&ada).await.role, Role::User);

        let ines = office.confirm(&ines, PASSWORD).await.unwrap().signed_in.actor();
        office.core.create_user(&ines, &boss, office.now()).await.unwrap();
        office.core.save_user(&ines, &ada, &promoted, office.now()).await.unwrap();
        office.core.import_users(&ines, file, &plan.fingerprint(), office.now()).await.unwrap();
        assert_eq!(office.user(&ada).await.role, Role::HelpDesk);
        let demoted = UserForm { role: Role::User, ..promoted };
        office.pass_seconds(300);
        assert!(is_unconfirmed(&office.core.save_user(&ines, &ada, &demoted, office.now()).await), "nor is one taken away");
    }

    async fn a_new_password_is_a_proof_but_no_old_one(mut office) {
        let ada = office.unconfirmed("ada", Role::User).await;
        let chosen = NewPasswordForm { password: "three loud cranes".to_owned(), repeated: "three loud cranes".to_owned() };
        let session = office.core.change_own_password(&ada, PASSWORD, &chosen, &Visitor::default(), office.now()).await.unwrap();
        assert!(office.opened_by(&session).await.unwrap().actor().is_confirmed(office.now()));
        let stale = office.confirm(&ada, "three loud cranes").await;
        assert!(matches!(stale, Err(ConfirmError::Core(CoreError::Stale))), "the session of before has ended: {stale:?}");
    }
}
