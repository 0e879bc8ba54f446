//! A process killed in the middle of its work: what it said was committed is there, and nothing half-done.

use std::{env, process::Stdio};

use baton_store::{AuditFilter, ListQuery, MAX_PAGE, Store};
use tokio::{
    io::{AsyncBufReadExt, BufReader},
    process::Command,
};

use crate::{database::options, samples::audit};

/// Tells the child where to write.
const ADDRESS: &str = "BATON_STORE_TEST_KILLED_ADDRESS";
/// How many commits the child reports before it is killed.
const COMMITS: usize = 40;

on_both_engines! {
    async fn what_was_committed_survives_and_nothing_half_done_does(database) {
        let mut child = Command::new(env::current_exe().unwrap())
            .args(["killed::the_process_that_is_killed", "--exact", "--ignored", "--nocapture"])
            .env(ADDRESS, &database.address)
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let mut reported = 0;
        while reported < COMMITS {
            let line = lines.next_line().await.unwrap().expect("the child writes until it is killed");
            reported += usize::from(line.starts_with("committed "));
        }

        child.kill().await.unwrap();

        let again = Store::connect(&database.address, options()).await.unwrap();
        let mut tx = again.begin().await.unwrap();
        let query = ListQuery { limit: MAX_PAGE, ..ListQuery::default() };
        let entries = tx.list_audit(&AuditFilter { query, ..AuditFilter::default() }).await.unwrap().rows.len();
        assert!(entries >= reported, "{reported} commits were reported, {entries} are there");
        let revision = tx.catalogue_revision().await.unwrap();
        assert_eq!(revision, 1 + i64::try_from(entries).unwrap(), "each commit made both changes");
    }
}

#[test]
#[ignore = "another test starts and kills it"]
fn the_process_that_is_killed() {
    let Ok(address) = env::var(ADDRESS) else { return };
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    runtime.block_on(async {
        let store = Store::connect(&address, options()).await.unwrap();
        for number in 1..=MAX_PAGE {
            let mut tx = store.begin().await.unwrap();
            tx.append_audit(&audit(number)).await.unwrap();
            tx.bump_catalogue_revision().await.unwrap();
            tx.commit().await.unwrap();
            println!("committed {number}");
        }
        std::future::pending::<()>().await;
    });
}
