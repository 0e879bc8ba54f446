//! Around the pages of the portal: a bar with the person's name and the way out.

use leptos::prelude::*;

use crate::document::{Frame, Head, Shell, render};
use crate::icons::{Icon, icon, mark};
use crate::markup::Markup;

/// Who is signed in to portal or console.
#[derive(Clone, Debug, Default)]
pub struct Person {
    /// How people call them.
    pub name: String,
    /// May open the console.
    pub console: bool,
}

/// Renders a page of the portal.
#[must_use]
pub fn portal(frame: &Frame, title: &str, person: &Person, main: Markup) -> String {
    page(frame, &Head { shell: Shell::Portal, title, live: None, onward: None }, person, || main)
}

/// Renders a page of the portal with islands on it. `content` runs where they may be made.
#[must_use]
pub fn portal_with_islands(frame: &Frame, title: &str, person: &Person, content: impl FnOnce() -> Markup) -> String {
    page(frame, &Head { shell: Shell::PortalWithIslands, title, live: None, onward: None }, person, content)
}

fn page(frame: &Frame, head: &Head<'_>, person: &Person, content: impl FnOnce() -> Markup) -> String {
    let t = frame.texts();
    let console = person.console.then(|| view! { <a class="button small" href="/admin">{t.portal_console}</a> });
    let name = person.name.clone();
    render(frame, head, || {
        view! {
            <a class="skip" href="#main">{t.skip}</a>
            <header class="portal-bar">
                <a class="brand" href="/">{mark()}<span>{t.brand}</span></a>
                <a class="who" href="/account">{icon(Icon::Person)}<span>{name}</span></a>
                {console}
                <form method="post" action="/sign-out">
                    <button class="button small quiet" type="submit">{t.sign_out_button}</button>
                </form>
            </header>
            <main id="main" class="portal-main">{content()}</main>
        }
    })
}
