//! Giving a device its next command.

use baton_model::{
    Command, CommandKind, CommandStatus, Device, DeviceId, DeviceItem, DeviceState, Enrollment, ItemProgress, Timestamp,
};
use baton_policy::{Decision, Presence};
use baton_store::Tx;

use super::{BODY_PURPOSE, answer::concerns};
use crate::{Actor, Core, CoreError, actions::gate};

/// While commands are open and the device is silent, it is pushed again after so many seconds.
const REMIND_AFTER: i64 = 300;

/// The next command's bytes, with everything it touches marked before they leave. What is done once is not given again,
/// and what the rules do not allow now is not given at all (E7, E9).
pub(super) async fn next(
    core: &Core,
    tx: &mut Tx,
    device: &DeviceId,
    enrollment: &Enrollment,
    now: Timestamp,
) -> Result<Option<Vec<u8>>, CoreError> {
    let Some(device) = tx.find_device(device).await?.filter(|device| device.state == DeviceState::Enrolled) else {
        return Ok(None);
    };
    let command = loop {
        let Some(command) = tx.next_command(&enrollment.id, now).await? else { return Ok(None) };
        if command.status == CommandStatus::Sent && command.kind.is_done_once() {
            tx.lose_outcome(&command.id).await?;
            tracing::warn!(
                command = command.id.as_str(),
                "a device came back without an answer; the outcome is unknown"
            );
        } else if let Some(refused) = gate::at_delivery(tx, &device, &command).await? {
            withhold(tx, &device, &command, refused, now).await?;
        } else {
            break command;
        }
    };
    let sealed =
        command.body.as_deref().ok_or_else(|| CoreError::Corrupt(format!("command {} has no body", command.id)))?;
    let body = core.vault().open(BODY_PURPOSE, sealed)?;
    tx.mark_sent(&command.id, now).await?;
    mark_items(tx, &command, now).await?;
    Ok(Some(body))
}

/// The device does not get the command, and whoever ordered it has tried something that is not allowed.
async fn withhold(
    tx: &mut Tx,
    device: &Device,
    command: &Command,
    refused: Decision,
    now: Timestamp,
) -> Result<(), CoreError> {
    tx.withhold_command(&command.id, refused.reason.as_str()).await?;
    let (action, actor) = match &command.order {
        Some(order) => {
            let user = tx.find_user(&order.actor_id).await?;
            (order.action.as_str(), user.map_or(Actor::System, |user| Actor::of(&user)))
        }
        None => (command.kind.as_str(), Actor::System),
    };
    tracing::warn!(command = command.id.as_str(), action, reason = refused.reason.as_str(), "an action was withheld");
    gate::record_withheld(tx, &actor, device, command, refused, now).await
}

/// From now on the device may have done it.
async fn mark_items(tx: &mut Tx, command: &Command, now: Timestamp) -> Result<(), CoreError> {
    let installs = matches!(command.kind, CommandKind::InstallProfile | CommandKind::InstallApplication);
    let rows = tx.items_of_device(&command.device_id).await?;
    for row in rows.iter().filter(|row| concerns(command, row)) {
        let is_target = !installs || command.rendering.as_deref() == Some(row.rendering.as_str());
        let presence = match row.presence {
            // Installing what is there leaves it there; everything else may change it.
            Presence::Present if installs && is_target => Presence::Present,
            Presence::Absent if !(installs && is_target) => Presence::Absent,
            _ => Presence::Maybe,
        };
        let is_touched = is_target && (installs || row.presence != Presence::Absent);
        let progress = if is_touched { ItemProgress::Sent } else { row.progress };
        if presence != row.presence || progress != row.progress {
            tx.save_device_item(&DeviceItem { presence, progress, updated_at: now, ..row.clone() }).await?;
        }
    }
    Ok(())
}

/// The device is connected, so what it was to be pushed for is being fetched. It is pushed again when something becomes
/// due, and when it falls silent with commands still open: its answer may be lost, or the phone in a drawer.
pub(super) async fn plan_next_push(tx: &mut Tx, enrollment: &Enrollment, now: Timestamp) -> Result<(), CoreError> {
    let due = tx
        .next_not_before(&enrollment.id)
        .await?
        .map(|not_before| if not_before > now { not_before } else { now.plus_seconds(REMIND_AFTER) });
    tx.replan_push(&enrollment.id, due).await?;
    Ok(())
}
