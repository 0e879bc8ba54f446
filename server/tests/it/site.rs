//! Where a server keeps its things: a data folder, and on PostgreSQL a database, both new for each test.

use std::{
    fs,
    future::Future,
    panic::AssertUnwindSafe,
    path::{Path, PathBuf},
    sync::Arc,
};

use baton_store::{
    Engine,
    testing::{PostgresServer, finish},
};
use futures::{FutureExt as _, future::LocalBoxFuture};
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
    postgres: Option<Arc<PostgresServer>>,
}

impl Site {
    /// An empty data folder on the SQLite engine, for tests that are not about the database.
    pub fn sqlite() -> Self {
        sqlx::any::install_default_drivers();
        Self { engine: Engine::Sqlite, folder: folder(), database: None, postgres: None }
    }

    async fn new(engine: Engine, postgres: Option<Arc<PostgresServer>>) -> Self {
        let database = match &postgres {
            Some(postgres) => Some(postgres.create().await.unwrap()),
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
            (Some(postgres), Some(original)) => Some(postgres.copy(original).await.unwrap()),
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
            (Some(postgres), Some(name)) => postgres.address_of(name),
            _ => format!("sqlite:{}", self.data_dir().join("baton.db").display()),
        }
    }

    /// Removes the database at once instead of at the end of the test.
    pub async fn remove(self) {
        if let (Some(postgres), Some(name)) = (&self.postgres, &self.database) {
            postgres.remove(name).await.unwrap();
        }
    }
}

/// Runs a test at a fresh site, and removes what it made also when it fails.
pub fn run<'a, F: Future<Output = ()> + 'a>(engine: Engine, test: impl FnOnce(Site) -> F + 'a) {
    run_boxed(engine, Box::new(|site| test(site).boxed_local()));
}

/// A test that lost its type, so that the compiler makes what is around it once and not for each test.
type Test<'a> = Box<dyn FnOnce(Site) -> LocalBoxFuture<'a, ()> + 'a>;

fn run_boxed(engine: Engine, test: Test<'_>) {
    sqlx::any::install_default_drivers();
    let postgres = match engine {
        Engine::Sqlite => None,
        Engine::Postgres => match PostgresServer::from_environment() {
            None => return,
            Some(server) => Some(Arc::new(server)),
        },
    };
    block_on(async {
        let site = Site::new(engine, postgres.clone()).await;
        let outcome = AssertUnwindSafe(test(site)).catch_unwind().await;
        finish(postgres.as_deref(), outcome).await;
    });
}

/// Runs a test that needs no database of its own making.
pub fn block_on(test: impl Future<Output = ()>) {
    let test: LocalBoxFuture<'_, ()> = test.boxed_local();
    drop(rustls::crypto::ring::default_provider().install_default());
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    runtime.block_on(test);
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
