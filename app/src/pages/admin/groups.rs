//! The lists of user groups and of device groups (spec C2).

use leptos::prelude::*;

use super::list::{Paging, add_button, empty, none, nothing_found, paging, search_bar};
use crate::document::Frame;
use crate::icons::Icon;
use crate::markup::{IntoMarkup, Markup};
use crate::shell::console::{Chrome, ConsolePage, Section, console};
use crate::ui::table::table;
use crate::ui::{Tone, badge};

/// What a group is made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GroupKind {
    /// Users.
    Users,
    /// Devices.
    Devices,
}

impl GroupKind {
    /// Path of the list.
    #[must_use]
    pub fn path(self) -> &'static str {
        match self {
            Self::Users => "/admin/user-groups",
            Self::Devices => "/admin/device-groups",
        }
    }
}

/// What the page shows.
#[derive(Clone, Debug)]
pub struct GroupsView {
    /// Which groups.
    pub kind: GroupKind,
    /// What was searched for: `q`.
    pub q: String,
    /// The groups found.
    pub rows: Vec<GroupRow>,
    /// Where the list stands.
    pub paging: Paging,
}

/// A group in the list.
#[derive(Clone, Debug)]
pub struct GroupRow {
    /// For paths.
    pub id: String,
    /// Name.
    pub name: String,
    /// What it is for.
    pub description: String,
    /// How many members.
    pub members: usize,
    /// Everyone: cannot be edited.
    pub built_in: bool,
}

/// The page.
#[must_use]
pub fn groups(frame: &Frame, chrome: &Chrome, view: &GroupsView) -> String {
    let t = frame.texts();
    let (title, add_word, add_path) = match view.kind {
        GroupKind::Users => (t.user_groups, t.user_groups_add, "/admin/user-groups/add"),
        GroupKind::Devices => (t.device_groups, t.device_groups_add, "/admin/device-groups/add"),
    };
    let add = || add_button(chrome, add_path, add_word);
    let page = ConsolePage { actions: add(), ..ConsolePage::new(Section::Groups, title) };
    console(frame, chrome, page, || {
        let path = view.kind.path();
        let list = match (view.rows.is_empty(), view.q.is_empty()) {
            (true, false) => nothing_found(frame, path),
            (true, true) => {
                let text = match view.kind {
                    GroupKind::Users => t.user_groups_empty_text,
                    GroupKind::Devices => t.device_groups_empty_text,
                };
                empty(Icon::People, t.groups_empty_title, text, add())
            }
            (false, _) => rows(frame, view.kind, title, &view.rows),
        };
        view! {
            {tabs(frame, view.kind)}
            {search_bar(frame, path, "groups", t.groups_search, &view.q, &[])}
            {list}
            {paging(frame, &view.paging)}
        }
        .into_markup()
    })
}

fn tabs(frame: &Frame, current: GroupKind) -> Markup {
    let t = frame.texts();
    let links = [(GroupKind::Users, t.user_groups), (GroupKind::Devices, t.device_groups)].map(|(kind, word)| {
        view! { <a href=kind.path() aria-current=(kind == current).then_some("page")>{word}</a> }
    });
    view! { <nav class="tabs" aria-label=t.nav_groups>{links.collect_view()}</nav> }.into_markup()
}

fn rows(frame: &Frame, kind: GroupKind, title: &str, groups: &[GroupRow]) -> Markup {
    let t = frame.texts();
    let rows = groups
        .iter()
        .map(|group| {
            let name = if group.built_in {
                view! { <span>{group.name.clone()}</span>{badge(Tone::Plain, Icon::Shield, t.built_in)} }.into_markup()
            } else {
                view! { <a href=format!("{}/{}", kind.path(), group.id)>{group.name.clone()}</a> }.into_markup()
            };
            vec![name, described(frame, &group.description), group.members.into_markup()]
        })
        .collect();
    table("groups", title, &[t.field_name, t.field_description, t.groups_members], rows)
}

fn described(frame: &Frame, description: &str) -> Markup {
    if description.is_empty() { none(frame) } else { description.to_owned().into_markup() }
}
