//! Everything a phone keeps in its memory; saved as JSON when the fleet has a state folder.

use std::collections::BTreeMap;

use plist::{Dictionary, Value};
use serde::{Deserialize, Serialize};

use super::spec::DeviceSpec;
use crate::app::App;
use crate::base64_bytes;
use crate::protocol::enrollment_profile::EnrollmentProfile;
use crate::protocol::identity::Identity;
use crate::protocol::plists;
use crate::protocol::profile::ConfigurationProfile;

/// The whole memory of a phone.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct DeviceState {
    pub(crate) spec: DeviceSpec,
    /// How often the phone was enrolled; makes tokens of each enrollment new.
    pub(crate) enrollments: u32,
    /// How often it drew a push token in this enrollment.
    pub(crate) tokens: u32,
    pub(crate) enrollment: Option<Enrollment>,
    pub(crate) profiles: Vec<InstalledProfile>,
    pub(crate) apps: Vec<App>,
    pub(crate) has_passcode: bool,
    /// The text on the screen of a phone in lost mode; `None` outside of it.
    #[serde(default)]
    pub(crate) lost_mode: Option<String>,
    /// Counts app installations, so that a timer of an older one does nothing.
    pub(crate) app_attempts: u64,
}

/// How the device names itself to its server.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum EnrollmentIdentity {
    /// Device Enrollment: the hardware's UDID.
    Device {
        /// The UDID.
        udid: String,
    },
    /// User Enrollment: an identifier that is new on every enrollment; the hardware stays unnamed.
    User {
        /// The identifier.
        enrollment_id: String,
    },
}

impl EnrollmentIdentity {
    /// Puts the identity into a message.
    pub(crate) fn write(&self, message: &mut Dictionary) {
        let (key, value) = match self {
            Self::Device { udid } => ("UDID", udid),
            Self::User { enrollment_id } => ("EnrollmentID", enrollment_id),
        };
        message.insert(key.to_owned(), Value::String(value.clone()));
    }

    /// Whether serial number, IMEI and unlock token may be sent.
    pub(crate) fn may_name_hardware(&self) -> bool {
        matches!(self, Self::Device { .. })
    }
}

/// The bond with a server.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Enrollment {
    pub(crate) id: EnrollmentIdentity,
    pub(crate) identity: Identity,
    pub(crate) server_url: String,
    pub(crate) check_in_url: String,
    pub(crate) topic: String,
    pub(crate) sign_message: bool,
    pub(crate) check_out_when_removed: bool,
    pub(crate) access_rights: Option<u64>,
    pub(crate) required_app: Option<u64>,
    #[serde(with = "base64_bytes")]
    pub(crate) push_token: Vec<u8>,
    pub(crate) push_magic: String,
    #[serde(with = "base64_bytes")]
    pub(crate) unlock_token: Vec<u8>,
    /// False between Authenticate and TokenUpdate.
    pub(crate) complete: bool,
}

impl Enrollment {
    /// Takes over what a renewed management profile may change: the identity and the smaller settings.
    pub(crate) fn renew(&mut self, renewed: EnrollmentProfile) {
        self.identity = renewed.identity;
        self.sign_message = renewed.sign_message;
        self.check_out_when_removed = renewed.check_out_when_removed;
        self.access_rights = renewed.access_rights;
    }
}

impl std::fmt::Debug for Enrollment {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("Enrollment")
            .field("id", &self.id)
            .field("complete", &self.complete)
            .finish_non_exhaustive()
    }
}

/// A profile on the phone.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct InstalledProfile {
    /// `PayloadIdentifier`; a profile with the same one takes its place.
    pub identifier: String,
    /// `PayloadUUID`.
    pub uuid: String,
    /// `PayloadDisplayName`, or the identifier when it has none.
    pub display_name: String,
    /// `PayloadOrganization`.
    pub organization: Option<String>,
    /// `PayloadRemovalDisallowed`.
    pub removal_disallowed: bool,
    /// Installed by the server, so that the server may remove it.
    pub managed: bool,
    /// The payloads inside.
    pub payloads: Vec<Payload>,
    /// The profile's plist as it was received, without a signature around it.
    #[serde(with = "base64_bytes")]
    pub content: Vec<u8>,
}

