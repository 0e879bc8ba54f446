//! Checking an expectation, device by device and holder by holder.

use serde::Serialize;

use super::{Expectation, ExpectationError, ExpectationProblem};
use crate::engine::{DeviceIndex, Engine, Explanation, UserIndex};
use crate::fact::Truth;
use crate::rule::{Rule, Side, parse};

/// How many failures of one expectation are explained; the rest is counted.
const EXPLAINED: usize = 5;

/// What became of an expectation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Checked {
    /// How many pairs of device and holder were asked about; at least one.
    pub cases: usize,
    /// On how many the expectation is not met.
    pub failed: usize,
    /// The first of those, explained.
    pub failures: Vec<Explanation>,
}

impl Checked {
    /// Whether the expectation is met everywhere.
    #[must_use]
    pub const fn holds(&self) -> bool {
        self.failed == 0
    }
}

/// Checks an expectation.
///
/// # Errors
///
/// [`ExpectationError`] for one that names what is not there, contradicts itself, or would check nothing.
pub fn check(engine: &Engine, expectation: &Expectation) -> Result<Checked, ExpectationError> {
    check_within(engine, expectation, usize::MAX)
}

/// Checks an expectation that is about no more pairs of device and holder than `most`, for those who cannot wait for any
/// number of them.
///
/// # Errors
///
/// As [`check`], and [`ExpectationProblem::TooMany`].
pub fn check_within(engine: &Engine, expectation: &Expectation, most: usize) -> Result<Checked, ExpectationError> {
    is_complete(expectation)?;
    let item = engine.find_item(&expectation.item).map_err(|error| ExpectationError::new("item", error))?;
    let devices = devices(engine, expectation)?;
    let holders = holders(engine, expectation, &devices)?;
    let cases = devices.len().saturating_mul(holders.len());
    if cases > most {
        return Err(ExpectationError::new("devices", ExpectationProblem::TooMany { cases, most }));
    }
    let mut checked = Checked { cases: 0, failed: 0, failures: Vec::new() };
    for device in devices {
        for holder in &holders {
            let holder = holder.or_else(|| engine.holder(device));
            let decision = engine.decide_as(item, device, holder);
            checked.cases += 1;
            if expectation.is_met_by(decision) {
                continue;
            }
            checked.failed += 1;
            if checked.failures.len() < EXPLAINED {
                checked.failures.extend(engine.explain(item, device, holder));
            }
        }
    }
    Ok(checked)
}

/// Whether each question is answered once.
fn is_complete(expectation: &Expectation) -> Result<(), ExpectationError> {
    let twice = |one: bool, other: bool, key, other_key| {
        if one && other { Err(ExpectationError::new(key, ExpectationProblem::Both(other_key))) } else { Ok(()) }
    };
    twice(expectation.device.is_some(), expectation.devices.is_some(), "device", "devices")?;
    twice(expectation.holder.is_some(), expectation.holders.is_some(), "holder", "holders")?;
    twice(expectation.gets.is_some(), expectation.outcome.is_some(), "gets", "outcome")?;
    if expectation.name.trim().is_empty() {
        return Err(ExpectationError::new("name", ExpectationProblem::Nameless));
    }
    if expectation.gets.is_none() && expectation.outcome.is_none() && expectation.reason.is_none() {
        return Err(ExpectationError::new("gets", ExpectationProblem::Nothing));
    }
    Ok(())
}

fn rule(engine: &Engine, key: &'static str, side: Side, text: &str) -> Result<Rule, ExpectationError> {
    parse(text, side, &engine.vocabulary()).map_err(|error| ExpectationError::new(key, error))
}

fn devices(engine: &Engine, expectation: &Expectation) -> Result<Vec<DeviceIndex>, ExpectationError> {
    if let Some(given) = &expectation.device {
        let device = engine.find_device(given).map_err(|error| ExpectationError::new("device", error))?;
        return Ok(vec![device]);
    }
    let all = engine.devices().map(|(device, _)| device);
    let Some(text) = &expectation.devices else {
        let all: Vec<DeviceIndex> = all.collect();
        return if all.is_empty() {
            Err(ExpectationError::new("devices", ExpectationProblem::NoDevices))
        } else {
            Ok(all)
        };
    };
    let rule = rule(engine, "devices", Side::Device, text)?;
    let found: Vec<DeviceIndex> = all.filter(|device| engine.holds(&rule, *device, None) == Truth::True).collect();
    if found.is_empty() {
        return Err(ExpectationError::new("devices", ExpectationProblem::Empty("device")));
    }
    Ok(found)
}

/// Whoever is to hold each device; nobody named means its present holder.
fn holders(
    engine: &Engine,
    expectation: &Expectation,
    devices: &[DeviceIndex],
) -> Result<Vec<Option<UserIndex>>, ExpectationError> {
    if let Some(given) = &expectation.holder {
        let user = engine.find_user(given).map_err(|error| ExpectationError::new("holder", error))?;
        return Ok(vec![Some(user)]);
    }
    let Some(text) = &expectation.holders else { return Ok(vec![None]) };
    let rule = rule(engine, "holders", Side::User, text)?;
    // A rule for users reads no device: any of them will do.
    let Some(any) = devices.first() else { return Ok(Vec::new()) };
    let users = engine.users().map(|(user, _)| user);
    let found: Vec<Option<UserIndex>> =
        users.filter(|user| engine.holds(&rule, *any, Some(*user)) == Truth::True).map(Some).collect();
    if found.is_empty() {
        return Err(ExpectationError::new("holders", ExpectationProblem::Empty("user")));
    }
    Ok(found)
}
