//! Apple's own table: which commands and payloads exist where, and under which enrollment.
//!
//! Restated from the schema in `apple/device-management`: commit 2e66738 (iOS 18.3, macOS 15.3,
//! tvOS 18.3, visionOS 2.3, watchOS 11.3), with `RemoveApplication` as of release 26.4. The facts
//! are Apple's, under this licence:
//!
//! > MIT License. Copyright (c) Apple Inc.
//! >
//! > Permission is hereby granted, free of charge, to any person obtaining a copy of this software
//! > and associated documentation files (the "Software"), to deal in the Software without
//! > restriction, including without limitation the rights to use, copy, modify, merge, publish,
//! > distribute, sublicense, and/or sell copies of the Software, and to permit persons to whom the
//! > Software is furnished to do so, subject to the following conditions:
//! >
//! > The above copyright notice and this permission notice shall be included in all copies or
//! > substantial portions of the Software.
//! >
//! > THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR IMPLIED, INCLUDING
//! > BUT NOT LIMITED TO THE WARRANTIES OF MERCHANTABILITY, FITNESS FOR A PARTICULAR PURPOSE AND
//! > NONINFRINGEMENT. IN NO EVENT SHALL THE AUTHORS OR COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM,
//! > DAMAGES OR OTHER LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR OTHERWISE, ARISING FROM,
//! > OUT OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE SOFTWARE.

use crate::decision::{Decision, ReasonCode, Source};
use crate::fact::{Fact, Truth};
use crate::facts::{DeviceFacts, EnrollmentType, OsVersion, Platform};
use crate::item::ItemKind;
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

/// Apple's `AccessRights` of an enrollment profile, as bits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AccessRights(pub u32);

impl AccessRights {
    /// No right is asked for.
    pub const NONE: Self = Self(0);
    /// `AllowInspection`: list profiles.
    pub const INSPECT_PROFILES: Self = Self(1);
    /// `AllowInstallationRemoval`: install and remove profiles.
    pub const CHANGE_PROFILES: Self = Self(2);
    /// `AllowPasscodeRemovalAndLock`.
    pub const LOCK: Self = Self(4);
    /// `AllowDeviceErase`.
    pub const ERASE: Self = Self(8);
    /// `AllowSettings`.
    pub const SETTINGS: Self = Self(2048);
    /// `AllowAppInstallation`: manage apps.
    pub const APPS: Self = Self(4096);
    /// Every right there is.
    pub const ALL: Self = Self(8191);
}

/// What Apple says about User Enrollment.
#[derive(Clone, Copy)]
enum UserEnrollment {
    Allowed,
    Forbidden,
    AllowedSince(OsVersion),
    /// The platform has no User Enrollment.
    None,
}

#[derive(Clone, Copy)]
struct Entry {
    introduced: OsVersion,
    right: AccessRights,
    needs_supervision: bool,
    user_enrollment: UserEnrollment,
}

impl Entry {
    const fn supervised(self) -> Self {
        Self { needs_supervision: true, ..self }
    }
}

const fn since(major: u16, minor: u16, right: AccessRights, ue: UserEnrollment) -> Option<Entry> {
    Some(Entry { introduced: OsVersion::new(major, minor, 0), right, needs_supervision: false, user_enrollment: ue })
}

const fn supervised(major: u16, minor: u16, right: AccessRights, ue: UserEnrollment) -> Option<Entry> {
    match since(major, minor, right, ue) {
        Some(entry) => Some(entry.supervised()),
        None => None,
    }
}

