//! Answers to what a person ordered: where a lost device is, and what became of each setting.

use super::MessageError;
use super::answer::{ErrorChainItem, error_chain};
use super::fields::Fields;

/// Where a device in lost mode is, as it says itself.
#[derive(Debug, Clone, PartialEq)]
pub struct Location {
    /// `Latitude`, in degrees from -90 to 90.
    pub latitude: f64,
    /// `Longitude`, in degrees from -180 to 180.
    pub longitude: f64,
    /// `HorizontalAccuracy`: the radius of uncertainty in metres. A device that does not know sends a negative number:
    /// absent here.
    pub accuracy: Option<f64>,
    /// `Timestamp`: when the device was there, as RFC 3339.
    pub at: Option<String>,
}

/// What became of one item of the `Settings` command. The command as a whole is acknowledged even when an item failed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SettingResult {
    /// `Item`, such as `DeviceName`.
    pub item: Option<String>,
    /// Why it was refused; empty when it was done.
    pub errors: Vec<ErrorChainItem>,
    /// Whether `Status` says that it was done.
    pub is_done: bool,
}

/// The location in an answer; a place that is none on earth counts as absent.
pub(super) fn location(fields: Fields<'_>) -> Option<Location> {
    let degrees = |key, most: f64| fields.number(key).ok().flatten().filter(|value| value.abs() <= most);
    Some(Location {
        latitude: degrees("Latitude", 90.0)?,
        longitude: degrees("Longitude", 180.0)?,
        accuracy: fields.number("HorizontalAccuracy").ok().flatten().filter(|metres| *metres >= 0.0),
        at: fields.report("Timestamp"),
    })
}

pub(super) fn setting_result(result: Fields<'_>) -> Result<SettingResult, MessageError> {
    Ok(SettingResult {
        item: result.report("Item"),
        errors: error_chain(result)?,
        is_done: result.report("Status").as_deref() == Some("Acknowledged"),
    })
}
