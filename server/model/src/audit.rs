//! The audit log: every change and every denied attempt (H3).

use crate::{Timestamp, UserId};

/// One row of the audit log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuditEntry {
    /// The id: a UUID of version 7, ascending in time.
    pub id: String,
    /// When.
    pub at: Timestamp,
    /// Who; `None` for a device, the system, or somebody unknown.
    pub actor_id: Option<UserId>,
    /// What, such as `device.sign-in` or `distribution.save`.
    pub action: String,
    /// Whether it was allowed.
    pub allowed: bool,
    /// What kind of thing it was done to: `device`, `user`, `item`, …
    pub target_kind: String,
    /// Its id.
    pub target_id: String,
    /// Reason, before and after: a JSON object.
    pub detail: String,
}
