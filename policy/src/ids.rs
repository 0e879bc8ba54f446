//! Opaque identifiers. The rules compare them and never look inside.

use std::fmt;

use serde::{Deserialize, Serialize};

macro_rules! id {
    ($(#[$meta:meta])* $name:ident) => {
        $(#[$meta])*
        #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
        #[serde(transparent)]
        pub struct $name(String);

        impl $name {
            /// Takes the text as it is.
            pub fn new(text: impl Into<String>) -> Self {
                Self(text.into())
            }

            /// The text it was made from.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }

            /// The text it was made from, without a copy.
            #[must_use]
            pub fn into_string(self) -> String {
                self.0
            }
        }

        impl AsRef<str> for $name {
            fn as_ref(&self) -> &str {
                &self.0
            }
        }

        impl From<String> for $name {
            fn from(text: String) -> Self {
                Self(text)
            }
        }

        impl From<&str> for $name {
            fn from(text: &str) -> Self {
                Self(text.to_owned())
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.pad(&self.0)
            }
        }
    };
}

id!(
    /// A person, or Nobody.
    UserId
);
id!(
    /// An enrolled device.
    DeviceId
);
id!(
    /// A group of users; Everyone is one of them.
    UserGroupId
);
id!(
    /// A group of devices.
    DeviceGroupId
);
id!(
    /// A configuration or an app of the catalogue.
    ItemId
);
id!(
    /// A custom attribute of users or of devices (spec C1).
    AttributeId
);
id!(
    /// A named set of apps (spec C7).
    AppGroupId
);
id!(
    /// A word on apps by which app groups find them (spec C7).
    Tag
);
