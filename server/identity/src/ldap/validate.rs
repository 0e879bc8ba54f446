//! Whether settings can work at all, told with the field that is wrong, before anything is sent anywhere.

use std::{fmt, time::Duration};

use rustls::pki_types::ServerName;
use thiserror::Error;

use super::{
    dn::Dn,
    filter::{Filter, FilterError, is_attribute},
    settings::LdapSettings,
    tls,
};

/// A field of [`LdapSettings`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Field {
    /// [`LdapSettings::host`].
    Host,
    /// [`LdapSettings::port`].
    Port,
    /// [`LdapSettings::authorities_pem`].
    Authorities,
    /// [`LdapSettings::bind_dn`].
    BindDn,
    /// [`LdapSettings::bind_password`].
    BindPassword,
    /// [`LdapSettings::people_base`].
    PeopleBase,
    /// [`LdapSettings::people_filter`].
    PeopleFilter,
    /// [`LdapSettings::group_base`].
    GroupBase,
    /// [`LdapSettings::group_filter`].
    GroupFilter,
    /// [`LdapSettings::login_attributes`].
    LoginAttributes,
    /// The attribute of the stable id.
    Id,
    /// The attribute of the user name.
    UserName,
    /// The attribute of the display name.
    DisplayName,
    /// The attribute of the mail address.
    Mail,
    /// The attribute of the user principal name.
    PrincipalName,
    /// The attribute of a group's name.
    GroupName,
    /// [`LdapSettings::limits`].
    Limits,
}

impl fmt::Display for Field {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Host => "host",
            Self::Port => "port",
            Self::Authorities => "certificate authority",
            Self::BindDn => "bind DN",
            Self::BindPassword => "bind password",
            Self::PeopleBase => "base DN of people",
            Self::PeopleFilter => "filter of people",
            Self::GroupBase => "base DN of groups",
            Self::GroupFilter => "filter of groups",
            Self::LoginAttributes => "login attributes",
            Self::Id => "attribute of the stable id",
            Self::UserName => "attribute of the user name",
            Self::DisplayName => "attribute of the display name",
            Self::Mail => "attribute of the mail address",
            Self::PrincipalName => "attribute of the user principal name",
            Self::GroupName => "attribute of the group's name",
            Self::Limits => "limits",
        })
    }
}

/// What is wrong with a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum Problem {
    /// Nothing is in it.
    #[error("is empty")]
    Empty,
    /// It is an address such as `ldaps://…`, or otherwise no name of a machine.
    #[error("is neither a host name nor an IP address")]
    NotAHost,
    /// It holds no certificate in PEM.
    #[error("holds no certificate in PEM")]
    NoCertificate,
    /// One of its certificates cannot be an authority's.
    #[error("holds a certificate that cannot be read")]
    BadCertificate,
    /// It is no distinguished name.
    #[error("is no distinguished name")]
    NotADn,
    /// It is no filter.
    #[error("is no filter: {0}")]
    NotAFilter(FilterError),
    /// It is no name of an attribute.
    #[error("is no name of an attribute")]
    NotAnAttribute,
    /// It is zero, or larger than anybody needs.
    #[error("are out of bounds")]
    OutOfBounds,
}

/// Settings that cannot work.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("the {field} {problem}")]
pub struct SettingsError {
    /// The first field that is wrong.
    pub field: Field,
    /// What is wrong with it.
    pub problem: Problem,
}

/// The most login attributes, and the longest a step may take.
const MAX_LOGIN_ATTRIBUTES: usize = 8;
const MAX_STEP: Duration = Duration::from_secs(120);

impl LdapSettings {
    /// Looks for the first field that cannot work.
    ///
    /// # Errors
    /// [`SettingsError`].
    pub fn validate(&self) -> Result<(), SettingsError> {
        self.check_server()?;
        self.check_places()?;
        self.check_attributes()?;
        self.check_limits()
    }

    fn check_server(&self) -> Result<(), SettingsError> {
        filled(Field::Host, &self.host)?;
        ServerName::try_from(self.host.as_str()).map_err(|_| wrong(Field::Host, Problem::NotAHost))?;
        if self.port == 0 {
            return Err(wrong(Field::Port, Problem::Empty));
        }
        if let Some(pem) = &self.authorities_pem {
            tls::authorities(pem).map_err(|problem| wrong(Field::Authorities, problem))?;
        }
        filled(Field::BindDn, &self.bind_dn)?;
        dn(Field::BindDn, &self.bind_dn)?;
        // A bind with a name and no password succeeds as nobody (RFC 4513, 5.1.2); it would prove nothing.
        filled(Field::BindPassword, self.bind_password.expose())
    }

    fn check_places(&self) -> Result<(), SettingsError> {
        for (field, base) in [(Field::PeopleBase, &self.people_base), (Field::GroupBase, &self.group_base)] {
            filled(field, base)?;
            dn(field, base)?;
        }
        for (field, filter) in [(Field::PeopleFilter, &self.people_filter), (Field::GroupFilter, &self.group_filter)] {
            filled(field, filter)?;
            Filter::parse(filter).map_err(|error| wrong(field, Problem::NotAFilter(error)))?;
        }
        Ok(())
    }

