//! What each engine holds in memory once it is ready: bytes that are allocated and not given back. Prints rows as JSON.

use std::alloc::System;

use baton_policy::Engine;
use baton_policy::snapshot::Snapshot;
use baton_policy_bench::measure::Row;
use baton_policy_bench::world::{Size, organisation};
use baton_policy_bench::{Groups, cedar, plain, rego};
use stats_alloc::{INSTRUMENTED_SYSTEM, Region, StatsAlloc};

#[global_allocator]
static COUNTING: &StatsAlloc<System> = &INSTRUMENTED_SYSTEM;

fn held<T>(make: impl FnOnce() -> T) -> usize {
    let region = Region::new(COUNTING);
    let made = make();
    let change = region.change();
    drop(made);
    change.bytes_allocated.saturating_sub(change.bytes_deallocated)
}

fn row(engine: &str, devices: usize, bytes: usize) -> Row {
    Row { bytes: Some(bytes), ..Row::new("memory, ready to decide", engine, devices) }
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    const SEED: u64 = 4;
    let mut rows = Vec::new();
    let engine = |snapshot: &Snapshot| held(|| Engine::new(snapshot));
    let small = organisation(SEED, Size { devices: 10_000, items: 200 });
    let items = plain::items(&small);
    let devices = small.devices.len();
    rows.push(row("Baton", devices, engine(&small)));
    for (groups, name) in [(Groups::AsConditions, "groups as conditions"), (Groups::AsParents, "groups as parents")] {
        let (policies, members) = (cedar::text(&small, &items, groups), cedar::Members::of(&small, groups));
        let entities = held(|| cedar_policy::Entities::from_entities(cedar::all(&small, &members), None));
        let bytes = held(|| cedar::parse(&policies)) + entities;
        rows.push(row(&format!("Cedar, {name}"), devices, bytes));
        let (rules, data) = (rego::text(&small, &items, groups), rego::json(&small, groups));
        let bytes = held(|| (rego::compile(rules.clone(), items.len()), rego::read(&data)));
        rows.push(row(&format!("regorus, {name}"), devices, bytes));
    }
    let fleet = organisation(SEED, Size { devices: 100_000, items: 200 });
    rows.push(row("Baton", fleet.devices.len(), engine(&fleet)));
    println!("{}", serde_json::to_string(&rows)?);
    Ok(())
}
