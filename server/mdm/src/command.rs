//! Commands to a device. Source: Apple's `mdm/commands/*.yaml`.

use std::fmt;

use plist::{Dictionary, Value};

use crate::dict::{Dict, to_xml};

/// A command to a device, without the identifier of its delivery.
#[derive(Clone, PartialEq, Eq)]
pub enum Command {
    /// Installs a configuration profile, or replaces the one with the same outer PayloadIdentifier.
    InstallProfile {
        /// The profile, plain or signed.
        payload: Vec<u8>,
    },
    /// Removes a configuration profile.
    RemoveProfile {
        /// The outer PayloadIdentifier.
        identifier: String,
    },
    /// Installs or updates an app. The person may be asked; acknowledged means accepted.
    InstallApplication(InstallApplication),
    /// Removes a managed app and its data.
    RemoveApplication {
        /// The bundle identifier.
        identifier: String,
    },
    /// Asks for the installed profiles.
    ProfileList {
        /// Only those this server installed (iOS 13).
        managed_only: bool,
    },
    /// Asks for the status of managed apps.
    ManagedApplicationList {
        /// The bundle identifiers asked about; empty asks about all.
        identifiers: Vec<String>,
    },
    /// Asks the device about itself.
    DeviceInformation {
        /// Apple's names of the queries.
        queries: Vec<String>,
    },
    /// Asks about encryption and passcode.
    SecurityInfo,
    /// Locks the screen.
    DeviceLock {
        /// Shown on the lock screen.
        message: Option<String>,
        /// Shown on the lock screen.
        phone_number: Option<String>,
    },
    /// Removes the passcode.
    ClearPasscode {
        /// The UnlockToken of the last TokenUpdate that had one.
        unlock_token: Vec<u8>,
    },
    /// Erases the device.
    EraseDevice {
        /// Keeps an eSIM's data plan.
        preserve_data_plan: bool,
        /// Skips Proximity Setup after the restart.
        disallow_proximity_setup: bool,
    },
    /// Restarts the device; supervised only.
    RestartDevice,
    /// Shuts the device down; supervised only.
    ShutDownDevice,
    /// Turns lost mode on: locks the device and shows the text; supervised only. One of the two texts must be there.
    EnableLostMode {
        /// Shown on the lock screen.
        message: Option<String>,
        /// Shown on the lock screen.
        phone_number: Option<String>,
    },
    /// Turns lost mode off; supervised only.
    DisableLostMode,
    /// Asks where the device is; only in lost mode.
    DeviceLocation,
    /// Changes settings of the device.
    Settings(Vec<Setting>),
    /// Lets a device go on that waits in Setup Assistant.
    DeviceConfigured,
}

/// What `InstallApplication` installs and how.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InstallApplication {
    /// Where the app comes from.
    pub source: AppSource,
    /// `ManagementFlags`.
    pub management: AppManagement,
    /// `PurchaseMethod`.
    pub purchase_method: PurchaseMethod,
    /// `ChangeManagementState`: takes over an app the person had installed. Apple rejects the whole
    /// command when it is set under User Enrollment.
    pub take_management: bool,
    /// `Attributes.Removable` (iOS 14): whether the person may delete the app.
    pub removable: bool,
}

impl InstallApplication {
    /// An app that goes with the enrollment profile and is not backed up, which is what a shared device
    /// needs.
    #[must_use]
    pub fn new(source: AppSource) -> Self {
        Self {
            source,
            management: AppManagement::default(),
            purchase_method: PurchaseMethod::default(),
            take_management: false,
            removable: true,
        }
    }
}

/// Where an app comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AppSource {
    /// `iTunesStoreID`: an App Store app.
    StoreId(u64),
    /// `ManifestURL`: an in-house app; the address must begin with `https:`.
    ManifestUrl(String),
}

/// Apple's `ManagementFlags`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AppManagement {
    /// Remove the app with the enrollment profile.
    pub remove_with_profile: bool,
    /// Keep the app's data out of backups.
    pub prevent_backup: bool,
}

impl Default for AppManagement {
    fn default() -> Self {
        Self { remove_with_profile: true, prevent_backup: true }
    }
}

impl AppManagement {
    /// Apple's bit field: 1 remove with the profile, 4 no backup.
    #[must_use]
    pub fn flags(self) -> u8 {
        u8::from(self.remove_with_profile) | (u8::from(self.prevent_backup) << 2)
    }
}

/// Apple's `PurchaseMethod`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum PurchaseMethod {
    /// Free apps, in-house apps and redemption codes; the person may need an Apple Account.
    #[default]
    FreeOrRedemption,
    /// A licence assigned by the organisation; required under User Enrollment.
    Licence,
}

/// One item of the `Settings` command.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Setting {
    /// Renames the device; supervised only.
    DeviceName(String),
}

