//! From a plan to a queue: withdraw what is no longer wanted, add what is missing, leave the rest in its place.

use baton_mdm::command::Command as MdmCommand;
use baton_model::{
    Command, CommandKind, CommandStatus, DeviceItem, EnrollmentId, Handover, HandoverState, ItemId, ItemProgress,
    NewCommand, Timestamp, id,
};
use baton_policy::{ItemRole, Plan, Presence, Step};
use baton_store::Tx;

use super::{settle, world::World};
use crate::{Core, CoreError, channel, new_id, rendering};

/// How often a replacement is tried before what it should replace is removed.
const MOST_REPLACEMENTS: i64 = 3;

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
    /// Whether it failed before: its failure stays in sight until it succeeds.
    is_retry: bool,
}

impl Operation {
    fn is_install(&self) -> bool {
        matches!(self.kind, CommandKind::InstallProfile | CommandKind::InstallApplication)
    }

    /// The same after some failures: later, and with the failure in sight.
    fn again(self, now: Timestamp, failures: i64) -> Self {
        Self { not_before: now.plus_seconds(retry_delay(failures)), is_retry: true, ..self }
    }

    fn is_answered_by(&self, open: &Command) -> bool {
        open.kind == self.kind
            && open.item_id.as_ref() == Some(&self.item)
            && open.identifier.as_deref() == Some(self.identifier.as_str())
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
    handover: Option<&Handover>,
    now: Timestamp,
) -> Result<bool, CoreError> {
    let operations = operations(world, plan, handover, now);
    let open: Vec<Command> = tx.open_commands(&world.device.id).await?;
    withdraw(tx, world, &operations, &open).await?;
    forgive(tx, world, plan, now).await?;
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
            handover_id: handover.map(|handover| handover.id.clone()),
            item_id: Some(operation.item),
            rendering: Some(operation.rendering),
            kind: operation.kind,
            identifier: Some(operation.identifier),
            label: operation.label,
            body: Vec::new(),
            not_before: operation.not_before,
        };
        channel::queue(core, tx, new, &operation.command, now).await?;
        if operation.not_before > now {
            tx.mark_push_due(enrollment, operation.not_before).await?;
        } else {
            queued = true;
        }
    }
    let asked = settle::ask_what_is_there(core, tx, world, enrollment, &open, now).await?;
    Ok(queued || asked)
}

fn operations(world: &World, plan: &Plan, handover: Option<&Handover>, now: Timestamp) -> Vec<Operation> {
    let since = handover.map_or(Timestamp(0), |handover| handover.started_at);
    let changes_hands = handover.is_some_and(|handover| handover.state == HandoverState::InProgress)
        || world.device.holder_id.as_str() == id::NOBODY;
    let due = |steps: &[Step]| -> Vec<Step> { steps.iter().filter(|step| step.is_due()).cloned().collect() };
    let mut operations: Vec<Operation> =
        due(&plan.replace).iter().filter_map(|step| replace(world, step, since, changes_hands, now)).collect();
    operations.extend(due(&plan.remove).iter().filter_map(|step| remove(world, step, now)));
    operations.extend(due(&plan.install).iter().filter_map(|step| install(world, step, since, now)));
    operations
}

/// Installing over what is there. Until that works the device has what its holder should not have, so a failure is tried
/// again. What only the person would miss is taken away after some failures, so that a phone that changes hands becomes
/// clean; what keeps the device in reach never is (A21).
fn replace(world: &World, step: &Step, since: Timestamp, changes_hands: bool, now: Timestamp) -> Option<Operation> {
    let operation = install_operation(world, step)?;
    match standing(world, step, since) {
        Standing::Free => Some(operation),
        Standing::UnderWay => None,
        Standing::Failed(failures) if failures < MOST_REPLACEMENTS || keeps_in_reach(world, step) => {
            Some(operation.again(now, failures))
        }
        Standing::Failed(_) if changes_hands => remove(world, step, now),
        Standing::Failed(_) => None,
    }
}

