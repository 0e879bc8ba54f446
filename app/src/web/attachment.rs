//! A text that the browser keeps as a file.

use axum::{
    http::{HeaderValue, header},
    response::{IntoResponse as _, Response},
};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

/// What stands for itself in the name of a file (RFC 8187), of all that could.
const PLAIN: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.');

/// The text as a file of this name. What no file system takes becomes `-`; browsers that do not know names in other
/// letters get those as `-` too.
pub(super) fn attachment(name: &str, media_type: &'static str, text: String) -> Response {
    let is_path = |c: char| c.is_control() || matches!(c, '/' | '\\' | ':' | '*' | '?' | '"' | '<' | '>' | '|');
    let name: String = name.chars().map(|c| if is_path(c) { '-' } else { c }).collect();
    let plain: String =
        name.chars().map(|c| if c.is_ascii_alphanumeric() || " -_.".contains(c) { c } else { '-' }).collect();
    let mut answer = text.into_response();
    let headers = answer.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(media_type));
    let disposition = if plain == name {
        format!("attachment; filename=\"{plain}\"")
    } else {
        let whole = utf8_percent_encode(&name, PLAIN);
        format!("attachment; filename=\"{plain}\"; filename*=UTF-8''{whole}")
    };
    if let Ok(disposition) = HeaderValue::from_str(&disposition) {
        headers.insert(header::CONTENT_DISPOSITION, disposition);
    }
    answer
}

#[cfg(test)]
mod tests {
    use super::*;

    fn disposition(name: &str) -> String {
        let answer = attachment(name, "text/plain", String::new());
        answer.headers()[header::CONTENT_DISPOSITION].to_str().unwrap().to_owned()
    }

    #[test]
    fn a_plain_name_is_said_once() {
        assert_eq!(disposition("Staff at night.toml"), "attachment; filename=\"Staff at night.toml\"");
    }

    #[test]
    fn other_letters_are_said_in_full_beside_a_plain_name() {
        assert_eq!(
            disposition("Ärzte/Nacht\".toml"),
            "attachment; filename=\"-rzte-Nacht-.toml\"; filename*=UTF-8''%C3%84rzte-Nacht-.toml"
        );
    }
}
