//! Filter a table as you type.

use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use super::island::island;

/// The search field of a list. As a plain form field it is sent with the form around it and the server
/// searches everything; where WebAssembly runs it also hides the rows on screen that do not match, at each key.
#[derive(Serialize, Deserialize)]
pub struct TableFilter {
    /// `id` of the table whose body rows are filtered.
    pub table: String,
    /// `id` of the field, for its label.
    pub id: String,
    /// Name of the form field.
    pub name: String,
    /// What was searched for.
    pub value: String,
    /// Shown while the field is empty.
    pub placeholder: String,
    /// What a screen reader hears after filtering; `{n}` stands for the number of rows left.
    pub count_text: String,
}

impl TableFilter {
    /// On the page, as the server sends it.
    #[must_use]
    pub fn island(self) -> impl IntoView {
        island("TableFilter", self, search)
    }
}

fn search(TableFilter { table, id, name, value, placeholder, count_text }: TableFilter) -> impl IntoView {
    let announcement = RwSignal::new(String::new());
    let filter = move |event: leptos::ev::Event| {
        let shown = show_matching(&format!("#{table} > tbody > tr"), &event_target_value(&event));
        announcement.set(count_text.replace("{n}", &shown.to_string()));
    };
    view! {
        <input
            type="search"
            id=id
            name=name
            value=value
            placeholder=placeholder
            autocomplete="off"
            autocapitalize="none"
            spellcheck="false"
            on:input=filter
        />
        <span class="visually-hidden" role="status">{announcement}</span>
    }
}

/// Called by the page's loader.
#[cfg(feature = "hydrate")]
#[wasm_bindgen::prelude::wasm_bindgen(js_name = TableFilter)]
pub fn wake(element: &web_sys::HtmlElement) {
    super::island::wake(element, search);
}

/// Hides what matches the selector and lacks one of the words typed; returns how many are left.
#[cfg(feature = "hydrate")]
pub(super) fn show_matching(selector: &str, typed: &str) -> usize {
    use leptos::wasm_bindgen::JsCast;

    let typed = typed.to_lowercase();
    let words: Vec<&str> = typed.split_whitespace().collect();
    let Ok(rows) = document().query_selector_all(selector) else {
        return 0;
    };
    let mut shown = 0;
    for index in 0..rows.length() {
        let Some(row) = rows.get(index).and_then(|node| node.dyn_into::<web_sys::HtmlElement>().ok()) else {
            continue;
        };
        let text = row.text_content().unwrap_or_default().to_lowercase();
        let matches = words.iter().all(|word| text.contains(word));
        row.set_hidden(!matches);
        shown += usize::from(matches);
    }
    shown
}

#[cfg(not(feature = "hydrate"))]
pub(super) fn show_matching(_selector: &str, _typed: &str) -> usize {
    0
}
