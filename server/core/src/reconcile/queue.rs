//! From a plan to a queue: withdraw what is no longer wanted, add what is missing, leave the rest in its place.

use baton_mdm::command::Command as MdmCommand;
use baton_model::{
    Command, CommandKind, CommandStatus, DeviceItem, EnrollmentId, HandoverId, ItemId, ItemProgress, NewCommand,
    Timestamp,
};
use baton_policy::{Plan, Presence};
use baton_store::Tx;

use super::{settle, world::World};
use crate::{Core, CoreError, channel, new_id};

/// One thing the plan wants done.
struct Operation {
    kind: CommandKind,
    item: ItemId,
    /// The rendering to install; for a removal the one that is most surely there.
    rendering: String,
    identifier: String,
    label: String,
    command: MdmCommand,
    not_before: Timestamp,
}

impl Operation {
    fn is_install(&self) -> bool {
        matches!(self.kind, CommandKind::InstallProfile | CommandKind::InstallApplication)
    }

    fn is_answered_by(&self, open: &Command) -> bool {
        open.kind == self.kind
            && open.item_id.as_ref() == Some(&self.item)
            && (!self.is_install() || open.rendering.as_deref() == Some(self.rendering.as_str()))
    }
}

/// Makes the queue say what the plan says. Returns whether something new can be delivered.
pub(super) async fn bring_in_line(
    core: &Core,
    tx: &mut Tx,
    world: &World,
    plan: &Plan,
    enrollment: &EnrollmentId,
    handover: Option<&HandoverId>,
    now: Timestamp,
) -> Result<bool, CoreError> {
    let since = match handover {
        Some(id) => tx.find_handover(id).await?.map_or(Timestamp(0), |handover| handover.started_at),
        None => Timestamp(0),
    };
    let operations = operations(world, plan, since, now);
    let open: Vec<Command> = tx.open_commands(&world.device.id).await?;
    withdraw(tx, world, &operations, &open).await?;
    let mut queued = false;
    for operation in operations {
        if open.iter().any(|command| operation.is_answered_by(command)) {
            continue;
        }
        show_waiting(tx, world, &operation, now).await?;
        let new = NewCommand {
            id: new_id(now).as_str().into(),
            device_id: world.device.id.clone(),
            enrollment_id: enrollment.clone(),
            handover_id: handover.cloned(),
            item_id: Some(operation.item),
            rendering: Some(operation.rendering),
            kind: operation.kind,
            identifier: Some(operation.identifier),
            label: operation.label,
            body: Vec::new(),
            not_before: operation.not_before,
        };
        channel::queue(core, tx, new, &operation.command, now).await?;
        queued = true;
    }
    let asked = settle::ask_what_is_there(core, tx, world, enrollment, &open, now).await?;
    Ok(queued || asked)
}

fn operations(world: &World, plan: &Plan, since: Timestamp, now: Timestamp) -> Vec<Operation> {
    let replace = plan.replace.iter().filter(|step| step.is_due()).filter_map(|step| install(world, step, since));
    let remove = plan.remove.iter().filter(|step| step.is_due()).filter_map(|step| remove(world, step, now));
    let install = plan.install.iter().filter(|step| step.is_due()).filter_map(|step| install(world, step, since));
    replace.chain(remove).chain(install).collect()
}

/// Installing, unless it failed since the handover began or the device is already at it.
fn install(world: &World, step: &baton_policy::Step, since: Timestamp) -> Option<Operation> {
    let wanted = world.wanted(&step.item)?;
    let rendered = wanted.rendered.as_ref()?;
    let row = world.rows.iter().find(|row| row.item_id == step.item && row.rendering == step.rendering.as_str());
    let waits = row.is_some_and(|row| {
        let failed = row.progress == ItemProgress::Failed && row.updated_at >= since;
        let accepted = row.is_app && matches!(row.progress, ItemProgress::Accepted | ItemProgress::TapInstall);
        failed || (accepted && row.presence != Presence::Absent)
    });
    if waits {
        return None;
    }
    Some(Operation {
        kind: if wanted.item.content.is_app() { CommandKind::InstallApplication } else { CommandKind::InstallProfile },
        item: step.item.clone(),
        rendering: rendered.rendering.as_str().to_owned(),
        identifier: rendered.identifier.clone(),
        label: wanted.item.name.clone(),
        command: rendered.install.clone(),
        not_before: Timestamp(0),
    })
}

