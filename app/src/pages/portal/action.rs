//! An action on one of *My devices*: asking once more, and saying why one is not to be had.

use leptos::prelude::*;

use crate::document::Frame;
use crate::icons::{Icon, icon};
use crate::markup::{IntoMarkup, Markup};
use crate::pages::action::{AskView, RefusedView, ask, refused};
use crate::shell::portal::{Person, portal};
use crate::ui::action;

/// The page that asks once more.
#[must_use]
pub fn ask_in_portal(frame: &Frame, person: &Person, view: &AskView) -> String {
    let title = action::name(frame.texts(), view.action);
    let main = view! { {head(title, &view.device, &view.back)}{ask(frame, view)} };
    portal(frame, title, person, main.into_markup())
}

/// The page that says why not.
#[must_use]
pub fn refused_in_portal(frame: &Frame, person: &Person, view: &RefusedView) -> String {
    let title = action::name(frame.texts(), view.action);
    let main = view! { {head(title, &view.device, &view.back)}{refused(frame, view)} };
    portal(frame, title, person, main.into_markup())
}

fn head(title: &'static str, device: &str, back: &str) -> Markup {
    view! {
        <header class="page-head">
            <div class="page-title">
                <a class="up" href=back.to_owned()>{icon(Icon::Back)}<span>{device.to_owned()}</span></a>
                <h1>{title}</h1>
            </div>
        </header>
    }
    .into_markup()
}
