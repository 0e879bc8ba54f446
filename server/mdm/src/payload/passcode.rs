//! Passcode rules. Source: Apple's `com.apple.mobiledevice.passwordpolicy.yaml`.

use std::ops::RangeInclusive;

use crate::dict::Dict;
use crate::profile::ProfileError;

/// Rules for the device's passcode. None leaves Apple's default.
///
/// Under User Enrollment on iOS every key is ignored; the payload's presence alone asks for six digits.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Passcode {
    /// `forcePIN`: a passcode is required.
    pub required: bool,
    /// `allowSimple`: allows 1111 and 1234; Apple's default is true.
    pub allow_simple: Option<bool>,
    /// `requireAlphanumeric`: letters are required.
    pub require_alphanumeric: bool,
    /// `minLength`: 0 to 16 characters.
    pub min_length: Option<u8>,
    /// `minComplexChars`: 0 to 4 characters that are neither letter nor digit.
    pub min_complex_characters: Option<u8>,
    /// `maxFailedAttempts`: 2 to 11, after which the device wipes itself.
    pub max_failed_attempts: Option<u8>,
    /// `maxInactivity`: 0 to 15 minutes until the screen locks.
    pub max_inactivity_minutes: Option<u8>,
    /// `maxGracePeriod`: 0 to 240 minutes during which unlocking needs no passcode.
    pub max_grace_period_minutes: Option<u16>,
    /// `maxPINAgeInDays`: 0 to 730 days until the passcode must change.
    pub max_age_days: Option<u16>,
    /// `pinHistory`: 1 to 50 former passcodes that may not be used again.
    pub history: Option<u8>,
}

impl Passcode {
    pub(super) fn validate(&self) -> Result<(), ProfileError> {
        check("min_length", self.min_length, 0..=16)?;
        check("min_complex_characters", self.min_complex_characters, 0..=4)?;
        check("max_failed_attempts", self.max_failed_attempts, 2..=11)?;
        check("max_inactivity_minutes", self.max_inactivity_minutes, 0..=15)?;
        check("max_grace_period_minutes", self.max_grace_period_minutes, 0..=240)?;
        check("max_age_days", self.max_age_days, 0..=730)?;
        check("history", self.history, 1..=50)
    }

    pub(super) fn content(&self) -> Dict {
        Dict::new()
            .set("forcePIN", self.required)
            .maybe("allowSimple", self.allow_simple)
            .set("requireAlphanumeric", self.require_alphanumeric)
            .maybe("minLength", self.min_length)
            .maybe("minComplexChars", self.min_complex_characters)
            .maybe("maxFailedAttempts", self.max_failed_attempts)
            .maybe("maxInactivity", self.max_inactivity_minutes)
            .maybe("maxGracePeriod", self.max_grace_period_minutes)
            .maybe("maxPINAgeInDays", self.max_age_days)
            .maybe("pinHistory", self.history)
    }
}

fn check(field: &str, value: Option<impl Into<u16>>, range: RangeInclusive<u16>) -> Result<(), ProfileError> {
    match value.map(Into::into) {
        Some(value) if !range.contains(&value) => {
            Err(ProfileError::new(field, format!("must be from {} to {}", range.start(), range.end())))
        }
        _ => Ok(()),
    }
}
