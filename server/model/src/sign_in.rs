//! Failed sign-ins that count against further ones.

use crate::Timestamp;

/// How often signing in failed lately, for one thing that failures are counted for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignInAttempts {
    /// What they are counted for: a kind, a colon, and a MAC.
    pub key: String,
    /// How many failed in a row; at least one.
    pub failures: i64,
    /// When the last one was made.
    pub last_at: Timestamp,
}
