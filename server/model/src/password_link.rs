//! One-time links under which people choose their password (B1).

use crate::{Timestamp, UserId};

/// A link under which one person chooses a password, once. There is at most one for each person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PasswordLink {
    /// Whose password.
    pub user_id: UserId,
    /// SHA-256 of the secret in its address, in lower-case hex.
    pub secret_hash: String,
    /// Until when it works.
    pub expires_at: Timestamp,
    /// When it was made.
    pub created_at: Timestamp,
}
