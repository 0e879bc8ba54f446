//! One transition of a device: assignment, custody row, handover and commands, all in one transaction.

use baton_model::{
    CustodyCause, Device, Handover, HandoverKind, HandoverState, ItemProgress, NewCustodyEntry, Timestamp, UserId,
};
use baton_policy::Presence;
use baton_store::Tx;

use crate::{Core, CoreError, custody, new_id, reconcile::reconcile};

/// Where a device goes, and why.
pub(crate) struct To<'a> {
    pub holder: &'a UserId,
    pub kind: HandoverKind,
    pub cause: CustodyCause,
    pub actor_id: Option<UserId>,
}

/// Gives the device to its next holder and queues what that takes. `device` is as its locked row says.
///
/// # Errors
/// [`CoreError::Stale`] when somebody else was quicker, [`CoreError::OwnDevice`] when the device would leave the one whose
/// own it is; the caller drops the transaction.
pub(crate) async fn begin(
    core: &Core,
    tx: &mut Tx,
    device: &Device,
    to: To<'_>,
    now: Timestamp,
) -> Result<(), CoreError> {
    if !device.shared && *to.holder != device.holder_id {
        return Err(CoreError::OwnDevice);
    }
    // A request may have waited for its turn, and clocks differ: in a device's history time does not run backwards.
    let now = Timestamp(now.0.max(device.held_since.0.saturating_add(1)));
    if !tx.change_holder(&device.id, &device.holder_id, device.custody_seq, to.holder, now).await? {
        return Err(CoreError::Stale);
    }
    let entry = NewCustodyEntry {
        device_id: device.id.clone(),
        at: now,
        holder_id: to.holder.clone(),
        cause: to.cause,
        actor_id: to.actor_id,
    };
    custody::append(tx, core.vault(), entry).await?;
    tx.supersede_handovers(&device.id, now).await?;
    let handover = Handover {
        id: new_id(now).into(),
        device_id: device.id.clone(),
        kind: to.kind,
        from_user: device.holder_id.clone(),
        to_user: to.holder.clone(),
        state: HandoverState::InProgress,
        started_at: now,
        finished_at: None,
    };
    tx.create_handover(&handover).await?;
    forget_what_is_gone(tx, device).await?;
    tracing::info!(
        device = device.id.as_str(),
        handover = handover.id.as_str(),
        kind = handover.kind.as_str(),
        "a handover began"
    );
    reconcile(core, tx, &device.id, now).await
}

/// Rows of the handover before, kept until now so that its page could show them. What failed for the former holder is
/// tried again for the next.
async fn forget_what_is_gone(tx: &mut Tx, device: &Device) -> Result<(), CoreError> {
    for row in tx.items_of_device(&device.id).await? {
        let is_over = matches!(row.progress, ItemProgress::Removed | ItemProgress::Failed);
        if row.presence == Presence::Absent && is_over {
            tx.delete_device_item(&row.device_id, &row.item_id, &row.rendering).await?;
        }
    }
    Ok(())
}
