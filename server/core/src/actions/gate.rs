//! The rule that every action passes three times: at the request, at queueing and at delivery (E7).

use baton_model::{Command, CommandKind, Device, Order, Timestamp, User, UserId};
use baton_policy::{Action, Actor as PolicyActor, Decision, ReasonCode, Role, Source, decide_action};
use baton_store::Tx;
use serde_json::json;

use super::{ActionError, event_name};
use crate::{
    Actor, Core, CoreError,
    audit::{self, Event},
    enrollment,
    reconcile::world::facts_of,
};

/// Where an action was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Gate {
    /// Somebody asked for it.
    Request,
    /// Its commands were about to be queued.
    Queueing,
    /// The device was about to get it.
    Delivery,
}

impl Gate {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Request => "request",
            Self::Queueing => "queueing",
            Self::Delivery => "delivery",
        }
    }
}

/// Nobody who may do anything.
const STRANGER: Decision = Decision::deny(ReasonCode::RoleMayNot, Source::Organisation);

/// Whoever asks, as the policy sees them before this device.
pub(crate) fn policy_actor(actor: &Actor, device: &Device) -> PolicyActor {
    let (role, is_holder) = match actor {
        Actor::Person { id, role, .. } => (*role, *id == device.holder_id),
        Actor::System => (Role::Administrator, false),
        Actor::Possession(_) => (Role::User, false),
    };
    PolicyActor { role, is_holder, device_is_shared: device.shared }
}

/// Whether this person may do it to this device as both are now.
fn decide(action: Action, device: &Device, user: Option<&User>) -> Decision {
    let Some(user) = user.filter(|user| user.enabled && !user.is_nobody()) else { return STRANGER };
    let actor = Actor::of(user);
    decide_action(action, &facts_of(device), &policy_actor(&actor, device))
}

/// What the policy says of this actor by role alone. That somebody holds the device lets nobody read or stop what others
/// ordered for it.
pub(super) fn by_role(action: Action, device: &Device, actor: &Actor) -> Decision {
    let viewer = PolicyActor { is_holder: false, ..policy_actor(actor, device) };
    decide_action(action, &facts_of(device), &viewer)
}

/// Whether the actor may withdraw an order: who gave it may, and whose role alone would let them give it.
pub(super) fn at_withdrawal(order: &Order, device: &Device, actor: &Actor) -> Decision {
    if actor.user_id() == Some(&order.actor_id) {
        decide_action(order.action, &facts_of(device), &policy_actor(actor, device))
    } else {
        by_role(order.action, device, actor)
    }
}

/// The first gate: the person as the session knows them. Only persons ask for actions.
pub(super) fn at_request<'a>(action: Action, device: &Device, actor: &'a Actor) -> (Decision, Option<&'a UserId>) {
    match actor {
        Actor::Person { id, .. } => (decide_action(action, &facts_of(device), &policy_actor(actor, device)), Some(id)),
        Actor::System | Actor::Possession(_) => (STRANGER, None),
    }
}

/// The second gate, inside the transaction that queues: the person and the device as the database has them. The caller
/// holds the device's lock.
pub(super) async fn at_queueing(
    tx: &mut Tx,
    action: Action,
    device: &Device,
    user: &UserId,
) -> Result<Decision, ActionError> {
    let user = tx.find_user(user).await?;
    Ok(decide(action, device, user.as_ref()))
}

/// The third gate: a command is about to be given to the device. `None` lets it pass; what reconcile queued always does,
/// unless it is something that only a person may order.
pub(crate) async fn at_delivery(
    tx: &mut Tx,
    device: &Device,
    command: &Command,
) -> Result<Option<Decision>, CoreError> {
    let Some(order) = &command.order else {
        return Ok((command.kind.needs_an_order() || ends_management(command)).then_some(STRANGER));
    };
    if !carries_out(order.action, command) {
        return Ok(Some(STRANGER));
    }
    for user in [Some(&order.actor_id), order.approver_id.as_ref()].into_iter().flatten() {
        let user = tx.find_user(user).await?;
        let decision = decide(order.action, device, user.as_ref());
        if !decision.permits() {
            return Ok(Some(decision));
        }
    }
    Ok(None)
}

/// Whether a command is part of an action: a row that says otherwise was not made by Baton.
fn carries_out(action: Action, command: &Command) -> bool {
    use CommandKind as K;
    match command.kind {
        K::DeviceLock => action == Action::Lock,
        K::ClearPasscode => action == Action::ClearPasscode,
        K::EraseDevice => action == Action::Wipe,
        K::RestartDevice => action == Action::Restart,
        K::ShutDownDevice => action == Action::ShutDown,
        K::EnableLostMode => action == Action::EnableLostMode,
        K::DisableLostMode => action == Action::DisableLostMode,
        K::DeviceLocation => action == Action::Locate,
        K::Settings => action == Action::Rename,
        K::RemoveProfile => action == Action::RemoveWorkData && ends_management(command),
        K::DeviceInformation => matches!(action, Action::RefreshInventory | Action::ForceCheckIn),
        K::ProfileList | K::ManagedApplicationList => action == Action::RefreshInventory,
        K::InstallProfile | K::InstallApplication | K::RemoveApplication => false,
    }
}

/// Whether the command removes the profile that carries the management.
fn ends_management(command: &Command) -> bool {
    command.kind == CommandKind::RemoveProfile && command.identifier.as_deref() == Some(enrollment::IDENTIFIER)
}

/// Audits a refusal inside a transaction.
pub(crate) async fn record_refusal(
    tx: &mut Tx,
    actor: &Actor,
    action: Action,
    device: &Device,
    decision: Decision,
    gate: Gate,
    now: Timestamp,
) -> Result<(), CoreError> {
    let event = Event::new(event_name(action), "device", device.id.as_str()).with(json!({
        "gate": gate.as_str(),
        "refused": decision.reason.as_str(),
        "source": decision.source.as_str(),
    }));
    audit::record(tx, actor, event, false, now).await
}

/// Audits that a command was kept from its device.
pub(crate) async fn record_withheld(
    tx: &mut Tx,
    actor: &Actor,
    device: &Device,
    command: &Command,
    decision: Decision,
    now: Timestamp,
) -> Result<(), CoreError> {
    let name = command.order.as_ref().map_or("device.command", |order| event_name(order.action));
    let event = Event::new(name, "device", device.id.as_str()).with(json!({
        "gate": Gate::Delivery.as_str(),
        "command": command.id.as_str(),
        "refused": decision.reason.as_str(),
        "source": decision.source.as_str(),
    }));
    audit::record(tx, actor, event, false, now).await
}

/// Audits a refusal in a transaction of its own, and gives it as an error.
pub(super) async fn refuse(
    core: &Core,
    actor: &Actor,
    action: Action,
    device: &Device,
    decision: Decision,
    gate: Gate,
    now: Timestamp,
) -> ActionError {
    let written = async {
        let mut tx = core.store().begin().await?;
        record_refusal(&mut tx, actor, action, device, decision, gate, now).await?;
        Ok::<(), CoreError>(tx.commit().await?)
    };
    match written.await {
        Ok(()) => ActionError::Denied(decision),
        Err(error) => error.into(),
    }
}
