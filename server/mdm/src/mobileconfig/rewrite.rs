//! An uploaded profile as one holder gets it on one device: with Baton's identifiers, texts filled in, and without what
//! the device cannot take.

use std::collections::{BTreeMap, BTreeSet};

use plist::{Dictionary, Value};

use super::MobileConfig;
use super::inside::{COMMON_KEYS, own_keys, text};
use crate::dict::{content_uuid, to_xml};
use crate::profile::{ProfileError, WrittenProfile, check_identifier, check_text, with_uuid};

/// What the profile itself is called on the device.
#[derive(Debug, Clone, Copy)]
pub struct Outer<'a> {
    /// The outer `PayloadIdentifier`; those of the payloads begin with it.
    pub identifier: &'a str,
    /// `PayloadDisplayName`.
    pub display_name: &'a str,
    /// `PayloadOrganization`.
    pub organization: &'a str,
    /// `PayloadDescription`; the profile's own when empty.
    pub description: &'a str,
}

/// What is sent of a payload.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Keep {
    /// All of it.
    #[default]
    All,
    /// All but these keys.
    Without(BTreeSet<String>),
    /// Nothing.
    Nothing,
}

impl MobileConfig {
    /// The profile to send. The same input gives the same bytes. `keep` says what is sent of each payload, in their
    /// order; `fill` fills in a text. Only texts are filled in: the property list's own form does the escaping.
    ///
    /// # Errors
    ///
    /// [`ProfileError`] when nothing is kept, or a text becomes empty by being filled in.
    pub fn rewrite(
        &self,
        outer: Outer<'_>,
        keep: &[Keep],
        fill: impl Fn(&str) -> String,
    ) -> Result<WrittenProfile, ProfileError> {
        check_identifier("identifier", outer.identifier)?;
        check_text("display_name", outer.display_name, 255)?;
        let mut payloads = Vec::new();
        for (place, payload) in self.payload_dictionaries().enumerate() {
            let without = match keep.get(place).unwrap_or(&Keep::All) {
                Keep::Nothing => continue,
                Keep::All => None,
                Keep::Without(keys) => Some(keys),
            };
            let kept = own_keys(payload).filter(|(key, _)| without.is_none_or(|keys| !keys.contains(*key)));
            let mut content = Dictionary::new();
            for key in COMMON_KEYS {
                if let Some(value) = payload.get(key) {
                    content.insert((*key).to_owned(), value.clone());
                }
            }
            for (key, value) in kept {
                content.insert(key.clone(), filled(value, &fill, &format!("payloads[{place}].{key}"))?);
            }
            if !content.contains_key("PayloadVersion") {
                content.insert("PayloadVersion".to_owned(), 1.into());
            }
            content.sort_keys();
            let identifier = format!("{}.{place}", outer.identifier);
            let old_uuid = text(payload, "PayloadUUID").unwrap_or_default().to_ascii_uppercase();
            let uuid = content_uuid(&identifier, &to_xml(content.clone()));
            content.insert("PayloadIdentifier".to_owned(), identifier.into());
            payloads.push((old_uuid, uuid, content));
        }
        if payloads.is_empty() {
            return Err(ProfileError::new("payloads", "must not be empty"));
        }
        let renamed: BTreeMap<String, String> =
            payloads.iter().map(|(old, new, _)| (old.clone(), new.clone())).collect();
        let payloads = payloads.into_iter().map(|(_, uuid, content)| {
            let mut content: Dictionary =
                content.into_iter().map(|(key, value)| (key, with_new_uuids(value, &renamed))).collect();
            content.insert("PayloadUUID".to_owned(), uuid.into());
            content.sort_keys();
            Value::Dictionary(content)
        });
        let mut profile = self.profile.clone();
        profile.insert("PayloadContent".to_owned(), Value::Array(payloads.collect()));
        profile.insert("PayloadIdentifier".to_owned(), outer.identifier.into());
        profile.insert("PayloadDisplayName".to_owned(), outer.display_name.into());
        profile.insert("PayloadOrganization".to_owned(), outer.organization.into());
        if !outer.description.is_empty() {
            profile.insert("PayloadDescription".to_owned(), outer.description.into());
        }
        profile.insert("PayloadVersion".to_owned(), 1.into());
        profile.remove("PayloadUUID");
        profile.sort_keys();
        Ok(WrittenProfile::of(with_uuid(outer.identifier, profile)))
    }
}

/// The value with its texts filled in. A text that the person has nothing for would be read as "empty", which is never
/// what the profile's author meant.
fn filled(value: &Value, fill: &impl Fn(&str) -> String, field: &str) -> Result<Value, ProfileError> {
    Ok(match value {
        Value::String(text) => {
            let new = fill(text);
            if new.trim().is_empty() && !text.trim().is_empty() {
                return Err(ProfileError::new(field, "is empty once it is filled in"));
            }
            if new.chars().any(|c| c.is_control() && !text.contains(c)) {
                return Err(ProfileError::new(field, "contains control characters once it is filled in"));
            }
            Value::String(new)
        }
        Value::Array(items) => {
            Value::Array(items.iter().map(|item| filled(item, fill, field)).collect::<Result<_, _>>()?)
        }
        Value::Dictionary(dictionary) => {
            let entries = dictionary.iter().map(|(key, item)| Ok((key.clone(), filled(item, fill, field)?)));
            Value::Dictionary(entries.collect::<Result<_, ProfileError>>()?)
        }
        other => other.clone(),
    })
}

/// The value with references to payloads following their new UUIDs.
fn with_new_uuids(value: Value, renamed: &BTreeMap<String, String>) -> Value {
    match value {
        Value::String(text) => match renamed.get(&text.to_ascii_uppercase()) {
            Some(new) => Value::String(new.clone()),
            None => Value::String(text),
        },
        Value::Array(items) => Value::Array(items.into_iter().map(|item| with_new_uuids(item, renamed)).collect()),
        Value::Dictionary(dictionary) => {
            Value::Dictionary(dictionary.into_iter().map(|(key, item)| (key, with_new_uuids(item, renamed))).collect())
        }
        other => other,
    }
}
