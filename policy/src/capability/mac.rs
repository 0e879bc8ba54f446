//! The configurations that a Mac under User Enrollment does not get (spec E5).

use super::matrix::restrictions_of_a_mac;
use crate::decision::{Decision, ReasonCode, Source};
use crate::fact::Fact;
use crate::facts::{DeviceFacts, EnrollmentType, Platform};
use crate::name::named;
use crate::payload::decide_type;

named! {
    /// A type of configuration from the seeds' list, by the label that the seeds give it.
    pub enum MacConfiguration {
        /// Rules for the passcode.
        Passcode = "Passcode",
        /// A vendor's VPN client.
        Tunnel = "Tunnel",
        /// The same, connecting on demand.
        TunnelOnDemand = "Tunnel (On Demand)",
        /// A VPN for the whole device; a VPN for single apps is another type.
        Vpn = "VPN configurations",
        /// Accounts of a vendor's client.
        Office365Accounts = "Office 365 Auto Account Creation",
        /// Kernel extensions that may load.
        KernelExtensionPolicy = "macOS Kernel Extension Policy",
        /// What apps may access.
        PrivacyPreference = "Privacy Preference",
        /// Restrictions; Apple leaves some keys.
        Restrictions = "macOS Restrictions",
        /// Where and when the system updates itself.
        SoftwareUpdates = "Software Updates",
        /// Printers.
        AirPrint = "AirPrint",
        /// The privacy settings of a vendor's client.
        ClientPrivacy = "MI Client Privacy",
        /// Encryption of the disk.
        FileVault = "FileVault 2",
        /// Where the key to the disk is kept.
        FileVaultRecoveryKey = "FileVault Recovery Key",
        /// The firewall.
        Firewall = "Firewall",
        /// A rule of Gatekeeper's.
        SystemPolicyRule = "System Policy Rule",
        /// Which certificate goes with which address.
        CertificatePreference = "Certificate Preference",
        /// Whether Gatekeeper is on.
        SystemPolicyControl = "System Policy Control",
        /// Whether people can get around Gatekeeper.
        SystemPolicyManaged = "System Policy Managed",
        /// Restrictions of the App Store.
        AppStoreRestrictions = "macOS AppStore Restrictions",
        /// Whether discs can be burnt.
        DiskBurningRestrictions = "macOS Disk Burning Restrictions",
        /// What the Finder offers.
        FinderSettings = "macOS Finder Settings",
        /// A vendor's agent.
        AgentApp = "Mobile@Work for macOS",
        /// Scripts that the agent runs.
        AgentScript = "Mobile@Work for macOS Script",
        /// Which media can be used.
        AllowedMediaControl = "Allowed Media Control",
        /// Where the time comes from.
        TimeServer = "Time Server",
        /// Which apps can be opened.
        AllowedAppsPolicy = "Allowed Apps Policy",
    }
}

impl MacConfiguration {
    /// The file of its payload in Apple's schema; none for what only a vendor's client understands.
    #[must_use]
    pub const fn payload(self) -> Option<&'static str> {
        match self {
            Self::Passcode => Some("com.apple.mobiledevice.passwordpolicy"),
            Self::Vpn => Some("com.apple.vpn.managed"),
            Self::KernelExtensionPolicy => Some("com.apple.syspolicy.kernel-extension-policy"),
            Self::PrivacyPreference => Some("com.apple.TCC.configuration-profile-policy"),
            Self::Restrictions => Some("com.apple.applicationaccess"),
            Self::SoftwareUpdates => Some("com.apple.SoftwareUpdate"),
            Self::AirPrint => Some("com.apple.airprint"),
            Self::FileVault => Some("com.apple.MCX.FileVault2"),
            Self::FileVaultRecoveryKey => Some("com.apple.security.FDERecoveryKeyEscrow"),
            Self::Firewall => Some("com.apple.security.firewall"),
            Self::SystemPolicyRule => Some("com.apple.systempolicy.rule"),
            Self::CertificatePreference => Some("com.apple.security.certificatepreference"),
            Self::SystemPolicyControl => Some("com.apple.systempolicy.control"),
            Self::SystemPolicyManaged => Some("com.apple.systempolicy.managed"),
            Self::AppStoreRestrictions => Some("com.apple.appstore"),
            Self::DiskBurningRestrictions => Some("com.apple.DiscRecording"),
            Self::FinderSettings => Some("com.apple.finder"),
            Self::AllowedMediaControl => Some("com.apple.systemuiserver"),
            Self::TimeServer => Some("com.apple.MCX(TimeServer)"),
            Self::AllowedAppsPolicy => Some("com.apple.applicationaccess.new"),
            Self::Tunnel
            | Self::TunnelOnDemand
            | Self::Office365Accounts
            | Self::ClientPrivacy
            | Self::AgentApp
            | Self::AgentScript => None,
        }
    }
}

/// Whether the device gets this type of configuration: Apple's table, then what Baton withholds from a Mac under User
/// Enrollment (spec E5).
#[must_use]
pub fn decide_mac_configuration(configuration: MacConfiguration, facts: &DeviceFacts) -> Decision {
    let Some(payload) = configuration.payload() else {
        return Decision::deny(ReasonCode::VendorClientOnly, Source::Product);
    };
    let decision = decide_type(payload, facts);
    if configuration == MacConfiguration::Restrictions {
        return decision.narrowed_by(restrictions_of_a_mac(facts));
    }
    decision
}

/// What Baton withholds from a Mac under User Enrollment beyond Apple's table.
pub(crate) fn on_user_enrolled_mac(payload_type: &str, facts: &DeviceFacts) -> Decision {
    let is_user_enrolled_mac =
        facts.enrollment == EnrollmentType::User && facts.platform == Fact::Value(Platform::Macos);
    match payload_type {
        "com.apple.airprint" | "com.apple.security.certificatepreference" if is_user_enrolled_mac => {
            Decision::deny(ReasonCode::WithheldOnUserEnrolledMac, Source::Product)
        }
        _ => Decision::allow(ReasonCode::Allowed, Source::Product),
    }
}
