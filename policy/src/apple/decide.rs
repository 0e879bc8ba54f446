//! From an entry of the table to a decision about a device.

use super::entry::{Entry, PerSystem, SharedIpad, UserEnrollment};
use super::rights::AccessRights;
use crate::decision::{Decision, Outcome, ReasonCode as R, Source};
use crate::fact::{Fact, Truth};
use crate::facts::{DeviceFacts, EnrollmentType, OsVersion, Platform};

const YES: Decision = Decision::allow(R::Allowed, Source::Apple);

/// The oldest system that Baton manages: a requirement below it needs no reported version.
const fn floor(platform: Platform) -> OsVersion {
    match platform {
        Platform::Ios | Platform::Ipados => OsVersion::new(13, 0, 0),
        Platform::Macos => OsVersion::new(10, 15, 0),
        Platform::Visionos => OsVersion::new(1, 1, 0),
        Platform::Tvos => OsVersion::new(13, 0, 0),
        Platform::Watchos => OsVersion::new(10, 0, 0),
    }
}

/// Whether Apple offers User Enrollment on a platform.
pub(crate) const fn has_user_enrollment(platform: Platform) -> bool {
    match platform {
        Platform::Ios | Platform::Ipados | Platform::Macos | Platform::Visionos => true,
        Platform::Tvos | Platform::Watchos => false,
    }
}

/// The answer for enrollments without a channel to the device (spec D7).
pub(crate) const fn unmanaged(enrollment: EnrollmentType) -> Option<Decision> {
    match enrollment {
        EnrollmentType::AppOnly => Some(Decision::deny(R::AppOnlyEnrollment, Source::Product)),
        EnrollmentType::AuthOnly => Some(Decision::deny(R::AuthOnlyEnrollment, Source::Product)),
        EnrollmentType::User | EnrollmentType::Device | EnrollmentType::AutomatedDevice => None,
    }
}

/// Whether Apple allows on this device what the entries describe. Shared iPad is not meant, and the channel is left to
/// whoever sends.
pub(crate) fn decide(systems: &PerSystem, facts: &DeviceFacts) -> Decision {
    match unmanaged(facts.enrollment) {
        Some(decision) => decision,
        None => match facts.platform {
            Fact::Value(platform) => on_platform(facts, platform, systems.on(platform)),
            // What no platform allows needs no reported platform.
            Fact::Empty | Fact::Unknown => {
                let mut answers =
                    Platform::ALL.iter().map(|&platform| on_platform(facts, platform, systems.on(platform)));
                match answers.next() {
                    Some(first) if is_denied(first) && answers.all(is_denied) => first,
                    _ => Decision::unknown(R::PlatformUnknown, Source::Apple),
                }
            }
        },
    }
}

fn is_denied(decision: Decision) -> bool {
    decision.outcome == Outcome::Deny
}

fn on_platform(facts: &DeviceFacts, platform: Platform, entry: Option<&Entry>) -> Decision {
    let Some(entry) = entry else {
        return Decision::deny(R::NotOnPlatform, Source::Apple);
    };
    let reached = |needed: OsVersion| {
        if needed <= floor(platform) { Truth::True } else { facts.os_version.test(|version| *version >= needed) }
    };
    let removed = entry.removed.map_or(Truth::False, reached);
    by_enrollment(facts, platform, entry, reached)
        .narrowed_by(automated(facts, entry))
        .narrowed_by(supervision(facts, entry))
        .narrowed_by(require(reached(entry.introduced), R::NeedsNewerOs, R::OsVersionUnknown))
        .narrowed_by(require(!removed, R::RemovedByApple, R::OsVersionUnknown))
}

fn by_enrollment(
    facts: &DeviceFacts,
    platform: Platform,
    entry: &Entry,
    reached: impl Fn(OsVersion) -> Truth,
) -> Decision {
    if facts.enrollment == EnrollmentType::User {
        if !has_user_enrollment(platform) {
            return Decision::deny(R::NoUserEnrollmentOnPlatform, Source::Apple);
        }
        if entry.enrollments.is_some_and(|enrollments| !enrollments.user) {
            return Decision::deny(R::ForbiddenUnderUserEnrollment, Source::Apple);
        }
        return match entry.user_enrollment {
            UserEnrollment::Allowed | UserEnrollment::Required => YES,
            UserEnrollment::Ignored => Decision::partial(R::IgnoredUnderUserEnrollment, Source::Apple),
            UserEnrollment::Forbidden => Decision::deny(R::ForbiddenUnderUserEnrollment, Source::Apple),
            UserEnrollment::ForbiddenBefore(needed) => {
                require(reached(needed), R::ForbiddenUnderUserEnrollment, R::OsVersionUnknown)
            }
        };
    }
    if entry.user_enrollment == UserEnrollment::Required {
        return Decision::deny(R::OnlyUnderUserEnrollment, Source::Apple);
    }
    if matches!(entry.shared_ipad, SharedIpad::Required(_)) {
        return Decision::deny(R::OnlyOnSharedIpad, Source::Apple);
    }
    // A User Enrollment profile carries no access rights; they limit the other kinds only.
    let rights = facts.access_rights.unwrap_or(AccessRights::ALL.0);
    let needed = entry.right.bits().0;
    require((rights & needed == needed).into(), R::NeedsAccessRight, R::NeedsAccessRight)
}

fn automated(facts: &DeviceFacts, entry: &Entry) -> Decision {
    let is_automated = facts.enrollment == EnrollmentType::AutomatedDevice;
    let holds = is_automated || !entry.needs_automated_enrollment;
    require(holds.into(), R::NeedsAutomatedDeviceEnrollment, R::NeedsAutomatedDeviceEnrollment)
}

fn supervision(facts: &DeviceFacts, entry: &Entry) -> Decision {
    let needed = match entry.enrollments {
        // A declaration names the enrollments; User Enrollment is decided above.
        Some(enrollments) => facts.enrollment != EnrollmentType::User && !enrollments.device,
        None => entry.needs_supervision,
    };
    let holds = if needed { facts.is_supervised() } else { Truth::True };
    require(holds, R::NeedsSupervision, R::SupervisionUnknown)
}

fn require(truth: Truth, missing: R, unknown: R) -> Decision {
    Decision::require(truth, missing, unknown, Source::Apple).unwrap_or(YES)
}
