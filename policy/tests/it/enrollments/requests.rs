//! Requests to enrol: one that misses nothing, and random ones.

use baton_policy::enrollment::{
    AppsAndBooks, EnrollingDevice, EnrollingPerson, EnrollmentMethod, EnrollmentRequest, EnrollmentSetting, Fallback,
    Floors, ManagedAppleAccount, Organisation, Provenance, WantedEnrollment,
};
use baton_policy::{EnrollmentType, Fact, OsVersion, Platform, Supervision};
use proptest::prelude::*;
use proptest::sample::select;

/// A person's own iPhone with everything that User Enrollment needs.
pub fn request() -> EnrollmentRequest {
    EnrollmentRequest {
        device: EnrollingDevice {
            platform: Fact::Value(Platform::Ios),
            os_version: Fact::Value(OsVersion::new(26, 1, 0)),
            supervision: Fact::Value(Supervision::Unsupervised),
            provenance: Fact::Value(Provenance::Elsewhere),
            known_as: None,
        },
        method: EnrollmentMethod::AccountDriven,
        person: EnrollingPerson {
            may_enrol: true,
            managed_apple_account: ManagedAppleAccount::Federated,
            consents_to_device_enrollment: false,
        },
        organisation: Organisation { is_connected: true, apps_and_books: AppsAndBooks::Matching },
        setting: EnrollmentSetting {
            wanted: WantedEnrollment::User,
            fallback: Fallback::Refuse,
            floors: Floors::default(),
            allows_profile_driven_user_enrollment: false,
            is_app_only: false,
            is_auth_only: false,
        },
    }
}

fn fact<T: Clone + std::fmt::Debug + 'static>(value: impl Strategy<Value = T> + 'static) -> BoxedStrategy<Fact<T>> {
    prop_oneof![5 => value.prop_map(Fact::Value), 1 => Just(Fact::Unknown), 1 => Just(Fact::Empty)].boxed()
}

fn version() -> impl Strategy<Value = OsVersion> {
    prop_oneof![
        (0_u16..=2, 0_u16..3).prop_map(|(major, minor)| OsVersion::new(major, minor, 0)),
        (10_u16..=19, 0_u16..=16).prop_map(|(major, minor)| OsVersion::new(major, minor, 0)),
    ]
}

/// Mostly what misses nothing, so that several rules meet.
fn mostly<T: Copy + std::fmt::Debug + 'static>(usual: T, all: &'static [T]) -> impl Strategy<Value = T> {
    prop_oneof![3 => Just(usual), 1 => select(all)]
}

fn device() -> impl Strategy<Value = EnrollingDevice> {
    (
        fact(select(Platform::ALL)),
        fact(version()),
        fact(mostly(Supervision::Unsupervised, Supervision::ALL)),
        fact(mostly(Provenance::Elsewhere, Provenance::ALL)),
        prop_oneof![2 => Just(None), 1 => select(EnrollmentType::ALL).prop_map(Some)],
    )
        .prop_map(|(platform, os_version, supervision, provenance, known_as)| EnrollingDevice {
            platform,
            os_version,
            supervision,
            provenance,
            known_as,
        })
}

fn setting() -> impl Strategy<Value = EnrollmentSetting> {
    (
        mostly(WantedEnrollment::User, WantedEnrollment::ALL),
        select(Fallback::ALL),
        prop_oneof![
            Just(Floors::default()),
            (version(), version(), version()).prop_map(|(ios, macos, visionos)| Floors { ios, macos, visionos })
        ],
        any::<bool>(),
        prop::bool::weighted(0.2),
        prop::bool::weighted(0.2),
    )
        .prop_map(|(wanted, fallback, floors, profile_driven, is_app_only, is_auth_only)| EnrollmentSetting {
            wanted,
            fallback,
            floors,
            allows_profile_driven_user_enrollment: profile_driven,
            is_app_only,
            is_auth_only,
        })
}

pub fn requests() -> impl Strategy<Value = EnrollmentRequest> {
    (
        device(),
        select(EnrollmentMethod::ALL),
        (prop::bool::weighted(0.9), mostly(ManagedAppleAccount::Created, ManagedAppleAccount::ALL), any::<bool>()),
        (prop::bool::weighted(0.8), mostly(AppsAndBooks::Matching, AppsAndBooks::ALL)),
        setting(),
    )
        .prop_map(|(device, method, (may_enrol, account, consents), (is_connected, apps_and_books), setting)| {
            EnrollmentRequest {
                device,
                method,
                person: EnrollingPerson {
                    may_enrol,
                    managed_apple_account: account,
                    consents_to_device_enrollment: consents,
                },
                organisation: Organisation { is_connected, apps_and_books },
                setting,
            }
        })
}

fn told<T: Copy + std::fmt::Debug + 'static>(
    fact: Fact<T>,
    all: impl Strategy<Value = T> + 'static,
) -> BoxedStrategy<Fact<T>> {
    match fact {
        Fact::Value(_) => Just(fact).boxed(),
        Fact::Empty | Fact::Unknown => all.prop_map(Fact::Value).boxed(),
    }
}

/// The same request once the device has told everything.
pub fn complete(request: EnrollmentRequest) -> impl Strategy<Value = EnrollmentRequest> {
    let device = request.device.clone();
    (
        told(device.platform, select(Platform::ALL)),
        told(device.os_version, version()),
        told(device.supervision, select(Supervision::ALL)),
        told(device.provenance, select(Provenance::ALL)),
    )
        .prop_map(move |(platform, os_version, supervision, provenance)| EnrollmentRequest {
            device: EnrollingDevice { platform, os_version, supervision, provenance, ..device.clone() },
            ..request.clone()
        })
}
