//! What the rules know about devices and the people who hold them.

use std::collections::BTreeSet;
use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::fact::{Fact, Truth};
use crate::ids::{DeviceGroupId, DeviceId, UserGroupId, UserId};
use crate::name::named;

named! {
    /// Apple's operating systems, as in Apple's device-management schema; iPadOS is told from iOS.
    pub enum Platform {
        /// iPhone and iPod touch.
        Ios = "ios",
        /// iPad. Apple's table lists it under iOS.
        Ipados = "ipados",
        /// Mac.
        Macos = "macos",
        /// Apple Vision.
        Visionos = "visionos",
        /// Apple TV.
        Tvos = "tvos",
        /// Apple Watch.
        Watchos = "watchos",
    }
}

named! {
    /// How a device is enrolled (spec D).
    pub enum EnrollmentType {
        /// User Enrollment: a personal device, work data kept apart.
        User = "user",
        /// Device Enrollment.
        Device = "device",
        /// Automated Device Enrollment, through Apple Business or School Manager.
        AutomatedDevice = "automatedDevice",
        /// App-only management (the seeds' MAM): no channel to the device.
        AppOnly = "appOnly",
        /// Registered without management (spec D7).
        AuthOnly = "authOnly",
    }
}

impl EnrollmentType {
    /// Whether Apple's MDM protocol reaches the device at all.
    #[must_use]
    pub const fn is_managed(self) -> bool {
        matches!(self, Self::User | Self::Device | Self::AutomatedDevice)
    }
}

named! {
    /// Apple's supervision.
    pub enum Supervision {
        /// Supervised.
        Supervised = "supervised",
        /// Not supervised.
        Unsupervised = "unsupervised",
    }
}

named! {
    /// Who owns the device (spec D6).
    pub enum Ownership {
        /// The organisation.
        Company = "company",
        /// The person.
        User = "user",
    }
}

/// A version of an operating system. Missing parts count as zero: `17` is `17.0.0`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct OsVersion {
    /// The 17 of 17.5.1.
    pub major: u16,
    /// The 5 of 17.5.1.
    pub minor: u16,
    /// The 1 of 17.5.1.
    pub patch: u16,
}

impl OsVersion {
    /// A version from its parts.
    #[must_use]
    pub const fn new(major: u16, minor: u16, patch: u16) -> Self {
        Self { major, minor, patch }
    }
}

/// A text that is not a version such as `17.5.1`.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a version such as `17.5.1`")]
pub struct OsVersionError(String);

impl FromStr for OsVersion {
    type Err = OsVersionError;

    /// Reads one to three decimal numbers parted by dots.
    fn from_str(text: &str) -> Result<Self, OsVersionError> {
        let error = || OsVersionError(text.to_owned());
        let mut parts = [0_u16; 3];
        for (index, part) in text.split('.').enumerate() {
            let slot = parts.get_mut(index).ok_or_else(error)?;
            if part.is_empty() || !part.bytes().all(|byte| byte.is_ascii_digit()) {
                return Err(error());
            }
            *slot = part.parse().map_err(|_| error())?;
        }
        Ok(Self::new(parts[0], parts[1], parts[2]))
    }
}

impl fmt::Display for OsVersion {
    /// As Apple writes it: the patch only when there is one.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}.{}", self.major, self.minor)?;
        if self.patch > 0 {
            write!(formatter, ".{}", self.patch)?;
        }
        Ok(())
    }
}

