//! What is inside the payloads that a phone shows or checks: icons, restrictions, identities.

use std::collections::BTreeMap;

use plist::{Dictionary, Value};

use super::answer::DeviceError;
use super::identity::Identity;

/// Payload type of restrictions.
const RESTRICTIONS: &str = "com.apple.applicationaccess";
/// Payload type of an identity with its private key.
const PKCS12: &str = "com.apple.security.pkcs12";

/// Whether the bytes are a picture that the Home Screen shows.
pub(crate) fn is_png(icon: &[u8]) -> bool {
    icon.starts_with(b"\x89PNG\r\n\x1a\n") && icon.ends_with(b"IEND\xaeB`\x82")
}

/// What a payload restricts, as text, by Apple's key.
pub(crate) fn restrictions(payload_type: &str, payload: &Dictionary) -> BTreeMap<String, String> {
    if payload_type != RESTRICTIONS {
        return BTreeMap::new();
    }
    let own = payload.iter().filter(|(key, _)| !key.starts_with("Payload"));
    own.map(|(key, value)| (key.clone(), text(value))).collect()
}

fn text(value: &Value) -> String {
    match value {
        Value::Boolean(on) => on.to_string(),
        Value::String(text) => text.clone(),
        Value::Integer(number) => number.to_string(),
        Value::Array(items) => items.iter().map(text).collect::<Vec<_>>().join(", "),
        _ => "…".to_owned(),
    }
}

/// The certificate of an identity that a payload installs. A phone refuses one that its password does not open.
pub(crate) fn identity(payload_type: &str, payload: &Dictionary) -> Result<Option<Vec<u8>>, DeviceError> {
    if payload_type != PKCS12 {
        return Ok(None);
    }
    let file = payload.get("PayloadContent").and_then(Value::as_data).unwrap_or_default();
    let password = payload.get("Password").and_then(Value::as_string).unwrap_or_default();
    match Identity::from_pkcs12(file, password) {
        Ok(identity) => Ok(Some(identity.certificate)),
        Err(error) => Err(DeviceError::new("MCCertificateErrorDomain", 9001, error.to_string())),
    }
}
