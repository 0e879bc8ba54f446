//! Around the pages of a person who stands with a phone in hand: name on top, action within reach of the thumb.

use leptos::prelude::*;

use crate::document::{Frame, Head, Shell, render};
use crate::icons::mark;

/// A page in the light shell.
#[derive(Clone, Debug)]
pub struct LightPage<'a> {
    /// Title of the document.
    pub title: &'a str,
    /// Stands beside the mark: the device's name, or the product's.
    pub place: &'a str,
}

/// Renders a page. `main` is what scrolls, `actions` stays at the bottom of the screen.
#[must_use]
pub fn light(frame: &Frame, page: &LightPage<'_>, main: AnyView, actions: Option<AnyView>) -> String {
    let head = Head { shell: Shell::Light, title: page.title };
    let place = page.place.to_owned();
    render(frame, &head, || {
        view! {
            <header class="place">{mark()}<span>{place}</span></header>
            <main>{main}</main>
            {actions.map(|actions| view! { <footer class="actions">{actions}</footer> })}
        }
    })
}
