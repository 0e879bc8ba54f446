use std::time::Duration;

use baton_store::StoreError;

use crate::samples::user;

on_both_engines! {
    async fn what_is_committed_stays(database) {
        let mut tx = database.begin().await;
        tx.create_user(&user(1), None).await.unwrap();
        tx.commit().await.unwrap();

        assert_eq!(database.read().await.find_user(&user(1).id).await.unwrap(), Some(user(1)));
    }

    async fn what_is_dropped_never_was(database) {
        let mut tx = database.begin().await;
        tx.create_user(&user(1), None).await.unwrap();
        tx.set_setting("key", "value").await.unwrap();
        drop(tx);

        let mut tx = database.begin().await;
        assert_eq!(tx.find_user(&user(1).id).await.unwrap(), None);
        assert_eq!(tx.setting("key").await.unwrap(), None);
    }

    async fn after_an_error_nothing_more_happens_and_nothing_is_kept(database) {
        let mut tx = database.begin().await;
        tx.create_user(&user(1), None).await.unwrap();
        assert!(tx.create_user(&user(1), None).await.is_err());

        let written = tx.create_user(&user(2), None).await;
        let read = tx.find_user(&user(1).id).await;
        let committed = tx.commit().await;

        assert!(matches!(written, Err(StoreError::Aborted)), "{written:?}");
        assert!(matches!(read, Err(StoreError::Aborted)), "{read:?}");
        assert!(matches!(committed, Err(StoreError::Aborted)), "{committed:?}");
        assert_eq!(database.read().await.count_users().await.unwrap(), 0);
    }

    async fn a_reader_cannot_write(database) {
        let mut tx = database.read().await;

        let written = tx.create_user(&user(1), None).await;
        let counted = tx.bump_catalogue_revision().await;

        assert!(matches!(written, Err(StoreError::ReadOnly)), "{written:?}");
        assert!(matches!(counted, Err(StoreError::ReadOnly)), "{counted:?}");
    }

    async fn a_reader_sees_one_state_throughout_and_holds_up_nobody(database) {
        let mut reader = database.read().await;
        assert_eq!(reader.count_users().await.unwrap(), 0);

        let mut writer = database.begin().await;
        writer.create_user(&user(1), None).await.unwrap();
        writer.commit().await.unwrap();

        assert_eq!(reader.count_users().await.unwrap(), 0);
        reader.commit().await.unwrap();
        assert_eq!(database.read().await.count_users().await.unwrap(), 1);
    }

    async fn readers_go_on_while_somebody_writes(database) {
        let mut writer = database.begin().await;
        writer.create_user(&user(1), None).await.unwrap();

        let mut reader = database.read().await;
        let seen = tokio::time::timeout(Duration::from_secs(10), reader.count_users()).await.unwrap().unwrap();

        assert_eq!(seen, 0);
    }

    async fn an_abandoned_transaction_gives_way_to_the_next(database) {
        let (began, has_begun) = tokio::sync::oneshot::channel();
        let abandoned = tokio::spawn({
            let database = database.clone();
            async move {
                let mut tx = database.begin().await;
                tx.create_user(&user(1), None).await.unwrap();
                tx.lock_user(&user(1).id).await.unwrap();
                began.send(()).unwrap();
                std::future::pending::<()>().await;
            }
        });
        has_begun.await.unwrap();
        abandoned.abort();

        let mut tx = database.begin().await;
        tx.create_user(&user(1), None).await.unwrap();
        tx.commit().await.unwrap();

        assert_eq!(database.read().await.count_users().await.unwrap(), 1);
    }

    async fn a_verb_given_up_half_way_leaves_the_connection_usable(database) {
        for number in 1..=50 {
            let mut tx = database.begin().await;
            let user = user(number);
            let verb = tx.create_user(&user, None);
            let _ = tokio::time::timeout(Duration::from_micros(u64::from(number) * 20), verb).await;
            drop(tx);
            let begin = database.store.begin();
            let _ = tokio::time::timeout(Duration::from_micros(u64::from(number) * 20), begin).await;
        }

        let mut tx = database.begin().await;
        assert_eq!(tx.count_users().await.unwrap(), 0);
        tx.create_user(&user(1), None).await.unwrap();
        tx.commit().await.unwrap();
    }

    async fn the_database_answers_a_ping(database) {
        database.store.ping().await.unwrap();
    }
}
