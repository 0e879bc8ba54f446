//! Where a server keeps its things: a data folder, and on PostgreSQL a database, both new for each test.

use std::{
    env, fs,
    future::Future,
    panic::{AssertUnwindSafe, resume_unwind},
    path::{Path, PathBuf},
    process,
    sync::{
        Arc, Mutex,
        atomic::{AtomicU32, Ordering},
    },
    time::{Duration, Instant},
};

use baton_store::Engine;
use futures::FutureExt as _;
use sqlx::{AnyConnection, AssertSqlSafe, Connection, Executor};
use tempfile::TempDir;

/// Declares tests that run once per engine, each at a site of its own.
macro_rules! on_both_engines {
    ($($(#[$meta:meta])* async fn $name:ident($site:ident) $body:block)+) => {
        $(
            mod $name {
                #[allow(unused_imports, reason = "the tests of a module share its imports")]
                use super::*;

                async fn test($site: crate::site::Site) $body

                #[test]
                fn on_sqlite() {
                    crate::site::run(baton_store::Engine::Sqlite, test);
                }

                #[test]
                fn on_postgres() {
                    crate::site::run(baton_store::Engine::Postgres, test);
                }
            }
        )+
    };
}

/// A server's data folder and database.
pub struct Site {
    pub engine: Engine,
    folder: TempDir,
    database: Option<String>,
    postgres: Option<Arc<Postgres>>,
}

/// The PostgreSQL server, and the databases that this test made there.
struct Postgres {
    url: String,
    made: Mutex<Vec<String>>,
}

impl Site {
    /// An empty data folder on the SQLite engine, for tests that are not about the database.
    pub fn sqlite() -> Self {
        sqlx::any::install_default_drivers();
        Self { engine: Engine::Sqlite, folder: folder(), database: None, postgres: None }
    }

    async fn new(engine: Engine, postgres: Option<Arc<Postgres>>) -> Self {
        let database = match &postgres {
            Some(postgres) => Some(postgres.create(None).await),
            None => None,
        };
        Self { engine, folder: folder(), database, postgres }
    }

    /// Another empty site beside this one, on the same engine.
    pub async fn another(&self) -> Self {
        Self::new(self.engine, self.postgres.clone()).await
    }

    /// A copy of everything. No server may be running here.
    pub async fn copy(&self) -> Self {
        let copy = folder();
        copy_files(&self.data_dir(), copy.path());
        let database = match (&self.postgres, &self.database) {
            (Some(postgres), Some(original)) => Some(postgres.create(Some(original)).await),
            _ => None,
        };
        Self { engine: self.engine, folder: copy, database, postgres: self.postgres.clone() }
    }

    pub fn data_dir(&self) -> PathBuf {
        self.folder.path().to_owned()
    }

    /// The database's address for a program outside of the data folder.
    pub fn database_url(&self) -> String {
        match (&self.postgres, &self.database) {
            (Some(postgres), Some(name)) => with_database(&postgres.url, name),
            _ => format!("sqlite:{}", self.data_dir().join("baton.db").display()),
        }
    }

    /// Removes the database at once instead of at the end of the test.
    pub async fn remove(self) {
        if let (Some(postgres), Some(name)) = (&self.postgres, &self.database) {
            postgres.remove(name).await;
        }
    }
}

impl Postgres {
    async fn create(&self, template: Option<&str>) -> String {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let name = format!("baton_it_{}_{}", process::id(), COUNT.fetch_add(1, Ordering::Relaxed));
        self.made.lock().unwrap().push(name.clone());
        let Some(template) = template else {
            self.administer(&format!("CREATE DATABASE {name}")).await.unwrap();
            return name;
        };
        // A killed server's connections end a moment after it.
        let deadline = Instant::now() + Duration::from_secs(20);
        loop {
            match self.administer(&format!("CREATE DATABASE {name} TEMPLATE {template}")).await {
                Ok(()) => return name,
                Err(error) if Instant::now() > deadline => panic!("the database cannot be copied: {error}"),
                Err(_) => tokio::time::sleep(Duration::from_millis(50)).await,
            }
        }
    }

    async fn remove(&self, name: &str) {
        self.made.lock().unwrap().retain(|made| made != name);
        self.administer(&format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)")).await.unwrap();
    }

    async fn administer(&self, statement: &str) -> Result<(), sqlx::Error> {
        let mut connection = AnyConnection::connect(&self.url).await?;
        connection.execute(sqlx::raw_sql(AssertSqlSafe(statement.to_owned()))).await?;
        connection.close().await
    }
}

/// Runs a test at a fresh site, and removes what it made also when it fails.
pub fn run<F: Future<Output = ()>>(engine: Engine, test: impl FnOnce(Site) -> F) {
    sqlx::any::install_default_drivers();
    let postgres = match engine {
        Engine::Sqlite => None,
        Engine::Postgres => match postgres_url() {
            None => return,
            Some(url) => Some(Arc::new(Postgres { url, made: Mutex::default() })),
        },
    };
    block_on(async {
        let site = Site::new(engine, postgres.clone()).await;
        let outcome = AssertUnwindSafe(test(site)).catch_unwind().await;
        if let Some(postgres) = &postgres {
            let left = std::mem::take(&mut *postgres.made.lock().unwrap());
            for name in left {
                postgres.remove(&name).await;
            }
        }
        if let Err(failure) = outcome {
            resume_unwind(failure);
        }
    });
}

/// Runs a test that needs no database of its own making.
pub fn block_on(test: impl Future<Output = ()>) {
    drop(rustls::crypto::ring::default_provider().install_default());
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    runtime.block_on(test);
}

#[expect(clippy::print_stderr, reason = "a skipped half must not look like a passed one")]
fn postgres_url() -> Option<String> {
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

/// In memory where the system has a folder for that: these tests kill processes, they do not cut the power.
pub fn folder() -> TempDir {
    let made = TempDir::with_prefix_in("baton-it.", "/dev/shm");
    made.or_else(|_| TempDir::with_prefix("baton-it.")).unwrap()
}

/// Copies the files of a folder and of the folders in it.
pub fn copy_files(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let path = entry.unwrap().path();
        let target = to.join(path.file_name().unwrap());
        if path.is_dir() {
            copy_files(&path, &target);
        } else {
            fs::copy(&path, target).unwrap();
        }
    }
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