    fn check_attributes(&self) -> Result<(), SettingsError> {
        let names = &self.attributes;
        for (field, name) in [
            (Field::Id, &names.id),
            (Field::UserName, &names.user_name),
            (Field::DisplayName, &names.display_name),
            (Field::Mail, &names.mail),
            (Field::GroupName, &names.group_name),
        ] {
            attribute(field, name)?;
        }
        names.principal_name.iter().try_for_each(|name| attribute(Field::PrincipalName, name))?;
        if self.login_attributes.is_empty() {
            return Err(wrong(Field::LoginAttributes, Problem::Empty));
        }
        if self.login_attributes.len() > MAX_LOGIN_ATTRIBUTES {
            return Err(wrong(Field::LoginAttributes, Problem::OutOfBounds));
        }
        self.login_attributes.iter().try_for_each(|name| attribute(Field::LoginAttributes, name))
    }

    fn check_limits(&self) -> Result<(), SettingsError> {
        let limits = &self.limits;
        let counts = [limits.entries, limits.bytes, limits.groups];
        let step = !limits.step.is_zero() && limits.step <= MAX_STEP;
        if step && counts.iter().all(|&count| count > 0) && limits.page > 0 {
            return Ok(());
        }
        Err(wrong(Field::Limits, Problem::OutOfBounds))
    }
}

fn wrong(field: Field, problem: Problem) -> SettingsError {
    SettingsError { field, problem }
}

fn filled(field: Field, text: &str) -> Result<(), SettingsError> {
    if text.trim().is_empty() { Err(wrong(field, Problem::Empty)) } else { Ok(()) }
}

fn dn(field: Field, text: &str) -> Result<(), SettingsError> {
    Dn::parse(text).map(drop).map_err(|_| wrong(field, Problem::NotADn))
}

fn attribute(field: Field, name: &str) -> Result<(), SettingsError> {
    filled(field, name)?;
    if is_attribute(name) { Ok(()) } else { Err(wrong(field, Problem::NotAnAttribute)) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settings() -> LdapSettings {
        LdapSettings {
            host: "ldap.example.test".to_owned(),
            bind_dn: "cn=reader,dc=example,dc=test".to_owned(),
            bind_password: "secret".into(),
            ..LdapSettings::open_ldap("dc=example,dc=test")
        }
    }

    #[test]
    fn a_preset_works_once_host_and_bind_are_filled_in() {
        let active_directory = LdapSettings {
            host: "10.0.0.1".to_owned(),
            bind_dn: "cn=reader,cn=Users,dc=example,dc=test".to_owned(),
            bind_password: "secret".into(),
            ..LdapSettings::active_directory("dc=example,dc=test")
        };
        assert_eq!(settings().validate(), Ok(()));
        assert_eq!(active_directory.validate(), Ok(()));
        assert_eq!(
            LdapSettings::open_ldap("dc=example,dc=test").validate(),
            Err(SettingsError { field: Field::Host, problem: Problem::Empty })
        );
    }

    #[test]
    fn each_wrong_field_is_named() {
        type Change = fn(&mut LdapSettings);
        let cases: [(Change, Field, Problem); 17] = [
            (|it| it.host = "ldaps://ldap.example.test".to_owned(), Field::Host, Problem::NotAHost),
            (|it| it.host = "two words".to_owned(), Field::Host, Problem::NotAHost),
            (|it| it.port = 0, Field::Port, Problem::Empty),
            (|it| it.authorities_pem = Some("nonsense".to_owned()), Field::Authorities, Problem::NoCertificate),
            (|it| it.bind_dn = "EXAMPLE\\reader".to_owned(), Field::BindDn, Problem::NotADn),
            (|it| it.bind_password = "".into(), Field::BindPassword, Problem::Empty),
            (|it| it.people_base = "people".to_owned(), Field::PeopleBase, Problem::NotADn),
            (|it| it.group_base = " ".to_owned(), Field::GroupBase, Problem::Empty),
            (
                |it| it.people_filter = "objectClass=person".to_owned(),
                Field::PeopleFilter,
                Problem::NotAFilter(FilterError::Syntax { at: 1 }),
            ),
            (|it| it.group_filter = String::new(), Field::GroupFilter, Problem::Empty),
            (|it| it.attributes.id = "entry UUID".to_owned(), Field::Id, Problem::NotAnAttribute),
            (|it| it.attributes.user_name = "uid)(x=*".to_owned(), Field::UserName, Problem::NotAnAttribute),
            (|it| it.attributes.mail = String::new(), Field::Mail, Problem::Empty),
            (|it| it.login_attributes.clear(), Field::LoginAttributes, Problem::Empty),
            (|it| it.login_attributes.push("*".to_owned()), Field::LoginAttributes, Problem::NotAnAttribute),
            (|it| it.limits.step = Duration::ZERO, Field::Limits, Problem::OutOfBounds),
            (|it| it.limits.page = 0, Field::Limits, Problem::OutOfBounds),
        ];
        for (change, field, problem) in cases {
            let mut settings = settings();
            change(&mut settings);
            assert_eq!(settings.validate(), Err(SettingsError { field, problem }));
        }
    }

    #[test]
    fn settings_do_not_print_their_password() {
        assert!(!format!("{:?}", settings()).contains("secret"));
    }
}
