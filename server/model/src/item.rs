//! Configurations and apps: what can be on a device.

use std::collections::BTreeMap;

use baton_policy::{ItemKind, Payload};
use serde::{Deserialize, Serialize};

use crate::{ItemId, Timestamp, id};

/// A configuration or an app of the catalogue.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Item {
    /// The id; [`id::SECURE_SIGN_IN`] for the built-in configuration.
    pub id: ItemId,
    /// The name that people read, unique after folding among configurations or among apps.
    pub name: String,
    /// What it is for.
    pub description: String,
    /// What it does on the device.
    pub content: ItemContent,
    /// Counts changes of name and content; Save carries it.
    pub revision: i64,
    /// When it last changed.
    pub updated_at: Timestamp,
}

impl Item {
    /// Whether this is the configuration that can be neither created, deleted nor duplicated (A8).
    #[must_use]
    pub fn is_built_in(&self) -> bool {
        self.id.as_str() == id::SECURE_SIGN_IN
    }
}

/// What an item does, by kind. Texts may hold placeholders such as `${user.name}`, filled in for the holder.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "camelCase")]
pub enum ItemContent {
    /// A wireless network.
    WiFi(WiFi),
    /// An icon on the Home Screen.
    WebClip(WebClip),
    /// Rules for the device's passcode.
    Passcode(Passcode),
    /// A certificate that the device trusts.
    Certificate(Certificate),
    /// A certificate with its private key, by which the device identifies itself.
    Identity(Identity),
    /// What the device allows.
    Restrictions(Restrictions),
    /// A configuration profile that somebody uploaded.
    Profile(UploadedProfile),
    /// The built-in sign-in clip.
    SecureSignIn(SecureSignIn),
    /// An app of the organisation's own, fetched by manifest.
    InHouseApp(InHouseApp),
    /// An app of the App Store.
    StoreApp(StoreApp),
}

impl ItemContent {
    /// The kind, as the policy knows it.
    #[must_use]
    pub const fn kind(&self) -> ItemKind {
        match self {
            Self::WiFi(_) => ItemKind::WiFi,
            Self::WebClip(_) => ItemKind::WebClip,
            Self::Passcode(_) => ItemKind::Passcode,
            Self::Certificate(_) => ItemKind::Certificate,
            Self::Identity(_) => ItemKind::Identity,
            Self::Restrictions(_) => ItemKind::Restrictions,
            Self::Profile(_) => ItemKind::Profile,
            Self::SecureSignIn(_) => ItemKind::SecureSignIn,
            Self::InHouseApp(_) => ItemKind::InHouseApp,
            Self::StoreApp(_) => ItemKind::StoreApp,
        }
    }

    /// Whether this is an app rather than a configuration.
    #[must_use]
    pub const fn is_app(&self) -> bool {
        matches!(self, Self::InHouseApp(_) | Self::StoreApp(_))
    }

    /// The file that is kept beside the content.
    #[must_use]
    pub const fn file(&self) -> Option<&ItemFile> {
        match self {
            Self::WebClip(clip) => clip.icon.as_ref(),
            Self::Profile(profile) => Some(&profile.file),
            _ => None,
        }
    }

    /// The app's bundle identifier; `None` for a configuration.
    #[must_use]
    pub fn bundle_id(&self) -> Option<&str> {
        match self {
            Self::InHouseApp(app) => Some(&app.bundle_id),
            Self::StoreApp(app) => Some(&app.bundle_id),
            _ => None,
        }
    }
}

/// A file of an item, kept beside its content.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ItemFile {
    /// A keyed hash of the content, by which the file is found.
    pub digest: String,
    /// How large it is.
    pub bytes: u64,
}

/// Text that only the server can read: sealed with a key outside the database, in base64.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct SealedText(pub String);

/// How a wireless network is protected: Apple's EncryptionType.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum WiFiSecurity {
    /// An open network.
    None,
    /// WPA2 personal.
    Wpa2,
    /// WPA3 personal.
    Wpa3,
}

/// A wireless network: `com.apple.wifi.managed`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct WiFi {
    /// The network's name.
    pub ssid: String,
    /// How it is protected.
    pub security: WiFiSecurity,
    /// Its password.
    pub password: Option<SealedText>,
    /// Whether it hides its name.
    pub hidden: bool,
    /// Whether the device joins by itself.
    pub auto_join: bool,
}

