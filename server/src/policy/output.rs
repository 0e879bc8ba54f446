//! How answers are written: JSON for programs, lines for people.

use std::io::{self, Write};

use baton_policy::locales::Language;
use baton_policy::{Decision, DeviceIndex, Engine, ItemIndex, UserIndex};
use clap::Args;
use serde::Serialize;

/// How to print an answer.
#[derive(Args, Clone, Copy, Debug)]
pub struct OutputFlags {
    /// Print JSON
    #[arg(long)]
    pub json: bool,

    /// The language of sentences: en or de
    #[arg(long, value_name = "LANGUAGE", default_value_t = Language::En)]
    pub lang: Language,
}

impl OutputFlags {
    /// The sentence for a decision's reason.
    pub fn reason(self, decision: Decision) -> &'static str {
        self.lang.sentence("reason", decision.reason.as_str())
    }
}

/// Writes a value as JSON, indented.
pub fn json(out: &mut impl Write, value: &impl Serialize) -> io::Result<()> {
    serde_json::to_writer_pretty(&mut *out, value).map_err(io::Error::from)?;
    writeln!(out)
}

/// What people call a device.
pub fn device_label(engine: &Engine, device: DeviceIndex) -> String {
    engine.device_id(device).map(|id| engine.device_label(id)).unwrap_or_default()
}

/// What people call an item.
pub fn item_label(engine: &Engine, item: ItemIndex) -> String {
    engine.item_at(item).map(|item| item.label().to_owned()).unwrap_or_default()
}

/// What people call a user.
pub fn user_label(engine: &Engine, user: UserIndex) -> String {
    engine.user_id(user).map(|id| engine.user_label(id)).unwrap_or_default()
}
