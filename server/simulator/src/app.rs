//! Apps on a phone and how they get there.

use std::time::Duration;

use serde::{Deserialize, Serialize};

/// An app on a phone, or on its way to it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct App {
    /// Bundle identifier.
    pub bundle_id: String,
    /// The name under the icon.
    pub name: String,
    /// Short version.
    pub version: String,
    /// How far it is.
    pub status: AppStatus,
    /// `ManagementFlags` of the command: 1 = goes with the management profile, 4 = no backup.
    pub management_flags: u64,
    /// Whether the command brought a configuration.
    pub has_configuration: bool,
    /// From the App Store (then with this number), or from a manifest.
    pub store_id: Option<u64>,
    /// How long the installation takes once it may begin; the fleet's pace when the script says nothing.
    pub(crate) install_takes: Option<Duration>,
    /// The person will decline.
    pub(crate) will_be_refused: bool,
    /// The installation will fail.
    pub(crate) will_fail: bool,
    /// Which installation this is; see [`crate::device::state::DeviceState::app_attempts`].
    pub(crate) attempt: u64,
}

/// Where an app stands, in the words of `ManagedApplicationList`, and one for apps the server did not bring.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum AppStatus {
    /// Scheduled.
    Queued,
    /// Waiting for a tap on Install.
    Prompting,
    /// The person's own app, waiting for a tap on Manage.
    PromptingForManagement,
    /// On its way.
    Installing,
    /// Installed and managed.
    Managed,
    /// Managed, but the person deleted it.
    ManagedButUninstalled,
    /// The person tapped Cancel; reported once, then forgotten.
    UserRejected,
    /// The person kept the app to themselves; reported once, then it counts as theirs again.
    ManagementRejected,
    /// The installation failed; reported once, then forgotten.
    Failed,
    /// Installed by the person; not in the managed-app list.
    Personal,
}

impl AppStatus {
    /// Apple's word for it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Queued => "Queued",
            Self::Prompting => "Prompting",
            Self::PromptingForManagement => "PromptingForManagement",
            Self::Installing => "Installing",
            Self::Managed => "Managed",
            Self::ManagedButUninstalled => "ManagedButUninstalled",
            Self::UserRejected => "UserRejected",
            Self::ManagementRejected => "ManagementRejected",
            Self::Failed => "Failed",
            Self::Personal => "Personal",
        }
    }

    /// Whether the app can be opened.
    pub fn is_installed(self) -> bool {
        matches!(self, Self::Managed | Self::Personal | Self::PromptingForManagement | Self::ManagementRejected)
    }

    /// Whether the device is still working on it or asking about it.
    pub fn is_under_way(self) -> bool {
        matches!(self, Self::Queued | Self::Prompting | Self::PromptingForManagement | Self::Installing)
    }

    /// Whether the person is being asked.
    pub fn is_prompt(self) -> bool {
        matches!(self, Self::Prompting | Self::PromptingForManagement)
    }

    /// Whether the device tells it once and then forgets it.
    pub(crate) fn is_told_once(self) -> bool {
        matches!(self, Self::UserRejected | Self::ManagementRejected | Self::Failed)
    }
}

impl App {
    /// What becomes of the app when the management profile goes; false when it is deleted.
    pub(crate) fn survives_management(&mut self) -> bool {
        let goes_with_profile = self.management_flags & 1 == 1;
        let stays = match self.status {
            AppStatus::Personal | AppStatus::PromptingForManagement | AppStatus::ManagementRejected => true,
            AppStatus::Managed => !goes_with_profile,
            _ => false,
        };
        if stays {
            self.status = AppStatus::Personal;
        }
        stays
    }

    /// Whether `wanted` means this app: its bundle identifier or its name.
    pub(crate) fn is_called(&self, wanted: &str) -> bool {
        self.bundle_id == wanted || self.name == wanted
    }
}
