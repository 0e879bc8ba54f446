//! A device leaves management: it was removed on the device, at our request, or with everything else by a wipe.

use baton_model::{
    CommandStatus, CustodyCause, Device, DeviceState, HandoverState, NewCustodyEntry, Timestamp, UserId, id,
};
use baton_policy::Action;
use baton_store::Tx;
use serde_json::json;

use crate::{
    Actor, Core, CoreError,
    audit::{self, Event},
    custody,
};

/// How a device left.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Left {
    /// The device said so by itself. Whoever holds an unsupervised device can do that (A3).
    CheckedOut,
    /// The device said that it removed the profile that carries the management.
    WorkDataRemoved,
    /// The device said that it erases itself, or an administrator saw that it did.
    Erased,
}

impl Left {
    const fn cause(self) -> CustodyCause {
        match self {
            Self::CheckedOut | Self::WorkDataRemoved => CustodyCause::Unenrolled,
            Self::Erased => CustodyCause::Erased,
        }
    }

    const fn event(self) -> &'static str {
        match self {
            Self::CheckedOut => "device.check-out",
            Self::WorkDataRemoved => "device.work-data-removed",
            Self::Erased => "device.erased",
        }
    }
}

/// Ends what the device had: with the management went everything that Baton had put on it. `by` is who asked for it;
/// `device` is as its locked row says.
pub(crate) async fn leave(
    core: &Core,
    tx: &mut Tx,
    device: &Device,
    how: Left,
    by: Option<&UserId>,
    now: Timestamp,
) -> Result<(), CoreError> {
    if let Some(enrollment) = tx.active_enrollment_of(&device.id).await? {
        tx.cancel_commands_of_enrollment(&enrollment.id).await?;
    }
    tx.end_enrollments_of(&device.id, None).await?;
    for row in tx.items_of_device(&device.id).await? {
        tx.delete_device_item(&row.device_id, &row.item_id, &row.rendering).await?;
    }
    if let Some(handover) = tx.latest_handover(&device.id).await? {
        tx.finish_handover(&handover.id, HandoverState::Failed, now).await?;
    }
    tx.end_clip_sessions_of_device(&device.id).await?;
    tx.save_device_facts(&Device { lost_mode: None, ..device.clone() }).await?;
    tx.set_device_state(&device.id, DeviceState::Unenrolled).await?;
    // Clocks differ: in a device's history time does not run backwards.
    let at = Timestamp(now.0.max(device.held_since.0.saturating_add(1)));
    let nobody = UserId::from(id::NOBODY);
    if tx.change_holder(&device.id, &device.holder_id, device.custody_seq, &nobody, at).await? {
        let entry = NewCustodyEntry {
            device_id: device.id.clone(),
            at,
            holder_id: nobody,
            cause: how.cause(),
            actor_id: by.cloned(),
        };
        custody::append(tx, core.vault(), entry).await?;
    }
    let actor = match by {
        Some(id) => match tx.find_user(id).await? {
            Some(user) => Actor::of(&user),
            None => Actor::System,
        },
        None => Actor::System,
    };
    let event =
        Event::new(how.event(), "device", device.id.as_str()).with(json!({ "holder": device.holder_id.as_str() }));
    audit::record(tx, &actor, event, true, now).await
}

/// The device says that its management is gone. If it was asked to remove it, that is the answer, and who asked did it.
pub(super) async fn check_out(core: &Core, tx: &mut Tx, device: &Device, now: Timestamp) -> Result<(), CoreError> {
    let open = tx.open_commands(&device.id).await?;
    let asked = open.iter().find_map(|command| {
        let order = command.order.as_ref().filter(|order| order.action == Action::RemoveWorkData)?;
        (command.status == CommandStatus::Sent).then_some((&command.id, &order.actor_id))
    });
    if let Some((command, by)) = asked {
        tx.answer_command(command, CommandStatus::Acknowledged, None, now).await?;
        return leave(core, tx, device, Left::WorkDataRemoved, Some(by), now).await;
    }
    tracing::warn!(device = device.id.as_str(), "management was removed on the device");
    leave(core, tx, device, Left::CheckedOut, None, now).await
}
