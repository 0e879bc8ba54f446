//! The custody chain (A19). Entries are only ever added; both engines refuse to change or remove one.

use baton_model::{CustodyCause, CustodyEntry, DeviceId};

use crate::{
    error::StoreError,
    row::{Record, Row},
    statement::{Columns, Statement, sql},
    store::Tx,
};

impl Record for CustodyEntry {
    const TABLE: &'static str = "custody";

    fn read(row: &Row<'_>) -> Result<Self, StoreError> {
        Ok(Self {
            device_id: row.id("device_id")?,
            seq: row.number("seq")?,
            at: row.time("at")?,
            holder_id: row.id("holder_id")?,
            cause: row.word("cause", CustodyCause::from_text)?,
            actor_id: row.maybe_id("actor_id")?,
            previous_mac: row.text("previous_mac")?,
            mac: row.text("mac")?,
        })
    }
}

impl Tx {
    /// The device's last entry.
    ///
    /// # Errors
    ///
    /// Those of the engine.
    pub async fn last_custody(&mut self, device: &DeviceId) -> Result<Option<CustodyEntry>, StoreError> {
        self.find(select("DESC LIMIT 1").bind(device)).await
    }

    /// Adds an entry. Of two that want the same place in the chain, one gets it.
    ///
    /// # Errors
    ///
    /// [`StoreError::Unique`] `custody_seq_taken`; [`StoreError::ForeignKey`] without such a device.
    pub async fn append_custody(&mut self, entry: &CustodyEntry) -> Result<(), StoreError> {
        let insert = Columns::new()
            .set("device_id", &entry.device_id)
            .set("seq", entry.seq)
            .set("at", entry.at)
            .set("holder_id", &entry.holder_id)
            .set("cause", entry.cause)
            .set("actor_id", entry.actor_id.as_ref())
            .set("previous_mac", &entry.previous_mac)
            .set("mac", &entry.mac);
        self.change(insert.insert_into("custody")).await.map(|_| ())
    }

    /// The device's whole chain, from its first entry on.
    ///
    /// # Errors
    ///
    /// Those of the engine.
    pub async fn custody_of(&mut self, device: &DeviceId) -> Result<Vec<CustodyEntry>, StoreError> {
        self.list(select("").bind(device)).await
    }
}

fn select(rest: &str) -> Statement {
    sql(&format!(
        "SELECT device_id, seq, at, holder_id, cause, actor_id, previous_mac, mac FROM custody \
         WHERE device_id = $1 ORDER BY seq {rest}"
    ))
}
