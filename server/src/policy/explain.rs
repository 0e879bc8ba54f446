//! `baton policy explain`: why, and what would change it.

use std::{
    io::{self, Write},
    process::ExitCode,
};

use baton_policy::Engine;
use baton_policy::engine::Explanation;
use baton_policy::locales::Language;
use clap::Args;
use serde::Serialize;

use super::{
    PolicyError,
    output::{self, OutputFlags},
    source::{Need, SourceFlags},
};

/// Which item on which device.
#[derive(Args, Debug)]
pub struct ExplainFlags {
    /// The item's id or name
    #[arg(value_name = "ITEM")]
    item: String,

    /// The device's id or name
    #[arg(value_name = "DEVICE")]
    device: String,

    /// As if this user held the device; `nobody` is after sign-out
    #[arg(long, value_name = "USER")]
    holder: Option<String>,

    #[command(flatten)]
    source: SourceFlags,

    #[command(flatten)]
    output: OutputFlags,
}

/// An explanation with its sentences, as programs read it.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Told<'a> {
    #[serde(flatten)]
    explanation: &'a Explanation,
    /// The decision, its reason, and what made it so.
    sentence: String,
    /// Those of the steps, in their order.
    step_sentences: Vec<String>,
    /// Those of the flips, in their order.
    flip_sentences: Vec<String>,
}

impl<'a> Told<'a> {
    /// Puts the sentences to it.
    pub fn of(explanation: &'a Explanation, engine: &Engine, language: Language) -> Self {
        Self {
            sentence: explanation.sentence(engine, language),
            step_sentences: explanation.step_sentences(engine, language),
            flip_sentences: explanation.flip_sentences(engine, language),
            explanation,
        }
    }
}

/// Prints the explanation.
pub fn run(flags: &ExplainFlags, out: &mut impl Write) -> Result<ExitCode, PolicyError> {
    let engine = flags.source.engine(Need::Decisions)?;
    let (item, device) = (engine.find_item(&flags.item)?, engine.find_device(&flags.device)?);
    let holder = flags.holder.as_deref().map(|given| engine.find_user(given)).transpose()?;
    if let Some(explanation) = engine.explain(item, device, holder) {
        let told = Told::of(&explanation, &engine, flags.output.lang);
        if flags.output.json {
            output::json(out, &told)?;
        } else {
            as_text(&told, flags.output.lang, out)?;
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn as_text(told: &Told<'_>, language: Language, out: &mut impl Write) -> io::Result<()> {
    writeln!(out, "{}", told.sentence)?;
    writeln!(out)?;
    for (step, sentence) in told.explanation.steps.iter().zip(&told.step_sentences) {
        writeln!(out, "{} {sentence}", if step.decides { "*" } else { "-" })?;
    }
    if !told.flip_sentences.is_empty() || !told.explanation.alternatives.is_empty() {
        writeln!(out)?;
    }
    for sentence in &told.flip_sentences {
        writeln!(out, "> {sentence}")?;
    }
    for sentence in told.explanation.alternative_sentences(language) {
        writeln!(out, "> {sentence}")?;
    }
    Ok(())
}
