//! Rows that this version cannot read are errors, never panics, and do not show their values.

use baton_policy::Presence;
use baton_store::{Engine, ItemFilter, StoreError, UserFilter};

use crate::samples::{
    audit, command, custody, device, device_item, device_with_enrollment, enrollment, handover, passcode, session, user,
};

/// Claims that the answer is unreadable data in `column`.
fn unreadable<T: std::fmt::Debug>(answer: &Result<T, StoreError>, column: &str) {
    match answer {
        Err(StoreError::Corrupt { what }) => assert_eq!(what, column),
        other => panic!("{other:?}"),
    }
}

on_both_engines! {
    async fn unknown_words_and_malformed_json_are_corrupt(database) {
        let mut tx = database.begin().await;
        let (device, enrollment) = device_with_enrollment(&mut tx).await;
        tx.create_item(&passcode(1)).await.unwrap();
        tx.save_device_item(&device_item(&device.id, "wifi", Presence::Maybe)).await.unwrap();
        tx.create_handover(&handover(1, &device.id)).await.unwrap();
        tx.append_custody(&custody(&device.id, 1)).await.unwrap();
        tx.queue_command(&command(1, &enrollment), crate::samples::at(0)).await.unwrap();
        tx.create_session(&session(1, &user(1))).await.unwrap();
        tx.commit().await.unwrap();
        let break_custody = match database.engine {
            Engine::Sqlite => "DROP TRIGGER custody_keeps_values",
            Engine::Postgres => "DROP TRIGGER custody_keeps_rows ON custody",
        };
        database.execute(break_custody).await.unwrap();
        database
            .execute(
                "UPDATE users SET role = 'emperor'; UPDATE devices SET enrollment_type = 'odd'; \
                 UPDATE items SET content = '{\"kind\":\"passcode\"'; UPDATE distributions SET filters = '[{\"odd\":1}]'; \
                 UPDATE device_items SET presence = 'perhaps'; UPDATE handovers SET state = 'odd'; \
                 UPDATE custody SET cause = 'odd'; UPDATE commands SET status = 'odd'; UPDATE enrollments SET state = 'odd'; \
                 UPDATE sessions SET kind = 'odd'",
            )
            .await
            .unwrap();

        let mut tx = database.begin().await;
        unreadable(&tx.find_user(&user(1).id).await, "users.role");
        unreadable(&tx.list_users(&UserFilter::default()).await, "users.role");
        unreadable(&tx.lock_device(&device.id).await, "devices.enrollment_type");
        unreadable(&tx.all_items().await, "items.content");
        unreadable(&tx.list_items(&ItemFilter::default()).await, "items.content");
        unreadable(&tx.distribution_of(&passcode(1).id).await, "distributions.filters");
        unreadable(&tx.all_distributions().await, "distributions.filters");
        unreadable(&tx.items_of_device(&device.id).await, "device_items.presence");
        unreadable(&tx.latest_handover(&device.id).await, "handovers.state");
        unreadable(&tx.custody_of(&device.id).await, "custody.cause");
        unreadable(&tx.find_command(&command(1, &enrollment).id).await, "commands.status");
        unreadable(&tx.find_enrollment(&enrollment.id).await, "enrollments.state");
        unreadable(&tx.find_session(&session(1, &user(1)).id_hash).await, "sessions.kind");
    }

    async fn an_unknown_scope_is_corrupt_and_not_no_devices(database) {
        database.execute("UPDATE distributions SET scope = 'some-devices'").await.unwrap();

        unreadable(&database.read().await.all_distributions().await, "distributions.scope");
    }

    async fn a_single_user_marked_excluded_is_not_read_as_included(database) {
        let mut tx = database.begin().await;
        tx.create_item(&passcode(1)).await.unwrap();
        tx.commit().await.unwrap();
        database
            .execute(
                "UPDATE distributions SET scope = 'custom'; \
                 INSERT INTO distribution_targets (item_id, excluded, user_id) VALUES ('item-00001', 1, 'nobody')",
            )
            .await
            .unwrap();

        unreadable(&database.read().await.distribution_of(&passcode(1).id).await, "distribution_targets.excluded");
    }

    async fn yes_and_no_are_the_only_answers_the_schema_takes(database) {
        let refused = database.execute("UPDATE users SET enabled = 2").await;

        assert!(matches!(refused, Err(StoreError::Database(_))), "{refused:?}");
    }
}

#[test]
fn values_of_another_type_which_sqlite_takes_are_corrupt() {
    crate::database::run(Engine::Sqlite, |database| async move {
        let mut tx = database.begin().await;
        tx.create_device(&device(1)).await.unwrap();
        tx.create_enrollment(&enrollment(1, None)).await.unwrap();
        tx.append_audit(&audit(1)).await.unwrap();
        tx.commit().await.unwrap();
        let set = "UPDATE devices SET held_since = 'soon'; UPDATE enrollments SET push_token = 'text'; \
                   UPDATE audit SET at = x'00'; UPDATE users SET display_name = CAST(x'ff' AS TEXT)";
        database.execute(set).await.unwrap();

        let mut tx = database.begin().await;
        unreadable(&tx.find_device(&device(1).id).await, "devices.held_since");
        unreadable(&tx.find_enrollment(&enrollment(1, None).id).await, "enrollments.push_token");
        unreadable(&tx.list_audit(&baton_store::AuditFilter::default()).await, "audit.at");
        let text = tx.find_user(&baton_model::id::NOBODY.into()).await;
        assert!(matches!(text, Err(StoreError::Corrupt { .. })), "{text:?}");
    });
}
