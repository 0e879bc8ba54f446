//! Passkeys (B8).

use crate::{PasskeyId, Timestamp, UserId};

/// A passkey of a person: a credential with which they sign in and confirm that it is them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Passkey {
    /// Its id here.
    pub id: PasskeyId,
    /// Whose.
    pub user_id: UserId,
    /// The credential id that its authenticator chose.
    pub credential: Vec<u8>,
    /// Its public key, as the identity crate wrote it.
    pub public_key: Vec<u8>,
    /// What changes with each use, such as the counter of signatures, as the identity crate wrote it.
    pub state: Vec<u8>,
    /// What its owner calls it.
    pub name: String,
    /// Whether its owner's devices share it (WebAuthn's backup eligibility), rather than one having it alone.
    pub is_synced: bool,
    /// When it was registered.
    pub created_at: Timestamp,
    /// When it was last used.
    pub used_at: Option<Timestamp>,
}
