//! The commands that Baton sends.

use super::decide::decide;
use super::entry::PerSystem;
use super::parse::split;
use super::quick::{self, Place};
use super::texts;
use crate::decision::Decision;
use crate::facts::DeviceFacts;
use crate::name::named;

named! {
    /// An MDM command that Baton sends, by Apple's `RequestType`.
    pub enum Command {
        /// Locks the screen.
        DeviceLock = "DeviceLock",
        /// Takes the passcode off.
        ClearPasscode = "ClearPasscode",
        /// Erases the device.
        EraseDevice = "EraseDevice",
        /// Restarts the device.
        RestartDevice = "RestartDevice",
        /// Shuts the device down.
        ShutDownDevice = "ShutDownDevice",
        /// Turns lost mode on.
        EnableLostMode = "EnableLostMode",
        /// Turns lost mode off.
        DisableLostMode = "DisableLostMode",
        /// Plays a sound in lost mode.
        PlayLostModeSound = "PlayLostModeSound",
        /// Asks where a device in lost mode is.
        DeviceLocation = "DeviceLocation",
        /// Installs or replaces a configuration profile.
        InstallProfile = "InstallProfile",
        /// Removes a configuration profile, or the management itself.
        RemoveProfile = "RemoveProfile",
        /// Lists the configuration profiles.
        ProfileList = "ProfileList",
        /// Installs or updates an app.
        InstallApplication = "InstallApplication",
        /// Removes an app with its data.
        RemoveApplication = "RemoveApplication",
        /// Lists the managed apps with their state.
        ManagedApplicationList = "ManagedApplicationList",
        /// Asks for facts; each query has rules of its own.
        DeviceInformation = "DeviceInformation",
        /// `Settings` with the item `DeviceName`: sets the name shown on the device.
        SettingsDeviceName = "Settings/DeviceName",
    }
}

impl Command {
    /// Where the table has each command: a name such as `Settings/DeviceName` is a key of `Settings`.
    const PLACES: [Place<'static>; Self::ALL.len()] = {
        let mut places = [("", ""); Self::ALL.len()];
        let mut index = 0;
        while index < places.len() {
            let name = Self::NAMES[index];
            let (item, key) = split(name, b'/');
            places[index] = (item, if key.is_empty() { "" } else { name });
            index += 1;
        }
        places
    };

    fn systems(self) -> &'static PerSystem {
        &COMMANDS[self as usize]
    }
}

static COMMANDS: [PerSystem; Command::ALL.len()] = {
    let commands = quick::find(texts::COMMANDS, &Command::PLACES);
    assert!(quick::is_complete(&commands, &Command::PLACES), "a command is missing in the table");
    commands
};

/// Whether Apple's protocol lets this command be sent to the device (spec E3).
#[must_use]
pub fn decide_command(command: Command, facts: &DeviceFacts) -> Decision {
    decide(command.systems(), facts)
}
