//! Which devices lag behind what decisions read: the device itself, its holder, the catalogue.

use std::collections::BTreeSet;

use baton_model::{DeviceId, DeviceState, UserId};

use crate::{
    error::StoreError,
    groups::CHUNK,
    statement::{Statement, sql},
    store::Tx,
};

impl Tx {
    /// Enrolled devices whose last decision read other revisions of the device, its holder or the catalogue than there
    /// are now, by id.
    ///
    /// # Errors
    ///
    /// Those of the engine.
    pub async fn lagging_devices(&mut self, limit: u32) -> Result<Vec<DeviceId>, StoreError> {
        self.lagging_devices_after(&DeviceId::from(""), limit).await
    }

    /// As [`Tx::lagging_devices`], only those whose id comes after `after`, so that a sweep gets past devices that
    /// cannot be brought up to date.
    ///
    /// # Errors
    ///
    /// Those of the engine.
    pub async fn lagging_devices_after(&mut self, after: &DeviceId, limit: u32) -> Result<Vec<DeviceId>, StoreError> {
        let catalogue = self.catalogue_revision().await?;
        let mut lagging: BTreeSet<DeviceId> = BTreeSet::new();
        for question in [changed(after, limit), holder_changed(after, limit), behind(catalogue, after, limit)] {
            lagging.extend(self.list::<DeviceId>(question).await?);
        }
        Ok(lagging.into_iter().take(limit as usize).collect())
    }

    /// Notes which revisions the decision for the device read; whether it counts. It does not when the device changed
    /// meanwhile, or when a decision that read newer revisions came first: then what was decided must not be carried
    /// out, and the transaction be dropped.
    ///
    /// # Errors
    ///
    /// Those of the engine.
    pub async fn mark_decided(
        &mut self,
        id: &DeviceId,
        device_revision: i64,
        user_revision: i64,
        catalogue_revision: i64,
    ) -> Result<bool, StoreError> {
        let update = sql("UPDATE devices SET decided_device = $2, decided_user = $3, decided_catalogue = $4 \
             WHERE id = $1 AND revision = $2 \
             AND NOT (decided_device = $2 AND (decided_user > $3 OR decided_catalogue > $4))");
        self.change_one(update.bind(id).bind(device_revision).bind(user_revision).bind(catalogue_revision)).await
    }

    /// Notes for up to `limit` changed users that all their devices are decided with the change; how many. A sweep
    /// that found nothing lagging ends with it. Without it nothing goes wrong, but each sweep looks at every device
    /// of every user who ever changed.
    ///
    /// # Errors
    ///
    /// Those of the engine.
    pub async fn settle_users(&mut self, limit: u32) -> Result<u64, StoreError> {
        // Two statements: the second sees what was committed until the users were locked. In one, a user's change and
        // the handover of a device to that user could both slip by, and the device would lag unseen.
        let lock = self.engine().lock_rows();
        let select = format!("SELECT id FROM users WHERE unsettled = 1 ORDER BY id LIMIT $1{lock}");
        let unsettled: Vec<UserId> = self.list(sql(&select).bind(i64::from(limit))).await?;
        let mut settled = 0;
        for chunk in unsettled.chunks(CHUNK) {
            let mut update = sql("UPDATE users SET unsettled = 0 WHERE id IN (");
            update.arguments(chunk).push(
                ") AND NOT EXISTS (SELECT 1 FROM devices WHERE holder_id = users.id \
                 AND (decided_user <> users.revision OR devices.unsettled = 1) AND state = ",
            );
            update.argument(DeviceState::Enrolled).push(")");
            settled += self.change(update).await?;
        }
        Ok(settled)
    }
}

// Three questions, each with an index that is empty or not entered when nothing lags.

/// Devices that changed themselves.
pub(crate) fn changed(after: &DeviceId, limit: u32) -> Statement {
    let select = sql("SELECT id FROM devices \
         WHERE state = $3 AND unsettled = 1 AND id > $1 ORDER BY id LIMIT $2");
    select.bind(after).bind(i64::from(limit)).bind(DeviceState::Enrolled)
}

/// Devices whose holder changed. Revisions only grow, hence `<`; one that changed hands has changed itself. CROSS JOIN,
/// because SQLite then begins with the few changed users; to PostgreSQL it is a join like any other.
pub(crate) fn holder_changed(after: &DeviceId, limit: u32) -> Statement {
    let select = sql("SELECT devices.id FROM users CROSS JOIN devices \
         WHERE users.unsettled = 1 AND devices.holder_id = users.id AND devices.state = $3 \
         AND devices.decided_user < users.revision AND devices.id > $1 ORDER BY devices.id LIMIT $2");
    select.bind(after).bind(i64::from(limit)).bind(DeviceState::Enrolled)
}

/// Devices decided with an older catalogue. The revision is an argument, so that the planner can see how few they are.
pub(crate) fn behind(catalogue: i64, after: &DeviceId, limit: u32) -> Statement {
    let select = sql("SELECT id FROM devices \
         WHERE state = $3 AND decided_catalogue < $4 AND id > $1 ORDER BY id LIMIT $2");
    select.bind(after).bind(i64::from(limit)).bind(DeviceState::Enrolled).bind(catalogue)
}
