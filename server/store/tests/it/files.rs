use baton_store::{StoreError, StoredUpload};

use crate::samples::{at, passcode, user};

fn upload(name: &str) -> StoredUpload {
    StoredUpload { name: name.to_owned(), content: vec![0, 159, 255] }
}

on_both_engines! {
    async fn an_item_has_the_file_that_was_saved_last(database) {
        let mut tx = database.begin().await;
        let item = passcode(1).id;
        tx.create_item(&passcode(1)).await.unwrap();

        tx.save_item_file(&item, "one", &[0, 1]).await.unwrap();
        tx.save_item_file(&item, "one", &[0, 1]).await.unwrap();
        assert_eq!(tx.find_item_file(&item, "one").await.unwrap(), Some(vec![0, 1]));

        tx.save_item_file(&item, "two", &[2]).await.unwrap();
        assert_eq!(tx.find_item_file(&item, "one").await.unwrap(), None);
        assert_eq!(tx.find_item_file(&item, "two").await.unwrap(), Some(vec![2]));

        tx.keep_item_file(&item, "").await.unwrap();
        assert_eq!(tx.find_item_file(&item, "two").await.unwrap(), None);
    }

    async fn a_file_goes_with_its_item(database) {
        let mut tx = database.begin().await;
        tx.create_item(&passcode(1)).await.unwrap();
        tx.save_item_file(&passcode(1).id, "one", &[1]).await.unwrap();

        tx.delete_item(&passcode(1).id).await.unwrap();

        assert_eq!(tx.find_item_file(&passcode(1).id, "one").await.unwrap(), None);
        tx.commit().await.unwrap();
        assert_eq!(database.number("SELECT COUNT(*) FROM item_files").await, 0);
    }

    async fn a_file_without_an_item_is_refused(database) {
        let saved = database.begin().await.save_item_file(&passcode(1).id, "one", &[1]).await;

        assert!(matches!(saved, Err(StoreError::ForeignKey)), "{saved:?}");
    }

    async fn of_uploads_the_latest_are_kept_for_each_user(database) {
        let mut tx = database.begin().await;
        tx.create_user(&user(1), None).await.unwrap();
        tx.create_user(&user(2), None).await.unwrap();
        tx.keep_upload("other", &user(2).id, &upload("other"), 2, at(0)).await.unwrap();
        for number in 1..=3 {
            let name = format!("file {number}");
            tx.keep_upload(&format!("u{number}"), &user(1).id, &upload(&name), 2, at(number)).await.unwrap();
        }

        assert_eq!(tx.find_upload("u1", &user(1).id).await.unwrap(), None);
        assert_eq!(tx.find_upload("u2", &user(1).id).await.unwrap(), Some(upload("file 2")));
        assert_eq!(tx.find_upload("u3", &user(1).id).await.unwrap(), Some(upload("file 3")));
        assert_eq!(tx.find_upload("u3", &user(2).id).await.unwrap(), None, "somebody else's");
        assert_eq!(tx.find_upload("other", &user(2).id).await.unwrap(), Some(upload("other")));
    }

    async fn uploads_are_forgotten_when_they_are_done_or_old(database) {
        let mut tx = database.begin().await;
        tx.create_user(&user(1), None).await.unwrap();
        tx.keep_upload("done", &user(1).id, &upload("done"), 5, at(1)).await.unwrap();
        tx.keep_upload("old", &user(1).id, &upload("old"), 5, at(2)).await.unwrap();
        tx.keep_upload("new", &user(1).id, &upload("new"), 5, at(3)).await.unwrap();

        tx.forget_upload("done", &user(1).id).await.unwrap();
        assert_eq!(tx.prune_uploads(at(3)).await.unwrap(), 1);

        assert_eq!(tx.find_upload("done", &user(1).id).await.unwrap(), None);
        assert_eq!(tx.find_upload("old", &user(1).id).await.unwrap(), None);
        assert!(tx.find_upload("new", &user(1).id).await.unwrap().is_some());
    }
}
