//! Apple's access rights: what an enrollment profile lets the server do.

use crate::name::named;

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
    /// `AllowQueryDeviceInformation`.
    pub const QUERY_DEVICE: Self = Self(16);
    /// `AllowQueryNetworkInformation`.
    pub const QUERY_NETWORK: Self = Self(32);
    /// `AllowProvisioningInspection`: list provisioning profiles.
    pub const INSPECT_PROVISIONING: Self = Self(64);
    /// `AllowProvisioningInstallationRemoval`: install and remove provisioning profiles.
    pub const CHANGE_PROVISIONING: Self = Self(128);
    /// `AllowQueryApplications`: list installed apps.
    pub const QUERY_APPS: Self = Self(256);
    /// `AllowQueryRestrictions`.
    pub const QUERY_RESTRICTIONS: Self = Self(512);
    /// `AllowQuerySecurity`.
    pub const QUERY_SECURITY: Self = Self(1024);
    /// `AllowSettings`.
    pub const SETTINGS: Self = Self(2048);
    /// `AllowAppInstallation`: manage apps.
    pub const APPS: Self = Self(4096);
    /// Every right there is.
    pub const ALL: Self = Self(8191);
}

named! {
    /// What Apple's table writes under `accessrights`, in Apple's words.
    #[derive(Default)]
    pub enum Right {
        /// Nothing is written.
        #[default]
        Unstated = "",
        /// None is needed.
        None = "None",
        /// None is needed for this key.
        NotApplicable = "n/a",
        /// None for the command as a whole; each query says its own.
        SpecialCase = "Special Case",
        /// List profiles.
        AllowInspection = "AllowInspection",
        /// Install and remove profiles.
        AllowInstallationRemoval = "AllowInstallationRemoval",
        /// Lock the device and remove its passcode.
        AllowPasscodeRemovalAndLock = "AllowPasscodeRemovalAndLock",
        /// The same right under the name that Apple uses for Macs.
        DeviceLockAndRemovePasscode = "DeviceLockAndRemovePasscode",
        /// Erase the device.
        AllowDeviceErase = "AllowDeviceErase",
        /// Ask for facts about the device.
        AllowQueryDeviceInformation = "AllowQueryDeviceInformation",
        /// Ask for facts about its networks.
        AllowQueryNetworkInformation = "AllowQueryNetworkInformation",
        /// List provisioning profiles.
        AllowProvisioningInspection = "AllowProvisioningInspection",
        /// Install and remove provisioning profiles.
        AllowProvisioningInstallationRemoval = "AllowProvisioningInstallationRemoval",
        /// List installed apps.
        AllowQueryApplications = "AllowQueryApplications",
        /// The same right under another name.
        QueryInstalledApps = "QueryInstalledApps",
        /// Ask for restrictions.
        AllowQueryRestrictions = "AllowQueryRestrictions",
        /// Ask about security.
        AllowQuerySecurity = "AllowQuerySecurity",
        /// Change settings.
        AllowSettings = "AllowSettings",
        /// Manage apps.
        AllowAppInstallation = "AllowAppInstallation",
    }
}

impl Right {
    /// The bits that the enrollment profile must have.
    #[must_use]
    pub const fn bits(self) -> AccessRights {
        match self {
            Self::Unstated | Self::None | Self::NotApplicable | Self::SpecialCase => AccessRights::NONE,
            Self::AllowInspection => AccessRights::INSPECT_PROFILES,
            Self::AllowInstallationRemoval => AccessRights::CHANGE_PROFILES,
            Self::AllowPasscodeRemovalAndLock | Self::DeviceLockAndRemovePasscode => AccessRights::LOCK,
            Self::AllowDeviceErase => AccessRights::ERASE,
            Self::AllowQueryDeviceInformation => AccessRights::QUERY_DEVICE,
            Self::AllowQueryNetworkInformation => AccessRights::QUERY_NETWORK,
            Self::AllowProvisioningInspection => AccessRights::INSPECT_PROVISIONING,
            Self::AllowProvisioningInstallationRemoval => AccessRights::CHANGE_PROVISIONING,
            Self::AllowQueryApplications | Self::QueryInstalledApps => AccessRights::QUERY_APPS,
            Self::AllowQueryRestrictions => AccessRights::QUERY_RESTRICTIONS,
            Self::AllowQuerySecurity => AccessRights::QUERY_SECURITY,
            Self::AllowSettings => AccessRights::SETTINGS,
            Self::AllowAppInstallation => AccessRights::APPS,
        }
    }

    /// Apple's text, where there is one.
    #[must_use]
    pub const fn stated(self) -> Option<&'static str> {
        match self {
            Self::Unstated => None,
            stated => Some(stated.as_str()),
        }
    }

    /// Reads the word of a table file: Apple's text without spaces.
    pub(super) const fn from_word(word: &str) -> Option<Self> {
        if super::parse::same(word, "SpecialCase") {
            return Some(Self::SpecialCase);
        }
        let mut index = 1;
        while index < Self::ALL.len() {
            if super::parse::same(word, Self::NAMES[index]) {
                return Some(Self::ALL[index]);
            }
            index += 1;
        }
        None
    }
}
