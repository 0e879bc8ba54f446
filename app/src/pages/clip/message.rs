//! Pages of one message: what happened, why, and what to do.

use leptos::prelude::*;

use super::sign_in::throttled_help;
use crate::document::Frame;
use crate::icons::{Icon, icon};
use crate::locale::{Texts, fill};
use crate::markup::IntoMarkup;
use crate::shell::light::{LightPage, light};

/// What happened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Message {
    /// The clip's address was replaced by a newer one; status 410 (spec A20).
    RetiredLink,
    /// No clip has this address; status 404.
    UnknownLink,
    /// `/clip` was opened without coming from a clip; status 401.
    NoClip,
    /// The page was open too long, or the form came from elsewhere; status 403 or 422.
    Expired,
    /// Too many requests; status 429.
    Throttled {
        /// Seconds until the next attempt counts.
        seconds: u64,
    },
    /// Something broke here; status 500.
    Failure {
        /// Number under which the log has the cause.
        reference: String,
    },
    /// There is no such page; status 404.
    NotFound,
    /// The person's role does not allow it; status 403.
    Forbidden,
    /// The form or file is larger than Baton takes; status 413.
    TooLarge,
    /// The device left management; status 410.
    NotManaged,
    /// The enrollment link does not work any more; status 410.
    LinkOver,
}

/// A message page.
#[derive(Clone, Debug)]
pub struct MessageView {
    /// Name of the device, where it is known.
    pub device_name: Option<String>,
    /// What happened.
    pub message: Message,
    /// Where to go on, if there is a way: a path on this server.
    pub onward: Option<&'static str>,
}

impl Message {
    fn sentences(&self, t: &Texts) -> (&'static str, String, Icon) {
        match self {
            Self::RetiredLink => (t.retired_title, t.retired_text.to_owned(), Icon::Tap),
            Self::UnknownLink => (t.unknown_link_title, t.unknown_link_text.to_owned(), Icon::Warning),
            Self::NoClip => (t.no_clip_title, t.no_clip_text.to_owned(), Icon::Tap),
            Self::Expired => (t.expired_title, t.expired_text.to_owned(), Icon::Clock),
            Self::Throttled { seconds } => (t.throttled_title, throttled_help(t, *seconds), Icon::Clock),
            Self::Failure { reference } => {
                (t.failure_title, fill(t.failure_text, &[("reference", reference)]), Icon::Warning)
            }
            Self::NotFound => (t.not_found_title, t.not_found_text.to_owned(), Icon::Info),
            Self::Forbidden => (t.forbidden_title, t.forbidden_text.to_owned(), Icon::Lock),
            Self::TooLarge => (t.too_large_title, t.too_large_text.to_owned(), Icon::Warning),
            Self::NotManaged => (t.not_managed_title, t.not_managed_text.to_owned(), Icon::Info),
            Self::LinkOver => (t.link_over_title, t.link_over_text.to_owned(), Icon::Clock),
        }
    }
}

/// The page.
#[must_use]
pub fn message(frame: &Frame, view: &MessageView) -> String {
    let t = frame.texts();
    let (title, text, mark) = view.message.sentences(t);
    let place = view.device_name.as_deref().unwrap_or(t.brand);
    let page = LightPage { title, place };
    let onward = view.onward.map(|to| view! { <a class="button wide" href=to>{t.go_on}</a> }.into_markup());
    let main = view! {
        <div class="hero">
            {icon(mark)}
            <h1>{title}</h1>
            <p class="lead">{text}</p>
        </div>
    };
    light(frame, &page, main.into_markup(), onward)
}
