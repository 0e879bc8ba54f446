//! Payloads of one configuration: what a device takes of each, and what is left out there (spec E3, E8).
//!
//! A payload that a device cannot take is left out of what is sent, and so is a single key; the rest is installed. An
//! item of which nothing is left is denied.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::apple;
use crate::capability::on_user_enrolled_mac;
use crate::decision::{Decision, Outcome, ReasonCode, Source};
use crate::facts::{DeviceFacts, EnrollmentType, Platform};

/// Apple's `PayloadType` of Restrictions.
pub const RESTRICTIONS: &str = "com.apple.applicationaccess";
/// Apple's `PayloadType` of passcode rules.
const PASSCODE: &str = "com.apple.mobiledevice.passwordpolicy";
/// The bundle identifier by which Apple names web clips in lists of apps.
const WEB_CLIPS: &str = "com.apple.webapp";

/// A payload of a configuration, as far as the rules need to know it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Payload {
    /// Apple's `PayloadType`.
    pub payload_type: String,
    /// What it sets, by Apple's key.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub settings: BTreeMap<String, Setting>,
    /// The payloads of the same configuration that it refers to, by their place: without them it does not work.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub needs: BTreeSet<usize>,
}

/// The value of a key, as far as a rule reads it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(untagged)]
pub enum Setting {
    /// Yes or no.
    Flag(bool),
    /// Names, such as bundle identifiers.
    Names(Vec<String>),
    /// Anything else.
    Other,
}

/// What a device gets of one payload.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Share<'a> {
    /// Whether it gets the payload.
    pub decision: Decision,
    /// The keys that are left out, with why.
    pub without: BTreeMap<&'a str, Decision>,
}

impl Payload {
    /// The keys by which this payload hides web clips, and with them the sign-in page.
    pub fn hides_web_clips_by(&self) -> impl Iterator<Item = &str> {
        let hides = move |key: &str, setting: &Setting| match (key, setting) {
            ("allowSafari", Setting::Flag(allowed)) => !allowed,
            ("blockedAppBundleIDs" | "blacklistedAppBundleIDs", Setting::Names(apps)) => {
                apps.iter().any(|app| app == WEB_CLIPS)
            }
            ("allowListedAppBundleIDs" | "whitelistedAppBundleIDs", Setting::Names(apps)) => {
                apps.iter().all(|app| app != WEB_CLIPS)
            }
            _ => false,
        };
        let is_restrictions = self.payload_type == RESTRICTIONS;
        self.settings
            .iter()
            .filter(move |(key, setting)| is_restrictions && hides(key, setting))
            .map(|(key, _)| key.as_str())
    }

    /// What the device takes of it, whatever becomes of the payloads that it needs.
    fn share(&self, facts: &DeviceFacts) -> Share<'_> {
        let whole = decide_type(&self.payload_type, facts);
        let keys: Vec<(&str, Decision)> =
            self.settings.keys().map(|key| (key.as_str(), decide_key(&self.payload_type, key, facts))).collect();
        let without: BTreeMap<&str, Decision> =
            keys.iter().copied().filter(|(_, decision)| decision.outcome == Outcome::Deny).collect();
        let of_keys = match (without.values().next(), without.len() == keys.len()) {
            (None, _) => whole,
            (Some(first), true) => *first,
            (Some(first), false) => Decision::partial(partly(first.reason), first.source),
        };
        let unknown = keys.iter().map(|(_, decision)| *decision).find(|decision| decision.outcome == Outcome::Unknown);
        let decision = whole.narrowed_by(of_keys);
        Share { decision: unknown.map_or(decision, |unknown| decision.narrowed_by(unknown)), without }
    }
}

/// Whether the device takes payloads of this type: Apple's table, then what Baton withholds (spec E5).
#[must_use]
pub fn decide_type(payload_type: &str, facts: &DeviceFacts) -> Decision {
    let by_apple = apple::decide_type(payload_type, facts)
        .unwrap_or_else(|| not_in_table(facts))
        .narrowed_by(on_user_enrolled_mac(payload_type, facts));
    if payload_type == PASSCODE && facts.enrollment == EnrollmentType::User {
        let fixed = Decision::partial(ReasonCode::PasscodeFixedUnderUserEnrollment, Source::Apple);
        return by_apple.narrowed_by(fixed);
    }
    by_apple
}

