//! On the way to an identity provider, or to the end of its session.
//!
//! A page of its own, and not a redirect that answers a form: a policy that says where forms may lead would have to name
//! every place that a provider sends people on to.

use leptos::prelude::*;

use crate::document::{Frame, Head, Shell, render};
use crate::icons::mark;
use crate::locale::fill;

/// What the page shows.
#[derive(Clone, Debug)]
pub struct AwayView {
    /// Where the browser goes.
    pub location: String,
    /// What that is called.
    pub name: String,
    /// Why.
    pub why: Away,
}

/// Why somebody leaves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Away {
    /// To sign in.
    ToSignIn,
    /// They are signed out here, and will be there.
    ToSignOut,
}

/// The page.
#[must_use]
pub fn away(frame: &Frame, view: &AwayView) -> String {
    let t = frame.texts();
    let (title, text) = match view.why {
        Away::ToSignIn => (t.away_title, t.away_text),
        Away::ToSignOut => (t.away_out_title, t.away_out_text),
    };
    let title = fill(title, &[("name", &view.name)]);
    let head = Head { shell: Shell::Light, title: &title, live: None, onward: Some(&view.location) };
    let (heading, text, location) = (title.clone(), fill(text, &[("name", &view.name)]), view.location.clone());
    render(frame, &head, || {
        view! {
            <header class="place">{mark()}<span>{t.brand}</span></header>
            <main>
                <h1>{heading}</h1>
                <p class="lead">{text}</p>
            </main>
            <footer class="actions"><a class="button primary wide" href=location>{t.go_on}</a></footer>
        }
    })
}
