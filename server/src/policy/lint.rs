//! `baton policy lint`: what is wrong with the policy as a whole.

use std::{
    io::{self, Write},
    process::ExitCode,
};

use baton_policy::engine::{Lint, LintSubject};
use baton_policy::{DeviceId, Engine, Severity};
use clap::Args;
use serde::Serialize;

use super::{
    FOUND, PolicyError,
    output::{self, OutputFlags, item_label},
    source::{Need, SourceFlags},
};

/// How many devices people are told of by name.
const NAMED: usize = 8;

/// What counts.
#[derive(Args, Debug)]
pub struct LintFlags {
    /// Exit with 3 also when there are only warnings
    #[arg(long)]
    strict: bool,

    #[command(flatten)]
    source: SourceFlags,

    #[command(flatten)]
    output: OutputFlags,
}

/// A finding with its sentence, as programs read it.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Told<'a> {
    #[serde(flatten)]
    lint: &'a Lint,
    sentence: &'a str,
}

/// Prints what was found.
pub fn run(flags: &LintFlags, out: &mut impl Write) -> Result<ExitCode, PolicyError> {
    let engine = flags.source.engine(Need::Decisions)?;
    let lints = engine.lint();
    let told = |lint| Told { lint, sentence: flags.output.lang.sentence("finding", lint.code.as_str()) };
    let told: Vec<Told<'_>> = lints.iter().map(told).collect();
    if flags.output.json {
        output::json(out, &told)?;
    } else {
        as_text(&engine, &told, out)?;
    }
    let counts = |lint: &Lint| flags.strict || lint.severity == Severity::Blocks;
    Ok(if lints.iter().any(counts) { ExitCode::from(FOUND) } else { ExitCode::SUCCESS })
}

fn as_text(engine: &Engine, told: &[Told<'_>], out: &mut impl Write) -> io::Result<()> {
    if told.is_empty() {
        return writeln!(out, "nothing found");
    }
    for Told { lint, sentence } in told {
        writeln!(out, "{} {}: {}: {sentence}", lint.severity, lint.code, subject(engine, &lint.about))?;
        if !lint.devices.is_empty() {
            writeln!(out, "  {}", devices(engine, &lint.devices))?;
        }
    }
    Ok(())
}

fn subject(engine: &Engine, about: &LintSubject) -> String {
    match about {
        LintSubject::Item(id) => engine.item(id).map_or_else(|| id.to_string(), |item| item_label(engine, item)),
        LintSubject::Group(group) => engine.group_name(group).to_owned(),
    }
}

fn devices(engine: &Engine, devices: &[DeviceId]) -> String {
    let mut named: Vec<String> = devices.iter().take(NAMED).map(|id| engine.device_label(id)).collect();
    if devices.len() > NAMED {
        named.push(format!("and {} more", devices.len() - NAMED));
    }
    named.join(", ")
}