impl InstalledProfile {
    pub(crate) fn new(profile: ConfigurationProfile, managed: bool) -> Self {
        Self {
            identifier: profile.identifier,
            uuid: profile.uuid,
            display_name: profile.display_name,
            organization: profile.organization,
            removal_disallowed: profile.removal_disallowed,
            managed,
            payloads: profile.payloads,
            content: profile.content,
        }
    }

    /// The profile as a property list, to look at what is inside its payloads.
    pub fn plist(&self) -> Dictionary {
        plists::dictionary(&self.content).unwrap_or_default()
    }

    /// The icons this profile puts on the Home Screen.
    pub fn web_clips(&self) -> impl Iterator<Item = &WebClip> {
        self.payloads.iter().filter_map(|payload| payload.web_clip.as_ref())
    }

    /// What this profile restricts.
    pub fn restrictions(&self) -> impl Iterator<Item = (&str, &str)> {
        let payloads = self.payloads.iter().flat_map(|payload| &payload.restrictions);
        payloads.map(|(key, value)| (key.as_str(), value.as_str()))
    }

    /// The certificates of the identities this profile installs, in DER.
    pub fn identities(&self) -> impl Iterator<Item = &[u8]> {
        self.payloads.iter().filter_map(|payload| payload.identity.as_deref())
    }

    /// Whether this is the management profile itself.
    pub fn is_management_profile(&self) -> bool {
        self.payloads.iter().any(|payload| payload.payload_type == crate::protocol::profile::MDM)
    }
}

impl std::fmt::Debug for InstalledProfile {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("InstalledProfile")
            .field("identifier", &self.identifier)
            .field("uuid", &self.uuid)
            .field("display_name", &self.display_name)
            .finish_non_exhaustive()
    }
}

/// A payload of an installed profile.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Payload {
    /// `PayloadType`, for example `com.apple.wifi.managed`.
    pub payload_type: String,
    /// `PayloadIdentifier`.
    pub identifier: String,
    /// `PayloadUUID`.
    pub uuid: String,
    /// `PayloadDisplayName`.
    pub display_name: Option<String>,
    /// The icon, when this is a web clip.
    pub web_clip: Option<WebClip>,
    /// What it restricts, by Apple's key, with the value as text.
    #[serde(default)]
    pub restrictions: BTreeMap<String, String>,
    /// The certificate in DER, when this is an identity.
    #[serde(default)]
    pub identity: Option<Vec<u8>>,
}

/// An icon on the Home Screen that opens a page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WebClip {
    /// The text under the icon.
    pub label: String,
    /// What a tap opens.
    pub url: String,
    /// Without Safari's bars.
    pub full_screen: bool,
    /// Stays inside itself on pages of other hosts.
    pub ignore_manifest_scope: bool,
    /// Whether the person can delete the icon.
    pub removable: bool,
    /// How large its picture is, in bytes; 0 without one.
    #[serde(default)]
    pub icon_bytes: usize,
}

impl DeviceState {
    /// A phone fresh from its box.
    pub(crate) fn new(spec: DeviceSpec) -> Self {
        Self {
            spec,
            enrollments: 0,
            tokens: 0,
            enrollment: None,
            profiles: Vec::new(),
            apps: Vec::new(),
            has_passcode: true,
            lost_mode: None,
            app_attempts: 0,
        }
    }

    /// Whether a server manages the phone under User Enrollment.
    pub(crate) fn is_user_enrolled(&self) -> bool {
        self.enrollment.as_ref().is_some_and(|enrollment| !enrollment.id.may_name_hardware())
    }

    /// The enrollment, once the server has accepted it.
    pub(crate) fn enrolled(&self) -> Option<&Enrollment> {
        self.enrollment.as_ref().filter(|enrollment| enrollment.complete)
    }

    /// Forgets the server with all it installed; apps that may stay become the person's own.
    pub(crate) fn leave_management(&mut self) {
        self.enrollment = None;
        self.lost_mode = None;
        self.profiles.retain(|profile| !profile.managed && !profile.is_management_profile());
        self.apps.retain_mut(App::survives_management);
    }

    /// Back to factory settings; counters stay, so that later tokens are new ones.
    pub(crate) fn erase(&mut self) {
        self.enrollment = None;
        self.profiles.clear();
        self.apps.clear();
        self.lost_mode = None;
        self.has_passcode = false;
    }
}
