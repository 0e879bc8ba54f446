//! The parts pages are made of.

pub mod account;
pub mod action;
pub mod actions;
pub mod confirmation;
pub mod facts;
pub mod fleet;
pub mod form;
pub mod item;
pub mod live;
pub mod moment;
pub mod notice;
pub mod orders;
pub mod passkeys;
pub mod role;
pub mod sessions;
pub mod table;

use crate::markup::{IntoMarkup, Markup};
use leptos::prelude::*;

/// How something stands: decides icon and colour, always beside a word.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tone {
    /// Nothing to say about it.
    Plain,
    /// Under way.
    Busy,
    /// As it should be.
    Good,
    /// Somebody should look.
    Warn,
    /// Failed or refused.
    Bad,
}

impl Tone {
    /// The CSS class.
    #[must_use]
    pub fn class(self) -> &'static str {
        match self {
            Self::Plain => "plain",
            Self::Busy => "busy",
            Self::Good => "good",
            Self::Warn => "warn",
            Self::Bad => "bad",
        }
    }
}

/// A state as icon and word.
#[must_use]
pub fn badge(tone: Tone, icon: crate::icons::Icon, word: &str) -> Markup {
    let word = word.to_owned();
    view! { <span class=format!("badge {}", tone.class())>{crate::icons::icon(icon)}<span>{word}</span></span> }
        .into_markup()
}
