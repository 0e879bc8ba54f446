//! What the forms of directories and of providers share.

use leptos::prelude::*;

use super::PATH;
use crate::document::Frame;
use crate::icons::{Icon, icon};
use crate::locale::fill;
use crate::markup::{IntoMarkup, Markup};
use crate::ui::Tone;
use crate::ui::account::AccountRule;
use crate::ui::confirmation::{ConfirmationView, confirmation};
use crate::ui::form::{Choice, Input, Kind, Problem, TextField, checkbox, hidden};
use crate::ui::notice::{notice, short_notice};
use crate::ui::role::Role;

/// What every source has; fields `name`, `enabled`, `admitsAnyone`, `syncMinutes`, `revision`, and for each group that gives a
/// role `roleGroup`, `roleName` and `roleGives`. Tick boxes send `yes`.
#[derive(Clone, Debug, Default)]
pub struct SourceFields {
    /// The source being edited; `None` for a new one.
    pub id: Option<String>,
    /// The revision that the form is filled in over.
    pub revision: Option<i64>,
    /// Somebody else changed the source meanwhile.
    pub stale: bool,
    /// What people call it.
    pub name: Input,
    /// Its people may sign in.
    pub enabled: bool,
    /// Whoever can sign in there may sign in here.
    pub admits_anyone: bool,
    /// How its people get their Managed Apple Accounts.
    pub accounts: AccountRule,
    /// Minutes from one sync to the next; empty for none.
    pub sync_minutes: Input,
    /// The groups that give a role, and some empty rows.
    pub roles: Vec<RoleRow>,
    /// What is wrong with those.
    pub roles_problem: Option<Problem>,
    /// What is asked for before it is saved (B8): whoever says where people come from gives roles.
    pub confirmation: Option<ConfirmationView>,
}

/// A group that gives a role.
#[derive(Clone, Debug, Default)]
pub struct RoleRow {
    /// The group's id, or its value in the claim of groups.
    pub group: String,
    /// Its name for people.
    pub name: String,
    /// The role.
    pub role: Role,
}

impl SourceFields {
    /// Where the form is sent.
    pub(super) fn path(&self, kind: &str) -> String {
        match &self.id {
            Some(id) => format!("{PATH}/{id}/edit"),
            None => format!("{PATH}/add/{kind}"),
        }
    }

    /// Where *Cancel* leads.
    pub(super) fn back(&self) -> String {
        self.id.as_ref().map_or_else(|| PATH.to_owned(), |id| format!("{PATH}/{id}"))
    }

    /// What stands above the form, if it was refused or is out of date.
    pub(super) fn notices(&self, frame: &Frame, inputs: &[&Input]) -> Markup {
        let t = frame.texts();
        let refused = inputs.iter().any(|input| input.problem.is_some()) || self.roles_problem.is_some();
        view! {
            {refused.then(|| short_notice(Tone::Bad, t.form_refused))}
            {self.stale.then(|| notice(Tone::Warn, t.stale_title, view! { <p>{t.source_stale_text}</p> }))}
        }
        .into_markup()
    }

    /// What goes with the form unseen.
    pub(super) fn unseen(&self) -> Option<Markup> {
        self.revision.map(|revision| hidden("revision", &revision.to_string()))
    }

    /// Whether the source is used at all, and by whom. `imports` where people can be imported at all.
    pub(super) fn people(&self, frame: &Frame, imports: bool) -> Markup {
        let t = frame.texts();
        let minutes = TextField::new("syncMinutes", t.source_sync_minutes, Kind::Number)
            .hint(t.source_sync_minutes_hint)
            .at_times()
            .render(frame, &self.sync_minutes);
        view! {
            <fieldset class="checks">
                <legend>{t.source_who}</legend>
                {checkbox("enabled", "yes", t.source_enabled, Some(t.source_enabled_hint), self.enabled, false)}
                {checkbox("admitsAnyone", "yes", t.source_admits_anyone, Some(t.source_admits_anyone_hint), self.admits_anyone, false)}
            </fieldset>
            {imports.then_some(minutes)}
            {self.accounts.fields(frame, true)}
        }
        .into_markup()
    }

    /// The groups that give a role. `searched` where groups can be searched for.
    pub(super) fn role_rows(&self, frame: &Frame, hint: &str, searched: bool) -> Markup {
        let t = frame.texts();
        let problem = self.roles_problem.as_ref().map(|problem| {
            let sentence = problem.text(t);
            view! { <p class="error" id="roles-error">{icon(Icon::Warning)}<span>{sentence}</span></p> }
        });
        let rows: Vec<_> = self.roles.iter().enumerate().map(|(index, row)| role_row(frame, index, row)).collect();
        let find = self.id.as_ref().filter(|_| searched).map(|id| {
            view! {
                <p>
                    <a class="button small" href=format!("{PATH}/{id}/groups")>{icon(Icon::Search)}<span>{t.source_find_group}</span></a>
                </p>
            }
        });
        view! {
            <fieldset class="checks" id="roles">
                <legend>{t.source_roles}</legend>
                <p class="hint">{hint.to_owned()}</p>
                {problem}
                {find}
                <ol class="role-rows">{rows}</ol>
            </fieldset>
        }
        .into_markup()
    }
}

fn role_row(frame: &Frame, index: usize, row: &RoleRow) -> Markup {
    let t = frame.texts();
    let number = index + 1;
    let label = |text: &str| fill(text, &[("n", &number)]);
    let roles: Vec<_> = Role::ALL
        .into_iter()
        .filter(|role| *role != Role::User)
        .map(|role| Choice::new(role.code(), role.word(t), role == row.role))
        .collect();
    let text = |name: &'static str, placeholder: &'static str, words: &str, value: &str, literal: bool| {
        view! {
            <input
                type="text"
                name=name
                value=value.to_owned()
                aria-label=label(words)
                placeholder=placeholder
                autocomplete="off"
                autocapitalize=literal.then_some("none")
                spellcheck=literal.then_some("false")
            />
        }
    };
    let options = roles
        .iter()
        .map(|choice| view! { <option value=choice.value.clone() selected=choice.chosen>{choice.label.clone()}</option> })
        .collect_view();
    view! {
        <li class="field">
            {text("roleName", t.source_role_name, t.source_role_name_of, &row.name, false)}
            {text("roleGroup", t.source_role_group, t.source_role_group_of, &row.group, true)}
            <select name="roleGives" aria-label=label(t.source_role_of)>{options}</select>
        </li>
    }
    .into_markup()
}

/// The end of a form: a proof, where one is asked for, and the buttons.
pub(super) fn buttons(frame: &Frame, fields: &SourceFields) -> Markup {
    let t = frame.texts();
    view! {
        {fields.confirmation.as_ref().map(|view| confirmation(frame, view))}
        <div class="form-actions">
            <button class="button primary" type="submit">{if fields.id.is_some() { t.save } else { t.add }}</button>
            <a class="button quiet" href=fields.back()>{t.cancel}</a>
        </div>
    }
    .into_markup()
}
