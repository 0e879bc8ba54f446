//! What is told after a commit, to whom, and what pages of a device are based on.

use std::time::Duration;

use baton_model::{Session, SessionKind};
use baton_policy::Presence;
use baton_store::{Change, Changes, Engine, Store, WATCH_SECONDS};

use crate::{
    database::{Database, options},
    samples::{at, command, device, device_item, device_with_enrollment, handover, passcode, session, user},
};

/// Longer than any machine takes to carry a word from one process to another.
const PATIENCE: Duration = Duration::from_secs(60);

async fn next(changes: &mut Changes) -> Change {
    tokio::time::timeout(PATIENCE, changes.next()).await.expect("nothing was told").unwrap()
}

/// Everything that was told so far. What is told after it is the mark.
async fn told(database: &Database, changes: &mut Changes) -> Vec<Change> {
    let mark = Change::User("the mark".into());
    let mut tx = database.begin().await;
    tx.end_sessions_of_user(&"the mark".into()).await.unwrap();
    tx.commit().await.unwrap();
    let mut told = Vec::new();
    loop {
        match next(changes).await {
            change if change == mark => return told,
            change => told.push(change),
        }
    }
}

async fn shown(database: &Database) -> i64 {
    database.read().await.page_revision(&device(1).id).await.unwrap().unwrap().device
}

/// Another instance over the same database that hears what this one tells.
async fn another_instance(database: &Database) -> (Changes, tokio::task::JoinHandle<()>) {
    let other = Store::connect(&database.address, options()).await.unwrap();
    let mut changes = other.changes();
    let hearing = tokio::spawn(async move { other.hear().await.unwrap() });
    assert_eq!(next(&mut changes).await, Change::Anything, "what was told before is lost");
    (changes, hearing)
}

