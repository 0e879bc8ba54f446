//! Texts of items that are filled in for the holder and the device.

use baton_model::{Device, User};

/// The placeholders that texts of items may hold.
pub const PLACEHOLDERS: &[&str] =
    &["${user.name}", "${user.displayName}", "${user.mail}", "${device.name}", "${device.serialNumber}"];

/// Whether there is such a placeholder.
pub(crate) fn is_placeholder(text: &str) -> bool {
    PLACEHOLDERS.contains(&text)
}

/// Whether every placeholder in the text exists.
pub(crate) fn placeholders_exist(text: &str) -> bool {
    text.split("${").skip(1).all(|rest| {
        PLACEHOLDERS.iter().any(|known| known.strip_prefix("${").is_some_and(|known| rest.starts_with(known)))
    })
}

/// Fills in a text for a holder on a device; `escape` fits each value to its place.
pub(super) fn fill(text: &str, device: &Device, holder: &User, escape: impl Fn(&str) -> String) -> String {
    if !text.contains("${") {
        return text.to_owned();
    }
    let person = Some(holder).filter(|holder| !holder.is_nobody());
    let values = [
        person.map_or("", |person| person.user_name.as_str()),
        person.map_or("", |person| person.display_name.as_str()),
        person.and_then(|person| person.email.as_deref()).unwrap_or(""),
        device.name.as_str(),
        device.serial_number.as_deref().unwrap_or(""),
    ];
    let mut filled = String::with_capacity(text.len());
    let mut rest = text;
    'text: while let Some(start) = rest.find("${") {
        filled.push_str(&rest[..start]);
        for (placeholder, value) in PLACEHOLDERS.iter().zip(values) {
            if let Some(after) = rest[start..].strip_prefix(placeholder) {
                filled.push_str(&escape(value));
                rest = after;
                continue 'text;
            }
        }
        filled.push_str("${");
        rest = &rest[start + 2..];
    }
    filled.push_str(rest);
    filled
}

/// Percent-encodes a value for an address: everything but letters, digits and `-._~`.
pub(super) fn encode(value: &str) -> String {
    url::form_urlencoded::byte_serialize(value.as_bytes()).collect::<String>().replace('+', "%20")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_known_placeholders_exist() {
        assert!(placeholders_exist("https://intranet.example/${user.name}?at=${device.name}"));
        assert!(placeholders_exist("costs $5 {net}"));
        assert!(!placeholders_exist("https://intranet.example/${user.password}"));
        assert!(!placeholders_exist("${"));
    }

    #[test]
    fn values_in_addresses_are_encoded() {
        assert_eq!(encode("Ada & Søn/1"), "Ada%20%26%20S%C3%B8n%2F1");
    }
}
