//! Facts as a list of terms and values.

use leptos::prelude::*;

/// Renders a list of facts.
#[must_use]
pub fn facts(rows: Vec<(&str, AnyView)>) -> AnyView {
    let rows = rows
        .into_iter()
        .map(|(term, value)| view! { <div><dt>{term.to_owned()}</dt><dd>{value}</dd></div> })
        .collect_view();
    view! { <dl class="facts">{rows}</dl> }.into_any()
}

/// A value that is text.
#[must_use]
pub fn text(value: impl Into<String>) -> AnyView {
    value.into().into_any()
}

/// A value that a machine reads, such as an identifier.
#[must_use]
pub fn code(value: &str) -> AnyView {
    view! { <code>{value.to_owned()}</code> }.into_any()
}