/// Apple's entry for a command; iPadOS is listed under iOS. None: not on this platform.
const fn command_entry(command: Command, platform: Platform) -> Option<Entry> {
    use AccessRights as Right;
    use Command as C;
    use Platform::{Ios, Ipados, Macos, Tvos, Visionos, Watchos};
    use UserEnrollment::{Allowed, AllowedSince, Forbidden, None as NoUe};
    match (command, platform) {
        (C::DeviceLock, Ios | Ipados) => since(4, 0, Right::LOCK, Allowed),
        (C::DeviceLock, Macos) => since(10, 7, Right::LOCK, Forbidden),
        (C::DeviceLock, Visionos) => since(2, 0, Right::LOCK, Allowed),
        (C::DeviceLock | C::ClearPasscode, Watchos) => since(10, 0, Right::LOCK, NoUe),
        (C::DeviceLock, Tvos) => None,

        (C::ClearPasscode, Ios | Ipados) => since(4, 0, Right::LOCK, Forbidden),
        (C::ClearPasscode, Visionos) => since(1, 1, Right::LOCK, Forbidden),
        (C::ClearPasscode, Macos | Tvos) => None,

        (C::EraseDevice, Ios | Ipados) => since(4, 0, Right::ERASE, Forbidden),
        (C::EraseDevice, Macos) => since(10, 7, Right::ERASE, Forbidden),
        (C::EraseDevice, Visionos) => since(1, 1, Right::ERASE, Forbidden),
        (C::EraseDevice, Tvos) => since(10, 2, Right::ERASE, NoUe),
        (C::EraseDevice, Watchos) => since(10, 0, Right::ERASE, NoUe),

        (C::RestartDevice | C::ShutDownDevice, Ios | Ipados) => supervised(10, 3, Right::LOCK, Forbidden),
        (C::RestartDevice | C::ShutDownDevice, Macos) => since(10, 13, Right::LOCK, Forbidden),
        (C::RestartDevice, Tvos) => supervised(10, 2, Right::LOCK, NoUe),
        (C::RestartDevice | C::ShutDownDevice, Visionos | Tvos | Watchos) => None,

        (C::EnableLostMode | C::DisableLostMode | C::DeviceLocation, Ios | Ipados) => {
            supervised(9, 3, Right::NONE, Forbidden)
        }
        (C::PlayLostModeSound, Ios | Ipados) => supervised(10, 3, Right::NONE, Forbidden),
        (
            C::EnableLostMode | C::DisableLostMode | C::DeviceLocation | C::PlayLostModeSound,
            Macos | Visionos | Tvos | Watchos,
        ) => None,

        (C::InstallProfile | C::RemoveProfile, Ios | Ipados) => since(4, 0, Right::CHANGE_PROFILES, Allowed),
        (C::InstallProfile | C::RemoveProfile, Macos) => since(10, 7, Right::CHANGE_PROFILES, Allowed),
        (C::InstallProfile | C::RemoveProfile, Visionos) => since(1, 1, Right::CHANGE_PROFILES, Allowed),
        (C::InstallProfile | C::RemoveProfile, Tvos) => since(9, 0, Right::CHANGE_PROFILES, NoUe),
        (C::InstallProfile | C::RemoveProfile, Watchos) => since(10, 0, Right::CHANGE_PROFILES, NoUe),

        (C::ProfileList, Ios | Ipados) => since(4, 0, Right::INSPECT_PROFILES, Allowed),
        (C::ProfileList, Macos) => since(10, 7, Right::INSPECT_PROFILES, Allowed),
        (C::ProfileList, Visionos) => since(1, 1, Right::INSPECT_PROFILES, Allowed),
        (C::ProfileList, Tvos) => since(9, 0, Right::INSPECT_PROFILES, NoUe),
        (C::ProfileList, Watchos) => since(10, 0, Right::INSPECT_PROFILES, NoUe),

        (C::InstallApplication | C::RemoveApplication | C::ManagedApplicationList, Ios | Ipados) => {
            since(5, 0, Right::APPS, Allowed)
        }
        (C::InstallApplication, Macos) => since(10, 9, Right::APPS, Allowed),
        // Forbidden in Apple's table of 15.3, allowed in that of 26.4.
        (C::RemoveApplication, Macos) => since(11, 0, Right::APPS, AllowedSince(OsVersion::new(26, 0, 0))),
        (C::ManagedApplicationList, Macos) => since(11, 0, Right::APPS, Allowed),
        (C::InstallApplication | C::RemoveApplication | C::ManagedApplicationList, Visionos) => {
            since(1, 1, Right::APPS, Allowed)
        }
        (C::InstallApplication | C::RemoveApplication | C::ManagedApplicationList, Tvos) => {
            since(10, 2, Right::APPS, NoUe)
        }
        (C::InstallApplication | C::RemoveApplication | C::ManagedApplicationList, Watchos) => {
            since(10, 0, Right::APPS, NoUe)
        }

        (C::DeviceInformation, Ios | Ipados) => since(4, 0, Right::NONE, Allowed),
        (C::DeviceInformation, Macos) => since(10, 7, Right::NONE, Allowed),
        (C::DeviceInformation, Visionos) => since(1, 1, Right::NONE, Allowed),
        (C::DeviceInformation, Tvos) => since(9, 0, Right::NONE, NoUe),
        (C::DeviceInformation, Watchos) => since(10, 0, Right::NONE, NoUe),

        (C::SettingsDeviceName, Ios | Ipados) => supervised(5, 0, Right::SETTINGS, Forbidden),
        (C::SettingsDeviceName, Macos) => since(10, 10, Right::SETTINGS, Forbidden),
        (C::SettingsDeviceName, Visionos) => supervised(2, 0, Right::SETTINGS, Forbidden),
        (C::SettingsDeviceName, Tvos) => since(9, 0, Right::SETTINGS, NoUe),
        (C::SettingsDeviceName, Watchos) => None,
    }
}

