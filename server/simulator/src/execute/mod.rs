//! What a phone does on command.

mod actions;
mod apps;
mod inventory;
mod lost_mode;
mod profiles;
mod rights;
mod settings;
mod user_enrollment;

use std::sync::Arc;
use std::time::Duration;

use crate::device::Device;
use crate::device::state::DeviceState;
use crate::protocol::answer::Answer;
use crate::protocol::command::Command;
use crate::script::{Fault, duration};

/// How the script wants an installation to go.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Twist {
    pub(crate) install_takes: Option<Duration>,
    pub(crate) person_refuses: bool,
    pub(crate) install_fails: bool,
}

impl Twist {
    pub(crate) fn under(fault: Option<&Fault>) -> Self {
        let mut twist = Self::default();
        match fault {
            Some(Fault::InstallSlowly { seconds }) => {
                twist.install_takes = Some(duration(*seconds));
            }
            Some(Fault::InstallFails) => twist.install_fails = true,
            Some(Fault::UserRefuses) => twist.person_refuses = true,
            _ => {}
        }
        twist
    }
}

/// Carries a command out. A command that comes again is carried out again, as real phones do.
pub(crate) async fn execute(device: &Arc<Device>, command: &Command, twist: Twist) -> Answer {
    if let Some(refusal) = rights::refusal(device, &command.request_type) {
        return Answer::error(refusal);
    }
    if device.read(DeviceState::is_user_enrolled) && user_enrollment::forbids(&command.request_type) {
        return Answer::error(actions::not_valid(&command.request_type));
    }
    if device.live(|live| live.locked) && needs_unlocked_screen(&command.request_type) {
        return Answer::not_now();
    }
    match command.request_type.as_str() {
        "InstallProfile" => profiles::install(device, &command.body),
        "RemoveProfile" => profiles::remove(device, &command.body),
        "ProfileList" => profiles::list(device, &command.body),
        "InstallApplication" => apps::install(device, &command.body, twist).await,
        "RemoveApplication" => apps::remove(device, &command.body),
        "ManagedApplicationList" => apps::managed_list(device, &command.body),
        "InstalledApplicationList" => apps::installed_list(device, &command.body),
        "DeviceInformation" => inventory::device_information(device, &command.body),
        "SecurityInfo" => inventory::security_info(device),
        "CertificateList" => inventory::certificate_list(device),
        "DeviceLock" => actions::lock(device),
        "ClearPasscode" => actions::clear_passcode(device, &command.body),
        "EraseDevice" => actions::erase(),
        "RestartDevice" => actions::restart(device),
        "ShutDownDevice" => actions::shut_down(device),
        "EnableLostMode" => lost_mode::enable(device, &command.body),
        "DisableLostMode" => lost_mode::disable(device),
        "DeviceLocation" => lost_mode::location(device),
        "Settings" => settings::apply(device, &command.body),
        unknown => Answer::error(actions::not_valid(unknown)),
    }
}

/// Reading is always possible, and so is what must work on a lost phone; changing the phone waits for its owner.
fn needs_unlocked_screen(request_type: &str) -> bool {
    matches!(request_type, "InstallProfile" | "RemoveProfile" | "InstallApplication" | "RemoveApplication" | "Settings")
}
