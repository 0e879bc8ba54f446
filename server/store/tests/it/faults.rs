//! Connections that are cut, locks that are held, writers that meet.

use std::time::Duration;

use baton_store::{Engine, Store, StoreError, StoreOptions};

use crate::{
    database::{Database, options, run, run_with},
    samples::{at, custody, device, handover, user},
};

/// Ends every connection to this database but the one that asks.
async fn cut_connections(database: &Database) {
    let cut = "SELECT COUNT(pg_terminate_backend(pid)) FROM pg_stat_activity \
               WHERE datname = current_database() AND pid <> pg_backend_pid()";
    assert!(database.number(cut).await > 0);
}

fn impatient() -> StoreOptions {
    StoreOptions { busy_timeout: Duration::from_millis(200), acquire_timeout: Duration::from_millis(400), ..options() }
}

#[test]
fn a_connection_cut_in_the_middle_of_a_handover_leaves_nothing_of_it() {
    run(Engine::Postgres, |database| async move {
        let mut tx = database.begin().await;
        tx.create_user(&user(1), None).await.unwrap();
        tx.create_device(&device(1)).await.unwrap();
        tx.commit().await.unwrap();

        for step in 1..=3 {
            let mut tx = database.begin().await;
            assert!(tx.change_holder(&device(1).id, &"nobody".into(), 0, &user(1).id, at(1)).await.unwrap());
            if step > 1 {
                tx.create_handover(&handover(1, &device(1).id)).await.unwrap();
            }
            if step > 2 {
                tx.append_custody(&custody(&device(1).id, 1)).await.unwrap();
            }
            cut_connections(&database).await;
            let next = tx.set_device_seen(&device(1).id, at(1)).await;
            assert!(matches!(next, Err(StoreError::Connection(_))), "{next:?}");
            let committed = tx.commit().await;
            assert!(matches!(committed, Err(StoreError::Aborted)), "{committed:?}");

            let mut tx = database.begin().await;
            assert_eq!(tx.find_device(&device(1).id).await.unwrap(), Some(device(1)));
            assert_eq!(tx.latest_handover(&device(1).id).await.unwrap(), None);
            assert_eq!(tx.last_custody(&device(1).id).await.unwrap(), None);
        }
    });
}

#[test]
fn a_connection_cut_before_the_commit_is_said_to_be_broken() {
    run(Engine::Postgres, |database| async move {
        let mut tx = database.begin().await;
        tx.create_user(&user(1), None).await.unwrap();
        cut_connections(&database).await;

        let committed = tx.commit().await;

        assert!(matches!(committed, Err(StoreError::Connection(_))), "{committed:?}");
        assert_eq!(database.read().await.count_users().await.unwrap(), 0);
    });
}

#[test]
fn idle_connections_that_were_cut_are_replaced() {
    run(Engine::Postgres, |database| async move {
        database.store.ping().await.unwrap();
        cut_connections(&database).await;

        for _ in 0..20 {
            database.store.ping().await.unwrap();
        }
        assert_eq!(database.begin().await.count_users().await.unwrap(), 0);
    });
}

#[test]
fn a_row_that_stays_locked_is_busy_on_postgres() {
    run_with(Engine::Postgres, impatient(), |database| async move {
        let mut first = database.begin().await;
        first.lock_user(&"nobody".into()).await.unwrap();

        let mut second = database.begin().await;
        let locked = second.lock_user(&"nobody".into()).await;

        assert!(matches!(locked, Err(StoreError::Busy)), "{locked:?}");
    });
}

#[test]
fn of_two_that_block_each_other_one_is_busy_and_one_goes_on() {
    run(Engine::Postgres, |database| async move {
        let mut tx = database.begin().await;
        tx.create_user(&user(1), None).await.unwrap();
        tx.create_user(&user(2), None).await.unwrap();
        tx.commit().await.unwrap();
        let mut first = database.begin().await;
        let mut second = database.begin().await;
        first.lock_user(&user(1).id).await.unwrap();
        second.lock_user(&user(2).id).await.unwrap();

        // Whoever is chosen to give way must be dropped for the other to go on.
        let first = tokio::spawn(async move { first.lock_user(&user(2).id).await.map(|_| ()) });
        let second = tokio::spawn(async move { second.lock_user(&user(1).id).await.map(|_| ()) });
        let answers = [first.await.unwrap(), second.await.unwrap()];

        assert_eq!(answers.iter().filter(|answer| answer.is_ok()).count(), 1, "{answers:?}");
        assert_eq!(answers.iter().filter(|answer| matches!(answer, Err(StoreError::Busy))).count(), 1, "{answers:?}");
    });
}

#[test]
fn two_processes_write_to_one_sqlite_file_in_turn() {
    run(Engine::Sqlite, |database| async move {
        // Two stores share no turn to write, as two processes do not.
        let other = Store::connect(&database.address, options()).await.unwrap();
        let mut writers = Vec::new();
        for store in [database.store.clone(), other] {
            for _ in 0..10 {
                let store = store.clone();
                writers.push(tokio::spawn(async move {
                    let mut tx = store.begin().await?;
                    tx.bump_catalogue_revision().await?;
                    tx.commit().await
                }));
            }
        }
        for writer in writers {
            writer.await.unwrap().unwrap();
        }

        assert_eq!(database.read().await.catalogue_revision().await.unwrap(), 21);
    });
}

#[test]
fn a_file_that_another_process_keeps_locked_is_busy() {
    run_with(Engine::Sqlite, impatient(), |database| async move {
        let other = Store::connect(&database.address, impatient()).await.unwrap();
        let held = other.begin().await.unwrap();

        let elsewhere = database.store.begin().await;
        assert!(matches!(elsewhere, Err(StoreError::Busy)), "{elsewhere:?}");
        let waiting = other.begin().await;
        assert!(matches!(waiting, Err(StoreError::Busy)), "{waiting:?}");

        drop(held);
        database.begin().await.bump_catalogue_revision().await.unwrap();
    });
}

#[test]
fn a_store_that_was_closed_says_so() {
    run(Engine::Sqlite, |database| async move {
        database.store.close().await;

        let begun = database.store.begin().await;

        assert!(matches!(begun, Err(StoreError::Connection(_))), "{begun:?}");
    });
}
