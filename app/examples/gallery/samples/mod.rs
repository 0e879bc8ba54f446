//! Every page in every state that looks different. The gallery draws them, the tests check them.

mod actions;
mod admin;
mod clip;
mod portal;

use baton_app::document::{Frame, Shell};
use baton_app::locale::Locale;
use baton_app::ui::item::{ItemKind, ItemLine, ItemName, ItemState};
use time::macros::datetime;
use time::{OffsetDateTime, UtcOffset};

/// The moment at which the samples are rendered.
pub const NOW: OffsetDateTime = datetime!(2025-11-20 14:32 UTC);

/// A rendered page.
pub struct Sample {
    /// File name without extension.
    pub name: &'static str,
    /// Its shell.
    pub shell: Shell,
    /// The document.
    pub html: String,
}

impl Sample {
    pub fn light(name: &'static str, html: String) -> Self {
        Self { name, shell: Shell::Light, html }
    }

    pub fn portal(name: &'static str, html: String) -> Self {
        Self { name, shell: Shell::Portal, html }
    }
}

pub fn frame(locale: Locale) -> Frame {
    Frame { locale, nonce: "c2FtcGxlLW5vbmNl".to_owned(), now: NOW, zone: UtcOffset::UTC }
}

pub fn all(frame: &Frame) -> Vec<Sample> {
    let mut samples = clip::samples(frame);
    samples.extend(portal::samples(frame));
    samples.extend(admin::samples(frame));
    samples.extend(actions::samples(frame));
    samples
}

pub fn item(name: &str, kind: ItemKind) -> ItemName {
    ItemName { name: name.to_owned(), kind }
}

pub fn line(name: &str, kind: ItemKind, state: ItemState) -> ItemLine {
    ItemLine { item: item(name, kind), state }
}
