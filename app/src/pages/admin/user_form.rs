//! *Add → Single User*, and editing a user (spec B1).

use leptos::prelude::*;

use super::list::none;
use crate::document::Frame;
use crate::locale::fill;
use crate::markup::{IntoMarkup, Markup};
use crate::shell::console::{Chrome, ConsolePage, Section, console};
use crate::ui::Tone;
use crate::ui::confirmation::{ConfirmationView, confirmation};
use crate::ui::facts::facts;
use crate::ui::form::{Choice, Input, Kind, TextField, checkboxes, select};
use crate::ui::notice::{notice, short_notice};
use crate::ui::role::Role;

/// The form; its fields: `displayName`, `userName`, `email`, `role`, `groups` (repeated), `revision`, those of
/// [`AccountFields`] and [`OwnDevicesField`], and those of the proof that a role takes.
#[derive(Clone, Debug, Default)]
pub struct UserFormView {
    /// The user being edited; `None` for a new one.
    pub id: Option<String>,
    /// The built-in owner of signed-out devices: only its groups can be edited.
    pub nobody: bool,
    /// How people call them.
    pub display_name: Input,
    /// Signs in with this.
    pub user_name: Input,
    /// Mail address; may be empty.
    pub email: Input,
    /// Managed Apple Account.
    pub account: AccountFields,
    /// Whether they may enrol devices of their own.
    pub own_devices: OwnDevicesField,
    /// Role.
    pub role: Role,
    /// The role cannot be changed, because it is one's own.
    pub role_fixed: bool,
    /// All groups, the user's ticked.
    pub groups: Vec<Choice>,
    /// The user's revision that the form is filled in over; `None` for a new one.
    pub revision: Option<i64>,
    /// Somebody else changed the user meanwhile; role and groups are as they are now.
    pub stale: bool,
    /// What is asked for before a role is given.
    pub confirmation: Option<ConfirmationView>,
    /// The source that the user comes from, which keeps names and mail address; `None` for a local one.
    pub source: Option<String>,
    /// Groups there give the role.
    pub role_from_source: bool,
}

/// The fields of a Managed Apple Account: `accountChoice` (`pattern`, `given`, `none`; not for a new user) and
/// `managedAccount`.
#[derive(Clone, Debug, Default)]
pub struct AccountFields {
    /// Where it comes from.
    pub chosen: AccountChosen,
    /// A pattern would give one.
    pub has_pattern: bool,
    /// The account that was set by hand, masked.
    pub kept: Option<String>,
    /// The address; comes back only to whoever typed it.
    pub account: Input,
}

/// The field `ownDevices` (`usual`, `allowed`, `forbidden`).
#[derive(Clone, Copy, Debug, Default)]
pub struct OwnDevicesField {
    /// What is said of the person; `None` for nothing of their own.
    pub said: Option<bool>,
    /// What the setting says of everybody.
    pub usual: bool,
}

/// Where an account comes from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum AccountChosen {
    /// From the pattern, if there is one.
    #[default]
    Pattern,
    /// Set by hand.
    Given,
    /// None, whatever the pattern gives.
    None,
}

/// The page.
#[must_use]
pub fn user_form(frame: &Frame, chrome: &Chrome, view: &UserFormView) -> String {
    let t = frame.texts();
    let title = if view.id.is_some() { t.user_edit_title } else { t.user_add_title };
    let (path, back) = match &view.id {
        Some(id) => (format!("/admin/users/{id}/edit"), format!("/admin/users/{id}")),
        None => ("/admin/users/add".to_owned(), "/admin/users".to_owned()),
    };
    let page = ConsolePage::new(Section::Users, title).up(t.nav_users, "/admin/users");
    console(frame, chrome, page, || {
        let inputs = [&view.display_name, &view.user_name, &view.email, &view.account.account];
        let refused =
            inputs.iter().any(|input| input.problem.is_some()).then(|| short_notice(Tone::Bad, t.form_refused));
        let changed = view.stale.then(|| notice(Tone::Warn, t.stale_title, view! { <p>{t.stale_text}</p> }));
        view! {
            {refused}
            {changed}
            <form class="stack form" method="post" action=path>
                {view.revision.map(|revision| view! { <input type="hidden" name="revision" value=revision /> })}
                {(!view.nobody).then(|| match &view.source {
                    Some(source) => kept_fields(frame, view, source),
                    None => person_fields(frame, view),
                })}
                {(!view.nobody).then(|| account_fields(frame, view))}
                {(!view.nobody).then(|| own_devices_field(frame, view.own_devices))}
                {checkboxes("groups", t.nav_groups, None, t.user_groups_none, &view.groups)}
                {view.confirmation.as_ref().map(|view| confirmation(frame, view))}
                <div class="form-actions">
                    <button class="button primary" type="submit">{if view.id.is_some() { t.save } else { t.add }}</button>
                    <a class="button quiet" href=back>{t.cancel}</a>
                </div>
            </form>
        }
        .into_markup()
    })
}

