//! Renderings: an item as one holder gets it on one device, with personal texts filled in (A3).
//!
//! The rendering's name is a keyed hash of the content, so that two people with the same content have the same
//! rendering, and nobody can try passwords against what the database holds.

mod payloads;
mod placeholders;

use base64::{Engine as _, engine::general_purpose::STANDARD};
use baton_mdm::{
    command::{AppSource, Command, InstallApplication, PurchaseMethod},
    mobileconfig::{MobileConfig, Outer},
    payload::{self, Payload},
    profile::{Profile, ProfileError, WrittenProfile, web_clip_profile},
};
use baton_model::{
    Device, Item, ItemContent, User,
    item::{Identity, SealedText, WiFi, WiFiSecurity},
};
use baton_policy::{DeviceFacts, EnrollmentType, ItemRole, Rendering};
use thiserror::Error;

pub use payloads::payloads;
pub use placeholders::PLACEHOLDERS;
pub(crate) use placeholders::{is_placeholder, placeholders_exist};

use crate::{CoreConfig, Vault, clip, files::File, vault::VaultError};

const SEAL_PURPOSE: &str = "item-secret";
const RENDERING_PURPOSE: &str = "rendering";
/// Every profile that Baton installs for an item has an identifier that begins so.
pub const IDENTIFIER_PREFIX: &str = "baton.item.";

/// An item as one holder gets it on one device.
pub(crate) struct Rendered {
    pub rendering: Rendering,
    /// PayloadIdentifier or bundle identifier.
    pub identifier: String,
    pub install: Command,
}

/// Why an item cannot be rendered.
#[derive(Debug, Error)]
pub(crate) enum RenderError {
    #[error("a sealed text cannot be opened: {0}")]
    Vault(#[from] VaultError),
    #[error("the profile is not valid: {0}")]
    Profile(#[from] ProfileError),
    #[error("the certificate is not base64")]
    Certificate,
    #[error("its file is missing")]
    NoFile,
    #[error("a sealed text is not text")]
    NotText,
}

/// The role that the policy gives an item (A9, A21): Wi-Fi keeps the device in reach.
pub(crate) const fn role(content: &ItemContent) -> ItemRole {
    match content {
        ItemContent::SecureSignIn(_) => ItemRole::SignInClip,
        ItemContent::WiFi(_) => ItemRole::Connectivity,
        _ => ItemRole::Ordinary,
    }
}

/// Whether the app is removed and installed afresh between people (A11).
pub(crate) const fn is_reset_between_people(content: &ItemContent) -> bool {
    match content {
        ItemContent::InHouseApp(app) => app.reset_between_people,
        ItemContent::StoreApp(app) => app.reset_between_people,
        _ => false,
    }
}

/// The PayloadIdentifier or bundle identifier under which a device knows the item.
pub(crate) fn identifier(item: &Item) -> String {
    item.content.bundle_id().map_or_else(|| format!("{IDENTIFIER_PREFIX}{}", item.id), str::to_owned)
}

/// The name of the rendering of a profile with this PayloadUUID, so that a device's profile list tells renderings apart.
pub(crate) fn rendering_of_profile(vault: &Vault, identifier: &str, payload_uuid: &str) -> Rendering {
    let content = format!("{identifier}\n{}", payload_uuid.to_ascii_uppercase());
    Rendering::new(hex::encode(vault.mac(RENDERING_PURPOSE, content.as_bytes())))
}

/// What renderings for one holder on one device are made with.
pub(crate) struct Renderer<'a> {
    pub vault: &'a Vault,
    pub config: &'a CoreConfig,
    pub device: &'a Device,
    pub holder: &'a User,
    /// The device as the policy knows it: what it cannot take is left out.
    pub facts: &'a DeviceFacts,
}

impl Renderer<'_> {
    /// The item, with its file where it has one.
    pub(crate) fn render(&self, item: &Item, file: Option<&File>) -> Result<Rendered, RenderError> {
        let identifier = identifier(item);
        let payload = match &item.content {
            ItemContent::InHouseApp(app) => {
                let url = self.fill_encoded(&app.manifest_url);
                return Ok(app_rendering(self.vault, item, self.device, identifier, AppSource::ManifestUrl(url)));
            }
            ItemContent::StoreApp(app) => {
                let source = AppSource::StoreId(app.store_id);
                return Ok(app_rendering(self.vault, item, self.device, identifier, source));
            }
            ItemContent::SecureSignIn(options) => {
                let url = clip::address(self.vault, self.config, &self.device.id, self.device.clip_generation);
                let profile = web_clip_profile(&identifier, Some(&self.config.organisation), &options.label, &url);
                return Ok(profile_rendering(self.vault, identifier, profile.write()?));
            }
            ItemContent::Profile(_) => {
                let Some(File::Profile(config)) = file else { return Err(RenderError::NoFile) };
                return self.uploaded(item, identifier, config);
            }
            ItemContent::WiFi(wifi) => Payload::WiFi(wifi_payload(self.vault, wifi, &|text| self.fill(text))?),
            ItemContent::WebClip(web_clip) => Payload::WebClip(payload::WebClip {
                url: self.fill_encoded(&web_clip.url),
                label: self.fill(&web_clip.label),
                icon: match (&web_clip.icon, file) {
                    (None, _) => None,
                    (Some(_), Some(File::Icon(icon))) => Some(icon.clone()),
                    (Some(_), _) => return Err(RenderError::NoFile),
                },
                removable: web_clip.removable,
                full_screen: web_clip.full_screen,
                ignore_manifest_scope: web_clip.full_screen && web_clip.ignore_manifest_scope,
                precomposed: web_clip.precomposed,
                target_application: None,
            }),
            ItemContent::Passcode(rules) => Payload::Passcode(payload::Passcode {
                required: true,
                allow_simple: Some(rules.allow_simple),
                require_alphanumeric: rules.require_alphanumeric,
                min_length: Some(rules.min_length),
                max_inactivity_minutes: rules.max_inactivity_minutes,
                max_failed_attempts: rules.max_failed_attempts,
                ..payload::Passcode::default()
            }),
            ItemContent::Certificate(certificate) => {
                let der = STANDARD.decode(&certificate.der).map_err(|_| RenderError::Certificate)?;
                Payload::Certificate(payload::Certificate::from_file(&item.name, &der)?)
            }
            ItemContent::Identity(identity) => Payload::Identity(identity_payload(self.vault, &item.name, identity)?),
            ItemContent::Restrictions(restrictions) => {
                Payload::Restrictions(payloads::restrictions(restrictions, &payloads(&item.content), self.facts))
            }
        };
        let profile = Profile {
            identifier: identifier.clone(),
            display_name: item.name.clone(),
            organization: Some(self.config.organisation.clone()),
            description: Some(item.description.clone()).filter(|text| !text.is_empty()),
            removal_disallowed: false,
            payloads: vec![payload],
        };
        Ok(profile_rendering(self.vault, identifier, profile.write()?))
    }

