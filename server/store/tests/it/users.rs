use baton_model::{Role, User, UserId, id};
use baton_store::{ListQuery, StoreError, UserFilter};

use crate::samples::{at, user};

on_both_engines! {
    async fn a_user_is_found_as_created(database) {
        let mut tx = database.begin().await;
        let ada = User { role: Role::HelpDesk, email: None, enabled: false, ..user(1) };
        tx.create_user(&ada, None).await.unwrap();

        assert_eq!(tx.find_user(&ada.id).await.unwrap(), Some(ada.clone()));
        assert_eq!(tx.find_user_by_name("person1").await.unwrap(), Some(ada.clone()));
        assert_eq!(tx.lock_user(&ada.id).await.unwrap(), Some(ada));
    }

    async fn an_unknown_user_is_not_found(database) {
        let mut tx = database.read().await;

        assert_eq!(tx.find_user(&"nobody-else".into()).await.unwrap(), None);
        assert_eq!(tx.find_user_by_name("nobody else").await.unwrap(), None);
        assert_eq!(tx.password_hash(&"nobody-else".into()).await.unwrap(), None);
    }

    async fn nobody_is_built_in(database) {
        let mut tx = database.read().await;

        let nobody = tx.find_user(&id::NOBODY.into()).await.unwrap().unwrap();

        assert_eq!((nobody.role, nobody.enabled, nobody.display_name.as_str()), (Role::User, true, "Nobody"));
        assert_eq!(tx.password_hash(&nobody.id).await.unwrap(), None);
        assert_eq!(tx.count_users().await.unwrap(), 0);
    }

    async fn nobody_cannot_be_deleted(database) {
        let refused = database.execute("DELETE FROM users WHERE id = 'nobody'").await;

        assert!(matches!(refused, Err(StoreError::ForeignKey)), "{refused:?}");
    }

    async fn a_user_name_is_taken_in_any_case_and_spacing(database) {
        let mut tx = database.begin().await;
        tx.create_user(&User { user_name: "Ada Lovelace".into(), ..user(1) }, None).await.unwrap();

        let clash = tx.create_user(&User { user_name: "  ADA  lovelace".into(), ..user(2) }, None).await;

        assert_eq!(clash.unwrap_err().constraint(), Some("user_name_taken"));
    }

    async fn saving_writes_the_fields_and_counts_the_revision_but_not_the_epoch(database) {
        let mut tx = database.begin().await;
        let ada = user(1);
        tx.create_user(&ada, Some("hash")).await.unwrap();
        let saved = User {
            user_name: "ada".into(),
            display_name: "Ada".into(),
            email: None,
            role: Role::Administrator,
            enabled: false,
            epoch: 99,
            revision: 99,
            ..ada.clone()
        };

        tx.save_user(&saved).await.unwrap();

        let expected = User { epoch: ada.epoch, revision: ada.revision + 1, ..saved };
        assert_eq!(tx.find_user_by_name("ada").await.unwrap(), Some(expected));
        assert_eq!(tx.password_hash(&ada.id).await.unwrap().as_deref(), Some("hash"));
    }

    async fn saving_an_unknown_user_is_an_error(database) {
        let mut tx = database.begin().await;

        let saved = tx.save_user(&user(1)).await;

        assert!(matches!(saved, Err(StoreError::Missing { what: "user" })), "{saved:?}");
    }

    async fn a_new_password_ends_all_sessions_by_the_epoch(database) {
        let mut tx = database.begin().await;
        tx.create_user(&user(1), None).await.unwrap();

        tx.set_password_hash(&user(1).id, "hash").await.unwrap();

        assert_eq!(tx.password_hash(&user(1).id).await.unwrap().as_deref(), Some("hash"));
        assert_eq!(tx.find_user(&user(1).id).await.unwrap().unwrap().epoch, 2);
    }

    async fn the_same_password_hashed_anew_keeps_sessions(database) {
        let mut tx = database.begin().await;
        tx.create_user(&user(1), Some("weak")).await.unwrap();

        assert!(!tx.rehash_password(&user(1).id, "another", "strong").await.unwrap());
        assert!(tx.rehash_password(&user(1).id, "weak", "strong").await.unwrap());

        assert_eq!(tx.password_hash(&user(1).id).await.unwrap().as_deref(), Some("strong"));
        assert_eq!(tx.find_user(&user(1).id).await.unwrap().unwrap().epoch, 1);
    }

    async fn the_epoch_counts_up(database) {
        let mut tx = database.begin().await;
        tx.create_user(&user(1), None).await.unwrap();

        tx.bump_epoch(&user(1).id).await.unwrap();

        let epoch = tx.find_user(&user(1).id).await.unwrap().unwrap().epoch;
        assert_eq!(epoch, 2);
        assert!(matches!(tx.bump_epoch(&user(2).id).await, Err(StoreError::Missing { .. })));
    }

    async fn users_are_counted_without_nobody(database) {
        let mut tx = database.begin().await;
        tx.create_user(&user(1), None).await.unwrap();
        tx.create_user(&user(2), None).await.unwrap();

        assert_eq!(tx.count_users().await.unwrap(), 2);
    }

    async fn only_an_enabled_administrator_counts_as_one(database) {
        let mut tx = database.begin().await;
        assert!(!tx.has_administrator().await.unwrap());
        let boss = User { role: Role::Administrator, enabled: false, ..user(1) };
        tx.create_user(&boss, None).await.unwrap();
        assert!(!tx.has_administrator().await.unwrap());

        tx.save_user(&User { enabled: true, ..boss }).await.unwrap();

        assert!(tx.has_administrator().await.unwrap());
    }

    async fn users_are_listed_by_folded_name(database) {
        let mut tx = database.begin().await;
        for (number, name) in [(1, "émile"), (2, "Zoe"), (3, "ada"), (4, "Bob")] {
            tx.create_user(&User { display_name: name.into(), ..user(number) }, None).await.unwrap();
        }

        let page = tx.list_users(&UserFilter::default()).await.unwrap();

        let names: Vec<&str> = page.rows.iter().map(|user| user.display_name.as_str()).collect();
        assert_eq!(names, ["ada", "Bob", "Nobody", "Zoe", "émile"]);
        assert_eq!(page.next, None);
    }

    async fn the_list_of_users_is_filtered(database) {
        let mut tx = database.begin().await;
        tx.create_user(&User { role: Role::Auditor, ..user(1) }, None).await.unwrap();
        tx.create_user(&User { enabled: false, ..user(2) }, None).await.unwrap();
        tx.create_user(&user(3), None).await.unwrap();
        tx.create_user_group(&"nurses".into(), "Nurses", "").await.unwrap();
        tx.set_user_group_members(&"nurses".into(), &[user(3).id]).await.unwrap();

        let by_role = UserFilter { role: Some(Role::Auditor), ..UserFilter::default() };
        let disabled = UserFilter { enabled: Some(false), ..UserFilter::default() };
        let in_group = UserFilter { group: Some("nurses".into()), ..UserFilter::default() };
        let everyone = UserFilter { group: Some(id::EVERYONE.into()), ..UserFilter::default() };

        assert_eq!(ids(&tx.list_users(&by_role).await.unwrap().rows), [user(1).id]);
        assert_eq!(ids(&tx.list_users(&disabled).await.unwrap().rows), [user(2).id]);
        assert_eq!(ids(&tx.list_users(&in_group).await.unwrap().rows), [user(3).id]);
        assert_eq!(tx.list_users(&everyone).await.unwrap().rows.len(), 4);
    }

    async fn a_search_finds_words_in_any_case_and_order(database) {
        let mut tx = database.begin().await;
        let ada = User { display_name: "Ada LOVELACE".into(), user_name: "äda".into(), ..user(1) };
        tx.create_user(&ada, None).await.unwrap();
        tx.create_user(&user(2), None).await.unwrap();

        for search in ["lovelace ADA", "ÄDA", "person1@example"] {
            let query = ListQuery { search: Some(search.into()), ..ListQuery::default() };
            let found = tx.list_users(&UserFilter { query, ..UserFilter::default() }).await.unwrap();
            assert_eq!(ids(&found.rows), [user(1).id], "{search}");
        }
    }

    async fn a_search_takes_wildcards_literally(database) {
        let mut tx = database.begin().await;
        tx.create_user(&User { display_name: "100% _sure_!".into(), ..user(1) }, None).await.unwrap();
        tx.create_user(&user(2), None).await.unwrap();

        for (search, found) in [("100%", 1), ("_sure_", 1), ("!", 1), ("p%n", 0), ("\0", 0), ("'; --", 0)] {
            let query = ListQuery { search: Some(search.into()), ..ListQuery::default() };
            let page = tx.list_users(&UserFilter { query, ..UserFilter::default() }).await.unwrap();
            assert_eq!(page.rows.len(), found, "{search:?}");
        }
    }

    async fn a_search_of_any_length_is_answered(database) {
        let mut tx = database.read().await;
        let query = ListQuery { search: Some("x".repeat(200_000)), ..ListQuery::default() };

        let page = tx.list_users(&UserFilter { query, ..UserFilter::default() }).await.unwrap();

        assert!(page.rows.is_empty());
    }

    async fn a_nul_in_a_text_is_replaced_on_both_engines(database) {
        let mut tx = database.begin().await;
        tx.create_user(&User { display_name: "A\0B".into(), created_at: at(5), ..user(1) }, None).await.unwrap();

        let stored = tx.find_user(&user(1).id).await.unwrap().unwrap();

        assert_eq!(stored.display_name, "A\u{fffd}B");
    }
}

fn ids(users: &[User]) -> Vec<UserId> {
    users.iter().map(|user| user.id.clone()).collect()
}
