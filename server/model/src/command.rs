//! Commands: one thing to do on one device.

use baton_policy::Action;

use crate::{CommandId, DeviceId, EnrollmentId, HandoverId, ItemId, Timestamp, UserId, text_enum};

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
        /// Lock the screen.
        DeviceLock = "DeviceLock",
        /// Take the passcode off.
        ClearPasscode = "ClearPasscode",
        /// Erase the device.
        EraseDevice = "EraseDevice",
        /// Restart the device.
        RestartDevice = "RestartDevice",
        /// Shut the device down.
        ShutDownDevice = "ShutDownDevice",
        /// Turn lost mode on.
        EnableLostMode = "EnableLostMode",
        /// Turn lost mode off.
        DisableLostMode = "DisableLostMode",
        /// Ask where a device in lost mode is.
        DeviceLocation = "DeviceLocation",
        /// Change settings of the device, such as its name.
        Settings = "Settings",
    }
);

impl CommandKind {
    /// Whether doing it twice would do harm, so that one without an answer is never given to the device again: its
    /// outcome is unknown until a person decides (E9).
    #[must_use]
    pub const fn is_done_once(self) -> bool {
        matches!(
            self,
            Self::DeviceLock | Self::ClearPasscode | Self::EraseDevice | Self::RestartDevice | Self::ShutDownDevice
        )
    }

    /// Whether a person must have asked for it: reconcile never queues it by itself.
    #[must_use]
    pub const fn needs_an_order(self) -> bool {
        self.is_done_once()
            || matches!(self, Self::EnableLostMode | Self::DisableLostMode | Self::DeviceLocation | Self::Settings)
    }

    /// Whether a locked device does it too. Such an order goes before everything that waits for the screen.
    #[must_use]
    pub const fn works_while_locked(self) -> bool {
        !matches!(
            self,
            Self::InstallProfile
                | Self::RemoveProfile
                | Self::InstallApplication
                | Self::RemoveApplication
                | Self::Settings
        )
    }
}

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
        /// It waits for a second administrator (the brake of E9).
        Held = "held",
        /// The rules did not allow it any more when the device would have got it.
        Withheld = "withheld",
        /// Given to the device once and never answered. It is not given again by itself; a late answer still counts.
        OutcomeUnknown = "outcome-unknown",
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
    /// The device's words for an error, for operators; for a withheld command the reason's code.
    pub error: Option<String>,
    /// Who asked for it, and why; `None` for what reconcile wants by itself.
    pub order: Option<Order>,
    /// What the device answered beyond yes and no, sealed.
    pub result: Option<Vec<u8>>,
}

/// Who asked for a command: a person, for an action on a device (E9).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Order {
    /// The action. One may take several commands.
    pub action: Action,
    /// Who asked.
    pub actor_id: UserId,
    /// The second administrator who released it from the brake.
    pub approver_id: Option<UserId>,
    /// Why, in the actor's words.
    pub reason: Option<String>,
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
