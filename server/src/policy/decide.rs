//! `baton policy decide`: who gets what.

use std::{
    io::{self, BufWriter, Write},
    process::ExitCode,
};

use baton_policy::{Decision, DeviceId, DeviceIndex, Engine, ItemId, ItemIndex, Outcome, UserId, UserIndex};
use clap::Args;
use serde::Serialize;

use super::{
    PolicyError,
    output::{self, OutputFlags, device_label, item_label, user_label},
    source::{Need, SourceFlags},
};

/// About what, and as if who held the devices.
#[derive(Args, Debug)]
pub struct DecideFlags {
    /// Only this item
    #[arg(long, value_name = "ITEM")]
    item: Option<String>,

    /// Only this device
    #[arg(long, value_name = "DEVICE")]
    device: Option<String>,

    /// As if this user held the devices; `nobody` is after sign-out
    #[arg(long, value_name = "USER")]
    holder: Option<String>,

    #[command(flatten)]
    source: SourceFlags,

    #[command(flatten)]
    output: OutputFlags,
}

/// One answer, as programs read it.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Answer<'a> {
    device: &'a DeviceId,
    item: &'a ItemId,
    holder: Option<&'a UserId>,
    #[serde(flatten)]
    decision: Decision,
    sentence: &'a str,
}

/// Prints the decisions, device by device.
pub fn run(flags: &DecideFlags, out: &mut impl Write) -> Result<ExitCode, PolicyError> {
    let engine = flags.source.engine(Need::Decisions)?;
    let items = match &flags.item {
        Some(given) => vec![engine.find_item(given)?],
        None => engine.items().map(|(item, _)| item).collect(),
    };
    let devices = match &flags.device {
        Some(given) => vec![engine.find_device(given)?],
        None => engine.devices().map(|(device, _)| device).collect(),
    };
    let holder = flags.holder.as_deref().map(|given| engine.find_user(given)).transpose()?;
    let mut out = BufWriter::new(out);
    if flags.output.json {
        as_json(&engine, &items, &devices, holder, flags.output, &mut out)?;
    } else {
        as_text(&engine, &items, &devices, holder, flags.output, &mut out)?;
    }
    out.flush()?;
    Ok(ExitCode::SUCCESS)
}

fn as_json(
    engine: &Engine,
    items: &[ItemIndex],
    devices: &[DeviceIndex],
    holder: Option<UserIndex>,
    output: OutputFlags,
    out: &mut impl Write,
) -> io::Result<()> {
    let mut answers = Vec::new();
    for device in devices {
        let holder = holder.or_else(|| engine.holder(*device));
        for item in items {
            let (Some(id), Some(found)) = (engine.device_id(*device), engine.item_at(*item)) else { continue };
            let decision = engine.decide_as(*item, *device, holder);
            answers.push(Answer {
                device: id,
                item: &found.id,
                holder: holder.and_then(|holder| engine.user_id(holder)),
                decision,
                sentence: output.reason(decision),
            });
        }
    }
    output::json(out, &answers)
}

fn as_text(
    engine: &Engine,
    items: &[ItemIndex],
    devices: &[DeviceIndex],
    holder: Option<UserIndex>,
    output: OutputFlags,
    out: &mut impl Write,
) -> io::Result<()> {
    for device in devices {
        let holder = holder.or_else(|| engine.holder(*device));
        let holder_label = holder.map(|holder| user_label(engine, holder)).unwrap_or_default();
        writeln!(out, "{} ({holder_label})", device_label(engine, *device))?;
        for item in items {
            let decision = engine.decide_as(*item, *device, holder);
            let label = item_label(engine, *item);
            writeln!(out, "  {} {label:<30} {}", mark(decision.outcome), output.reason(decision))?;
        }
    }
    Ok(())
}

/// A decision's outcome in a column of a width.
const fn mark(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Allow => "allow  ",
        Outcome::Partial => "partial",
        Outcome::Deny => "deny   ",
        Outcome::Unknown => "unknown",
    }
}
