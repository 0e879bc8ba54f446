//! What is known when somebody wants to enrol a device.

use serde::{Deserialize, Serialize};

use crate::fact::Fact;
use crate::facts::{EnrollmentType, OsVersion, Platform, Supervision};
use crate::name::named;

named! {
    /// Where a device comes from.
    pub enum Provenance {
        /// It is in Apple's device enrollment: Automated Device Enrollment.
        AutomatedDeviceEnrollment = "automatedDeviceEnrollment",
        /// Apple Configurator prepared it.
        Configurator = "configurator",
        /// Neither.
        Elsewhere = "elsewhere",
    }
}

named! {
    /// How the person enrols (spec D5).
    #[derive(Default)]
    pub enum EnrollmentMethod {
        /// Settings → Sign in to work or school account.
        #[default]
        AccountDriven = "accountDriven",
        /// A profile from a link. For User Enrollment this is legacy.
        ProfileDriven = "profileDriven",
    }
}

named! {
    /// *Apple Enrollment Type* of a device registration setting (spec D1).
    pub enum WantedEnrollment {
        /// User Enrollment.
        User = "user",
        /// Device Enrollment.
        Device = "device",
    }
}

named! {
    /// What happens when User Enrollment is wanted and a requirement is missed (spec D4).
    #[derive(Default)]
    pub enum Fallback {
        /// The device is not enrolled.
        #[default]
        Refuse = "refuse",
        /// The person is asked whether Device Enrollment will do; consent starts discovery again.
        AskForConsent = "askForConsent",
        /// Device Enrollment, as in the seeds.
        FallBackSilently = "fallBackSilently",
    }
}

named! {
    /// The person's Managed Apple Account, seen from the organisation that Baton is connected with.
    pub enum ManagedAppleAccount {
        /// There is none.
        Missing = "missing",
        /// It belongs to another organisation.
        OtherOrganisation = "otherOrganisation",
        /// Created there, in a domain that is not validated.
        UnvalidatedDomain = "unvalidatedDomain",
        /// Created there, in a validated domain.
        Created = "created",
        /// Federated.
        Federated = "federated",
    }
}

named! {
    /// The location token of Apps and Books.
    pub enum AppsAndBooks {
        /// There is none.
        Missing = "missing",
        /// It belongs to another organisation than the connected one.
        OtherOrganisation = "otherOrganisation",
        /// Same organisation, but not the matching location.
        OtherLocation = "otherLocation",
        /// The matching location of the same organisation.
        Matching = "matching",
    }
}

/// The device, as far as it has told. What it has not told is checked on the device.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct EnrollingDevice {
    /// Its operating system.
    #[serde(default)]
    pub platform: Fact<Platform>,
    /// The version of its operating system.
    #[serde(default)]
    pub os_version: Fact<OsVersion>,
    /// Whether it is supervised.
    #[serde(default)]
    pub supervision: Fact<Supervision>,
    /// Where it comes from.
    #[serde(default)]
    pub provenance: Fact<Provenance>,
    /// The type of this person's known record of the device, or of a record with the same UDID.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub known_as: Option<EnrollmentType>,
}

/// The person who enrols.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct EnrollingPerson {
    /// Whether enrolling is permitted (spec B5).
    pub may_enrol: bool,
    /// The Managed Apple Account.
    pub managed_apple_account: ManagedAppleAccount,
    /// Whether the person has agreed to Device Enrollment instead of User Enrollment.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub consents_to_device_enrollment: bool,
}

/// The organisation's connections with Apple.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct Organisation {
    /// Whether Apple Business or School Manager is connected.
    pub is_connected: bool,
    /// Its Apps and Books.
    pub apps_and_books: AppsAndBooks,
}

/// The oldest systems that the organisation accepts for User Enrollment. Apple's own floors hold besides.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Floors {
    /// iOS and iPadOS.
    pub ios: OsVersion,
    /// macOS.
    pub macos: OsVersion,
    /// visionOS.
    pub visionos: OsVersion,
}

impl Default for Floors {
    /// Apple's (spec D2).
    fn default() -> Self {
        Self { ios: OsVersion::new(13, 1, 0), macos: OsVersion::new(10, 15, 0), visionos: OsVersion::new(1, 1, 0) }
    }
}

/// The setting and the configurations that hold for the person.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct EnrollmentSetting {
    /// *Apple Enrollment Type*.
    pub wanted: WantedEnrollment,
    /// What happens when a requirement is missed.
    #[serde(default)]
    pub fallback: Fallback,
    /// The organisation's floors.
    #[serde(default)]
    pub floors: Floors,
    /// Whether profile-driven User Enrollment is switched on; off by default.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub allows_profile_driven_user_enrollment: bool,
    /// Whether an app-only (MAM) configuration applies.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub is_app_only: bool,
    /// Whether registration without management applies.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub is_auth_only: bool,
}

/// Everything the decision reads.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct EnrollmentRequest {
    /// The device.
    #[serde(default)]
    pub device: EnrollingDevice,
    /// How the person enrols.
    #[serde(default)]
    pub method: EnrollmentMethod,
    /// The person.
    pub person: EnrollingPerson,
    /// The organisation.
    pub organisation: Organisation,
    /// The setting.
    pub setting: EnrollmentSetting,
}
