//! What a transaction changed that somebody may wait for: open pages, and the sweep.
//!
//! The verbs note it, and [`Tx::commit`](crate::Tx::commit) tells it: to this process through a channel, to other
//! instances through the database, inside the same transaction. What is told only shortens a wait. It may get lost or
//! come twice, so whoever listens looks by itself now and then.

use std::future::pending;

use baton_model::{DeviceId, UserId};
use sqlx::{
    pool::PoolOptions,
    postgres::{PgConnectOptions, PgListener, Postgres},
};
use tokio::sync::broadcast;

use crate::{
    dialect::CHANNEL,
    error::StoreError,
    groups::CHUNK,
    row::{Record, Row},
    statement::sql,
    store::{Store, Tx},
};

/// How many changes wait for a listener that is busy. Who falls behind by more is told that anything may have changed.
const BACKLOG: usize = 1024;

/// The name under which a listening connection is seen by those who look after the database.
const LISTENER: &str = "baton-listener";

/// Something changed.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Change {
    /// What pages show of this device.
    Device(DeviceId),
    /// This user's sessions, or what they are good for.
    User(UserId),
    /// What decisions read: devices may lag.
    Decisions,
    /// Changes may have gone by unheard: look at everything.
    Anything,
}

impl Change {
    /// What other instances are told; `None` for what is not told to them.
    fn payload(&self) -> Option<String> {
        match self {
            Self::Device(id) => Some(format!("device {id}")),
            Self::User(id) => Some(format!("user {id}")),
            Self::Decisions => Some("decisions".to_owned()),
            Self::Anything => None,
        }
    }

    /// What another instance told. A later version may tell what this one does not know.
    fn of_payload(payload: &str) -> Self {
        match payload.split_once(' ') {
            Some(("device", id)) => Self::Device(id.into()),
            Some(("user", id)) => Self::User(id.into()),
            None if payload == "decisions" => Self::Decisions,
            _ => Self::Anything,
        }
    }
}

/// The committed changes from when it was made, of this process and, while [`Store::hear`] runs, of other instances.
#[derive(Debug)]
pub struct Changes(broadcast::Receiver<Change>);

impl Changes {
    /// The next change; `None` once the store is gone.
    pub async fn next(&mut self) -> Option<Change> {
        match self.0.recv().await {
            Ok(change) => Some(change),
            Err(broadcast::error::RecvError::Lagged(_)) => Some(Change::Anything),
            Err(broadcast::error::RecvError::Closed) => None,
        }
    }
}

/// Where changes are told.
pub(crate) fn channel() -> broadcast::Sender<Change> {
    broadcast::Sender::new(BACKLOG)
}

impl Store {
    /// Follows what is committed from now on.
    #[must_use]
    pub fn changes(&self) -> Changes {
        Changes(self.told().subscribe())
    }

    /// Hears what other instances tell, over one connection of its own, and tells it here; until the connection breaks.
    /// What was told before is lost, so it begins with [`Change::Anything`]. With an engine that has one instance only
    /// there is nothing to hear, and this never ends.
    ///
    /// # Errors
    ///
    /// [`StoreError::Connection`].
    pub async fn hear(&self) -> Result<(), StoreError> {
        if self.engine().tell().is_none() {
            return pending().await;
        }
        let options = PgConnectOptions::try_from(self.target())?.application_name(LISTENER);
        let pool = PoolOptions::<Postgres>::new().max_connections(1).max_lifetime(None).idle_timeout(None);
        let mut listener = PgListener::connect_with(&pool.connect_with(options).await?).await?;
        listener.listen(CHANNEL).await?;
        // Reconnecting is for the caller, who knows how long to wait.
        listener.eager_reconnect(false);
        self.tell(Change::Anything);
        while let Some(told) = listener.try_recv().await? {
            self.tell(Change::of_payload(told.payload()));
        }
        Ok(())
    }

    fn tell(&self, change: Change) {
        // Without a listener there is nobody to tell.
        drop(self.told().send(change));
    }
}

struct Watched(DeviceId, bool);

impl Record for Watched {
    const TABLE: &'static str = "devices";

    fn read(row: &Row<'_>) -> Result<Self, StoreError> {
        Ok(Self(row.id("id")?, row.number("watched_until")? > 0))
    }
}

impl Tx {
    /// Counts up what pages show of the changed devices, and leaves word for other instances, to be delivered by the
    /// commit. Nobody is told of a device that nobody watches: on PostgreSQL, commits that tell something wait for each
    /// other.
    pub(crate) async fn leave_word(&mut self) -> Result<(), StoreError> {
        let mut told: Vec<Change> = Vec::new();
        let mut devices: Vec<DeviceId> = Vec::new();
        for change in self.changes() {
            match change {
                Change::Device(id) => devices.push(id.clone()),
                other => told.push(other.clone()),
            }
        }
        for chunk in devices.chunks(CHUNK) {
            let mut count = sql("UPDATE devices SET page_revision = page_revision + 1 WHERE id IN (");
            count.arguments(chunk).push(") RETURNING id, watched_until");
            let counted: Vec<Watched> = self.change_returning(count).await?;
            told.extend(
                counted.into_iter().filter(|Watched(_, watched)| *watched).map(|Watched(id, _)| Change::Device(id)),
            );
        }
        let Some(tell) = self.engine().tell() else { return Ok(()) };
        for payload in told.iter().filter_map(Change::payload) {
            self.rows(sql(tell).bind(&payload)).await?;
        }
        Ok(())
    }
}
