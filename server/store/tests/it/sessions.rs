use baton_model::{Session, SessionKind};
use baton_store::StoreError;

use crate::samples::{at, device, session, user};

on_both_engines! {
    async fn a_session_is_found_with_its_user(database) {
        let mut tx = database.begin().await;
        tx.create_user(&user(1), None).await.unwrap();
        tx.create_device(&device(1)).await.unwrap();
        let clip = Session {
            kind: SessionKind::Clip,
            device_id: Some(device(1).id),
            browser: Some("Safari · iPhone".to_owned()),
            epoch: 7,
            last_seen_at: at(3),
            ..session(1, &user(1))
        };
        tx.create_session(&clip).await.unwrap();

        assert_eq!(tx.find_session(&clip.id_hash).await.unwrap(), Some((clip, user(1))));
        assert_eq!(tx.find_session("unknown").await.unwrap(), None);
    }

    async fn a_session_needs_its_user(database) {
        let mut tx = database.begin().await;

        let created = tx.create_session(&session(1, &user(1))).await;

        assert!(matches!(created, Err(StoreError::ForeignKey)), "{created:?}");
    }

    async fn an_id_is_never_used_twice(database) {
        let mut tx = database.begin().await;
        tx.create_user(&user(1), None).await.unwrap();
        tx.create_session(&session(1, &user(1))).await.unwrap();

        let again = tx.create_session(&session(1, &user(1))).await;

        assert_eq!(again.unwrap_err().constraint(), Some("sessions_pkey"));
    }

    async fn a_used_session_notes_when(database) {
        let mut tx = database.begin().await;
        tx.create_user(&user(1), None).await.unwrap();
        tx.create_session(&session(1, &user(1))).await.unwrap();

        assert!(tx.touch_session(&session(1, &user(1)).id_hash, at(60)).await.unwrap());
        assert!(!tx.touch_session("unknown", at(60)).await.unwrap());

        let (stored, _) = tx.find_session(&session(1, &user(1)).id_hash).await.unwrap().unwrap();
        assert_eq!(stored.last_seen_at, at(60));
    }

    async fn an_ended_session_is_gone(database) {
        let mut tx = database.begin().await;
        tx.create_user(&user(1), None).await.unwrap();
        let session = session(1, &user(1));
        tx.create_session(&session).await.unwrap();

        assert!(tx.end_session(&session.id_hash).await.unwrap());

        assert_eq!(tx.find_session(&session.id_hash).await.unwrap(), None);
        assert!(!tx.end_session(&session.id_hash).await.unwrap());
    }

    async fn all_sessions_of_a_user_end_at_once(database) {
        let mut tx = database.begin().await;
        tx.create_user(&user(1), None).await.unwrap();
        tx.create_user(&user(2), None).await.unwrap();
        tx.create_session(&session(1, &user(1))).await.unwrap();
        tx.create_session(&session(2, &user(1))).await.unwrap();
        tx.create_session(&session(3, &user(2))).await.unwrap();
        assert_eq!(tx.sessions_of_user(&user(1).id).await.unwrap(), [session(2, &user(1)), session(1, &user(1))]);

        assert_eq!(tx.end_sessions_of_user(&user(1).id).await.unwrap(), 2);

        assert_eq!(tx.sessions_of_user(&user(1).id).await.unwrap(), []);
        assert_eq!(tx.sessions_of_user(&user(2).id).await.unwrap().len(), 1);
    }

    async fn signing_out_a_device_ends_its_clip_sessions_only(database) {
        let mut tx = database.begin().await;
        tx.create_user(&user(1), None).await.unwrap();
        tx.create_device(&device(1)).await.unwrap();
        tx.create_device(&device(2)).await.unwrap();
        let clip = |number, of: u32| Session {
            kind: SessionKind::Clip,
            device_id: Some(device(of).id),
            ..session(number, &user(1))
        };
        tx.create_session(&clip(1, 1)).await.unwrap();
        tx.create_session(&clip(2, 2)).await.unwrap();
        tx.create_session(&session(3, &user(1))).await.unwrap();

        assert_eq!(tx.end_clip_sessions_of_device(&device(1).id).await.unwrap(), 1);

        assert_eq!(tx.sessions_of_user(&user(1).id).await.unwrap(), [session(3, &user(1)), clip(2, 2)]);
    }

    async fn expired_sessions_are_pruned(database) {
        let mut tx = database.begin().await;
        tx.create_user(&user(1), None).await.unwrap();
        tx.create_session(&session(1, &user(1))).await.unwrap();
        tx.create_session(&Session { expires_at: at(3601), ..session(2, &user(1)) }).await.unwrap();

        assert_eq!(tx.prune_sessions(at(3600)).await.unwrap(), 1);

        assert_eq!(tx.sessions_of_user(&user(1).id).await.unwrap().len(), 1);
    }
}