/// Apple's entry for the payload of a configuration; None: not on this platform.
const fn payload_entry(kind: ItemKind, platform: Platform) -> Option<Entry> {
    use AccessRights as Right;
    use ItemKind as K;
    use Platform::{Ios, Ipados, Macos, Tvos, Visionos, Watchos};
    use UserEnrollment::{Allowed, Forbidden, None as NoUe};
    match (kind, platform) {
        (K::WiFi | K::Certificate, Ios | Ipados) => since(4, 0, Right::NONE, Allowed),
        (K::WiFi | K::Certificate, Macos) => since(10, 7, Right::NONE, Allowed),
        (K::WiFi | K::Certificate, Visionos) => since(1, 0, Right::NONE, Allowed),
        (K::WiFi | K::Certificate, Tvos) => since(9, 0, Right::NONE, NoUe),
        (K::WiFi, Watchos) => since(3, 2, Right::NONE, NoUe),
        (K::Certificate, Watchos) => since(3, 0, Right::NONE, NoUe),

        (K::WebClip | K::SecureSignIn, Ios | Ipados) => since(4, 0, Right::NONE, Allowed),
        (K::WebClip | K::SecureSignIn, Macos) => since(10, 7, Right::NONE, Allowed),
        (K::WebClip | K::SecureSignIn, Visionos | Tvos | Watchos) => None,

        (K::Passcode, Ios | Ipados) => since(4, 0, Right::NONE, Allowed),
        (K::Passcode, Macos) => since(10, 7, Right::NONE, Forbidden),
        (K::Passcode, Visionos) => since(2, 0, Right::NONE, Allowed),
        (K::Passcode, Watchos) => since(10, 0, Right::NONE, NoUe),
        (K::Passcode, Tvos) => None,

        // Apps have no payload; their command decides.
        (K::InHouseApp | K::StoreApp, platform) => command_entry(Command::InstallApplication, platform),
    }
}

/// The oldest system that Baton manages: a requirement below it needs no reported version.
const fn floor(platform: Platform) -> OsVersion {
    match platform {
        Platform::Ios | Platform::Ipados => OsVersion::new(13, 0, 0),
        Platform::Macos => OsVersion::new(10, 15, 0),
        Platform::Visionos => OsVersion::new(1, 1, 0),
        Platform::Tvos => OsVersion::new(13, 0, 0),
        Platform::Watchos => OsVersion::new(10, 0, 0),
    }
}

