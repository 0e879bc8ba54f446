//! Typed access to the keys of a message.

use plist::{Dictionary, Value};

use super::MessageError;
use crate::wire::MAX_TEXT_BYTES;

/// A dictionary of a message, read key by key.
#[derive(Clone, Copy)]
pub(super) struct Fields<'a>(pub &'a Dictionary);

impl<'a> Fields<'a> {
    /// Text that something depends on. Control characters are refused: no identifier has them, and a
    /// database may not store them.
    pub fn text(self, key: &'static str) -> Result<Option<&'a str>, MessageError> {
        let Some(text) = self.typed(key, "a string", Value::as_string)? else {
            return Ok(None);
        };
        let problem = if text.len() > MAX_TEXT_BYTES {
            format!("longer than {MAX_TEXT_BYTES} bytes")
        } else if text.chars().any(char::is_control) {
            "text with control characters".to_owned()
        } else {
            return Ok(Some(text));
        };
        Err(MessageError::BadValue { key, problem })
    }

    /// Text that must be there and say something.
    pub fn required_text(self, key: &'static str) -> Result<&'a str, MessageError> {
        match self.text(key)? {
            None => Err(MessageError::Missing { key }),
            Some("") => Err(MessageError::BadValue { key, problem: "empty".to_owned() }),
            Some(text) => Ok(text),
        }
    }

    /// Text that is only shown and reported. It never makes a message fail: an empty one or one of
    /// another type counts as absent, a long one is cut, control characters are replaced.
    pub fn report(self, key: &'static str) -> Option<String> {
        let text = self.0.get(key)?.as_string()?;
        let mut end = text.len().min(MAX_TEXT_BYTES);
        while !text.is_char_boundary(end) {
            end -= 1;
        }
        let visible = |c: char| if c.is_control() { '\u{fffd}' } else { c };
        Some(text[..end].chars().map(visible).collect()).filter(|text: &String| !text.is_empty())
    }

    pub fn boolean(self, key: &'static str) -> Result<Option<bool>, MessageError> {
        self.typed(key, "a boolean", Value::as_boolean)
    }

    pub fn integer(self, key: &'static str) -> Result<Option<i64>, MessageError> {
        self.typed(key, "an integer", Value::as_signed_integer)
    }

    /// A number, whether the device sent it as a real or as an integer.
    pub fn number(self, key: &'static str) -> Result<Option<f64>, MessageError> {
        self.typed(key, "a number", |value| {
            value.as_real().or_else(|| value.as_signed_integer().map(|whole| whole as f64))
        })
    }

    pub fn data(self, key: &'static str) -> Result<Option<&'a [u8]>, MessageError> {
        self.typed(key, "data", Value::as_data)
    }

    pub fn array(self, key: &'static str) -> Result<Option<&'a [Value]>, MessageError> {
        self.typed(key, "an array", |value| value.as_array().map(Vec::as_slice))
    }

    pub fn dictionary(self, key: &'static str) -> Result<Option<Fields<'a>>, MessageError> {
        self.typed(key, "a dictionary", |value| value.as_dictionary().map(Fields))
    }

    /// The dictionaries of an array.
    pub fn dictionaries(self, key: &'static str) -> Result<Option<Vec<Fields<'a>>>, MessageError> {
        let Some(items) = self.array(key)? else {
            return Ok(None);
        };
        items
            .iter()
            .map(|item| {
                item.as_dictionary()
                    .map(Fields)
                    .ok_or(MessageError::WrongType { key, expected: "an array of dictionaries" })
            })
            .collect::<Result<_, _>>()
            .map(Some)
    }

    fn typed<T>(
        self,
        key: &'static str,
        expected: &'static str,
        read: impl Fn(&'a Value) -> Option<T>,
    ) -> Result<Option<T>, MessageError> {
        match self.0.get(key) {
            None => Ok(None),
            Some(value) => read(value).map(Some).ok_or(MessageError::WrongType { key, expected }),
        }
    }
}
