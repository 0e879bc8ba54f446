//! Reconcile: desired state = policy(device, holder, catalogue); make the device match it.
//!
//! It is level-triggered. Whatever happened, it looks at what the device has or might have and at what it should have,
//! withdraws commands that are no longer wanted, and queues those that are missing. Running it twice changes nothing.

mod catalogue;
mod queue;
mod settle;
pub(crate) mod world;

use baton_model::{DeviceId, DeviceItem, DeviceState, HandoverState, Timestamp};
use baton_policy::{HolderChange, Plan, Presence, handover};
use baton_store::Tx;

pub(crate) use catalogue::CatalogueCache;
use settle::settle_handover;
pub(crate) use world::{Wanted, World};

use crate::{Core, CoreError, rendering};

/// Brings one device's queue in line with the policy, inside the caller's transaction. The caller holds the device's
/// row lock.
pub(crate) async fn reconcile(core: &Core, tx: &mut Tx, device_id: &DeviceId, now: Timestamp) -> Result<(), CoreError> {
    let Some(device) = tx.find_device(device_id).await? else { return Ok(()) };
    if device.state != DeviceState::Enrolled {
        return Ok(());
    }
    let Some(enrollment) = tx.active_enrollment_of(device_id).await? else { return Ok(()) };
    let handover = tx.latest_handover(device_id).await?;
    let in_progress = handover.as_ref().is_some_and(|handover| handover.state == HandoverState::InProgress);
    let holder_id = device.holder_id.clone();
    let revision = device.revision;
    let mut world = World::load(core, tx, device, &holder_id).await?;
    if part_from_renamed_apps(tx, &world, now).await? {
        world.rows = tx.items_of_device(device_id).await?;
    }
    let plan = world.plan(in_progress);
    let queued = queue::bring_in_line(core, tx, &world, &plan, &enrollment.id, handover.as_ref(), now).await?;
    tx.mark_decided(device_id, revision, world.holder.revision, world.catalogue_revision()).await?;
    if queued {
        tx.mark_push_due(&enrollment.id, now).await?;
        core.hint_work();
    }
    settle_handover(tx, &world, now).await
}

/// An app whose item got another bundle identifier stays on the device under the old one: it belongs to no item of the
/// catalogue any more, and goes as such. Returns whether there was one.
async fn part_from_renamed_apps(tx: &mut Tx, world: &World, now: Timestamp) -> Result<bool, CoreError> {
    let mut found = false;
    for row in world.rows.iter().filter(|row| world.is_renamed(row)) {
        found = true;
        tx.delete_device_item(&row.device_id, &row.item_id, &row.rendering).await?;
        if row.presence != Presence::Absent {
            let item_id = rendering::item_of_unknown_app(&row.identifier);
            tx.save_device_item(&DeviceItem { item_id, updated_at: now, ..row.clone() }).await?;
        }
    }
    Ok(found)
}

impl Core {
    /// Reconciles devices whose inputs changed since their last decision. Returns how many it brought up to date; when
    /// that is `limit`, more may be waiting. One that fails is logged, and does not keep the others waiting.
    ///
    /// # Errors
    /// [`CoreError`] when the database fails. What was done for earlier devices stays done.
    pub async fn reconcile_lagging(&self, limit: u32, now: Timestamp) -> Result<usize, CoreError> {
        let (mut done, mut after) = (0, DeviceId::from(""));
        loop {
            let lagging = self.store().read().await?.lagging_devices_after(&after, limit).await?;
            let Some(last) = lagging.last() else { return Ok(done) };
            after = last.clone();
            for device in &lagging {
                match self.reconcile_device(device, now).await {
                    Ok(()) => done += 1,
                    Err(error) => tracing::error!(device = device.as_str(), %error, "a device cannot be reconciled"),
                }
                if done >= limit as usize {
                    return Ok(done);
                }
            }
        }
    }

    async fn reconcile_device(&self, device: &DeviceId, now: Timestamp) -> Result<(), CoreError> {
        let mut tx = self.store().begin().await?;
        tx.lock_device(device).await?;
        reconcile(self, &mut tx, device, now).await?;
        Ok(tx.commit().await?)
    }
}

impl World {
    /// What reconcile would do. While a handover is in progress and the device is not clean, only what is allowed
    /// stays; after that, what cannot be decided stays as it is (C4).
    pub(crate) fn plan(&self, handover_in_progress: bool) -> Plan {
        let (states, targets) = (self.states(), self.targets());
        // What nobody holds must become clean, whatever made it unclean: else nobody could ever sign in.
        let must_be_clean = handover_in_progress || self.holder.is_nobody();
        let changed = must_be_clean && !handover::is_clean(&states, &targets);
        handover::plan(&states, &targets, if changed { HolderChange::Changed } else { HolderChange::Same })
    }

    /// Whether nothing undesired is or might be on the device.
    pub(crate) fn is_clean(&self) -> bool {
        handover::is_clean(&self.states(), &self.targets())
    }
}
