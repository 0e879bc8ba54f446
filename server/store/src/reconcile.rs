//! Which devices lag behind what decisions read.

use baton_model::{DeviceId, DeviceState};

use crate::{error::StoreError, statement::sql, store::Tx};

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
        // Three questions, each with an index of its own. Revisions only grow, hence `<`; a device that changed hands
        // has a new revision itself.
        let select = format!(
            "SELECT id FROM ( \
                SELECT id FROM (SELECT id FROM devices \
                    WHERE {ENROLLED} AND decided_device <> revision AND id > $1 ORDER BY id LIMIT $2) AS changed \
                UNION SELECT id FROM (SELECT devices.id FROM users JOIN devices \
                    ON devices.holder_id = users.id AND devices.decided_user < users.revision \
                    WHERE {ENROLLED} AND devices.id > $1 ORDER BY devices.id LIMIT $2) AS holder_changed \
                UNION SELECT id FROM (SELECT id FROM devices \
                    WHERE {ENROLLED} AND decided_catalogue < (SELECT revision FROM catalogue) AND id > $1 \
                    ORDER BY id LIMIT $2) AS catalogue_changed \
             ) AS lagging ORDER BY id LIMIT $2"
        );
        self.list(sql(&select).bind(after).bind(i64::from(limit))).await
    }

    /// Notes which revisions the decision for the device read, unless the device changed meanwhile; whether it did not.
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
             WHERE id = $1 AND revision = $2");
        self.change_one(update.bind(id).bind(device_revision).bind(user_revision).bind(catalogue_revision)).await
    }
}

/// The condition of the partial indexes, as a literal, because the planner must see it.
const ENROLLED: &str = "state = 'enrolled'";

const _: () = assert!(matches!(DeviceState::Enrolled.as_str().as_bytes(), b"enrolled"));
