//! Who may enrol devices of their own (B5).

use baton_store::StoreError;

use crate::samples::user;

on_both_engines! {
    async fn what_was_said_is_kept_changed_and_taken_back(database) {
        let mut tx = database.begin().await;
        tx.create_user(&user(1), None).await.unwrap();
        for said in [None, Some(true), Some(false), None] {
            tx.set_own_device_permission(&user(1).id, said).await.unwrap();
            assert_eq!(tx.own_device_permission(&user(1).id).await.unwrap(), said);
        }
    }

    async fn each_word_is_counted(database) {
        let mut tx = database.begin().await;
        for (number, allowed) in [(1, true), (2, true), (3, false)] {
            tx.create_user(&user(number), None).await.unwrap();
            tx.set_own_device_permission(&user(number).id, Some(allowed)).await.unwrap();
        }
        assert_eq!(tx.count_own_device_permissions(true).await.unwrap(), 2);
        assert_eq!(tx.count_own_device_permissions(false).await.unwrap(), 1);
    }

    async fn it_needs_its_user(database) {
        let mut tx = database.begin().await;
        let said = tx.set_own_device_permission(&user(1).id, Some(true)).await;
        assert!(matches!(said, Err(StoreError::ForeignKey)), "{said:?}");
    }
}
