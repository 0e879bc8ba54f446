//! A look at ten thousand devices: not a measurement, only whether indexes do the work.

use baton_model::DeviceState;
use baton_store::{DeviceFilter, Engine, ListQuery};

use crate::{
    database::run,
    samples::{at, command, device, enrollment, passcode},
};

const DEVICES: u32 = 10_000;

#[test]
fn the_sweep_and_the_queue_use_their_indexes_on_postgres() {
    run(Engine::Postgres, |database| async move {
        let mut tx = database.begin().await;
        tx.create_device(&device(1)).await.unwrap();
        assert!(tx.mark_decided(&device(1).id, 1, 1, 1).await.unwrap());
        let active = enrollment(7, Some(&device(1).id));
        tx.create_enrollment(&active).await.unwrap();
        for number in 1..=1000 {
            tx.queue_command(&command(number, &active), at(0)).await.unwrap();
        }
        tx.commit().await.unwrap();
        // One row is copied as often as needed; the planner's knowledge is then as after a while in production.
        let copies = format!(
            "INSERT INTO devices (id, name, sort_key, search_key, name_tag, enrollment_type, ownership, shared, state, \
             holder_id, held_since, custody_seq, clip_generation, clip_confirmed, revision, enrolled_at, \
             decided_device, decided_user, decided_catalogue) \
             SELECT 'device-' || LPAD(CAST(number AS TEXT), 5, '0'), name, 'n' || number, search_key, name_tag, \
             enrollment_type, ownership, shared, state, holder_id, held_since, custody_seq, clip_generation, \
             clip_confirmed, revision, enrolled_at, decided_device, decided_user, decided_catalogue \
             FROM devices, generate_series(2, {DEVICES}) AS number"
        );
        database.execute(&copies).await.unwrap();
        database.execute("VACUUM ANALYZE").await.unwrap();

        let mut tx = database.begin().await;
        assert_eq!(tx.lagging_devices(100).await.unwrap().len(), 0);
        tx.rename_device(&device(5).id, "Renamed").await.unwrap();
        assert_eq!(tx.lagging_devices(100).await.unwrap(), [device(5).id]);
        assert_eq!(tx.next_command(&active.id, at(0)).await.unwrap().unwrap().seq, 1);
        let filter = DeviceFilter { state: Some(DeviceState::Enrolled), ..DeviceFilter::default() };
        let first = tx.list_devices(&filter).await.unwrap();
        let query = ListQuery { cursor: first.next, ..ListQuery::default() };
        assert_eq!(tx.list_devices(&DeviceFilter { query, ..filter }).await.unwrap().rows.len(), 50);
        tx.create_item(&passcode(1)).await.unwrap();
        assert_eq!(tx.lagging_devices(100).await.unwrap().len(), 100, "the catalogue changed");
        tx.commit().await.unwrap();
        // A connection tells what it used when it ends, and it ends soon after it was closed.
        database.store.close().await;
        let others =
            "SELECT COUNT(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()";
        while database.number(others).await > 0 {}

        for index in ["devices_unsettled", "devices_by_decided_catalogue", "devices_by_state", "commands_in_queue"] {
            let used = format!("SELECT idx_scan FROM pg_stat_user_indexes WHERE indexrelname = '{index}'");
            assert!(database.number(&used).await > 0, "{index} was not used");
        }
    });
}
