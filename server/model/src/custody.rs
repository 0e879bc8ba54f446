//! Custody: who held a device, from when to when, and how it ended (A19).

use crate::{DeviceId, Timestamp, UserId, text_enum};

text_enum!(
    /// Why a device changed hands.
    CustodyCause {
        /// It enrolled, held by Nobody.
        Enrolled = "enrolled",
        /// The holder signed in.
        SignedIn = "signed-in",
        /// The holder signed out.
        SignedOut = "signed-out",
        /// Somebody with the device in hand ended the session without signing in (A3).
        SignedOutByPossession = "signed-out-by-possession",
        /// Help desk or an administrator released it (A7).
        Released = "released",
        /// It left management.
        Unenrolled = "unenrolled",
        /// It was erased.
        Erased = "erased",
    }
);

/// One entry of a device's custody chain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CustodyEntry {
    /// The device.
    pub device_id: DeviceId,
    /// 1 for the first entry, then without gaps.
    pub seq: i64,
    /// From when.
    pub at: Timestamp,
    /// Who holds it from then on.
    pub holder_id: UserId,
    /// Why.
    pub cause: CustodyCause,
    /// Who did it; `None` for the device or the system.
    pub actor_id: Option<UserId>,
    /// The MAC of the entry before, in hex; empty for the first.
    pub previous_mac: String,
    /// The MAC over this entry and the one before, in hex.
    pub mac: String,
}

/// A custody entry to be appended; the chain's place and MAC come from the entry before.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewCustodyEntry {
    /// The device.
    pub device_id: DeviceId,
    /// From when.
    pub at: Timestamp,
    /// Who holds it from then on.
    pub holder_id: UserId,
    /// Why.
    pub cause: CustodyCause,
    /// Who did it.
    pub actor_id: Option<UserId>,
}
