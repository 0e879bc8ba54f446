//! Logins on their way to a provider and back. Each comes back once.

use baton_model::{PendingLogin, Timestamp};

use crate::{
    error::StoreError,
    row::{Number, Record, Row},
    statement::{Columns, sql},
    store::Tx,
};

const COLUMNS: &str = "state_hash, source_id, sealed, network, expires_at";

impl Record for PendingLogin {
    const TABLE: &'static str = "pending_logins";

    fn read(row: &Row<'_>) -> Result<Self, StoreError> {
        Ok(Self {
            state_hash: row.text("state_hash")?,
            source_id: row.id("source_id")?,
            sealed: row.bytes("sealed")?,
            network: row.maybe_text("network")?,
            expires_at: row.time("expires_at")?,
        })
    }
}

impl Tx {
    /// Keeps a login until it comes back.
    ///
    /// # Errors
    ///
    /// [`StoreError::Unique`] `pending_logins_pkey`; [`StoreError::ForeignKey`] without such a source.
    pub async fn keep_login(&mut self, login: &PendingLogin) -> Result<(), StoreError> {
        let insert = Columns::new()
            .set("state_hash", &login.state_hash)
            .set("source_id", &login.source_id)
            .set("sealed", login.sealed.as_slice())
            .set("network", login.network.as_deref())
            .set("expires_at", login.expires_at);
        self.change(insert.insert_into("pending_logins")).await.map(|_| ())
    }

    /// The login with this state, which stays where it is.
    ///
    /// # Errors
    ///
    /// Those of the engine.
    pub async fn find_login(&mut self, state_hash: &str) -> Result<Option<PendingLogin>, StoreError> {
        self.find(sql(&format!("SELECT {COLUMNS} FROM pending_logins WHERE state_hash = $1")).bind(state_hash)).await
    }

    /// Takes the login with this state out: of several who come back with it, one gets it.
    ///
    /// # Errors
    ///
    /// Those of the engine.
    pub async fn take_login(&mut self, state_hash: &str) -> Result<Option<PendingLogin>, StoreError> {
        let delete = format!("DELETE FROM pending_logins WHERE state_hash = $1 RETURNING {COLUMNS}");
        Ok(self.change_returning(sql(&delete).bind(state_hash)).await?.pop())
    }

    /// How many logins are under way that can still be finished.
    ///
    /// # Errors
    ///
    /// Those of the engine.
    pub async fn count_logins(&mut self, now: Timestamp) -> Result<i64, StoreError> {
        let count = sql("SELECT COUNT(*) AS number FROM pending_logins WHERE expires_at > $1").bind(now);
        self.find_existing::<Number>("count", count).await.map(|number| number.0)
    }

    /// How many of them began in this network.
    ///
    /// # Errors
    ///
    /// Those of the engine.
    pub async fn count_logins_from(&mut self, network: &str, now: Timestamp) -> Result<i64, StoreError> {
        let count = sql("SELECT COUNT(*) AS number FROM pending_logins WHERE network = $1 AND expires_at > $2");
        let count = count.bind(network).bind(now);
        self.find_existing::<Number>("count", count).await.map(|number| number.0)
    }

    /// Deletes logins that cannot be finished any more; how many.
    ///
    /// # Errors
    ///
    /// Those of the engine.
    pub async fn prune_logins(&mut self, now: Timestamp) -> Result<u64, StoreError> {
        self.change(sql("DELETE FROM pending_logins WHERE expires_at <= $1").bind(now)).await
    }
}