/// Whether the device takes this key of payloads of this type.
#[must_use]
pub fn decide_key(payload_type: &str, key: &str, facts: &DeviceFacts) -> Decision {
    apple::decide_payload_key(payload_type, key, facts).unwrap_or_else(|| not_in_table(facts))
}

/// The oldest system with this key on a platform, and whether Apple asks for supervision and allows it under User
/// Enrollment there. `None` when the platform does not have it or Apple's table does not know it.
#[must_use]
pub fn key_needs(payload_type: &str, key: &str, platform: Platform) -> Option<KeyNeeds> {
    let entry = apple::systems_of_key(payload_type, key)?.on(platform)?;
    Some(KeyNeeds {
        os_version: entry.introduced,
        supervision: entry.needs_supervision,
        under_user_enrollment: apple::decide::has_user_enrollment(platform)
            && entry.user_enrollment != apple::UserEnrollment::Forbidden,
    })
}

/// What a key asks of devices of one platform.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KeyNeeds {
    /// The oldest system that has it.
    pub os_version: crate::OsVersion,
    /// Whether the device must be supervised.
    pub supervision: bool,
    /// Whether Apple allows it under User Enrollment.
    pub under_user_enrollment: bool,
}

fn not_in_table(facts: &DeviceFacts) -> Decision {
    let channel = apple::decide_command(apple::Command::InstallProfile, facts);
    Decision::allow(ReasonCode::NotInAppleTable, Source::Apple).narrowed_by(channel)
}

/// What the device gets of each payload, in their order.
#[must_use]
pub fn shares<'a>(payloads: &'a [Payload], facts: &DeviceFacts) -> Vec<Share<'a>> {
    let mut shares: Vec<Share<'a>> = payloads.iter().map(|payload| payload.share(facts)).collect();
    // What is left out may take along what refers to it, and that again something else.
    for _ in 0..payloads.len() {
        for (place, payload) in payloads.iter().enumerate() {
            for need in payload.needs.iter().filter(|need| **need != place) {
                let Some(needed) = shares.get(*need) else { continue };
                let by_need = match needed.decision.outcome {
                    Outcome::Deny => Decision::deny(ReasonCode::NeedsPartLeftOut, needed.decision.source),
                    Outcome::Unknown => needed.decision,
                    Outcome::Allow | Outcome::Partial => continue,
                };
                shares[place].decision = shares[place].decision.narrowed_by(by_need);
            }
        }
    }
    shares
}

/// Whether a device gets payloads that belong together: wholly, in part, or not at all.
#[must_use]
pub fn decide_payloads(payloads: &[Payload], facts: &DeviceFacts) -> Decision {
    let decisions: Vec<Decision> = shares(payloads, facts).into_iter().map(|share| share.decision).collect();
    let with = |outcome| decisions.iter().copied().find(|decision| decision.outcome == outcome);
    let left_out = decisions
        .iter()
        .copied()
        .find(|decision| decision.outcome == Outcome::Deny && decision.reason != ReasonCode::NeedsPartLeftOut)
        .or(with(Outcome::Deny));
    match (left_out, with(Outcome::Unknown)) {
        (Some(first), _) if decisions.iter().all(|decision| decision.outcome == Outcome::Deny) => first,
        (_, Some(unknown)) => unknown,
        (Some(first), None) => Decision::partial(partly(first.reason), first.source),
        (None, None) => with(Outcome::Partial).unwrap_or(Decision::allow(ReasonCode::Allowed, Source::Apple)),
    }
}

/// Why a part is left out, said of the whole.
const fn partly(reason: ReasonCode) -> ReasonCode {
    match reason {
        ReasonCode::NotOnPlatform | ReasonCode::NoUserEnrollmentOnPlatform => ReasonCode::PartsNotOnPlatform,
        ReasonCode::ForbiddenUnderUserEnrollment => ReasonCode::PartsForbiddenUnderUserEnrollment,
        ReasonCode::NeedsSupervision => ReasonCode::PartsNeedSupervision,
        ReasonCode::NeedsNewerOs => ReasonCode::PartsNeedNewerOs,
        other => other,
    }
}
