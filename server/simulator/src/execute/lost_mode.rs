//! Apple's lost mode: the phone shows a text, tells where it is, and does nothing else for whoever finds it.

use std::sync::Arc;

use plist::Dictionary;

use super::actions::not_valid;
use crate::derive;
use crate::device::Device;
use crate::event::EventKind;
use crate::protocol::answer::{Answer, DeviceError};
use crate::protocol::plists;

pub(crate) fn enable(device: &Arc<Device>, body: &Dictionary) -> Answer {
    if !device.read(|state| state.spec.supervised) {
        return Answer::error(not_valid("EnableLostMode"));
    }
    let text = plists::string(body, "Message").or_else(|| plists::string(body, "PhoneNumber"));
    let Some(message) = text.map(str::to_owned) else {
        return Answer::format_error("“Message” or “PhoneNumber” is needed.");
    };
    device.change(|state| state.lost_mode = Some(message.clone()));
    device.emit(EventKind::LostModeOn { message });
    Answer::acknowledged()
}

pub(crate) fn disable(device: &Device) -> Answer {
    if !device.read(|state| state.spec.supervised) {
        return Answer::error(not_valid("DisableLostMode"));
    }
    if device.change(|state| state.lost_mode.take()).is_none() {
        return Answer::error(DeviceError::mdm(12066, "The device is not in lost mode."));
    }
    device.emit(EventKind::LostModeOff);
    Answer::acknowledged()
}

pub(crate) fn location(device: &Device) -> Answer {
    if !device.read(|state| state.spec.supervised) {
        return Answer::error(not_valid("DeviceLocation"));
    }
    if device.read(|state| state.lost_mode.is_none()) {
        return Answer::error(DeviceError::mdm(12067, "The device is not in lost mode."));
    }
    // Somewhere within a kilometre of the middle of Berlin, and always the same place for the same phone.
    let random = derive::bytes(device.context.seed, &["place", &device.read(|state| state.spec.udid.clone())]);
    let offset = |byte: u8| (f64::from(byte) - 128.0) / 12_800.0;
    Answer::with_fields(plists::from_pairs([
        ("Latitude", (52.52 + offset(random[0])).into()),
        ("Longitude", (13.405 + offset(random[1])).into()),
        ("HorizontalAccuracy", 12.0.into()),
        ("VerticalAccuracy", 8.0.into()),
        ("Altitude", 34.0.into()),
        ("Speed", (-1.0).into()),
        ("Course", (-1.0).into()),
        ("Timestamp", timestamp().into()),
    ]))
}

/// The phone's own time as RFC 3339, to the second.
fn timestamp() -> String {
    let now = crate::clock::now();
    let (hour, minute, second) = now.to_hms();
    let (year, month, day) = (now.year(), u8::from(now.month()), now.day());
    format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}Z")
}
