//! Filter a long form as you type.

use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use super::island::island;
use super::table_filter::show_matching;

/// A search field over a long form: hides the rows marked `data-row` that do not match, and opens what is folded. Only
/// where WebAssembly runs; it has no name, so it is never sent.
#[derive(Serialize, Deserialize)]
pub struct ListFilter {
    /// `id` of the element that holds the rows.
    pub list: String,
    /// What is searched for; the field's label and placeholder.
    pub label: String,
    /// What a screen reader hears after filtering; `{n}` stands for the number of rows left.
    pub count_text: String,
}

impl ListFilter {
    /// On the page, as the server sends it.
    #[must_use]
    pub fn island(self) -> impl IntoView {
        island("ListFilter", self, search)
    }
}

fn search(ListFilter { list, label, count_text }: ListFilter) -> impl IntoView {
    let announcement = RwSignal::new(String::new());
    let id = format!("{list}-filter");
    let filter = move |event: leptos::ev::Event| {
        let typed = event_target_value(&event);
        let shown = show_matching(&format!("#{list} [data-row]"), &typed);
        if !typed.trim().is_empty() {
            open_all(&list);
        }
        announcement.set(count_text.replace("{n}", &shown.to_string()));
    };
    // Enter would send the form.
    let stay = |event: leptos::ev::KeyboardEvent| {
        if event.key() == "Enter" {
            event.prevent_default();
        }
    };
    view! {
        <label class="visually-hidden" for=id.clone()>{label.clone()}</label>
        <input
            type="search"
            id=id
            placeholder=label
            autocomplete="off"
            autocapitalize="none"
            spellcheck="false"
            on:input=filter
            on:keydown=stay
        />
        <span class="visually-hidden" role="status">{announcement}</span>
    }
}

/// Called by the page's loader.
#[cfg(feature = "hydrate")]
#[wasm_bindgen::prelude::wasm_bindgen(js_name = ListFilter)]
pub fn wake(element: &web_sys::HtmlElement) {
    super::island::wake(element, search);
}

/// Opens every `details` in the list.
#[cfg(feature = "hydrate")]
fn open_all(list: &str) {
    use leptos::wasm_bindgen::JsCast;

    let Ok(found) = document().query_selector_all(&format!("#{list} details")) else { return };
    for index in 0..found.length() {
        if let Some(details) = found.get(index).and_then(|node| node.dyn_into::<web_sys::Element>().ok()) {
            let _ = details.set_attribute("open", "");
        }
    }
}

#[cfg(not(feature = "hydrate"))]
fn open_all(_list: &str) {}
