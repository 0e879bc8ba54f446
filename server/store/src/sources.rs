//! Directories and identity providers, and when they are read (B2, B3).

use baton_model::{Source, SourceId, SourceKind, SyncState, Timestamp, fold::fold};

use crate::{
    error::StoreError,
    row::{Record, Row},
    statement::{Columns, sql},
    store::Tx,
};

/// Whoever reads a source has so many seconds before another instance may.
pub const SYNC_LEASE_SECONDS: i64 = 600;

const COLUMNS: &str = "id, kind, name, enabled, sealed_settings, revision, created_at, sync_minutes";

impl Record for Source {
    const TABLE: &'static str = "sources";

    fn read(row: &Row<'_>) -> Result<Self, StoreError> {
        Ok(Self {
            id: row.id("id")?,
            kind: row.word("kind", SourceKind::from_text)?,
            name: row.text("name")?,
            enabled: row.flag("enabled")?,
            sealed_settings: row.bytes("sealed_settings")?,
            revision: row.number("revision")?,
            created_at: row.time("created_at")?,
            sync_minutes: row.maybe_number("sync_minutes")?,
        })
    }
}

impl Record for SyncState {
    const TABLE: &'static str = "sources";

    fn read(row: &Row<'_>) -> Result<Self, StoreError> {
        Ok(Self {
            due_at: row.maybe_time("sync_due_at")?,
            succeeded_at: row.maybe_time("synced_at")?,
            tried_at: row.maybe_time("sync_tried_at")?,
            problem: row.maybe_text("sync_problem")?,
            outcome: row.maybe_text("sync_outcome")?,
            delta_link: row.maybe_text("delta_link")?,
        })
    }
}

impl Tx {
    /// Every source, the oldest first.
    ///
    /// # Errors
    ///
    /// Those of the engine.
    pub async fn all_sources(&mut self) -> Result<Vec<Source>, StoreError> {
        self.list(sql(&format!("SELECT {COLUMNS} FROM sources ORDER BY created_at, id"))).await
    }

    /// The source with this id.
    ///
    /// # Errors
    ///
    /// Those of the engine.
    pub async fn find_source(&mut self, id: &SourceId) -> Result<Option<Source>, StoreError> {
        self.find(sql(&format!("SELECT {COLUMNS} FROM sources WHERE id = $1")).bind(id)).await
    }

    /// The source with this id, locked until the transaction ends: of two syncs one waits for the other.
    ///
    /// # Errors
    ///
    /// [`StoreError::Busy`], and those of the engine.
    pub async fn lock_source(&mut self, id: &SourceId) -> Result<Option<Source>, StoreError> {
        let lock = self.engine().lock_rows();
        self.find(sql(&format!("SELECT {COLUMNS} FROM sources WHERE id = $1{lock}")).bind(id)).await
    }

    /// Adds a source as given, with its first sync due at once if it syncs by itself.
    ///
    /// # Errors
    ///
    /// [`StoreError::Unique`] `source_name_taken`.
    pub async fn create_source(&mut self, source: &Source) -> Result<(), StoreError> {
        let insert = written(source)
            .set("id", &source.id)
            .set("kind", source.kind)
            .set("revision", source.revision)
            .set("created_at", source.created_at)
            .set("sync_due_at", source.sync_minutes.map(|_| source.created_at));
        self.change(insert.insert_into("sources")).await.map(|_| ())
    }

    /// Writes the source, if its revision is still `expected_revision`, and then counts it up; whether it did. The next
    /// sync is due at `due_at`, and reads everything anew.
    ///
    /// # Errors
    ///
    /// [`StoreError::Unique`] `source_name_taken`.
    pub async fn save_source(
        &mut self,
        source: &Source,
        due_at: Option<Timestamp>,
        expected_revision: i64,
    ) -> Result<bool, StoreError> {
        let mut update = written(source).set("sync_due_at", due_at).update("sources");
        update.push(", delta_link = NULL, revision = revision + 1 WHERE id = ").argument(&source.id);
        update.push(" AND revision = ").argument(expected_revision);
        self.change_one(update).await
    }

    /// Deletes a source with all that was read of it.
    ///
    /// # Errors
    ///
    /// [`StoreError::Missing`]; [`StoreError::ForeignKey`] while somebody comes from it.
    pub async fn delete_source(&mut self, id: &SourceId) -> Result<(), StoreError> {
        self.change_existing("source", sql("DELETE FROM sources WHERE id = $1").bind(id)).await
    }

    /// How the source's last sync went.
    ///
    /// # Errors
    ///
    /// Those of the engine.
    pub async fn sync_state(&mut self, id: &SourceId) -> Result<Option<SyncState>, StoreError> {
        let columns = "sync_due_at, synced_at, sync_tried_at, sync_problem, sync_outcome, delta_link";
        self.find(sql(&format!("SELECT {columns} FROM sources WHERE id = $1")).bind(id)).await
    }

    /// Takes a source that is due for a sync: for [`SYNC_LEASE_SECONDS`] nobody else gets it. A disabled one is never due.
    ///
    /// # Errors
    ///
    /// Those of the engine.
    pub async fn claim_due_source(&mut self, now: Timestamp) -> Result<Option<Source>, StoreError> {
        let claim = self.engine().claim_rows();
        let update = format!(
            "UPDATE sources SET sync_due_at = $2 WHERE id IN (SELECT id FROM sources WHERE sync_due_at <= $1 AND \
             enabled = 1 AND sync_minutes IS NOT NULL ORDER BY sync_due_at LIMIT 1{claim}) RETURNING {COLUMNS}"
        );
        let lease_ends = now.plus_seconds(SYNC_LEASE_SECONDS);
        Ok(self.change_returning(sql(&update).bind(now).bind(lease_ends)).await?.pop())
    }

    /// Notes how a sync went, and when the next one is due, if the source still is of the revision that was synced; whether
    /// it is. A failure keeps what the last success said.
    ///
    /// # Errors
    ///
    /// Those of the engine.
    pub async fn note_sync(&mut self, id: &SourceId, revision: i64, state: &SyncState) -> Result<bool, StoreError> {
        let mut update = Columns::new()
            .set("sync_due_at", state.due_at)
            .set("synced_at", state.succeeded_at)
            .set("sync_tried_at", state.tried_at)
            .set("sync_problem", state.problem.as_deref())
            .set("sync_outcome", state.outcome.as_deref())
            .set("delta_link", state.delta_link.as_deref())
            .update("sources");
        update.push(" WHERE id = ").argument(id).push(" AND revision = ").argument(revision);
        self.change_one(update).await
    }
}

/// The columns that creating and saving share.
fn written(source: &Source) -> Columns {
    Columns::new()
        .set("name", &source.name)
        .set("name_key", &fold(&source.name))
        .set("enabled", source.enabled)
        .set("sealed_settings", source.sealed_settings.as_slice())
        .set("sync_minutes", source.sync_minutes)
}
