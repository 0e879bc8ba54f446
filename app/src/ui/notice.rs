//! Boxes that say something to the person before anything else.

use leptos::prelude::*;

use super::Tone;
use crate::icons::{Icon, icon};
use crate::markup::{IntoMarkup, Markup};

/// A box with a title and a text. Bad and warning ones are announced at once by screen readers.
#[must_use]
pub fn notice(tone: Tone, title: &str, body: impl IntoView + 'static) -> Markup {
    let (mark, role) = match tone {
        Tone::Good => (Icon::Check, "status"),
        Tone::Warn => (Icon::Warning, "alert"),
        Tone::Bad => (Icon::Cross, "alert"),
        Tone::Plain | Tone::Busy => (Icon::Info, "status"),
    };
    view! {
        <div class=format!("notice {}", tone.class()) role=role>
            {icon(mark)}
            <div class="notice-text">
                <p class="notice-title">{title.to_owned()}</p>
                {body.into_markup()}
            </div>
        </div>
    }
    .into_markup()
}

/// A box of one sentence.
#[must_use]
pub fn short_notice(tone: Tone, sentence: &str) -> Markup {
    notice(tone, sentence, ())
}

/// What the last form did. A page that follows what it shows stays until this can have been read (`document/follow.js`).
#[must_use]
pub fn flash_notice(sentence: &str) -> Markup {
    view! { <div id="flash">{short_notice(Tone::Good, sentence)}</div> }.into_markup()
}