    fn uploaded(&self, item: &Item, identifier: String, config: &MobileConfig) -> Result<Rendered, RenderError> {
        let outer = Outer {
            identifier: &identifier,
            display_name: &item.name,
            organization: &self.config.organisation,
            description: &item.description,
        };
        let keep = payloads::keep(&payloads(&item.content), self.facts);
        let written = config.rewrite(outer, &keep, |text| self.fill(text))?;
        Ok(profile_rendering(self.vault, identifier, written))
    }

    fn fill(&self, text: &str) -> String {
        placeholders::fill(text, self.device, self.holder, str::to_owned)
    }

    fn fill_encoded(&self, text: &str) -> String {
        placeholders::fill(text, self.device, self.holder, placeholders::encode)
    }
}

fn identity_payload(vault: &Vault, name: &str, identity: &Identity) -> Result<payload::Identity, RenderError> {
    let file = STANDARD.decode(open(vault, &identity.file)?).map_err(|_| RenderError::Certificate)?;
    Ok(payload::Identity { name: name.to_owned(), file, password: open(vault, &identity.password)? })
}

fn wifi_payload(vault: &Vault, wifi: &WiFi, fill: &impl Fn(&str) -> String) -> Result<payload::WiFi, RenderError> {
    Ok(payload::WiFi {
        ssid: fill(&wifi.ssid),
        encryption: match wifi.security {
            WiFiSecurity::None => payload::WiFiEncryption::None,
            WiFiSecurity::Wpa2 => payload::WiFiEncryption::Wpa2,
            WiFiSecurity::Wpa3 => payload::WiFiEncryption::Wpa3,
        },
        password: wifi.password.as_ref().map(|sealed| open(vault, sealed)).transpose()?,
        hidden: wifi.hidden,
        auto_join: wifi.auto_join,
        proxy: payload::WiFiProxy::None,
    })
}

