//! How long the fleet takes to follow an edit.

use std::time::Instant;

use baton_core::{Actor, catalogue::DistributionChange};
use baton_policy::Distribution;

use crate::{
    office::now,
    organisation::{Organisation, PHONES, to_group},
    report::Report,
};

/// As the server's worker does it.
const BATCH: u32 = 200;

/// An item goes to every phone instead of to staff only, and back: each phone is decided anew, and a signed-out phone
/// gets a command the first time and loses it the second.
pub async fn after_an_edit(organisation: &Organisation, report: &Report) {
    let core = &organisation.office.core;
    let engine = organisation.engine;
    let edits = [("to every phone", Distribution::AllDevices), ("back to staff", to_group(&organisation.staff))];
    for (name, distribution) in edits {
        let item = &organisation.edited;
        let revision = core.item_detail(&Actor::System, item, now()).await.unwrap().stored.revision;
        let change = DistributionChange { distribution, revision, override_reason: None, previewed: None };
        let start = Instant::now();
        core.save_distribution(&Actor::System, item, &change, now()).await.unwrap();
        let saved = start.elapsed();
        let mut decided = 0;
        loop {
            let done = core.reconcile_lagging(BATCH, now()).await.unwrap();
            decided += done;
            if done == 0 {
                break;
            }
        }
        let took = start.elapsed();
        assert_eq!(decided, PHONES);
        report.value(engine, &format!("edit {name}: saving it, lints included"), "ms", saved.as_secs_f64() * 1000.0);
        report.value(engine, &format!("edit {name}: 10,000 phones decided anew"), "s", took.as_secs_f64());
    }
}