on_both_engines! {
    async fn whatever_changes_what_pages_show_of_a_device_is_told_and_counted(database) {
        let mut tx = database.begin().await;
        let (device, enrollment) = device_with_enrollment(&mut tx).await;
        let clip = Session { kind: SessionKind::Clip, device_id: Some(device.id.clone()), ..session(1, &user(1)) };
        tx.create_session(&clip).await.unwrap();
        tx.commit().await.unwrap();
        let mut changes = database.store.changes();

        macro_rules! tells {
            ($($verb:ident($($argument:expr),*);)+) => {
                $({
                    let before = shown(&database).await;
                    let mut tx = database.begin().await;
                    tx.$verb($($argument),*).await.unwrap();
                    tx.commit().await.unwrap();
                    let told = told(&database, &mut changes).await;
                    assert!(told.contains(&Change::Device(device.id.clone())), "{}: {told:?}", stringify!($verb));
                    assert_eq!(shown(&database).await, before + 1, "{}", stringify!($verb));
                })+
            };
        }
        let row = device_item(&device.id, "item-00001", Presence::Maybe);
        let (first, second) = (command(1, &enrollment), command(2, &enrollment));
        let taken = handover(1, &device.id);
        tells! {
            save_device_item(&row);
            delete_device_item(&device.id, &row.item_id, &row.rendering);
            queue_command(&first, at(1));
            mark_sent(&first.id, at(2));
            answer_command(&first.id, baton_model::CommandStatus::NotNow, None, at(3));
            lapse_command(&first.id);
            queue_command(&second, at(4));
            supersede_commands(std::slice::from_ref(&second.id));
            queue_command(&command(3, &enrollment), at(5));
            cancel_commands_of_enrollment(&enrollment.id);
            create_handover(&taken);
            finish_handover(&taken.id, baton_model::HandoverState::Complete, at(6));
            create_handover(&handover(2, &device.id));
            supersede_handovers(&device.id, at(7));
            change_holder(&device.id, &device.holder_id, device.custody_seq, &user(1).id, at(8));
            add_clip_generation(&device.id, 1, "hash", at(9));
            confirm_clip(&device.id, 1);
            end_clip_sessions_of_device(&device.id);
            rename_device(&device.id, "Another name");
            set_name_tag(&device.id, "Ward 3");
            set_reported_lost(&device.id, Some(at(10)));
            set_device_state(&device.id, baton_model::DeviceState::Unenrolled);
        }
    }

    async fn what_changes_nothing_on_a_page_is_not_told(database) {
        let mut tx = database.begin().await;
        let (device, enrollment) = device_with_enrollment(&mut tx).await;
        tx.commit().await.unwrap();
        let mut changes = database.store.changes();

        let mut tx = database.begin().await;
        tx.set_device_seen(&device.id, at(1)).await.unwrap();
        tx.mark_push_due(&enrollment.id, at(1)).await.unwrap();
        tx.mark_decided(&device.id, 1, 1, 1).await.unwrap();
        assert!(!tx.delete_device_item(&device.id, &"item-00001".into(), "rendering-1").await.unwrap());
        tx.commit().await.unwrap();

        assert_eq!(told(&database, &mut changes).await, []);
        assert_eq!(shown(&database).await, 0);
    }

    async fn what_ends_sessions_is_told_for_their_user(database) {
        let mut tx = database.begin().await;
        tx.create_user(&user(1), Some("hash")).await.unwrap();
        tx.create_session(&session(1, &user(1))).await.unwrap();
        tx.commit().await.unwrap();
        let mut changes = database.store.changes();

        for number in 0..5 {
            let mut tx = database.begin().await;
            match number {
                0 => assert!(tx.end_session(&session(1, &user(1)).id_hash).await.unwrap()),
                1 => assert_eq!(tx.end_sessions_of_user(&user(1).id).await.unwrap(), 0),
                2 => tx.bump_epoch(&user(1).id).await.unwrap(),
                3 => tx.set_password_hash(&user(1).id, "another").await.unwrap(),
                _ => tx.save_user(&baton_model::User { enabled: false, ..user(1) }).await.unwrap(),
            }
            tx.commit().await.unwrap();
            let told = told(&database, &mut changes).await;
            assert!(told.contains(&Change::User(user(1).id)), "{number}: {told:?}");
        }
    }

    async fn what_decisions_read_is_told(database) {
        let mut tx = database.begin().await;
        device_with_enrollment(&mut tx).await;
        tx.create_user_group(&"group".into(), "Nurses", "").await.unwrap();
        tx.commit().await.unwrap();
        let mut changes = database.store.changes();

        for number in 0..5 {
            let mut tx = database.begin().await;
            match number {
                0 => tx.create_item(&passcode(1)).await.unwrap(),
                1 => drop(tx.set_user_group_members(&"group".into(), &[user(1).id]).await.unwrap()),
                2 => tx.delete_user_group(&"group".into()).await.unwrap(),
                3 => tx.save_user(&user(1)).await.unwrap(),
                _ => tx.rename_device(&device(1).id, "Another name").await.unwrap(),
            }
            tx.commit().await.unwrap();
            let told = told(&database, &mut changes).await;
            assert!(told.contains(&Change::Decisions), "{number}: {told:?}");
        }
    }

    async fn what_is_not_committed_is_not_told(database) {
        let mut tx = database.begin().await;
        device_with_enrollment(&mut tx).await;
        tx.commit().await.unwrap();
        let mut changes = database.store.changes();

        let mut tx = database.begin().await;
        tx.rename_device(&device(1).id, "Another name").await.unwrap();
        drop(tx);

        assert_eq!(told(&database, &mut changes).await, []);
        assert_eq!(shown(&database).await, 0);
    }

    async fn who_falls_behind_is_told_that_anything_may_have_changed(database) {
        let mut tx = database.begin().await;
        device_with_enrollment(&mut tx).await;
        tx.commit().await.unwrap();
        let mut changes = database.store.changes();

        for number in 0..1100 {
            let mut tx = database.begin().await;
            tx.end_sessions_of_user(&format!("user {number}").into()).await.unwrap();
            tx.commit().await.unwrap();
        }

        assert_eq!(next(&mut changes).await, Change::Anything);
    }

    async fn a_page_is_based_on_device_catalogue_and_holder(database) {
        let mut tx = database.begin().await;
        let (device, _) = device_with_enrollment(&mut tx).await;
        let before = tx.page_revision(&device.id).await.unwrap().unwrap();
        tx.save_user(&baton_model::User { id: "nobody".into(), user_name: "nobody".to_owned(), ..user(9) }).await.unwrap();
        let holder = tx.page_revision(&device.id).await.unwrap().unwrap();
        let catalogue_revision = tx.bump_catalogue_revision().await.unwrap();
        let catalogue = tx.page_revision(&device.id).await.unwrap().unwrap();

        assert!(before < holder && holder < catalogue, "{before} {holder} {catalogue}");
        assert_eq!(catalogue.catalogue, catalogue_revision);
        assert_eq!(tx.page_revision(&"no device".into()).await.unwrap(), None);
    }

    async fn only_sessions_that_hold_are_found_to_hold(database) {
        let mut tx = database.begin().await;
        for number in 1..=3 {
            tx.create_user(&user(number), None).await.unwrap();
            tx.create_session(&session(number, &user(number))).await.unwrap();
        }
        tx.create_session(&Session { expires_at: at(10), ..session(4, &user(1)) }).await.unwrap();
        tx.bump_epoch(&user(2).id).await.unwrap();
        tx.save_user(&baton_model::User { enabled: false, ..user(3) }).await.unwrap();
        let hashes: Vec<String> = (1..=5).map(|number| session(number, &user(1)).id_hash).collect();

        let holding = tx.sessions_that_hold(&hashes, at(10)).await.unwrap();

        assert_eq!(holding.into_iter().collect::<Vec<_>>(), [session(1, &user(1)).id_hash]);
    }

    async fn another_instance_hears_of_watched_devices_users_and_decisions(database) {
        let mut tx = database.begin().await;
        let (device, _) = device_with_enrollment(&mut tx).await;
        tx.commit().await.unwrap();
        if database.engine == Engine::Sqlite {
            return; // one instance only
        }
        let (mut changes, _hearing) = another_instance(&database).await;

        let mut tx = database.begin().await;
        tx.set_name_tag(&device.id, "Nobody watches").await.unwrap();
        tx.commit().await.unwrap();
        database.store.watch_devices(std::slice::from_ref(&device.id), at(0)).await.unwrap();
        let mut tx = database.begin().await;
        tx.set_name_tag(&device.id, "Somebody watches").await.unwrap();
        tx.bump_epoch(&user(1).id).await.unwrap();
        tx.bump_catalogue_revision().await.unwrap();
        tx.commit().await.unwrap();

        let heard = [next(&mut changes).await, next(&mut changes).await, next(&mut changes).await];
        assert!(heard.contains(&Change::Device(device.id.clone())), "{heard:?}");
        assert!(heard.contains(&Change::User(user(1).id)) && heard.contains(&Change::Decisions), "{heard:?}");
    }

    async fn a_device_that_nobody_watches_any_more_is_forgotten(database) {
        let mut tx = database.begin().await;
        let (device, _) = device_with_enrollment(&mut tx).await;
        tx.commit().await.unwrap();
        database.store.watch_devices(std::slice::from_ref(&device.id), at(0)).await.unwrap();
        let watched = i64::from(database.engine == Engine::Postgres);
        let count = "SELECT COUNT(*) FROM devices WHERE watched_until > 0";
        assert_eq!(database.number(count).await, watched);

        let mut tx = database.begin().await;
        tx.prune_watches(at(WATCH_SECONDS)).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(database.number(count).await, watched, "its time is not over yet");

        let mut tx = database.begin().await;
        tx.prune_watches(at(WATCH_SECONDS + 1)).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(database.number(count).await, 0);
    }

    async fn a_listener_whose_connection_is_cut_says_so_and_hears_again(database) {
        if database.engine == Engine::Sqlite {
            return; // one instance only
        }
        let (_changes, hearing) = another_instance(&database).await;
        let cut = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity \
            WHERE application_name = 'baton-listener' AND datname = current_database()";
        database.execute(cut).await.unwrap();

        let ended = tokio::time::timeout(PATIENCE, hearing).await.expect("it goes on without a connection");
        drop(ended); // with an error or without one: the server may say farewell or not

        let (mut changes, _hearing) = another_instance(&database).await;
        let mut tx = database.begin().await;
        tx.bump_catalogue_revision().await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(next(&mut changes).await, Change::Decisions);
    }
}
