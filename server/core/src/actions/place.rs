//! From an action to what does it: a change here, commands to the device, or both.

use baton_mdm::command::{Command as MdmCommand, Setting};
use baton_model::{Command, CommandKind, Device, Enrollment, EnrollmentState, NewCommand, Order, Timestamp};
use baton_policy::{Action, Outcome, decide_action};
use baton_store::Tx;

use super::{ActionError, ActionForm, Requested, gate};
use crate::{
    Actor, Core, CoreError, channel::BODY_PURPOSE, devices::facts, enrollment, new_id, push::TOKEN_PURPOSE,
    reconcile::world::facts_of,
};

/// Does what needs no device and queues the rest, inside the caller's transaction, which holds the device's lock and has
/// decided that it is allowed.
pub(super) async fn place(
    core: &Core,
    tx: &mut Tx,
    device: &Device,
    order: &Order,
    form: &ActionForm,
    held: bool,
    now: Timestamp,
) -> Result<Requested, ActionError> {
    match order.action {
        Action::ReportLost => {
            if device.reported_lost_at.is_none() {
                tx.set_reported_lost(&device.id, Some(now)).await?;
            }
            return Ok(Requested::Done);
        }
        Action::Rename => return rename(core, tx, device, order, form.name.trim(), now).await,
        _ => {}
    }
    let enrollment = reachable(tx, device).await?;
    let under_way = under_way(tx, device, order.action).await?;
    if !under_way.is_empty() {
        // Asking twice for facts is asking once.
        let is_question = matches!(order.action, Action::RefreshInventory | Action::ForceCheckIn);
        return if is_question { Ok(Requested::Queued) } else { Err(ActionError::UnderWay) };
    }
    for (kind, command) in commands(core, device, &enrollment, form)? {
        queue(core, tx, device, &enrollment, order, (kind, &command), held, now).await?;
    }
    if held {
        return Ok(Requested::Held);
    }
    tx.mark_push_due(&enrollment.id, now).await?;
    Ok(Requested::Queued)
}

/// Gives a device another label, and where Apple allows, the device another name. A name that has not reached the device
/// yet gives way to the newer one.
pub(crate) async fn rename(
    core: &Core,
    tx: &mut Tx,
    device: &Device,
    order: &Order,
    name: &str,
    now: Timestamp,
) -> Result<Requested, ActionError> {
    tx.rename_device(&device.id, name).await?;
    for older in under_way(tx, device, Action::Rename).await? {
        tx.withdraw_command(&older.id).await?;
    }
    let actor = match tx.find_user(&order.actor_id).await? {
        Some(user) => Actor::of(&user),
        None => return Ok(Requested::Done),
    };
    let decision = decide_action(Action::Rename, &facts_of(device), &gate::policy_actor(&actor, device));
    if decision.outcome != Outcome::Allow {
        return Ok(Requested::Done);
    }
    let Ok(enrollment) = reachable(tx, device).await else { return Ok(Requested::Done) };
    let command = MdmCommand::Settings(vec![Setting::DeviceName(name.to_owned())]);
    queue(core, tx, device, &enrollment, order, (CommandKind::Settings, &command), false, now).await?;
    tx.mark_push_due(&enrollment.id, now).await?;
    Ok(Requested::Queued)
}

async fn reachable(tx: &mut Tx, device: &Device) -> Result<Enrollment, ActionError> {
    let enrollment = tx.active_enrollment_of(&device.id).await?;
    enrollment.filter(|enrollment| enrollment.state == EnrollmentState::Active).ok_or(ActionError::NotManaged)
}

/// The commands of this action that the device has yet to get or to answer.
async fn under_way(tx: &mut Tx, device: &Device, action: Action) -> Result<Vec<Command>, ActionError> {
    let mut commands = tx.open_orders(&device.id).await?;
    commands.retain(|command| command.order.as_ref().is_some_and(|order| order.action == action));
    Ok(commands)
}

/// What the action asks of the device.
fn commands(
    core: &Core,
    device: &Device,
    enrollment: &Enrollment,
    form: &ActionForm,
) -> Result<Vec<(CommandKind, MdmCommand)>, ActionError> {
    let text = |entered: &str| Some(entered.trim()).filter(|text| !text.is_empty()).map(str::to_owned);
    let information = || {
        (
            CommandKind::DeviceInformation,
            MdmCommand::DeviceInformation { queries: facts::queries(device.enrollment_type) },
        )
    };
    Ok(match form.action {
        Action::Lock => {
            let (message, phone_number) = (text(&form.message), text(&form.phone_number));
            vec![(CommandKind::DeviceLock, MdmCommand::DeviceLock { message, phone_number })]
        }
        Action::ClearPasscode => {
            let sealed = enrollment.unlock_token.as_deref().ok_or(ActionError::NoUnlockToken)?;
            let unlock_token = core.vault().open(TOKEN_PURPOSE, sealed).map_err(CoreError::from)?;
            vec![(CommandKind::ClearPasscode, MdmCommand::ClearPasscode { unlock_token })]
        }
        Action::Wipe => {
            let erase = MdmCommand::EraseDevice { preserve_data_plan: true, disallow_proximity_setup: false };
            vec![(CommandKind::EraseDevice, erase)]
        }
        Action::RemoveWorkData => {
            let identifier = enrollment::IDENTIFIER.to_owned();
            vec![(CommandKind::RemoveProfile, MdmCommand::RemoveProfile { identifier })]
        }
        Action::Restart => vec![(CommandKind::RestartDevice, MdmCommand::RestartDevice)],
        Action::ShutDown => vec![(CommandKind::ShutDownDevice, MdmCommand::ShutDownDevice)],
        Action::EnableLostMode => {
            let (message, phone_number) = (text(&form.message), text(&form.phone_number));
            vec![(CommandKind::EnableLostMode, MdmCommand::EnableLostMode { message, phone_number })]
        }
        Action::DisableLostMode => vec![(CommandKind::DisableLostMode, MdmCommand::DisableLostMode)],
        Action::Locate => vec![(CommandKind::DeviceLocation, MdmCommand::DeviceLocation)],
        Action::ForceCheckIn => vec![information()],
        Action::RefreshInventory => vec![
            information(),
            (CommandKind::ProfileList, MdmCommand::ProfileList { managed_only: false }),
            (CommandKind::ManagedApplicationList, MdmCommand::ManagedApplicationList { identifiers: Vec::new() }),
        ],
        Action::ReportLost | Action::Rename | Action::Message | Action::InstallApp | Action::RemoveApp => Vec::new(),
    })
}

#[expect(clippy::too_many_arguments, reason = "each is one fact of one row")]
async fn queue(
    core: &Core,
    tx: &mut Tx,
    device: &Device,
    enrollment: &Enrollment,
    order: &Order,
    (kind, command): (CommandKind, &MdmCommand),
    held: bool,
    now: Timestamp,
) -> Result<(), ActionError> {
    let id = new_id(now);
    let body = core.vault().seal(BODY_PURPOSE, &command.to_plist(&id)).map_err(CoreError::from)?;
    let identifier = match command {
        MdmCommand::RemoveProfile { identifier } => Some(identifier.clone()),
        _ => None,
    };
    let new = NewCommand {
        id: id.as_str().into(),
        device_id: device.id.clone(),
        enrollment_id: enrollment.id.clone(),
        handover_id: None,
        item_id: None,
        rendering: None,
        kind,
        identifier,
        label: String::new(),
        body,
        not_before: Timestamp(0),
    };
    tx.order_command(&new, order, held, now).await?;
    Ok(())
}
