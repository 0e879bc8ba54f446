use std::collections::BTreeMap;

use baton_model::{DeviceId, DeviceItem, DeviceState, Enrollment, EnrollmentState, FleetState, Handover, ItemProgress};
use baton_policy::Presence;
use baton_store::{DeviceFilter, FleetQuery, Tx};

use crate::samples::{at, device, device_item, enrollment, handover, user};

/// What began before this time takes too long.
const SLOW: i64 = 1000;

/// Devices, each standing in its own way, by number.
async fn fleet(tx: &mut Tx) -> Vec<(DeviceId, FleetState)> {
    tx.create_user(&user(1), None).await.unwrap();
    let states = [
        FleetState::Free,
        FleetState::InUse,
        FleetState::Changing,
        FleetState::Attention,
        FleetState::Attention,
        FleetState::Enrolling,
        FleetState::Gone,
        FleetState::InUse,
        FleetState::Attention,
        FleetState::Attention,
    ];
    for number in 1..=10 {
        let mut device = device(number);
        device.last_seen_at = Some(at(if number == 9 { SLOW - 1 } else { SLOW }));
        match number {
            2 | 8 => device.holder_id = user(1).id,
            6 | 9 => device.state = DeviceState::Enrolling,
            7 => device.state = DeviceState::Unenrolled,
            _ => {}
        }
        tx.create_device(&device).await.unwrap();
    }
    let under_way =
        |number: u32, started: i64| Handover { started_at: at(started), ..handover(number, &device(number).id) };
    // The third changes hands just now, the fourth has been cleaning for long; the eighth waits for its holder.
    for begun in [under_way(3, SLOW), under_way(4, SLOW - 1), under_way(8, SLOW - 1)] {
        tx.create_handover(&begun).await.unwrap();
    }
    let failed = DeviceItem { progress: ItemProgress::Failed, ..device_item(&device(5).id, "wifi", Presence::Absent) };
    tx.save_device_item(&failed).await.unwrap();
    // The tenth cannot be woken; that the second could not in an enrollment that is over is of no matter.
    for (number, state) in [(10, EnrollmentState::Active), (2, EnrollmentState::Ended)] {
        let enrollment = Enrollment { state, ..enrollment(number, Some(&device(number).id)) };
        tx.create_enrollment(&enrollment).await.unwrap();
        let token = enrollment.push_token.unwrap();
        tx.retire_push_token(&enrollment.id, &token, at(0)).await.unwrap();
    }
    states.into_iter().zip(1..).map(|(state, number)| (device(number).id, state)).collect()
}

on_both_engines! {
    async fn each_device_stands_in_one_way(database) {
        let mut tx = database.begin().await;
        let fleet = fleet(&mut tx).await;
        let ids: Vec<DeviceId> = fleet.iter().map(|(id, _)| id.clone()).chain(["ghost".into()]).collect();

        let states = tx.fleet_states(&ids, at(SLOW)).await.unwrap();

        assert_eq!(states, fleet.into_iter().collect::<BTreeMap<_, _>>());
    }

    async fn the_fleet_is_counted_and_filtered_alike(database) {
        let mut tx = database.begin().await;
        let fleet = fleet(&mut tx).await;

        let counts = tx.count_fleet(at(SLOW)).await.unwrap();

        assert_eq!(counts.values().sum::<i64>(), 10);
        for state in FleetState::ALL.iter().copied() {
            let filter = DeviceFilter {
                fleet: Some(FleetQuery { state, slow_before: at(SLOW) }),
                ..DeviceFilter::default()
            };
            let found = tx.list_devices(&filter).await.unwrap().rows;
            let expected: Vec<&DeviceId> = fleet.iter().filter(|(_, stands)| *stands == state).map(|(id, _)| id).collect();
            assert_eq!(found.iter().map(|device| &device.id).collect::<Vec<_>>(), expected, "{state}");
            assert_eq!(counts.get(&state).copied().unwrap_or(0), i64::try_from(found.len()).unwrap(), "{state}");
        }
    }

    async fn nothing_is_asked_about_no_devices(database) {
        let mut tx = database.begin().await;

        assert_eq!(tx.fleet_states(&[], at(0)).await.unwrap(), BTreeMap::new());
        assert_eq!(tx.count_fleet(at(0)).await.unwrap(), BTreeMap::new());
    }
}
