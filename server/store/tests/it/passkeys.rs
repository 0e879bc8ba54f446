use baton_model::Passkey;
use baton_store::StoreError;

use crate::samples::{at, session, user};

fn passkey(number: u32) -> Passkey {
    Passkey {
        id: format!("passkey-{number}").as_str().into(),
        user_id: user(1).id,
        credential: vec![u8::try_from(number).unwrap(), 0, 255],
        public_key: vec![1, 2, 0],
        state: vec![0; 7],
        name: format!("Key {number}"),
        is_synced: false,
        created_at: at(i64::from(number)),
        used_at: None,
    }
}

on_both_engines! {
    async fn a_passkey_is_found_by_its_credential_and_by_its_owner(database) {
        let mut tx = database.begin().await;
        tx.create_user(&user(1), None).await.unwrap();
        tx.create_passkey(&passkey(2)).await.unwrap();
        tx.create_passkey(&passkey(1)).await.unwrap();

        assert_eq!(tx.find_passkey(&passkey(1).credential).await.unwrap(), Some(passkey(1)));
        assert_eq!(tx.find_passkey(b"unknown").await.unwrap(), None);
        assert_eq!(tx.passkeys_of(&user(1).id).await.unwrap(), [passkey(1), passkey(2)]);
        assert_eq!(tx.passkeys_of(&user(2).id).await.unwrap(), []);
    }

    async fn no_two_people_have_the_same_credential(database) {
        let mut tx = database.begin().await;
        tx.create_user(&user(1), None).await.unwrap();
        tx.create_user(&user(2), None).await.unwrap();
        tx.create_passkey(&passkey(1)).await.unwrap();

        let copied = Passkey { credential: passkey(1).credential, user_id: user(2).id, ..passkey(2) };
        let again = tx.create_passkey(&copied).await;

        assert_eq!(again.unwrap_err().constraint(), Some("passkey_credential_taken"));
    }

    async fn a_passkey_needs_its_user(database) {
        let mut tx = database.begin().await;

        let created = tx.create_passkey(&passkey(1)).await;

        assert!(matches!(created, Err(StoreError::ForeignKey)), "{created:?}");
    }

    async fn of_two_uses_of_one_state_one_is_noted(database) {
        let mut tx = database.begin().await;
        tx.create_user(&user(1), None).await.unwrap();
        tx.create_passkey(&passkey(1)).await.unwrap();

        assert!(tx.use_passkey(&passkey(1), (&[1; 7], true), at(9)).await.unwrap());
        assert!(!tx.use_passkey(&passkey(1), (&[1; 7], true), at(9)).await.unwrap());

        let used = Passkey { state: vec![1; 7], is_synced: true, used_at: Some(at(9)), ..passkey(1) };
        assert_eq!(tx.find_passkey(&used.credential).await.unwrap(), Some(used));
    }

    async fn a_passkey_is_renamed_and_removed_by_its_owner_only(database) {
        let mut tx = database.begin().await;
        tx.create_user(&user(1), None).await.unwrap();
        tx.create_passkey(&passkey(1)).await.unwrap();
        let (ada, ben, id) = (user(1).id, user(2).id, passkey(1).id);

        assert!(!tx.rename_passkey(&ben, &id, "Mine").await.unwrap());
        assert!(tx.rename_passkey(&ada, &id, "Phone").await.unwrap());
        assert_eq!(tx.passkeys_of(&ada).await.unwrap()[0].name, "Phone");

        assert!(!tx.remove_passkey(&ben, &id).await.unwrap());
        assert!(tx.remove_passkey(&ada, &id).await.unwrap());
        assert!(!tx.remove_passkey(&ada, &id).await.unwrap());
    }

    async fn a_challenge_is_good_once_and_forgotten_when_it_expires(database) {
        let mut tx = database.begin().await;

        assert!(tx.use_challenge("hash", at(300)).await.unwrap());
        assert!(!tx.use_challenge("hash", at(300)).await.unwrap());

        assert_eq!(tx.prune_challenges(at(299)).await.unwrap(), 0);
        assert_eq!(tx.prune_challenges(at(300)).await.unwrap(), 1);
    }

    async fn a_renewed_session_has_another_id_and_is_confirmed(database) {
        let mut tx = database.begin().await;
        tx.create_user(&user(1), None).await.unwrap();
        let before = session(1, &user(1));
        tx.create_session(&before).await.unwrap();

        assert!(tx.renew_session(&before.id_hash, "new", at(9)).await.unwrap());
        assert!(!tx.renew_session(&before.id_hash, "newer", at(9)).await.unwrap());

        assert_eq!(tx.find_session(&before.id_hash).await.unwrap(), None);
        let (after, _) = tx.find_session("new").await.unwrap().unwrap();
        assert_eq!((after.confirmed_at, after.last_seen_at), (Some(at(9)), at(9)));
        assert_eq!((after.created_at, after.expires_at), (before.created_at, before.expires_at));
    }
}
