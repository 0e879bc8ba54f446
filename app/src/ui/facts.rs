//! Facts as a list of terms and values.

use crate::document::Frame;
use crate::markup::{IntoMarkup, Markup};
use leptos::prelude::*;

/// Renders a list of facts.
#[must_use]
pub fn facts(rows: Vec<(&str, Markup)>) -> Markup {
    let rows = rows
        .into_iter()
        .map(|(term, value)| view! { <div><dt>{term.to_owned()}</dt><dd>{value}</dd></div> })
        .collect_view();
    view! { <dl class="facts">{rows}</dl> }.into_markup()
}

/// A value that is text.
#[must_use]
pub fn text(value: impl Into<String>) -> Markup {
    value.into().into_markup()
}

/// A value that a machine reads, such as an identifier.
#[must_use]
pub fn code(value: &str) -> Markup {
    view! { <code>{value.to_owned()}</code> }.into_markup()
}

/// A dash for "nothing here", read aloud as such.
#[must_use]
pub fn none(frame: &Frame) -> Markup {
    let t = frame.texts();
    view! { <span class="none"><span aria-hidden="true">"–"</span><span class="visually-hidden">{t.none}</span></span> }
        .into_markup()
}
