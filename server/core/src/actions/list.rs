//! What may be done to a device, and what was asked for lately (E7): what its pages show.

use std::collections::BTreeMap;

use baton_model::{Command, CommandId, CommandKind, CommandStatus, Device, DeviceState, Order, Timestamp, UserId};
use baton_policy::{
    Action, Actor as PolicyActor, Alternative, Decision, DeviceFacts, Role, alternative, decide_action,
};
use baton_store::Tx;
use serde::{Deserialize, Serialize};

use super::{OFFERED, gate, settle};
use crate::{Actor, Core, CoreError, reconcile::world::facts_of};

/// How many commands that people ordered are looked at.
const RECENT: u32 = 30;
/// How many orders that are over a page shows.
const SHOWN: usize = 8;

/// An action with what the policy says of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Offer {
    /// The action.
    pub action: Action,
    /// Whether it is allowed, why, and who says so.
    pub decision: Decision,
    /// What helps instead of a denied one.
    pub alternative: Option<Alternative>,
}

/// Where a lost device said that it was.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Place {
    /// Degrees north.
    pub latitude: f64,
    /// Degrees east.
    pub longitude: f64,
    /// The radius of uncertainty in metres.
    pub accuracy: Option<f64>,
    /// When it was there, as the device wrote it.
    pub at: Option<String>,
}

/// Something that somebody asked for.
#[derive(Clone, Debug)]
pub struct OrderLine {
    /// Its command; of several the one that has come least far.
    pub command: CommandId,
    /// What the command asks.
    pub kind: CommandKind,
    /// What was asked for.
    pub action: Action,
    /// Where it stands.
    pub status: CommandStatus,
    /// Who asked; the name as the directory has it now.
    pub actor: Option<String>,
    /// The second administrator who agreed.
    pub approver: Option<String>,
    /// Why.
    pub reason: Option<String>,
    /// When it was asked for.
    pub queued_at: Timestamp,
    /// When the device answered.
    pub answered_at: Option<Timestamp>,
    /// For what was withheld, the code of the policy's reason.
    pub withheld: Option<String>,
    /// Where the device said that it is.
    pub place: Option<Place>,
    /// Whether the viewer can agree to it as the second administrator.
    pub may_release: bool,
    /// Whether the viewer can take it back.
    pub may_withdraw: bool,
    /// Whether the viewer can say that the device was erased.
    pub may_confirm: bool,
}

/// What a device's page says about actions.
#[derive(Clone, Debug)]
pub struct DeviceActions {
    /// What the decisions were made from, for deciding again in the browser.
    pub facts: DeviceFacts,
    /// The viewer, as the policy sees them.
    pub actor: PolicyActor,
    /// Every action that is offered; none for a device that is not managed.
    pub offers: Vec<Offer>,
    /// What people asked for lately, the latest first.
    pub orders: Vec<OrderLine>,
}

impl DeviceActions {
    /// The offer of this action.
    #[must_use]
    pub fn offer(&self, action: Action) -> Option<Offer> {
        self.offers.iter().find(|offer| offer.action == action).copied()
    }
}

/// What the actor may do to the device, and what was asked for lately.
pub(crate) async fn actions_of(
    core: &Core,
    tx: &mut Tx,
    device: &Device,
    actor: &Actor,
) -> Result<DeviceActions, CoreError> {
    let facts = facts_of(device);
    let viewer = gate::policy_actor(actor, device);
    let is_managed = device.state == DeviceState::Enrolled;
    let offers = OFFERED.iter().filter(|_| is_managed).map(|&action| Offer {
        action,
        decision: decide_action(action, &facts, &viewer),
        alternative: alternative(action, &facts, &viewer),
    });
    let offers: Vec<Offer> = offers.collect();
    let orders = orders(core, tx, device, actor, &facts, &viewer).await?;
    Ok(DeviceActions { facts, actor: viewer, offers, orders })
}

