//! How uncertainty ends: the device is asked what it has, until every row is certain; then the handover is over.

use baton_mdm::command::Command as MdmCommand;
use baton_model::{
    Command, CommandKind, CommandStatus, DeviceItem, EnrollmentId, HandoverState, ItemProgress, NewCommand, Timestamp,
};
use baton_policy::Presence;
use baton_store::Tx;

use super::world::World;
use crate::{Core, CoreError, channel, new_id};

/// The longest time between two questions, in seconds.
const MAX_DELAY: i64 = 600;

/// Queues the questions whose answers would settle what is uncertain, unless they are already asked. Apps install in
/// their own time, so their list is asked for again and again, with growing delays.
pub(super) async fn ask_what_is_there(
    core: &Core,
    tx: &mut Tx,
    world: &World,
    enrollment: &EnrollmentId,
    open: &[Command],
    now: Timestamp,
) -> Result<bool, CoreError> {
    let rows = tx.items_of_device(&world.device.id).await?;
    let mut asked = false;
    for (kind, command, about_apps) in [
        (CommandKind::ProfileList, MdmCommand::ProfileList { managed_only: false }, false),
        (CommandKind::ManagedApplicationList, MdmCommand::ManagedApplicationList { identifiers: Vec::new() }, true),
    ] {
        let uncertain = rows.iter().filter(|row| row.is_app == about_apps && needs_the_list(row));
        let Some(delay) = uncertain.map(|row| delay(row, now)).min() else { continue };
        let not_before = if delay == 0 { Timestamp(0) } else { now.plus_seconds(delay) };
        if let Some(command) = open.iter().find(|command| command.kind == kind) {
            // Asked already; but perhaps for later, about something that was less urgent.
            if command.status == CommandStatus::Queued && command.not_before > now.plus_seconds(delay) {
                tx.postpone_command(&command.id, not_before).await?;
                tx.mark_push_due(enrollment, now.plus_seconds(delay)).await?;
            }
            continue;
        }
        let new = NewCommand {
            id: new_id(now).as_str().into(),
            device_id: world.device.id.clone(),
            enrollment_id: enrollment.clone(),
            handover_id: None,
            item_id: None,
            rendering: None,
            kind,
            identifier: None,
            label: String::new(),
            body: Vec::new(),
            not_before,
        };
        channel::queue(core, tx, new, &command, now).await?;
        if delay > 0 {
            tx.mark_push_due(enrollment, now.plus_seconds(delay)).await?;
        } else {
            asked = true;
        }
    }
    Ok(asked)
}

/// Whether only the device's own list can tell what is there.
fn needs_the_list(row: &DeviceItem) -> bool {
    match row.progress {
        ItemProgress::Accepted | ItemProgress::TapInstall | ItemProgress::Removing => row.presence != Presence::Absent,
        ItemProgress::Failed => row.presence == Presence::Maybe,
        _ => false,
    }
}

/// Half of the time that the row has been uncertain, so that a quick answer is seen at once and a slow one costs little.
/// Nothing for what became uncertain this moment and is settled by the very next answer.
fn delay(row: &DeviceItem, now: Timestamp) -> i64 {
    let waited = now.seconds_since(row.updated_at);
    if row.updated_at == now && !row.is_app { 0 } else { (waited / 2).clamp(1, MAX_DELAY) }
}

impl World {
    /// Whether every wanted item is on the device, or cannot get there without somebody's help.
    pub(crate) fn has_all_it_can(&self) -> bool {
        self.wanted.iter().filter(|wanted| wanted.decision().permits()).all(|wanted| {
            let Some(rendered) = &wanted.rendered else { return true };
            self.rows.iter().any(|row| {
                row.item_id == wanted.item.id
                    && row.rendering == rendered.rendering.as_str()
                    && (row.presence == Presence::Present || row.progress == ItemProgress::Failed)
            })
        })
    }
}

/// Completes the device's handover if it is over. `world` must be as the transaction sees it.
pub(super) async fn settle_handover(tx: &mut Tx, world: &World, now: Timestamp) -> Result<(), CoreError> {
    let Some(handover) = tx.latest_handover(&world.device.id).await? else { return Ok(()) };
    if handover.state == HandoverState::InProgress && world.is_clean() && world.has_all_it_can() {
        tx.finish_handover(&handover.id, HandoverState::Complete, now).await?;
        tracing::info!(
            device = world.device.id.as_str(),
            handover = handover.id.as_str(),
            kind = handover.kind.as_str(),
            "a handover is complete"
        );
    }
    Ok(())
}
