//! Commands: one thing to do on one device.

use crate::{CommandId, DeviceId, EnrollmentId, HandoverId, ItemId, Timestamp, text_enum};

text_enum!(
    /// What a command asks of the device: Apple's RequestType.
    CommandKind {
        /// Install or replace a profile.
        InstallProfile = "InstallProfile",
        /// Remove a profile by its identifier.
        RemoveProfile = "RemoveProfile",
        /// Install an app.
        InstallApplication = "InstallApplication",
        /// Remove a managed app with its data.
        RemoveApplication = "RemoveApplication",
        /// List the profiles, to settle what is there.
        ProfileList = "ProfileList",
        /// List the managed apps, to settle what is there.
        ManagedApplicationList = "ManagedApplicationList",
        /// Ask for facts.
        DeviceInformation = "DeviceInformation",
    }
);

text_enum!(
    /// Where a command stands.
    CommandStatus {
        /// Not yet given to the device. Only these can be superseded.
        Queued = "queued",
        /// Given to the device at least once; the device may have done it.
        Sent = "sent",
        /// The device cannot do it now; it keeps its place.
        NotNow = "not-now",
        /// The device did it, or for apps accepted it.
        Acknowledged = "acknowledged",
        /// The device refused it.
        Error = "error",
        /// Withdrawn before it was given to the device.
        Superseded = "superseded",
        /// Given to the device, never answered, and no longer wanted. A late answer still counts.
        Lapsed = "lapsed",
    }
);

impl CommandStatus {
    /// Whether the device still owes an answer.
    #[must_use]
    pub const fn is_open(self) -> bool {
        matches!(self, Self::Queued | Self::Sent | Self::NotNow)
    }
}

/// A command as the database keeps it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Command {
    /// Apple's CommandUUID; the same on every delivery.
    pub id: CommandId,
    /// The device.
    pub device_id: DeviceId,
    /// The enrollment it was queued for; a later enrollment never gets it.
    pub enrollment_id: EnrollmentId,
    /// Its place in the device's queue: ascending, unique per device.
    pub seq: i64,
    /// The handover it belongs to.
    pub handover_id: Option<HandoverId>,
    /// The item it installs or removes.
    pub item_id: Option<ItemId>,
    /// The item's rendering.
    pub rendering: Option<String>,
    /// What it asks.
    pub kind: CommandKind,
    /// PayloadIdentifier or bundle identifier, for installing and removing.
    pub identifier: Option<String>,
    /// What people call it in lists: the item's name.
    pub label: String,
    /// The plist to send, sealed; dropped once answered.
    pub body: Option<Vec<u8>>,
    /// Where it stands.
    pub status: CommandStatus,
    /// How often it was given to the device.
    pub deliveries: i64,
    /// Not to be given before this time (back-off).
    pub not_before: Timestamp,
    /// When it was queued.
    pub queued_at: Timestamp,
    /// When it was first given to the device.
    pub sent_at: Option<Timestamp>,
    /// When the device last answered it.
    pub answered_at: Option<Timestamp>,
    /// The device's words for an error, for operators.
    pub error: Option<String>,
}

/// A command to be queued. Its place, status and times are the store's to set.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewCommand {
    /// Apple's CommandUUID.
    pub id: CommandId,
    /// The device.
    pub device_id: DeviceId,
    /// The enrollment.
    pub enrollment_id: EnrollmentId,
    /// The handover it belongs to.
    pub handover_id: Option<HandoverId>,
    /// The item it installs or removes.
    pub item_id: Option<ItemId>,
    /// The item's rendering.
    pub rendering: Option<String>,
    /// What it asks.
    pub kind: CommandKind,
    /// PayloadIdentifier or bundle identifier.
    pub identifier: Option<String>,
    /// What people call it.
    pub label: String,
    /// The plist to send, sealed.
    pub body: Vec<u8>,
    /// Not to be given before this time.
    pub not_before: Timestamp,
}
