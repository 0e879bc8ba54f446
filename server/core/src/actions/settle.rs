//! What the device's answer to an order changes here.

use baton_mdm::message::{CommandResult, Location, SettingResult};
use baton_model::{Command, CommandKind, CommandStatus, Device, Timestamp};
use baton_store::Tx;

use super::Place;
use crate::{
    Core, CoreError,
    enrollment::leave::{Left, leave},
};

const RESULT_PURPOSE: &str = "command-result";

/// The device did what somebody asked for. What it says of itself and its lists is dealt with elsewhere.
pub(crate) async fn answered(
    core: &Core,
    tx: &mut Tx,
    device: &Device,
    command: &Command,
    result: &CommandResult,
    now: Timestamp,
) -> Result<(), CoreError> {
    let by = command.order.as_ref().map(|order| &order.actor_id);
    match command.kind {
        CommandKind::EraseDevice => leave(core, tx, device, Left::Erased, by, now).await,
        CommandKind::RemoveProfile => leave(core, tx, device, Left::WorkDataRemoved, by, now).await,
        CommandKind::EnableLostMode | CommandKind::DisableLostMode => {
            let lost_mode = Some(command.kind == CommandKind::EnableLostMode);
            Ok(tx.save_device_facts(&Device { lost_mode, ..device.clone() }).await?)
        }
        CommandKind::DeviceLocation => match result {
            CommandResult::Location(location) => keep_place(core, tx, command, location).await,
            _ => Ok(()),
        },
        CommandKind::Settings => match result {
            CommandResult::Settings(results) => refused_settings(tx, command, results, now).await,
            _ => Ok(()),
        },
        _ => Ok(()),
    }
}

/// The command as a whole is acknowledged even when a setting in it was refused.
async fn refused_settings(
    tx: &mut Tx,
    command: &Command,
    results: &[SettingResult],
    now: Timestamp,
) -> Result<(), CoreError> {
    let Some(refused) = results.iter().find(|result| !result.is_done) else { return Ok(()) };
    let words = crate::channel::words_of(&refused.errors);
    crate::channel::log_failure(&command.device_id, command, &words);
    Ok(tx.answer_command(&command.id, CommandStatus::Error, Some(&words), now).await?)
}

async fn keep_place(core: &Core, tx: &mut Tx, command: &Command, location: &Location) -> Result<(), CoreError> {
    let place = Place {
        latitude: location.latitude,
        longitude: location.longitude,
        accuracy: location.accuracy,
        at: location.at.clone(),
    };
    let json = serde_json::to_vec(&place).map_err(|error| CoreError::Corrupt(error.to_string()))?;
    let sealed = core.vault().seal(RESULT_PURPOSE, &json)?;
    Ok(tx.keep_result(&command.id, &sealed).await?)
}

/// Where the device said that it is; nothing also when that cannot be read any more.
pub(super) fn place_of(core: &Core, command: &Command) -> Option<Place> {
    let json = core.vault().open(RESULT_PURPOSE, command.result.as_deref()?).ok()?;
    serde_json::from_slice(&json).ok()
}
