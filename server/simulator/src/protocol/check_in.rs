//! The messages a device sends to its check-in address.

use plist::Value;

use super::plists;
use crate::device::spec::DeviceSpec;
use crate::device::state::Enrollment;

/// First message of an enrollment: who the device says it is.
pub(crate) fn authenticate(spec: &DeviceSpec, enrollment: &Enrollment) -> Vec<u8> {
    let mut message = plists::from_pairs([
        ("MessageType", "Authenticate".into()),
        ("Topic", enrollment.topic.as_str().into()),
        ("BuildVersion", spec.build_version().into()),
        ("DeviceName", spec.name.as_str().into()),
        ("Model", spec.model.as_str().into()),
        ("ModelName", spec.model_name().into()),
        ("OSVersion", spec.os_version.as_str().into()),
        ("ProductName", spec.product_name.as_str().into()),
    ]);
    if enrollment.id.may_name_hardware() {
        message.insert("SerialNumber".to_owned(), spec.serial.as_str().into());
    }
    enrollment.id.write(&mut message);
    plists::to_xml(message)
}

/// Second message of an enrollment, and again whenever the push token changes: how to wake the device.
pub(crate) fn token_update(enrollment: &Enrollment) -> Vec<u8> {
    let mut message = plists::from_pairs([
        ("MessageType", "TokenUpdate".into()),
        ("Topic", enrollment.topic.as_str().into()),
        ("Token", Value::Data(enrollment.push_token.clone())),
        ("PushMagic", enrollment.push_magic.as_str().into()),
        ("AwaitingConfiguration", false.into()),
    ]);
    if enrollment.id.may_name_hardware() {
        message.insert("UnlockToken".to_owned(), Value::Data(enrollment.unlock_token.clone()));
    }
    enrollment.id.write(&mut message);
    plists::to_xml(message)
}

/// Last message of an enrollment, sent when the management profile goes.
pub(crate) fn check_out(enrollment: &Enrollment) -> Vec<u8> {
    let mut message =
        plists::from_pairs([("MessageType", "CheckOut".into()), ("Topic", enrollment.topic.as_str().into())]);
    enrollment.id.write(&mut message);
    plists::to_xml(message)
}
