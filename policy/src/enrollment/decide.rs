//! From the facts of a request to the resulting enrollment (spec D3, D4).

use serde::{Deserialize, Serialize};

use super::completion::completions;
use super::ownership::default_ownership;
use super::request::{EnrollmentMethod, EnrollmentRequest, Fallback, Provenance, WantedEnrollment};
use super::requirement::{Requirement, RequirementCheck, RequirementVerdict, check_requirements, told};
use crate::decision::{ReasonCode as R, Source};
use crate::fact::{Fact, Truth};
use crate::facts::{EnrollmentType, OsVersion, Ownership, Platform, Supervision};
use crate::name::named;

named! {
    /// The rule that decided, in the order of their priority (spec D3).
    pub enum EnrollmentRule {
        /// The device is in Apple's device enrollment.
        AutomatedDeviceEnrollment = "automatedDeviceEnrollment",
        /// Apple Configurator prepared the device.
        Configurator = "configurator",
        /// The device is supervised.
        Supervised = "supervised",
        /// The person may not enrol.
        Permission = "permission",
        /// A device that enrols again keeps its type.
        KnownDevice = "knownDevice",
        /// An app-only configuration applies.
        AppOnly = "appOnly",
        /// User Enrollment does not work in this way of enrolling (spec D5).
        Method = "method",
        /// User Enrollment is wanted, and nothing is missing.
        UserEnrollment = "userEnrollment",
        /// Registration without management applies.
        AuthOnly = "authOnly",
        /// A requirement of User Enrollment is missed (spec D4).
        Fallback = "fallback",
        /// None of these.
        DeviceEnrollment = "deviceEnrollment",
    }
}

/// What happens.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub enum EnrollmentResult {
    /// The device is enrolled in this way.
    Enrol(EnrollmentType),
    /// The person is asked whether Device Enrollment will do.
    AskForConsent,
    /// The device is not enrolled.
    Refuse,
}

/// The decision with everything that can be said about it before and at enrollment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct EnrollmentOutcome {
    /// What happens.
    pub result: EnrollmentResult,
    /// The rule that decided.
    pub rule: EnrollmentRule,
    /// Why, where there is more to say than the rule does.
    pub reason: R,
    /// Whose rule it is.
    pub source: Source,
    /// Whether something that only the device can tell may still change the result.
    pub is_provisional: bool,
    /// Every requirement of User Enrollment.
    pub requirements: Vec<RequirementCheck>,
    /// The first that is missed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub first_failed: Option<Requirement>,
    /// What would happen under each choice of a fallback.
    pub by_fallback: Vec<(Fallback, EnrollmentResult)>,
    /// Who owns the device by default, once it is enrolled; an answer to consent does not change it (spec D6).
    pub ownership: Ownership,
}

/// What a rule comes to.
#[derive(Clone, Copy)]
struct Step {
    result: EnrollmentResult,
    rule: EnrollmentRule,
    reason: R,
    source: Source,
}

impl Step {
    const fn enrol(enrollment: EnrollmentType, rule: EnrollmentRule, source: Source) -> Self {
        Self { result: EnrollmentResult::Enrol(enrollment), rule, reason: R::Allowed, source }
    }

    const fn refuse(rule: EnrollmentRule, reason: R, source: Source) -> Self {
        Self { result: EnrollmentResult::Refuse, rule, reason, source }
    }
}

/// Which kind of enrollment the request comes to, and why (spec D2–D7). What the device has not told is left to the
/// device: it is taken as met, and the outcome is marked as provisional where it could change it.
#[must_use]
pub fn decide_enrollment(request: &EnrollmentRequest) -> EnrollmentOutcome {
    let requirements = check_requirements(request);
    let step = |fallback| decide(request, &requirements, fallback);
    let chosen = step(request.setting.fallback);
    EnrollmentOutcome {
        result: chosen.result,
        rule: chosen.rule,
        reason: chosen.reason,
        source: chosen.source,
        is_provisional: completions(request).iter().any(|told| result(told) != chosen.result),
        first_failed: first_failed(&requirements).map(|check| check.requirement),
        by_fallback: Fallback::ALL.iter().map(|&fallback| (fallback, step(fallback).result)).collect(),
        ownership: match chosen.result {
            EnrollmentResult::Enrol(enrollment) => default_ownership(enrollment, chosen.rule),
            EnrollmentResult::AskForConsent | EnrollmentResult::Refuse => Ownership::User,
        },
        requirements,
    }
}

fn result(request: &EnrollmentRequest) -> EnrollmentResult {
    decide(request, &check_requirements(request), request.setting.fallback).result
}

fn first_failed(requirements: &[RequirementCheck]) -> Option<&RequirementCheck> {
    requirements.iter().find(|check| check.verdict == RequirementVerdict::Failed)
}

