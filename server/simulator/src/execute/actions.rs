//! Commands that act on the phone as a whole.

use std::sync::Arc;

use plist::{Dictionary, Value};

use crate::device::Device;
use crate::event::EventKind;
use crate::protocol::answer::{Afterwards, Answer, DeviceError};

pub(crate) fn lock(device: &Arc<Device>) -> Answer {
    device.set_locked(true);
    Answer::acknowledged()
}

pub(crate) fn clear_passcode(device: &Device, body: &Dictionary) -> Answer {
    let Some(token) = body.get("UnlockToken").and_then(Value::as_data) else {
        return Answer::format_error("“UnlockToken” is missing.");
    };
    let fits = device.read(|state| {
        let enrollment = state.enrollment.as_ref();
        enrollment.is_some_and(|enrollment| enrollment.unlock_token == token)
    });
    if !fits {
        return Answer::error(DeviceError::new("MCPasscodeErrorDomain", 5013, "The unlock token is not valid."));
    }
    device.change(|state| state.has_passcode = false);
    device.emit(EventKind::PasscodeCleared);
    Answer::acknowledged()
}

pub(crate) fn erase() -> Answer {
    Answer::acknowledged().then(Afterwards::Erase)
}

pub(crate) fn restart(device: &Device) -> Answer {
    if_supervised(device, "RestartDevice", Afterwards::Restart)
}

pub(crate) fn shut_down(device: &Device) -> Answer {
    if_supervised(device, "ShutDownDevice", Afterwards::ShutDown)
}

fn if_supervised(device: &Device, request_type: &str, afterwards: Afterwards) -> Answer {
    if device.read(|state| state.spec.supervised) {
        Answer::acknowledged().then(afterwards)
    } else {
        Answer::error(not_valid(request_type))
    }
}

/// What a phone says to a command or setting that it does not know, or only knows when it is supervised.
pub(crate) fn not_valid(request_type: &str) -> DeviceError {
    DeviceError::mdm(12021, format!("“{request_type}” is not a valid request type."))
}
