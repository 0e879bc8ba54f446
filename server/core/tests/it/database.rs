//! A database per test, on each engine.

use std::{future::Future, panic::AssertUnwindSafe};

use baton_store::{
    Engine,
    testing::{PostgresServer, finish},
};
use futures::{FutureExt as _, future::LocalBoxFuture};
use tempfile::TempDir;

use crate::office::Office;

/// Declares tests that run once per engine, each in an office of its own.
macro_rules! on_both_engines {
    ($($(#[$meta:meta])* async fn $name:ident(mut $office:ident) $body:block)+) => {
        $(
            mod $name {
                #[allow(unused_imports, reason = "the tests of a module share its imports")]
                use super::*;

                #[allow(unused_mut, reason = "not every test changes its office")]
                async fn test(mut $office: crate::office::Office) $body

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

/// Runs a test with an office over a fresh database, and removes the database also when the test fails.
pub fn run<'a, F: Future<Output = ()> + 'a>(engine: Engine, test: impl FnOnce(Office) -> F + 'a) {
    block_on(engine, boxed(test));
}

/// A test that lost its type, so that the compiler makes what is around it once and not for each test.
pub type Test<'a> = Box<dyn FnOnce(Office) -> LocalBoxFuture<'a, ()> + 'a>;

pub fn boxed<'a, F: Future<Output = ()> + 'a>(test: impl FnOnce(Office) -> F + 'a) -> Test<'a> {
    Box::new(move |office| Box::pin(test(office)))
}

fn block_on(engine: Engine, test: Test<'_>) {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    runtime.block_on(with_office(engine, test));
}

/// As [`run`], inside a runtime.
pub async fn with_office(engine: Engine, test: Test<'_>) {
    sqlx::any::install_default_drivers();
    let server = match engine {
        Engine::Sqlite => None,
        Engine::Postgres => match PostgresServer::from_environment() {
            None => return,
            some => some,
        },
    };
    let (address, _folder) = match &server {
        None => {
            let folder = folder();
            (format!("sqlite://{}", folder.path().join("baton.db").display()), Some(folder))
        }
        Some(server) => (server.address_of(&server.create_with_schema().await.unwrap()), None),
    };
    let office = Office::open(engine, &address).await;
    let outcome = AssertUnwindSafe(test(office)).catch_unwind().await;
    finish(server.as_ref(), outcome).await;
}

/// In memory where the system has a folder for that: these tests are about logic, the store's are about disks.
fn folder() -> TempDir {
    let made = TempDir::with_prefix_in("baton-core.", "/dev/shm");
    made.or_else(|_| TempDir::with_prefix("baton-core.")).unwrap()
}
