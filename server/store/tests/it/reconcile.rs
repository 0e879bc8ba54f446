use baton_model::{Device, DeviceId, DeviceState, id};

use crate::samples::{at, device, passcode, user};

on_both_engines! {
    async fn a_new_device_lags_until_decided(database) {
        let mut tx = database.begin().await;
        tx.create_device(&device(1)).await.unwrap();
        assert_eq!(tx.lagging_devices(10).await.unwrap(), [device(1).id]);

        assert!(tx.mark_decided(&device(1).id, 1, 1, 1).await.unwrap());

        assert_eq!(tx.lagging_devices(10).await.unwrap(), Vec::<DeviceId>::new());
    }

    async fn a_decision_on_an_older_device_does_not_count(database) {
        let mut tx = database.begin().await;
        tx.create_device(&device(1)).await.unwrap();
        tx.rename_device(&device(1).id, "Renamed meanwhile").await.unwrap();

        assert!(!tx.mark_decided(&device(1).id, 1, 1, 1).await.unwrap());

        assert_eq!(tx.lagging_devices(10).await.unwrap(), [device(1).id]);
    }

    async fn a_device_lags_when_it_its_holder_or_the_catalogue_changes(database) {
        let mut tx = database.begin().await;
        tx.create_user(&user(1), None).await.unwrap();
        for number in 1..=3 {
            tx.create_device(&device(number)).await.unwrap();
        }
        assert!(tx.change_holder(&device(2).id, &id::NOBODY.into(), 0, &user(1).id, at(1)).await.unwrap());
        for (number, revision) in [(1, 1), (2, 2), (3, 1)] {
            assert!(tx.mark_decided(&device(number).id, revision, 1, 1).await.unwrap());
        }
        assert_eq!(tx.lagging_devices(10).await.unwrap(), Vec::<DeviceId>::new());

        tx.save_user(&user(1)).await.unwrap();
        assert_eq!(tx.lagging_devices(10).await.unwrap(), [device(2).id], "the holder changed");

        tx.rename_device(&device(1).id, "Renamed").await.unwrap();
        assert_eq!(tx.lagging_devices(10).await.unwrap(), [device(1).id, device(2).id], "the device changed");

        tx.create_item(&passcode(1)).await.unwrap();
        let all = [device(1).id, device(2).id, device(3).id];
        assert_eq!(tx.lagging_devices(10).await.unwrap(), all, "the catalogue changed");
    }

    async fn a_device_that_returns_to_a_holder_with_an_old_revision_lags(database) {
        let mut tx = database.begin().await;
        tx.create_user(&user(1), None).await.unwrap();
        tx.create_device(&device(1)).await.unwrap();
        for _ in 0..5 {
            tx.save_user(&user(1)).await.unwrap();
        }
        tx.change_holder(&device(1).id, &id::NOBODY.into(), 0, &user(1).id, at(1)).await.unwrap();
        tx.mark_decided(&device(1).id, 2, 6, 1).await.unwrap();

        tx.change_holder(&device(1).id, &user(1).id, 1, &id::NOBODY.into(), at(2)).await.unwrap();

        assert_eq!(tx.lagging_devices(10).await.unwrap(), [device(1).id]);
    }

    async fn only_enrolled_devices_lag(database) {
        let mut tx = database.begin().await;
        tx.create_device(&Device { state: DeviceState::Enrolling, ..device(1) }).await.unwrap();
        tx.create_device(&Device { state: DeviceState::Unenrolled, ..device(2) }).await.unwrap();

        assert_eq!(tx.lagging_devices(10).await.unwrap(), Vec::<DeviceId>::new());
    }

    async fn a_sweep_goes_on_after_the_last_device_seen(database) {
        let mut tx = database.begin().await;
        for number in 1..=5 {
            tx.create_device(&device(number)).await.unwrap();
        }

        assert_eq!(tx.lagging_devices(2).await.unwrap(), [device(1).id, device(2).id]);
        assert_eq!(tx.lagging_devices_after(&device(2).id, 2).await.unwrap(), [device(3).id, device(4).id]);
        assert_eq!(tx.lagging_devices_after(&device(5).id, 2).await.unwrap(), Vec::<DeviceId>::new());
    }

    async fn a_decision_that_read_older_revisions_never_replaces_a_newer_one(database) {
        let mut tx = database.begin().await;
        tx.create_device(&device(1)).await.unwrap();
        assert!(tx.mark_decided(&device(1).id, 1, 5, 5).await.unwrap());

        assert!(!tx.mark_decided(&device(1).id, 1, 4, 5).await.unwrap(), "an older holder");
        assert!(!tx.mark_decided(&device(1).id, 1, 5, 4).await.unwrap(), "an older catalogue");
        assert!(tx.mark_decided(&device(1).id, 1, 5, 5).await.unwrap(), "the same again");
        tx.rename_device(&device(1).id, "Renamed").await.unwrap();
        assert!(tx.mark_decided(&device(1).id, 2, 1, 5).await.unwrap(), "another holder may have lower numbers");
    }

    async fn a_changed_user_settles_when_all_devices_of_the_user_are_decided(database) {
        let mut tx = database.begin().await;
        tx.create_user(&user(1), None).await.unwrap();
        for number in 1..=2 {
            tx.create_device(&Device { holder_id: user(1).id, ..device(number) }).await.unwrap();
            tx.mark_decided(&device(number).id, 1, 1, 1).await.unwrap();
        }
        tx.save_user(&user(1)).await.unwrap();
        assert_eq!(tx.settle_users(100).await.unwrap(), 0, "both lag");
        tx.mark_decided(&device(1).id, 1, 2, 1).await.unwrap();
        assert_eq!(tx.settle_users(100).await.unwrap(), 0, "one lags");
        tx.mark_decided(&device(2).id, 1, 2, 1).await.unwrap();

        assert_eq!(tx.settle_users(100).await.unwrap(), 1);

        assert_eq!(tx.settle_users(100).await.unwrap(), 0, "done");
        tx.save_user(&user(1)).await.unwrap();
        assert_eq!(tx.lagging_devices(10).await.unwrap(), [device(1).id, device(2).id], "the next change counts again");
    }

    async fn a_user_does_not_settle_while_a_device_just_handed_over_is_undecided(database) {
        let mut tx = database.begin().await;
        tx.create_user(&user(1), None).await.unwrap();
        tx.create_device(&device(1)).await.unwrap();
        // Nobody's revisions went far ahead, so the number alone would look decided.
        tx.mark_decided(&device(1).id, 1, 99, 1).await.unwrap();
        tx.save_user(&user(1)).await.unwrap();
        tx.change_holder(&device(1).id, &id::NOBODY.into(), 0, &user(1).id, at(1)).await.unwrap();

        assert_eq!(tx.settle_users(100).await.unwrap(), 0);
        // A decision that read the user before the change.
        tx.mark_decided(&device(1).id, 2, 1, 1).await.unwrap();
        assert_eq!(tx.settle_users(100).await.unwrap(), 0);
        assert_eq!(tx.lagging_devices(10).await.unwrap(), [device(1).id]);

        tx.mark_decided(&device(1).id, 2, 2, 1).await.unwrap();
        assert_eq!(tx.settle_users(100).await.unwrap(), 1);
    }

    async fn a_change_of_groups_makes_the_devices_of_the_user_lag(database) {
        let mut tx = database.begin().await;
        tx.create_user(&user(1), None).await.unwrap();
        tx.create_user_group(&"nurses".into(), "Nurses", "").await.unwrap();
        tx.create_device(&Device { holder_id: user(1).id, ..device(1) }).await.unwrap();
        tx.mark_decided(&device(1).id, 1, 1, 1).await.unwrap();

        tx.set_user_group_members(&"nurses".into(), &[user(1).id]).await.unwrap();
        assert_eq!(tx.lagging_devices(10).await.unwrap(), [device(1).id], "joined");
        tx.mark_decided(&device(1).id, 1, 2, 1).await.unwrap();
        tx.settle_users(100).await.unwrap();
        tx.delete_user_group(&"nurses".into()).await.unwrap();

        assert_eq!(tx.lagging_devices(10).await.unwrap(), [device(1).id], "the group was deleted");
    }
}
