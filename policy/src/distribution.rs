//! Who gets an item (spec C4).

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::decision::{Decision, ReasonCode, Source};
use crate::fact::Truth;
use crate::facts::{Device, EnrollmentType, Holder, OsVersion, Platform};
use crate::ids::{DeviceGroupId, UserGroupId, UserId};

/// Who gets an item (spec C4).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub enum Distribution {
    /// Every device, whoever holds it.
    AllDevices,
    /// No device.
    NoDevices,
    /// Those that the parts say.
    Custom(CustomDistribution),
}

/// The union of what is included, minus what is excluded, and all filters (spec C4).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
pub struct CustomDistribution {
    /// Devices whose holder is in one of these groups.
    #[serde(skip_serializing_if = "BTreeSet::is_empty")]
    pub include_user_groups: BTreeSet<UserGroupId>,
    /// Devices in one of these groups.
    #[serde(skip_serializing_if = "BTreeSet::is_empty")]
    pub include_device_groups: BTreeSet<DeviceGroupId>,
    /// Devices held by one of these users.
    #[serde(skip_serializing_if = "BTreeSet::is_empty")]
    pub include_users: BTreeSet<UserId>,
    /// Not devices whose holder is in one of these groups, whatever includes them.
    #[serde(skip_serializing_if = "BTreeSet::is_empty")]
    pub exclude_user_groups: BTreeSet<UserGroupId>,
    /// Not devices in one of these groups, whatever includes them.
    #[serde(skip_serializing_if = "BTreeSet::is_empty")]
    pub exclude_device_groups: BTreeSet<DeviceGroupId>,
    /// Each of these must hold as well.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub filters: Vec<Filter>,
}

/// A condition on enrollment facts (spec C4).
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub enum Filter {
    /// *User Enrollment Enrolled* is this.
    UserEnrollmentEnrolled(bool),
    /// *Automated Device Enrollment Enrolled* is this.
    AutomatedDeviceEnrollmentEnrolled(bool),
    /// The device is supervised (or, with `false`, is not).
    Supervised(bool),
    /// The platform is one of these.
    Platform(BTreeSet<Platform>),
    /// The system has this version or a newer one.
    MinOsVersion(OsVersion),
    /// The system has this version or an older one.
    MaxOsVersion(OsVersion),
}

impl Filter {
    /// Whether the device passes.
    #[must_use]
    pub fn test(&self, device: &Device) -> Truth {
        let facts = &device.facts;
        match self {
            Self::UserEnrollmentEnrolled(wanted) => ((facts.enrollment == EnrollmentType::User) == *wanted).into(),
            Self::AutomatedDeviceEnrollmentEnrolled(wanted) => {
                ((facts.enrollment == EnrollmentType::AutomatedDevice) == *wanted).into()
            }
            Self::Supervised(true) => facts.is_supervised(),
            Self::Supervised(false) => !facts.is_supervised(),
            Self::Platform(platforms) => facts.platform.test(|platform| platforms.contains(platform)),
            Self::MinOsVersion(oldest) => facts.os_version.test(|version| version >= oldest),
            Self::MaxOsVersion(newest) => facts.os_version.test(|version| version <= newest),
        }
    }

    /// The reason to give when the device does not pass.
    pub(crate) const fn not_passed(&self) -> ReasonCode {
        match self {
            Self::UserEnrollmentEnrolled(_) => ReasonCode::FilterUserEnrollment,
            Self::AutomatedDeviceEnrollmentEnrolled(_) => ReasonCode::FilterAutomatedDeviceEnrollment,
            Self::Supervised(_) => ReasonCode::FilterSupervised,
            Self::Platform(_) => ReasonCode::FilterPlatform,
            Self::MinOsVersion(_) => ReasonCode::FilterMinOsVersion,
            Self::MaxOsVersion(_) => ReasonCode::FilterMaxOsVersion,
        }
    }

    /// The reason to give when it cannot be told whether the device passes.
    pub(crate) const fn not_known(&self) -> ReasonCode {
        match self {
            Self::UserEnrollmentEnrolled(_) => ReasonCode::FilterUserEnrollment,
            Self::AutomatedDeviceEnrollmentEnrolled(_) => ReasonCode::FilterAutomatedDeviceEnrollment,
            Self::Supervised(_) => ReasonCode::SupervisionUnknown,
            Self::Platform(_) => ReasonCode::PlatformUnknown,
            Self::MinOsVersion(_) | Self::MaxOsVersion(_) => ReasonCode::OsVersionUnknown,
        }
    }
}

impl Distribution {
    /// Whether the distribution reaches the device while this user holds it. What the device can
    /// take is another question: [`Catalogue::decide`](crate::Catalogue::decide) asks both.
    #[must_use]
    pub fn decide(&self, device: &Device, holder: &Holder) -> Decision {
        match self {
            Self::AllDevices => Decision::allow(ReasonCode::AllDevices, Source::Distribution),
            Self::NoDevices => Decision::deny(ReasonCode::NoDevices, Source::Distribution),
            Self::Custom(custom) => custom.decide(device, holder),
        }
    }
}

impl CustomDistribution {
    fn decide(&self, device: &Device, holder: &Holder) -> Decision {
        let excluded = self.excluded(device, holder);
        let included = self.included(device, holder);
        let filtered =
            self.filters.iter().map(|filter| filter_verdict(filter, device)).fold(included, Decision::narrowed_by);
        match excluded {
            (Truth::True, reason) => Decision::deny(reason, Source::Distribution),
            (Truth::Unknown, reason) => Decision::unknown(reason, Source::Distribution).narrowed_by(filtered),
            (Truth::False, _) => filtered,
        }
    }

    /// Exclude wins, so it is asked first. The reason names what excludes.
    fn excluded(&self, device: &Device, holder: &Holder) -> (Truth, ReasonCode) {
        let by_user = any(&self.exclude_user_groups, |group| holder.is_in(group));
        let by_device = any(&self.exclude_device_groups, |group| device.is_in(group));
        let reason = match (by_user, by_device) {
            (Truth::True, _) => ReasonCode::ExcludedUserGroup,
            (_, Truth::True) => ReasonCode::ExcludedDeviceGroup,
            _ => ReasonCode::GroupUnknown,
        };
        (by_user.or(by_device), reason)
    }

    fn included(&self, device: &Device, holder: &Holder) -> Decision {
        if self.include_users.contains(&holder.id) {
            return Decision::allow(ReasonCode::IncludedUser, Source::Distribution);
        }
        let by_user = any(&self.include_user_groups, |group| holder.is_in(group));
        let by_device = any(&self.include_device_groups, |group| device.is_in(group));
        match (by_user, by_device) {
            (Truth::True, _) => Decision::allow(ReasonCode::IncludedUserGroup, Source::Distribution),
            (_, Truth::True) => Decision::allow(ReasonCode::IncludedDeviceGroup, Source::Distribution),
            (Truth::False, Truth::False) => Decision::deny(ReasonCode::NotIncluded, Source::Distribution),
            _ => Decision::unknown(ReasonCode::GroupUnknown, Source::Distribution),
        }
    }
}

fn filter_verdict(filter: &Filter, device: &Device) -> Decision {
    Decision::require(filter.test(device), filter.not_passed(), filter.not_known(), Source::Distribution)
        .unwrap_or(Decision::allow(ReasonCode::Allowed, Source::Distribution))
}

fn any<T>(things: &BTreeSet<T>, test: impl Fn(&T) -> Truth) -> Truth {
    things.iter().fold(Truth::False, |found, thing| found.or(test(thing)))
}
