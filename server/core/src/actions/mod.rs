//! Actions on devices (E7, E9): lock, wipe, remove work data and the rest.
//!
//! Whether an action is allowed is decided three times by the same rule over what is true then: when somebody asks for
//! it, when its commands are queued under the device's lock, and when the device is about to get them. A refusal is
//! audited at each of the three. Commands keep who asked, why, and what came of it.

mod brake;
pub(crate) mod gate;
mod list;
mod orders;
mod place;
mod request;
mod settle;

pub(crate) use list::actions_of;
pub use list::{DeviceActions, Offer, OrderLine, Place};
pub(crate) use place::rename;
pub(crate) use settle::answered;

use baton_policy::{Action, Decision};
use thiserror::Error;

use crate::CoreError;

/// The actions that portal and console offer, the everyday ones first. Installing and removing apps is what distributions
/// are for, and a message waits for mail.
pub const OFFERED: &[Action] = &[
    Action::Lock,
    Action::Rename,
    Action::RefreshInventory,
    Action::ForceCheckIn,
    Action::ReportLost,
    Action::EnableLostMode,
    Action::Locate,
    Action::DisableLostMode,
    Action::Restart,
    Action::ShutDown,
    Action::ClearPasscode,
    Action::RemoveWorkData,
    Action::Wipe,
];

/// Whether the action destroys something that cannot be brought back, so that whoever asks for it must say that they know.
#[must_use]
pub const fn is_destructive(action: Action) -> bool {
    matches!(action, Action::Wipe | Action::RemoveWorkData)
}

/// Whether whoever asks for it must have proved within five minutes who they are (B8).
#[must_use]
pub const fn needs_confirmation(action: Action) -> bool {
    matches!(action, Action::Wipe | Action::ClearPasscode)
}

/// Whether whoever asks for it for somebody else's device must say why.
#[must_use]
pub const fn needs_a_reason(action: Action) -> bool {
    matches!(
        action,
        Action::Wipe
            | Action::RemoveWorkData
            | Action::ClearPasscode
            | Action::EnableLostMode
            | Action::Locate
            | Action::ShutDown
    )
}

/// What a person enters for an action. What the action does not use is ignored.
#[derive(Clone, Debug)]
pub struct ActionForm {
    /// Which one.
    pub action: Action,
    /// Why.
    pub reason: String,
    /// The text for the lock screen.
    pub message: String,
    /// The number for the lock screen.
    pub phone_number: String,
    /// The new name.
    pub name: String,
    /// Whether the person said that they know what will be lost.
    pub is_confirmed: bool,
}

impl ActionForm {
    /// The form of an action with nothing entered.
    #[must_use]
    pub const fn new(action: Action) -> Self {
        Self {
            action,
            reason: String::new(),
            message: String::new(),
            phone_number: String::new(),
            name: String::new(),
            is_confirmed: false,
        }
    }
}

/// What became of a request for an action.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Requested {
    /// It is done: nothing of it needs the device.
    Done,
    /// The device gets it as soon as it can be reached.
    Queued,
    /// A second administrator must agree first.
    Held,
}

/// Why an action was not taken on. Nothing was changed.
#[derive(Debug, Error)]
pub enum ActionError {
    /// The rules deny it, or cannot tell; audited.
    #[error("denied: {} ({})", .0.reason, .0.source)]
    Denied(Decision),
    /// The device is not managed.
    #[error("the device is not managed")]
    NotManaged,
    /// The same action is under way on the device.
    #[error("the same is under way already")]
    UnderWay,
    /// The device never gave the token that clears its passcode.
    #[error("the device gave no token that clears its passcode")]
    NoUnlockToken,
    /// Whoever asked for it cannot be the second administrator; audited.
    #[error("it takes another administrator than the one who asked")]
    SameAdministrator,
    /// Fields are wrong, there is no such device, or Baton failed.
    #[error(transparent)]
    Core(#[from] CoreError),
}

impl From<baton_store::StoreError> for ActionError {
    fn from(error: baton_store::StoreError) -> Self {
        Self::Core(error.into())
    }
}

/// The name of an action in the audit log.
pub(crate) const fn event_name(action: Action) -> &'static str {
    match action {
        Action::Lock => "device.lock",
        Action::ClearPasscode => "device.clear-passcode",
        Action::Wipe => "device.wipe",
        Action::RemoveWorkData => "device.remove-work-data",
        Action::Restart => "device.restart",
        Action::ShutDown => "device.shut-down",
        Action::ReportLost => "device.report-lost",
        Action::EnableLostMode => "device.enable-lost-mode",
        Action::DisableLostMode => "device.disable-lost-mode",
        Action::Locate => "device.locate",
        Action::ForceCheckIn => "device.force-check-in",
        Action::Rename => "device.rename",
        Action::Message => "device.message",
        Action::InstallApp => "device.install-app",
        Action::RemoveApp => "device.remove-app",
        Action::RefreshInventory => "device.refresh-inventory",
    }
}
