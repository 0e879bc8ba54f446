use std::sync::Arc;

use baton_store::{Engine, Store, StoreError};

use crate::{
    database::{Database, options},
    samples::user,
};

/// Takes everything out of the database, so that it is as before its first start.
async fn emptied(database: &Database) -> String {
    match database.engine {
        Engine::Postgres => {
            database.execute("DROP SCHEMA public CASCADE; CREATE SCHEMA public").await.unwrap();
            database.address.clone()
        }
        Engine::Sqlite => format!("{}.empty", database.address),
    }
}

on_both_engines! {
    async fn a_second_start_changes_nothing(database) {
        let mut tx = database.begin().await;
        tx.create_user(&user(1), None).await.unwrap();
        tx.commit().await.unwrap();
        let applied = database.number("SELECT COUNT(*) FROM schema_migrations").await;

        let again = Store::connect(&database.address, options()).await.unwrap();

        assert_eq!(again.read().await.unwrap().find_user(&user(1).id).await.unwrap(), Some(user(1)));
        assert_eq!(database.number("SELECT COUNT(*) FROM schema_migrations").await, applied);
    }

    async fn instances_that_start_at_once_migrate_once(database) {
        let address = Arc::new(emptied(&database).await);

        let starts: Vec<_> = (0..8)
            .map(|_| {
                let address = address.clone();
                tokio::spawn(async move { Store::connect(&address, options()).await })
            })
            .collect();

        for start in starts {
            let store = start.await.unwrap().unwrap();
            assert_eq!(store.read().await.unwrap().catalogue_revision().await.unwrap(), 1);
        }
    }

    async fn a_failed_migration_leaves_nothing_behind(database) {
        let address = emptied(&database).await;
        let in_the_way = database.at(match database.engine {
            Engine::Sqlite => format!("{address}?mode=rwc"),
            Engine::Postgres => address,
        });
        in_the_way.execute("CREATE TABLE handovers (id BIGINT)").await.unwrap();

        let refused = Store::connect(&in_the_way.address, options()).await;

        assert!(matches!(refused, Err(StoreError::Migration { version: 1, source: Some(_), .. })), "{refused:?}");
        for table in ["users", "schema_migrations"] {
            let exists = in_the_way.execute(&format!("SELECT * FROM {table}")).await;
            assert!(exists.is_err(), "{table} exists");
        }
    }

    async fn a_migration_that_was_edited_afterwards_is_noticed(database) {
        database.execute("UPDATE schema_migrations SET checksum = 'another'").await.unwrap();

        let refused = Store::connect(&database.address, options()).await;

        assert!(matches!(refused, Err(StoreError::Migration { version: 1, source: None, .. })), "{refused:?}");
    }

    async fn a_database_that_a_later_version_extended_is_accepted(database) {
        database.execute("INSERT INTO schema_migrations (version, name, checksum) VALUES (9999, 'later', 'x')").await.unwrap();

        let opened = Store::connect(&database.address, options()).await;

        assert!(opened.is_ok(), "{opened:?}");
    }
}

#[test]
fn a_file_that_is_no_database_is_an_error() {
    let folder = tempfile::TempDir::with_prefix("baton-store.").unwrap();
    let file = folder.path().join("baton.db");
    std::fs::write(&file, "not a database, but longer than the header of one, which has a hundred bytes".repeat(9))
        .unwrap();

    let opened = start(file.to_str().unwrap());

    assert!(matches!(opened, Err(StoreError::Corrupt { .. })), "{opened:?}");
}

#[test]
fn a_path_with_spaces_and_signs_is_created_as_named() {
    let folder = tempfile::TempDir::with_prefix("baton-store.").unwrap();
    let file = folder.path().join("Data of Ward 3% #1?.db");

    start(file.to_str().unwrap()).unwrap();

    assert!(file.exists());
}

#[test]
fn an_unusable_address_is_refused_with_the_reason() {
    for address in ["", "mysql://localhost/baton", "sqlite::memory:", "sqlite://x?mode=memory", "sqlite://x?mode=odd"] {
        let opened = start(address);
        assert!(matches!(opened, Err(StoreError::Address(_))), "{address}: {opened:?}");
    }
}

#[test]
fn a_folder_that_does_not_exist_is_an_error() {
    let folder = tempfile::TempDir::with_prefix("baton-store.").unwrap();

    let opened = start(folder.path().join("missing").join("baton.db").to_str().unwrap());

    assert!(opened.is_err());
}

#[test]
fn a_server_that_is_not_there_is_an_error_at_once() {
    let opened = start("postgres://baton@127.0.0.1:1/baton");

    assert!(matches!(opened, Err(StoreError::Connection(_))), "{opened:?}");
}

fn start(address: &str) -> Result<Store, StoreError> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(Store::connect(address, options()))
}
