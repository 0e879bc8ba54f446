//! Bringing the schema up to date: numbered files, one set for both engines, all in one transaction.
//!
//! Several instances may start at once: the first takes the lock, the others wait and find the work done. A database
//! that already has migrations of a later version is accepted, because migrations only expand; that is what lets
//! instances be replaced one after the other.

use sha2::{Digest, Sha256};
use sqlx::{AnyConnection, AssertSqlSafe, Connection, Executor};

use crate::{
    dialect::{Engine, is_missing_table},
    error::StoreError,
    row::{Record, Row},
    statement::{Columns, sql},
};

/// Number, name and text of each migration, ascending.
pub(crate) const MIGRATIONS: &[(i64, &str, &str)] = &[
    (1, "skeleton", include_str!("../migrations/0001_skeleton.sql")),
    (2, "actions", include_str!("../migrations/0002_actions.sql")),
    (3, "push_certificate", include_str!("../migrations/0003_push_certificate.sql")),
    (4, "item files", include_str!("../migrations/0004_item_files.sql")),
    (5, "memberships", include_str!("../migrations/0005_memberships.sql")),
    (6, "live_pages", include_str!("../migrations/0006_live_pages.sql")),
    (7, "urgent_queue", include_str!("../migrations/0007_urgent_queue.sql")),
    (8, "policy_tests", include_str!("../migrations/0008_policy_tests.sql")),
    (9, "sign_in", include_str!("../migrations/0009_sign_in.sql")),
    (10, "sources", include_str!("../migrations/0010_sources.sql")),
    (11, "passkeys", include_str!("../migrations/0011_passkeys.sql")),
    (12, "managed_accounts", include_str!("../migrations/0012_managed_accounts.sql")),
    (13, "sign_in_names", include_str!("../migrations/0013_sign_in_names.sql")),
    (14, "own_devices", include_str!("../migrations/0014_own_devices.sql")),
];

struct Recorded {
    version: i64,
    checksum: String,
}

impl Record for Recorded {
    const TABLE: &'static str = "schema_migrations";

    fn read(row: &Row<'_>) -> Result<Self, StoreError> {
        Ok(Self { version: row.number("version")?, checksum: row.text("checksum")? })
    }
}

/// Checks that nothing is missing, without a change.
pub(crate) async fn check(connection: &mut AnyConnection) -> Result<(), StoreError> {
    let expected = MIGRATIONS.iter().map(|(version, ..)| *version).max().unwrap_or_default();
    let rows = sql("SELECT version, checksum FROM schema_migrations").query().fetch_all(connection).await;
    // A database without that table was never Baton's.
    let rows = match rows {
        Err(sqlx::Error::Database(error)) if is_missing_table(&*error) => Vec::new(),
        other => other?,
    };
    let recorded: Vec<Recorded> = rows.iter().map(Row::record).collect::<Result<_, _>>()?;
    let found = recorded.iter().map(|recorded| recorded.version).max().unwrap_or_default();
    if found < expected { Err(StoreError::Schema { found, expected }) } else { Ok(()) }
}

/// A name for the schema that the migrations lead to.
#[cfg(feature = "testing")]
pub(crate) fn fingerprint() -> String {
    let mut hash = Sha256::new();
    for (_, _, text) in MIGRATIONS {
        hash.update(text);
    }
    hex::encode(&hash.finalize()[..8])
}

/// Runs what is missing. `connection` must not be in a transaction.
pub(crate) async fn migrate(connection: &mut AnyConnection, engine: Engine) -> Result<(), StoreError> {
    let mut transaction = connection.begin_with(engine.begin_write()).await?;
    if let Some(lock) = engine.lock_migrations() {
        transaction.execute(sqlx::raw_sql(lock)).await?;
    }
    let table = engine.translate(
        "CREATE TABLE IF NOT EXISTS schema_migrations \
         (version BIGINT PRIMARY KEY, name {{text}} NOT NULL, checksum {{text}} NOT NULL)",
    );
    transaction.execute(sqlx::raw_sql(AssertSqlSafe(table))).await?;
    let rows = sql("SELECT version, checksum FROM schema_migrations").query().fetch_all(&mut *transaction).await?;
    let recorded: Vec<Recorded> = rows.iter().map(Row::record).collect::<Result<_, _>>()?;
    for (version, name, text) in MIGRATIONS {
        let failed = |source| StoreError::Migration { version: *version, name: (*name).to_owned(), source };
        let checksum = hex::encode(Sha256::digest(text));
        match recorded.iter().find(|recorded| recorded.version == *version) {
            Some(recorded) if recorded.checksum == checksum => continue,
            Some(_) => return Err(failed(None)),
            None => {}
        }
        let run = transaction.execute(sqlx::raw_sql(AssertSqlSafe(engine.translate(text)))).await;
        run.map_err(|error| failed(Some(Box::new(error.into()))))?;
        let note = Columns::new().set("version", *version).set("name", *name).set("checksum", &checksum);
        note.insert_into("schema_migrations").query().execute(&mut *transaction).await?;
        tracing::info!(version, name, "migrated the database");
    }
    transaction.commit().await?;
    Ok(())
}
