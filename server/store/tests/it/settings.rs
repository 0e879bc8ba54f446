on_both_engines! {
    async fn a_setting_is_found_as_set(database) {
        let mut tx = database.begin().await;
        assert_eq!(tx.setting("organisation").await.unwrap(), None);

        tx.set_setting("organisation", "Ward").await.unwrap();
        tx.set_setting("organisation", "Hospital").await.unwrap();

        assert_eq!(tx.setting("organisation").await.unwrap().as_deref(), Some("Hospital"));
    }

    async fn a_setting_is_added_only_where_there_is_none(database) {
        let mut tx = database.begin().await;

        assert!(tx.add_setting("key", "first").await.unwrap());
        assert!(!tx.add_setting("key", "second").await.unwrap());

        assert_eq!(tx.setting("key").await.unwrap().as_deref(), Some("first"));
    }

    async fn a_setting_is_taken_once_and_only_with_its_value(database) {
        let mut tx = database.begin().await;
        tx.set_setting("set-up", "hash").await.unwrap();

        assert!(!tx.take_setting("set-up", "another").await.unwrap());
        assert!(tx.take_setting("set-up", "hash").await.unwrap());
        assert!(!tx.take_setting("set-up", "hash").await.unwrap());

        assert_eq!(tx.setting("set-up").await.unwrap(), None);
    }
}
