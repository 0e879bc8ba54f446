//! The lists of configurations and of apps (spec A8, C4, H1).

use leptos::prelude::*;

use super::list::{Paging, add_button, empty, nothing_found, paging, search_bar};
use crate::document::Frame;
use crate::icons::{Icon, icon};
use crate::locale::{Texts, count};
use crate::markup::{IntoMarkup, Markup};
use crate::shell::console::{Chrome, ConsolePage, Section, console};
use crate::ui::item::ItemKind;
use crate::ui::table::table;
use crate::ui::{Tone, badge};

/// What the lists of configurations and of apps show.
#[derive(Clone, Debug, Default)]
pub struct ItemsView {
    /// What was searched for: `q`.
    pub q: String,
    /// The items found.
    pub rows: Vec<ItemRow>,
    /// Where the list stands.
    pub paging: Paging,
}

/// A configuration or app in its list.
#[derive(Clone, Debug)]
pub struct ItemRow {
    /// For the path `/admin/configurations/{id}` or `/admin/apps/{id}`.
    pub id: String,
    /// Name.
    pub name: String,
    /// What it is for.
    pub description: String,
    /// What it is.
    pub kind: ItemKind,
    /// *Multi-user Secure Sign-in for iOS*: always there, cannot be deleted.
    pub built_in: bool,
    /// Who gets it.
    pub distribution: DistributionMode,
    /// On how many devices it is.
    pub on_devices: usize,
    /// Something is wrong at sign-out (A9); the item's page says what.
    pub flagged: bool,
}

/// Who gets an item.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum DistributionMode {
    /// *All Devices*.
    All,
    /// *No Devices*.
    #[default]
    None,
    /// *Custom*.
    Custom,
}

impl DistributionMode {
    /// The value in the form.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::All => "all",
            Self::None => "none",
            Self::Custom => "custom",
        }
    }

    /// The mode for a value of the form.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        [Self::All, Self::None, Self::Custom].into_iter().find(|mode| mode.code() == code)
    }

    /// The word.
    #[must_use]
    pub fn word(self, t: &Texts) -> &'static str {
        match self {
            Self::All => t.distribution_all,
            Self::None => t.distribution_none,
            Self::Custom => t.distribution_custom,
        }
    }
}

/// The page.
#[must_use]
pub fn configurations(frame: &Frame, chrome: &Chrome, view: &ItemsView) -> String {
    let t = frame.texts();
    let path = "/admin/configurations";
    let page = ConsolePage {
        actions: add_button(chrome, "/admin/configurations/add", t.configurations_add),
        ..ConsolePage::new(Section::Configurations, t.nav_configurations)
    };
    console(frame, chrome, page, || {
        let list = if view.rows.is_empty() {
            nothing_found(frame, path)
        } else {
            item_table(frame, path, t.nav_configurations, &view.rows)
        };
        view! {
            {search_bar(frame, path, "items", t.configurations_search, &view.q, &[])}
            {list}
            {paging(frame, &view.paging)}
        }
        .into_markup()
    })
}

/// The list of apps.
#[must_use]
pub fn apps(frame: &Frame, chrome: &Chrome, view: &ItemsView) -> String {
    let t = frame.texts();
    let path = "/admin/apps";
    let add = || add_button(chrome, "/admin/apps/add", t.apps_add);
    let page = ConsolePage { actions: add(), ..ConsolePage::new(Section::Apps, t.nav_apps) };
    console(frame, chrome, page, || {
        let list = match (view.rows.is_empty(), view.q.is_empty()) {
            (true, false) => nothing_found(frame, path),
            (true, true) => empty(Icon::App, t.apps_empty_title, t.apps_empty_text, add()),
            (false, _) => item_table(frame, path, t.nav_apps, &view.rows),
        };
        view! {
            {search_bar(frame, path, "items", t.apps_search, &view.q, &[])}
            {list}
            {paging(frame, &view.paging)}
        }
        .into_markup()
    })
}

fn item_table(frame: &Frame, path: &str, title: &str, items: &[ItemRow]) -> Markup {
    let t = frame.texts();
    let rows = items
        .iter()
        .map(|item| {
            let name = view! {
                <a href=format!("{path}/{}", item.id)>{item.name.clone()}</a>
                {item.built_in.then(|| badge(Tone::Plain, Icon::Shield, t.built_in))}
                <small>{item.description.clone()}</small>
            };
            let flagged = item.flagged.then(|| badge(Tone::Warn, Icon::Warning, t.item_flagged));
            let distribution = view! { <span>{item.distribution.word(t)}</span>{flagged} };
            let devices = view! { {icon(Icon::Phone)}{count(item.on_devices, t.devices_one, t.devices_many)} };
            vec![
                name.into_markup(),
                item.kind.word(t).into_markup(),
                distribution.into_markup(),
                view! { <span class="with-icon">{devices}</span> }.into_markup(),
            ]
        })
        .collect();
    let columns = [t.field_name, t.item_kind, t.distribution, t.item_on];
    table("items", title, &columns, rows)
}