/// What the source keeps is shown, and sent along unchanged.
fn kept_fields(frame: &Frame, view: &UserFormView, source: &str) -> Markup {
    let t = frame.texts();
    let or_none = |text: &str| if text.is_empty() { none(frame) } else { text.to_owned().into_markup() };
    let mut rows = vec![
        (t.field_display_name, or_none(&view.display_name.value)),
        (t.field_user_name, or_none(&view.user_name.value)),
        (t.field_email, or_none(&view.email.value)),
    ];
    if view.role_from_source {
        rows.push((t.field_role, view.role.word(t).into_markup()));
    }
    let mut sentence = fill(t.user_from_source, &[("name", &source)]);
    if view.role_from_source {
        sentence = format!("{sentence} {}", fill(t.user_role_from_source, &[("name", &source)]));
    }
    view! {
        <section class="panel">{facts(rows)}<p class="fine">{sentence}</p></section>
        {(!view.role_from_source).then(|| role_field(frame, view))}
    }
    .into_markup()
}

fn account_fields(frame: &Frame, view: &UserFormView) -> Markup {
    let t = frame.texts();
    let account = &view.account;
    let field = TextField::new("managedAccount", t.account_field, Kind::Code);
    if view.id.is_none() {
        let hint = if account.has_pattern { t.account_add_hint } else { t.account_add_hint_none };
        return field.hint(hint).optional().render(frame, &account.account);
    }
    let choice = |value, label, chosen| Choice::new(value, label, chosen == account.chosen);
    let mut choices = vec![choice("given", t.account_choice_given, AccountChosen::Given)];
    if account.has_pattern {
        choices.insert(0, choice("pattern", t.account_choice_pattern, AccountChosen::Pattern));
        choices.push(choice("none", t.account_choice_none, AccountChosen::None));
    } else {
        // Without a pattern there is none either way; what was said by hand stays said.
        let value = if account.chosen == AccountChosen::None { "none" } else { "pattern" };
        let none = account.chosen != AccountChosen::Given;
        choices.insert(0, Choice::new(value, t.account_choice_none, none));
    }
    let hint = match &account.kept {
        Some(kept) => fill(t.account_given_keep_hint, &[("account", kept)]),
        None => t.account_given_hint.to_owned(),
    };
    let field = TextField { label: t.account_address, ..field };
    view! {
        {select("accountChoice", t.account_field, None, &choices)}
        {field.hint(&hint).at_times().render(frame, &account.account)}
    }
    .into_markup()
}

fn own_devices_field(frame: &Frame, field: OwnDevicesField) -> Markup {
    let t = frame.texts();
    let usual = if field.usual { t.own_devices_usual_may } else { t.own_devices_usual_may_not };
    let choices = [
        Choice::new("usual", usual, field.said.is_none()),
        Choice::new("allowed", t.own_devices_may, field.said == Some(true)),
        Choice::new("forbidden", t.own_devices_may_not, field.said == Some(false)),
    ];
    select("ownDevices", t.own_devices_field, None, &choices)
}

fn role_field(frame: &Frame, view: &UserFormView) -> Markup {
    let t = frame.texts();
    let roles: Vec<_> = Role::ALL
        .into_iter()
        .filter(|role| !view.role_fixed || *role == view.role)
        .map(|role| Choice::new(role.code(), format!("{}: {}", role.word(t), role.sentence(t)), role == view.role))
        .collect();
    let role_hint = view.role_fixed.then_some(t.role_fixed_hint);
    select("role", t.field_role, role_hint, &roles)
}

fn person_fields(frame: &Frame, view: &UserFormView) -> Markup {
    let t = frame.texts();
    view! {
        {TextField::new("displayName", t.field_display_name, Kind::Text).render(frame, &view.display_name)}
        {TextField::new("userName", t.field_user_name, Kind::Code).hint(t.user_name_admin_hint).render(frame, &view.user_name)}
        {TextField::new("email", t.field_email, Kind::Mail).optional().render(frame, &view.email)}
        {role_field(frame, view)}
        {view.id.is_none().then(|| view! { <p class="fine">{t.user_add_password_text}</p> })}
    }
    .into_markup()
}
