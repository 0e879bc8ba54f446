//! The status of a managed app. Source: Apple's `mdm/commands/application.managed.list.yaml`.

use std::fmt;

/// Apple's `Status` in the list of managed apps, and `State` in the answer to `InstallApplication`.
///
/// [`Self::UserInstalledApp`], [`Self::UserRejected`], [`Self::UpdateRejected`],
/// [`Self::ManagementRejected`] and [`Self::Failed`] are reported once and then forgotten by the
/// device, so the first report must be kept.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum ManagedAppStatus {
    /// Scheduled for installation.
    Queued,
    /// A redemption code is needed to go on.
    NeedsRedemption,
    /// The device redeems the code.
    Redeeming,
    /// The person is asked whether to install.
    Prompting,
    /// The person is asked for App Store credentials.
    PromptingForLogin,
    /// The purchase is being checked.
    ValidatingPurchase,
    /// The person is asked whether to update.
    PromptingForUpdate,
    /// The person is asked for App Store credentials for an update.
    PromptingForUpdateLogin,
    /// The person is asked whether the organisation may manage an installed app.
    PromptingForManagement,
    /// An update is being checked.
    ValidatingUpdate,
    /// Updating; the former version stays until it is done.
    Updating,
    /// Installing.
    Installing,
    /// The app is being removed. Not in Apple's schema, but seen from devices.
    Uninstalling,
    /// Installed and managed.
    Managed,
    /// Managed, but the person removed it.
    ManagedButUninstalled,
    /// The person had installed the app before; it is on the device but not managed.
    UserInstalledApp,
    /// The person refused the installation.
    UserRejected,
    /// The person refused the update; the former version stays.
    UpdateRejected,
    /// The person refused that an installed app becomes managed; it stays on the device.
    ManagementRejected,
    /// The installation failed.
    Failed,
    /// Apple's own `Unknown`, or a status newer than this server, as sent.
    Unknown(String),
}

impl ManagedAppStatus {
    /// Reads Apple's name of a status.
    #[must_use]
    pub fn from_apple(name: &str) -> Self {
        KNOWN
            .iter()
            .find(|(known, _)| *known == name)
            .map_or_else(|| Self::Unknown(name.to_owned()), |(_, status)| status.clone())
    }

    /// Apple's name of the status.
    #[must_use]
    pub fn as_apple(&self) -> &str {
        if let Self::Unknown(name) = self {
            return name;
        }
        KNOWN.iter().find(|(_, status)| status == self).map_or("Unknown", |(name, _)| name)
    }

    /// Whether the app is on the device, managed or not.
    ///
    /// An app that is being updated or whose update was refused is there in its former version; an
    /// app being removed still is.
    #[must_use]
    pub fn is_installed(&self) -> bool {
        matches!(
            self,
            Self::Managed
                | Self::UserInstalledApp
                | Self::ManagementRejected
                | Self::PromptingForManagement
                | Self::PromptingForUpdate
                | Self::PromptingForUpdateLogin
                | Self::ValidatingUpdate
                | Self::Updating
                | Self::UpdateRejected
                | Self::Uninstalling
        )
    }

    /// Whether the installation waits for somebody to answer on the device.
    #[must_use]
    pub fn awaits_person(&self) -> bool {
        matches!(
            self,
            Self::Prompting
                | Self::PromptingForLogin
                | Self::PromptingForUpdate
                | Self::PromptingForUpdateLogin
                | Self::PromptingForManagement
        )
    }

    /// Whether the app will not be installed and managed without a new command.
    #[must_use]
    pub fn failed(&self) -> bool {
        matches!(
            self,
            Self::Failed
                | Self::UserRejected
                | Self::ManagementRejected
                | Self::ManagedButUninstalled
                | Self::NeedsRedemption
        )
    }
}

const KNOWN: &[(&str, ManagedAppStatus)] = &[
    ("Queued", ManagedAppStatus::Queued),
    ("NeedsRedemption", ManagedAppStatus::NeedsRedemption),
    ("Redeeming", ManagedAppStatus::Redeeming),
    ("Prompting", ManagedAppStatus::Prompting),
    ("PromptingForLogin", ManagedAppStatus::PromptingForLogin),
    ("ValidatingPurchase", ManagedAppStatus::ValidatingPurchase),
    ("PromptingForUpdate", ManagedAppStatus::PromptingForUpdate),
    ("PromptingForUpdateLogin", ManagedAppStatus::PromptingForUpdateLogin),
    ("PromptingForManagement", ManagedAppStatus::PromptingForManagement),
    ("ValidatingUpdate", ManagedAppStatus::ValidatingUpdate),
    ("Updating", ManagedAppStatus::Updating),
    ("Installing", ManagedAppStatus::Installing),
    ("Uninstalling", ManagedAppStatus::Uninstalling),
    ("Managed", ManagedAppStatus::Managed),
    ("ManagedButUninstalled", ManagedAppStatus::ManagedButUninstalled),
    ("UserInstalledApp", ManagedAppStatus::UserInstalledApp),
    ("UserRejected", ManagedAppStatus::UserRejected),
    ("UpdateRejected", ManagedAppStatus::UpdateRejected),
    ("ManagementRejected", ManagedAppStatus::ManagementRejected),
    ("Failed", ManagedAppStatus::Failed),
];

impl fmt::Display for ManagedAppStatus {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.as_apple())
    }
}
