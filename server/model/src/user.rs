//! People, and Nobody.

use serde::{Deserialize, Serialize};

use crate::{Timestamp, UserId, id};

pub use baton_policy::Role;

/// A person who can sign in, or the built-in Nobody.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct User {
    /// The id; [`id::NOBODY`] for Nobody.
    pub id: UserId,
    /// What the person types to sign in; unique after folding, across all sources (B10).
    pub user_name: String,
    /// The name that people read.
    pub display_name: String,
    /// Where mail reaches the person.
    pub email: Option<String>,
    /// What the person may do (B5).
    pub role: Role,
    /// Whether the person may sign in (B7).
    pub enabled: bool,
    /// Counts what ends all sessions at once: disabling, a new password, a new role (B7).
    pub epoch: i64,
    /// Counts changes of what decisions read: facts and groups.
    pub revision: i64,
    /// When the user was created.
    pub created_at: Timestamp,
}

impl User {
    /// Whether this is the built-in owner of signed-out devices.
    #[must_use]
    pub fn is_nobody(&self) -> bool {
        self.id.as_str() == id::NOBODY
    }
}
