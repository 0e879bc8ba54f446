//! Sessions of people (B7).

use crate::{DeviceId, Timestamp, UserId, text_enum};

text_enum!(
    /// Where a session was opened.
    SessionKind {
        /// In the portal or the console.
        Portal = "portal",
        /// On the web clip of a shared device; ends at sign-out.
        Clip = "clip",
    }
);

/// A session. The cookie holds the id; the database holds its hash.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Session {
    /// SHA-256 of the id, in lower-case hex.
    pub id_hash: String,
    /// Who.
    pub user_id: UserId,
    /// Where.
    pub kind: SessionKind,
    /// The device of a clip session.
    pub device_id: Option<DeviceId>,
    /// The kind of browser that opened it, in a word or two.
    pub browser: Option<String>,
    /// The user's epoch when it was opened.
    pub epoch: i64,
    /// When it was opened.
    pub created_at: Timestamp,
    /// When it was last used, to the minute.
    pub last_seen_at: Timestamp,
    /// When whoever has it last proved who they are: at the login, or since (B8). `None` for logins that prove too little.
    pub confirmed_at: Option<Timestamp>,
    /// When it ends whatever happens.
    pub expires_at: Timestamp,
}
