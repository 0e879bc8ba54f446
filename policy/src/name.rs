//! Enums whose variants have one stable text each, used in JSON, in the database and in locale files.

use std::fmt;

use serde::de::{Error, Visitor};

/// A text that names nothing in the list it was read against.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("unknown name `{given}`, expected one of {expected}")]
pub struct UnknownName {
    given: String,
    expected: String,
}

impl UnknownName {
    pub(crate) fn new(given: &str, names: &[&str]) -> Self {
        Self { given: given.to_owned(), expected: names.join(", ") }
    }
}

/// The place of a name among names.
pub(crate) fn position(text: &str, names: &[&str]) -> Result<usize, UnknownName> {
    names.iter().position(|name| *name == text).ok_or_else(|| UnknownName::new(text, names))
}

/// Reads the place of a name among names from a string in a serde format. It is the same code for every enum, which
/// counts in WebAssembly.
pub(crate) struct PositionVisitor(pub(crate) &'static [&'static str]);

impl Visitor<'_> for PositionVisitor {
    type Value = usize;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a name")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<usize, E> {
        position(text, self.0).map_err(E::custom)
    }
}

/// Declares an enum together with the stable text of each variant.
macro_rules! named {
    (
        $(#[$meta:meta])*
        pub enum $name:ident { $($(#[$variant_meta:meta])* $variant:ident = $text:literal),+ $(,)? }
    ) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $name { $($(#[$variant_meta])* $variant),+ }

        impl $name {
            /// Every value, in declaration order.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            pub(crate) const NAMES: &'static [&'static str] = &[$($text),+];

            /// The stable text of this value.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                Self::NAMES[self as usize]
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.pad(self.as_str())
            }
        }

        impl std::str::FromStr for $name {
            type Err = crate::name::UnknownName;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                crate::name::position(text, Self::NAMES).map(|index| Self::ALL[index])
            }
        }

        #[cfg(feature = "schema")]
        impl schemars::JsonSchema for $name {
            fn schema_name() -> std::borrow::Cow<'static, str> {
                stringify!($name).into()
            }

            fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
                schemars::json_schema!({ "type": "string", "enum": Self::NAMES })
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.as_str())
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let position = deserializer.deserialize_str(crate::name::PositionVisitor(Self::NAMES))?;
                Ok(Self::ALL[position])
            }
        }
    };
}
pub(crate) use named;
