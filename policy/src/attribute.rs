//! Custom attributes of users and devices (spec C1).

use serde::{Deserialize, Serialize};

use crate::ids::AttributeId;
use crate::value::{Options, Scalar, Value, ValueError, ValueType};

/// What an attribute is called and what values it has.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct AttributeDefinition {
    /// Which one; unique among the attributes of users, or of devices.
    pub id: AttributeId,
    /// The name that people read; none means the id is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Its type.
    #[serde(rename = "type")]
    pub attribute_type: AttributeType,
    /// The value of a user or device that has none of its own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub default: Option<Scalar>,
}

/// The types an attribute can have (spec C1).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub enum AttributeType {
    /// Any text.
    Text,
    /// Yes or no.
    YesNo,
    /// A decimal number.
    Number,
    /// A day.
    Date,
    /// One of these options.
    Choice(Vec<String>),
}

impl AttributeType {
    /// The type of its values.
    #[must_use]
    pub fn value_type(&self) -> ValueType<'_> {
        match self {
            Self::Text => ValueType::Text,
            Self::YesNo => ValueType::YesNo,
            Self::Number => ValueType::Number,
            Self::Date => ValueType::Date,
            Self::Choice(options) => ValueType::Choice(Options::Defined(options)),
        }
    }
}

impl AttributeDefinition {
    /// An attribute without a default, whose id is its name.
    pub fn new(id: impl Into<AttributeId>, attribute_type: AttributeType) -> Self {
        Self { id: id.into(), name: None, attribute_type, default: None }
    }

    /// The name that people read.
    #[must_use]
    pub fn label(&self) -> &str {
        self.name.as_deref().unwrap_or(self.id.as_str())
    }

    /// The default as a value.
    ///
    /// # Errors
    ///
    /// [`ValueError`] if it does not fit the type.
    pub fn default_value(&self) -> Result<Option<Value>, ValueError> {
        self.default.as_ref().map(|default| default.read(self.attribute_type.value_type())).transpose()
    }
}
