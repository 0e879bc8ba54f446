//! What an uploaded profile holds, and whether a device could take it.

use std::collections::{BTreeMap, BTreeSet};

use plist::{Dictionary, Value};

use super::{MAX_PAYLOADS, MobileConfig, PayloadName, UploadError};
use crate::wire::shorten;

/// Keys that every payload has; they say nothing about what it does.
pub(super) const COMMON_KEYS: &[&str] = &[
    "PayloadDescription",
    "PayloadDisplayName",
    "PayloadEnabled",
    "PayloadIdentifier",
    "PayloadOrganization",
    "PayloadType",
    "PayloadUUID",
    "PayloadVersion",
];

/// The type of the payload that enrols a device.
const MANAGEMENT: &str = "com.apple.mdm";

/// A payload of an uploaded profile.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InnerPayload {
    /// Apple's PayloadType.
    pub payload_type: String,
    /// The name it gives itself.
    pub name: Option<String>,
    /// What it sets, by Apple's key; the keys that every payload has are left out.
    pub keys: BTreeMap<String, KeyValue>,
    /// The payloads of this profile that it refers to by their UUID, by their place from 0.
    pub refers_to: BTreeSet<usize>,
}

/// The value of a key, as far as rules read it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum KeyValue {
    /// Yes or no.
    Flag(bool),
    /// A list of texts.
    Texts(Vec<String>),
    /// Anything else.
    Other,
}

impl MobileConfig {
    /// What is inside, in the profile's order.
    #[must_use]
    pub fn payloads(&self) -> Vec<InnerPayload> {
        let uuids = self.uuids();
        self.payload_dictionaries()
            .enumerate()
            .map(|(place, payload)| {
                let mut refers_to = BTreeSet::new();
                for (_, value) in own_keys(payload) {
                    for_each_text(value, &mut |text| {
                        refers_to.extend(uuids.get(&text.to_ascii_uppercase()).filter(|other| **other != place));
                    });
                }
                InnerPayload {
                    payload_type: text(payload, "PayloadType").unwrap_or_default().to_owned(),
                    name: text(payload, "PayloadDisplayName").filter(|name| !name.trim().is_empty()).map(shorten),
                    keys: own_keys(payload).map(|(key, value)| (key.clone(), KeyValue::of(value))).collect(),
                    refers_to,
                }
            })
            .collect()
    }

    /// Every `${…}` in its texts, each once.
    #[must_use]
    pub fn placeholders(&self) -> BTreeSet<String> {
        let mut found = BTreeSet::new();
        for payload in self.payload_dictionaries() {
            for (_, value) in own_keys(payload) {
                for_each_text(value, &mut |text| found.extend(placeholders_in(text).map(str::to_owned)));
            }
        }
        found
    }

    /// The place of each payload by its UUID in capitals.
    pub(super) fn uuids(&self) -> BTreeMap<String, usize> {
        let uuids = self.payload_dictionaries().enumerate();
        uuids.filter_map(|(place, payload)| Some((text(payload, "PayloadUUID")?.to_ascii_uppercase(), place))).collect()
    }
}

impl KeyValue {
    /// The longest list that is told; longer ones decide nothing.
    const LONGEST: usize = 1000;

    fn of(value: &Value) -> Self {
        match value {
            Value::Boolean(flag) => Self::Flag(*flag),
            Value::Array(items) if items.len() <= Self::LONGEST => {
                let texts: Option<Vec<String>> = items.iter().map(|item| item.as_string().map(str::to_owned)).collect();
                texts.map_or(Self::Other, Self::Texts)
            }
            _ => Self::Other,
        }
    }
}

/// The keys of a payload that say what it does.
pub(super) fn own_keys(payload: &Dictionary) -> impl Iterator<Item = (&String, &Value)> {
    payload.iter().filter(|(key, _)| !COMMON_KEYS.contains(&key.as_str()))
}

pub(super) fn text<'a>(dictionary: &'a Dictionary, key: &str) -> Option<&'a str> {
    dictionary.get(key).and_then(Value::as_string).filter(|text| !text.is_empty())
}

fn for_each_text(value: &Value, see: &mut impl FnMut(&str)) {
    match value {
        Value::String(text) => see(text),
        Value::Array(items) => items.iter().for_each(|item| for_each_text(item, see)),
        Value::Dictionary(dictionary) => dictionary.values().for_each(|item| for_each_text(item, see)),
        _ => {}
    }
}

