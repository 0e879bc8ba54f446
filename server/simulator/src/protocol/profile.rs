//! A configuration profile as a device reads it.

use std::collections::BTreeSet;

use plist::{Dictionary, Value};

use super::answer::DeviceError;
use super::{contents, plists, signature};
use crate::device::state::{Payload, WebClip};

/// Payload type of the web clip that a server installs.
pub(crate) const WEB_CLIP: &str = "com.apple.webClip.managed";
/// Payload type of the management profile itself.
pub(crate) const MDM: &str = "com.apple.mdm";

/// A profile that passed the checks a device makes before it installs anything.
#[derive(Debug, Clone)]
pub(crate) struct ConfigurationProfile {
    pub(crate) identifier: String,
    pub(crate) uuid: String,
    pub(crate) display_name: String,
    pub(crate) organization: Option<String>,
    pub(crate) removal_disallowed: bool,
    pub(crate) payloads: Vec<Payload>,
    /// The payloads as they are, for what needs their whole content.
    pub(crate) payload_content: Vec<Dictionary>,
    /// The profile's plist without a signature around it.
    pub(crate) content: Vec<u8>,
}

impl ConfigurationProfile {
    /// Reads a profile, signed or plain.
    ///
    /// # Errors
    ///
    /// The error chain a device answers with, outermost first (`MCProfileErrorDomain`, `MCPayloadErrorDomain`).
    pub(crate) fn read(bytes: &[u8]) -> Result<Self, Vec<DeviceError>> {
        let content = signature::signed_content(bytes).unwrap_or_else(|| bytes.to_vec());
        let dictionary = plists::dictionary(&content).ok_or_else(|| profile_error(1000, "Malformed profile."))?;
        if plists::string(&dictionary, "PayloadType") != Some("Configuration") {
            return Err(profile_error(1000, "Malformed profile."));
        }
        let payload_content = payload_dictionaries(&dictionary)?;
        let payloads = payload_content.iter().map(read_payload).collect::<Result<Vec<_>, _>>()?;
        refuse_repeated_uuids(&payloads)?;
        let identifier = required(&dictionary, "PayloadIdentifier")?.to_owned();
        Ok(Self {
            display_name: plists::string(&dictionary, "PayloadDisplayName").unwrap_or(&identifier).to_owned(),
            identifier,
            uuid: required(&dictionary, "PayloadUUID")?.to_owned(),
            organization: plists::string(&dictionary, "PayloadOrganization").map(str::to_owned),
            removal_disallowed: plists::flag(&dictionary, "PayloadRemovalDisallowed"),
            payloads,
            payload_content,
            content,
        })
    }

    /// The first payload of a type, whole.
    pub(crate) fn payload(&self, payload_type: &str) -> Option<&Dictionary> {
        self.payload_content.iter().find(|payload| plists::string(payload, "PayloadType") == Some(payload_type))
    }
}

fn payload_dictionaries(profile: &Dictionary) -> Result<Vec<Dictionary>, Vec<DeviceError>> {
    let array = profile.get("PayloadContent").and_then(Value::as_array).ok_or_else(|| missing("PayloadContent"))?;
    if array.is_empty() {
        return Err(profile_error(1005, "The profile is empty."));
    }
    array
        .iter()
        .map(|value| {
            value.as_dictionary().cloned().ok_or_else(|| vec![payload_error(2000, "Malformed payload.".to_owned())])
        })
        .collect()
}

fn read_payload(payload: &Dictionary) -> Result<Payload, Vec<DeviceError>> {
    let field =
        |key: &str| plists::string(payload, key).map(str::to_owned).ok_or_else(|| vec![missing_in_payload(key)]);
    let payload_type = field("PayloadType")?;
    let web_clip = if payload_type == WEB_CLIP {
        let icon = payload.get("Icon").and_then(Value::as_data);
        if icon.is_some_and(|icon| !contents::is_png(icon)) {
            let text = "The field “Icon” contains an invalid value.".to_owned();
            return Err(vec![DeviceError::new("MCWebClipErrorDomain", 13001, text)]);
        }
        Some(WebClip {
            label: field("Label")?,
            url: field("URL")?,
            full_screen: plists::flag(payload, "FullScreen"),
            ignore_manifest_scope: plists::flag(payload, "IgnoreManifestScope"),
            removable: payload.get("IsRemovable").and_then(Value::as_boolean).unwrap_or(true),
            icon_bytes: icon.map_or(0, <[u8]>::len),
        })
    } else {
        None
    };
    Ok(Payload {
        restrictions: contents::restrictions(&payload_type, payload),
        // One that cannot be opened is refused when it is to be installed.
        identity: contents::identity(&payload_type, payload).ok().flatten(),
        payload_type,
        identifier: field("PayloadIdentifier")?,
        uuid: field("PayloadUUID")?,
        display_name: plists::string(payload, "PayloadDisplayName").map(str::to_owned),
        web_clip,
    })
}

fn refuse_repeated_uuids(payloads: &[Payload]) -> Result<(), Vec<DeviceError>> {
    let mut seen = BTreeSet::new();
    for payload in payloads {
        if !seen.insert(payload.uuid.to_ascii_lowercase()) {
            return Err(profile_error(1007, "The profile contains payloads with the same UUID."));
        }
    }
    Ok(())
}

fn required<'a>(profile: &'a Dictionary, key: &str) -> Result<&'a str, Vec<DeviceError>> {
    plists::string(profile, key).ok_or_else(|| missing(key))
}

fn missing(key: &str) -> Vec<DeviceError> {
    profile_error(1002, &format!("The required field “{key}” is missing."))
}

fn profile_error(code: i64, description: &str) -> Vec<DeviceError> {
    vec![DeviceError::new("MCProfileErrorDomain", code, description)]
}

fn missing_in_payload(key: &str) -> DeviceError {
    payload_error(2002, format!("The payload lacks the required field “{key}”."))
}

fn payload_error(code: i64, description: String) -> DeviceError {
    DeviceError::new("MCPayloadErrorDomain", code, description)
}
