//! Sources, who comes from them, and logins on their way (B2, B3, B10).

use baton_model::{
    IdentityKey, PendingLogin, ProviderSession, Role, SelectionKind, Source, SourceKind, SourceRole, SourceSelection,
    SyncState, User, UserIdentity,
};
use baton_store::{SYNC_LEASE_SECONDS, StoreError};

use crate::samples::{at, session, user};

pub fn source(number: u32) -> Source {
    Source {
        id: format!("source-{number}").as_str().into(),
        kind: SourceKind::Ldap,
        name: format!("Directory {number}"),
        enabled: true,
        sealed_settings: vec![1, 2, 3],
        revision: 1,
        created_at: at(i64::from(number)),
        sync_minutes: Some(60),
    }
}

fn identity(number: u32, subject: &str) -> UserIdentity {
    UserIdentity {
        user_id: user(number).id,
        key: IdentityKey { source_id: source(1).id, authority: String::new(), subject: subject.to_owned() },
        principal_name: None,
        gone: false,
    }
}

on_both_engines! {
    async fn a_source_is_read_as_it_was_written(database) {
        let mut tx = database.begin().await;
        tx.create_source(&source(2)).await.unwrap();
        tx.create_source(&source(1)).await.unwrap();
        assert_eq!(tx.all_sources().await.unwrap(), [source(1), source(2)]);
        assert_eq!(tx.find_source(&source(2).id).await.unwrap(), Some(source(2)));
    }

    async fn two_sources_have_two_names_whatever_the_case(database) {
        let mut tx = database.begin().await;
        tx.create_source(&source(1)).await.unwrap();
        let clash = tx.create_source(&Source { name: "DIRECTORY 1".into(), ..source(2) }).await;
        assert!(matches!(clash, Err(StoreError::Unique { .. })), "{clash:?}");
    }

    async fn of_two_who_save_over_one_revision_the_first_wins(database) {
        let mut tx = database.begin().await;
        tx.create_source(&source(1)).await.unwrap();
        assert!(tx.save_source(&Source { enabled: false, ..source(1) }, None, 1).await.unwrap());
        assert!(!tx.save_source(&source(1), None, 1).await.unwrap());
        assert!(!tx.find_source(&source(1).id).await.unwrap().unwrap().enabled);
    }

    async fn a_source_that_is_due_is_claimed_once_until_its_lease_ends(database) {
        let mut tx = database.begin().await;
        tx.create_source(&source(1)).await.unwrap();
        assert_eq!(tx.claim_due_source(at(0)).await.unwrap(), None);
        assert!(tx.claim_due_source(at(10)).await.unwrap().is_some());
        assert_eq!(tx.claim_due_source(at(11)).await.unwrap(), None);
        assert!(tx.claim_due_source(at(10 + SYNC_LEASE_SECONDS)).await.unwrap().is_some());
    }

    async fn a_disabled_source_is_never_due(database) {
        let mut tx = database.begin().await;
        tx.create_source(&Source { enabled: false, ..source(1) }).await.unwrap();
        assert_eq!(tx.claim_due_source(at(1000)).await.unwrap(), None);
    }

    async fn how_a_sync_went_is_kept_and_saving_reads_everything_anew(database) {
        let mut tx = database.begin().await;
        tx.create_source(&source(1)).await.unwrap();
        let state = SyncState {
            due_at: Some(at(100)),
            succeeded_at: Some(at(40)),
            tried_at: Some(at(50)),
            problem: Some("unreachable".into()),
            outcome: Some("{}".into()),
            delta_link: Some("link".into()),
        };
        assert!(tx.note_sync(&source(1).id, 1, &state).await.unwrap());
        assert_eq!(tx.sync_state(&source(1).id).await.unwrap(), Some(state));
        tx.save_source(&source(1), Some(at(60)), 1).await.unwrap();
        let after = tx.sync_state(&source(1).id).await.unwrap().unwrap();
        assert_eq!((after.due_at, after.delta_link), (Some(at(60)), None));
    }

    async fn a_sync_of_settings_that_were_changed_meanwhile_is_not_noted(database) {
        let mut tx = database.begin().await;
        tx.create_source(&source(1)).await.unwrap();
        tx.save_source(&source(1), Some(at(60)), 1).await.unwrap();
        let state = SyncState { due_at: Some(at(3600)), delta_link: Some("link".into()), ..SyncState::default() };

        assert!(!tx.note_sync(&source(1).id, 1, &state).await.unwrap());

        let after = tx.sync_state(&source(1).id).await.unwrap().unwrap();
        assert_eq!((after.due_at, after.delta_link), (Some(at(60)), None));
    }

    async fn selections_and_roles_go_with_their_source(database) {
        let mut tx = database.begin().await;
        tx.create_source(&source(1)).await.unwrap();
        let nurses = SourceSelection {
            kind: SelectionKind::Group,
            entry_id: "g1".into(),
            dn: "cn=nurses".into(),
            name: "Nurses".into(),
        };
        tx.select_in_source(&source(1).id, &nurses).await.unwrap();
        let moved = SourceSelection { dn: "cn=nurses,ou=new".into(), ..nurses };
        tx.select_in_source(&source(1).id, &moved).await.unwrap();
        assert_eq!(tx.source_selections(&source(1).id).await.unwrap(), std::slice::from_ref(&moved));
        let role = SourceRole { group: "g2".into(), name: "IT".into(), role: Role::Administrator };
        tx.set_source_roles(&source(1).id, std::slice::from_ref(&role)).await.unwrap();
        assert_eq!(tx.source_roles(&source(1).id).await.unwrap(), [role]);
        assert!(tx.deselect_in_source(&source(1).id, &moved).await.unwrap());
        tx.delete_source(&source(1).id).await.unwrap();
        assert_eq!(tx.source_roles(&source(1).id).await.unwrap(), []);
    }

    async fn a_source_stays_while_somebody_comes_from_it(database) {
        let mut tx = database.begin().await;
        tx.create_source(&source(1)).await.unwrap();
        tx.create_user(&user(1), None).await.unwrap();
        tx.set_identity(&identity(1, "ada")).await.unwrap();
        let kept = tx.delete_source(&source(1).id).await;
        assert!(matches!(kept, Err(StoreError::ForeignKey)), "{kept:?}");
    }

    async fn a_user_is_found_by_what_the_source_knows_them_by(database) {
        let mut tx = database.begin().await;
        tx.create_source(&source(1)).await.unwrap();
        for number in 1..=2 {
            tx.create_user(&user(number), None).await.unwrap();
            tx.set_identity(&identity(number, &format!("subject-{number}"))).await.unwrap();
        }
        let found = tx.find_user_by_identity(&identity(2, "subject-2").key).await.unwrap();
        assert_eq!(found, Some(user(2)));
        assert_eq!(tx.find_user_by_identity(&identity(2, "SUBJECT-2").key).await.unwrap(), None);
        assert_eq!(tx.count_users_from_source(&source(1).id).await.unwrap(), 2);
        let all = tx.users_from_source(&source(1).id).await.unwrap();
        assert_eq!(all[1], (user(2), identity(2, "subject-2")));
    }

    async fn two_users_are_not_one_person_of_a_source(database) {
        let mut tx = database.begin().await;
        tx.create_source(&source(1)).await.unwrap();
        tx.create_user(&user(1), None).await.unwrap();
        tx.create_user(&user(2), None).await.unwrap();
        tx.set_identity(&identity(1, "ada")).await.unwrap();
        let clash = tx.set_identity(&identity(2, "ada")).await;
        assert!(matches!(clash, Err(StoreError::Unique { .. })), "{clash:?}");
    }

    async fn whoever_comes_from_a_source_lacks_no_password_here(database) {
        let mut tx = database.begin().await;
        tx.create_source(&source(1)).await.unwrap();
        tx.create_user(&user(1), None).await.unwrap();
        tx.create_user(&user(2), None).await.unwrap();
        tx.set_identity(&identity(1, "ada")).await.unwrap();
        assert_eq!(tx.count_users_without_password().await.unwrap(), 1);
        assert_eq!(tx.users_without_password(10, at(0)).await.unwrap(), [user(2)]);
        assert!(tx.remove_identity(&user(1).id).await.unwrap());
        assert_eq!(tx.count_users_without_password().await.unwrap(), 2);
    }

    async fn a_person_of_a_directory_is_found_by_their_other_names_unless_several_have_them(database) {
        let mut tx = database.begin().await;
        tx.create_source(&source(1)).await.unwrap();
        for number in 1..=3 {
            tx.create_user(&user(number), None).await.unwrap();
        }
        let upn = |number: u32, name: &str| UserIdentity {
            principal_name: Some(name.to_owned()),
            ..identity(number, &number.to_string())
        };
        tx.set_identity(&upn(1, "P.One@heron.example")).await.unwrap();
        tx.set_identity(&upn(2, "shared@heron.example")).await.unwrap();
        let found = |user: Option<User>| user.map(|user| user.user_name);

        assert_eq!(found(tx.find_user_by_other_name("p.one@heron.example").await.unwrap()), Some("person1".into()));
        assert_eq!(found(tx.find_user_by_other_name("person1@example.com").await.unwrap()), Some("person1".into()));
        assert_eq!(found(tx.find_user_by_other_name("person3@example.com").await.unwrap()), None, "a local user");
        tx.save_user(&User { enabled: false, ..user(2) }).await.unwrap();
        assert_eq!(found(tx.find_user_by_other_name("shared@heron.example").await.unwrap()), None, "who left has no names");
        tx.save_user(&user(2)).await.unwrap();
        let shared = User { email: Some("Shared@heron.example".into()), ..user(1) };
        tx.save_user(&shared).await.unwrap();
        assert_eq!(found(tx.find_user_by_other_name("shared@heron.example").await.unwrap()), None);
    }

    async fn a_login_is_taken_once(database) {
        let mut tx = database.begin().await;
        tx.create_source(&source(1)).await.unwrap();
        let login = PendingLogin {
            state_hash: "hash".into(),
            source_id: source(1).id,
            sealed: vec![9],
            network: Some("network".into()),
            expires_at: at(900),
        };
        tx.keep_login(&login).await.unwrap();
        assert_eq!(tx.count_logins(at(0)).await.unwrap(), 1);
        assert_eq!(tx.count_logins_from("network", at(0)).await.unwrap(), 1);
        assert_eq!(tx.count_logins_from("another", at(0)).await.unwrap(), 0);
        assert_eq!((tx.count_logins(at(900)).await.unwrap(), tx.count_logins_from("network", at(900)).await.unwrap()), (0, 0));
        assert_eq!(tx.find_login("hash").await.unwrap(), Some(login.clone()));
        assert_eq!(tx.take_login("hash").await.unwrap(), Some(login.clone()));
        assert_eq!(tx.take_login("hash").await.unwrap(), None);
        tx.keep_login(&login).await.unwrap();
        assert_eq!(tx.prune_logins(at(900)).await.unwrap(), 1);
    }

    async fn a_providers_session_is_forgotten_with_the_session_here(database) {
        let mut tx = database.begin().await;
        tx.create_source(&source(1)).await.unwrap();
        tx.create_user(&user(1), None).await.unwrap();
        let opened = session(1, &user(1));
        tx.create_session(&opened).await.unwrap();
        let kept = ProviderSession { source_id: source(1).id, sealed_token: vec![7] };
        tx.keep_provider_session(&opened.id_hash, &kept).await.unwrap();
        assert_eq!(tx.provider_session(&opened.id_hash).await.unwrap(), Some(kept));
        tx.end_session(&opened.id_hash).await.unwrap();
        assert_eq!(tx.provider_session(&opened.id_hash).await.unwrap(), None);
    }
}