/// What stands between `${` and the next `}`, with both, as far as it looks like a name.
fn placeholders_in(text: &str) -> impl Iterator<Item = &str> {
    const LONGEST: usize = 64;
    text.match_indices("${").filter_map(|(start, _)| {
        // Looking further than a name can be would take as long as the square of a text that never closes.
        let end = text.as_bytes()[start..].iter().take(LONGEST).position(|byte| *byte == b'}')?;
        let found = &text[start..=start + end];
        let name = &found[2..found.len() - 1];
        let is_name =
            !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"._-".contains(&byte));
        is_name.then_some(found)
    })
}

/// Whether a device could take the profile, and whether it is one that Baton distributes.
pub(super) fn check(profile: &Dictionary) -> Result<(), UploadError> {
    let is_encrypted = |dictionary: &Dictionary| dictionary.contains_key("EncryptedPayloadContent");
    match text(profile, "PayloadType") {
        _ if is_encrypted(profile) => return Err(UploadError::Encrypted),
        Some("Configuration") => {}
        Some(other) => return Err(UploadError::OtherType(shorten(other))),
        None => return Err(UploadError::NotAProfile),
    }
    let payloads = match profile.get("PayloadContent") {
        Some(Value::Array(payloads)) if !payloads.is_empty() => payloads,
        Some(Value::Array(_)) | None => return Err(UploadError::Empty),
        Some(_) => return Err(UploadError::NotAProfile),
    };
    if payloads.len() > MAX_PAYLOADS {
        return Err(UploadError::TooManyPayloads(payloads.len()));
    }
    let mut seen: [BTreeMap<String, usize>; 2] = [BTreeMap::new(), BTreeMap::new()];
    for (place, payload) in payloads.iter().enumerate() {
        let name = |place: usize| name_of(place, &payloads[place]);
        let Some(payload) = payload.as_dictionary() else {
            return Err(UploadError::MissingKey { payload: name(place), key: "PayloadType" });
        };
        if is_encrypted(payload) {
            return Err(UploadError::Encrypted);
        }
        let required =
            |key: &'static str| text(payload, key).ok_or_else(|| UploadError::MissingKey { payload: name(place), key });
        if required("PayloadType")?.eq_ignore_ascii_case(MANAGEMENT) {
            return Err(UploadError::Management(name(place)));
        }
        let identifier = required("PayloadIdentifier")?.to_owned();
        if let Some(first) = seen[0].insert(identifier, place) {
            return Err(UploadError::SameIdentifier { first: name(first), second: name(place) });
        }
        let uuid = required("PayloadUUID")?.to_ascii_uppercase();
        if let Some(first) = seen[1].insert(uuid, place) {
            return Err(UploadError::SameUuid { first: name(first), second: name(place) });
        }
        if let Some(key) = payload.iter().find(|(key, value)| !is_writable(key, value)).map(|(key, _)| shorten(key)) {
            return Err(UploadError::Unwritable { payload: name(place), key });
        }
    }
    let outside = profile.iter().filter(|(key, _)| *key != "PayloadContent");
    match outside.into_iter().find(|(key, value)| !is_writable(key, value)) {
        Some(_) => Err(UploadError::Damaged),
        None => Ok(()),
    }
}

fn name_of(place: usize, payload: &Value) -> PayloadName {
    let field = |key| payload.as_dictionary().and_then(|payload| text(payload, key)).map(shorten);
    PayloadName {
        number: place + 1,
        name: field("PayloadDisplayName").filter(|name| !name.trim().is_empty()),
        payload_type: field("PayloadType").unwrap_or_default(),
    }
}

/// Whether key and value can be written as XML and read again as they were.
fn is_writable(key: &str, value: &Value) -> bool {
    let plain = |text: &str| {
        text.chars().all(|c| !c.is_control() || matches!(c, '\t' | '\n' | '\r' | '\u{80}'..='\u{9f}'))
            && !text.contains(['\u{fffe}', '\u{ffff}'])
    };
    let of_value = match value {
        Value::String(text) => plain(text),
        Value::Array(items) => items.iter().all(|item| is_writable("", item)),
        Value::Dictionary(dictionary) => dictionary.iter().all(|(key, item)| is_writable(key, item)),
        Value::Real(number) => number.is_finite(),
        Value::Boolean(_) | Value::Data(_) | Value::Date(_) | Value::Integer(_) => true,
        // References of archives; no profile has them, and XML has none.
        _ => false,
    };
    plain(key) && of_value
}
