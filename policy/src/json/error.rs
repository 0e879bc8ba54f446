//! What is wrong in a text.

use std::fmt;

use serde::de::{self, Expected, Unexpected};
use serde::ser;

/// A text that is not what was asked for, or a value that cannot be written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JsonError(Box<Inner>);

/// Boxed, because errors are handed on in a thousand places.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Inner {
    message: String,
    /// Whether the text is no JSON at all; otherwise it is another value than was asked for.
    is_syntax: bool,
    /// In bytes from the start; none while the place is not known yet.
    position: Option<usize>,
    /// Line and column, from 1; none while the place is not known yet.
    place: Option<(usize, usize)>,
}

impl JsonError {
    #[inline(never)]
    pub(super) fn new(message: String) -> Self {
        Self(Box::new(Inner { message, is_syntax: false, position: None, place: None }))
    }

    /// A text that is no JSON.
    #[inline(never)]
    pub(super) fn syntax(message: String) -> Self {
        Self(Box::new(Inner { message, is_syntax: true, position: None, place: None }))
    }

    /// Whether the text is no JSON at all; otherwise it is another value than was asked for.
    #[must_use]
    pub fn is_syntax(&self) -> bool {
        self.0.is_syntax
    }

    /// How far the text was read, in bytes.
    pub(crate) fn position(&self) -> usize {
        self.0.position.unwrap_or_default()
    }

    pub(super) fn text(message: &str) -> Self {
        Self::new(message.to_owned())
    }

    #[inline(never)]
    pub(super) fn expected(expected: &dyn Expected) -> Self {
        Self::new(format!("expected {expected}"))
    }

    /// The same error at a place of the text, in bytes from its start.
    pub(super) fn at(mut self, text: &str, position: usize) -> Self {
        let before = text.as_bytes().get(..position).unwrap_or(text.as_bytes());
        let line_start = before.iter().rposition(|byte| *byte == b'\n').map_or(0, |newline| newline + 1);
        let line = before.iter().filter(|byte| **byte == b'\n').count() + 1;
        // Every byte but those that continue a character.
        let column = before.iter().skip(line_start).filter(|byte| **byte & 0xc0 != 0x80).count() + 1;
        self.0.place.get_or_insert((line, column));
        self.0.position.get_or_insert(position);
        self
    }
}

impl fmt::Display for JsonError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0.message)?;
        match self.0.place {
            Some((line, column)) => write!(formatter, " at line {line} column {column}"),
            None => Ok(()),
        }
    }
}

impl std::error::Error for JsonError {}

/// What serde says by default names what was found, numbers with fractions among it, whose code alone is kilobytes.
impl de::Error for JsonError {
    fn custom<T: fmt::Display>(message: T) -> Self {
        Self::new(message.to_string())
    }

    fn invalid_type(_: Unexpected<'_>, expected: &dyn Expected) -> Self {
        Self::expected(expected)
    }

    fn invalid_value(_: Unexpected<'_>, expected: &dyn Expected) -> Self {
        Self::expected(expected)
    }

    fn invalid_length(_: usize, expected: &dyn Expected) -> Self {
        Self::expected(expected)
    }

    fn unknown_variant(variant: &str, known: &'static [&'static str]) -> Self {
        Self::unknown("variant", variant, known)
    }

    fn unknown_field(field: &str, known: &'static [&'static str]) -> Self {
        Self::unknown("field", field, known)
    }

    fn missing_field(field: &'static str) -> Self {
        Self::new(format!("missing field `{field}`"))
    }

    fn duplicate_field(field: &'static str) -> Self {
        Self::new(format!("duplicate field `{field}`"))
    }
}

impl JsonError {
    #[inline(never)]
    fn unknown(what: &str, given: &str, known: &[&str]) -> Self {
        Self::new(format!("unknown {what} `{given}`, expected one of {}", known.join(", ")))
    }
}

impl ser::Error for JsonError {
    fn custom<T: fmt::Display>(message: T) -> Self {
        Self::new(message.to_string())
    }
}
