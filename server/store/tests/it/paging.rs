use baton_model::{AuditEntry, User};
use baton_store::{AuditFilter, CommandFilter, DeviceFilter, ListQuery, MAX_PAGE, StoreError, Tx, UserFilter};

use crate::samples::{at, audit, command, device, device_with_enrollment, user};

fn query(limit: u32, cursor: Option<String>) -> ListQuery {
    ListQuery { limit, cursor, search: None }
}

async fn all_user_names(tx: &mut Tx, limit: u32) -> Vec<String> {
    let mut names = Vec::new();
    let mut cursor = None;
    loop {
        let filter = UserFilter { query: query(limit, cursor), ..UserFilter::default() };
        let page = tx.list_users(&filter).await.unwrap();
        assert!(page.rows.len() <= limit as usize);
        names.extend(page.rows.into_iter().map(|user| user.user_name));
        match page.next {
            Some(next) => cursor = Some(next),
            None => return names,
        }
    }
}

on_both_engines! {
    async fn pages_of_any_size_give_every_row_once_and_in_order(database) {
        let mut tx = database.begin().await;
        for number in 1..=13 {
            // Several people share a name, and the id tells them apart.
            let display_name = format!("Person {}", number % 3);
            tx.create_user(&User { display_name, ..user(number) }, None).await.unwrap();
        }
        let expected = all_user_names(&mut tx, 500).await;
        assert_eq!(expected.len(), 14);

        for limit in [1, 2, 5, 13, 14, 15] {
            assert_eq!(all_user_names(&mut tx, limit).await, expected, "{limit} at a time");
        }
    }

    async fn the_last_page_has_no_next(database) {
        let mut tx = database.begin().await;
        tx.create_user(&user(1), None).await.unwrap();

        let full = UserFilter { query: query(2, None), ..UserFilter::default() };
        let half = UserFilter { query: query(1, None), ..UserFilter::default() };

        assert_eq!(tx.list_users(&full).await.unwrap().next, None);
        assert!(tx.list_users(&half).await.unwrap().next.is_some());
    }

    async fn rows_that_come_and_go_neither_repeat_nor_hide_others(database) {
        let mut tx = database.begin().await;
        for number in [10, 20, 30, 40] {
            tx.create_user(&user(number), None).await.unwrap();
        }
        let first = tx.list_users(&UserFilter { query: query(3, None), ..UserFilter::default() }).await.unwrap();
        let names: Vec<&str> = first.rows.iter().map(|user| user.user_name.as_str()).collect();
        assert_eq!(names, ["nobody", "person10", "person20"]);

        tx.create_user(&user(15), None).await.unwrap();
        tx.create_user(&user(35), None).await.unwrap();
        tx.save_user(&User { display_name: "Aaron".into(), ..user(20) }).await.unwrap();

        let second = tx.list_users(&UserFilter { query: query(9, first.next), ..UserFilter::default() }).await.unwrap();
        let names: Vec<&str> = second.rows.iter().map(|user| user.user_name.as_str()).collect();
        assert_eq!(names, ["person30", "person35", "person40"]);
    }

    async fn newest_first_stays_stable_while_rows_are_added(database) {
        let mut tx = database.begin().await;
        for number in 1..=4 {
            tx.append_audit(&AuditEntry { at: at(1), ..audit(number) }).await.unwrap();
        }
        let first = tx.list_audit(&AuditFilter { query: query(2, None), ..AuditFilter::default() }).await.unwrap();

        tx.append_audit(&audit(9)).await.unwrap();
        let second = tx.list_audit(&AuditFilter { query: query(2, first.next), ..AuditFilter::default() }).await.unwrap();

        let ids = |rows: &[AuditEntry]| rows.iter().map(|entry| entry.id.clone()).collect::<Vec<_>>();
        assert_eq!(ids(&first.rows), [audit(4).id, audit(3).id]);
        assert_eq!(ids(&second.rows), [audit(2).id, audit(1).id]);
    }

    async fn commands_queued_in_one_instant_page_in_their_order(database) {
        let mut tx = database.begin().await;
        let (_, enrollment) = device_with_enrollment(&mut tx).await;
        for number in 1..=5 {
            tx.queue_command(&command(6 - number, &enrollment), at(0)).await.unwrap();
        }

        let mut seen = Vec::new();
        let mut cursor = None;
        loop {
            let filter = CommandFilter { query: query(2, cursor), ..CommandFilter::default() };
            let page = tx.list_commands(&filter).await.unwrap();
            seen.extend(page.rows.iter().map(|command| command.seq));
            cursor = page.next;
            if cursor.is_none() {
                break;
            }
        }

        assert_eq!(seen, [5, 4, 3, 2, 1]);
    }

    async fn a_page_has_between_one_row_and_the_maximum(database) {
        let mut tx = database.begin().await;
        for number in 1..=MAX_PAGE + 1 {
            tx.create_device(&device(number)).await.unwrap();
        }

        let none = tx.list_devices(&DeviceFilter { query: query(0, None), ..DeviceFilter::default() }).await.unwrap();
        let all = tx.list_devices(&DeviceFilter { query: query(u32::MAX, None), ..DeviceFilter::default() }).await.unwrap();

        assert_eq!(none.rows.len(), 1);
        assert_eq!(all.rows.len(), MAX_PAGE as usize);
        assert!(all.next.is_some());
    }

    async fn a_cursor_that_the_store_never_gave_is_refused(database) {
        let mut tx = database.begin().await;
        tx.append_audit(&audit(1)).await.unwrap();
        tx.append_audit(&audit(2)).await.unwrap();
        let of_audit = tx.list_audit(&AuditFilter { query: query(1, None), ..AuditFilter::default() }).await.unwrap().next;

        for cursor in ["", "?", "AAAA", "bnVsbA", "W10", "WzEsMl0", "WyJhIiwiYiIsImMiXQ", &of_audit.unwrap(), &"A".repeat(99_999)] {
            let filter = UserFilter { query: query(5, Some(cursor.to_owned())), ..UserFilter::default() };
            let refused = tx.list_users(&filter).await;
            assert!(matches!(refused, Err(StoreError::Cursor)), "{cursor}: {refused:?}");
        }
    }
}