impl Serialize for OsVersion {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for OsVersion {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

/// What a device is, as far as it has told.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct DeviceFacts {
    /// Its operating system.
    #[serde(default)]
    pub platform: Fact<Platform>,
    /// The version of its operating system.
    #[serde(default)]
    pub os_version: Fact<OsVersion>,
    /// How it is enrolled; always known, because Baton enrolled it.
    pub enrollment: EnrollmentType,
    /// Whether it is supervised.
    #[serde(default)]
    pub supervision: Fact<Supervision>,
    /// Who owns it.
    pub ownership: Ownership,
    /// The `AccessRights` of its enrollment profile; none means the profile states no limit
    /// (under User Enrollment it must not, see [`AccessRights`](crate::AccessRights)).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub access_rights: Option<u32>,
    /// Whether Apple's lost mode is on.
    #[serde(default)]
    pub lost_mode: Fact<bool>,
}

impl DeviceFacts {
    /// A device that has just enrolled and not yet told anything about itself.
    #[must_use]
    pub const fn new(enrollment: EnrollmentType, ownership: Ownership) -> Self {
        Self {
            platform: Fact::Unknown,
            os_version: Fact::Unknown,
            enrollment,
            supervision: Fact::Unknown,
            ownership,
            access_rights: None,
            lost_mode: Fact::Unknown,
        }
    }

    /// Whether the device is supervised; never under User Enrollment (spec D2).
    #[must_use]
    pub fn is_supervised(&self) -> Truth {
        if self.enrollment == EnrollmentType::User {
            return Truth::False;
        }
        self.supervision.test(|&supervision| supervision == Supervision::Supervised)
    }
}

/// A device with the groups it is in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "schema", schemars(rename = "DeviceInGroups"))]
pub struct Device {
    /// Which one.
    pub id: DeviceId,
    /// What it is.
    pub facts: DeviceFacts,
    /// The groups it is in.
    #[serde(default)]
    pub groups: BTreeSet<DeviceGroupId>,
    /// The groups of which it cannot be told whether it is in them.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub unknown_groups: BTreeSet<DeviceGroupId>,
}

impl Device {
    /// A device in these groups and surely in no others.
    pub fn new(id: impl Into<DeviceId>, facts: DeviceFacts, groups: impl IntoIterator<Item = DeviceGroupId>) -> Self {
        Self { id: id.into(), facts, groups: set(groups), unknown_groups: BTreeSet::new() }
    }

    /// Whether the device is in the group.
    #[must_use]
    pub fn is_in(&self, group: &DeviceGroupId) -> Truth {
        membership(&self.groups, &self.unknown_groups, group)
    }
}

/// The user a device is assigned to. Everyone is a group like others: the caller puts it in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct Holder {
    /// Who.
    pub id: UserId,
    /// The groups the user is in.
    #[serde(default)]
    pub groups: BTreeSet<UserGroupId>,
    /// The groups of which it cannot be told whether the user is in them.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub unknown_groups: BTreeSet<UserGroupId>,
    /// Whether this is Nobody, the built-in holder of signed-out devices.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub is_nobody: bool,
}

impl Holder {
    /// A person in these groups and surely in no others.
    pub fn person(id: impl Into<UserId>, groups: impl IntoIterator<Item = UserGroupId>) -> Self {
        Self { id: id.into(), groups: set(groups), unknown_groups: BTreeSet::new(), is_nobody: false }
    }

    /// Nobody, in these groups and surely in no others.
    pub fn nobody(id: impl Into<UserId>, groups: impl IntoIterator<Item = UserGroupId>) -> Self {
        Self { is_nobody: true, ..Self::person(id, groups) }
    }

    /// Whether the user is in the group.
    #[must_use]
    pub fn is_in(&self, group: &UserGroupId) -> Truth {
        membership(&self.groups, &self.unknown_groups, group)
    }
}

fn membership<G: Ord>(groups: &BTreeSet<G>, unknown: &BTreeSet<G>, group: &G) -> Truth {
    if groups.contains(group) {
        Truth::True
    } else if unknown.contains(group) {
        Truth::Unknown
    } else {
        Truth::False
    }
}

/// Element by element: `collect` would sort first, which costs kilobytes of code in WebAssembly.
fn set<G: Ord>(groups: impl IntoIterator<Item = G>) -> BTreeSet<G> {
    let mut set = BTreeSet::new();
    for group in groups {
        set.insert(group);
    }
    set
}
