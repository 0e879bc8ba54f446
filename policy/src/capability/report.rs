//! What becomes of a payload and of each of its keys on a device, and under each enrollment (spec E3–E5, E8).

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::decision::{Decision, Outcome, ReasonCode, Source};
use crate::fact::Fact;
use crate::facts::{DeviceFacts, EnrollmentType, OsVersion, Ownership, Platform, Supervision};
use crate::name::named;
use crate::payload::{Payload, Setting, decide_key, decide_payloads, decide_type};

named! {
    /// What becomes of a key.
    pub enum Treatment {
        /// It is sent and works.
        Works = "works",
        /// It may be sent; the device ignores it.
        Ignored = "ignored",
        /// It is left out before the payload is sent (spec E8).
        Withheld = "withheld",
        /// It cannot be told yet.
        Undecided = "undecided",
    }
}

/// A key, what becomes of it, and why.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct KeyReport {
    /// The key.
    pub key: String,
    /// What becomes of it.
    pub treatment: Treatment,
    /// Why, and by whose rule.
    pub decision: Decision,
}

/// What becomes of a payload.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct PayloadReport {
    /// Whether the device gets it: partial when some keys are left out, denied when none is left.
    pub decision: Decision,
    /// Each key that was asked about, in that order.
    pub keys: Vec<KeyReport>,
}

impl PayloadReport {
    /// The keys that meet this treatment.
    pub fn keys_with(&self, treatment: Treatment) -> impl Iterator<Item = &str> {
        self.keys.iter().filter(move |report| report.treatment == treatment).map(|report| report.key.as_str())
    }
}

/// What becomes of a payload with these keys on a device. The payload is named by its `PayloadType`, or by its file in
/// Apple's schema where several share one: `com.apple.MCX(TimeServer)`.
#[must_use]
pub fn report_payload(payload: &str, keys: &[&str], facts: &DeviceFacts) -> PayloadReport {
    let whole = decide_type(payload, facts);
    let keys_of_payload = Payload {
        payload_type: payload.to_owned(),
        settings: keys.iter().map(|&key| (key.to_owned(), Setting::Other)).collect::<BTreeMap<_, _>>(),
        needs: BTreeSet::new(),
    };
    PayloadReport {
        decision: decide_payloads(std::slice::from_ref(&keys_of_payload), facts),
        keys: keys.iter().map(|key| report_key(payload, key, whole, facts)).collect(),
    }
}

fn report_key(payload: &str, key: &str, whole: Decision, facts: &DeviceFacts) -> KeyReport {
    // A key can be no freer than its payload, but what limits the payload in part does not touch each key.
    let by_payload = match whole.outcome {
        Outcome::Deny | Outcome::Unknown => whole,
        Outcome::Allow | Outcome::Partial => Decision::allow(ReasonCode::Allowed, Source::Apple),
    };
    let decision = by_payload.narrowed_by(decide_key(payload, key, facts));
    let treatment = match decision.outcome {
        Outcome::Allow => Treatment::Works,
        Outcome::Partial => Treatment::Ignored,
        Outcome::Deny => Treatment::Withheld,
        Outcome::Unknown => Treatment::Undecided,
    };
    KeyReport { key: key.to_owned(), treatment, decision }
}

/// A way in which a device can be enrolled, with what becomes of a payload under it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct ByEnrollment {
    /// The enrollment.
    pub enrollment: EnrollmentType,
    /// Whether the device is supervised.
    pub supervision: Supervision,
    /// What becomes of the payload.
    pub report: PayloadReport,
}

/// What becomes of a payload under each enrollment, supervised and not, on this system.
#[must_use]
pub fn report_by_enrollment(
    payload: &str,
    keys: &[&str],
    platform: Platform,
    os_version: Fact<OsVersion>,
) -> Vec<ByEnrollment> {
    let mut reports = Vec::new();
    for &enrollment in EnrollmentType::ALL {
        for &supervision in Supervision::ALL {
            if supervision == Supervision::Supervised && !can_be_supervised(enrollment) {
                continue;
            }
            let facts = DeviceFacts {
                platform: Fact::Value(platform),
                os_version,
                supervision: Fact::Value(supervision),
                ..DeviceFacts::new(enrollment, Ownership::Company)
            };
            reports.push(ByEnrollment { enrollment, supervision, report: report_payload(payload, keys, &facts) });
        }
    }
    reports
}

const fn can_be_supervised(enrollment: EnrollmentType) -> bool {
    matches!(enrollment, EnrollmentType::Device | EnrollmentType::AutomatedDevice)
}
