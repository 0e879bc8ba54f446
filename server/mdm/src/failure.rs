//! Apple's error codes as plain reasons.
//!
//! Source: "Error Codes" in Apple's MDM protocol reference. Apple warns that the values may change, so
//! that nothing may be decided by them alone: a profile counts as gone when the profile list says so. Here
//! they choose words, and they tell a removal that had nothing to remove from one that failed.

use crate::message::ErrorChainItem;

/// Why a command failed, where the device's error says something this server understands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Failure {
    /// There was no such profile to remove.
    ProfileNotInstalled,
    /// The profile is there, but somebody else installed it.
    ProfileNotManaged,
    /// The device finds the profile wrong.
    ProfileInvalid,
    /// Only one profile of this kind may be installed.
    ProfileConflict,
    /// The device must be unlocked first.
    DeviceLocked,
    /// The passcode does not follow the rules.
    PasscodeNotCompliant,
    /// The passcode could not be removed.
    PasscodeNotCleared,
    /// The person at the device refused.
    PersonDeclined,
    /// The device does not know the command, or not in its present state.
    CommandNotSupported,
    /// The enrollment lacks the right.
    NotPermitted,
    /// The app is there already, installed by the person.
    AppAlreadyInstalled,
    /// The app is being installed already; its place in the managed-app list tells how far it is.
    AppAlreadyQueued,
    /// The app is not managed by this server.
    AppNotManaged,
    /// The app cannot be removed at the moment.
    AppNotRemovable,
    /// No licence of the organisation fits.
    AppLicenceMissing,
    /// The App Store does not know the app.
    AppUnknown,
    /// The manifest of an in-house app is wrong or cannot be fetched.
    AppManifestInvalid,
    /// Somebody must sign in to the App Store on the device.
    AppStoreSignInNeeded,
    /// Installing apps is switched off on the device.
    AppInstallationDisabled,
    /// The app cannot be bought this way.
    AppNotPurchasable,
    /// The app is part of the system.
    SystemApp,
    /// The Wi-Fi settings were refused.
    WiFiRefused,
    /// The web clip was refused.
    WebClipRefused,
    /// The certificate was refused.
    CertificateRefused,
    /// Nothing known; show the device's own words.
    Other,
}

impl Failure {
    /// A stable code, for the database and for pages in other languages.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::ProfileNotInstalled => "profile-not-installed",
            Self::ProfileNotManaged => "profile-not-managed",
            Self::ProfileInvalid => "profile-invalid",
            Self::ProfileConflict => "profile-conflict",
            Self::DeviceLocked => "device-locked",
            Self::PasscodeNotCompliant => "passcode-not-compliant",
            Self::PasscodeNotCleared => "passcode-not-cleared",
            Self::PersonDeclined => "person-declined",
            Self::CommandNotSupported => "command-not-supported",
            Self::NotPermitted => "not-permitted",
            Self::AppAlreadyInstalled => "app-already-installed",
            Self::AppAlreadyQueued => "app-already-queued",
            Self::AppNotManaged => "app-not-managed",
            Self::AppNotRemovable => "app-not-removable",
            Self::AppLicenceMissing => "app-licence-missing",
            Self::AppUnknown => "app-unknown",
            Self::AppManifestInvalid => "app-manifest-invalid",
            Self::AppStoreSignInNeeded => "app-store-sign-in-needed",
            Self::AppInstallationDisabled => "app-installation-disabled",
            Self::AppNotPurchasable => "app-not-purchasable",
            Self::SystemApp => "system-app",
            Self::WiFiRefused => "wifi-refused",
            Self::WebClipRefused => "web-clip-refused",
            Self::CertificateRefused => "certificate-refused",
            Self::Other => "other",
        }
    }

    /// The reason in plain words: lower case, no full stop.
    #[must_use]
    pub fn message(self) -> &'static str {
        match self {
            Self::ProfileNotInstalled => "the profile is not on the device",
            Self::ProfileNotManaged => "the profile was not installed by this server",
            Self::ProfileInvalid => "the device finds the profile invalid",
            Self::ProfileConflict => "a profile of this kind is already installed",
            Self::DeviceLocked => "the device is locked and must be unlocked first",
            Self::PasscodeNotCompliant => "the device's passcode does not follow the rules",
            Self::PasscodeNotCleared => "the passcode could not be removed",
            Self::PersonDeclined => "the person at the device declined",
            Self::CommandNotSupported => "the device does not support this command now",
            Self::NotPermitted => "the enrollment does not permit this",
            Self::AppAlreadyInstalled => "the app is already on the device, installed by the person",
            Self::AppAlreadyQueued => "the app is being installed already",
            Self::AppNotManaged => "the app is not managed by this server",
            Self::AppNotRemovable => "the app cannot be removed at the moment",
            Self::AppLicenceMissing => "no licence for the app is assigned",
            Self::AppUnknown => "the App Store does not know the app",
            Self::AppManifestInvalid => "the in-house app's manifest is invalid or unreachable",
            Self::AppStoreSignInNeeded => "somebody must sign in to the App Store on the device",
            Self::AppInstallationDisabled => "installing apps is switched off on the device",
            Self::AppNotPurchasable => "the app cannot be obtained this way",
            Self::SystemApp => "the app is part of the system",
            Self::WiFiRefused => "the device refused the Wi-Fi settings",
            Self::WebClipRefused => "the device refused the web clip",
            Self::CertificateRefused => "the device refused the certificate",
            Self::Other => "the device reported an error",
        }
    }

    /// Whether a removal that failed so had nothing to remove. It still has to be confirmed by the profile
    /// or app list.
    #[must_use]
    pub fn nothing_to_remove(self) -> bool {
        matches!(self, Self::ProfileNotInstalled | Self::AppNotManaged)
    }

    /// Whether the same command can succeed later without anybody changing the configuration.
    #[must_use]
    pub fn may_pass(self) -> bool {
        matches!(
            self,
            Self::DeviceLocked
                | Self::PasscodeNotCompliant
                | Self::AppNotRemovable
                | Self::AppStoreSignInNeeded
                | Self::CommandNotSupported
        )
    }
}

