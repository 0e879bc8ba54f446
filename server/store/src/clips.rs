//! The generations of the secret in a device's clip (A20). The secret itself is nowhere in the database.

use baton_model::{DeviceId, Timestamp};

use crate::{
    changes::Change,
    error::StoreError,
    row::{Record, Row},
    statement::{Columns, sql},
    store::Tx,
};

/// A generation of the secret in a device's clip.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClipGeneration {
    /// The device.
    pub device_id: DeviceId,
    /// Which generation: 1 for the first.
    pub generation: i64,
    /// Whether it opens the device's page: it is the confirmed one or newer. Older ones are retired for good.
    pub accepted: bool,
}

impl Record for ClipGeneration {
    const TABLE: &'static str = "clip_generations";

    fn read(row: &Row<'_>) -> Result<Self, StoreError> {
        let generation = row.number("generation")?;
        Ok(Self { device_id: row.id("device_id")?, generation, accepted: generation >= row.number("clip_confirmed")? })
    }
}

impl Tx {
    /// Adds a generation as the device's newest, and counts the device's revision up.
    ///
    /// # Errors
    ///
    /// [`StoreError::Unique`] `clip_secret_taken` or `clip_generations_pkey`; [`StoreError::Missing`] without such a
    /// device, or when it has a newer generation.
    pub async fn add_clip_generation(
        &mut self,
        device: &DeviceId,
        generation: i64,
        secret_hash: &str,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let update = sql("UPDATE devices SET clip_generation = $1, revision = revision + 1 \
             WHERE id = $2 AND clip_generation <= $1");
        self.change_existing("device", update.bind(generation).bind(device)).await?;
        self.note_change(Change::Device(device.clone()));
        let insert = Columns::new()
            .set("device_id", device)
            .set("generation", generation)
            .set("secret_hash", secret_hash)
            .set("created_at", now);
        self.change(insert.insert_into("clip_generations")).await.map(|_| ())
    }

    /// The generation whose secret has this hash, be it retired or not.
    ///
    /// # Errors
    ///
    /// Those of the engine.
    pub async fn find_clip(&mut self, secret_hash: &str) -> Result<Option<ClipGeneration>, StoreError> {
        let select = sql("SELECT device_id, generation, clip_confirmed FROM clip_generations \
             JOIN devices ON devices.id = clip_generations.device_id WHERE secret_hash = $1");
        self.find(select.bind(secret_hash)).await
    }

    /// Notes that this generation is on the device, which retires older ones; whether that is news. Never goes back.
    ///
    /// # Errors
    ///
    /// Those of the engine.
    pub async fn confirm_clip(&mut self, device: &DeviceId, generation: i64) -> Result<bool, StoreError> {
        let update = sql("UPDATE devices SET clip_confirmed = $1 \
             WHERE id = $2 AND clip_confirmed < $1 AND clip_generation >= $1");
        let confirmed = self.change_one(update.bind(generation).bind(device)).await?;
        if confirmed {
            self.note_change(Change::Device(device.clone()));
        }
        Ok(confirmed)
    }

    /// Whether this generation opens the device's page.
    ///
    /// # Errors
    ///
    /// Those of the engine.
    pub async fn clip_generation_accepted(&mut self, device: &DeviceId, generation: i64) -> Result<bool, StoreError> {
        let select = sql("SELECT device_id, generation, clip_confirmed FROM clip_generations \
             JOIN devices ON devices.id = clip_generations.device_id WHERE device_id = $1 AND generation = $2");
        let found: Option<ClipGeneration> = self.find(select.bind(device).bind(generation)).await?;
        Ok(found.is_some_and(|clip| clip.accepted))
    }
}
