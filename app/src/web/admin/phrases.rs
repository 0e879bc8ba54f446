//! From the services' words to the console's words and sentences.

use baton_core::{fleet::Concern, handover::ItemLine};
use baton_model::{CommandKind, CommandStatus as CoreStatus, FleetState as CoreFleet, PushProblem, Role as CoreRole};

pub use crate::locale::rules::{alternative, finding, reason};
use crate::{
    locale::{Texts, fill},
    pages::admin::device::log::CommandStatus,
    ui::{fleet::FleetState, role::Role},
};

/// Why a device needs somebody.
pub fn concern(t: &Texts, concern: &Concern) -> String {
    match concern {
        Concern::Failed(ItemLine { label, leaves: false, .. }) => fill(t.concern_install, &[("name", label)]),
        Concern::Failed(ItemLine { label, .. }) => fill(t.concern_removal, &[("name", label)]),
        Concern::CleaningSlow => t.concern_cleaning.to_owned(),
        Concern::EnrollingSlow => t.concern_enrolling.to_owned(),
        Concern::ReportedLost => t.concern_lost.to_owned(),
        Concern::WipeHeld => t.concern_wipe_held.to_owned(),
        Concern::Unreachable(PushProblem::TokenGone) => t.concern_token_gone.to_owned(),
        Concern::Unreachable(PushProblem::TokenRefused) => t.concern_token_refused.to_owned(),
    }
}

/// What a command asks of the device.
pub const fn action(t: &Texts, kind: CommandKind) -> &'static str {
    match kind {
        CommandKind::InstallProfile => t.action_install_profile,
        CommandKind::RemoveProfile => t.action_remove_profile,
        CommandKind::InstallApplication => t.action_install_app,
        CommandKind::RemoveApplication => t.action_remove_app,
        CommandKind::ProfileList => t.action_list_profiles,
        CommandKind::ManagedApplicationList => t.action_list_apps,
        CommandKind::DeviceInformation => t.action_device_information,
        CommandKind::DeviceLock => t.do_lock,
        CommandKind::ClearPasscode => t.do_clear_passcode,
        CommandKind::EraseDevice => t.do_wipe,
        CommandKind::RestartDevice => t.do_restart,
        CommandKind::ShutDownDevice => t.do_shut_down,
        CommandKind::EnableLostMode => t.do_lost_mode_on,
        CommandKind::DisableLostMode => t.do_lost_mode_off,
        CommandKind::DeviceLocation => t.do_locate,
        CommandKind::Settings => t.action_settings,
    }
}

/// What it means that the device refused a command.
pub const fn command_error(t: &Texts, kind: CommandKind) -> &'static str {
    match kind {
        CommandKind::InstallProfile => t.command_error_profile,
        CommandKind::InstallApplication => t.command_error_app,
        CommandKind::RemoveProfile | CommandKind::RemoveApplication => t.command_error_removal,
        CommandKind::ProfileList
        | CommandKind::ManagedApplicationList
        | CommandKind::DeviceInformation
        | CommandKind::DeviceLock
        | CommandKind::ClearPasscode
        | CommandKind::EraseDevice
        | CommandKind::RestartDevice
        | CommandKind::ShutDownDevice
        | CommandKind::EnableLostMode
        | CommandKind::DisableLostMode
        | CommandKind::DeviceLocation
        | CommandKind::Settings => t.command_error_other,
    }
}

/// Where a command stands.
pub const fn command_status(status: CoreStatus) -> CommandStatus {
    match status {
        CoreStatus::Queued => CommandStatus::Queued,
        CoreStatus::Sent => CommandStatus::Sent,
        CoreStatus::NotNow => CommandStatus::NotNow,
        CoreStatus::Acknowledged => CommandStatus::Acknowledged,
        CoreStatus::Error => CommandStatus::Error,
        CoreStatus::Superseded => CommandStatus::Superseded,
        CoreStatus::Lapsed => CommandStatus::Lapsed,
        CoreStatus::Held => CommandStatus::Held,
        CoreStatus::Withheld => CommandStatus::Withheld,
        CoreStatus::OutcomeUnknown => CommandStatus::OutcomeUnknown,
    }
}

/// How a device stands.
pub const fn fleet(state: CoreFleet) -> FleetState {
    match state {
        CoreFleet::InUse => FleetState::InUse,
        CoreFleet::Free => FleetState::Free,
        CoreFleet::Changing => FleetState::Changing,
        CoreFleet::Attention => FleetState::Attention,
        CoreFleet::Enrolling => FleetState::Enrolling,
        CoreFleet::Gone => FleetState::Gone,
    }
}

/// A role as pages show it.
pub const fn role(role: CoreRole) -> Role {
    match role {
        CoreRole::User => Role::User,
        CoreRole::HelpDesk => Role::HelpDesk,
        CoreRole::Auditor => Role::Auditor,
        CoreRole::Administrator => Role::Administrator,
    }
}

/// The role for a value of a form.
pub fn role_from(code: &str) -> Option<CoreRole> {
    [CoreRole::User, CoreRole::HelpDesk, CoreRole::Auditor, CoreRole::Administrator]
        .into_iter()
        .find(|each| role(*each).code() == code)
}

#[cfg(test)]
mod tests {
    use baton_model::{CommandStatus as CoreStatus, FleetState as CoreFleet};

    use super::*;

    #[test]
    fn pages_and_services_name_states_alike() {
        for state in CoreFleet::ALL {
            assert_eq!(fleet(*state).code(), state.as_str());
        }
        for status in CoreStatus::ALL {
            assert_eq!(command_status(*status).code(), status.as_str());
        }
    }
}
