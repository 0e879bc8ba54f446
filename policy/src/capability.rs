//! What may be done to a device, and by whom (spec E1, E2, E7, E9).

mod apps;
mod mac;
mod matrix;
mod passcode;
mod report;

use serde::{Deserialize, Serialize};

use crate::apple::{Command, decide_command};
use crate::decision::{Decision, ReasonCode, Source};
use crate::facts::DeviceFacts;
use crate::name::named;

pub use apps::{AppButton, AppDependency, AppInventory, AppOffer, AppRules, Licence, app_rules};
pub(crate) use mac::on_user_enrolled_mac;
pub use mac::{MacConfiguration, decide_mac_configuration};
pub use matrix::{Capability, decide_capability};
pub use passcode::{EffectivePasscode, PasscodeReport, PasscodeValue, report_passcode};
pub use report::{ByEnrollment, KeyReport, PayloadReport, Treatment, report_by_enrollment, report_payload};

named! {
    /// Something a person can do to a device (spec E9).
    pub enum Action {
        /// Lock the screen.
        Lock = "lock",
        /// Take the passcode off.
        ClearPasscode = "clearPasscode",
        /// Erase the whole device.
        Wipe = "wipe",
        /// End the management; what it brought is removed.
        RemoveWorkData = "removeWorkData",
        /// Restart the device.
        Restart = "restart",
        /// Shut the device down.
        ShutDown = "shutDown",
        /// Say that the device is lost; Baton tells the help desk.
        ReportLost = "reportLost",
        /// Turn Apple's lost mode on.
        EnableLostMode = "enableLostMode",
        /// Turn Apple's lost mode off.
        DisableLostMode = "disableLostMode",
        /// Ask where the lost device is.
        Locate = "locate",
        /// Ask the device to contact the server now.
        ForceCheckIn = "forceCheckIn",
        /// Change Baton's label and, where Apple allows, the name on the device.
        Rename = "rename",
        /// Write to the holder.
        Message = "message",
        /// Install an app.
        InstallApp = "installApp",
        /// Remove an app with its data.
        RemoveApp = "removeApp",
        /// Ask the device for its facts, profiles and apps.
        RefreshInventory = "refreshInventory",
    }
}

named! {
    /// What a person is in Baton (spec B5).
    pub enum Role {
        /// Uses devices.
        User = "user",
        /// Helps those who do.
        HelpDesk = "helpDesk",
        /// Reads everything, changes nothing.
        Auditor = "auditor",
        /// Runs the organisation's devices.
        Administrator = "administrator",
    }
}

/// Who wants to do something to a device.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct Actor {
    /// Their role.
    pub role: Role,
    /// Whether the device is assigned to them.
    pub is_holder: bool,
    /// Whether the device is handed from person to person.
    pub device_is_shared: bool,
}

/// Whether the actor may do this to the device (spec E7: asked at the request, at queueing and
/// at delivery). Apple's table comes first; Baton's rules and the actor's role only narrow it.
#[must_use]
pub fn decide_action(action: Action, facts: &DeviceFacts, actor: &Actor) -> Decision {
    on_device(action, facts).narrowed_by(by_actor(action, actor))
}

/// Whether anybody may.
fn on_device(action: Action, facts: &DeviceFacts) -> Decision {
    let yes = Decision::allow(ReasonCode::Allowed, Source::Product);
    match action {
        // These two are Baton's own and reach people, not the device.
        Action::ReportLost | Action::Message => yes,
        // The label always changes; Apple decides about the name on the device.
        Action::Rename => {
            let own_name = decide_command(Command::SettingsDeviceName, facts);
            if own_name.permits() { own_name } else { Decision::partial(ReasonCode::LabelOnly, own_name.source) }
        }
        Action::Locate | Action::DisableLostMode => {
            decide_command(command(action), facts).narrowed_by(in_lost_mode(facts))
        }
        Action::Lock
        | Action::ClearPasscode
        | Action::Wipe
        | Action::RemoveWorkData
        | Action::Restart
        | Action::ShutDown
        | Action::EnableLostMode
        | Action::ForceCheckIn
        | Action::InstallApp
        | Action::RemoveApp
        | Action::RefreshInventory => decide_command(command(action), facts),
    }
}

/// The command that does the main part of an action.
const fn command(action: Action) -> Command {
    match action {
        Action::Lock => Command::DeviceLock,
        Action::ClearPasscode => Command::ClearPasscode,
        Action::Wipe => Command::EraseDevice,
        // Never a wipe: the profile that carries the management is removed.
        Action::RemoveWorkData => Command::RemoveProfile,
        Action::Restart => Command::RestartDevice,
        Action::ShutDown => Command::ShutDownDevice,
        Action::EnableLostMode => Command::EnableLostMode,
        Action::DisableLostMode => Command::DisableLostMode,
        Action::Locate => Command::DeviceLocation,
        Action::Rename => Command::SettingsDeviceName,
        Action::InstallApp => Command::InstallApplication,
        Action::RemoveApp => Command::RemoveApplication,
        Action::ForceCheckIn | Action::RefreshInventory | Action::ReportLost | Action::Message => {
            Command::DeviceInformation
        }
    }
}

fn in_lost_mode(facts: &DeviceFacts) -> Decision {
    Decision::require(
        facts.lost_mode.test(|&on| on),
        ReasonCode::NeedsLostMode,
        ReasonCode::LostModeUnknown,
        Source::Apple,
    )
    .unwrap_or(Decision::allow(ReasonCode::Allowed, Source::Apple))
}

/// Whether this actor may, on a device that can.
fn by_actor(action: Action, actor: &Actor) -> Decision {
    let yes = Decision::allow(ReasonCode::Allowed, Source::Product);
    if role_includes(actor.role, action) {
        return yes;
    }
    if actor.is_holder && holder_may(action, actor.device_is_shared) {
        return yes;
    }
    let reason = match actor.role {
        Role::User | Role::Auditor if actor.is_holder && actor.device_is_shared => ReasonCode::SharedDevice,
        Role::User if !actor.is_holder => ReasonCode::NotTheHolder,
        Role::User | Role::HelpDesk | Role::Auditor | Role::Administrator => ReasonCode::RoleMayNot,
    };
    Decision::deny(reason, Source::Organisation)
}

/// What a role may do to any device.
const fn role_includes(role: Role, action: Action) -> bool {
    match role {
        Role::Administrator => true,
        // Help desk helps; what destroys data is for administrators.
        Role::HelpDesk => !matches!(action, Action::Wipe | Action::RemoveWorkData),
        Role::User | Role::Auditor => false,
    }
}

/// What the holder may do to the own device, whatever the role (spec E9, I1).
const fn holder_may(action: Action, device_is_shared: bool) -> bool {
    if device_is_shared {
        matches!(action, Action::Lock | Action::ReportLost)
    } else {
        !matches!(action, Action::Message)
    }
}
