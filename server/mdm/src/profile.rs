//! Configuration profiles. Source: Apple's `mdm/profiles/TopLevel.yaml` and `CommonPayloadKeys.yaml`.

use plist::Dictionary;

use crate::dict::{Dict, content_uuid, to_xml};
use crate::payload::{Payload, WebClip};

/// A configuration profile: one thing to install and to remove.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Profile {
    /// The outer `PayloadIdentifier`, by which a device replaces and removes profiles.
    pub identifier: String,
    /// `PayloadDisplayName`.
    pub display_name: String,
    /// `PayloadOrganization`.
    pub organization: Option<String>,
    /// `PayloadDescription`.
    pub description: Option<String>,
    /// `PayloadRemovalDisallowed`: supervised devices only, forbidden under User Enrollment. The person
    /// can never remove single profiles that MDM installed.
    pub removal_disallowed: bool,
    /// `PayloadContent`.
    pub payloads: Vec<Payload>,
}

/// The longest identifier of a profile, in bytes.
pub const MAX_IDENTIFIER_BYTES: usize = 255;

/// Why a profile cannot be written.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{field}` {problem}")]
pub struct ProfileError {
    /// The field, in the words of this crate: `ssid`, or `payloads[1].ssid` inside a profile.
    pub field: String,
    /// What is wrong with it, as the end of a sentence.
    pub problem: String,
}

impl ProfileError {
    pub(crate) fn new(field: impl Into<String>, problem: impl Into<String>) -> Self {
        Self { field: field.into(), problem: problem.into() }
    }

    fn inside(self, outer: &str) -> Self {
        Self { field: format!("{outer}.{}", self.field), problem: self.problem }
    }
}

/// A profile that is ready to be sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WrittenProfile {
    /// The profile as an XML property list.
    pub plist: Vec<u8>,
    /// Its outer `PayloadUUID`, by which a profile list tells which content is installed.
    pub payload_uuid: String,
}

impl WrittenProfile {
    pub(crate) fn of(profile: Dictionary) -> Self {
        let uuid = profile.get("PayloadUUID").and_then(plist::Value::as_string).unwrap_or_default();
        Self { payload_uuid: uuid.to_owned(), plist: to_xml(profile) }
    }
}

impl Profile {
    /// Checks every field without writing the profile.
    ///
    /// # Errors
    ///
    /// The first [`ProfileError`].
    pub fn validate(&self) -> Result<(), ProfileError> {
        check_identifier("identifier", &self.identifier)?;
        check_text("display_name", &self.display_name, 255)?;
        if self.payloads.is_empty() {
            return Err(ProfileError::new("payloads", "must not be empty"));
        }
        for (index, payload) in self.payloads.iter().enumerate() {
            payload.validate().map_err(|error| error.inside(&format!("payloads[{index}]")))?;
        }
        Ok(())
    }

    /// The profile as an unsigned XML property list. The same input gives the same bytes: PayloadUUIDs
    /// are derived from identifier and content.
    ///
    /// # Errors
    ///
    /// [`ProfileError`] names the first field that a device would reject.
    pub fn to_plist(&self) -> Result<Vec<u8>, ProfileError> {
        self.write().map(|written| written.plist)
    }

    /// As [`Self::to_plist`], with the name of the content.
    ///
    /// # Errors
    ///
    /// As [`Self::to_plist`].
    pub fn write(&self) -> Result<WrittenProfile, ProfileError> {
        self.dictionary().map(WrittenProfile::of)
    }

    fn dictionary(&self) -> Result<Dictionary, ProfileError> {
        self.validate()?;
        let payloads = self
            .payloads
            .iter()
            .enumerate()
            .map(|(index, payload)| {
                let identifier = format!("{}.{}.{index}", self.identifier, payload.short_name());
                wrap_payload(&identifier, payload.payload_type(), &payload.display_name(), payload.content())
            })
            .collect();
        Ok(profile_dictionary(
            Dict::new()
                .maybe("PayloadDescription", self.description.as_deref())
                .maybe("PayloadOrganization", self.organization.as_deref())
                .flag("PayloadRemovalDisallowed", self.removal_disallowed),
            &self.identifier,
            &self.display_name,
            payloads,
        ))
    }
}

/// The keys every payload has, around its own. Returns the payload with its derived PayloadUUID.
pub(crate) fn wrap_payload(identifier: &str, payload_type: &str, display_name: &str, content: Dict) -> Dictionary {
    let content = content
        .set("PayloadDisplayName", display_name)
        .set("PayloadIdentifier", identifier)
        .set("PayloadType", payload_type)
        .set("PayloadVersion", 1)
        .finish();
    with_uuid(identifier, content)
}

/// A written profile: the keys every profile has, around its payloads.
pub(crate) fn wrap_profile(
    top_level: Dict,
    identifier: &str,
    display_name: &str,
    payloads: Vec<Dictionary>,
) -> Vec<u8> {
    to_xml(profile_dictionary(top_level, identifier, display_name, payloads))
}

fn profile_dictionary(top_level: Dict, identifier: &str, display_name: &str, payloads: Vec<Dictionary>) -> Dictionary {
    let content = payloads.into_iter().map(plist::Value::Dictionary).collect::<Vec<_>>();
    let profile = top_level
        .set("PayloadContent", content)
        .set("PayloadDisplayName", display_name)
        .set("PayloadIdentifier", identifier)
        .set("PayloadType", "Configuration")
        .set("PayloadVersion", 1)
        .finish();
    with_uuid(identifier, profile)
}

pub(crate) fn with_uuid(identifier: &str, mut content: Dictionary) -> Dictionary {
    let uuid = content_uuid(identifier, &to_xml(content.clone()));
    content.insert("PayloadUUID".to_owned(), uuid.into());
    content.sort_keys();
    content
}

/// A profile with one web clip that nobody can remove from the Home Screen: the sign-in clip (A1, A20).
///
/// It opens full screen and ignores the manifest's scope, because otherwise Safari's bars appear on the
/// identity provider's pages.
#[must_use]
pub fn web_clip_profile(identifier: &str, organization: Option<&str>, label: &str, url: &str) -> Profile {
    Profile {
        identifier: identifier.to_owned(),
        display_name: label.to_owned(),
        organization: organization.map(str::to_owned),
        description: Some("Sign in and out of this device.".to_owned()),
        removal_disallowed: false,
        payloads: vec![Payload::WebClip(WebClip::sign_in(label, url))],
    }
}

pub(crate) fn check_identifier(field: &str, identifier: &str) -> Result<(), ProfileError> {
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_');
    let problem = if identifier.is_empty() {
        "must not be empty"
    } else if identifier.len() > MAX_IDENTIFIER_BYTES {
        "is too long"
    } else if !identifier.bytes().all(allowed) {
        "may hold only letters, digits, dots, hyphens and underscores"
    } else {
        return Ok(());
    };
    Err(ProfileError::new(field, problem))
}

pub(crate) fn check_text(field: &str, text: &str, longest: usize) -> Result<(), ProfileError> {
    if text.trim().is_empty() {
        return Err(ProfileError::new(field, "must not be empty"));
    }
    if text.chars().count() > longest {
        return Err(ProfileError::new(field, format!("has more than {longest} characters")));
    }
    if text.chars().any(char::is_control) {
        return Err(ProfileError::new(field, "contains control characters"));
    }
    Ok(())
}
