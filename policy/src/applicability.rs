//! Where an item works: what each usual kind of device takes of it, before there is such a device (spec E1, E8).

use serde::{Deserialize, Serialize};

use crate::catalogue::can_take;
use crate::decision::Decision;
use crate::fact::Fact;
use crate::facts::{DeviceFacts, EnrollmentType, OsVersion, Ownership, Platform, Supervision};
use crate::item::ItemKind;
use crate::name::named;
use crate::payload::{Payload, decide_payloads, shares};

named! {
    /// A usual kind of device.
    pub enum DeviceClass {
        /// iPhone or iPad of the organisation, supervised.
        SupervisedPhone = "supervisedPhone",
        /// iPhone or iPad of the organisation.
        Phone = "phone",
        /// Somebody's own iPhone or iPad, with User Enrollment.
        PersonalPhone = "personalPhone",
        /// Mac of the organisation.
        Mac = "mac",
        /// Somebody's own Mac, with User Enrollment.
        PersonalMac = "personalMac",
    }
}

impl DeviceClass {
    /// A device of this kind with the newest system.
    #[must_use]
    pub fn facts(self) -> DeviceFacts {
        let (platform, enrollment, supervision) = match self {
            Self::SupervisedPhone => (Platform::Ios, EnrollmentType::Device, Supervision::Supervised),
            Self::Phone => (Platform::Ios, EnrollmentType::Device, Supervision::Unsupervised),
            Self::PersonalPhone => (Platform::Ios, EnrollmentType::User, Supervision::Unsupervised),
            Self::Mac => (Platform::Macos, EnrollmentType::Device, Supervision::Supervised),
            Self::PersonalMac => (Platform::Macos, EnrollmentType::User, Supervision::Unsupervised),
        };
        let ownership = if enrollment == EnrollmentType::User { Ownership::User } else { Ownership::Company };
        DeviceFacts {
            platform: Fact::Value(platform),
            os_version: Fact::Value(OsVersion::new(u16::MAX, 0, 0)),
            supervision: Fact::Value(supervision),
            ..DeviceFacts::new(enrollment, ownership)
        }
    }
}

/// What a kind of device takes of an item.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct Applicability {
    /// The kind of device.
    pub class: DeviceClass,
    /// Whether it takes the item: wholly, in part, or not at all.
    pub decision: Decision,
    /// What is left out there.
    pub left_out: Vec<LeftOut>,
}

/// A part of an item that a kind of device does not get.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct LeftOut {
    /// The payload, by its place.
    pub payload: usize,
    /// The key, when the rest of the payload is sent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key: Option<String>,
    /// Why.
    pub decision: Decision,
}

/// What every usual kind of device takes of an item of this kind with these payloads.
#[must_use]
pub fn where_it_works(kind: ItemKind, payloads: &[Payload]) -> Vec<Applicability> {
    DeviceClass::ALL
        .iter()
        .map(|&class| {
            let facts = class.facts();
            let mut left_out = Vec::new();
            for (payload, share) in shares(payloads, &facts).into_iter().enumerate() {
                if share.decision.permits() {
                    left_out.extend(share.without.into_iter().map(|(key, decision)| LeftOut {
                        payload,
                        key: Some(key.to_owned()),
                        decision,
                    }));
                } else {
                    left_out.push(LeftOut { payload, key: None, decision: share.decision });
                }
            }
            let decision = can_take(kind, &facts).narrowed_by(decide_payloads(payloads, &facts));
            Applicability { class, decision, left_out }
        })
        .collect()
}
