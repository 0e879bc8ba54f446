//! A database per test.

use std::{env, future::Future, panic::resume_unwind, sync::Arc, time::Duration};

use baton_store::{Engine, Store, StoreOptions, Tx};
use sqlx::{AnyConnection, AssertSqlSafe, Connection, Executor, Row};
use tempfile::TempDir;

/// Declares tests that run once per engine.
macro_rules! on_both_engines {
    ($($(#[$meta:meta])* async fn $name:ident($database:ident) $body:block)+) => {
        $(
            mod $name {
                #[allow(unused_imports, reason = "the tests of a module share its imports")]
                use super::*;

                async fn test($database: std::sync::Arc<crate::database::Database>) $body

                #[test]
                fn on_sqlite() {
                    crate::database::run(baton_store::Engine::Sqlite, test);
                }

                #[test]
                fn on_postgres() {
                    crate::database::run(baton_store::Engine::Postgres, test);
                }
            }
        )+
    };
}

/// An empty database with the current schema.
pub struct Database {
    pub engine: Engine,
    pub address: String,
    pub store: Store,
    /// The SQLite file's folder, removed with this.
    _folder: Option<TempDir>,
}

impl Database {
    /// The same server or folder under another address; the store stays what it was.
    pub fn at(&self, address: String) -> Self {
        Self { engine: self.engine, address, store: self.store.clone(), _folder: None }
    }

    /// Begins a transaction that writes.
    pub async fn begin(&self) -> Tx {
        self.store.begin().await.unwrap()
    }

    /// Begins a transaction that reads.
    pub async fn read(&self) -> Tx {
        self.store.read().await.unwrap()
    }

    /// A connection past the store.
    pub async fn connection(&self) -> AnyConnection {
        AnyConnection::connect(&self.address).await.unwrap()
    }

    /// Runs SQL past the store, as an operator or an attacker with access to the database could.
    pub async fn execute(&self, sql: &str) -> Result<(), baton_store::StoreError> {
        let mut connection = self.connection().await;
        connection.execute(sqlx::raw_sql(AssertSqlSafe(sql.to_owned()))).await?;
        Ok(())
    }

    /// The one number that the SQL gives.
    pub async fn number(&self, sql: &str) -> i64 {
        let mut connection = self.connection().await;
        let query = sqlx::query(AssertSqlSafe(sql.to_owned()));
        query.fetch_one(&mut connection).await.unwrap().get(0)
    }
}

/// How the tests connect: quick to give up.
pub fn options() -> StoreOptions {
    StoreOptions { max_connections: 8, acquire_timeout: Duration::from_secs(20), busy_timeout: Duration::from_secs(20) }
}

/// Runs a test with a fresh database on this engine, and removes the database also when the test fails.
pub fn run<F>(engine: Engine, test: impl FnOnce(Arc<Database>) -> F)
where
    F: Future<Output = ()> + Send + 'static,
{
    run_with(engine, options(), test);
}

/// As [`run`], with other options.
pub fn run_with<F>(engine: Engine, options: StoreOptions, test: impl FnOnce(Arc<Database>) -> F)
where
    F: Future<Output = ()> + Send + 'static,
{
    sqlx::any::install_default_drivers();
    let server = match engine {
        Engine::Sqlite => None,
        Engine::Postgres => match server() {
            None => return,
            some => some,
        },
    };
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    runtime.block_on(async {
        let name = format!("baton_test_{}", uuid::Uuid::new_v4().simple());
        let (address, folder) = match &server {
            None => {
                let folder = TempDir::with_prefix("baton-store.").unwrap();
                (format!("sqlite://{}", folder.path().join("baton.db").display()), Some(folder))
            }
            Some(server) => {
                administer(server, &format!("CREATE DATABASE {name}")).await;
                (with_database(server, &name), None)
            }
        };
        let store = Store::connect(&address, options).await.unwrap();
        let database = Arc::new(Database { engine, address, store: store.clone(), _folder: folder });
        let outcome = tokio::spawn(test(database)).await;
        if let Some(server) = &server {
            administer(server, &format!("DROP DATABASE {name} WITH (FORCE)")).await;
        } else {
            store.close().await;
        }
        if let Err(failure) = outcome {
            resume_unwind(failure.into_panic());
        }
    });
}

#[expect(clippy::print_stderr, reason = "a skipped half must not look like a passed one")]
fn server() -> Option<String> {
    let set = |name: &str, value: &str| env::var(name).is_ok_and(|found| found == value);
    match env::var("BATON_TEST_POSTGRES_URL") {
        Ok(server) if !server.is_empty() => Some(server),
        _ if set("CI", "true") || set("BATON_REQUIRE_POSTGRES", "1") => {
            panic!("BATON_TEST_POSTGRES_URL is not set; run this under tools/with-postgres.sh")
        }
        _ => {
            eprintln!("SKIPPED on PostgreSQL: BATON_TEST_POSTGRES_URL is not set; tools/with-postgres.sh sets it");
            None
        }
    }
}

async fn administer(server: &str, statement: &str) {
    let mut connection = AnyConnection::connect(server).await.unwrap();
    connection.execute(sqlx::raw_sql(AssertSqlSafe(statement.to_owned()))).await.unwrap();
}

/// The server's address with another database.
fn with_database(server: &str, name: &str) -> String {
    let (before, parameters) = match server.split_once('?') {
        Some((before, parameters)) => (before, format!("?{parameters}")),
        None => (server, String::new()),
    };
    let host_ends = before.find("://").map_or(0, |at| at + 3);
    let end = before[host_ends..].find('/').map_or(before.len(), |at| host_ends + at);
    format!("{}/{name}{parameters}", &before[..end])
}
