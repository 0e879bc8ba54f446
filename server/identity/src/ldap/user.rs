//! A person as a directory describes them.

use super::{entry::Entry, error::LdapError, settings::LdapSettings, wire::response::one_line};

/// Where Active Directory keeps flags, and the one that disables ([MS-ADTS] 2.2.16).
const FLAGS: &str = "userAccountControl";
const DISABLED: u32 = 2;

/// A person of a directory.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct DirectoryUser {
    /// Never changes; what Baton knows the person by.
    pub id: String,
    /// Where the entry is now.
    pub dn: String,
    /// The user name.
    pub user_name: String,
    /// The name that people read.
    pub display_name: Option<String>,
    /// The mail address.
    pub mail: Option<String>,
    /// The user principal name.
    pub principal_name: Option<String>,
    /// Active Directory's own word that the account is disabled.
    pub disabled: bool,
}

impl DirectoryUser {
    pub(crate) fn read(settings: &LdapSettings, entry: &Entry) -> Result<Self, LdapError> {
        let names = &settings.attributes;
        let text = |name: &str| entry.text(name).map(str::to_owned);
        Ok(Self {
            id: id(settings, entry)?,
            dn: entry.dn.clone(),
            user_name: text(&names.user_name).ok_or_else(|| missing(entry, &names.user_name))?,
            display_name: text(&names.display_name),
            mail: text(&names.mail),
            principal_name: names.principal_name.as_deref().and_then(text),
            disabled: is_disabled(entry),
        })
    }
}

/// What to ask for to know a person.
pub(crate) fn attributes(settings: &LdapSettings) -> Vec<String> {
    let names = &settings.attributes;
    let mut wanted = vec![&names.id, &names.user_name, &names.display_name, &names.mail];
    wanted.extend(&names.principal_name);
    wanted.into_iter().cloned().chain([FLAGS.to_owned()]).collect()
}

/// The stable id of an entry.
pub(crate) fn id(settings: &LdapSettings, entry: &Entry) -> Result<String, LdapError> {
    let names = &settings.attributes;
    let id = entry.values(&names.id).next().and_then(|value| names.id_form.canonical(value));
    id.ok_or_else(|| missing(entry, &names.id))
}

pub(crate) fn missing(entry: &Entry, attribute: &str) -> LdapError {
    LdapError::MissingAttribute { dn: one_line(entry.dn.as_bytes()), attribute: attribute.to_owned() }
}

fn is_disabled(entry: &Entry) -> bool {
    // The number is signed there.
    let flags = entry.text(FLAGS).and_then(|flags| flags.parse::<i64>().ok());
    flags.is_some_and(|flags| flags & i64::from(DISABLED) != 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_name_of_an_entry_is_one_line_in_an_error() {
        let entry = Entry { dn: format!("uid=ada\n{}", "x".repeat(5000)), attributes: Vec::new() };
        let error = missing(&entry, "entryUUID").to_string();
        assert!(!error.contains('\n') && error.len() < 400, "{error}");
    }
}
