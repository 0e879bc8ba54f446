use baton_model::{PolicyTestFile, PolicyTestFileId, id};
use baton_store::StoreError;

use crate::samples::at;

fn file(id: &str, name: &str) -> PolicyTestFile {
    PolicyTestFile {
        id: id.into(),
        name: name.to_owned(),
        text: "[[expect]]\nname = \"Grüße „‚\"\n".to_owned(),
        revision: 1,
        updated_at: at(0),
        updated_by: Some(id::NOBODY.into()),
    }
}

on_both_engines! {
    async fn a_file_of_expectations_is_found_as_created_and_saved(database) {
        let mut tx = database.begin().await;
        let first = file("one", "Sign-out");
        tx.create_policy_test_file(&first).await.unwrap();
        assert_eq!(tx.find_policy_test_file(&first.id).await.unwrap(), Some(first.clone()));

        let changed =
            PolicyTestFile { name: "Staff".into(), text: "# none".into(), updated_at: at(9), updated_by: None, ..first };
        assert!(tx.save_policy_test_file(&changed, 1).await.unwrap());

        let expected = PolicyTestFile { revision: 2, ..changed };
        assert_eq!(tx.find_policy_test_file(&expected.id).await.unwrap(), Some(expected));
        assert_eq!(tx.find_policy_test_file(&"ghost".into()).await.unwrap(), None);
    }

    async fn files_of_expectations_come_by_their_folded_names(database) {
        let mut tx = database.begin().await;
        for (id, name) in [("1", "staff"), ("2", "Änderungen"), ("3", "Sign-out")] {
            tx.create_policy_test_file(&file(id, name)).await.unwrap();
        }

        let names: Vec<String> = tx.all_policy_test_files().await.unwrap().into_iter().map(|file| file.name).collect();

        assert_eq!(names, ["Sign-out", "staff", "Änderungen"]);
        assert_eq!(tx.count_policy_test_files().await.unwrap(), 3);
    }

    async fn what_was_saved_meanwhile_is_not_overwritten(database) {
        let mut tx = database.begin().await;
        tx.create_policy_test_file(&file("one", "Sign-out")).await.unwrap();
        assert!(tx.save_policy_test_file(&file("one", "First"), 1).await.unwrap());

        assert!(!tx.save_policy_test_file(&file("one", "Second"), 1).await.unwrap());

        assert_eq!(tx.find_policy_test_file(&"one".into()).await.unwrap().unwrap().name, "First");
        assert!(!tx.save_policy_test_file(&file("ghost", "Ghost"), 1).await.unwrap());
    }

    async fn the_name_of_a_file_of_expectations_is_taken_however_it_is_written(database) {
        let mut tx = database.begin().await;
        tx.create_policy_test_file(&file("one", "Sign-out")).await.unwrap();
        tx.create_policy_test_file(&file("two", "Staff")).await.unwrap();
        tx.commit().await.unwrap();

        let mut tx = database.begin().await;
        let clash = tx.create_policy_test_file(&file("three", "SIGN-OUT")).await;
        assert_eq!(clash.unwrap_err().constraint(), Some("policy_test_file_name_taken"));
        drop(tx);
        let mut tx = database.begin().await;
        let clash = tx.save_policy_test_file(&file("two", "sign-out"), 1).await;
        assert_eq!(clash.unwrap_err().constraint(), Some("policy_test_file_name_taken"));
    }

    async fn a_deleted_file_of_expectations_is_gone(database) {
        let mut tx = database.begin().await;
        let id = PolicyTestFileId::from("one");
        tx.create_policy_test_file(&file("one", "Sign-out")).await.unwrap();

        tx.delete_policy_test_file(&id).await.unwrap();

        assert_eq!(tx.find_policy_test_file(&id).await.unwrap(), None);
        let again = tx.delete_policy_test_file(&id).await;
        assert!(matches!(again, Err(StoreError::Missing { what: "policy test file" })), "{again:?}");
    }
}