fn decide(request: &EnrollmentRequest, requirements: &[RequirementCheck], fallback: Fallback) -> Step {
    use EnrollmentRule as Rule;
    let EnrollmentRequest { device, person, setting, .. } = request;
    if let Some(step) = organisations_device(request) {
        return step;
    }
    if !person.may_enrol {
        return Step::refuse(Rule::Permission, R::MayNotEnrol, Source::Organisation);
    }
    match device.known_as {
        Some(EnrollmentType::Device | EnrollmentType::AutomatedDevice) => {
            return device_enrollment(request, Rule::KnownDevice);
        }
        Some(kept @ (EnrollmentType::AppOnly | EnrollmentType::AuthOnly)) => {
            return Step::enrol(kept, Rule::KnownDevice, Source::Product);
        }
        None if setting.is_app_only => {
            return Step::enrol(EnrollmentType::AppOnly, Rule::AppOnly, Source::Organisation);
        }
        Some(EnrollmentType::User) | None => {}
    }
    let is_kept = device.known_as == Some(EnrollmentType::User);
    if is_kept || setting.wanted == WantedEnrollment::User {
        let is_auth_only = setting.is_auth_only && !is_kept;
        return user_enrollment(request, requirements, fallback, is_kept, is_auth_only);
    }
    if setting.is_auth_only {
        return Step::enrol(EnrollmentType::AuthOnly, Rule::AuthOnly, Source::Organisation);
    }
    device_enrollment(request, Rule::DeviceEnrollment)
}

/// Devices that belong to the organisation by what Apple knows about them: always Device Enrollment.
fn organisations_device(request: &EnrollmentRequest) -> Option<Step> {
    let device = &request.device;
    match (device.provenance, device.supervision) {
        (Fact::Value(Provenance::AutomatedDeviceEnrollment), _) => Some(Step::enrol(
            EnrollmentType::AutomatedDevice,
            EnrollmentRule::AutomatedDeviceEnrollment,
            Source::Product,
        )),
        (Fact::Value(Provenance::Configurator), _) => {
            Some(Step::enrol(EnrollmentType::Device, EnrollmentRule::Configurator, Source::Product))
        }
        (_, Fact::Value(Supervision::Supervised)) => {
            Some(Step::enrol(EnrollmentType::Device, EnrollmentRule::Supervised, Source::Product))
        }
        _ => None,
    }
}

fn user_enrollment(
    request: &EnrollmentRequest,
    requirements: &[RequirementCheck],
    fallback: Fallback,
    is_kept: bool,
    is_auth_only: bool,
) -> Step {
    use EnrollmentRule as Rule;
    // The way is wrong, not the device: falling back would take more than was asked for (spec D5).
    if let Some(check) = requirements
        .iter()
        .find(|check| check.requirement == Requirement::Method && check.verdict == RequirementVerdict::Failed)
    {
        return Step::refuse(Rule::Method, check.reason, method_source(check.reason));
    }
    let Some(missed) = first_failed(requirements) else {
        let rule = if is_kept { Rule::KnownDevice } else { Rule::UserEnrollment };
        return Step::enrol(EnrollmentType::User, rule, Source::Product);
    };
    if is_auth_only {
        return Step::enrol(EnrollmentType::AuthOnly, Rule::AuthOnly, Source::Organisation);
    }
    let instead = Step { reason: missed.reason, ..device_enrollment(request, Rule::Fallback) };
    if instead.result == EnrollmentResult::Refuse {
        // Nor would Device Enrollment work; what User Enrollment misses is the nearer reason.
        return instead;
    }
    match fallback {
        Fallback::Refuse => Step { result: EnrollmentResult::Refuse, ..instead },
        Fallback::AskForConsent if !request.person.consents_to_device_enrollment => {
            Step { result: EnrollmentResult::AskForConsent, ..instead }
        }
        Fallback::AskForConsent | Fallback::FallBackSilently => instead,
    }
}

const fn method_source(reason: R) -> Source {
    match reason {
        R::ProfileDrivenUserEnrollmentGone => Source::Apple,
        _ => Source::Organisation,
    }
}

/// Device Enrollment by a person. By account it needs a newer system than User Enrollment does.
fn device_enrollment(request: &EnrollmentRequest, rule: EnrollmentRule) -> Step {
    match works_by_account(request) {
        Truth::False => Step::refuse(rule, R::AccountDrivenDeviceEnrollmentNeedsNewerOs, Source::Apple),
        Truth::True | Truth::Unknown => Step::enrol(EnrollmentType::Device, rule, Source::Organisation),
    }
}

/// Whether the method works for Device Enrollment on this device.
fn works_by_account(request: &EnrollmentRequest) -> Truth {
    if request.method == EnrollmentMethod::ProfileDriven {
        return Truth::True;
    }
    let floor = match told(request.device.platform) {
        Fact::Value(Platform::Ios | Platform::Ipados) => OsVersion::new(16, 0, 0),
        Fact::Value(Platform::Macos) => OsVersion::new(14, 0, 0),
        Fact::Value(Platform::Visionos) => OsVersion::new(1, 1, 0),
        Fact::Value(Platform::Tvos | Platform::Watchos) => return Truth::False,
        Fact::Empty | Fact::Unknown => return Truth::Unknown,
    };
    told(request.device.os_version).test(|version| *version >= floor)
}
