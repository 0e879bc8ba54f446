//! Who signed in.

use std::fmt;

use baton_model::Timestamp;

use super::secret::Secret;

/// Who signed in with a provider.
#[derive(Clone, Debug)]
pub struct OpenIdIdentity {
    /// What the person is recognised by, at every login.
    pub key: StableKey,
    /// What else the provider says. It may change from one login to the next, and proves nothing.
    pub profile: Profile,
    /// When the person authenticated, if the provider says so; proven to be in this login where that was asked for.
    pub auth_time: Option<Timestamp>,
    /// The ID token, for ending the provider's session later ([`logout_url`](super::logout_url)).
    pub id_token: Secret,
}

/// What a person is recognised by (B3). Two of the same provider are equal exactly if they are the same person.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum StableKey {
    /// Entra: an object in a tenant.
    Object {
        /// `tid`.
        tenant: String,
        /// `oid`.
        object: String,
    },
    /// Any provider: a subject of an issuer.
    Subject {
        /// `iss`.
        issuer: String,
        /// `sub`.
        subject: String,
    },
}

/// What a provider says about a person.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Profile {
    /// The name to sign in with.
    pub user_name: Option<String>,
    /// The name to show.
    pub display_name: Option<String>,
    /// The mail address. Never to be taken for the person.
    pub mail: Option<String>,
    /// Whether the provider has checked the address, if it says.
    pub mail_verified: Option<bool>,
    /// The user principal name.
    pub upn: Option<String>,
    /// Groups or roles.
    pub groups: Groups,
}

/// Groups or roles, as far as the provider says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Groups {
    /// There is no such claim, or nobody asked for one. Not the same as being in no group.
    #[default]
    Absent,
    /// All of them.
    Values(Vec<String>),
    /// More than a token holds: they must be asked for
    /// ([`Graph::groups_of`](crate::graph::Graph::groups_of)).
    Overage,
}

impl StableKey {
    /// Whose word it is: the tenant or the issuer. For storing, together with [`Self::subject`].
    #[must_use]
    pub fn authority(&self) -> &str {
        match self {
            Self::Object { tenant, .. } => tenant,
            Self::Subject { issuer, .. } => issuer,
        }
    }

    /// Who it is for that authority: the object id or the subject.
    #[must_use]
    pub fn subject(&self) -> &str {
        match self {
            Self::Object { object, .. } => object,
            Self::Subject { subject, .. } => subject,
        }
    }
}

impl fmt::Display for StableKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} at {}", self.subject(), self.authority())
    }
}
