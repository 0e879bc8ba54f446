//! Why a device has an item or not: the whole chain, with names (C5).

use std::collections::{BTreeMap, BTreeSet};

use baton_model::{Device, DeviceGroupId, DeviceId, DeviceItem, Item, ItemId, Timestamp, User, UserGroupId, UserId};
use baton_policy::{Decision, ReasonCode, Source, TraceStep, trace::TraceRule};
use baton_store::Tx;

use crate::{
    Actor, Core, CoreError,
    flips::{Flips, Hypotheses},
    reconcile::World,
};

/// The names of what traces speak of. What is gone meanwhile has none.
#[derive(Clone, Debug, Default)]
pub struct TraceNames {
    /// Of user groups.
    pub user_groups: BTreeMap<UserGroupId, String>,
    /// Of device groups.
    pub device_groups: BTreeMap<DeviceGroupId, String>,
    /// Of users, as people read them.
    pub users: BTreeMap<UserId, String>,
}

impl TraceNames {
    pub(crate) async fn of(tx: &mut Tx, trace: &[&TraceStep]) -> Result<Self, CoreError> {
        let mut users = BTreeSet::new();
        for step in trace {
            if let TraceRule::IncludesUser(user) = &step.rule {
                users.insert(user.clone());
            }
        }
        let users: Vec<UserId> = users.into_iter().collect();
        Ok(Self {
            user_groups: tx.all_user_groups().await?.into_iter().map(|group| (group.id, group.name)).collect(),
            device_groups: tx.all_device_groups().await?.into_iter().map(|group| (group.id, group.name)).collect(),
            users: tx.find_users(&users).await?.into_iter().map(|user| (user.id, user.display_name)).collect(),
        })
    }
}

/// One item on one device, explained.
#[derive(Clone, Debug)]
pub struct ItemExplanation {
    /// The device.
    pub device: Device,
    /// Who has it.
    pub holder: User,
    /// The item; `None` when the catalogue has no such item.
    pub item: Option<Item>,
    /// What the device gets, and why.
    pub decision: Decision,
    /// Every rule that was asked on the way.
    pub trace: Vec<TraceStep>,
    /// The names in the trace.
    pub names: TraceNames,
    /// What would change the decision; `None` where that cannot be told.
    pub flips: Option<Flips>,
    /// What is known of the item on the device.
    pub row: Option<DeviceItem>,
}

impl Core {
    /// Why the device has the item or not.
    ///
    /// # Errors
    /// [`CoreError::Denied`] without [`Permission::ReadConsole`](crate::Permission::ReadConsole),
    /// [`CoreError::NotFound`] without such a device.
    pub async fn explain_item(
        &self,
        actor: &Actor,
        device: &DeviceId,
        id: &ItemId,
        now: Timestamp,
    ) -> Result<ItemExplanation, CoreError> {
        self.require_reader(actor, "devices", now).await?;
        let mut tx = self.store().read().await?;
        let device = tx.find_device(device).await?.ok_or(CoreError::NotFound("device"))?;
        let holder = device.holder_id.clone();
        let world = World::load(self, &mut tx, device, &holder).await?;
        let trace = world.trace(id);
        let names = TraceNames::of(&mut tx, &trace.iter().collect::<Vec<_>>()).await?;
        let found = world.decide_all().find(|(known, _)| known.id == *id);
        let rows = world.rows.iter().filter(|row| row.item_id == *id);
        let row = rows.max_by_key(|row| (row.presence, row.updated_at)).cloned();
        let (item, decision) = match found {
            Some((item, decision)) => (Some(item.clone()), decision),
            None => (None, Decision::deny(ReasonCode::NoSuchItem, Source::Product)),
        };
        let flips = Hypotheses::of(&world, &names).about(id, decision);
        Ok(ItemExplanation { item, decision, trace, names, flips, row, holder: world.holder, device: world.device })
    }
}
