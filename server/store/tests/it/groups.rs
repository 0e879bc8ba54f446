use std::collections::BTreeSet;

use baton_model::{DeviceGroup, UserGroup, UserGroupId, UserId, id};
use baton_store::{ListQuery, StoreError};

use crate::samples::{device, user};

on_both_engines! {
    async fn everyone_is_built_in_and_counts_all_users(database) {
        let mut tx = database.begin().await;
        tx.create_user(&user(1), None).await.unwrap();

        let everyone = tx.find_user_group(&id::EVERYONE.into()).await.unwrap().unwrap();

        assert_eq!((everyone.name.as_str(), everyone.members), ("Everyone", 2));
        let members = tx.members_of_user_group(&everyone.id, 10).await.unwrap();
        assert_eq!(members.iter().map(|user| user.id.as_str()).collect::<Vec<_>>(), ["nobody", "user-00001"]);
    }

    async fn everyone_takes_no_members_and_cannot_be_deleted(database) {
        let mut tx = database.begin().await;
        tx.create_user(&user(1), None).await.unwrap();
        let added = tx.set_user_group_members(&id::EVERYONE.into(), &[user(1).id]).await;
        assert!(matches!(added, Err(StoreError::Database(_))), "{added:?}");
        drop(tx);

        let mut tx = database.begin().await;
        let deleted = tx.delete_user_group(&id::EVERYONE.into()).await;

        assert!(matches!(deleted, Err(StoreError::ForeignKey)), "{deleted:?}");
    }

    async fn a_user_group_is_found_as_created_and_saved(database) {
        let mut tx = database.begin().await;
        let nurses = UserGroupId::from("nurses");
        tx.create_user_group(&nurses, "Nurses", "of ward 3").await.unwrap();

        tx.save_user_group(&nurses, "All nurses", "of all wards").await.unwrap();

        let expected = UserGroup { id: nurses.clone(), name: "All nurses".into(), description: "of all wards".into(), members: 0 };
        assert_eq!(tx.find_user_group(&nurses).await.unwrap(), Some(expected.clone()));
        let names: Vec<String> = tx.all_user_groups().await.unwrap().into_iter().map(|group| group.name).collect();
        assert_eq!(names, ["All nurses", "Everyone"]);
        let query = ListQuery { search: Some("NURSES".into()), ..ListQuery::default() };
        assert_eq!(tx.list_user_groups(&query).await.unwrap().rows, [expected]);
    }

    async fn a_group_name_is_taken_within_its_kind_only(database) {
        let mut tx = database.begin().await;
        tx.create_user_group(&"one".into(), "Ward 3", "").await.unwrap();
        tx.create_device_group(&"one".into(), "Ward 3", "").await.unwrap();

        let clash = tx.create_user_group(&"two".into(), "WARD 3", "").await;
        assert_eq!(clash.unwrap_err().constraint(), Some("user_group_name_taken"));
        drop(tx);

        let mut tx = database.begin().await;
        tx.create_device_group(&"one".into(), "Ward 3", "").await.unwrap();
        let clash = tx.create_device_group(&"two".into(), "WARD 3", "").await;
        assert_eq!(clash.unwrap_err().constraint(), Some("device_group_name_taken"));
    }

    async fn joining_and_leaving_counts_up_the_revision_of_exactly_those(database) {
        let mut tx = database.begin().await;
        for number in 1..=4 {
            tx.create_user(&user(number), None).await.unwrap();
        }
        let group = UserGroupId::from("nurses");
        tx.create_user_group(&group, "Nurses", "").await.unwrap();
        tx.set_user_group_members(&group, &[user(1).id, user(2).id]).await.unwrap();

        tx.set_user_group_members(&group, &[user(2).id, user(3).id, user(3).id]).await.unwrap();

        let mut revisions = Vec::new();
        for number in 1..=4 {
            revisions.push(tx.find_user(&user(number).id).await.unwrap().unwrap().revision);
        }
        assert_eq!(revisions, [3, 2, 2, 1]);
        let members = tx.members_of_user_group(&group, 10).await.unwrap();
        assert_eq!(members.into_iter().map(|user| user.id).collect::<Vec<_>>(), [user(2).id, user(3).id]);
        assert_eq!(tx.members_of_user_group(&group, 1).await.unwrap().len(), 1);
        assert_eq!(tx.find_user_group(&group).await.unwrap().unwrap().members, 2);
        let all = [(group.clone(), user(2).id), (group, user(3).id)];
        assert_eq!(tx.all_user_group_members().await.unwrap(), all);
    }

    async fn a_user_is_always_in_everyone(database) {
        let mut tx = database.begin().await;
        tx.create_user(&user(1), None).await.unwrap();
        tx.create_user_group(&"nurses".into(), "Nurses", "").await.unwrap();

        tx.set_groups_of_user(&user(1).id, &["nurses".into(), id::EVERYONE.into()]).await.unwrap();

        let expected: BTreeSet<UserGroupId> = ["nurses".into(), id::EVERYONE.into()].into();
        assert_eq!(tx.user_groups_of(&user(1).id).await.unwrap(), expected);
        assert_eq!(tx.find_user(&user(1).id).await.unwrap().unwrap().revision, 2);
        tx.set_groups_of_user(&user(1).id, &["nurses".into()]).await.unwrap();
        assert_eq!(tx.find_user(&user(1).id).await.unwrap().unwrap().revision, 2, "nothing changed");
        tx.set_groups_of_user(&user(1).id, &[]).await.unwrap();
        assert_eq!(tx.user_groups_of(&user(1).id).await.unwrap(), [id::EVERYONE.into()].into());
    }

    async fn members_and_groups_must_exist(database) {
        let mut tx = database.begin().await;
        tx.create_user_group(&"nurses".into(), "Nurses", "").await.unwrap();
        let unknown = tx.set_user_group_members(&"nurses".into(), &[UserId::from("ghost")]).await;
        assert!(matches!(unknown, Err(StoreError::ForeignKey)), "{unknown:?}");
        drop(tx);

        let mut tx = database.begin().await;
        let unknown = tx.set_user_group_members(&"ghosts".into(), &[]).await;
        assert!(matches!(unknown, Err(StoreError::Missing { what: "user group" })), "{unknown:?}");
        let unknown = tx.set_groups_of_user(&"ghost".into(), &[]).await;
        assert!(matches!(unknown, Err(StoreError::Missing { what: "user" })), "{unknown:?}");
        let unknown = tx.save_device_group(&"ghosts".into(), "Ghosts", "").await;
        assert!(matches!(unknown, Err(StoreError::Missing { what: "device group" })), "{unknown:?}");
        let unknown = tx.set_groups_of_user(&id::NOBODY.into(), &["ghosts".into()]).await;
        assert!(matches!(unknown, Err(StoreError::ForeignKey)), "{unknown:?}");
    }

    async fn deleting_a_group_counts_up_the_revision_of_its_members(database) {
        let mut tx = database.begin().await;
        tx.create_user(&user(1), None).await.unwrap();
        tx.create_user_group(&"nurses".into(), "Nurses", "").await.unwrap();
        tx.set_groups_of_user(&user(1).id, &["nurses".into()]).await.unwrap();

        tx.delete_user_group(&"nurses".into()).await.unwrap();

        assert_eq!(tx.find_user(&user(1).id).await.unwrap().unwrap().revision, 3);
        assert_eq!(tx.find_user_group(&"nurses".into()).await.unwrap(), None);
        assert_eq!(tx.all_user_group_members().await.unwrap(), []);
        let again = tx.delete_user_group(&"nurses".into()).await;
        assert!(matches!(again, Err(StoreError::Missing { .. })), "{again:?}");
    }

    async fn device_groups_work_the_same_way(database) {
        let mut tx = database.begin().await;
        tx.create_device(&device(1)).await.unwrap();
        tx.create_device(&device(2)).await.unwrap();
        tx.create_device_group(&"ward".into(), "Ward 3", "third floor").await.unwrap();

        tx.set_device_group_members(&"ward".into(), &[device(1).id, device(2).id]).await.unwrap();
        tx.set_groups_of_device(&device(2).id, &[]).await.unwrap();

        let expected = DeviceGroup { id: "ward".into(), name: "Ward 3".into(), description: "third floor".into(), members: 1 };
        assert_eq!(tx.all_device_groups().await.unwrap(), std::slice::from_ref(&expected));
        assert_eq!(tx.find_device_group(&"ward".into()).await.unwrap(), Some(expected.clone()));
        assert_eq!(tx.list_device_groups(&ListQuery::default()).await.unwrap().rows, [expected]);
        assert_eq!(tx.device_groups_of(&device(1).id).await.unwrap(), ["ward".into()].into());
        assert_eq!(tx.device_groups_of(&device(2).id).await.unwrap(), [].into());
        assert_eq!(tx.all_device_group_members().await.unwrap(), [("ward".into(), device(1).id)]);
        assert_eq!(tx.members_of_device_group(&"ward".into(), 9).await.unwrap()[0].id, device(1).id);
        assert_eq!(tx.find_device(&device(1).id).await.unwrap().unwrap().revision, 2);
        assert_eq!(tx.find_device(&device(2).id).await.unwrap().unwrap().revision, 3);
        tx.delete_device_group(&"ward".into()).await.unwrap();
        assert_eq!(tx.find_device(&device(1).id).await.unwrap().unwrap().revision, 3);
    }

    async fn a_group_takes_more_members_than_one_statement_can(database) {
        let mut tx = database.begin().await;
        let mut users = Vec::new();
        for number in 1..=1201 {
            tx.create_user(&user(number), None).await.unwrap();
            users.push(user(number).id);
        }
        tx.create_user_group(&"all".into(), "All", "").await.unwrap();

        tx.set_user_group_members(&"all".into(), &users).await.unwrap();
        tx.set_user_group_members(&"all".into(), &users[..1]).await.unwrap();

        assert_eq!(tx.find_user_group(&"all".into()).await.unwrap().unwrap().members, 1);
        assert_eq!(tx.find_user(&users[1200]).await.unwrap().unwrap().revision, 3);
    }
}
