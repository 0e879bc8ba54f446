use baton_model::id;
use baton_policy::{CustomDistribution, Distribution, Filter, OsVersion, Platform};
use baton_store::{StoreError, Tx};

use crate::samples::{passcode, user};

async fn with_targets(tx: &mut Tx) -> Distribution {
    tx.create_item(&passcode(1)).await.unwrap();
    tx.create_user(&user(1), None).await.unwrap();
    for name in ["nurses", "doctors"] {
        tx.create_user_group(&name.into(), name, "").await.unwrap();
    }
    for name in ["ward", "lab"] {
        tx.create_device_group(&name.into(), name, "").await.unwrap();
    }
    Distribution::Custom(CustomDistribution {
        include_user_groups: ["nurses".into(), id::EVERYONE.into()].into(),
        include_device_groups: ["ward".into()].into(),
        include_users: [user(1).id, id::NOBODY.into()].into(),
        exclude_user_groups: ["doctors".into()].into(),
        exclude_device_groups: ["lab".into()].into(),
        filters: vec![
            Filter::UserEnrollmentEnrolled(false),
            Filter::Platform([Platform::Ios, Platform::Ipados].into()),
            Filter::MinOsVersion(OsVersion::new(17, 5, 1)),
            Filter::Supervised(true),
        ],
    })
}

on_both_engines! {
    async fn a_custom_distribution_is_found_as_saved(database) {
        let mut tx = database.begin().await;
        let custom = with_targets(&mut tx).await;

        assert!(tx.save_distribution(&passcode(1).id, &custom, 1).await.unwrap());

        let stored = tx.distribution_of(&passcode(1).id).await.unwrap();
        assert_eq!((stored.distribution, stored.revision), (custom.clone(), 2));
        let all = [(passcode(1).id, custom), (id::SECURE_SIGN_IN.into(), Distribution::NoDevices)];
        assert_eq!(tx.all_distributions().await.unwrap(), all);
    }

    async fn saving_replaces_what_was_there(database) {
        let mut tx = database.begin().await;
        let custom = with_targets(&mut tx).await;
        tx.save_distribution(&passcode(1).id, &custom, 1).await.unwrap();

        assert!(tx.save_distribution(&passcode(1).id, &Distribution::AllDevices, 2).await.unwrap());
        let empty = Distribution::Custom(CustomDistribution::default());
        assert!(tx.save_distribution(&passcode(1).id, &empty, 3).await.unwrap());

        assert_eq!(tx.distribution_of(&passcode(1).id).await.unwrap().distribution, empty);
    }

    async fn a_distribution_is_saved_only_from_the_expected_revision(database) {
        let mut tx = database.begin().await;
        let custom = with_targets(&mut tx).await;
        let before = tx.catalogue_revision().await.unwrap();

        assert!(!tx.save_distribution(&passcode(1).id, &custom, 7).await.unwrap());

        assert_eq!(tx.distribution_of(&passcode(1).id).await.unwrap().distribution, Distribution::NoDevices);
        assert_eq!(tx.catalogue_revision().await.unwrap(), before);
        assert!(!tx.save_distribution(&"ghost".into(), &custom, 1).await.unwrap());
    }

    async fn deleted_groups_disappear_from_distributions(database) {
        let mut tx = database.begin().await;
        let custom = with_targets(&mut tx).await;
        tx.save_distribution(&passcode(1).id, &custom, 1).await.unwrap();

        tx.delete_user_group(&"nurses".into()).await.unwrap();
        tx.delete_user_group(&"doctors".into()).await.unwrap();
        tx.delete_device_group(&"ward".into()).await.unwrap();

        let Distribution::Custom(left) = tx.distribution_of(&passcode(1).id).await.unwrap().distribution else {
            panic!("still custom");
        };
        assert_eq!(left.include_user_groups, [id::EVERYONE.into()].into());
        assert_eq!(left.exclude_user_groups, [].into());
        assert_eq!(left.include_device_groups, [].into());
        assert_eq!(left.exclude_device_groups, ["lab".into()].into());
    }

    async fn targets_must_exist(database) {
        let mut tx = database.begin().await;
        tx.create_item(&passcode(1)).await.unwrap();
        let custom = CustomDistribution { include_user_groups: ["ghosts".into()].into(), ..Default::default() };

        let saved = tx.save_distribution(&passcode(1).id, &Distribution::Custom(custom), 1).await;

        assert!(matches!(saved, Err(StoreError::ForeignKey)), "{saved:?}");
    }

    async fn a_deleted_item_takes_its_distribution_along(database) {
        let mut tx = database.begin().await;
        let custom = with_targets(&mut tx).await;
        tx.save_distribution(&passcode(1).id, &custom, 1).await.unwrap();

        tx.delete_item(&passcode(1).id).await.unwrap();
        tx.commit().await.unwrap();

        assert_eq!(database.read().await.all_distributions().await.unwrap().len(), 1);
        assert_eq!(database.number("SELECT COUNT(*) FROM distribution_targets").await, 0);
    }
}
