//! `baton policy plan`: what must change on a device for somebody to hold it.

use std::{
    io::{self, Write},
    process::ExitCode,
};

use baton_policy::handover::Step;
use baton_policy::{DeviceId, Engine, Plan, UserId, Wait};
use clap::Args;
use serde::Serialize;

use super::{
    PolicyError,
    output::{self, OutputFlags, device_label, item_label, user_label},
    source::{Need, SourceFlags},
};

/// Which device, and for whom.
#[derive(Args, Debug)]
pub struct PlanFlags {
    /// The device's id or name
    #[arg(value_name = "DEVICE")]
    device: String,

    /// For this user; `nobody` is signing out. Without this flag: what is left to do for its present holder
    #[arg(long, value_name = "USER")]
    holder: Option<String>,

    #[command(flatten)]
    source: SourceFlags,

    #[command(flatten)]
    output: OutputFlags,
}

/// A plan as programs read it.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Told<'a> {
    device: &'a DeviceId,
    holder: &'a UserId,
    /// Whether nothing else than what the holder gets is or might be on the device already.
    clean: bool,
    plan: Plan,
}

/// Prints the plan.
pub fn run(flags: &PlanFlags, out: &mut impl Write) -> Result<ExitCode, PolicyError> {
    let engine = flags.source.engine(Need::Renderings)?;
    let device = engine.find_device(&flags.device)?;
    let holder = flags.holder.as_deref().map(|given| engine.find_user(given)).transpose()?;
    let Some(holder) = holder.or_else(|| engine.holder(device)) else { return Ok(ExitCode::SUCCESS) };
    let (Some(plan), Some(id), Some(user)) =
        (engine.plan(device, holder), engine.device_id(device), engine.user_id(holder))
    else {
        return Ok(ExitCode::SUCCESS);
    };
    let told = Told { device: id, holder: user, clean: engine.is_clean(device, holder), plan };
    if flags.output.json {
        output::json(out, &told)?;
        return Ok(ExitCode::SUCCESS);
    }
    writeln!(out, "{} for {}", device_label(&engine, device), user_label(&engine, holder))?;
    let Plan { install, replace, remove, keep, cannot_remove } = &told.plan;
    let parts = [
        ("install", install),
        ("replace", replace),
        ("remove", remove),
        ("keep", keep),
        ("cannot remove", cannot_remove),
    ];
    for (word, steps) in parts {
        for step in steps {
            as_text(&engine, word, step, flags.output, out)?;
        }
    }
    if parts.iter().all(|(_, steps)| steps.is_empty()) {
        writeln!(out, "  nothing is there, and nothing is wanted")?;
    }
    Ok(ExitCode::SUCCESS)
}

fn as_text(engine: &Engine, word: &str, step: &Step, output: OutputFlags, out: &mut impl Write) -> io::Result<()> {
    let label = engine.item(&step.item).map_or_else(|| step.item.to_string(), |item| item_label(engine, item));
    let reason = output.lang.sentence("plan", step.reason.as_str());
    let waits = match step.waits_for {
        Wait::Nothing => "",
        Wait::OwnRemoval => " [once its removal is confirmed]",
        Wait::Successor => " [once all else is confirmed]",
    };
    writeln!(out, "  {word:<13} {label:<30} {reason}{waits}")
}
