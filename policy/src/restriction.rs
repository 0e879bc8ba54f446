//! The restrictions that Baton offers: Apple's keys of `com.apple.applicationaccess`, grouped as people look for them.

use crate::name::named;

named! {
    /// Where a restriction belongs.
    pub enum RestrictionGroup {
        /// Work data stays with work apps.
        WorkData = "workData",
        /// Camera, screen and calls.
        Screen = "screen",
        /// The locked screen, passcode and face.
        LockScreen = "lockScreen",
        /// Installing, removing and buying apps.
        Apps = "apps",
        /// Apple's browser.
        Safari = "safari",
        /// Apple's cloud, and backups.
        Icloud = "icloud",
        /// From device to device.
        Sharing = "sharing",
        /// Cables, networks, radio.
        Connections = "connections",
        /// Siri, search and Apple Intelligence.
        Siri = "siri",
        /// What the person may change.
        Settings = "settings",
    }
}

/// A restriction that Baton offers; its value is yes or no.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Restriction {
    /// Apple's key.
    pub key: &'static str,
    /// Where it belongs.
    pub group: RestrictionGroup,
    /// Whether most organisations that restrict anything look for it.
    pub is_common: bool,
}

impl Restriction {
    /// Whether *true* asks for something instead of allowing it.
    #[must_use]
    pub fn is_demand(&self) -> bool {
        self.key.starts_with("force") || self.key.starts_with("require") || self.key.starts_with("safariForce")
    }

    /// The restriction of this key, if Baton offers it.
    #[must_use]
    pub fn of_key(key: &str) -> Option<&'static Self> {
        RESTRICTIONS.iter().find(|restriction| restriction.key == key)
    }
}

const fn common(key: &'static str, group: RestrictionGroup) -> Restriction {
    Restriction { key, group, is_common: true }
}

const fn further(key: &'static str, group: RestrictionGroup) -> Restriction {
    Restriction { key, group, is_common: false }
}

use RestrictionGroup::{Apps, Connections, Icloud, LockScreen, Safari, Screen, Settings, Sharing, Siri, WorkData};

/// Every restriction that Baton offers, by group; the common ones of a group come first.
pub const RESTRICTIONS: &[Restriction] = &[
    common("allowOpenFromManagedToUnmanaged", WorkData),
    common("allowOpenFromUnmanagedToManaged", WorkData),
    common("requireManagedPasteboard", WorkData),
    common("allowManagedToWriteUnmanagedContacts", WorkData),
    common("allowUnmanagedToReadManagedContacts", WorkData),
    common("allowManagedAppsCloudSync", WorkData),
    common("forceAirDropUnmanaged", WorkData),
    common("allowCamera", Screen),
    common("allowScreenShot", Screen),
    further("allowVideoConferencing", Screen),
    common("allowPasscodeModification", LockScreen),
    common("allowFingerprintForUnlock", LockScreen),
    common("allowLockScreenNotificationsView", LockScreen),
    common("allowLockScreenControlCenter", LockScreen),
    common("allowLockScreenTodayView", LockScreen),
    further("allowFingerprintModification", LockScreen),
    further("allowPassbookWhileLocked", LockScreen),
    further("allowAutoUnlock", LockScreen),
    common("allowAppInstallation", Apps),
    common("allowAppRemoval", Apps),
    common("allowEnterpriseAppTrust", Apps),
    further("allowUIAppInstallation", Apps),
    further("allowSystemAppRemoval", Apps),
    further("allowAutomaticAppDownloads", Apps),
    further("allowAppClips", Apps),
    further("allowMarketplaceAppInstallation", Apps),
    further("allowWebDistributionAppInstallation", Apps),
    further("allowInAppPurchases", Apps),
    further("allowAppsToBeHidden", Apps),
    further("allowAppsToBeLocked", Apps),
    further("allowiTunes", Apps),
    further("allowMusicService", Apps),
    further("allowChat", Apps),
    further("allowGameCenter", Apps),
    further("allowExplicitContent", Apps),
    common("allowSafari", Safari),
    common("safariAllowAutoFill", Safari),
    further("safariForceFraudWarning", Safari),
    further("safariAllowPopups", Safari),
    further("safariAllowJavaScript", Safari),
    further("allowSafariPrivateBrowsing", Safari),
    further("allowSafariHistoryClearing", Safari),
    further("allowDefaultBrowserModification", Safari),
    common("allowCloudBackup", Icloud),
    common("allowCloudDocumentSync", Icloud),
    common("allowCloudKeychainSync", Icloud),
    common("allowCloudPhotoLibrary", Icloud),
    common("forceEncryptedBackup", Icloud),
    further("allowCloudPrivateRelay", Icloud),
    further("allowCloudDesktopAndDocuments", Icloud),
    further("allowTimeMachineBackup", Icloud),
    common("allowAirDrop", Sharing),
    common("allowActivityContinuation", Sharing),
    common("allowiPhoneMirroring", Sharing),
    common("allowPasswordAutoFill", Sharing),
    further("forceAuthenticationBeforeAutoFill", Sharing),
    further("allowPasswordSharing", Sharing),
    further("allowAirPrint", Sharing),
    further("allowSharedStream", Sharing),
    further("allowProximitySetupToNewDevice", Sharing),
    further("allowUniversalControl", Sharing),
    common("allowUSBRestrictedMode", Connections),
    common("allowHostPairing", Connections),
    common("allowFilesUSBDriveAccess", Connections),
    common("allowVPNCreation", Connections),
    further("allowFilesNetworkDriveAccess", Connections),
    further("allowBluetoothModification", Connections),
    further("allowNFC", Connections),
    further("allowPairedWatch", Connections),
    further("allowPersonalHotspotModification", Connections),
    further("allowAppCellularDataModification", Connections),
    further("allowESIMModification", Connections),
    further("forceWiFiPowerOn", Connections),
    further("forceWiFiToAllowedNetworksOnly", Connections),
    further("allowUntrustedTLSPrompt", Connections),
    further("allowOTAPKIUpdates", Connections),
    common("allowAssistant", Siri),
    common("allowAssistantWhileLocked", Siri),
    further("allowDictation", Siri),
    further("forceOnDeviceOnlyDictation", Siri),
    further("allowSpotlightInternetResults", Siri),
    further("allowWritingTools", Siri),
    further("allowImagePlayground", Siri),
    further("allowExternalIntelligenceIntegrations", Siri),
    common("allowAccountModification", Settings),
    common("allowUIConfigurationProfileInstallation", Settings),
    common("allowEraseContentAndSettings", Settings),
    common("forceAutomaticDateAndTime", Settings),
    common("allowDiagnosticSubmission", Settings),
    further("allowDeviceNameModification", Settings),
    further("allowWallpaperModification", Settings),
    further("allowNotificationsModification", Settings),
    further("allowEnablingRestrictions", Settings),
    further("allowFindMyDevice", Settings),
    further("allowApplePersonalizedAdvertising", Settings),
];

/// Apple's key for the apps that are hidden and cannot be opened.
pub const BLOCKED_APPS: &str = "blockedAppBundleIDs";
/// Apple's key for the only apps that can be seen and opened.
pub const ALLOWED_APPS: &str = "allowListedAppBundleIDs";
