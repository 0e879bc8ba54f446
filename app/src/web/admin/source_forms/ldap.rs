//! The fields of a directory.

use baton_core::{
    FieldError, FieldProblem,
    managed_accounts::AccountRule,
    sources::{LdapSource, SourceSettings},
};
use baton_identity::{
    Secret,
    ldap::{Attributes, IdForm, LdapSettings, Limits, NestedGroups, Security},
};

use super::{
    super::{managed_accounts::rule_from, source_words as words},
    Preset,
    shared::{Entered, optional, several},
};
use crate::{
    locale::Texts,
    pages::admin::sources::{fields::SourceFields, ldap_form::LdapFormView},
    ui::form::{Choice, FileInput, Problem},
    web::{Chosen, Posted},
};

pub(super) fn blank(preset: Preset) -> LdapSource {
    let directory = match preset {
        Preset::ActiveDirectory => LdapSettings::active_directory(""),
        _ => LdapSettings::open_ldap(""),
    };
    LdapSource { directory, admits_anyone: false, accounts: AccountRule::default() }
}

/// What was entered. Without a base of their own groups are where people are; certificates in a file count, not those in
/// the field.
pub(super) fn read(posted: &Posted) -> Entered {
    let fields = &posted.fields;
    let text = |name: &str| fields.get(name).trim().to_owned();
    let mut unread = Vec::new();
    let port = text("port");
    let port = if port.is_empty() { Ok(0) } else { port.parse::<u16>() };
    if port.is_err() {
        unread.push(FieldError::new("port", FieldProblem::OutOfRange(1, i64::from(u16::MAX))));
    }
    let authorities_pem = match posted.file("authoritiesFile") {
        Chosen::Nothing => optional(fields.get("authorities")),
        Chosen::File(file) => match std::str::from_utf8(&file.content) {
            Ok(pem) => optional(pem),
            Err(_) => {
                unread.push(FieldError::new("authoritiesFile", FieldProblem::NotCertificate));
                optional(fields.get("authorities"))
            }
        },
        Chosen::TooLarge => {
            unread.push(FieldError::new("authoritiesFile", FieldProblem::NotCertificate));
            optional(fields.get("authorities"))
        }
    };
    let people_base = text("peopleBase");
    let group_base = optional(fields.get("groupBase")).unwrap_or_else(|| people_base.clone());
    let directory = LdapSettings {
        host: text("host"),
        port: port.unwrap_or_default(),
        security: if fields.get("security") == "starttls" { Security::StartTls } else { Security::Ldaps },
        authorities_pem,
        bind_dn: text("bindDn"),
        bind_password: Secret::new(fields.get("bindPassword")),
        people_base,
        people_filter: text("peopleFilter"),
        attributes: Attributes {
            id: text("idAttribute"),
            id_form: if fields.get("idForm") == "guid" { IdForm::Guid } else { IdForm::Text },
            user_name: text("userNameAttribute"),
            display_name: text("displayNameAttribute"),
            mail: text("mailAttribute"),
            principal_name: optional(fields.get("principalNameAttribute")),
            group_name: text("groupNameAttribute"),
        },
        login_attributes: several(fields.get("loginAttributes")),
        group_base,
        group_filter: text("groupFilter"),
        nested_groups: match fields.get("nestedGroups") {
            "member-of" => NestedGroups::MemberOf,
            "matching-rule" => NestedGroups::MatchingRule,
            _ => NestedGroups::Automatic,
        },
        limits: Limits::default(),
    };
    let settings = SourceSettings::Ldap(LdapSource {
        directory,
        admits_anyone: fields.is_ticked("admitsAnyone"),
        accounts: rule_from(fields),
    });
    let entered = Entered::read(fields, settings);
    unread.extend(entered.unread);
    Entered { unread, ..entered }
}

/// The form as the page shows it.
pub(super) fn view(
    t: &Texts,
    preset: &'static str,
    fields: SourceFields,
    settings: &LdapSource,
    entered: &Entered,
    errors: &[FieldError],
) -> LdapFormView {
    let directory = &settings.directory;
    let names = &directory.attributes;
    let input = |field, value: &str| words::input(t, errors, field, value);
    let choice = |value: &str, label: &str, chosen| Choice::new(value, label, chosen);
    let nested = directory.nested_groups;
    let group_base =
        if directory.group_base == directory.people_base && fields.id.is_none() { "" } else { &directory.group_base };
    LdapFormView {
        preset,
        host: input("host", &directory.host),
        port: input("port", &entered.port),
        security: vec![
            choice("ldaps", t.ldap_ldaps, directory.security == Security::Ldaps),
            choice("starttls", t.ldap_start_tls, directory.security == Security::StartTls),
        ],
        authorities: input("authorities", directory.authorities_pem.as_deref().unwrap_or_default()),
        authorities_file: FileInput {
            problem: words::problem(t, errors, "authoritiesFile")
                .map(|_| Problem::Other(t.ldap_problem_no_certificate.to_owned())),
            ..FileInput::default()
        },
        bind_dn: input("bindDn", &directory.bind_dn),
        bind_password: input("bindPassword", ""),
        people_base: input("peopleBase", &directory.people_base),
        people_filter: input("peopleFilter", &directory.people_filter),
        login_attributes: input("loginAttributes", &directory.login_attributes.join(" ")),
        id_attribute: input("idAttribute", &names.id),
        id_form: vec![
            choice("text", t.ldap_id_text, names.id_form == IdForm::Text),
            choice("guid", t.ldap_id_guid, names.id_form == IdForm::Guid),
        ],
        user_name_attribute: input("userNameAttribute", &names.user_name),
        display_name_attribute: input("displayNameAttribute", &names.display_name),
        mail_attribute: input("mailAttribute", &names.mail),
        principal_name_attribute: input("principalNameAttribute", names.principal_name.as_deref().unwrap_or_default()),
        group_base: input("groupBase", group_base),
        group_filter: input("groupFilter", &directory.group_filter),
        group_name_attribute: input("groupNameAttribute", &names.group_name),
        nested_groups: vec![
            choice("automatic", t.ldap_nested_automatic, nested == NestedGroups::Automatic),
            choice("member-of", t.ldap_nested_member_of, nested == NestedGroups::MemberOf),
            choice("matching-rule", t.ldap_nested_matching_rule, nested == NestedGroups::MatchingRule),
        ],
        fields,
    }
}
