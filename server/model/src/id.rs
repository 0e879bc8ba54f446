//! Ids. All are opaque texts: UUIDs of version 7 for what people create, fixed words for what is built in.

pub use baton_policy::{DeviceGroupId, DeviceId, ItemId, UserGroupId, UserId};

/// The id of *Nobody*, the built-in user that owns a signed-out shared device.
pub const NOBODY: &str = "nobody";
/// The id of *Everyone*, the built-in group of all users, Nobody included.
pub const EVERYONE: &str = "everyone";
/// The id of the built-in configuration *Multi-user Secure Sign-in for iOS* (A8).
pub const SECURE_SIGN_IN: &str = "secure-sign-in";

macro_rules! text_id {
    ($(#[$meta:meta])* $name:ident) => {
        $(#[$meta])*
        #[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub String);

        impl $name {
            /// The id as text.
            #[must_use]
            pub fn as_str(&self) -> &str {
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

        impl std::fmt::Display for $name {
            fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str(&self.0)
            }
        }
    };
}

text_id!(
    /// One command to one device: Apple's CommandUUID.
    CommandId
);
text_id!(
    /// One enrollment of a device, from its profile's download to its check-out.
    EnrollmentId
);
text_id!(
    /// A link that enrols shared devices.
    EnrollmentLinkId
);
text_id!(
    /// One transition of a device from holder to holder.
    HandoverId
);
text_id!(
    /// One passkey.
    PasskeyId
);
text_id!(
    /// One file of expectations.
    PolicyTestFileId
);
text_id!(
    /// A directory or an identity provider.
    SourceId
);
