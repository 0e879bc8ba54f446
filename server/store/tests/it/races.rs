//! Who wins is decided by the database: conditional updates and unique indexes, under real concurrency.

use std::{future::Future, sync::Arc};

use baton_model::{Device, EnrollmentLink, User, UserId, id};
use baton_store::StoreError;
use tokio::sync::Barrier;

use crate::{
    database::Database,
    samples::{at, command, custody, device, device_with_enrollment, enrollment, handover, link, user},
};

/// Runs `count` tasks that start at the same moment; their answers in order.
async fn at_once<T, F>(database: &Arc<Database>, count: u32, task: impl Fn(Arc<Database>, u32) -> F) -> Vec<T>
where
    T: Send + 'static,
    F: Future<Output = T> + Send + 'static,
{
    let barrier = Arc::new(Barrier::new(count as usize));
    let tasks: Vec<_> = (1..=count)
        .map(|number| {
            let (barrier, task) = (barrier.clone(), task(database.clone(), number));
            tokio::spawn(async move {
                barrier.wait().await;
                task.await
            })
        })
        .collect();
    let mut answers = Vec::new();
    for task in tasks {
        answers.push(task.await.unwrap());
    }
    answers
}

/// The error of the loser's constraint, if that is how the transaction ended.
fn lost_to(constraint: &str, answer: &Result<(), StoreError>) -> bool {
    answer.as_ref().is_err_and(|error| error.constraint() == Some(constraint))
}

