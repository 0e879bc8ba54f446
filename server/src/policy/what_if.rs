//! `baton policy what-if`: which devices gain or lose what (C6).

use std::{
    io::{self, BufWriter, Write},
    path::{Path, PathBuf},
    process::ExitCode,
};

use baton_policy::engine::Change;
use baton_policy::what_if::Difference;
use baton_policy::{DeviceId, Engine, ItemId};
use clap::Args;

use super::{
    PolicyError,
    output::{self, OutputFlags, device_label, item_label},
    source::{self, Need, SourceFlags},
};

/// What would be different.
#[derive(Args, Debug)]
#[group(id = "then", args = ["changes", "after"], required = true, multiple = false)]
pub struct WhatIfFlags {
    /// A JSON list of changes, made one after the other; - reads the standard input
    #[arg(long, value_name = "FILE")]
    changes: Option<PathBuf>,

    /// Another snapshot, to be compared with
    #[arg(long, value_name = "FILE")]
    after: Option<PathBuf>,

    #[command(flatten)]
    source: SourceFlags,

    #[command(flatten)]
    output: OutputFlags,
}

/// Prints the difference.
pub fn run(flags: &WhatIfFlags, out: &mut impl Write) -> Result<ExitCode, PolicyError> {
    let before = flags.source.engine(Need::Decisions)?;
    let after = match (&flags.after, &flags.changes) {
        (Some(file), _) => source::engine_of(file)?,
        (None, Some(file)) => changed(&before, file)?,
        (None, None) => before.clone(),
    };
    let difference = before.compare(&after);
    let mut out = BufWriter::new(out);
    if flags.output.json {
        output::json(&mut out, &difference)?;
    } else {
        as_text(&before, &after, &difference, flags.output, &mut out)?;
    }
    out.flush()?;
    Ok(ExitCode::SUCCESS)
}

/// The organisation with the changes made.
fn changed(before: &Engine, file: &Path) -> Result<Engine, PolicyError> {
    let wrong = |reason: String| PolicyError::Changes { place: source::place(file), reason };
    let text = source::read_text(file)?;
    let changes: Vec<Change> = serde_json::from_str(&text).map_err(|error| wrong(error.to_string()))?;
    before.changed(&changes).map_err(|error| wrong(error.to_string()))
}

fn as_text(
    before: &Engine,
    after: &Engine,
    difference: &Difference,
    output: OutputFlags,
    out: &mut impl Write,
) -> io::Result<()> {
    for change in &difference.changes {
        let when = if change.at_sign_out { " at sign-out" } else { "" };
        let kind = format!("{}{when}", change.kind);
        let (device, item) = (device(before, after, &change.device), item(before, after, &change.item));
        writeln!(out, "{kind:<10} {device}: {item}. {}", output.reason(change.after))?;
        if let Some(danger) = change.danger {
            writeln!(out, "{:<10} ! {}", "", output.lang.sentence("danger", danger.as_str()))?;
        }
    }
    let totals = difference.totals;
    writeln!(
        out,
        "{} devices: {} gain, {} lose, {} become undecided, {} unchanged, {} in danger",
        totals.devices, totals.gain, totals.lose, totals.undecided, totals.unchanged, totals.danger
    )
}

fn device(before: &Engine, after: &Engine, id: &DeviceId) -> String {
    let label = |engine: &Engine| engine.device(id).map(|device| device_label(engine, device));
    label(after).or_else(|| label(before)).unwrap_or_else(|| id.to_string())
}

fn item(before: &Engine, after: &Engine, id: &ItemId) -> String {
    let label = |engine: &Engine| engine.item(id).map(|item| item_label(engine, item));
    label(after).or_else(|| label(before)).unwrap_or_else(|| id.to_string())
}