/// Installing, unless it failed since the handover began or the device is already at it. What keeps the device in reach
/// is tried again: other networks stay until it is there.
fn install(world: &World, step: &Step, since: Timestamp, now: Timestamp) -> Option<Operation> {
    let operation = install_operation(world, step)?;
    let in_the_way = world.rows.iter().any(|row| {
        row.item_id != step.item && row.identifier == operation.identifier && row.presence != Presence::Absent
    });
    match standing(world, step, since) {
        // Another item's app with the same identifier is still there: its removal would take this one along.
        _ if in_the_way => None,
        Standing::Free => Some(operation),
        Standing::Failed(failures) if keeps_in_reach(world, step) => Some(operation.again(now, failures)),
        Standing::Failed(_) | Standing::UnderWay => None,
    }
}

/// How the rendering that a step installs stands.
enum Standing {
    /// Nothing speaks against sending it.
    Free,
    /// The device accepted it and has yet to say that it is there.
    UnderWay,
    /// It failed so often since the handover began.
    Failed(i64),
}

fn standing(world: &World, step: &Step, since: Timestamp) -> Standing {
    let row = world.rows.iter().find(|row| row.item_id == step.item && row.rendering == step.rendering.as_str());
    let Some(row) = row else { return Standing::Free };
    let is_accepted = row.is_app && matches!(row.progress, ItemProgress::Accepted | ItemProgress::TapInstall);
    if is_accepted && row.presence != Presence::Absent {
        Standing::UnderWay
    } else if row.progress == ItemProgress::Failed && row.updated_at >= since {
        Standing::Failed(row.failures)
    } else {
        Standing::Free
    }
}

fn keeps_in_reach(world: &World, step: &Step) -> bool {
    let role = world.wanted(&step.item).map(|wanted| rendering::role(&wanted.item.content));
    role.is_some_and(|role| role != ItemRole::Ordinary)
}

fn install_operation(world: &World, step: &Step) -> Option<Operation> {
    let wanted = world.wanted(&step.item)?;
    let rendered = wanted.rendered.as_ref()?;
    Some(Operation {
        kind: if wanted.item.content.is_app() { CommandKind::InstallApplication } else { CommandKind::InstallProfile },
        item: step.item.clone(),
        rendering: rendered.rendering.as_str().to_owned(),
        identifier: rendered.identifier.clone(),
        label: wanted.item.name.clone(),
        command: rendered.install.clone(),
        not_before: Timestamp(0),
        is_retry: false,
    })
}

/// Removing, unless the device said it did and its list has yet to confirm it. A removal that failed is tried again
/// with growing delays: it must never be given up.
fn remove(world: &World, step: &Step, now: Timestamp) -> Option<Operation> {
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
    let operation = Operation {
        kind,
        item: step.item.clone(),
        rendering: row.rendering.clone(),
        label: row.label.clone(),
        identifier,
        command,
        not_before: Timestamp(0),
        is_retry: false,
    };
    Some(if row.failures > 0 { operation.again(now, row.failures) } else { operation })
}

/// Seconds until what failed is tried again: 10, 20, 40 … at most 15 minutes.
fn retry_delay(failures: i64) -> i64 {
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

/// What should be there and is there has no failure any more: it was about something that is no longer wanted.
async fn forgive(tx: &mut Tx, world: &World, plan: &Plan, now: Timestamp) -> Result<(), CoreError> {
    let kept = |row: &&DeviceItem| {
        row.presence == Presence::Present
            && row.progress == ItemProgress::Failed
            && plan.keep.iter().any(|step| step.item == row.item_id && step.rendering.as_str() == row.rendering)
    };
    for row in world.rows.iter().filter(kept) {
        tx.save_device_item(&DeviceItem {
            progress: ItemProgress::Installed,
            failure: None,
            failures: 0,
            updated_at: now,
            ..row.clone()
        })
        .await?;
    }
    Ok(())
}

async fn show_waiting(tx: &mut Tx, world: &World, operation: &Operation, now: Timestamp) -> Result<(), CoreError> {
    let known = world.rows.iter().find(|row| row.item_id == operation.item && row.rendering == operation.rendering);
    let row = match known {
        Some(row) if operation.is_retry => {
            tracing::debug!(item = row.item_id.as_str(), failures = row.failures, "what failed is tried again");
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
