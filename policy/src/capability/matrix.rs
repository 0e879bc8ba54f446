//! What an organisation can do on a device, capability by capability: the seeds' matrix (spec E1, E2).

use crate::apple::decide::{decide, has_user_enrollment, unmanaged};
use crate::apple::quick::{self, Place};
use crate::apple::{Command, PerSystem, decide_command, texts};
use crate::decision::{Decision, ReasonCode as R, Source};
use crate::fact::Fact;
use crate::facts::{DeviceFacts, EnrollmentType, Platform};
use crate::name::named;

named! {
    /// Something that an organisation can or cannot do on a device.
    pub enum Capability {
        /// Erase the device: `EraseDevice`.
        Erase = "erase",
        /// See the apps that a person installed: `InstalledApplicationList`.
        SeePersonalApps = "seePersonalApps",
        /// Make a personal app managed and back: `ChangeManagementState` of `InstallApplication`.
        ConvertApps = "convertApps",
        /// Take the passcode off: `ClearPasscode`.
        ClearPasscode = "clearPasscode",
        /// A VPN for everything on the device: `com.apple.vpn.managed`.
        DeviceWideVpn = "deviceWideVpn",
        /// A proxy in a Wi-Fi network: `ProxyServer` and the other proxy keys of `com.apple.wifi.managed`.
        WifiProxy = "wifiProxy",
        /// Cellular settings: `com.apple.cellular`.
        Cellular = "cellular",
        /// See serial number, UDID and IMEI: queries of `DeviceInformation`.
        SeeIdentifiers = "seeIdentifiers",
        /// Restrictions that Apple keeps for supervised devices.
        SupervisedRestrictions = "supervisedRestrictions",
        /// Install and configure apps and accounts: `InstallApplication` and payloads for accounts.
        InstallAppsAndAccounts = "installAppsAndAccounts",
        /// Remove apps that it installed: `RemoveApplication`.
        RemoveManagedApps = "removeManagedApps",
        /// Networks, without a proxy: `com.apple.wifi.managed`.
        NetworkConfigurations = "networkConfigurations",
        /// A VPN for managed apps, mail, contacts and calendars: `com.apple.vpn.managed.applayer`.
        PerAppVpn = "perAppVpn",
        /// Some restrictions, such as managed open-in: `com.apple.applicationaccess`.
        SomeRestrictions = "someRestrictions",
        /// List what it manages: apps, certificates, profiles.
        QueryManagedItems = "queryManagedItems",
        /// Ask for a long or complex passcode: `minLength`, `minComplexChars`.
        LongComplexPasscodes = "longComplexPasscodes",
        /// Limit apps by their age rating: `ratingApps`.
        ContentRating = "contentRating",
        /// Restrictions of the whole device, such as the camera: `allowCamera`.
        DeviceWideRestrictions = "deviceWideRestrictions",
        /// Keep data out of iCloud: `allowCloudKeychainSync`, as one of several.
        BlockIcloud = "blockIcloud",
    }
}

const COMMANDS: [Place<'static>; 4] = [
    ("InstalledApplicationList", ""),
    ("InstallApplication", "ChangeManagementState"),
    ("DeviceInformation", "Queries/QueriesItem/SerialNumber"),
    ("CertificateList", ""),
];
const PROFILES: [Place<'static>; 7] = [
    ("com.apple.vpn.managed", ""),
    ("com.apple.wifi.managed", "ProxyServer"),
    ("com.apple.cellular", ""),
    ("com.apple.wifi.managed", ""),
    ("com.apple.vpn.managed.applayer", ""),
    ("com.apple.mobiledevice.passwordpolicy", "minLength"),
    ("com.apple.mobiledevice.passwordpolicy", "minComplexChars"),
];
const RESTRICTIONS: [Place<'static>; 4] = [
    ("com.apple.applicationaccess", ""),
    ("com.apple.applicationaccess", "ratingApps"),
    ("com.apple.applicationaccess", "allowCamera"),
    ("com.apple.applicationaccess", "allowCloudKeychainSync"),
];

static BY_COMMAND: [PerSystem; COMMANDS.len()] = {
    let found = quick::find(texts::COMMANDS, &COMMANDS);
    assert!(quick::is_complete(&found, &COMMANDS), "a command is missing in the table");
    found
};
static BY_PROFILE: [PerSystem; PROFILES.len()] = {
    let found = quick::find(texts::PROFILES, &PROFILES);
    assert!(quick::is_complete(&found, &PROFILES), "a payload is missing in the table");
    found
};
static BY_RESTRICTION: [PerSystem; RESTRICTIONS.len()] = {
    let found = quick::find(texts::RESTRICTIONS, &RESTRICTIONS);
    assert!(quick::is_complete(&found, &RESTRICTIONS), "a restriction is missing in the table");
    found
};