async fn orders(
    core: &Core,
    tx: &mut Tx,
    device: &Device,
    actor: &Actor,
    facts: &DeviceFacts,
    viewer: &PolicyActor,
) -> Result<Vec<OrderLine>, CoreError> {
    let mut lines: Vec<OrderLine> = Vec::new();
    let mut people: BTreeMap<UserId, String> = BTreeMap::new();
    let mut commands = tx.open_orders(&device.id).await?;
    for command in tx.ordered_commands(&device.id, RECENT).await? {
        if commands.iter().all(|known| known.id != command.id) {
            commands.push(command);
        }
    }
    commands.sort_by_key(|command| std::cmp::Reverse((command.queued_at, command.seq)));
    let may_locate = decide_action(Action::Locate, facts, viewer).permits();
    for command in commands {
        let Some(order) = &command.order else { continue };
        if !may_see(order, &command, device, actor, viewer) {
            continue;
        }
        for id in [Some(&order.actor_id), order.approver_id.as_ref()].into_iter().flatten() {
            if !people.contains_key(id)
                && let Some(user) = tx.find_user(id).await?
            {
                people.insert(user.id, user.display_name);
            }
        }
        let may = decide_action(order.action, facts, viewer).permits();
        let held = command.status == CommandStatus::Held;
        let line = OrderLine {
            kind: command.kind,
            action: order.action,
            status: command.status,
            actor: people.get(&order.actor_id).cloned(),
            approver: order.approver_id.as_ref().and_then(|id| people.get(id).cloned()),
            reason: order.reason.clone().filter(|_| may_know_why(order, actor, viewer)),
            queued_at: command.queued_at,
            answered_at: command.answered_at,
            withheld: command.error.clone().filter(|_| command.status == CommandStatus::Withheld),
            place: settle::place_of(core, &command).filter(|_| may_locate),
            may_release: held
                && actor.user_id() != Some(&order.actor_id)
                && gate::by_role(order.action, device, actor).permits(),
            may_withdraw: (held || command.status == CommandStatus::Queued)
                && gate::at_withdrawal(order, device, actor).permits(),
            may_confirm: may
                && command.kind == CommandKind::EraseDevice
                && command.status == CommandStatus::OutcomeUnknown
                && device.state == DeviceState::Enrolled,
            command: command.id.clone(),
        };
        // The commands of one order were queued at the same time.
        let same = lines.iter_mut().find(|other| other.action == line.action && other.queued_at == line.queued_at);
        match same {
            Some(other) if far(other.status) < far(line.status) => *other = line,
            Some(_) => {}
            None => lines.push(line),
        }
    }
    let mut over = 0;
    lines.retain(|line| {
        let is_over = !line.status.is_open() && line.status != CommandStatus::Held;
        over += usize::from(is_over);
        !is_over || over <= SHOWN
    });
    Ok(lines)
}

/// Whether the viewer may see the order: whoever only holds the device sees what was ordered since they have it.
fn may_see(order: &Order, command: &Command, device: &Device, actor: &Actor, viewer: &PolicyActor) -> bool {
    viewer.role != Role::User || command.queued_at >= device.held_since || actor.user_id() == Some(&order.actor_id)
}

/// Why others ordered something for a shared device is between those who run it.
fn may_know_why(order: &Order, actor: &Actor, viewer: &PolicyActor) -> bool {
    viewer.role != Role::User || !viewer.device_is_shared || actor.user_id() == Some(&order.actor_id)
}

/// How much is still to come of a command: of an order with several the one with most stands for all.
const fn far(status: CommandStatus) -> u8 {
    match status {
        CommandStatus::Acknowledged => 0,
        CommandStatus::Superseded => 1,
        CommandStatus::Lapsed => 2,
        CommandStatus::Error => 3,
        CommandStatus::Withheld => 4,
        CommandStatus::OutcomeUnknown => 5,
        CommandStatus::NotNow => 6,
        CommandStatus::Sent => 7,
        CommandStatus::Queued => 8,
        CommandStatus::Held => 9,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_status_stands_in_the_order_of_what_is_to_come() {
        let mut ranks: Vec<u8> = CommandStatus::ALL.iter().map(|status| far(*status)).collect();
        ranks.sort_unstable();
        assert_eq!(ranks, (0..10).collect::<Vec<u8>>());
    }

    #[test]
    fn every_offered_action_is_named_once() {
        let mut names: Vec<&str> = OFFERED.iter().map(|action| action.as_str()).collect();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), OFFERED.len());
    }
}
