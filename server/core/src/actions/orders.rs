//! What becomes of an order after it was given: released from the brake, withdrawn, or settled by hand when its outcome
//! stayed unknown.

use baton_model::{Command, CommandId, CommandKind, CommandStatus, Device, DeviceId, Order, Timestamp, UserId};
use baton_policy::Decision;
use baton_store::Tx;
use serde_json::json;

use super::{
    ActionError,
    gate::{self, Gate},
};
use crate::{
    Actor, Core, CoreError,
    audit::{self, Event},
    enrollment::leave::{Left, leave},
};

/// A command that is done once and was given to a silent device has an unknown outcome after so many seconds.
const PATIENCE: i64 = 15 * 60;
/// How many of them are settled in one go.
const BATCH: u32 = 100;

impl Core {
    /// A second administrator agrees to a wipe that the brake holds. The rules are asked again for both; that the second
    /// one holds the device does not make an administrator.
    ///
    /// # Errors
    /// [`ActionError`]; [`CoreError::Stale`] when it is not held any more, [`CoreError::Unconfirmed`] without a proof of who
    /// agrees (B8).
    pub async fn release_order(
        &self,
        actor: &Actor,
        device: &DeviceId,
        id: &CommandId,
        now: Timestamp,
    ) -> Result<(), ActionError> {
        let (tx, device, command, order) = self.order_of(device, id).await?;
        let decision = gate::by_role(order.action, &device, actor);
        let (mut tx, user) = allowed(tx, actor, &device, &order, decision, now).await?;
        if user == order.actor_id {
            let event = Event::new("device.wipe.release", "device", device.id.as_str())
                .with(json!({ "command": id.as_str(), "refused": "same-administrator" }));
            audit::record(&mut tx, actor, event, false, now).await?;
            tx.commit().await?;
            return Err(ActionError::SameAdministrator);
        }
        if !actor.is_confirmed(now) {
            drop(tx);
            let event = Event::new("device.wipe.release", "device", device.id.as_str());
            self.require_confirmed(actor, event, now).await?;
            return Err(CoreError::Unconfirmed.into());
        }
        // Queueing is what happens now, so whoever asked must still be allowed to.
        let decision = gate::at_queueing(&mut tx, order.action, &device, &order.actor_id).await?;
        if !decision.permits() {
            tx.withhold_command(id, decision.reason.as_str()).await?;
            gate::record_refusal(&mut tx, actor, order.action, &device, decision, Gate::Queueing, now).await?;
            tx.commit().await?;
            return Err(ActionError::Denied(decision));
        }
        if !tx.release_command(id, &user).await? {
            return Err(CoreError::Stale.into());
        }
        tx.mark_push_due(&command.enrollment_id, now).await?;
        let event = Event::new("device.wipe.release", "device", device.id.as_str())
            .with(json!({ "command": id.as_str(), "requestedBy": order.actor_id.as_str() }));
        audit::record(&mut tx, actor, event, true, now).await?;
        tx.commit().await?;
        self.hint_work();
        Ok(())
    }

    /// Withdraws an order that the device has not got yet: one's own, or one that one's role alone lets one give. Whoever
    /// has the device in hand does not stop what an administrator ordered for it.
    ///
    /// # Errors
    /// [`ActionError`]; [`CoreError::Stale`] when the device has got it meanwhile.
    pub async fn withdraw_order(
        &self,
        actor: &Actor,
        device: &DeviceId,
        id: &CommandId,
        now: Timestamp,
    ) -> Result<(), ActionError> {
        let (tx, device, command, order) = self.order_of(device, id).await?;
        let decision = gate::at_withdrawal(&order, &device, actor);
        let (mut tx, _) = allowed(tx, actor, &device, &order, decision, now).await?;
        let mut withdrawn = false;
        // One order may have several commands; they go together.
        for part in tx.commands_ordered_at(&device.id, command.queued_at).await? {
            if part.order.as_ref() == Some(&order) {
                withdrawn |= tx.withdraw_command(&part.id).await?;
            }
        }
        if !withdrawn {
            return Err(CoreError::Stale.into());
        }
        let event = Event::new("device.withdraw", "device", device.id.as_str())
            .with(json!({ "action": order.action.as_str(), "command": id.as_str() }));
        audit::record(&mut tx, actor, event, true, now).await?;
        tx.commit().await?;
        Ok(())
    }

    /// Somebody saw that a wipe whose outcome was unknown was carried out: the device's management ends here too.
    ///
    /// # Errors
    /// [`ActionError`]; [`CoreError::Stale`] when its outcome is known.
    pub async fn confirm_erased(
        &self,
        actor: &Actor,
        device: &DeviceId,
        id: &CommandId,
        now: Timestamp,
    ) -> Result<(), ActionError> {
        let (tx, device, command, order) = self.order_of(device, id).await?;
        let (decision, _) = gate::at_request(order.action, &device, actor);
        let (mut tx, user) = allowed(tx, actor, &device, &order, decision, now).await?;
        if command.kind != CommandKind::EraseDevice || command.status != CommandStatus::OutcomeUnknown {
            return Err(CoreError::Stale.into());
        }
        tx.answer_command(id, CommandStatus::Acknowledged, None, now).await?;
        leave(self, &mut tx, &device, Left::Erased, Some(&user), now).await?;
        tx.commit().await?;
        Ok(())
    }

    /// Notes that the outcome of what was given once to devices that fell silent is unknown; how many.
    ///
    /// # Errors
    /// [`CoreError`] when the database fails.
    pub async fn give_up_unanswered(&self, now: Timestamp) -> Result<usize, CoreError> {
        let silent = self.store().read().await?.unanswered_commands(now.plus_seconds(-PATIENCE), BATCH).await?;
        let mut given_up = 0;
        for id in &silent {
            let mut tx = self.store().begin().await?;
            let Some(command) = tx.find_command(id).await? else { continue };
            // The device before its command, as everywhere: the device may be answering at this moment.
            tx.lock_device(&command.device_id).await?;
            if tx.lose_outcome(id).await? {
                tracing::warn!(command = id.as_str(), "a device never answered; the outcome is unknown");
                given_up += 1;
            }
            tx.commit().await?;
        }
        Ok(given_up)
    }

    async fn order_of(&self, device: &DeviceId, id: &CommandId) -> Result<(Tx, Device, Command, Order), ActionError> {
        let mut tx = self.store().begin().await?;
        let device = tx.lock_device(device).await?.ok_or(CoreError::NotFound("device"))?;
        let command = tx.find_command(id).await?.filter(|command| command.device_id == device.id);
        let command = command.ok_or(CoreError::NotFound("command"))?;
        let order = command.order.clone().ok_or(CoreError::NotFound("command"))?;
        Ok((tx, device, command, order))
    }
}

/// The person behind the actor, if the decision permits it; else the refusal, which is kept.
async fn allowed(
    mut tx: Tx,
    actor: &Actor,
    device: &Device,
    order: &Order,
    decision: Decision,
    now: Timestamp,
) -> Result<(Tx, UserId), ActionError> {
    match actor.user_id() {
        Some(user) if decision.permits() => Ok((tx, user.clone())),
        _ => {
            gate::record_refusal(&mut tx, actor, order.action, device, decision, Gate::Request, now).await?;
            tx.commit().await?;
            Err(ActionError::Denied(decision))
        }
    }
}
