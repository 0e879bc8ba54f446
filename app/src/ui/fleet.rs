//! How a shared device stands.

use super::{Tone, badge};
use crate::icons::Icon;
use crate::locale::Texts;
use crate::markup::Markup;

/// How a device stands, in one word.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FleetState {
    /// Signed out, clean, ready for the next person.
    Free,
    /// Somebody has it.
    InUse,
    /// Between two people: something is still being removed or installed.
    Changing,
    /// Something failed, or it does not answer.
    Attention,
    /// Enrollment has begun and is not finished.
    Enrolling,
    /// No longer managed.
    Gone,
}

impl FleetState {
    /// All states, in the order of a fleet that works.
    pub const ALL: [Self; 6] = [Self::InUse, Self::Free, Self::Changing, Self::Attention, Self::Enrolling, Self::Gone];

    /// The value in the filter of the device list.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Free => "free",
            Self::InUse => "in-use",
            Self::Changing => "changing",
            Self::Attention => "attention",
            Self::Enrolling => "enrolling",
            Self::Gone => "gone",
        }
    }

    /// The state for a value of the filter.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.code() == code)
    }

    /// The word.
    #[must_use]
    pub fn word(self, t: &Texts) -> &'static str {
        match self {
            Self::Free => t.fleet_free,
            Self::InUse => t.fleet_in_use,
            Self::Changing => t.fleet_changing,
            Self::Attention => t.fleet_attention,
            Self::Enrolling => t.fleet_enrolling,
            Self::Gone => t.fleet_gone,
        }
    }

    /// How it looks.
    #[must_use]
    pub fn look(self) -> (Tone, Icon) {
        match self {
            Self::Free => (Tone::Good, Icon::Check),
            Self::InUse => (Tone::Busy, Icon::Person),
            Self::Changing => (Tone::Plain, Icon::Clock),
            Self::Attention => (Tone::Bad, Icon::Warning),
            Self::Enrolling => (Tone::Plain, Icon::Send),
            Self::Gone => (Tone::Plain, Icon::Minus),
        }
    }

    /// Icon and word.
    #[must_use]
    pub fn badge(self, t: &Texts) -> Markup {
        let (tone, icon) = self.look();
        badge(tone, icon, self.word(t))
    }
}
