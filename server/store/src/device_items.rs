//! What is, was or might be on a device.

use std::collections::BTreeMap;

use baton_model::{DeviceId, DeviceItem, ItemId, ItemProgress};
use baton_policy::Presence;

use crate::{
    error::StoreError,
    groups::CHUNK,
    row::{Record, Row},
    statement::{Columns, sql},
    store::Tx,
};

const COLUMNS: &str = "device_id, item_id, rendering, is_app, identifier, label, presence, progress, removable, \
    failure, failures, updated_at";

impl Record for DeviceItem {
    const TABLE: &'static str = "device_items";

    fn read(row: &Row<'_>) -> Result<Self, StoreError> {
        Ok(Self {
            device_id: row.id("device_id")?,
            item_id: row.id("item_id")?,
            rendering: row.text("rendering")?,
            is_app: row.flag("is_app")?,
            identifier: row.text("identifier")?,
            label: row.text("label")?,
            presence: row.parsed("presence")?,
            progress: row.word("progress", ItemProgress::from_text)?,
            removable: row.flag("removable")?,
            failure: row.maybe_text("failure")?,
            failures: row.number("failures")?,
            updated_at: row.time("updated_at")?,
        })
    }
}

struct ItemCount(ItemId, i64);

impl Record for ItemCount {
    const TABLE: &'static str = "device_items";

    fn read(row: &Row<'_>) -> Result<Self, StoreError> {
        Ok(Self(row.id("item_id")?, row.number("number")?))
    }
}

impl Tx {
    /// All renderings of items noted for the device, by item.
    ///
    /// # Errors
    ///
    /// Those of the engine.
    pub async fn items_of_device(&mut self, device: &DeviceId) -> Result<Vec<DeviceItem>, StoreError> {
        let select = format!("SELECT {COLUMNS} FROM device_items WHERE device_id = $1 ORDER BY item_id, rendering");
        self.list(sql(&select).bind(device)).await
    }

    /// All renderings of items that are or might be on any device, by device and item.
    ///
    /// # Errors
    ///
    /// Those of the engine.
    pub async fn all_items_on_devices(&mut self) -> Result<Vec<DeviceItem>, StoreError> {
        let select =
            format!("SELECT {COLUMNS} FROM device_items WHERE presence <> $1 ORDER BY device_id, item_id, rendering");
        self.list(sql(&select).bind(Presence::Absent)).await
    }

    /// Adds or replaces what is noted for this rendering of this item on this device.
    ///
    /// # Errors
    ///
    /// [`StoreError::ForeignKey`] without such a device.
    pub async fn save_device_item(&mut self, item: &DeviceItem) -> Result<(), StoreError> {
        let mut upsert = Columns::new()
            .set("device_id", &item.device_id)
            .set("item_id", &item.item_id)
            .set("rendering", &item.rendering)
            .set("is_app", item.is_app)
            .set("identifier", &item.identifier)
            .set("label", &item.label)
            .set("presence", item.presence)
            .set("progress", item.progress)
            .set("removable", item.removable)
            .set("failure", item.failure.as_deref())
            .set("failures", item.failures)
            .set("updated_at", item.updated_at)
            .insert_into("device_items");
        upsert.push(
            " ON CONFLICT (device_id, item_id, rendering) DO UPDATE SET is_app = excluded.is_app, \
             identifier = excluded.identifier, label = excluded.label, presence = excluded.presence, \
             progress = excluded.progress, removable = excluded.removable, failure = excluded.failure, \
             failures = excluded.failures, updated_at = excluded.updated_at",
        );
        self.change_of_devices(upsert).await.map(|_| ())
    }

    /// Forgets a rendering of an item; whether it was noted.
    ///
    /// # Errors
    ///
    /// Those of the engine.
    pub async fn delete_device_item(
        &mut self,
        device: &DeviceId,
        item: &ItemId,
        rendering: &str,
    ) -> Result<bool, StoreError> {
        let delete = sql("DELETE FROM device_items WHERE device_id = $1 AND item_id = $2 AND rendering = $3");
        Ok(self.change_of_devices(delete.bind(device).bind(item).bind(rendering)).await? > 0)
    }

    /// The devices on which the item is or might be, by id.
    ///
    /// # Errors
    ///
    /// Those of the engine.
    pub async fn devices_with_item(&mut self, item: &ItemId) -> Result<Vec<DeviceId>, StoreError> {
        let select = sql("SELECT DISTINCT device_id AS id FROM device_items \
             WHERE item_id = $1 AND presence IN ($2, $3) ORDER BY device_id");
        self.list(select.bind(item).bind(Presence::Maybe).bind(Presence::Present)).await
    }

    /// On how many devices each of these items is or might be; items that are on none are left out.
    ///
    /// # Errors
    ///
    /// Those of the engine.
    pub async fn count_devices_with(&mut self, items: &[ItemId]) -> Result<BTreeMap<ItemId, i64>, StoreError> {
        let mut counts = BTreeMap::new();
        for chunk in items.chunks(CHUNK) {
            let mut select =
                sql("SELECT item_id, COUNT(DISTINCT device_id) AS number FROM device_items WHERE item_id IN (");
            select.arguments(chunk).push(") AND presence IN (").arguments([Presence::Maybe, Presence::Present]);
            select.push(") GROUP BY item_id");
            counts.extend(
                self.list::<ItemCount>(select).await?.into_iter().map(|ItemCount(item, number)| (item, number)),
            );
        }
        Ok(counts)
    }
}
