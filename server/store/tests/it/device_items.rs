use baton_model::{DeviceId, DeviceItem, ItemProgress};
use baton_policy::Presence;
use baton_store::StoreError;

use crate::samples::{at, device, device_item};

on_both_engines! {
    async fn what_is_noted_for_a_device_is_found_as_saved(database) {
        let mut tx = database.begin().await;
        tx.create_device(&device(1)).await.unwrap();
        let wifi = device_item(&device(1).id, "wifi", Presence::Maybe);
        let app = DeviceItem {
            is_app: true,
            removable: false,
            presence: Presence::Present,
            progress: ItemProgress::TapInstall,
            failure: Some("no-licence".into()),
            failures: 3,
            ..device_item(&device(1).id, "app", Presence::Absent)
        };
        tx.save_device_item(&wifi).await.unwrap();
        tx.save_device_item(&app).await.unwrap();

        assert_eq!(tx.items_of_device(&device(1).id).await.unwrap(), [app, wifi]);
        assert_eq!(tx.items_of_device(&device(2).id).await.unwrap(), []);
    }

    async fn saving_again_replaces_every_value(database) {
        let mut tx = database.begin().await;
        tx.create_device(&device(1)).await.unwrap();
        let first = DeviceItem { failure: Some("refused".into()), ..device_item(&device(1).id, "wifi", Presence::Maybe) };
        tx.save_device_item(&first).await.unwrap();
        let second = DeviceItem {
            is_app: true,
            identifier: "other".into(),
            label: "Other".into(),
            presence: Presence::Absent,
            progress: ItemProgress::Removed,
            removable: false,
            failure: None,
            failures: 1,
            updated_at: at(9),
            ..first
        };

        tx.save_device_item(&second).await.unwrap();

        assert_eq!(tx.items_of_device(&device(1).id).await.unwrap(), [second]);
    }

    async fn each_rendering_is_noted_by_itself(database) {
        let mut tx = database.begin().await;
        tx.create_device(&device(1)).await.unwrap();
        let old = device_item(&device(1).id, "wifi", Presence::Present);
        let new = DeviceItem { rendering: "rendering-2".into(), ..old.clone() };
        tx.save_device_item(&old).await.unwrap();
        tx.save_device_item(&new).await.unwrap();

        assert!(tx.delete_device_item(&device(1).id, &"wifi".into(), "rendering-1").await.unwrap());
        assert!(!tx.delete_device_item(&device(1).id, &"wifi".into(), "rendering-1").await.unwrap());

        assert_eq!(tx.items_of_device(&device(1).id).await.unwrap(), [new]);
    }

    async fn devices_that_have_or_might_have_an_item_are_found(database) {
        let mut tx = database.begin().await;
        for (number, presence) in [(1, Presence::Present), (2, Presence::Maybe), (3, Presence::Absent)] {
            tx.create_device(&device(number)).await.unwrap();
            tx.save_device_item(&device_item(&device(number).id, "wifi", presence)).await.unwrap();
        }
        let second = DeviceItem { rendering: "2".into(), ..device_item(&device(1).id, "wifi", Presence::Maybe) };
        tx.save_device_item(&second).await.unwrap();

        assert_eq!(tx.devices_with_item(&"wifi".into()).await.unwrap(), [device(1).id, device(2).id]);
        assert_eq!(tx.devices_with_item(&"other".into()).await.unwrap(), Vec::<DeviceId>::new());
    }

    async fn an_item_needs_its_device(database) {
        let mut tx = database.begin().await;

        let saved = tx.save_device_item(&device_item(&device(1).id, "wifi", Presence::Maybe)).await;

        assert!(matches!(saved, Err(StoreError::ForeignKey)), "{saved:?}");
    }
}
