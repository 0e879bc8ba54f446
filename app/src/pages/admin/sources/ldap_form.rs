//! Adding and editing a directory (spec B2).

use leptos::prelude::*;

use super::PATH;
use super::fields::{SourceFields, buttons};
use crate::document::Frame;
use crate::markup::{IntoMarkup, Markup};
use crate::shell::console::{Chrome, ConsolePage, Section, console};
use crate::ui::form::{Choice, FileInput, Input, Kind, TextField, file_field, select};

/// The form, sent as `multipart/form-data`. Besides the fields of [`SourceFields`]: `host`, `port`, `security` (`ldaps`,
/// `starttls`), `authorities` and the file `authoritiesFile`, `bindDn`, `bindPassword`, `peopleBase`, `peopleFilter`,
/// `loginAttributes` (separated by spaces), `idAttribute`, `idForm` (`text`, `guid`), `userNameAttribute`,
/// `displayNameAttribute`, `mailAttribute`, `principalNameAttribute`, `groupBase`, `groupFilter`, `groupNameAttribute`,
/// `nestedGroups` (`automatic`, `member-of`, `matching-rule`).
#[derive(Clone, Debug, Default)]
pub struct LdapFormView {
    /// The word of the preset in addresses, for a new one.
    pub preset: &'static str,
    /// What every source has.
    pub fields: SourceFields,
    /// The server.
    pub host: Input,
    /// Its port.
    pub port: Input,
    /// How the connection is encrypted.
    pub security: Vec<Choice>,
    /// Certificates that alone may vouch for the server, in PEM.
    pub authorities: Input,
    /// The same from a file.
    pub authorities_file: FileInput,
    /// As whom Baton searches.
    pub bind_dn: Input,
    /// The password for that; never comes back.
    pub bind_password: Input,
    /// Where people are.
    pub people_base: Input,
    /// Who counts as a person.
    pub people_filter: Input,
    /// What a person may type as user name.
    pub login_attributes: Input,
    /// The attribute of what never changes.
    pub id_attribute: Input,
    /// How that is written.
    pub id_form: Vec<Choice>,
    /// The attribute of the user name.
    pub user_name_attribute: Input,
    /// The attribute of the name that people read.
    pub display_name_attribute: Input,
    /// The attribute of the mail address.
    pub mail_attribute: Input,
    /// The attribute of the user principal name; may be empty.
    pub principal_name_attribute: Input,
    /// Where groups are.
    pub group_base: Input,
    /// What counts as a group.
    pub group_filter: Input,
    /// The attribute of a group's name.
    pub group_name_attribute: Input,
    /// How groups in groups are found.
    pub nested_groups: Vec<Choice>,
}

impl LdapFormView {
    /// The fields that few need to change.
    fn more(&self) -> [&Input; 10] {
        [
            &self.people_filter,
            &self.login_attributes,
            &self.id_attribute,
            &self.user_name_attribute,
            &self.display_name_attribute,
            &self.mail_attribute,
            &self.principal_name_attribute,
            &self.group_base,
            &self.group_filter,
            &self.group_name_attribute,
        ]
    }
}

/// The page.
#[must_use]
pub fn ldap_form(frame: &Frame, chrome: &Chrome, view: &LdapFormView) -> String {
    let t = frame.texts();
    let title = match (&view.fields.id, view.preset) {
        (Some(_), _) => t.source_edit,
        (None, "active-directory") => t.source_add_active_directory,
        (None, _) => t.source_add_ldap,
    };
    let page = ConsolePage::new(Section::Settings, title).up(t.sources_title, PATH);
    console(frame, chrome, page, || {
        let fields = &view.fields;
        let mut inputs = vec![
            &fields.name,
            &fields.sync_minutes,
            &view.host,
            &view.port,
            &view.authorities,
            &view.bind_dn,
            &view.bind_password,
            &view.people_base,
        ];
        inputs.extend(view.more());
        view! {
            {fields.notices(frame, &inputs)}
            <form class="stack form" method="post" action=fields.path(view.preset) enctype="multipart/form-data">
                {fields.unseen()}
                {TextField::new("name", t.field_name, Kind::Text).hint(t.source_name_hint).render(frame, &fields.name)}
                {server(frame, view)}
                {account(frame, view)}
                {TextField::new("peopleBase", t.ldap_people_base, Kind::Code).hint(t.ldap_people_base_hint).render(frame, &view.people_base)}
                {fields.people(frame, true)}
                {fields.role_rows(frame, t.source_roles_ldap_hint, true)}
                {more(frame, view)}
                {buttons(frame, fields)}
            </form>
        }
        .into_markup()
    })
}

