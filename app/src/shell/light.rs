//! Around the pages of a person who stands with a phone in hand: name on top, action within reach of the thumb.

use leptos::prelude::*;

use crate::document::{Frame, Head, Shell, render};
use crate::icons::mark;
use crate::markup::Markup;
use crate::ui::live::{Live, follower};

/// A page in the light shell.
#[derive(Clone, Debug)]
pub struct LightPage<'a> {
    /// Title of the document.
    pub title: &'a str,
    /// Stands beside the mark: the device's name, or the product's.
    pub place: &'a str,
}

/// The `id` of what scrolls, for news.
pub const MAIN: &str = "main";

/// Renders a page. `main` is what scrolls, `actions` stays at the bottom of the screen.
#[must_use]
pub fn light(frame: &Frame, page: &LightPage<'_>, main: Markup, actions: Option<Markup>) -> String {
    let head = Head { shell: Shell::Light, title: page.title, live: None, onward: None };
    render(frame, &head, || {
        view! {
            {place(page)}
            <main>{main}</main>
            {actions.map(footer)}
        }
    })
}

/// Renders a page that follows what it shows in `main`; `say` is what a screen reader hears of it.
#[must_use]
pub fn light_following(
    frame: &Frame,
    page: &LightPage<'_>,
    (live, say): (&Live, &str),
    main: Markup,
    actions: Option<Markup>,
) -> String {
    let head = Head { shell: Shell::Light, title: page.title, live: Some(live), onward: None };
    render(frame, &head, || {
        view! {
            {place(page)}
            {follower(frame, live, say)}
            <main id=MAIN data-live="">{main}</main>
            {actions.map(footer)}
        }
    })
}

fn place(page: &LightPage<'_>) -> impl IntoView + use<> {
    let place = page.place.to_owned();
    view! { <header class="place">{mark()}<span>{place}</span></header> }
}

fn footer(actions: Markup) -> impl IntoView {
    view! { <footer class="actions">{actions}</footer> }
}
