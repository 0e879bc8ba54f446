//! `Settings`: several at once, each with its own result.

use plist::{Dictionary, Value};

use super::actions::not_valid;
use crate::device::Device;
use crate::event::EventKind;
use crate::protocol::answer::{Answer, DeviceError, Status};
use crate::protocol::plists;

pub(crate) fn apply(device: &Device, body: &Dictionary) -> Answer {
    let Some(settings) = body.get("Settings").and_then(Value::as_array) else {
        return Answer::format_error("“Settings” is missing.");
    };
    let results = settings.iter().map(|setting| Value::Dictionary(result(device, setting))).collect();
    Answer::with_fields(plists::from_pairs([("Settings", Value::Array(results))]))
}

fn result(device: &Device, setting: &Value) -> Dictionary {
    let item = setting.as_dictionary().and_then(|item| plists::string(item, "Item"));
    let outcome = match (item, setting.as_dictionary()) {
        (Some("DeviceName"), Some(setting)) => rename(device, setting),
        (Some(item), _) => Err(not_valid(item)),
        (None, _) => Err(DeviceError::mdm(12008, "“Item” is missing.")),
    };
    let mut result = Dictionary::new();
    if let Some(item) = item {
        result.insert("Item".to_owned(), item.into());
    }
    let status = match &outcome {
        Ok(()) => Status::Acknowledged,
        Err(_) => Status::Error,
    };
    result.insert("Status".to_owned(), status.as_str().into());
    if let Err(error) = outcome {
        result.insert("ErrorChain".to_owned(), Value::Array(vec![error.to_plist()]));
    }
    result
}

fn rename(device: &Device, setting: &Dictionary) -> Result<(), DeviceError> {
    if !device.read(|state| state.spec.supervised && !state.is_user_enrolled()) {
        return Err(not_valid("DeviceName"));
    }
    let name =
        plists::string(setting, "DeviceName").ok_or_else(|| DeviceError::mdm(12008, "“DeviceName” is missing."))?;
    device.change(|state| name.clone_into(&mut state.spec.name));
    device.emit(EventKind::Renamed { name: name.to_owned() });
    Ok(())
}
