//! What all lists share: the search bar, paging, and the empty state (spec H1).

use leptos::prelude::*;

use crate::document::Frame;
use crate::icons::{Icon, icon};
use crate::islands::TableFilter;
use crate::markup::{IntoMarkup, Markup};
use crate::shell::console::Chrome;
pub use crate::ui::facts::none;
use crate::ui::form::Choice;

/// Where a list stands. The addresses are those of this list with the same search.
#[derive(Clone, Debug, Default)]
pub struct Paging {
    /// Address of the first page, unless this is it.
    pub first: Option<String>,
    /// Address of the next page, if there is one.
    pub next: Option<String>,
}

/// A filter beside the search field.
#[derive(Clone, Debug)]
pub struct Filter {
    /// Form name.
    pub name: &'static str,
    /// What is filtered.
    pub label: &'static str,
    /// What to choose from.
    pub choices: Vec<Choice>,
}

/// A link by name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link {
    /// What it is called.
    pub name: String,
    /// Path on this server.
    pub path: String,
}

impl Link {
    /// A link.
    #[must_use]
    pub fn new(name: impl Into<String>, path: impl Into<String>) -> Self {
        Self { name: name.into(), path: path.into() }
    }

    /// Renders the link.
    #[must_use]
    pub fn render(&self) -> Markup {
        view! { <a href=self.path.clone()>{self.name.clone()}</a> }.into_markup()
    }
}

/// The search bar of the table with this `id`. Sends `q` and the filters by `GET`; filters on screen at each key.
#[must_use]
pub fn search_bar(frame: &Frame, path: &str, table: &str, placeholder: &str, q: &str, filters: &[Filter]) -> Markup {
    let t = frame.texts();
    let filters = filters
        .iter()
        .map(|filter| {
            let options = filter
                .choices
                .iter()
                .map(|choice| {
                    view! { <option value=choice.value.clone() selected=choice.chosen>{choice.label.clone()}</option> }
                })
                .collect_view();
            view! {
                <div class="filter">
                    <label for=filter.name>{filter.label}</label>
                    <select id=filter.name name=filter.name>{options}</select>
                </div>
            }
        })
        .collect_view();
    let search = TableFilter {
        table: table.to_owned(),
        id: "q".to_owned(),
        name: "q".to_owned(),
        value: q.to_owned(),
        placeholder: placeholder.to_owned(),
        count_text: t.list_count.to_owned(),
    };
    view! {
        <form class="toolbar" role="search" method="get" action=path.to_owned()>
            <div class="filter search">
                <label class="visually-hidden" for="q">{t.list_search}</label>
                {icon(Icon::Search)}
                {search.island()}
            </div>
            {filters}
            <button class="button small" type="submit">{t.list_search}</button>
        </form>
    }
    .into_markup()
}

/// The links below a list.
#[must_use]
pub fn paging(frame: &Frame, paging: &Paging) -> Option<Markup> {
    let t = frame.texts();
    if paging.first.is_none() && paging.next.is_none() {
        return None;
    }
    let first = paging.first.clone().map(|path| view! { <a class="button small" href=path>{t.list_first}</a> });
    let next = paging.next.clone().map(|path| view! { <a class="button small" href=path rel="next">{t.list_next}</a> });
    Some(view! { <nav class="paging" aria-label=t.list_paging>{first}{next}</nav> }.into_markup())
}

/// What stands where a list has nothing: why, and what to do next.
#[must_use]
pub fn empty(mark: Icon, title: &str, text: &str, action: Option<Markup>) -> Markup {
    view! {
        <div class="empty">
            {icon(mark)}
            <h2>{title.to_owned()}</h2>
            <p>{text.to_owned()}</p>
            {action}
        </div>
    }
    .into_markup()
}

/// A list that a search left empty.
#[must_use]
pub fn nothing_found(frame: &Frame, path: &str) -> Markup {
    let t = frame.texts();
    let all = view! { <a class="button" href=path.to_owned()>{t.list_show_all}</a> };
    empty(Icon::Search, t.list_nothing_title, t.list_nothing_text, Some(all.into_markup()))
}

/// A button that adds something, for those who may.
#[must_use]
pub fn add_button(chrome: &Chrome, path: &'static str, label: &'static str) -> Option<Markup> {
    chrome
        .manages
        .then(|| view! { <a class="button primary" href=path>{icon(Icon::Plus)}<span>{label}</span></a> }.into_markup())
}
