//! A database per test, on each engine.

use std::{
    env,
    future::Future,
    panic::{AssertUnwindSafe, resume_unwind},
};

use baton_store::Engine;
use futures::FutureExt as _;
use sqlx::{AnyConnection, AssertSqlSafe, Connection, Executor};
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
pub fn run<F: Future<Output = ()>>(engine: Engine, test: impl FnOnce(Office) -> F) {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    runtime.block_on(with_office(engine, test));
}

/// As [`run`], inside a runtime.
pub async fn with_office<F: Future<Output = ()>>(engine: Engine, test: impl FnOnce(Office) -> F) {
    sqlx::any::install_default_drivers();
    let server = match engine {
        Engine::Sqlite => None,
        Engine::Postgres => match server() {
            None => return,
            some => some,
        },
    };
    let name = format!("baton_core_{}", uuid::Uuid::new_v4().simple());
    let (address, _folder) = match &server {
        None => {
            let folder = folder();
            (format!("sqlite://{}", folder.path().join("baton.db").display()), Some(folder))
        }
        Some(server) => {
            administer(server, &format!("CREATE DATABASE {name}")).await;
            (with_database(server, &name), None)
        }
    };
    let office = Office::open(engine, &address).await;
    let outcome = AssertUnwindSafe(test(office)).catch_unwind().await;
    if let Some(server) = &server {
        administer(server, &format!("DROP DATABASE {name} WITH (FORCE)")).await;
    }
    if let Err(failure) = outcome {
        resume_unwind(failure);
    }
}

/// In memory where the system has a folder for that: these tests are about logic, the store's are about disks.
fn folder() -> TempDir {
    let made = TempDir::with_prefix_in("baton-core.", "/dev/shm");
    made.or_else(|_| TempDir::with_prefix("baton-core.")).unwrap()
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
