//! Throw-away databases on the PostgreSQL server that tests are given.
//!
//! A test's database begins as a copy of one that has the schema already, which is made once per schema and server: to
//! copy files is less work for PostgreSQL than to run the migrations, and there are a thousand such tests.

use std::{
    any::Any,
    env,
    panic::resume_unwind,
    sync::{Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use sqlx::{AnyConnection, AssertSqlSafe, Connection, Executor};

use crate::{dialect::Engine, error::StoreError, migrations};

/// How long connections that are ending may keep a database in use.
const STILL_IN_USE: Duration = Duration::from_secs(20);

/// A PostgreSQL server, and the databases that one test made there.
#[derive(Debug)]
pub struct PostgresServer {
    address: String,
    made: Mutex<Vec<String>>,
}

impl PostgresServer {
    /// The server that `BATON_TEST_POSTGRES_URL` names. `None`, and a line that says so, where there is none.
    ///
    /// # Panics
    ///
    /// Where there is none and there has to be one: with `CI=true` or `BATON_REQUIRE_POSTGRES=1`.
    #[expect(clippy::print_stderr, reason = "a skipped half must not look like a passed one")]
    #[expect(clippy::panic, reason = "this is how a test fails")]
    #[must_use]
    pub fn from_environment() -> Option<Self> {
        sqlx::any::install_default_drivers();
        let set = |name: &str, value: &str| env::var(name).is_ok_and(|found| found == value);
        match env::var("BATON_TEST_POSTGRES_URL") {
            Ok(address) if !address.is_empty() => Some(Self { address, made: Mutex::default() }),
            _ if set("CI", "true") || set("BATON_REQUIRE_POSTGRES", "1") => {
                panic!("BATON_TEST_POSTGRES_URL is not set; run this under tools/with-postgres.sh")
            }
            _ => {
                eprintln!("SKIPPED on PostgreSQL: BATON_TEST_POSTGRES_URL is not set; tools/with-postgres.sh sets it");
                None
            }
        }
    }

    /// Makes an empty database, without a schema, and gives its name.
    ///
    /// # Errors
    ///
    /// What the server says.
    pub async fn create(&self) -> Result<String, StoreError> {
        let name = self.new_name();
        self.administer(&format!("CREATE DATABASE {name}")).await?;
        Ok(name)
    }

    /// Makes an empty database with the current schema, and gives its name.
    ///
    /// # Errors
    ///
    /// What the server says.
    pub async fn create_with_schema(&self) -> Result<String, StoreError> {
        let schema = format!("baton_schema_{}", migrations::fingerprint());
        let mut server = AnyConnection::connect(&self.address).await?;
        self.ensure_schema(&mut server, &schema).await?;
        let name = self.copy_by(&mut server, &schema).await?;
        server.close().await?;
        Ok(name)
    }

    /// Makes a copy of a database that nobody uses any more, and gives its name.
    ///
    /// # Errors
    ///
    /// What the server says; that the database is in use only after a while.
    pub async fn copy(&self, original: &str) -> Result<String, StoreError> {
        let mut server = AnyConnection::connect(&self.address).await?;
        let name = self.copy_by(&mut server, original).await?;
        server.close().await?;
        Ok(name)
    }

    /// The address of one of the server's databases.
    #[must_use]
    pub fn address_of(&self, database: &str) -> String {
        let (before, parameters) = match self.address.split_once('?') {
            Some((before, parameters)) => (before, format!("?{parameters}")),
            None => (&*self.address, String::new()),
        };
        let host_begins = before.find("://").map_or(0, |at| at + 3);
        let end = before[host_begins..].find('/').map_or(before.len(), |at| host_begins + at);
        format!("{}/{database}{parameters}", &before[..end])
    }

    /// Removes a database, also while it is in use.
    ///
    /// # Errors
    ///
    /// What the server says.
    pub async fn remove(&self, database: &str) -> Result<(), StoreError> {
        self.made().retain(|made| made != database);
        self.administer(&format!("DROP DATABASE IF EXISTS {database} WITH (FORCE)")).await
    }

    /// Removes every database that was made here and is still there.
    ///
    /// # Errors
    ///
    /// What the server says.
    pub async fn remove_all(&self) -> Result<(), StoreError> {
        let left = std::mem::take(&mut *self.made());
        for database in left {
            self.remove(&database).await?;
        }
        Ok(())
    }

    fn made(&self) -> MutexGuard<'_, Vec<String>> {
        self.made.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn new_name(&self) -> String {
        let name = format!("baton_test_{}", uuid::Uuid::new_v4().simple());
        self.made().push(name.clone());
        name
    }

    async fn copy_by(&self, server: &mut AnyConnection, original: &str) -> Result<String, StoreError> {
        let name = self.new_name();
        // The other strategy writes every page to the log too.
        let statement = format!("CREATE DATABASE {name} TEMPLATE {original} STRATEGY file_copy");
        once_unused(server, statement).await?;
        Ok(name)
    }

    /// Makes the database that the others are copied from, unless it is there. It keeps a name of its own until it is
    /// whole, and is left to the server's other tests.
    async fn ensure_schema(&self, server: &mut AnyConnection, schema: &str) -> Result<(), StoreError> {
        if exists(server, schema).await? {
            return Ok(());
        }
        // One test makes it, the others wait here.
        server.execute(sqlx::raw_sql("SELECT pg_advisory_lock(4777252180014830)")).await?;
        if !exists(server, schema).await? {
            let unfinished = self.new_name();
            server.execute(sqlx::raw_sql(AssertSqlSafe(format!("CREATE DATABASE {unfinished}")))).await?;
            let mut inside = AnyConnection::connect(&self.address_of(&unfinished)).await?;
            migrations::migrate(&mut inside, Engine::Postgres).await?;
            inside.close().await?;
            once_unused(server, format!("ALTER DATABASE {unfinished} RENAME TO {schema}")).await?;
        }
        server.execute(sqlx::raw_sql("SELECT pg_advisory_unlock(4777252180014830)")).await?;
        Ok(())
    }

    async fn administer(&self, statement: &str) -> Result<(), StoreError> {
        let mut server = AnyConnection::connect(&self.address).await?;
        server.execute(sqlx::raw_sql(AssertSqlSafe(statement.to_owned()))).await?;
        server.close().await?;
        Ok(())
    }
}

/// Ends a test: removes its databases, and goes on with its failure, if it failed.
///
/// # Panics
///
/// As the test did, or when the databases cannot be removed.
pub async fn finish(server: Option<&PostgresServer>, outcome: Result<(), Box<dyn Any + Send>>) {
    let removed = match server {
        Some(server) => server.remove_all().await,
        None => Ok(()),
    };
    if let Err(failure) = outcome {
        resume_unwind(failure);
    }
    removed.expect("a test's databases can be removed");
}

/// Executes what no other connection may be in the way of. One that was closed or killed ends a moment later.
async fn once_unused(server: &mut AnyConnection, statement: String) -> Result<(), StoreError> {
    let deadline = Instant::now() + STILL_IN_USE;
    loop {
        match server.execute(sqlx::raw_sql(AssertSqlSafe(statement.clone()))).await {
            Ok(_) => return Ok(()),
            Err(error) if is_in_use(&error) && Instant::now() < deadline => {
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
            Err(error) => return Err(error.into()),
        }
    }
}

/// `object_in_use`.
fn is_in_use(error: &sqlx::Error) -> bool {
    error.as_database_error().and_then(sqlx::error::DatabaseError::code).is_some_and(|code| code == "55006")
}

async fn exists(server: &mut AnyConnection, database: &str) -> Result<bool, StoreError> {
    let query = sqlx::query("SELECT 1 FROM pg_database WHERE datname = $1").bind(database.to_owned());
    Ok(query.fetch_optional(server).await?.is_some())
}