fn server(frame: &Frame, view: &LdapFormView) -> Markup {
    let t = frame.texts();
    let wrong = view.authorities.problem.is_some() || view.authorities_file.problem.is_some();
    let open = wrong || !view.authorities.value.is_empty();
    let authorities =
        TextField::new("authorities", t.ldap_authorities, Kind::Lines).hint(t.ldap_authorities_hint).at_times();
    view! {
        <div class="pair">
            {TextField::new("host", t.ldap_host, Kind::Code).render(frame, &view.host)}
            {TextField::new("port", t.ldap_port, Kind::Number).render(frame, &view.port)}
        </div>
        {select("security", t.ldap_security, Some(t.ldap_security_hint), &view.security)}
        <details class="disclosure" open=open>
            <summary>{t.ldap_authorities_title}</summary>
            <div class="stack">
                {authorities.render(frame, &view.authorities)}
                {file_field(frame, "authoritiesFile", t.ldap_authorities_file, t.ldap_authorities_file_hint, ".pem,.crt,.cer", true, &view.authorities_file)}
            </div>
        </details>
    }
    .into_markup()
}

fn account(frame: &Frame, view: &LdapFormView) -> Markup {
    let t = frame.texts();
    let password = TextField::new("bindPassword", t.ldap_bind_password, Kind::Secret);
    let password = if view.fields.id.is_some() { password.hint(t.secret_kept_hint).at_times() } else { password };
    view! {
        {TextField::new("bindDn", t.ldap_bind_dn, Kind::Code).hint(t.ldap_bind_dn_hint).render(frame, &view.bind_dn)}
        {password.render(frame, &view.bind_password)}
    }
    .into_markup()
}

/// What the preset fills in: open when something is wrong in it.
fn more(frame: &Frame, view: &LdapFormView) -> Markup {
    let t = frame.texts();
    let wrong = view.more().into_iter().any(|input| input.problem.is_some());
    let field = |name, label, input: &Input| TextField::new(name, label, Kind::Code).render(frame, input);
    view! {
        <details class="disclosure" open=wrong>
            <summary>{t.ldap_more}</summary>
            <div class="stack">
                {TextField::new("peopleFilter", t.ldap_people_filter, Kind::Code).hint(t.ldap_people_filter_hint).render(frame, &view.people_filter)}
                {TextField::new("loginAttributes", t.ldap_login_attributes, Kind::Code).hint(t.ldap_login_attributes_hint).render(frame, &view.login_attributes)}
                {TextField::new("idAttribute", t.ldap_id_attribute, Kind::Code).hint(t.ldap_id_attribute_hint).render(frame, &view.id_attribute)}
                {select("idForm", t.ldap_id_form, None, &view.id_form)}
                {field("userNameAttribute", t.ldap_user_name_attribute, &view.user_name_attribute)}
                {field("displayNameAttribute", t.ldap_display_name_attribute, &view.display_name_attribute)}
                {field("mailAttribute", t.ldap_mail_attribute, &view.mail_attribute)}
                {TextField::new("principalNameAttribute", t.ldap_principal_name_attribute, Kind::Code).optional().render(frame, &view.principal_name_attribute)}
                {TextField::new("groupBase", t.ldap_group_base, Kind::Code).hint(t.ldap_group_base_hint).at_times().render(frame, &view.group_base)}
                {field("groupFilter", t.ldap_group_filter, &view.group_filter)}
                {field("groupNameAttribute", t.ldap_group_name_attribute, &view.group_name_attribute)}
                {select("nestedGroups", t.ldap_nested_groups, None, &view.nested_groups)}
            </div>
        </details>
    }
    .into_markup()
}
