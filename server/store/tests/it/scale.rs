//! A look at ten thousand devices: not a measurement, only whether indexes do the work.

use baton_model::DeviceState;
use baton_store::{CommandFilter, DeviceFilter, Engine, ListQuery};

use crate::{
    database::run,
    samples::{at, command, device, enrollment, passcode, user},
};

const DEVICES: u32 = 10_000;

#[test]
fn the_sweep_and_the_queue_use_their_indexes_on_postgres() {
    run(Engine::Postgres, |database| async move {
        let mut tx = database.begin().await;
        tx.create_user(&user(1), None).await.unwrap();
        for number in 1..=DEVICES {
            tx.create_device(&device(number)).await.unwrap();
            assert!(tx.mark_decided(&device(number).id, 1, 1, 1).await.unwrap());
            tx.create_enrollment(&enrollment(number, Some(&device(number).id))).await.unwrap();
        }
        let active = enrollment(7, Some(&device(7).id));
        for number in 1..=1000 {
            tx.queue_command(&command(number, &active), at(0)).await.unwrap();
        }
        tx.commit().await.unwrap();
        database.execute("ANALYZE").await.unwrap();

        let mut tx = database.begin().await;
        assert_eq!(tx.lagging_devices(100).await.unwrap().len(), 0);
        tx.rename_device(&device(5).id, "Renamed").await.unwrap();
        assert_eq!(tx.lagging_devices(100).await.unwrap(), [device(5).id]);
        assert_eq!(tx.next_command(&active.id, at(0)).await.unwrap().unwrap().seq, 1);
        let filter = DeviceFilter { state: Some(DeviceState::Enrolled), ..DeviceFilter::default() };
        let first = tx.list_devices(&filter).await.unwrap();
        let query = ListQuery { cursor: first.next, ..ListQuery::default() };
        assert_eq!(tx.list_devices(&DeviceFilter { query, ..filter }).await.unwrap().rows.len(), 50);
        let of_device = CommandFilter { device: Some(device(7).id), ..CommandFilter::default() };
        assert_eq!(tx.list_commands(&of_device).await.unwrap().rows.len(), 50);
        tx.create_item(&passcode(1)).await.unwrap();
        assert_eq!(tx.lagging_devices(100).await.unwrap().len(), 100, "the catalogue changed");
        tx.commit().await.unwrap();
        // A connection tells what it used when it ends.
        database.store.close().await;

        for index in [
            "devices_changed",
            "devices_by_decided_catalogue",
            "devices_by_decided_user",
            "devices_by_state",
            "commands_in_queue",
            "commands_of_device",
        ] {
            let used = format!("SELECT idx_scan FROM pg_stat_user_indexes WHERE indexrelname = '{index}'");
            assert!(database.number(&used).await > 0, "{index} was not used");
        }
    });
}