/// Whether the organisation has this capability on this device (spec E1, E2). Apple's table comes first; Baton's rules
/// only narrow it. Ownership decides nothing.
#[must_use]
pub fn decide_capability(capability: Capability, facts: &DeviceFacts) -> Decision {
    if let Some(denied) = unmanaged(facts.enrollment) {
        return match (capability, facts.enrollment) {
            // The seeds' matrix grants it to app-only management; Baton delivers nothing there (spec D7).
            (Capability::InstallAppsAndAccounts, EnrollmentType::AppOnly) => {
                Decision::partial(R::AppOnlyNotDelivered, Source::Product)
            }
            _ => denied,
        };
    }
    by_apple(capability, facts).narrowed_by(by_product(capability, facts))
}

fn by_apple(capability: Capability, facts: &DeviceFacts) -> Decision {
    use Capability as C;
    let command = |command| decide_command(command, facts);
    let part_of_command = |index: usize| decide(&BY_COMMAND[index], facts);
    let profile = |payload: &PerSystem| command(Command::InstallProfile).narrowed_by(decide(payload, facts));
    match capability {
        C::Erase => command(Command::EraseDevice),
        C::SeePersonalApps => part_of_command(0),
        C::ConvertApps => part_of_command(1),
        C::ClearPasscode => command(Command::ClearPasscode),
        C::SeeIdentifiers => part_of_command(2),
        C::InstallAppsAndAccounts => command(Command::InstallApplication),
        C::RemoveManagedApps => command(Command::RemoveApplication),
        C::QueryManagedItems => command(Command::ManagedApplicationList)
            .narrowed_by(part_of_command(3))
            .narrowed_by(command(Command::ProfileList)),
        C::DeviceWideVpn => profile(&BY_PROFILE[0]),
        C::WifiProxy => profile(&BY_PROFILE[1]),
        C::Cellular => profile(&BY_PROFILE[2]),
        C::NetworkConfigurations => profile(&BY_PROFILE[3]),
        C::PerAppVpn => profile(&BY_PROFILE[4]),
        C::LongComplexPasscodes => profile(&BY_PROFILE[5]).narrowed_by(profile(&BY_PROFILE[6])),
        C::SupervisedRestrictions => profile(&BY_RESTRICTION[0]).narrowed_by(supervised_restrictions(facts)),
        C::SomeRestrictions => profile(&BY_RESTRICTION[0]).narrowed_by(restrictions_of_a_mac(facts)),
        C::ContentRating => profile(&BY_RESTRICTION[1]),
        C::DeviceWideRestrictions => profile(&BY_RESTRICTION[2]),
        C::BlockIcloud => profile(&BY_RESTRICTION[3]),
    }
}

/// Every system has restrictions for supervised devices, and none of them works under User Enrollment.
fn supervised_restrictions(facts: &DeviceFacts) -> Decision {
    if facts.enrollment != EnrollmentType::User {
        return Decision::require(facts.is_supervised(), R::NeedsSupervision, R::SupervisionUnknown, Source::Apple)
            .unwrap_or(Decision::allow(R::Allowed, Source::Apple));
    }
    match facts.platform {
        Fact::Value(platform) if !has_user_enrollment(platform) => {
            Decision::deny(R::NoUserEnrollmentOnPlatform, Source::Apple)
        }
        _ => Decision::deny(R::ForbiddenUnderUserEnrollment, Source::Apple),
    }
}

/// On a Mac under User Enrollment Apple leaves a few keys of the Restrictions (spec E5).
pub(super) fn restrictions_of_a_mac(facts: &DeviceFacts) -> Decision {
    if facts.enrollment == EnrollmentType::User && facts.platform == Fact::Value(Platform::Macos) {
        Decision::partial(R::RestrictionsPartlyAvailable, Source::Apple)
    } else {
        Decision::allow(R::Allowed, Source::Apple)
    }
}

/// What Baton narrows.
fn by_product(capability: Capability, facts: &DeviceFacts) -> Decision {
    let yes = Decision::allow(R::Allowed, Source::Product);
    if facts.enrollment != EnrollmentType::User {
        return yes;
    }
    match capability {
        // iOS answers the command with managed apps alone.
        Capability::SeePersonalApps => Decision::deny(R::PersonalAppsHidden, Source::Product),
        // Accepted without effect is not a capability (spec E2, E4).
        Capability::LongComplexPasscodes => Decision::deny(R::PasscodeFixedUnderUserEnrollment, Source::Apple),
        _ => yes,
    }
}
