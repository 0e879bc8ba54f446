//! Adding and editing a group with its members.

use leptos::prelude::*;

use super::groups::GroupKind;
use super::list::Link;
use super::picker::{PickerView, PickerWords, picker};
use super::what_if::{WhatIfView, beside_save, stale};
use crate::document::Frame;
use crate::markup::{IntoMarkup, Markup};
use crate::shell::console::{Chrome, ConsolePage, Section, console};
use crate::ui::Tone;
use crate::ui::form::{Input, Kind, TextField};
use crate::ui::notice::short_notice;

/// The form; its fields: `name`, `description`, `members` (repeated ids), `addMember` (a name), `previewed` (the revision
/// of the preview), `action` (`more` adds the name and shows the form again, `preview` shows what saving would change,
/// without it the form is saved).
#[derive(Clone, Debug)]
pub struct GroupFormView {
    /// What the group is made of.
    pub kind: GroupKind,
    /// The group being edited; `None` for a new one.
    pub id: Option<String>,
    /// The viewer may only read it: it is built in, or the role does not allow more.
    pub read_only: bool,
    /// Name.
    pub name: Input,
    /// What it is for.
    pub description: Input,
    /// Members.
    pub members: PickerView,
    /// What saving would change; a new group changes nothing yet.
    pub what_if: Option<WhatIfView>,
}

/// The page. *Delete* leads to `GET …/{id}/delete` (a confirmation).
#[must_use]
pub fn group_form(frame: &Frame, chrome: &Chrome, view: &GroupFormView) -> String {
    if view.read_only {
        return group(frame, chrome, view);
    }
    let t = frame.texts();
    let (list, title, words) = match view.kind {
        GroupKind::Users => (
            t.user_groups,
            if view.id.is_some() { t.user_group_edit } else { t.user_groups_add },
            PickerWords {
                name: "members",
                add_name: "addMember",
                legend: t.groups_members,
                empty: t.group_members_none,
                add: t.pick_user,
            },
        ),
        GroupKind::Devices => (
            t.device_groups,
            if view.id.is_some() { t.device_group_edit } else { t.device_groups_add },
            PickerWords {
                name: "members",
                add_name: "addMember",
                legend: t.groups_members,
                empty: t.group_members_none,
                add: t.pick_device,
            },
        ),
    };
    let base = view.kind.path();
    let path = view.id.as_ref().map_or_else(|| format!("{base}/add"), |id| format!("{base}/{id}"));
    let mut page = ConsolePage::new(Section::Groups, title).up(list, base);
    if let Some(id) = &view.id {
        page = page.actions(view! { <a class="button danger" href=format!("{base}/{id}/delete")>{t.delete}</a> });
    }
    console(frame, chrome, page, || {
        let refused = [&view.name, &view.description]
            .iter()
            .any(|input| input.problem.is_some())
            .then(|| short_notice(Tone::Bad, t.form_refused));
        let (class, end) = match &view.what_if {
            Some(what_if) => ("form beside", beside_save(frame, what_if, &path, base.to_owned())),
            None => ("stack form", save(frame, base)),
        };
        view! {
            {view.what_if.as_ref().and_then(|what_if| stale(frame, what_if))}
            {refused}
            <form class=class method="post" action=path>
                <div class="stack">
                    {TextField::new("name", t.field_name, Kind::Text).render(frame, &view.name)}
                    {TextField::new("description", t.field_description, Kind::Text).optional().render(frame, &view.description)}
                    {picker(frame, words, &view.members)}
                </div>
                {end}
            </form>
        }
        .into_markup()
    })
}

fn save(frame: &Frame, base: &'static str) -> Markup {
    let t = frame.texts();
    view! {
        <div class="form-actions">
            <button class="button primary" type="submit">{t.save}</button>
            <a class="button quiet" href=base>{t.cancel}</a>
        </div>
    }
    .into_markup()
}

/// The group with its members, for those who may not change it.
fn group(frame: &Frame, chrome: &Chrome, view: &GroupFormView) -> String {
    let t = frame.texts();
    let (list, pages) = match view.kind {
        GroupKind::Users => (t.user_groups, "/admin/users"),
        GroupKind::Devices => (t.device_groups, "/admin/devices"),
    };
    let page = ConsolePage::new(Section::Groups, &view.name.value)
        .up(list, view.kind.path())
        .subtitle(view.description.value.clone());
    console(frame, chrome, page, || {
        let members = if view.members.chosen.is_empty() {
            view! { <p class="fine">{t.group_members_none}</p> }.into_markup()
        } else {
            let links = view
                .members
                .chosen
                .iter()
                .map(|member| view! { <li>{Link::new(&*member.label, format!("{pages}/{}", member.value)).render()}</li> })
                .collect_view();
            view! { <ul class="inline-list">{links}</ul> }.into_markup()
        };
        view! {
            <section class="panel">
                <header class="panel-head"><h2>{t.groups_members}</h2></header>
                {members}
            </section>
        }
        .into_markup()
    })
}
