//! Tests that need the inside of the crate; all others are in `tests/it`.

use std::future::Future;

use baton_model::{AuditEntry, DeviceId, DeviceState, EnrollmentId, Timestamp};
use tempfile::TempDir;

use crate::{
    AuditFilter, CommandFilter, DeviceFilter, ItemFilter, ListQuery, Store, StoreError, StoreOptions, UserFilter,
    audit, commands, devices, items,
    page::{Order, paged},
    reconcile,
    row::{Record, Row},
    statement::{Statement, sql},
    users, watches,
};

fn on_sqlite<F: Future<Output = ()>>(test: impl FnOnce(Store) -> F) {
    let folder = TempDir::with_prefix("baton-store.").unwrap();
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
    runtime.block_on(async {
        let address = folder.path().join("baton.db");
        let options = StoreOptions { max_connections: 2, ..StoreOptions::default() };
        let store = Store::connect(address.to_str().unwrap(), options).await.unwrap();
        test(store.clone()).await;
        store.close().await;
    });
}

fn entry(number: u32, size: usize) -> AuditEntry {
    AuditEntry {
        id: format!("audit-{number:05}"),
        at: Timestamp(0),
        actor_id: None,
        action: "test".into(),
        allowed: true,
        target_kind: "test".into(),
        target_id: "test".into(),
        detail: "x".repeat(size),
    }
}

#[test]
fn a_full_disk_is_said_leaves_nothing_and_does_not_spoil_the_connection() {
    on_sqlite(|store| async move {
        let mut tx = store.begin().await.unwrap();
        tx.append_audit(&entry(0, 10)).await.unwrap();
        tx.commit().await.unwrap();
        for round in 1..=3 {
            let mut tx = store.begin().await.unwrap();
            tx.append_audit(&entry(round, 10)).await.unwrap();
            // The engine takes the smallest number of pages that holds what is there already.
            tx.list::<Pages>(sql("PRAGMA max_page_count = 1")).await.unwrap();

            let full = tx.append_audit(&entry(100 + round, 1_000_000)).await;

            assert!(matches!(full, Err(StoreError::Full(_))), "{full:?}");
            let next = tx.append_audit(&entry(200 + round, 10)).await;
            assert!(matches!(next, Err(StoreError::Aborted)), "{next:?}");
            assert!(matches!(tx.commit().await, Err(StoreError::Aborted)));
            let mut tx = store.begin().await.unwrap();
            tx.list::<Pages>(sql("PRAGMA max_page_count = 1000000")).await.unwrap();
            assert_eq!(tx.list_audit(&AuditFilter::default()).await.unwrap().rows, [entry(0, 10)]);
        }
        let mut tx = store.begin().await.unwrap();
        tx.append_audit(&entry(9, 1_000_000)).await.unwrap();
        tx.commit().await.unwrap();
    });
}

struct Pages;

impl Record for Pages {
    const TABLE: &'static str = "pragma";

    fn read(_: &Row<'_>) -> Result<Self, StoreError> {
        Ok(Self)
    }
}

struct Step(String);

impl Record for Step {
    const TABLE: &'static str = "plan";

    fn read(row: &Row<'_>) -> Result<Self, StoreError> {
        row.text("detail").map(Self)
    }
}

/// How SQLite would find the rows.
async fn plan(store: &Store, statement: Statement) -> String {
    let mut tx = store.read().await.unwrap();
    let steps: Vec<Step> = tx.list(statement.explained()).await.unwrap();
    steps.into_iter().map(|Step(step)| step).collect::<Vec<_>>().join("; ")
}

async fn claim_uses(store: &Store, statement: Statement, indexes: &[&str]) {
    let plan = plan(store, statement).await;
    for index in indexes {
        assert!(plan.contains(&format!("INDEX {index}")), "{index} is not in: {plan}");
    }
    assert!(!plan.contains("SCAN devices;") && !plan.ends_with("SCAN devices"), "{plan}");
}

async fn claim_list_uses(store: &Store, select: Statement, order: &Order, index: &str) {
    let first = paged(select, order, &ListQuery::default()).unwrap();
    let plan = plan(store, first).await;
    assert!(plan.contains(&format!("INDEX {index}")), "{index} is not in: {plan}");
    assert!(!plan.contains("TEMP B-TREE"), "sorts: {plan}");
}

#[test]
fn the_sweep_enters_indexes_only() {
    on_sqlite(|store| async move {
        let after = DeviceId::from("");
        claim_uses(&store, reconcile::changed(&after, 100), &["devices_unsettled"]).await;
        let holder = ["users_unsettled", "devices_by_decided_user"];
        claim_uses(&store, reconcile::holder_changed(&after, 100), &holder).await;
        claim_uses(&store, reconcile::behind(7, &after, 100), &["devices_by_decided_catalogue"]).await;
    });
}

#[test]
fn the_next_command_comes_from_the_queues_index() {
    on_sqlite(|store| async move {
        let next = commands::next(&EnrollmentId::from("enrollment"), Timestamp(0));
        claim_uses(&store, next, &["commands_in_queue"]).await;
    });
}

#[test]
fn watches_that_are_over_come_from_their_index() {
    on_sqlite(|store| async move {
        claim_uses(&store, watches::unwatched(Timestamp(7)), &["devices_watched"]).await;
    });
}

#[test]
fn lists_are_read_in_their_order() {
    on_sqlite(|store| async move {
        let device = DeviceId::from("device");
        claim_list_uses(&store, UserFilter::default().select(), &users::IN_ORDER, "users_in_order").await;
        claim_list_uses(&store, DeviceFilter::default().select(), &devices::IN_ORDER, "devices_in_order").await;
        let enrolled = DeviceFilter { state: Some(DeviceState::Enrolled), ..DeviceFilter::default() };
        claim_list_uses(&store, enrolled.select(), &devices::IN_ORDER, "devices_by_state").await;
        let held = DeviceFilter { holder: Some("user".into()), ..DeviceFilter::default() };
        claim_list_uses(&store, held.select(), &devices::IN_ORDER, "devices_by_holder").await;
        claim_list_uses(&store, ItemFilter::default().select(), &items::IN_ORDER, "items_in_order").await;
        claim_list_uses(&store, CommandFilter::default().select(), &commands::NEWEST_FIRST, "commands_in_order").await;
        let of_device = CommandFilter { device: Some(device), ..CommandFilter::default() };
        claim_list_uses(&store, of_device.select(), &commands::NEWEST_FIRST, "commands_of_device").await;
        claim_list_uses(&store, AuditFilter::default().select(), &audit::NEWEST_FIRST, "audit_in_order").await;
        let by_actor = AuditFilter { actor: Some("user".into()), ..AuditFilter::default() };
        claim_list_uses(&store, by_actor.select(), &audit::NEWEST_FIRST, "audit_by_actor").await;
        let target_kind = Some("device".to_owned());
        let by_target = AuditFilter { target_kind, target_id: Some("device".into()), ..AuditFilter::default() };
        claim_list_uses(&store, by_target.select(), &audit::NEWEST_FIRST, "audit_by_target").await;
    });
}
