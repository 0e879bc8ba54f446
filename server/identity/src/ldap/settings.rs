//! What an administrator says about a directory (B2).

use std::time::Duration;

use super::{guid, secret::Secret};

/// How the connection is encrypted. There is no third way: a password never travels in the clear.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Security {
    /// TLS from the first byte, usually on port 636.
    Ldaps,
    /// A plain connection that is turned into TLS before anything else is said, usually on port 389.
    StartTls,
}

impl Security {
    /// The port that servers listen on for it.
    #[must_use]
    pub fn usual_port(self) -> u16 {
        match self {
            Self::Ldaps => 636,
            Self::StartTls => 389,
        }
    }
}

/// One directory: where it is, as whom to ask it, and where in it people and groups are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LdapSettings {
    /// A name or an IP address; the server's certificate must be for it.
    pub host: String,
    /// Usually [`Security::usual_port`].
    pub port: u16,
    /// How the connection is encrypted.
    pub security: Security,
    /// Certificates in PEM of authorities that alone may vouch for the server; without them the system's.
    pub authorities_pem: Option<String>,
    /// As whom Baton searches.
    pub bind_dn: String,
    /// That entry's password.
    pub bind_password: Secret,
    /// Where people are, at any depth.
    pub people_base: String,
    /// Who counts as a person, such as `(objectClass=inetOrgPerson)`.
    pub people_filter: String,
    /// What the attributes are called.
    pub attributes: Attributes,
    /// Attributes whose value a person may type as user name.
    pub login_attributes: Vec<String>,
    /// Where groups are, at any depth.
    pub group_base: String,
    /// What counts as a group, such as `(objectClass=groupOfNames)`.
    pub group_filter: String,
    /// How groups in groups are found.
    pub nested_groups: NestedGroups,
    /// What a slow or lavish server may cost.
    pub limits: Limits,
}

/// What the attributes of people are called; a group's id is in the same one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attributes {
    /// What never changes, also when the person is renamed or moved.
    pub id: String,
    /// How that is written.
    pub id_form: IdForm,
    /// The name in Baton.
    pub user_name: String,
    /// The name that people read.
    pub display_name: String,
    /// The mail address.
    pub mail: String,
    /// The user principal name; where the directory has none, there is none.
    pub principal_name: Option<String>,
    /// The name of a group.
    pub group_name: String,
}

/// How a stable id is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum IdForm {
    /// As text: `entryUUID` and its like.
    Text,
    /// As sixteen bytes in Microsoft's order: `objectGUID`.
    Guid,
}

impl IdForm {
    /// The id as text, the same for each spelling; nothing if it is none.
    #[must_use]
    pub fn canonical(self, value: &[u8]) -> Option<String> {
        match self {
            Self::Text => guid::from_text(value),
            Self::Guid => guid::from_bytes(value),
        }
    }

    /// The value that the directory is asked for by this id.
    #[must_use]
    pub fn to_value(self, id: &str) -> Option<Vec<u8>> {
        match self {
            Self::Text => Some(id.as_bytes().to_vec()),
            Self::Guid => guid::to_bytes(id),
        }
    }
}

/// How groups in groups are found.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum NestedGroups {
    /// As the server says of itself: [`Self::MatchingRule`] with Active Directory, else [`Self::MemberOf`].
    #[default]
    Automatic,
    /// From `memberOf` to `memberOf`: works wherever the directory keeps that attribute.
    MemberOf,
    /// The server does it, by Active Directory's rule 1.2.840.113556.1.4.1941.
    MatchingRule,
}

/// What a slow or lavish server may cost.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// How long each step may take: finding the name, connecting, TLS, a bind, one page of a search.
    pub step: Duration,
    /// The most entries of one answer, over all its pages.
    pub entries: usize,
    /// The most bytes of one page, and so of any message.
    pub bytes: usize,
    /// How many entries are asked for at once (RFC 2696).
    pub page: u32,
    /// The most groups of one person, and the most groups inside of one group, nested ones included.
    pub groups: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            step: Duration::from_secs(10),
            entries: 200_000,
            bytes: 8 * 1024 * 1024,
            // Active Directory sends no more than a thousand at once.
            page: 500,
            groups: 1000,
        }
    }
}

impl LdapSettings {
    /// What an OpenLDAP server usually needs, below this base such as `dc=example,dc=com`. Host, bind DN and password
    /// are still to be filled in.
    #[must_use]
    pub fn open_ldap(base: &str) -> Self {
        Self {
            host: String::new(),
            port: Security::Ldaps.usual_port(),
            security: Security::Ldaps,
            authorities_pem: None,
            bind_dn: String::new(),
            bind_password: Secret::default(),
            people_base: base.to_owned(),
            people_filter: "(objectClass=inetOrgPerson)".to_owned(),
            attributes: Attributes {
                id: "entryUUID".to_owned(),
                id_form: IdForm::Text,
                user_name: "uid".to_owned(),
                display_name: "cn".to_owned(),
                mail: "mail".to_owned(),
                principal_name: None,
                group_name: "cn".to_owned(),
            },
            login_attributes: vec!["uid".to_owned(), "mail".to_owned()],
            group_base: base.to_owned(),
            group_filter: "(|(objectClass=groupOfNames)(objectClass=groupOfUniqueNames))".to_owned(),
            nested_groups: NestedGroups::Automatic,
            limits: Limits::default(),
        }
    }

    /// What Active Directory usually needs, below this base such as `dc=corp,dc=example,dc=com`. Host, bind DN and
    /// password are still to be filled in.
    #[must_use]
    pub fn active_directory(base: &str) -> Self {
        let names = ["sAMAccountName", "userPrincipalName", "mail"];
        Self {
            people_filter: "(&(objectCategory=person)(objectClass=user))".to_owned(),
            attributes: Attributes {
                id: "objectGUID".to_owned(),
                id_form: IdForm::Guid,
                user_name: "sAMAccountName".to_owned(),
                display_name: "displayName".to_owned(),
                mail: "mail".to_owned(),
                principal_name: Some("userPrincipalName".to_owned()),
                group_name: "cn".to_owned(),
            },
            login_attributes: names.map(str::to_owned).to_vec(),
            group_filter: "(objectClass=group)".to_owned(),
            ..Self::open_ldap(base)
        }
    }
}
