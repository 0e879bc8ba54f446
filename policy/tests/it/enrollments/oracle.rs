//! The specification read line by line, without sharing anything with the crate but the words.

use baton_policy::enrollment::{
    AppsAndBooks, EnrollmentMethod, EnrollmentRequest, EnrollmentResult, Fallback, ManagedAppleAccount, Provenance,
    Requirement, WantedEnrollment,
};
use baton_policy::{EnrollmentType, Fact, OsVersion, Platform, Supervision};

fn is<T: PartialEq>(fact: &Fact<T>, value: &T) -> bool {
    fact.value() == Some(value)
}

fn older(request: &EnrollmentRequest, major: u16, minor: u16) -> bool {
    request.device.os_version.value().is_some_and(|version| *version < OsVersion::new(major, minor, 0))
}

fn is_phone(request: &EnrollmentRequest) -> bool {
    is(&request.device.platform, &Platform::Ios) || is(&request.device.platform, &Platform::Ipados)
}

/// D2, D5: what is surely missing, in the order of the specification.
fn missing(request: &EnrollmentRequest) -> Vec<Requirement> {
    let device = &request.device;
    let floors = &request.setting.floors;
    let by_profile = request.method == EnrollmentMethod::ProfileDriven;
    let is_mac = is(&device.platform, &Platform::Macos);
    let is_vision = is(&device.platform, &Platform::Visionos);
    let below = |floor: OsVersion| device.os_version.value().is_some_and(|version| *version < floor);
    let mut missing = Vec::new();
    if is(&device.supervision, &Supervision::Supervised) {
        missing.push(Requirement::Unsupervised);
    }
    if is(&device.provenance, &Provenance::AutomatedDeviceEnrollment)
        || is(&device.provenance, &Provenance::Configurator)
    {
        missing.push(Requirement::PersonalDevice);
    }
    let is_too_old = is_phone(request)
        && (below(floors.ios) || older(request, if by_profile { 13 } else { 15 }, u16::from(by_profile)))
        || is_mac && (below(floors.macos) || if by_profile { older(request, 10, 15) } else { older(request, 14, 0) })
        || is_vision && (below(floors.visionos) || older(request, 1, 1));
    if is_too_old || is(&device.platform, &Platform::Tvos) || is(&device.platform, &Platform::Watchos) {
        missing.push(Requirement::System);
    }
    let is_gone = match device.platform {
        Fact::Value(Platform::Ios | Platform::Ipados) => !older(request, 18, 0) && device.os_version.value().is_some(),
        Fact::Value(Platform::Macos) => !older(request, 15, 0) && device.os_version.value().is_some(),
        Fact::Value(Platform::Visionos | Platform::Tvos | Platform::Watchos) => true,
        Fact::Empty | Fact::Unknown => false,
    };
    if by_profile && (!request.setting.allows_profile_driven_user_enrollment || is_gone) {
        missing.push(Requirement::Method);
    }
    if request.setting.wanted == WantedEnrollment::Device && device.known_as != Some(EnrollmentType::User) {
        missing.push(Requirement::Setting);
    }
    if !request.organisation.is_connected {
        missing.push(Requirement::Organisation);
    }
    if request.organisation.apps_and_books != AppsAndBooks::Matching {
        missing.push(Requirement::AppsAndBooks);
    }
    if !matches!(request.person.managed_apple_account, ManagedAppleAccount::Federated | ManagedAppleAccount::Created) {
        missing.push(Requirement::ManagedAppleAccount);
    }
    if !request.person.may_enrol {
        missing.push(Requirement::Permission);
    }
    missing
}

pub fn first_failed(request: &EnrollmentRequest) -> Option<Requirement> {
    missing(request).first().copied()
}

/// D3, D4: the first line that fits.
pub fn result(request: &EnrollmentRequest, fallback: Fallback) -> EnrollmentResult {
    use EnrollmentResult::{AskForConsent, Enrol, Refuse};
    use EnrollmentType as E;
    let device = &request.device;
    let missing = missing(request);
    let known = device.known_as;
    let account_driven = request.method == EnrollmentMethod::AccountDriven;
    let no_device_enrollment = account_driven
        && (is_phone(request) && older(request, 16, 0)
            || is(&device.platform, &Platform::Macos) && older(request, 14, 0)
            || is(&device.platform, &Platform::Visionos) && older(request, 1, 1)
            || is(&device.platform, &Platform::Tvos)
            || is(&device.platform, &Platform::Watchos));
    let device_enrollment = if no_device_enrollment { Refuse } else { Enrol(E::Device) };
    let wants_user = known == Some(E::User) || request.setting.wanted == WantedEnrollment::User;
    let lines = [
        (is(&device.provenance, &Provenance::AutomatedDeviceEnrollment), Enrol(E::AutomatedDevice)),
        (is(&device.provenance, &Provenance::Configurator), Enrol(E::Device)),
        (is(&device.supervision, &Supervision::Supervised), Enrol(E::Device)),
        (!request.person.may_enrol, Refuse),
        (known == Some(E::Device) || known == Some(E::AutomatedDevice), device_enrollment),
        (known == Some(E::AppOnly), Enrol(E::AppOnly)),
        (known == Some(E::AuthOnly), Enrol(E::AuthOnly)),
        (known.is_none() && request.setting.is_app_only, Enrol(E::AppOnly)),
        (wants_user && missing.contains(&Requirement::Method), Refuse),
        (wants_user && missing.is_empty(), Enrol(E::User)),
        (known.is_none() && request.setting.is_auth_only, Enrol(E::AuthOnly)),
        (wants_user && no_device_enrollment, Refuse),
        (wants_user && fallback == Fallback::Refuse, Refuse),
        (
            wants_user && fallback == Fallback::AskForConsent && !request.person.consents_to_device_enrollment,
            AskForConsent,
        ),
    ];
    lines.into_iter().find(|(fits, _)| *fits).map_or(device_enrollment, |(_, result)| result)
}