/// Removing, unless the device said it did and its list has yet to confirm it. A removal that failed is tried again
/// with growing delays: it must never be given up.
fn remove(world: &World, step: &baton_policy::Step, now: Timestamp) -> Option<Operation> {
    let rows = || world.rows.iter().filter(|row| row.item_id == step.item && row.presence != Presence::Absent);
    if rows().any(|row| row.progress == ItemProgress::Removing) {
        return None;
    }
    let row = rows().max_by_key(|row| row.presence)?;
    let identifier = row.identifier.clone();
    let (kind, command) = if row.is_app {
        (CommandKind::RemoveApplication, MdmCommand::RemoveApplication { identifier: identifier.clone() })
    } else {
        (CommandKind::RemoveProfile, MdmCommand::RemoveProfile { identifier: identifier.clone() })
    };
    Some(Operation {
        kind,
        item: step.item.clone(),
        rendering: row.rendering.clone(),
        label: row.label.clone(),
        identifier,
        command,
        not_before: if row.failures > 0 { now.plus_seconds(removal_delay(row.failures)) } else { Timestamp(0) },
    })
}

/// Seconds until a failed removal is tried again: 10, 20, 40 … at most 15 minutes.
fn removal_delay(failures: i64) -> i64 {
    (10 << failures.clamp(1, 10).saturating_sub(1)).min(900)
}

/// Unsent commands that the plan no longer wants are superseded; sent ones lapse: the device may have done them, so
/// what they touched stays "maybe" and is dealt with by the plan.
async fn withdraw(tx: &mut Tx, world: &World, operations: &[Operation], open: &[Command]) -> Result<(), CoreError> {
    let mut unsent = Vec::new();
    for command in open {
        let concerns_items = command.item_id.is_some();
        if !concerns_items || operations.iter().any(|operation| operation.is_answered_by(command)) {
            continue;
        }
        if command.status == CommandStatus::Queued {
            unsent.push(command.id.clone());
            forget_waiting(tx, world, command).await?;
        } else {
            tx.lapse_command(&command.id).await?;
        }
    }
    if !unsent.is_empty() {
        tx.supersede_commands(&unsent).await?;
    }
    Ok(())
}

/// The row of a superseded command goes back to what is known of it.
async fn forget_waiting(tx: &mut Tx, world: &World, command: &Command) -> Result<(), CoreError> {
    let rows = world.rows.iter().filter(|row| {
        Some(&row.item_id) == command.item_id.as_ref()
            && Some(row.rendering.as_str()) == command.rendering.as_deref()
            && row.progress == ItemProgress::Waiting
    });
    for row in rows {
        match row.presence {
            Presence::Absent => {
                tx.delete_device_item(&row.device_id, &row.item_id, &row.rendering).await?;
            }
            Presence::Present => {
                tx.save_device_item(&DeviceItem { progress: ItemProgress::Installed, ..row.clone() }).await?;
            }
            Presence::Maybe => {
                tx.save_device_item(&DeviceItem { progress: ItemProgress::Sent, ..row.clone() }).await?;
            }
        }
    }
    Ok(())
}

async fn show_waiting(tx: &mut Tx, world: &World, operation: &Operation, now: Timestamp) -> Result<(), CoreError> {
    let known = world.rows.iter().find(|row| row.item_id == operation.item && row.rendering == operation.rendering);
    let row = match known {
        // A failed removal keeps its failure in sight until it succeeds.
        Some(row) if !operation.is_install() && row.failures > 0 => {
            tracing::debug!(item = row.item_id.as_str(), failures = row.failures, "a removal is tried again");
            return Ok(());
        }
        Some(row) => DeviceItem {
            progress: ItemProgress::Waiting,
            failure: None,
            label: operation.label.clone(),
            updated_at: now,
            ..row.clone()
        },
        None => DeviceItem {
            device_id: world.device.id.clone(),
            item_id: operation.item.clone(),
            rendering: operation.rendering.clone(),
            is_app: operation.kind == CommandKind::InstallApplication,
            identifier: operation.identifier.clone(),
            label: operation.label.clone(),
            presence: Presence::Absent,
            progress: ItemProgress::Waiting,
            removable: true,
            failure: None,
            failures: 0,
            updated_at: now,
        },
    };
    tx.save_device_item(&row).await?;
    Ok(())
}