/// The most telling reason in an error chain: the deepest one that is known, because the outer ones only
/// say that the command failed.
#[must_use]
pub fn explain(chain: &[ErrorChainItem]) -> Failure {
    let known = || chain.iter().rev().map(known_failure);
    let telling = |failure: &Failure| !matches!(failure, Failure::Other | Failure::ProfileInvalid);
    known().find(telling).or_else(|| known().find(|failure| *failure != Failure::Other)).unwrap_or(Failure::Other)
}

/// The reason behind Apple's `RejectionReason` in the answer to `InstallApplication`.
#[must_use]
pub fn explain_rejection(reason: &str) -> Failure {
    match reason {
        "AppAlreadyInstalled" => Failure::AppAlreadyInstalled,
        "AppAlreadyQueued" => Failure::AppAlreadyQueued,
        "AppStoreDisabled" => Failure::AppInstallationDisabled,
        "CouldNotVerifyAppID" => Failure::AppUnknown,
        "ManagementChangeNotSupported" | "NotSupported" => Failure::CommandNotSupported,
        "PurchaseMethodNotSupported" | "PurchaseMethodNotSupportedInMultiUser" => Failure::AppNotPurchasable,
        "NotAnApp" => Failure::AppManifestInvalid,
        _ => Failure::Other,
    }
}

fn known_failure(item: &ErrorChainItem) -> Failure {
    match (item.domain.as_str(), item.code) {
        // iOS names the domain of 12075 without the prefix (fleetdm/fleet#43872); macOS answers with 89.
        ("MCMDMErrorDomain" | "MDMErrorDomain", code) => management(code),
        ("MDMClientError", 89) => Failure::ProfileNotInstalled,
        ("MCInstallationErrorDomain", code) => installation(code),
        ("MCProfileErrorDomain", 1000..=1010) | ("MCPayloadErrorDomain", 2000..=2005) => Failure::ProfileInvalid,
        ("MCPasscodeErrorDomain", 5000..=5008) => Failure::PasscodeNotCompliant,
        ("MCPasscodeErrorDomain", 5010) => Failure::DeviceLocked,
        ("MCPasscodeErrorDomain", 5011 | 5013) => Failure::PasscodeNotCleared,
        ("MCWebClipErrorDomain", _) => Failure::WebClipRefused,
        ("MCCertificateErrorDomain", _) => Failure::CertificateRefused,
        ("MCWiFiErrorDomain", _) => Failure::WiFiRefused,
        _ => Failure::Other,
    }
}

fn installation(code: i64) -> Failure {
    match code {
        4000 | 4002 | 4006..=4008 | 4010..=4012 | 4015 | 4023 | 4026 | 4031 => Failure::ProfileInvalid,
        4004 => Failure::PersonDeclined,
        4005 | 4027 => Failure::PasscodeNotCompliant,
        4009 => Failure::DeviceLocked,
        4017..=4019 | 4028 | 4029 => Failure::ProfileConflict,
        4020..=4022 | 4025 | 4030 => Failure::NotPermitted,
        4024 => Failure::ProfileNotInstalled,
        _ => Failure::Other,
    }
}

fn management(code: i64) -> Failure {
    match code {
        12000 | 12007 | 12014 => Failure::NotPermitted,
        12013 => Failure::ProfileNotManaged,
        12021 | 12078 => Failure::CommandNotSupported,
        12023 => Failure::AppUnknown,
        12024 | 12027 | 12030 | 12032..=12034 => Failure::AppManifestInvalid,
        12025 => Failure::AppAlreadyInstalled,
        12026 => Failure::AppAlreadyQueued,
        12047 | 12064 => Failure::AppLicenceMissing,
        12029 | 12038 => Failure::AppNotManaged,
        12031 => Failure::AppInstallationDisabled,
        12035 => Failure::AppNotPurchasable,
        12036 => Failure::AppNotRemovable,
        12040 => Failure::AppStoreSignInNeeded,
        12049 => Failure::DeviceLocked,
        12063 => Failure::PersonDeclined,
        12065 => Failure::SystemApp,
        12075 => Failure::ProfileNotInstalled,
        _ => Failure::Other,
    }
}
