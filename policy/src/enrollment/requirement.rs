//! What User Enrollment needs, one by one (spec D2, D5).

use serde::{Deserialize, Serialize};

use super::request::{
    AppsAndBooks, EnrollmentMethod, EnrollmentRequest, Floors, ManagedAppleAccount, Provenance, WantedEnrollment,
};
use crate::apple::decide::has_user_enrollment;
use crate::decision::ReasonCode as R;
use crate::fact::{Fact, Truth};
use crate::facts::{EnrollmentType, OsVersion, Platform, Supervision};
use crate::name::named;

named! {
    /// Something that User Enrollment needs, in the order in which it is checked.
    pub enum Requirement {
        /// The device is not supervised.
        Unsupervised = "unsupervised",
        /// The device is not in Apple's device enrollment, nor prepared by Apple Configurator.
        PersonalDevice = "personalDevice",
        /// The system has User Enrollment, in a version that is new enough.
        System = "system",
        /// The way in which the person enrols is open.
        Method = "method",
        /// The setting asks for User Enrollment.
        Setting = "setting",
        /// Apple Business or School Manager is connected.
        Organisation = "organisation",
        /// Apps and Books of the matching location of that organisation.
        AppsAndBooks = "appsAndBooks",
        /// A Managed Apple Account in that organisation.
        ManagedAppleAccount = "managedAppleAccount",
        /// The permission to enrol.
        Permission = "permission",
    }
}

named! {
    /// How a requirement came out.
    pub enum RequirementVerdict {
        /// It is met.
        Met = "met",
        /// It is missed.
        Failed = "failed",
        /// Only the device can tell: the enrollment request decides.
        CheckedOnDevice = "checkedOnDevice",
    }
}

/// A requirement and how it came out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct RequirementCheck {
    /// Which one.
    pub requirement: Requirement,
    /// How it came out.
    pub verdict: RequirementVerdict,
    /// Why.
    pub reason: R,
}

/// Checks every requirement, in their order.
#[must_use]
pub fn check_requirements(request: &EnrollmentRequest) -> Vec<RequirementCheck> {
    Requirement::ALL
        .iter()
        .map(|&requirement| {
            let (truth, missed) = check(requirement, request);
            let (verdict, reason) = match truth {
                Truth::True => (RequirementVerdict::Met, R::Allowed),
                Truth::False => (RequirementVerdict::Failed, missed),
                Truth::Unknown => (RequirementVerdict::CheckedOnDevice, R::CheckedOnDevice),
            };
            RequirementCheck { requirement, verdict, reason }
        })
        .collect()
}

/// Whether the requirement is met, and the reason if not.
fn check(requirement: Requirement, request: &EnrollmentRequest) -> (Truth, R) {
    let EnrollmentRequest { device, person, organisation, setting, .. } = request;
    match requirement {
        Requirement::Unsupervised => {
            let is_supervised = told(device.supervision).test(|&told| told == Supervision::Supervised);
            (!is_supervised, R::DeviceIsSupervised)
        }
        Requirement::PersonalDevice => {
            let is_personal = told(device.provenance).test(|&told| told == Provenance::Elsewhere);
            let missed = match device.provenance {
                Fact::Value(Provenance::Configurator) => R::DeviceFromConfigurator,
                _ => R::DeviceInDeviceEnrollment,
            };
            (is_personal, missed)
        }
        Requirement::System => system(request),
        Requirement::Method => method(request),
        Requirement::Setting => {
            let keeps_type = device.known_as == Some(EnrollmentType::User);
            ((keeps_type || setting.wanted == WantedEnrollment::User).into(), R::SettingSaysDeviceEnrollment)
        }
        Requirement::Organisation => (organisation.is_connected.into(), R::OrganisationNotConnected),
        Requirement::AppsAndBooks => match organisation.apps_and_books {
            AppsAndBooks::Matching => (Truth::True, R::Allowed),
            AppsAndBooks::Missing => (Truth::False, R::AppsAndBooksMissing),
            AppsAndBooks::OtherOrganisation => (Truth::False, R::AppsAndBooksOfOtherOrganisation),
            AppsAndBooks::OtherLocation => (Truth::False, R::AppsAndBooksOfOtherLocation),
        },
        Requirement::ManagedAppleAccount => match person.managed_apple_account {
            ManagedAppleAccount::Federated | ManagedAppleAccount::Created => (Truth::True, R::Allowed),
            ManagedAppleAccount::Missing => (Truth::False, R::ManagedAppleAccountMissing),
            ManagedAppleAccount::OtherOrganisation => (Truth::False, R::ManagedAppleAccountOfOtherOrganisation),
            ManagedAppleAccount::UnvalidatedDomain => (Truth::False, R::ManagedAppleAccountDomainNotValidated),
        },
        Requirement::Permission => (person.may_enrol.into(), R::MayNotEnrol),
    }
}