on_both_engines! {
    async fn of_a_hundred_who_sign_in_at_once_one_gets_the_device(database) {
        let mut tx = database.begin().await;
        for number in 1..=100 {
            tx.create_user(&user(number), None).await.unwrap();
        }
        tx.create_device(&device(1)).await.unwrap();
        tx.commit().await.unwrap();

        let answers = at_once(&database, 100, |database, number| async move {
            let mut tx = database.begin().await;
            let won = tx.change_holder(&device(1).id, &id::NOBODY.into(), 0, &user(number).id, at(1)).await.unwrap();
            tx.commit().await.unwrap();
            won
        })
        .await;

        let winners: Vec<UserId> = (1..).zip(&answers).filter(|(_, won)| **won).map(|(number, _)| user(number).id).collect();
        assert_eq!(winners.len(), 1);
        let expected = Device { holder_id: winners[0].clone(), held_since: at(1), custody_seq: 1, revision: 2, ..device(1) };
        assert_eq!(database.read().await.find_device(&device(1).id).await.unwrap(), Some(expected));
    }

    async fn a_whole_handover_at_once_is_done_by_one(database) {
        let mut tx = database.begin().await;
        tx.create_user(&user(1), None).await.unwrap();
        tx.create_device(&device(1)).await.unwrap();
        tx.commit().await.unwrap();

        let answers = at_once(&database, 30, |database, number| async move {
            let mut tx = database.begin().await;
            let locked = tx.lock_device(&device(1).id).await?.unwrap();
            let holder = id::NOBODY.into();
            if !tx.change_holder(&locked.id, &holder, 0, &user(1).id, at(1)).await? {
                return Ok(false);
            }
            tx.create_handover(&handover(number, &locked.id)).await?;
            tx.append_custody(&custody(&locked.id, 1)).await?;
            tx.commit().await?;
            Ok::<_, StoreError>(true)
        })
        .await;

        let won = answers.into_iter().map(Result::unwrap).filter(|won| *won).count();
        assert_eq!(won, 1);
        assert_eq!(database.read().await.custody_of(&device(1).id).await.unwrap().len(), 1);
        assert_eq!(database.read().await.list_handovers(&device(1).id, 99).await.unwrap().len(), 1);
    }

    async fn a_link_with_three_uses_is_used_three_times(database) {
        let mut tx = database.begin().await;
        tx.create_enrollment_link(&EnrollmentLink { uses_left: 3, ..link(1) }).await.unwrap();
        tx.commit().await.unwrap();

        let answers = at_once(&database, 30, |database, _| async move {
            let mut tx = database.begin().await;
            let used = tx.use_enrollment_link(&link(1).id, at(1)).await.unwrap();
            tx.commit().await.unwrap();
            used
        })
        .await;

        assert_eq!(answers.into_iter().filter(|used| *used).count(), 3);
    }

    async fn a_one_time_value_is_taken_once(database) {
        let mut tx = database.begin().await;
        tx.set_setting("set-up", "hash").await.unwrap();
        tx.commit().await.unwrap();

        let answers = at_once(&database, 30, |database, _| async move {
            let mut tx = database.begin().await;
            let taken = tx.take_setting("set-up", "hash").await.unwrap();
            tx.commit().await.unwrap();
            taken
        })
        .await;

        assert_eq!(answers.into_iter().filter(|taken| *taken).count(), 1);
    }

    async fn a_value_is_added_once(database) {
        let answers = at_once(&database, 30, |database, number| async move {
            let mut tx = database.begin().await;
            let added = tx.add_setting("key", &number.to_string()).await.unwrap();
            tx.commit().await.unwrap();
            added
        })
        .await;

        let winner = (1..).zip(&answers).filter(|(_, added)| **added).map(|(number, _)| number).collect::<Vec<i32>>();
        assert_eq!(winner.len(), 1);
        assert_eq!(database.read().await.setting("key").await.unwrap(), Some(winner[0].to_string()));
    }

    async fn a_user_name_is_given_once(database) {
        let answers = at_once(&database, 30, |database, number| async move {
            let mut tx = database.begin().await;
            tx.create_user(&User { user_name: "Ada".into(), ..user(number) }, None).await?;
            tx.commit().await
        })
        .await;

        assert_eq!(answers.iter().filter(|answer| answer.is_ok()).count(), 1);
        assert_eq!(answers.iter().filter(|answer| lost_to("user_name_taken", answer)).count(), 29);
    }

    async fn a_place_in_the_custody_chain_is_given_once(database) {
        let mut tx = database.begin().await;
        tx.create_device(&device(1)).await.unwrap();
        tx.commit().await.unwrap();

        let answers = at_once(&database, 30, |database, _| async move {
            let mut tx = database.begin().await;
            tx.append_custody(&custody(&device(1).id, 1)).await?;
            tx.commit().await
        })
        .await;

        assert_eq!(answers.iter().filter(|answer| answer.is_ok()).count(), 1);
        assert_eq!(answers.iter().filter(|answer| lost_to("custody_seq_taken", answer)).count(), 29);
    }

    async fn commands_queued_at_once_get_places_without_gaps(database) {
        let mut tx = database.begin().await;
        device_with_enrollment(&mut tx).await;
        tx.commit().await.unwrap();

        let mut places = at_once(&database, 50, |database, number| async move {
            let mut tx = database.begin().await;
            let enrollment = enrollment(1, Some(&device(1).id));
            let queued = tx.queue_command(&command(number, &enrollment), at(0)).await.unwrap();
            tx.commit().await.unwrap();
            queued.seq
        })
        .await;

        places.sort_unstable();
        assert_eq!(places, (1..=50).collect::<Vec<i64>>());
    }

    async fn no_change_of_the_catalogue_is_lost(database) {
        let mut revisions = at_once(&database, 30, |database, _| async move {
            let mut tx = database.begin().await;
            let revision = tx.bump_catalogue_revision().await.unwrap();
            tx.commit().await.unwrap();
            revision
        })
        .await;

        revisions.sort_unstable();
        assert_eq!(revisions, (2..=31).collect::<Vec<i64>>());
    }

    async fn members_set_at_once_end_as_one_of_them_said(database) {
        let mut tx = database.begin().await;
        for number in 1..=10 {
            tx.create_user(&user(number), None).await.unwrap();
        }
        tx.create_user_group(&"nurses".into(), "Nurses", "").await.unwrap();
        tx.commit().await.unwrap();

        at_once(&database, 10, |database, number| async move {
            let mut tx = database.begin().await;
            tx.set_user_group_members(&"nurses".into(), &[user(number).id]).await.unwrap();
            tx.commit().await.unwrap();
        })
        .await;

        assert_eq!(database.read().await.all_user_group_members().await.unwrap().len(), 1);
    }
}
