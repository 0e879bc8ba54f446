//! Values as they stand in a snapshot, before their type is known.

use std::fmt;

use serde::de::{Error, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::{Number, Value, ValueError, ValueType};

/// A text, a number or a truth value; which value it is, the attribute's type says.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Scalar {
    /// A text: also days, versions, options, and `Yes`.
    Text(String),
    /// A number.
    Number(Number),
    /// A truth value.
    YesNo(bool),
}

impl Scalar {
    /// Reads it as a value of the type.
    ///
    /// # Errors
    ///
    /// [`ValueError`].
    pub fn read(&self, value_type: ValueType<'_>) -> Result<Value, ValueError> {
        let wrong = |given: String| ValueError::Type { given, expected: value_type.name() };
        match (self, value_type) {
            (Self::Text(text), _) => value_type.read(text),
            (Self::Number(number), ValueType::Number) => Ok(Value::Number(*number)),
            (Self::YesNo(yes), ValueType::YesNo) => Ok(Value::YesNo(*yes)),
            (Self::Number(number), _) => Err(wrong(number.to_string())),
            (Self::YesNo(yes), _) => Err(wrong(yes.to_string())),
        }
    }
}

impl From<&Value> for Scalar {
    fn from(value: &Value) -> Self {
        match value {
            Value::Number(number) => Self::Number(*number),
            Value::YesNo(yes) => Self::YesNo(*yes),
            Value::Text(_) | Value::Date(_) | Value::Version(_) | Value::Choice(_) => Self::Text(value.to_string()),
        }
    }
}

impl From<&str> for Scalar {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl Serialize for Scalar {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Text(text) => serializer.serialize_str(text),
            Self::Number(number) => number.serialize(serializer),
            Self::YesNo(yes) => serializer.serialize_bool(*yes),
        }
    }
}

impl<'de> Deserialize<'de> for Scalar {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(ScalarVisitor)
    }
}

struct ScalarVisitor;

impl Visitor<'_> for ScalarVisitor {
    type Value = Scalar;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .write_str("a text, a number (at most twelve digits before the point and three after it), true or false")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Scalar, E> {
        Ok(Scalar::Text(text.to_owned()))
    }

    fn visit_bool<E: Error>(self, yes: bool) -> Result<Scalar, E> {
        Ok(Scalar::YesNo(yes))
    }

    fn visit_i64<E: Error>(self, number: i64) -> Result<Scalar, E> {
        super::number::NumberVisitor.visit_i64(number).map(Scalar::Number)
    }

    fn visit_u64<E: Error>(self, number: u64) -> Result<Scalar, E> {
        super::number::NumberVisitor.visit_u64(number).map(Scalar::Number)
    }

    fn visit_f64<E: Error>(self, number: f64) -> Result<Scalar, E> {
        super::number::NumberVisitor.visit_f64(number).map(Scalar::Number)
    }
}
