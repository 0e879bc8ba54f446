//! Handovers: a device on its way from one holder to the next, and what is on it meanwhile.

use baton_policy::Presence;

use crate::{DeviceId, HandoverId, ItemId, Timestamp, UserId, text_enum};

text_enum!(
    /// What set the handover off.
    HandoverKind {
        /// A device enrolled and gets what Nobody gets.
        Enrollment = "enrollment",
        /// Somebody signed in.
        SignIn = "sign-in",
        /// Somebody signed out, or was signed out.
        SignOut = "sign-out",
    }
);

text_enum!(
    /// Where a handover stands.
    HandoverState {
        /// The device is being brought to its desired state.
        InProgress = "in-progress",
        /// The device has what it should have, and nothing else.
        Complete = "complete",
        /// A later handover took over.
        Superseded = "superseded",
        /// The device left management before the end.
        Failed = "failed",
    }
);

/// One transition of a device.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Handover {
    /// The id.
    pub id: HandoverId,
    /// The device.
    pub device_id: DeviceId,
    /// What set it off.
    pub kind: HandoverKind,
    /// Who had the device.
    pub from_user: UserId,
    /// Who has it now.
    pub to_user: UserId,
    /// Where it stands.
    pub state: HandoverState,
    /// When it began.
    pub started_at: Timestamp,
    /// When it ended.
    pub finished_at: Option<Timestamp>,
}

text_enum!(
    /// What the page says of an item (A12).
    ItemProgress {
        /// A command is queued.
        Waiting = "waiting",
        /// The command was given to the device.
        Sent = "sent",
        /// The device accepted an app; it is not installed yet.
        Accepted = "accepted",
        /// The device asks the person to tap Install.
        TapInstall = "tap-install",
        /// The device is locked and answers later.
        DeviceLocked = "device-locked",
        /// The device accepted the removal, or said that there is nothing to remove; its own list has yet to confirm it.
        Removing = "removing",
        /// It is on the device.
        Installed = "installed",
        /// It is off the device.
        Removed = "removed",
        /// The device refused.
        Failed = "failed",
    }
);

/// One rendering of one item that is, was or might be on one device.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeviceItem {
    /// The device.
    pub device_id: DeviceId,
    /// The item; it may meanwhile be gone from the catalogue.
    pub item_id: ItemId,
    /// The hash of the content after personal substitution.
    pub rendering: String,
    /// Whether it is an app rather than a profile.
    pub is_app: bool,
    /// PayloadIdentifier or bundle identifier.
    pub identifier: String,
    /// The item's name when it was queued.
    pub label: String,
    /// Whether it is on the device.
    pub presence: Presence,
    /// What the page says.
    pub progress: ItemProgress,
    /// Whether Baton can take it off again.
    pub removable: bool,
    /// The code of a failure, `None` when all is well.
    pub failure: Option<String>,
    /// How often the last operation failed; the base of the back-off.
    pub failures: i64,
    /// When this row last changed.
    pub updated_at: Timestamp,
}
