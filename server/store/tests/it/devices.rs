use baton_model::{Device, DeviceId, DeviceState, id};
use baton_policy::{EnrollmentType, Ownership};
use baton_store::{DeviceFilter, ListQuery, StoreError};

use crate::samples::{at, device, user};

on_both_engines! {
    async fn a_device_is_found_as_created(database) {
        let mut tx = database.begin().await;
        let bare = Device {
            udid: None,
            serial_number: None,
            model_name: None,
            product_name: None,
            os_version: None,
            supervised: None,
            last_seen_at: Some(at(9)),
            enrollment_type: EnrollmentType::User,
            ownership: Ownership::User,
            shared: false,
            ..device(2)
        };
        tx.create_device(&device(1)).await.unwrap();
        tx.create_device(&bare).await.unwrap();

        assert_eq!(tx.find_device(&device(1).id).await.unwrap(), Some(device(1)));
        assert_eq!(tx.lock_device(&bare.id).await.unwrap(), Some(bare));
        assert_eq!(tx.find_device(&"ghost".into()).await.unwrap(), None);
        assert_eq!(tx.lock_device(&"ghost".into()).await.unwrap(), None);
    }

    async fn a_device_needs_a_holder_that_exists(database) {
        let mut tx = database.begin().await;

        let created = tx.create_device(&Device { holder_id: "ghost".into(), ..device(1) }).await;

        assert!(matches!(created, Err(StoreError::ForeignKey)), "{created:?}");
    }

    async fn devices_that_claim_one_udid_are_all_found_newest_first(database) {
        let mut tx = database.begin().await;
        tx.create_device(&device(1)).await.unwrap();
        tx.create_device(&Device { udid: device(1).udid, ..device(2) }).await.unwrap();
        tx.create_device(&device(3)).await.unwrap();

        let found = tx.find_devices_by_udid(&device(1).udid.unwrap()).await.unwrap();

        assert_eq!(ids(&found), [device(2).id, device(1).id]);
    }

    async fn new_facts_count_up_the_revision_and_the_same_facts_do_not(database) {
        let mut tx = database.begin().await;
        tx.create_device(&device(1)).await.unwrap();
        let updated = Device { os_version: Some("18.4".into()), supervised: None, ..device(1) };

        tx.save_device_facts(&updated).await.unwrap();
        tx.save_device_facts(&updated).await.unwrap();

        let stored = tx.find_device(&device(1).id).await.unwrap().unwrap();
        assert_eq!(stored, Device { revision: 2, ..updated.clone() });
        tx.save_device_facts(&Device { supervised: Some(true), ..updated }).await.unwrap();
        assert_eq!(tx.find_device(&device(1).id).await.unwrap().unwrap().revision, 3);
    }

    async fn facts_do_not_touch_name_holder_or_state(database) {
        let mut tx = database.begin().await;
        tx.create_device(&device(1)).await.unwrap();
        let other = Device {
            name: "Other".into(),
            name_tag: "Other".into(),
            holder_id: "ghost".into(),
            state: DeviceState::Unenrolled,
            custody_seq: 9,
            clip_generation: 9,
            clip_confirmed: 9,
            revision: 9,
            last_seen_at: Some(at(9)),
            ..device(1)
        };

        tx.save_device_facts(&other).await.unwrap();

        assert_eq!(tx.find_device(&device(1).id).await.unwrap(), Some(device(1)));
    }

    async fn a_renamed_device_is_found_by_its_new_name(database) {
        let mut tx = database.begin().await;
        tx.create_device(&device(1)).await.unwrap();

        tx.rename_device(&device(1).id, "Station Süd").await.unwrap();
        tx.set_name_tag(&device(1).id, "Return to desk 4").await.unwrap();

        for search in ["SÜD", "desk 4", "c39000000001", "00008110"] {
            let query = ListQuery { search: Some(search.into()), ..ListQuery::default() };
            let found = tx.list_devices(&DeviceFilter { query, ..DeviceFilter::default() }).await.unwrap();
            assert_eq!(ids(&found.rows), [device(1).id], "{search}");
        }
        let expected = Device { name: "Station Süd".into(), name_tag: "Return to desk 4".into(), revision: 2, ..device(1) };
        assert_eq!(tx.find_device(&device(1).id).await.unwrap(), Some(expected));
    }

    async fn a_change_of_state_counts_up_the_revision_once(database) {
        let mut tx = database.begin().await;
        tx.create_device(&device(1)).await.unwrap();

        tx.set_device_state(&device(1).id, DeviceState::Unenrolled).await.unwrap();
        tx.set_device_state(&device(1).id, DeviceState::Unenrolled).await.unwrap();

        let stored = tx.find_device(&device(1).id).await.unwrap().unwrap();
        assert_eq!((stored.state, stored.revision), (DeviceState::Unenrolled, 2));
    }

    async fn being_seen_changes_nothing_that_decisions_read(database) {
        let mut tx = database.begin().await;
        tx.create_device(&device(1)).await.unwrap();

        tx.set_device_seen(&device(1).id, at(77)).await.unwrap();

        let expected = Device { last_seen_at: Some(at(77)), ..device(1) };
        assert_eq!(tx.find_device(&device(1).id).await.unwrap(), Some(expected));
    }

    async fn verbs_on_an_unknown_device_say_so(database) {
        let mut tx = database.begin().await;
        let ghost = DeviceId::from("ghost");

        let answers = [
            tx.rename_device(&ghost, "Ghost").await,
            tx.set_name_tag(&ghost, "Ghost").await,
            tx.set_device_state(&ghost, DeviceState::Enrolled).await,
            tx.set_device_seen(&ghost, at(0)).await,
            tx.save_device_facts(&Device { id: ghost, ..device(1) }).await,
        ];

        for answer in answers {
            assert!(matches!(answer, Err(StoreError::Missing { what: "device" })), "{answer:?}");
        }
    }

    async fn the_holder_changes_only_from_the_expected_state(database) {
        let mut tx = database.begin().await;
        tx.create_user(&user(1), None).await.unwrap();
        tx.create_device(&device(1)).await.unwrap();
        let (phone, nobody, ada) = (device(1).id, id::NOBODY.into(), user(1).id);

        assert!(!tx.change_holder(&phone, &ada, 0, &nobody, at(5)).await.unwrap(), "another holder");
        assert!(!tx.change_holder(&phone, &nobody, 1, &ada, at(5)).await.unwrap(), "another custody entry");
        assert!(tx.change_holder(&phone, &nobody, 0, &ada, at(5)).await.unwrap());
        assert!(!tx.change_holder(&phone, &nobody, 0, &ada, at(5)).await.unwrap(), "again");

        let expected = Device { holder_id: ada, held_since: at(5), custody_seq: 1, revision: 2, ..device(1) };
        assert_eq!(tx.find_device(&phone).await.unwrap(), Some(expected));
    }

    async fn the_list_of_devices_is_filtered(database) {
        let mut tx = database.begin().await;
        tx.create_user(&user(1), None).await.unwrap();
        tx.create_device(&Device { state: DeviceState::Enrolling, ..device(1) }).await.unwrap();
        tx.create_device(&Device { holder_id: user(1).id, ..device(2) }).await.unwrap();
        tx.create_device(&device(3)).await.unwrap();
        tx.create_device_group(&"ward".into(), "Ward", "").await.unwrap();
        tx.set_device_group_members(&"ward".into(), &[device(3).id]).await.unwrap();

        let enrolling = DeviceFilter { state: Some(DeviceState::Enrolling), ..DeviceFilter::default() };
        let held = DeviceFilter { holder: Some(user(1).id), ..DeviceFilter::default() };
        let in_group = DeviceFilter { group: Some("ward".into()), ..DeviceFilter::default() };

        assert_eq!(ids(&tx.list_devices(&enrolling).await.unwrap().rows), [device(1).id]);
        assert_eq!(ids(&tx.list_devices(&held).await.unwrap().rows), [device(2).id]);
        assert_eq!(ids(&tx.list_devices(&in_group).await.unwrap().rows), [device(3).id]);
        assert_eq!(tx.list_devices(&DeviceFilter::default()).await.unwrap().rows.len(), 3);
        assert_eq!(ids(&tx.all_enrolled_devices().await.unwrap()), [device(2).id, device(3).id]);
        assert_eq!(ids(&tx.devices_held_by(&user(1).id).await.unwrap()), [device(2).id]);
    }

    async fn devices_are_counted_by_state(database) {
        let mut tx = database.begin().await;
        tx.create_device(&device(1)).await.unwrap();
        tx.create_device(&device(2)).await.unwrap();
        tx.create_device(&Device { state: DeviceState::Unenrolled, ..device(3) }).await.unwrap();

        let counts = tx.count_devices_by_state().await.unwrap();

        assert_eq!(counts, [(DeviceState::Enrolled, 2), (DeviceState::Unenrolled, 1)].into());
    }

    async fn only_shared_devices_under_management_count_as_held(database) {
        let mut tx = database.begin().await;
        tx.create_user(&user(1), None).await.unwrap();
        let held = |number| Device { holder_id: user(1).id, ..device(number) };
        tx.create_device(&held(1)).await.unwrap();
        tx.create_device(&Device { shared: false, ..held(2) }).await.unwrap();
        tx.create_device(&Device { state: DeviceState::Unenrolled, ..held(3) }).await.unwrap();

        assert_eq!(tx.count_shared_held_by(&user(1).id).await.unwrap(), 1);
    }

    async fn devices_are_found_by_their_whole_name_and_by_their_holders(database) {
        let mut tx = database.begin().await;
        tx.create_user(&user(1), None).await.unwrap();
        tx.create_device(&Device { holder_id: user(1).id, name: "Ward 3".into(), ..device(1) }).await.unwrap();
        tx.create_device(&Device { name: "ward  3".into(), ..device(2) }).await.unwrap();
        tx.create_device(&Device { name: "Ward 30".into(), ..device(3) }).await.unwrap();

        assert_eq!(ids(&tx.devices_named("ward 3", 9).await.unwrap()), [device(1).id, device(2).id]);
        assert_eq!(ids(&tx.devices_named("ward 3", 1).await.unwrap()), [device(1).id]);
        let holders = [user(1).id, "ghost".into()];
        assert_eq!(ids(&tx.devices_held_by_any(&holders).await.unwrap()), [device(1).id]);
        assert!(tx.devices_held_by_any(&[]).await.unwrap().is_empty());
    }

    async fn a_device_is_found_by_the_names_of_its_holder(database) {
        let mut tx = database.begin().await;
        tx.create_user(&user(1), None).await.unwrap();
        tx.create_device(&Device { holder_id: user(1).id, ..device(1) }).await.unwrap();
        tx.create_device(&device(2)).await.unwrap();
        let mut found = async |words: &str| {
            let query = ListQuery { search: Some(words.into()), ..ListQuery::default() };
            ids(&tx.list_devices(&DeviceFilter { query, ..DeviceFilter::default() }).await.unwrap().rows)
        };

        assert_eq!(found("PERSON1").await, [device(1).id]);
        assert_eq!(found("iphone person1").await, [device(1).id]);
        assert_eq!(found("nobody").await, [device(2).id]);
        assert_eq!(found("person1 nobody").await, []);
    }

}

fn ids(devices: &[Device]) -> Vec<DeviceId> {
    devices.iter().map(|device| device.id.clone()).collect()
}
