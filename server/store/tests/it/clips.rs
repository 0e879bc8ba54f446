use baton_store::{ClipGeneration, StoreError};

use crate::samples::{at, device};

on_both_engines! {
    async fn a_new_generation_is_the_devices_newest_and_counts_up_its_revision(database) {
        let mut tx = database.begin().await;
        tx.create_device(&device(1)).await.unwrap();

        tx.add_clip_generation(&device(1).id, 1, "hash-1", at(0)).await.unwrap();

        let stored = tx.find_device(&device(1).id).await.unwrap().unwrap();
        assert_eq!((stored.clip_generation, stored.clip_confirmed, stored.revision), (1, 0, 2));
        let found = ClipGeneration { device_id: device(1).id, generation: 1, accepted: true };
        assert_eq!(tx.find_clip("hash-1").await.unwrap(), Some(found));
        assert_eq!(tx.find_clip("hash-2").await.unwrap(), None);
    }

    async fn the_confirmed_generation_and_newer_ones_are_accepted(database) {
        let mut tx = database.begin().await;
        tx.create_device(&device(1)).await.unwrap();
        for generation in 1..=3 {
            tx.add_clip_generation(&device(1).id, generation, &format!("hash-{generation}"), at(0)).await.unwrap();
        }

        assert!(tx.confirm_clip(&device(1).id, 2).await.unwrap());

        for (generation, accepted) in [(1, false), (2, true), (3, true), (4, false)] {
            assert_eq!(tx.clip_generation_accepted(&device(1).id, generation).await.unwrap(), accepted, "{generation}");
        }
        assert!(!tx.find_clip("hash-1").await.unwrap().unwrap().accepted);
    }

    async fn a_confirmation_never_goes_back_nor_ahead(database) {
        let mut tx = database.begin().await;
        tx.create_device(&device(1)).await.unwrap();
        for generation in 1..=2 {
            tx.add_clip_generation(&device(1).id, generation, &format!("hash-{generation}"), at(0)).await.unwrap();
        }

        assert!(tx.confirm_clip(&device(1).id, 2).await.unwrap());
        assert!(!tx.confirm_clip(&device(1).id, 2).await.unwrap(), "known already");
        assert!(!tx.confirm_clip(&device(1).id, 1).await.unwrap(), "older");
        assert!(!tx.confirm_clip(&device(1).id, 3).await.unwrap(), "not yet made");

        assert_eq!(tx.find_device(&device(1).id).await.unwrap().unwrap().clip_confirmed, 2);
    }

    async fn a_secret_and_a_generation_exist_once(database) {
        let mut tx = database.begin().await;
        tx.create_device(&device(1)).await.unwrap();
        tx.create_device(&device(2)).await.unwrap();
        tx.add_clip_generation(&device(1).id, 1, "hash", at(0)).await.unwrap();
        tx.commit().await.unwrap();

        let mut tx = database.begin().await;
        let clash = tx.add_clip_generation(&device(2).id, 1, "hash", at(0)).await;
        assert_eq!(clash.unwrap_err().constraint(), Some("clip_secret_taken"));
        drop(tx);

        let mut tx = database.begin().await;
        let clash = tx.add_clip_generation(&device(1).id, 1, "other", at(0)).await;
        assert_eq!(clash.unwrap_err().constraint(), Some("clip_generations_pkey"));
        drop(tx);

        let mut tx = database.begin().await;
        let older = tx.add_clip_generation(&device(1).id, 0, "older", at(0)).await;
        assert!(matches!(older, Err(StoreError::Missing { .. })), "{older:?}");
    }
}
