//! A database per test.

use std::{future::Future, sync::Arc, time::Duration};

use baton_store::{
    Engine, Store, StoreOptions, Tx,
    testing::{PostgresServer, finish},
};
use futures::{FutureExt as _, future::BoxFuture};
use sqlx::{AnyConnection, AssertSqlSafe, Connection, Executor, Row};
use tempfile::TempDir;
use tokio::task::JoinError;

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
    block_on(engine, options, Box::new(|database| test(database).boxed()));
}

/// A test that lost its type, so that the compiler makes what is around it once and not for each test.
type Test<'a> = Box<dyn FnOnce(Arc<Database>) -> BoxFuture<'static, ()> + 'a>;

fn block_on(engine: Engine, options: StoreOptions, test: Test<'_>) {
    sqlx::any::install_default_drivers();
    let server = match engine {
        Engine::Sqlite => None,
        Engine::Postgres => match PostgresServer::from_environment() {
            None => return,
            some => some,
        },
    };
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    runtime.block_on(async {
        let (address, folder) = match &server {
            None => {
                let folder = TempDir::with_prefix("baton-store.").unwrap();
                (format!("sqlite://{}", folder.path().join("baton.db").display()), Some(folder))
            }
            Some(server) => (server.address_of(&server.create_with_schema().await.unwrap()), None),
        };
        let store = Store::connect(&address, options).await.unwrap();
        let database = Arc::new(Database { engine, address, store: store.clone(), _folder: folder });
        let outcome = tokio::spawn(test(database)).await;
        if server.is_none() {
            store.close().await;
        }
        finish(server.as_ref(), outcome.map_err(JoinError::into_panic)).await;
    });
}
