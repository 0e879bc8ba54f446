//! Where people come from besides Baton itself: directories and identity providers (B2, B3).

use crate::{SourceId, Timestamp, UserId, text_enum};

pub use baton_policy::Role;

text_enum!(
    /// What a source is.
    SourceKind {
        /// A directory that speaks LDAP.
        Ldap = "ldap",
        /// A provider that speaks OpenID Connect.
        OpenId = "openid",
    }
);

text_enum!(
    /// What is selected in a directory.
    SelectionKind {
        /// A person.
        Person = "person",
        /// A group: the people in it and in its groups.
        Group = "group",
        /// An organisational unit: the people in it and below.
        OrganisationalUnit = "unit",
        /// Everybody there is.
        Everybody = "everybody",
    }
);

/// A directory or an identity provider.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Source {
    /// The id.
    pub id: SourceId,
    /// What it is.
    pub kind: SourceKind,
    /// What people call it; unique after folding.
    pub name: String,
    /// Whether its people may sign in, and whether it is read.
    pub enabled: bool,
    /// How to reach it and what to make of its people, as JSON, sealed: there is a password in it.
    pub sealed_settings: Vec<u8>,
    /// Counts changes.
    pub revision: i64,
    /// When it was added.
    pub created_at: Timestamp,
    /// Minutes from one sync to the next; `None` for none by itself.
    pub sync_minutes: Option<i64>,
}

/// How the last sync of a source went.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SyncState {
    /// When the next one is due, if one is.
    pub due_at: Option<Timestamp>,
    /// When one last succeeded.
    pub succeeded_at: Option<Timestamp>,
    /// When one was last tried.
    pub tried_at: Option<Timestamp>,
    /// Why the last one did not succeed, in a stable word.
    pub problem: Option<String>,
    /// What the last successful one did, as JSON.
    pub outcome: Option<String>,
    /// Where the directory's changes after it will be, where it says so.
    pub delta_link: Option<String>,
}

/// An entry of a directory whose people are users of Baton.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SourceSelection {
    /// What it is.
    pub kind: SelectionKind,
    /// What the directory knows it by; empty where it has nothing that lasts.
    pub entry_id: String,
    /// Where it was when it was selected; empty where entries have no such name.
    pub dn: String,
    /// Its name for people.
    pub name: String,
}

/// A group of a source whose members get a role (B5).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SourceRole {
    /// What the source knows the group by, or its value in the claim of groups.
    pub group: String,
    /// Its name for people.
    pub name: String,
    /// The role.
    pub role: Role,
}

/// What a source knows a user by. Never a name or an address: those get new owners.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct IdentityKey {
    /// The source.
    pub source_id: SourceId,
    /// Whose word it is there: the tenant or the issuer; empty for a directory.
    pub authority: String,
    /// Who it is for that authority.
    pub subject: String,
}

/// A user who comes from a source.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UserIdentity {
    /// The user.
    pub user_id: UserId,
    /// What the source knows them by.
    pub key: IdentityKey,
    /// The user principal name, where the source has one.
    pub principal_name: Option<String>,
    /// Whether it was a sync that disabled them, because they left the source or are disabled there: it may enable them
    /// again. Whom an administrator disabled stays so.
    pub gone: bool,
}

/// A login that is on its way to a provider and back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PendingLogin {
    /// SHA-256 of the login's state, in lower-case hex.
    pub state_hash: String,
    /// The provider.
    pub source_id: SourceId,
    /// What must be remembered, sealed.
    pub sealed: Vec<u8>,
    /// Where it began, as a keyed hash; `None` where that is not known.
    pub network: Option<String>,
    /// When it cannot be finished any more.
    pub expires_at: Timestamp,
}

/// How the provider's own session is ended together with a session here (A6).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProviderSession {
    /// The provider.
    pub source_id: SourceId,
    /// The ID token, sealed.
    pub sealed_token: Vec<u8>,
}
