//! What is right: the naive oracle's word about a sample of the decisions.

use baton_policy::snapshot::Snapshot;
use baton_policy::{Engine, Truth};

use crate::oracle;

/// Evenly spaced devices of the fleet.
#[must_use]
pub fn sample(devices: usize, wanted: usize) -> Vec<usize> {
    let wanted = wanted.min(devices).max(1);
    (0..wanted).map(|number| number * devices / wanted).collect()
}

/// By device of the sample and item: whether the device gets the item, by the oracle.
///
/// # Panics
///
/// When a device's holder is missing.
#[must_use]
pub fn expected(snapshot: &Snapshot, sample: &[usize]) -> Vec<Vec<bool>> {
    // The oracle looks groups up in the snapshot, but not users and devices.
    let few = Snapshot { users: Vec::new(), devices: Vec::new(), ..snapshot.clone() };
    let of_device = |number: &usize| {
        let device = &snapshot.devices[*number];
        let holder = snapshot.users.iter().find(|user| user.id == device.holder).expect("the holder is there");
        snapshot.items.iter().map(|item| oracle::outcome(&few, item, device, holder).permits()).collect()
    };
    sample.iter().map(of_device).collect()
}

/// Compares an engine with the oracle, decision by decision.
///
/// # Errors
///
/// The first decision about which they differ.
pub fn compare(
    name: &str,
    expected: &[Vec<bool>],
    mut decide: impl FnMut(usize, usize) -> bool,
) -> Result<usize, String> {
    for (device, items) in expected.iter().enumerate() {
        for (item, wanted) in items.iter().enumerate() {
            if decide(device, item) != *wanted {
                return Err(format!("{name}: item {item} on device {device} of the sample: the oracle says {wanted}"));
            }
        }
    }
    Ok(expected.iter().map(Vec::len).sum())
}

/// Compares the rows and outcomes of the whole fleet with single decisions.
///
/// # Errors
///
/// The first decision about which they differ.
pub fn rows_are_decisions(engine: &Engine) -> Result<usize, String> {
    let mut count = 0;
    for (item, _) in engine.items() {
        let (row, outcomes) = (engine.row(item), engine.outcomes(item));
        for (device, id) in engine.devices() {
            let decision = engine.decide(item, device);
            let gets = outcomes.of(device) == Truth::True;
            if row.decision(engine, item, device) != decision || gets != decision.outcome.permits() {
                return Err(format!("{item:?} on {id}: row, outcomes and decision differ"));
            }
            count += 1;
        }
    }
    Ok(count)
}
