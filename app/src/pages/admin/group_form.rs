//! Adding and editing a group with its members.

use leptos::prelude::*;

use super::groups::GroupKind;
use super::picker::{PickerView, PickerWords, picker};
use crate::document::Frame;
use crate::shell::console::{Chrome, ConsolePage, Section, console};
use crate::ui::Tone;
use crate::ui::form::{Input, Kind, TextField};
use crate::ui::notice::short_notice;

/// The form; its fields: `name`, `description`, `members` (repeated ids), `addMember` (a name), `action`
/// (`more` adds the name and shows the form again, without it the form is saved).
#[derive(Clone, Debug)]
pub struct GroupFormView {
    /// What the group is made of.
    pub kind: GroupKind,
    /// The group being edited; `None` for a new one.
    pub id: Option<String>,
    /// Name.
    pub name: Input,
    /// What it is for.
    pub description: Input,
    /// Members.
    pub members: PickerView,
}

/// The page. *Delete* leads to `GET …/{id}/delete` (a confirmation).
#[must_use]
pub fn group_form(frame: &Frame, chrome: &Chrome, view: &GroupFormView) -> String {
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
        view! {
            {refused}
            <form class="stack form" method="post" action=path>
                {TextField::new("name", t.field_name, Kind::Text).render(frame, &view.name)}
                {TextField::new("description", t.field_description, Kind::Text).optional().render(frame, &view.description)}
                {picker(frame, words, &view.members)}
                <div class="form-actions">
                    <button class="button primary" type="submit">{t.save}</button>
                    <a class="button quiet" href=base>{t.cancel}</a>
                </div>
            </form>
        }
        .into_any()
    })
}
