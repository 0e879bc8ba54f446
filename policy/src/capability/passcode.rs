//! What rules for the passcode do under User Enrollment (spec E4).

use std::collections::BTreeMap;
use std::fmt;

use serde::de::{Error, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::catalogue::can_take;
use crate::decision::{Decision, Outcome, ReasonCode};
use crate::facts::DeviceFacts;
use crate::item::ItemKind;

/// The value of a key of `com.apple.mobiledevice.passwordpolicy`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PasscodeValue {
    /// Yes or no.
    Flag(bool),
    /// A length, a number of tries, minutes or days.
    Number(u32),
    /// A pattern.
    Text(String),
}

impl Serialize for PasscodeValue {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Flag(flag) => serializer.serialize_bool(*flag),
            Self::Number(number) => serializer.serialize_u32(*number),
            Self::Text(text) => serializer.serialize_str(text),
        }
    }
}

/// By hand: what serde derives for values without a tag costs kilobytes of code in WebAssembly.
impl<'de> Deserialize<'de> for PasscodeValue {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct ValueVisitor;

        impl Visitor<'_> for ValueVisitor {
            type Value = PasscodeValue;

            fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str("a yes or no, a number or a text")
            }

            fn visit_bool<E: Error>(self, flag: bool) -> Result<PasscodeValue, E> {
                Ok(PasscodeValue::Flag(flag))
            }

            fn visit_u64<E: Error>(self, number: u64) -> Result<PasscodeValue, E> {
                let number = u32::try_from(number);
                number.map(PasscodeValue::Number).map_err(|_| E::custom("a number that is too large"))
            }

            fn visit_str<E: Error>(self, text: &str) -> Result<PasscodeValue, E> {
                Ok(PasscodeValue::Text(text.to_owned()))
            }
        }

        deserializer.deserialize_any(ValueVisitor)
    }
}

/// What the device asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct EffectivePasscode {
    /// `allowSimple`: whether 1111 and 1234 will do.
    #[serde(rename = "allowSimple")]
    pub allow_simple: bool,
    /// `forcePIN`: whether there must be a passcode.
    #[serde(rename = "forcePIN")]
    pub force_pin: bool,
    /// `minLength`, in characters.
    #[serde(rename = "minLength")]
    pub min_length: u32,
}

impl EffectivePasscode {
    /// Whatever the payload says: its presence is what counts.
    pub const UNDER_USER_ENROLLMENT: Self = Self { allow_simple: false, force_pin: true, min_length: 6 };

    fn agrees(self, key: &str, value: &PasscodeValue) -> bool {
        match key {
            "allowSimple" => *value == PasscodeValue::Flag(self.allow_simple),
            "forcePIN" => *value == PasscodeValue::Flag(self.force_pin),
            "minLength" => *value == PasscodeValue::Number(self.min_length),
            _ => false,
        }
    }
}

/// What rules for the passcode come to on a device.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct PasscodeReport {
    /// Whether the device gets them.
    pub decision: Decision,
    /// What holds instead of them; none where they hold as they are, or where the device does not get them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub effective: Option<EffectivePasscode>,
    /// The keys whose value is another than what holds: to be warned about.
    pub without_effect: Vec<String>,
}

/// What these rules for the passcode come to on a device: on iPhone, iPad and Apple Vision under User Enrollment the
/// payload is accepted, its values are ignored, and a passcode of six digits that is not simple is asked for. A Mac under
/// User Enrollment does not get it.
#[must_use]
pub fn report_passcode(wanted: &BTreeMap<String, PasscodeValue>, facts: &DeviceFacts) -> PasscodeReport {
    let decision = can_take(ItemKind::Passcode, facts);
    let is_fixed =
        decision.outcome == Outcome::Partial && decision.reason == ReasonCode::PasscodeFixedUnderUserEnrollment;
    if !is_fixed {
        return PasscodeReport { decision, effective: None, without_effect: Vec::new() };
    }
    let effective = EffectivePasscode::UNDER_USER_ENROLLMENT;
    let without_effect =
        wanted.iter().filter(|(key, value)| !effective.agrees(key, value)).map(|(key, _)| key.clone()).collect();
    PasscodeReport { decision, effective: Some(effective), without_effect }
}