/// An icon on the Home Screen: `com.apple.webClip.managed`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct WebClip {
    /// The text under the icon.
    pub label: String,
    /// The page it opens.
    pub url: String,
    /// Whether it opens without Safari's bars.
    pub full_screen: bool,
    /// Whether the person may delete it.
    pub removable: bool,
    /// Whether it stays without Safari's bars on other sites too; matters only without them.
    #[serde(default = "yes")]
    pub ignore_manifest_scope: bool,
    /// Whether the device leaves the icon as it is.
    #[serde(default)]
    pub precomposed: bool,
    /// Its icon, a PNG.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub icon: Option<ItemFile>,
}

const fn yes() -> bool {
    true
}

/// Rules for the passcode: `com.apple.mobiledevice.passwordpolicy`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Passcode {
    /// The fewest characters, 4 to 16.
    pub min_length: u8,
    /// Whether 1234 and the like pass.
    pub allow_simple: bool,
    /// Whether a letter is needed.
    pub require_alphanumeric: bool,
    /// Minutes without use until the device locks; `None` leaves it to the person.
    pub max_inactivity_minutes: Option<u8>,
    /// Wrong tries until the device erases itself, 2 to 11; `None` for no limit.
    pub max_failed_attempts: Option<u8>,
}

/// A trusted certificate: `com.apple.security.root` or `com.apple.security.pkcs1`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Certificate {
    /// The certificate: DER in base64.
    pub der: String,
    /// Its subject's common name, for lists.
    pub subject: String,
    /// When it expires.
    pub expires_at: Timestamp,
}

/// A certificate with its private key: `com.apple.security.pkcs12`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Identity {
    /// The PKCS#12 file in base64, sealed.
    pub file: SealedText,
    /// Its password.
    pub password: SealedText,
    /// The certificate's subject, for lists.
    pub subject: String,
    /// Who issued it.
    pub issuer: String,
    /// When it expires.
    pub expires_at: Timestamp,
    /// How many more certificates the file holds, such as the issuer's.
    pub more_certificates: usize,
}

/// What the device allows: `com.apple.applicationaccess`. What is not set is not among them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Restrictions {
    /// By Apple's key.
    pub settings: BTreeMap<String, bool>,
    /// Bundle identifiers of apps that are hidden and cannot be opened.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub blocked_apps: Vec<String>,
    /// Bundle identifiers of the only apps that can be seen and opened; all when empty.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub allowed_apps: Vec<String>,
}

/// A configuration profile that somebody uploaded. The profile itself is its file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct UploadedProfile {
    /// The profile.
    pub file: ItemFile,
    /// What the file was called.
    pub file_name: String,
    /// Who had signed it; the signature is not kept.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub signed_by: Option<String>,
    /// What is inside, in the profile's order.
    pub payloads: Vec<UploadedPayload>,
    /// Whether a text in it is filled in for the holder.
    pub is_personal: bool,
    /// What looks like a placeholder and is none: sent as it stands.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub unknown_placeholders: Vec<String>,
}

/// A payload of an uploaded profile.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct UploadedPayload {
    /// Its PayloadDisplayName.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Its type and keys, as the rules know them.
    pub rules: Payload,
}

/// One line of the checklist before signing out (A11).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ChecklistLine {
    /// What the person should do first.
    pub text: String,
    /// Whether signing out waits for a tick, or the line only reminds.
    pub blocks: bool,
}

/// The options of *Multi-user Secure Sign-in for iOS* (A8). The reminder of Microsoft's apps is not among the lines: it
/// always comes first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SecureSignIn {
    /// The text under the icon.
    pub label: String,
    /// Who to call when the phone is in somebody else's hands (A7).
    pub help_contact: String,
    /// The lines after the first.
    pub checklist: Vec<ChecklistLine>,
    /// Whether the check of Nobody's share was overridden by an administrator (A9).
    pub nobody_overridden: bool,
}

/// An app of the organisation's own.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct InHouseApp {
    /// The app's bundle identifier.
    pub bundle_id: String,
    /// Where its manifest is.
    pub manifest_url: String,
    /// Whether it is removed and installed again between people (A11).
    pub reset_between_people: bool,
}

/// An app of the App Store.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct StoreApp {
    /// The app's bundle identifier.
    pub bundle_id: String,
    /// Apple's number for it: iTunesStoreID.
    pub store_id: u64,
    /// Whether it is removed and installed again between people (A11).
    pub reset_between_people: bool,
}
