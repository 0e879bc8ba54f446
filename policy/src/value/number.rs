//! Decimal numbers that compare exactly and survive JSON.

use std::fmt;
use std::str::FromStr;

use serde::de::{Error, Unexpected, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A decimal number with at most twelve digits before the point and three after it: fifteen digits
/// are what every JSON reader keeps.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Number {
    thousandths: i64,
}

/// The digits before the point.
const WHOLE_DIGITS: usize = 12;
/// The digits after the point.
const PLACES: usize = 3;
/// The largest magnitude, in thousandths.
const LARGEST: i64 = 999_999_999_999_999;

/// A text that is not a number such as `12.5`.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a number such as `-12.5`, with at most twelve digits before the point and three after it")]
pub struct NumberError(String);

impl Number {
    /// A number of thousandths, if it has at most fifteen digits.
    #[must_use]
    pub const fn from_thousandths(thousandths: i64) -> Option<Self> {
        if thousandths < -LARGEST || thousandths > LARGEST { None } else { Some(Self { thousandths }) }
    }

    /// The number times a thousand.
    #[must_use]
    pub const fn thousandths(self) -> i64 {
        self.thousandths
    }

    fn from_whole(whole: i64) -> Option<Self> {
        whole.checked_mul(1000).and_then(Self::from_thousandths)
    }

    #[expect(clippy::cast_possible_truncation, reason = "the range is checked, and a fraction is refused")]
    fn from_float(number: f64) -> Option<Self> {
        let scaled = (number * 1000.0).round();
        let found = if scaled.abs() < 1e15 { Self::from_thousandths(scaled as i64) } else { None };
        found.filter(|found| found.to_float() == number)
    }

    /// The nearest floating-point number, which JSON writes with the same digits.
    #[expect(clippy::cast_precision_loss, reason = "fifteen digits fit")]
    fn to_float(self) -> f64 {
        self.thousandths as f64 / 1000.0
    }
}

impl FromStr for Number {
    type Err = NumberError;

    /// Reads an optional minus, digits, and optionally a point with digits.
    fn from_str(text: &str) -> Result<Self, NumberError> {
        let error = || NumberError(text.to_owned());
        let unsigned = text.strip_prefix('-').unwrap_or(text);
        let (whole, fraction) = unsigned.split_once('.').unwrap_or((unsigned, "0"));
        let digits = |part: &str, most: usize| {
            (1..=most).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_digit())
        };
        if !digits(whole, WHOLE_DIGITS) || !digits(fraction, PLACES) {
            return Err(error());
        }
        let value = whole.bytes().chain(fraction.bytes().chain(std::iter::repeat(b'0')).take(PLACES));
        let magnitude = value.fold(0_i64, |sum, digit| sum * 10 + i64::from(digit - b'0'));
        Self::from_thousandths(if text.starts_with('-') { -magnitude } else { magnitude }).ok_or_else(error)
    }
}

impl fmt::Display for Number {
    /// The shortest form: `12`, `-0.5`.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let magnitude = self.thousandths.unsigned_abs();
        let sign = if self.thousandths < 0 { "-" } else { "" };
        let (whole, fraction) = (magnitude / 1000, magnitude % 1000);
        if fraction == 0 {
            return write!(formatter, "{sign}{whole}");
        }
        let places = format!("{fraction:03}");
        write!(formatter, "{sign}{whole}.{}", places.trim_end_matches('0'))
    }
}

impl Serialize for Number {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if self.thousandths % 1000 == 0 {
            serializer.serialize_i64(self.thousandths / 1000)
        } else {
            serializer.serialize_f64(self.to_float())
        }
    }
}

impl<'de> Deserialize<'de> for Number {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(NumberVisitor)
    }
}

pub(super) struct NumberVisitor;

impl Visitor<'_> for NumberVisitor {
    type Value = Number;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a number with at most twelve digits before the point and three after it")
    }

    fn visit_i64<E: Error>(self, number: i64) -> Result<Number, E> {
        Number::from_whole(number).ok_or_else(|| E::invalid_value(Unexpected::Signed(number), &self))
    }

    fn visit_u64<E: Error>(self, number: u64) -> Result<Number, E> {
        let signed = i64::try_from(number).ok().and_then(Number::from_whole);
        signed.ok_or_else(|| E::invalid_value(Unexpected::Unsigned(number), &self))
    }

    fn visit_f64<E: Error>(self, number: f64) -> Result<Number, E> {
        Number::from_float(number).ok_or_else(|| E::invalid_value(Unexpected::Float(number), &self))
    }
}
