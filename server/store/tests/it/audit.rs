use baton_model::AuditEntry;
use baton_store::{AuditFilter, ListQuery};

use crate::samples::{at, audit, device, user};

on_both_engines! {
    async fn entries_are_listed_newest_first_as_appended(database) {
        let mut tx = database.begin().await;
        let denied = AuditEntry { actor_id: None, allowed: false, ..audit(2) };
        tx.append_audit(&audit(1)).await.unwrap();
        tx.append_audit(&denied).await.unwrap();

        let page = tx.list_audit(&AuditFilter::default()).await.unwrap();

        assert_eq!(page.rows, [denied, audit(1)]);
    }

    async fn an_entry_needs_no_user_that_still_exists(database) {
        let mut tx = database.begin().await;

        tx.append_audit(&AuditEntry { actor_id: Some("erased".into()), ..audit(1) }).await.unwrap();

        let again = tx.append_audit(&audit(1)).await;
        assert_eq!(again.unwrap_err().constraint(), Some("audit_pkey"));
    }

    async fn the_log_is_filtered(database) {
        let mut tx = database.begin().await;
        tx.append_audit(&audit(1)).await.unwrap();
        tx.append_audit(&AuditEntry { actor_id: Some(user(2).id), ..audit(2) }).await.unwrap();
        tx.append_audit(&AuditEntry { action: "user.save".into(), target_kind: "user".into(), ..audit(3) }).await.unwrap();
        tx.append_audit(&AuditEntry { target_id: "device-2".into(), ..audit(4) }).await.unwrap();

        let by_actor = AuditFilter { actor: Some(user(2).id), ..AuditFilter::default() };
        let by_kind = AuditFilter { target_kind: Some("user".into()), ..AuditFilter::default() };
        let by_target = AuditFilter {
            target_kind: Some("device".into()),
            target_id: Some("device-2".into()),
            ..AuditFilter::default()
        };
        let by_action = AuditFilter { action: Some("device.rename".into()), ..AuditFilter::default() };
        let between = AuditFilter { from: Some(at(2)), to: Some(at(4)), ..AuditFilter::default() };
        let query = ListQuery { search: Some("TELEFON 4".into()), ..ListQuery::default() };
        let searched = AuditFilter { query, ..AuditFilter::default() };

        for (filter, expected) in [
            (by_actor, vec![2]),
            (by_kind, vec![3]),
            (by_target, vec![4]),
            (by_action, vec![4, 2, 1]),
            (between, vec![3, 2]),
            (searched, vec![4]),
        ] {
            let found: Vec<String> = tx.list_audit(&filter).await.unwrap().rows.into_iter().map(|entry| entry.id).collect();
            let expected: Vec<String> = expected.into_iter().map(|number| audit(number).id).collect();
            assert_eq!(found, expected, "{filter:?}");
        }
    }

    async fn the_last_time_of_something_is_the_newest_that_was_allowed(database) {
        let mut tx = database.begin().await;
        for number in 1..=2 {
            tx.create_user(&user(number), None).await.unwrap();
        }
        let entry = |number: u32, action: &str, allowed| AuditEntry {
            actor_id: Some(user(1).id),
            action: action.into(),
            allowed,
            at: at(i64::from(number)),
            ..audit(number)
        };
        tx.append_audit(&entry(1, "sign-in", true)).await.unwrap();
        tx.append_audit(&entry(2, "resume", true)).await.unwrap();
        tx.append_audit(&entry(3, "sign-in", false)).await.unwrap();
        tx.append_audit(&entry(4, "save", true)).await.unwrap();
        let both = [user(1).id, user(2).id];

        let last = tx.last_time_of(&["sign-in", "resume"], &both).await.unwrap();

        assert_eq!(last.into_iter().collect::<Vec<_>>(), [(user(1).id, at(2))]);
        assert!(tx.last_time_of(&[], &both).await.unwrap().is_empty());
        assert!(tx.last_time_of(&["sign-in"], &[]).await.unwrap().is_empty());
    }

    async fn an_entry_is_found_by_the_names_of_who_did_it_and_of_its_target(database) {
        let mut tx = database.begin().await;
        tx.create_user(&user(1), None).await.unwrap();
        tx.create_device(&device(7)).await.unwrap();
        let by_user = AuditEntry { actor_id: Some(user(1).id), ..audit(1) };
        let on_device = AuditEntry { target_kind: "device".into(), target_id: device(7).id.to_string(), actor_id: None, ..audit(2) };
        let on_ghost = AuditEntry { target_kind: "group".into(), target_id: device(7).id.to_string(), actor_id: None, ..audit(3) };
        for entry in [&by_user, &on_device, &on_ghost] {
            tx.append_audit(entry).await.unwrap();
        }
        let mut found = async |words: &str| {
            let query = ListQuery { search: Some(words.into()), ..ListQuery::default() };
            tx.list_audit(&AuditFilter { query, ..AuditFilter::default() }).await.unwrap().rows
        };

        assert_eq!(found("person1@example").await, [by_user]);
        assert_eq!(found("iphone 00007").await, [on_device]);
    }

}
