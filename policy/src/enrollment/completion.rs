//! What a device could still tell: whether the outcome depends on it.

use super::request::{EnrollingDevice, EnrollmentRequest, Provenance};
use super::requirement::told;
use crate::fact::Fact;
use crate::facts::{OsVersion, Platform, Supervision};

/// Between two of these every rule of Apple's about versions has one answer.
const APPLES_EDGES: [OsVersion; 8] = [
    OsVersion::new(0, 0, 0),
    OsVersion::new(1, 1, 0),
    OsVersion::new(10, 15, 0),
    OsVersion::new(13, 1, 0),
    OsVersion::new(14, 0, 0),
    OsVersion::new(15, 0, 0),
    OsVersion::new(16, 0, 0),
    OsVersion::new(18, 0, 0),
];

/// The request with every combination of what is unknown about the device.
pub(super) fn completions(request: &EnrollmentRequest) -> Vec<EnrollmentRequest> {
    let device = &request.device;
    let floors = &request.setting.floors;
    let versions: Vec<OsVersion> =
        APPLES_EDGES.into_iter().chain([floors.ios, floors.macos, floors.visionos]).collect();
    let mut requests = Vec::new();
    for provenance in choices(device.provenance, Provenance::ALL) {
        for supervision in choices(device.supervision, Supervision::ALL) {
            for platform in choices(device.platform, Platform::ALL) {
                for os_version in choices(device.os_version, &versions) {
                    let device = EnrollingDevice { platform, os_version, supervision, provenance, ..device.clone() };
                    requests.push(EnrollmentRequest { device, ..request.clone() });
                }
            }
        }
    }
    requests
}

fn choices<T: Copy>(fact: Fact<T>, all: &[T]) -> Vec<Fact<T>> {
    match told(fact) {
        Fact::Value(value) => vec![Fact::Value(value)],
        Fact::Empty | Fact::Unknown => all.iter().copied().map(Fact::Value).collect(),
    }
}