/// Whether Apple's protocol lets this command be sent to the device (spec E3).
#[must_use]
pub fn decide_command(command: Command, facts: &DeviceFacts) -> Decision {
    decide_entry(facts, |platform| command_entry(command, platform))
}

/// Whether Apple's protocol lets the payload of this configuration, or an app, be installed.
pub(crate) fn decide_payload(kind: ItemKind, facts: &DeviceFacts) -> Decision {
    let command = if kind.is_app() { Command::InstallApplication } else { Command::InstallProfile };
    decide_command(command, facts).narrowed_by(decide_entry(facts, |platform| payload_entry(kind, platform)))
}

fn decide_entry(facts: &DeviceFacts, entry: impl Fn(Platform) -> Option<Entry>) -> Decision {
    match unmanaged(facts.enrollment) {
        Some(decision) => decision,
        None => match facts.platform {
            Fact::Value(platform) => decide_on(facts, platform, entry(platform)),
            // What no platform allows needs no reported platform.
            Fact::Empty | Fact::Unknown => {
                let mut answers = Platform::ALL.iter().map(|&platform| decide_on(facts, platform, entry(platform)));
                match answers.next() {
                    Some(first) if is_denied(first) && answers.all(is_denied) => first,
                    _ => Decision::unknown(ReasonCode::PlatformUnknown, Source::Apple),
                }
            }
        },
    }
}

fn is_denied(decision: Decision) -> bool {
    decision.outcome == crate::decision::Outcome::Deny
}

/// The answer for enrollments without a channel to the device (spec D7).
const fn unmanaged(enrollment: EnrollmentType) -> Option<Decision> {
    match enrollment {
        EnrollmentType::AppOnly => Some(Decision::deny(ReasonCode::AppOnlyEnrollment, Source::Product)),
        EnrollmentType::AuthOnly => Some(Decision::deny(ReasonCode::AuthOnlyEnrollment, Source::Product)),
        EnrollmentType::User | EnrollmentType::Device | EnrollmentType::AutomatedDevice => None,
    }
}

fn decide_on(facts: &DeviceFacts, platform: Platform, entry: Option<Entry>) -> Decision {
    use ReasonCode as R;
    let Some(entry) = entry else {
        return Decision::deny(R::NotOnPlatform, Source::Apple);
    };
    let version = |needed: OsVersion| {
        if needed <= floor(platform) { Truth::True } else { facts.os_version.test(|version| *version >= needed) }
    };
    let require = |truth, missing, unknown| {
        Decision::require(truth, missing, unknown, Source::Apple).unwrap_or(Decision::allow(R::Allowed, Source::Apple))
    };
    let by_enrollment = if facts.enrollment == EnrollmentType::User {
        match entry.user_enrollment {
            UserEnrollment::Allowed => Decision::allow(R::Allowed, Source::Apple),
            UserEnrollment::Forbidden => Decision::deny(R::ForbiddenUnderUserEnrollment, Source::Apple),
            UserEnrollment::None => Decision::deny(R::NoUserEnrollmentOnPlatform, Source::Apple),
            UserEnrollment::AllowedSince(needed) => {
                require(version(needed), R::ForbiddenUnderUserEnrollment, R::OsVersionUnknown)
            }
        }
    } else {
        // A User Enrollment profile carries no access rights; they limit the other kinds only.
        let rights = facts.access_rights.unwrap_or(AccessRights::ALL.0);
        require((rights & entry.right.0 == entry.right.0).into(), R::NeedsAccessRight, R::NeedsAccessRight)
    };
    let supervision = if entry.needs_supervision { facts.is_supervised() } else { Truth::True };
    by_enrollment.narrowed_by(require(supervision, R::NeedsSupervision, R::SupervisionUnknown)).narrowed_by(require(
        version(entry.introduced),
        R::NeedsNewerOs,
        R::OsVersionUnknown,
    ))
}