impl Command {
    /// Apple's `RequestType`.
    #[must_use]
    pub fn request_type(&self) -> &'static str {
        match self {
            Self::InstallProfile { .. } => "InstallProfile",
            Self::RemoveProfile { .. } => "RemoveProfile",
            Self::InstallApplication(_) => "InstallApplication",
            Self::RemoveApplication { .. } => "RemoveApplication",
            Self::ProfileList { .. } => "ProfileList",
            Self::ManagedApplicationList { .. } => "ManagedApplicationList",
            Self::DeviceInformation { .. } => "DeviceInformation",
            Self::SecurityInfo => "SecurityInfo",
            Self::DeviceLock { .. } => "DeviceLock",
            Self::ClearPasscode { .. } => "ClearPasscode",
            Self::EraseDevice { .. } => "EraseDevice",
            Self::RestartDevice => "RestartDevice",
            Self::ShutDownDevice => "ShutDownDevice",
            Self::EnableLostMode { .. } => "EnableLostMode",
            Self::DisableLostMode => "DisableLostMode",
            Self::DeviceLocation => "DeviceLocation",
            Self::Settings(_) => "Settings",
            Self::DeviceConfigured => "DeviceConfigured",
        }
    }

    /// The command as the body of an answer to the device. The same input gives the same bytes.
    #[must_use]
    pub fn to_plist(&self, command_uuid: &str) -> Vec<u8> {
        let command = self.arguments().set("RequestType", self.request_type());
        to_xml(Dict::new().set("Command", command.finish()).set("CommandUUID", command_uuid).finish())
    }

    fn arguments(&self) -> Dict {
        let dict = Dict::new();
        match self {
            Self::InstallProfile { payload } => dict.data("Payload", payload),
            Self::RemoveProfile { identifier } | Self::RemoveApplication { identifier } => {
                dict.set("Identifier", identifier.as_str())
            }
            Self::InstallApplication(app) => app.arguments(),
            Self::ProfileList { managed_only } => dict.flag("ManagedOnly", *managed_only),
            Self::ManagedApplicationList { identifiers } if identifiers.is_empty() => dict,
            Self::ManagedApplicationList { identifiers } => dict.set("Identifiers", strings(identifiers)),
            Self::DeviceInformation { queries } => dict.set("Queries", strings(queries)),
            Self::DeviceLock { message, phone_number } | Self::EnableLostMode { message, phone_number } => {
                dict.maybe("Message", message.as_deref()).maybe("PhoneNumber", phone_number.as_deref())
            }
            Self::ClearPasscode { unlock_token } => dict.data("UnlockToken", unlock_token),
            Self::EraseDevice { preserve_data_plan, disallow_proximity_setup } => dict
                .flag("PreserveDataPlan", *preserve_data_plan)
                .flag("DisallowProximitySetup", *disallow_proximity_setup),
            Self::Settings(settings) => {
                dict.set("Settings", settings.iter().map(Setting::to_value).collect::<Vec<_>>())
            }
            Self::SecurityInfo
            | Self::RestartDevice
            | Self::ShutDownDevice
            | Self::DisableLostMode
            | Self::DeviceLocation
            | Self::DeviceConfigured => dict,
        }
    }
}

impl InstallApplication {
    fn arguments(&self) -> Dict {
        let purchase_method = match self.purchase_method {
            PurchaseMethod::FreeOrRedemption => 0,
            PurchaseMethod::Licence => 1,
        };
        let flags = self.management.flags();
        let dict = match &self.source {
            AppSource::StoreId(id) => Dict::new().set("iTunesStoreID", *id),
            AppSource::ManifestUrl(url) => Dict::new().set("ManifestURL", url.as_str()),
        };
        let dict = dict
            .maybe("ManagementFlags", (flags != 0).then_some(flags))
            .set("Options", Dict::new().set("PurchaseMethod", purchase_method).finish())
            .maybe("ChangeManagementState", self.take_management.then_some("Managed"));
        if self.removable {
            return dict;
        }
        dict.set("Attributes", Dict::new().set("Removable", false).finish())
    }
}

impl Setting {
    fn to_value(&self) -> Value {
        let item: Dictionary = match self {
            Self::DeviceName(name) => Dict::new().set("Item", "DeviceName").set("DeviceName", name.as_str()),
        }
        .finish();
        Value::Dictionary(item)
    }
}

fn strings(texts: &[String]) -> Vec<Value> {
    texts.iter().map(|text| Value::String(text.clone())).collect()
}

impl fmt::Debug for Command {
    /// Shows what the command is about, never a profile's content or an unlock token: both hold secrets.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = formatter.debug_struct(self.request_type());
        match self {
            Self::InstallProfile { payload } => shown.field("payload_bytes", &payload.len()),
            Self::RemoveProfile { identifier } | Self::RemoveApplication { identifier } => {
                shown.field("identifier", identifier)
            }
            Self::InstallApplication(app) => shown.field("source", &app.source),
            Self::ManagedApplicationList { identifiers } => shown.field("identifiers", identifiers),
            Self::DeviceInformation { queries } => shown.field("queries", queries),
            Self::Settings(settings) => shown.field("settings", settings),
            _ => &mut shown,
        };
        shown.finish_non_exhaustive()
    }
}
