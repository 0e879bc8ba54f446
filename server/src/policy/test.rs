//! `baton policy test`: whether the policy does what is expected of it (C8).

mod files;

use std::{
    io::{self, BufWriter, Write},
    path::PathBuf,
    process::ExitCode,
};

use baton_policy::Engine;
use baton_policy::expectation::{Checked, check};
use clap::Args;
use serde::Serialize;

use super::{
    FOUND, PolicyError,
    explain::Told,
    output::{self, OutputFlags},
    source::{Need, SourceFlags},
};
use files::Read;

/// Where the expectations are.
#[derive(Args, Debug)]
pub struct TestFlags {
    /// The folder with the files, or one file
    #[arg(value_name = "DIR")]
    place: PathBuf,

    #[command(flatten)]
    source: SourceFlags,

    #[command(flatten)]
    output: OutputFlags,
}

/// An expectation with what became of it, as programs read it.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ToldExpectation<'a> {
    file: String,
    line: usize,
    name: &'a str,
    holds: bool,
    cases: usize,
    failed: usize,
    failures: Vec<Told<'a>>,
}

/// Checks every expectation. One that cannot be checked is an error, and then nothing counts.
pub fn run(flags: &TestFlags, out: &mut impl Write) -> Result<ExitCode, PolicyError> {
    let expectations = files::read(&flags.place)?;
    let engine = flags.source.engine(Need::Decisions)?;
    let mut checked = Vec::new();
    let mut wrong = Vec::new();
    for read in &expectations {
        match check(&engine, &read.expectation) {
            Ok(one) => checked.push((read, one)),
            Err(error) => wrong.push(format!("{}: {error}", read.place())),
        }
    }
    if !wrong.is_empty() {
        return Err(PolicyError::Expectations(wrong));
    }
    let mut out = BufWriter::new(out);
    if flags.output.json {
        as_json(&engine, &checked, flags.output, &mut out)?;
    } else {
        as_text(&engine, &checked, flags.output, &mut out)?;
    }
    out.flush()?;
    let is_met = checked.iter().all(|(_, checked)| checked.holds());
    Ok(if is_met { ExitCode::SUCCESS } else { ExitCode::from(FOUND) })
}

fn as_json(engine: &Engine, checked: &[(&Read, Checked)], output: OutputFlags, out: &mut impl Write) -> io::Result<()> {
    let told = checked.iter().map(|(read, checked)| ToldExpectation {
        file: read.file.display().to_string(),
        line: read.line,
        name: &read.expectation.name,
        holds: checked.holds(),
        cases: checked.cases,
        failed: checked.failed,
        failures: checked.failures.iter().map(|one| Told::of(one, engine, output.lang)).collect(),
    });
    output::json(out, &told.collect::<Vec<_>>())
}

fn as_text(engine: &Engine, checked: &[(&Read, Checked)], output: OutputFlags, out: &mut impl Write) -> io::Result<()> {
    for (read, checked) in checked {
        let name = read.expectation.name.trim();
        if checked.holds() {
            writeln!(out, "ok      {name}")?;
            continue;
        }
        writeln!(out, "FAILED  {name}  ({})", read.place())?;
        writeln!(out, "        not met in {} of {}:", checked.failed, checked.cases)?;
        for explanation in &checked.failures {
            let holder = engine.user_label(&explanation.holder);
            writeln!(out, "        - held by {holder}: {}", explanation.sentence(engine, output.lang))?;
        }
        if checked.failed > checked.failures.len() {
            writeln!(out, "        - and {} more", checked.failed - checked.failures.len())?;
        }
    }
    let failed = checked.iter().filter(|(_, checked)| !checked.holds()).count();
    writeln!(out, "{} expectations, {failed} failed", checked.len())
}
