//! When the console cannot do what was asked: what happened, why, and what to do.

use leptos::prelude::*;

use crate::document::Frame;
use crate::icons::{Icon, icon};
use crate::locale::fill;
use crate::markup::IntoMarkup;
use crate::shell::console::{Chrome, ConsolePage, Section, console};

/// What happened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ConsoleProblem {
    /// There is no such page or thing; status 404.
    NotFound,
    /// The role does not allow it; status 403.
    Forbidden,
    /// Somebody else changed it meanwhile; status 409.
    Stale,
    /// It is built in; status 409.
    BuiltIn,
    /// The directory or provider that a user comes from keeps it; status 409.
    KeptBySource,
    /// It is a person's own device; status 409.
    OwnDevice,
    /// Too much is going on; status 503.
    Busy,
    /// Something broke here; status 500.
    Failure {
        /// Number under which the log has the cause.
        reference: String,
    },
}

/// The page.
#[must_use]
pub fn console_problem(frame: &Frame, chrome: &Chrome, section: Section, problem: &ConsoleProblem) -> String {
    let t = frame.texts();
    let (title, text, mark) = match problem {
        ConsoleProblem::NotFound => (t.not_found_title, t.not_found_text.to_owned(), Icon::Search),
        ConsoleProblem::Forbidden => (t.role_forbids_title, t.role_forbids_text.to_owned(), Icon::Lock),
        ConsoleProblem::Stale => (t.stale_title, t.stale_text.to_owned(), Icon::Clock),
        ConsoleProblem::BuiltIn => (t.built_in_title, t.built_in_text.to_owned(), Icon::Shield),
        ConsoleProblem::KeptBySource => (t.kept_by_source_title, t.kept_by_source_text.to_owned(), Icon::Lock),
        ConsoleProblem::OwnDevice => (t.own_device_title, t.own_device_text.to_owned(), Icon::Person),
        ConsoleProblem::Busy => (t.busy_title, t.busy_text.to_owned(), Icon::Clock),
        ConsoleProblem::Failure { reference } => {
            (t.failure_title, fill(t.failure_console_text, &[("reference", reference)]), Icon::Warning)
        }
    };
    console(frame, chrome, ConsolePage::new(section, title), || {
        view! {
            <div class="empty">
                {icon(mark)}
                <p>{text}</p>
                <p><a class="button" href="/admin">{t.nav_dashboard}</a></p>
            </div>
        }
        .into_markup()
    })
}