/// Before enrollment a device has told nothing, which is not the same as having nothing to tell.
pub(super) const fn told<T: Copy>(fact: Fact<T>) -> Fact<T> {
    match fact {
        Fact::Empty => Fact::Unknown,
        told => told,
    }
}

/// The platform with User Enrollment, in the versions that the method and the organisation's floor leave.
fn system(request: &EnrollmentRequest) -> (Truth, R) {
    let device = &request.device;
    let platform = match told(device.platform) {
        Fact::Value(platform) if !has_user_enrollment(platform) => {
            return (Truth::False, R::NoUserEnrollmentOnPlatform);
        }
        Fact::Value(platform) => platform,
        Fact::Empty | Fact::Unknown => return (Truth::Unknown, R::CheckedOnDevice),
    };
    let floor = user_enrollment_floor(platform, request.method, &request.setting.floors);
    (told(device.os_version).test(|version| *version >= floor), R::NeedsNewerOs)
}

/// The later of Apple's floor for the method and the organisation's.
fn user_enrollment_floor(platform: Platform, method: EnrollmentMethod, floors: &Floors) -> OsVersion {
    use EnrollmentMethod::{AccountDriven, ProfileDriven};
    let (apples, ours) = match (platform, method) {
        (Platform::Macos, AccountDriven) => (OsVersion::new(14, 0, 0), floors.macos),
        (Platform::Macos, ProfileDriven) => (OsVersion::new(10, 15, 0), floors.macos),
        (Platform::Visionos, _) => (OsVersion::new(1, 1, 0), floors.visionos),
        (_, AccountDriven) => (OsVersion::new(15, 0, 0), floors.ios),
        (_, ProfileDriven) => (OsVersion::new(13, 1, 0), floors.ios),
    };
    apples.max(ours)
}

/// Account-driven is always open. By profile, User Enrollment is off unless the setting switches it on, and Apple took it
/// out of iOS 18 and macOS 15; visionOS never had it.
fn method(request: &EnrollmentRequest) -> (Truth, R) {
    let device = &request.device;
    if request.method == EnrollmentMethod::AccountDriven {
        return (Truth::True, R::Allowed);
    }
    if !request.setting.allows_profile_driven_user_enrollment {
        return (Truth::False, R::ProfileDrivenUserEnrollmentOff);
    }
    let gone = match told(device.platform) {
        Fact::Value(Platform::Macos) => OsVersion::new(15, 0, 0),
        Fact::Value(Platform::Ios | Platform::Ipados) => OsVersion::new(18, 0, 0),
        Fact::Value(_) => return (Truth::False, R::ProfileDrivenUserEnrollmentGone),
        Fact::Empty | Fact::Unknown => return (Truth::Unknown, R::CheckedOnDevice),
    };
    (told(device.os_version).test(|version| *version < gone), R::ProfileDrivenUserEnrollmentGone)
}
