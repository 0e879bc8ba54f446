//! The fields that every source has.

use baton_core::{
    FieldError, FieldProblem,
    sources::{SYNC_MINUTES, SourceForm, SourceSettings},
};
use baton_model::{Role, SourceRole};

use super::super::{managed_accounts, phrases, source_words as words};
use crate::{
    locale::Texts,
    pages::admin::sources::fields::{RoleRow, SourceFields},
    ui::confirmation::ConfirmationView,
    web::Fields,
};

/// So many rows are empty, for further groups that give a role.
const EMPTY_ROWS: usize = 3;

/// What was entered, and the texts of what is no text in the end.
#[derive(Clone, Debug)]
pub(super) struct Entered {
    /// What is saved.
    pub form: SourceForm,
    /// The port as it was typed.
    pub port: String,
    /// The minutes as they were typed.
    pub minutes: String,
    /// What of it is no number or no text.
    pub unread: Vec<FieldError>,
}

impl Entered {
    /// A form as if it had been typed.
    pub(super) fn of(form: &SourceForm) -> Self {
        let port = match &form.settings {
            SourceSettings::Ldap(ldap) => ldap.directory.port.to_string(),
            SourceSettings::OpenId(_) => String::new(),
        };
        let minutes = form.sync_minutes.map(|minutes| minutes.to_string()).unwrap_or_default();
        Self { form: form.clone(), port, minutes, unread: Vec::new() }
    }

    /// What was typed into the fields that every source has, around these settings.
    pub(super) fn read(fields: &Fields, settings: SourceSettings) -> Self {
        let mut unread = Vec::new();
        let minutes = fields.get("syncMinutes").trim().to_owned();
        let sync_minutes = match minutes.parse() {
            _ if minutes.is_empty() => None,
            Ok(minutes) => Some(minutes),
            Err(_) => {
                unread.push(FieldError::new("syncMinutes", FieldProblem::OutOfRange(SYNC_MINUTES.0, SYNC_MINUTES.1)));
                None
            }
        };
        let form = SourceForm {
            name: fields.get("name").to_owned(),
            enabled: fields.is_ticked("enabled"),
            settings,
            sync_minutes,
            roles: roles(fields),
            // What is no number is no revision that there is.
            revision: Some(fields.get("revision"))
                .filter(|text| !text.is_empty())
                .map(|text| text.parse().unwrap_or(-1)),
        };
        Self { form, port: fields.get("port").trim().to_owned(), minutes, unread }
    }

    /// Puts a group that was searched for behind the others, unless it is there.
    pub(super) fn add_group(&mut self, group: &str, name: &str) {
        if group.is_empty() || self.form.roles.iter().any(|role| role.group == group) {
            return;
        }
        let name = if name.is_empty() { group } else { name };
        self.form.roles.push(SourceRole { group: group.to_owned(), name: name.to_owned(), role: Role::HelpDesk });
    }
}

/// The rows that say anything. A group without a name is called by its id.
fn roles(fields: &Fields) -> Vec<SourceRole> {
    let rows = fields.all("roleGroup").zip(fields.all("roleName")).zip(fields.all("roleGives"));
    rows.map(|((group, name), role)| (group.trim(), name.trim(), role))
        .filter(|(group, name, _)| !(group.is_empty() && name.is_empty()))
        .map(|(group, name, role)| SourceRole {
            group: group.to_owned(),
            name: if name.is_empty() { group } else { name }.to_owned(),
            role: phrases::role_from(role).unwrap_or(Role::User),
        })
        .collect()
}

/// The fields as the form shows them.
pub(super) fn view(
    t: &Texts,
    id: Option<String>,
    entered: &Entered,
    errors: &[FieldError],
    stale: bool,
    confirmation: Option<ConfirmationView>,
) -> SourceFields {
    let form = &entered.form;
    let mut rows: Vec<RoleRow> = form
        .roles
        .iter()
        .map(|given| RoleRow { group: given.group.clone(), name: given.name.clone(), role: phrases::role(given.role) })
        .collect();
    rows.extend((0..EMPTY_ROWS).map(|_| RoleRow::default()));
    SourceFields {
        id,
        revision: form.revision,
        stale,
        name: words::input(t, errors, "name", &form.name),
        enabled: form.enabled,
        admits_anyone: form.settings.admits_anyone(),
        accounts: managed_accounts::rule(form.settings.accounts()),
        sync_minutes: words::input(t, errors, "syncMinutes", &entered.minutes),
        roles: rows,
        roles_problem: words::problem(t, errors, "roles"),
        confirmation,
    }
}

/// The words of a field, which are separated by spaces, commas or lines.
pub(super) fn several(text: &str) -> Vec<String> {
    let words = text.split(|letter: char| letter.is_whitespace() || letter == ',');
    words.filter(|word| !word.is_empty()).map(str::to_owned).collect()
}

/// A field that may be empty.
pub(super) fn optional(text: &str) -> Option<String> {
    Some(text.trim().to_owned()).filter(|text| !text.is_empty())
}