fn profile_rendering(vault: &Vault, identifier: String, profile: WrittenProfile) -> Rendered {
    let rendering = rendering_of_profile(vault, &identifier, &profile.payload_uuid);
    Rendered { rendering, identifier, install: Command::InstallProfile { payload: profile.plist } }
}

fn app_rendering(vault: &Vault, item: &Item, device: &Device, identifier: String, source: AppSource) -> Rendered {
    let content = match &source {
        AppSource::StoreId(id) => format!("{identifier}\nstore\n{id}"),
        AppSource::ManifestUrl(url) => format!("{identifier}\nmanifest\n{url}"),
    };
    let hash = hex::encode(vault.mac(RENDERING_PURPOSE, content.as_bytes()));
    let rendering = if is_reset_between_people(&item.content) {
        Rendering::within_custody(&hash, &custody_of_data(device).to_string())
    } else {
        Rendering::new(hash)
    };
    // Under User Enrollment Apple installs an app only by a licence that the organisation assigned to the person.
    let purchase_method = match device.enrollment_type {
        EnrollmentType::User => PurchaseMethod::Licence,
        _ => PurchaseMethod::default(),
    };
    let install = InstallApplication { purchase_method, ..InstallApplication::new(source) };
    Rendered { rendering, identifier, install: Command::InstallApplication(install) }
}

/// Which custody an app's data belongs to: it begins when somebody gives the device back, and lasts over the next
/// sign-in, because Nobody leaves no data.
fn custody_of_data(device: &Device) -> i64 {
    if device.holder_id.as_str() == baton_model::id::NOBODY { device.custody_seq } else { device.custody_seq - 1 }
}

/// Seals a text of an item, such as a Wi-Fi password.
pub(crate) fn seal(vault: &Vault, plain: &str) -> Result<SealedText, VaultError> {
    Ok(SealedText(STANDARD.encode(vault.seal(SEAL_PURPOSE, plain.as_bytes())?)))
}

fn open(vault: &Vault, sealed: &SealedText) -> Result<String, RenderError> {
    let sealed = STANDARD.decode(&sealed.0).map_err(|_| VaultError::Malformed)?;
    String::from_utf8(vault.open(SEAL_PURPOSE, &sealed)?).map_err(|_| RenderError::NotText)
}

/// Whether the content holds placeholders, so that it may be another for each holder and device.
pub(crate) fn is_personal(content: &ItemContent) -> bool {
    match content {
        ItemContent::Profile(profile) => profile.is_personal,
        _ => holds(content, "${"),
    }
}

/// Whether the text stands in the content, whatever kind it is: what is sealed is in base64, which has no dollar.
fn holds(content: &ItemContent, text: &str) -> bool {
    serde_json::to_string(content).is_ok_and(|content| content.contains(text))
}

/// Whether the content holds placeholders of the holder, so that it may be another for each of them. Of an uploaded
/// profile only the file tells which placeholders it has.
pub(crate) fn differs_by_person(content: &ItemContent) -> bool {
    match content {
        ItemContent::Profile(profile) => profile.is_personal,
        _ => holds(content, "${user."),
    }
}

/// The part of a device that renderings depend on, for callers that ask what would be (dry runs).
pub(crate) fn as_if_held_by(device: &Device, holder: &User, clip_generation: i64) -> Device {
    let changes = device.holder_id != holder.id;
    Device {
        holder_id: holder.id.clone(),
        custody_seq: device.custody_seq + i64::from(changes),
        clip_generation,
        ..device.clone()
    }
}

/// The identifiers of profiles carry the item's id; this takes it out again.
pub(crate) fn item_of_identifier(identifier: &str) -> Option<baton_model::ItemId> {
    identifier.strip_prefix(IDENTIFIER_PREFIX).map(Into::into)
}

/// The id under which an app is noted that no item of the catalogue asks for any more.
pub(crate) fn item_of_unknown_app(bundle_id: &str) -> baton_model::ItemId {
    format!("app.{bundle_id}").into()
}
