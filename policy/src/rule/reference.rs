//! What conditions can be about.

use serde::{Deserialize, Serialize};

use crate::capability::Role;
use crate::facts::{EnrollmentType, Ownership, Platform};
use crate::ids::{AttributeId, DeviceGroupId, UserGroupId};
use crate::name::named;
use crate::value::{Options, ValueType};

named! {
    /// Whether something is about users or about devices.
    pub enum Side {
        /// The user; in a rule for devices, the one the device is assigned to.
        User = "user",
        /// The device.
        Device = "device",
    }
}

named! {
    /// A fact of a device that rules can read (spec C2).
    pub enum DeviceFact {
        /// Baton's label for the device.
        Name = "name",
        /// The serial number; empty under User Enrollment.
        SerialNumber = "serialNumber",
        /// The marketing name, such as `iPhone 15`.
        Model = "model",
        /// Apple's `ProductName`, such as `iPhone15,4`.
        Product = "product",
        /// The platform.
        Platform = "platform",
        /// The version of the operating system.
        OsVersion = "osVersion",
        /// The enrollment type.
        Enrollment = "enrollment",
        /// *User Enrollment Enrolled* (spec C4).
        UserEnrollmentEnrolled = "userEnrollmentEnrolled",
        /// *Automated Device Enrollment Enrolled* (spec C4).
        AutomatedDeviceEnrollmentEnrolled = "automatedDeviceEnrollmentEnrolled",
        /// Supervision; never under User Enrollment (spec D2).
        Supervised = "supervised",
        /// Who owns the device (spec D6).
        Ownership = "ownership",
        /// Apple's lost mode.
        LostMode = "lostMode",
    }
}

named! {
    /// A fact of a user that rules can read (spec C2).
    pub enum UserFact {
        /// Whether this is Nobody, the holder of signed-out devices.
        Nobody = "nobody",
        /// What the user types to sign in.
        UserName = "userName",
        /// The name that people read.
        DisplayName = "displayName",
        /// The mail address.
        Email = "email",
        /// The role in Baton (spec B5).
        Role = "role",
    }
}

impl DeviceFact {
    /// The type of its values.
    #[must_use]
    pub const fn value_type(self) -> ValueType<'static> {
        match self {
            Self::Name | Self::SerialNumber | Self::Model | Self::Product => ValueType::Text,
            Self::Platform => ValueType::Choice(Options::BuiltIn(Platform::NAMES)),
            Self::OsVersion => ValueType::Version,
            Self::Enrollment => ValueType::Choice(Options::BuiltIn(EnrollmentType::NAMES)),
            Self::Ownership => ValueType::Choice(Options::BuiltIn(Ownership::NAMES)),
            Self::UserEnrollmentEnrolled
            | Self::AutomatedDeviceEnrollmentEnrolled
            | Self::Supervised
            | Self::LostMode => ValueType::YesNo,
        }
    }
}

impl UserFact {
    /// The type of its values.
    #[must_use]
    pub const fn value_type(self) -> ValueType<'static> {
        match self {
            Self::Nobody => ValueType::YesNo,
            Self::UserName | Self::DisplayName | Self::Email => ValueType::Text,
            Self::Role => ValueType::Choice(Options::BuiltIn(Role::NAMES)),
        }
    }
}

/// The fact or attribute that a condition tests.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub enum FactRef {
    /// A fact of the user.
    User(UserFact),
    /// An attribute of the user.
    UserAttribute(AttributeId),
    /// A fact of the device.
    Device(DeviceFact),
    /// An attribute of the device.
    DeviceAttribute(AttributeId),
}

impl FactRef {
    /// Whether it is the user's or the device's.
    #[must_use]
    pub const fn side(&self) -> Side {
        match self {
            Self::User(_) | Self::UserAttribute(_) => Side::User,
            Self::Device(_) | Self::DeviceAttribute(_) => Side::Device,
        }
    }
}

/// A group that a condition asks for.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub enum GroupRef {
    /// A group of users.
    User(UserGroupId),
    /// A group of devices.
    Device(DeviceGroupId),
}

impl GroupRef {
    /// Whether it is a group of users or of devices.
    #[must_use]
    pub const fn side(&self) -> Side {
        match self {
            Self::User(_) => Side::User,
            Self::Device(_) => Side::Device,
        }
    }

    /// Its id as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        match self {
            Self::User(id) => id.as_str(),
            Self::Device(id) => id.as_str(),
        }
    }
}
