//! Which devices have open pages, and how far those pages have got.

use std::collections::{BTreeMap, BTreeSet};

use baton_model::{DeviceId, PageRevision, Timestamp};

use crate::{
    error::StoreError,
    groups::CHUNK,
    row::{Record, Row, Text},
    statement::{Statement, sql},
    store::{Store, Tx},
};

/// How many seconds a device counts as watched after somebody said so.
pub const WATCH_SECONDS: i64 = 180;

/// Who says so again within this time is not written down again.
const FRESH_SECONDS: i64 = 60;

struct Revisions {
    device: DeviceId,
    shown: i64,
    holder: i64,
}

impl Record for Revisions {
    const TABLE: &'static str = "devices";

    fn read(row: &Row<'_>) -> Result<Self, StoreError> {
        Ok(Self { device: row.id("id")?, shown: row.number("page_revision")?, holder: row.number("holder_revision")? })
    }
}

impl Store {
    /// Says that pages of these devices are open here, so that other instances tell of changes. Has to be said again
    /// within [`WATCH_SECONDS`]. Where there is one instance only, nobody needs to know.
    ///
    /// # Errors
    ///
    /// Those of the engine.
    pub async fn watch_devices(&self, devices: &[DeviceId], now: Timestamp) -> Result<(), StoreError> {
        if self.engine().tell().is_none() || devices.is_empty() {
            return Ok(());
        }
        let mut tx = self.begin().await?;
        for chunk in devices.chunks(CHUNK) {
            let mut update = sql("UPDATE devices SET watched_until = $1 WHERE watched_until < $2 AND id IN (")
                .bind(now.plus_seconds(WATCH_SECONDS))
                .bind(now.plus_seconds(WATCH_SECONDS - FRESH_SECONDS));
            update.arguments(chunk).push(")");
            tx.change(update).await?;
        }
        tx.commit().await
    }
}

impl Tx {
    /// Forgets devices that nobody watches any more; how many.
    ///
    /// # Errors
    ///
    /// Those of the engine.
    pub async fn prune_watches(&mut self, now: Timestamp) -> Result<u64, StoreError> {
        self.change(unwatched(now)).await
    }

    /// What a page of the device that this transaction reads is based on; `None` without such a device.
    ///
    /// # Errors
    ///
    /// Those of the engine.
    pub async fn page_revision(&mut self, device: &DeviceId) -> Result<Option<PageRevision>, StoreError> {
        Ok(self.page_revisions(std::slice::from_ref(device)).await?.remove(device))
    }

    /// As [`Tx::page_revision`], for several devices; those that do not exist are left out.
    ///
    /// # Errors
    ///
    /// Those of the engine.
    pub async fn page_revisions(
        &mut self,
        devices: &[DeviceId],
    ) -> Result<BTreeMap<DeviceId, PageRevision>, StoreError> {
        let catalogue = self.catalogue_revision().await?;
        let mut revisions = BTreeMap::new();
        for chunk in devices.chunks(CHUNK) {
            let mut select = sql("SELECT devices.id, page_revision, users.revision AS holder_revision \
                 FROM devices JOIN users ON users.id = devices.holder_id WHERE devices.id IN (");
            select.arguments(chunk).push(")");
            for found in self.list::<Revisions>(select).await? {
                let revision = PageRevision { device: found.shown, catalogue, holder: found.holder };
                revisions.insert(found.device, revision);
            }
        }
        Ok(revisions)
    }

    /// Those of these sessions, by the hash of their id, that still hold: not ended, not expired, their user neither
    /// disabled nor signed out everywhere.
    ///
    /// # Errors
    ///
    /// Those of the engine.
    pub async fn sessions_that_hold(
        &mut self,
        hashes: &[String],
        now: Timestamp,
    ) -> Result<BTreeSet<String>, StoreError> {
        let mut holding = BTreeSet::new();
        for chunk in hashes.chunks(CHUNK) {
            let mut select = sql("SELECT id_hash AS text FROM sessions JOIN users ON users.id = user_id \
                 WHERE expires_at > $1 AND enabled = 1 AND epoch = user_epoch AND id_hash IN (")
            .bind(now);
            select.arguments(chunk).push(")");
            holding.extend(self.list::<Text>(select).await?.into_iter().filter_map(|Text(hash)| hash));
        }
        Ok(holding)
    }
}

pub(crate) fn unwatched(now: Timestamp) -> Statement {
    sql("UPDATE devices SET watched_until = 0 WHERE watched_until > 0 AND watched_until < $1").bind(now)
}
