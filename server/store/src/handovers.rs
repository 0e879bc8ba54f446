//! Handovers: a device on its way from one holder to the next.

use baton_model::{DeviceId, Handover, HandoverId, HandoverKind, HandoverState, Timestamp};

use crate::{
    error::StoreError,
    row::{Record, Row},
    statement::{Columns, Statement, sql},
    store::Tx,
};

impl Record for Handover {
    const TABLE: &'static str = "handovers";

    fn read(row: &Row<'_>) -> Result<Self, StoreError> {
        Ok(Self {
            id: row.id("id")?,
            device_id: row.id("device_id")?,
            kind: row.word("kind", HandoverKind::from_text)?,
            from_user: row.id("from_user")?,
            to_user: row.id("to_user")?,
            state: row.word("state", HandoverState::from_text)?,
            started_at: row.time("started_at")?,
            finished_at: row.maybe_time("finished_at")?,
        })
    }
}

impl Tx {
    /// Adds a handover as given. A device has at most one under way.
    ///
    /// # Errors
    ///
    /// [`StoreError::Unique`] `handover_under_way`; [`StoreError::ForeignKey`] without such a device.
    pub async fn create_handover(&mut self, handover: &Handover) -> Result<(), StoreError> {
        let insert = Columns::new()
            .set("id", &handover.id)
            .set("device_id", &handover.device_id)
            .set("kind", handover.kind)
            .set("from_user", &handover.from_user)
            .set("to_user", &handover.to_user)
            .set("state", handover.state)
            .set("started_at", handover.started_at)
            .set("finished_at", handover.finished_at);
        self.change_of_devices(insert.insert_into("handovers")).await.map(|_| ())
    }

    /// The handover with this id.
    ///
    /// # Errors
    ///
    /// Those of the engine.
    pub async fn find_handover(&mut self, id: &HandoverId) -> Result<Option<Handover>, StoreError> {
        self.find(select("WHERE id = $1").bind(id)).await
    }

    /// The device's last handover, under way or not.
    ///
    /// # Errors
    ///
    /// Those of the engine.
    pub async fn latest_handover(&mut self, device: &DeviceId) -> Result<Option<Handover>, StoreError> {
        self.find(select("WHERE device_id = $1 ORDER BY started_at DESC, id DESC LIMIT 1").bind(device)).await
    }

    /// Ends a handover that is under way; whether it was.
    ///
    /// # Errors
    ///
    /// Those of the engine.
    pub async fn finish_handover(
        &mut self,
        id: &HandoverId,
        state: HandoverState,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let update = sql("UPDATE handovers SET state = $1, finished_at = $2 WHERE id = $3 AND state = 'in-progress'");
        Ok(self.change_of_devices(update.bind(state).bind(now).bind(id)).await? > 0)
    }

    /// Ends the device's handover that is under way, because another takes over; whether there was one.
    ///
    /// # Errors
    ///
    /// Those of the engine.
    pub async fn supersede_handovers(&mut self, device: &DeviceId, now: Timestamp) -> Result<bool, StoreError> {
        let update = sql("UPDATE handovers SET state = 'superseded', finished_at = $1 \
             WHERE device_id = $2 AND state = 'in-progress'");
        Ok(self.change_of_devices(update.bind(now).bind(device)).await? > 0)
    }

    /// The device's last handovers, the newest first.
    ///
    /// # Errors
    ///
    /// Those of the engine.
    pub async fn list_handovers(&mut self, device: &DeviceId, limit: u32) -> Result<Vec<Handover>, StoreError> {
        let newest = select("WHERE device_id = $1 ORDER BY started_at DESC, id DESC LIMIT $2");
        self.list(newest.bind(device).bind(i64::from(limit))).await
    }
}

fn select(rest: &str) -> Statement {
    sql(&format!(
        "SELECT id, device_id, kind, from_user, to_user, state, started_at, finished_at FROM handovers {rest}"
    ))
}
