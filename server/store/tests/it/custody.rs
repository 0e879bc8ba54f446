use baton_model::{CustodyCause, CustodyEntry, id};
use baton_store::StoreError;

use crate::samples::{custody, device, user};

on_both_engines! {
    async fn the_chain_is_read_from_its_first_entry_on(database) {
        let mut tx = database.begin().await;
        tx.create_device(&device(1)).await.unwrap();
        let second = CustodyEntry {
            holder_id: user(1).id,
            cause: CustodyCause::SignedIn,
            actor_id: Some(user(1).id),
            ..custody(&device(1).id, 2)
        };
        tx.append_custody(&custody(&device(1).id, 1)).await.unwrap();
        tx.append_custody(&second).await.unwrap();

        assert_eq!(tx.last_custody(&device(1).id).await.unwrap(), Some(second.clone()));
        assert_eq!(tx.custody_of(&device(1).id).await.unwrap(), [custody(&device(1).id, 1), second]);
        assert_eq!(tx.last_custody(&device(2).id).await.unwrap(), None);
    }

    async fn a_place_in_the_chain_is_taken_once(database) {
        let mut tx = database.begin().await;
        tx.create_device(&device(1)).await.unwrap();
        tx.append_custody(&custody(&device(1).id, 1)).await.unwrap();

        let again = tx.append_custody(&CustodyEntry { mac: "other".into(), ..custody(&device(1).id, 1) }).await;

        assert_eq!(again.unwrap_err().constraint(), Some("custody_seq_taken"));
    }

    async fn an_entry_can_be_neither_changed_nor_removed(database) {
        let mut tx = database.begin().await;
        tx.create_device(&device(1)).await.unwrap();
        tx.append_custody(&custody(&device(1).id, 1)).await.unwrap();
        tx.commit().await.unwrap();

        for sql in [
            "UPDATE custody SET holder_id = 'somebody-else'",
            "DELETE FROM custody",
            "DELETE FROM custody WHERE seq = 1",
        ] {
            let refused = database.execute(sql).await;
            assert!(matches!(refused, Err(StoreError::AppendOnly)), "{sql}: {refused:?}");
        }
        let chain = database.read().await.custody_of(&device(1).id).await.unwrap();
        assert_eq!(chain, [custody(&device(1).id, 1)]);
    }

    async fn a_device_with_a_chain_cannot_be_deleted(database) {
        let mut tx = database.begin().await;
        tx.create_device(&device(1)).await.unwrap();
        tx.append_custody(&custody(&device(1).id, 1)).await.unwrap();
        tx.commit().await.unwrap();

        let refused = database.execute("DELETE FROM devices").await;

        assert!(matches!(refused, Err(StoreError::ForeignKey)), "{refused:?}");
    }

    async fn an_erased_person_leaves_the_chain_whole(database) {
        let mut tx = database.begin().await;
        tx.create_user(&user(1), None).await.unwrap();
        tx.create_device(&device(1)).await.unwrap();
        let entry = CustodyEntry { holder_id: user(1).id, ..custody(&device(1).id, 1) };
        tx.append_custody(&entry).await.unwrap();
        tx.commit().await.unwrap();

        database.execute("DELETE FROM users WHERE id = 'user-00001'").await.unwrap();

        let mut tx = database.begin().await;
        assert_eq!(tx.custody_of(&device(1).id).await.unwrap(), [entry]);
        assert!(tx.find_user(&id::NOBODY.into()).await.unwrap().is_some());
    }
}

#[test]
fn postgres_refuses_to_empty_the_table() {
    crate::database::run(baton_store::Engine::Postgres, |database| async move {
        let refused = database.execute("TRUNCATE custody").await;
        assert!(matches!(refused, Err(StoreError::AppendOnly)), "{refused:?}");
    });
}
