//! What else would help when an item does not reach a device (spec E10).

use crate::decision::{Decision, Outcome, ReasonCode};
use crate::name::named;

named! {
    /// Another way to get an item onto a device; sentences for people are in `policy/locales`. For
    /// actions that are denied see [`alternative`](crate::alternative()).
    pub enum Remedy {
        /// Include the user, or a group of the user or the device.
        IncludeThem = "include-them",
        /// Take the user or the device out of the group that excludes them.
        LeaveTheGroup = "leave-the-group",
        /// Change the filter.
        ChangeTheFilter = "change-the-filter",
        /// Ask the device what it is; the answer may change.
        AskTheDevice = "ask-the-device",
        /// Update the device's system.
        UpdateTheSystem = "update-the-system",
        /// Enrol the device through Apple Business or School Manager, which supervises it.
        EnrolAutomatically = "enrol-automatically",
        /// Enrol the device with Device Enrollment.
        EnrolTheDevice = "enrol-the-device",
        /// Distribute the app through Apps and Books.
        UseAppsAndBooks = "use-apps-and-books",
    }
}

/// What would help; nothing for what is allowed.
pub(super) fn remedies(decision: Decision) -> Vec<Remedy> {
    if decision.outcome == Outcome::Allow {
        return Vec::new();
    }
    match decision.reason {
        ReasonCode::NotIncluded | ReasonCode::NoDevices => vec![Remedy::IncludeThem],
        ReasonCode::ExcludedUserGroup | ReasonCode::ExcludedDeviceGroup => vec![Remedy::LeaveTheGroup],
        ReasonCode::FilterMinOsVersion => vec![Remedy::UpdateTheSystem, Remedy::ChangeTheFilter],
        ReasonCode::FilterUserEnrollment
        | ReasonCode::FilterAutomatedDeviceEnrollment
        | ReasonCode::FilterSupervised
        | ReasonCode::FilterPlatform
        | ReasonCode::FilterMaxOsVersion => vec![Remedy::ChangeTheFilter],
        ReasonCode::PlatformUnknown | ReasonCode::OsVersionUnknown | ReasonCode::SupervisionUnknown => {
            vec![Remedy::AskTheDevice]
        }
        ReasonCode::NeedsNewerOs | ReasonCode::PartsNeedNewerOs => vec![Remedy::UpdateTheSystem],
        ReasonCode::NeedsSupervision | ReasonCode::PartsNeedSupervision => vec![Remedy::EnrolAutomatically],
        ReasonCode::ForbiddenUnderUserEnrollment
        | ReasonCode::PartsForbiddenUnderUserEnrollment
        | ReasonCode::SignInClipNotUnderUserEnrollment
        | ReasonCode::AppOnlyEnrollment
        | ReasonCode::AuthOnlyEnrollment => vec![Remedy::EnrolTheDevice],
        ReasonCode::StoreAppsOnlyOnUserEnrolledMac => vec![Remedy::UseAppsAndBooks, Remedy::EnrolTheDevice],
        _ => Vec::new(),
    }
}
