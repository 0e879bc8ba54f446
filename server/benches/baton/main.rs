//! How fast Baton is where people wait: signing in, the clip's pages, the start, the sweep after an edit. `make bench`
//! runs it; nothing is asserted about time.
//!
//! Every case runs over an organisation of ten thousand phones, made anew from the same numbers, on SQLite and, under
//! `tools/with-postgres.sh`, on PostgreSQL. The password hash is left out of signing in: its cost is a choice, not a
//! measurement; `flood` has it, over a database of its own. Named parts run alone:
//! `cargo bench -p baton --bench baton -- flood`. The results are printed as a table and written to `target/bench/baton.json`.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a benchmark that cannot go on should say where")]
#![expect(clippy::print_stdout, reason = "the table is what a benchmark is for")]

#[allow(dead_code, reason = "the tests use more of it")]
#[path = "../../tests/it/browser.rs"]
mod browser;
#[allow(dead_code, reason = "the tests use more of it")]
#[path = "../../tests/it/events.rs"]
mod events;
#[allow(dead_code, reason = "the tests use more of it")]
#[path = "../../tests/it/html.rs"]
mod html;
#[allow(dead_code, reason = "the tests use more of it")]
#[path = "../../tests/it/office.rs"]
mod office;
#[allow(dead_code, reason = "the tests use more of it")]
#[path = "../../tests/it/server.rs"]
mod server;
#[allow(dead_code, unused_macros, reason = "the tests use more of it")]
#[path = "../../tests/it/site.rs"]
mod site;

mod flood;
mod organisation;
mod pages;
mod report;
mod sign_in;
mod start;
mod sweep;

use baton_store::Engine;

use organisation::Organisation;
use report::Report;
use site::Site;

fn main() {
    // `cargo test --benches` starts this too; only `cargo bench` asks for the measurements.
    if !std::env::args().any(|argument| argument == "--bench") {
        println!("benchmarks run under `make bench`");
        return;
    }
    let report = Report::new();
    for engine in [Engine::Sqlite, Engine::Postgres] {
        let report = report.clone();
        site::run(engine, move |site| measure(site, report));
    }
    report.write();
}

/// Whether a part is measured: all are, unless some are named.
fn is_wanted(part: &str) -> bool {
    let mut named = std::env::args().skip(1).filter(|argument| !argument.starts_with('-')).peekable();
    named.peek().is_none() || named.any(|name| name == part)
}

async fn measure(site: Site, report: Report) {
    if is_wanted("flood") {
        flood::measure(&site, &report).await;
    }
    if !is_wanted("organisation") {
        return;
    }
    start::empty(&site, &report).await;
    let organisation = Organisation::found(&site).await;
    sign_in::one_after_another(&organisation, &report).await;
    sweep::after_an_edit(&organisation, &report).await;
    let server = start::full(&organisation, &site, &report).await;
    pages::clip(&organisation, &server, &report).await;
}
