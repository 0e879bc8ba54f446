//! The revision that a preview is of (C6).

use baton_model::{PolicyRevision, UserGroupId};
use baton_policy::Distribution;

use crate::samples::{device, passcode, user};

on_both_engines! {
    async fn it_moves_with_items_distributions_and_memberships(database) {
        let mut tx = database.begin().await;
        tx.create_user(&user(1), None).await.unwrap();
        tx.create_device(&device(1)).await.unwrap();
        let nurses = UserGroupId::from("nurses");
        tx.create_user_group(&nurses, "Nurses", "").await.unwrap();
        tx.create_device_group(&"ward".into(), "Ward", "").await.unwrap();
        let mut seen = tx.policy_revision().await.unwrap();
        assert_eq!(seen, PolicyRevision { catalogue: 1, memberships: 1 });
        let mut moved_by = async |tx: &mut baton_store::Tx| {
            let now = tx.policy_revision().await.unwrap();
            let before = std::mem::replace(&mut seen, now);
            (now.catalogue - before.catalogue, now.memberships - before.memberships)
        };

        tx.create_item(&passcode(1)).await.unwrap();
        assert_eq!(moved_by(&mut tx).await, (1, 0));
        tx.save_distribution(&passcode(1).id, &Distribution::AllDevices, 1).await.unwrap();
        assert_eq!(moved_by(&mut tx).await, (1, 0));
        assert!(tx.set_user_group_members(&nurses, &[user(1).id]).await.unwrap());
        assert_eq!(moved_by(&mut tx).await, (0, 1));
        assert!(tx.set_groups_of_user(&user(1).id, &[]).await.unwrap());
        assert_eq!(moved_by(&mut tx).await, (0, 1));
        assert!(tx.set_device_group_members(&"ward".into(), &[device(1).id]).await.unwrap());
        assert_eq!(moved_by(&mut tx).await, (0, 1));
        tx.delete_device_group(&"ward".into()).await.unwrap();
        assert_eq!(moved_by(&mut tx).await, (0, 1));
    }

    async fn it_stays_where_no_member_joins_or_leaves(database) {
        let mut tx = database.begin().await;
        tx.create_user(&user(1), None).await.unwrap();
        tx.create_user_group(&"nurses".into(), "Nurses", "").await.unwrap();
        tx.set_user_group_members(&"nurses".into(), &[user(1).id]).await.unwrap();
        let before = tx.policy_revision().await.unwrap();

        assert!(!tx.set_user_group_members(&"nurses".into(), &[user(1).id]).await.unwrap());
        assert!(!tx.set_groups_of_user(&user(1).id, &["nurses".into()]).await.unwrap());
        tx.save_user_group(&"nurses".into(), "All nurses", "").await.unwrap();

        assert_eq!(tx.policy_revision().await.unwrap(), before);
    }

    async fn who_moves_it_keeps_others_from_moving_it_until_the_end(database) {
        let mut tx = database.begin().await;
        tx.create_user(&user(1), None).await.unwrap();
        tx.create_user(&user(2), None).await.unwrap();
        tx.create_user_group(&"one".into(), "One", "").await.unwrap();
        tx.create_user_group(&"two".into(), "Two", "").await.unwrap();
        tx.commit().await.unwrap();
        let joins = ["one", "two"].into_iter().zip(1..).map(|(group, number)| {
            let store = database.store.clone();
            tokio::spawn(async move {
                let mut tx = store.begin().await.unwrap();
                tx.set_user_group_members(&group.into(), &[user(number).id]).await.unwrap();
                let mine = tx.policy_revision().await.unwrap();
                tokio::task::yield_now().await;
                assert_eq!(tx.policy_revision().await.unwrap(), mine, "somebody else moved it");
                tx.commit().await.unwrap();
                mine.memberships
            })
        });
        let mut seen = Vec::new();
        for join in joins.collect::<Vec<_>>() {
            seen.push(join.await.unwrap());
        }
        seen.sort_unstable();
        assert_eq!(seen, [2, 3]);
    }
}
