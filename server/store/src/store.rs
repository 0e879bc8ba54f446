//! The store and its transactions.

use std::{collections::BTreeSet, sync::Arc, time::Duration};

use baton_model::DeviceId;
use sqlx::{
    AnyConnection, AnyPool, AssertSqlSafe, Connection, Executor,
    any::{AnyConnectOptions, AnyPoolOptions, AnyRow},
};
use tokio::{
    sync::{OwnedSemaphorePermit, Semaphore, broadcast},
    time::Instant,
};

use crate::{
    changes::{self, Change},
    dialect::Engine,
    error::StoreError,
    groups::CHUNK,
    migrations,
    row::{Record, Row},
    statement::{Argument, Statement, sql},
};

/// How to connect.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StoreOptions {
    /// How many connections at most, at least 2; on SQLite one of them writes and the others read.
    pub max_connections: u32,
    /// How long to wait for a connection, or for a turn to write on SQLite, before [`StoreError::Connection`] or
    /// [`StoreError::Busy`].
    pub acquire_timeout: Duration,
    /// How long to wait for a lock that another transaction holds before [`StoreError::Busy`].
    pub busy_timeout: Duration,
}

impl Default for StoreOptions {
    fn default() -> Self {
        Self { max_connections: 10, acquire_timeout: Duration::from_secs(10), busy_timeout: Duration::from_secs(10) }
    }
}

/// A database with the schema of this version. Cloning is cheap and shares the connections.
#[derive(Clone, Debug)]
pub struct Store {
    pool: AnyPool,
    engine: Engine,
    /// SQLite's writers queue up here, first come, first served. Its own busy handler polls, which starves some under
    /// load. Other processes are still kept out by SQLite itself.
    writers: Option<Arc<Semaphore>>,
    options: StoreOptions,
    target: AnyConnectOptions,
    /// What was committed, for those who wait for it.
    told: broadcast::Sender<Change>,
}

impl Store {
    /// Opens the database, creates the file if it is SQLite and missing, and brings the schema up to date.
    ///
    /// `address` is `postgres://…`, `sqlite:…` or the path of an SQLite file.
    ///
    /// # Errors
    ///
    /// [`StoreError::Address`] for an unusable address, [`StoreError::Connection`] when the server cannot be reached,
    /// [`StoreError::Migration`] when the schema cannot be brought up to date, [`StoreError::Busy`] when another
    /// process keeps the database locked.
    pub async fn connect(address: &str, options: StoreOptions) -> Result<Self, StoreError> {
        sqlx::any::install_default_drivers();
        let (engine, address) = Engine::of_address(address)?;
        let target: AnyConnectOptions = address.parse()?;
        let preparation = engine.prepare_connection(options.busy_timeout);

        let mut connection = AnyConnection::connect_with(&target).await?;
        prepare_database(&mut connection, engine, &preparation, options.busy_timeout).await?;
        let migrated = migrations::migrate(&mut connection, engine).await;
        let closed = connection.close().await;
        migrated?;
        closed?;

        Ok(Self::over(engine, target, preparation, options))
    }

    /// Opens a database that is there, only to read it: nothing is created, migrated or changed, whatever is asked of
    /// it.
    ///
    /// # Errors
    ///
    /// As [`Store::connect`], and [`StoreError::Schema`] for one that no server of this version has started over yet.
    pub async fn open_to_read(address: &str, options: StoreOptions) -> Result<Self, StoreError> {
        sqlx::any::install_default_drivers();
        let (engine, address) = Engine::of_address(address)?;
        let target: AnyConnectOptions = engine.without_creating(&address).parse()?;
        let preparation = format!("{}; {}", engine.prepare_connection(options.busy_timeout), engine.refuse_changes());
        let mut connection = AnyConnection::connect_with(&target).await?;
        let checked = migrations::check(&mut connection).await;
        let closed = connection.close().await;
        checked?;
        closed?;
        Ok(Self::over(engine, target, preparation, options))
    }

    fn over(engine: Engine, target: AnyConnectOptions, preparation: String, options: StoreOptions) -> Self {
        let pool = AnyPoolOptions::new()
            .max_connections(options.max_connections.max(2))
            .acquire_timeout(options.acquire_timeout)
            .after_connect(move |connection, _| {
                let preparation = preparation.clone();
                Box::pin(async move {
                    connection.execute(sqlx::raw_sql(AssertSqlSafe(preparation))).await?;
                    Ok(())
                })
            })
            .after_release(|connection, _| {
                Box::pin(async move {
                    // After some errors, a full disk among them, SQLite ends the transaction by itself and the driver
                    // goes on counting it. Such a connection could never begin another one.
                    connection.ping().await?;
                    Ok(!connection.is_in_transaction())
                })
            })
            .connect_lazy_with(target.clone());
        let writers = (engine == Engine::Sqlite).then(|| Arc::new(Semaphore::new(1)));
        Self { pool, engine, writers, options, target, told: changes::channel() }
    }

    /// Begins a transaction that writes.
    ///
    /// On PostgreSQL each statement sees what was committed before it. Read revisions before what they count, or lock
    /// the row first (`lock_device`, `lock_user`), so that a change in between shows as a newer revision.
    ///
    /// # Errors
    ///
    /// [`StoreError::Busy`] when no turn to write comes in time, [`StoreError::Connection`].
    pub async fn begin(&self) -> Result<Tx, StoreError> {
        let turn = match &self.writers {
            None => None,
            Some(writers) => {
                let turn = tokio::time::timeout(self.options.acquire_timeout, Arc::clone(writers).acquire_owned());
                Some(turn.await.ok().and_then(Result::ok).ok_or(StoreError::Busy)?)
            }
        };
        let transaction = self.pool.begin_with(self.engine.begin_write()).await?;
        Ok(self.tx(transaction, true, turn))
    }

    /// Begins a transaction that reads one state of the database, undisturbed by writers and without disturbing them.
    ///
    /// # Errors
    ///
    /// [`StoreError::Connection`].
    pub async fn read(&self) -> Result<Tx, StoreError> {
        let transaction = self.pool.begin_with(self.engine.begin_read()).await?;
        Ok(self.tx(transaction, false, None))
    }

    fn tx(
        &self,
        transaction: sqlx::Transaction<'static, sqlx::Any>,
        writes: bool,
        turn: Option<OwnedSemaphorePermit>,
    ) -> Tx {
        Tx {
            transaction,
            engine: self.engine,
            writes,
            failed: false,
            edited_catalogue: false,
            changes: BTreeSet::new(),
            told: self.told.clone(),
            _turn: turn,
        }
    }

    /// Where the database is.
    pub(crate) const fn target(&self) -> &AnyConnectOptions {
        &self.target
    }

    /// Where committed changes are told.
    pub(crate) const fn told(&self) -> &broadcast::Sender<Change> {
        &self.told
    }

    /// The engine behind this store.
    #[must_use]
    pub const fn engine(&self) -> Engine {
        self.engine
    }

    /// Whether the database answers.
    ///
    /// # Errors
    ///
    /// [`StoreError::Connection`] when it does not.
    pub async fn ping(&self) -> Result<(), StoreError> {
        self.pool.acquire().await?.ping().await?;
        Ok(())
    }

    /// Closes all connections; transactions under way are waited for.
    pub async fn close(&self) {
        self.pool.close().await;
    }
}

/// Sets up the connection and, once for the file, SQLite's write-ahead log.
async fn prepare_database(
    connection: &mut AnyConnection,
    engine: Engine,
    preparation: &str,
    patience: Duration,
) -> Result<(), StoreError> {
    connection.execute(sqlx::raw_sql(AssertSqlSafe(preparation.to_owned()))).await?;
    let Some(statement) = engine.prepare_database() else {
        return Ok(());
    };
    let deadline = Instant::now() + patience;
    loop {
        // The change of the journal needs the file alone and does not wait for it by itself.
        match connection.execute(sqlx::raw_sql(statement)).await.map_err(StoreError::from) {
            Err(StoreError::Busy) if Instant::now() < deadline => tokio::time::sleep(Duration::from_millis(20)).await,
            other => return other.map(|_| ()),
        }
    }
}

/// A transaction. Dropping it without [`Tx::commit`] undoes everything.
///
/// After an error it can only be dropped, on both engines alike: further verbs and `commit` answer
/// [`StoreError::Aborted`].
#[derive(Debug)]
pub struct Tx {
    transaction: sqlx::Transaction<'static, sqlx::Any>,
    engine: Engine,
    writes: bool,
    failed: bool,
    edited_catalogue: bool,
    changes: BTreeSet<Change>,
    told: broadcast::Sender<Change>,
    /// Declared last, so that the turn passes on after the transaction is dropped.
    _turn: Option<OwnedSemaphorePermit>,
}

impl Tx {
    /// Makes everything permanent, and tells those who wait for it.
    ///
    /// # Errors
    ///
    /// [`StoreError::Aborted`] when a verb failed before, and then nothing is kept. [`StoreError::Connection`] when
    /// the connection broke; whether the changes were kept is then unknown.
    pub async fn commit(mut self) -> Result<(), StoreError> {
        if self.failed {
            return Err(StoreError::Aborted);
        }
        self.leave_word().await?;
        self.transaction.commit().await?;
        for change in self.changes {
            // Without a listener there is nobody to tell.
            drop(self.told.send(change));
        }
        Ok(())
    }

    /// Notes what the transaction changed, to be told once it is committed.
    pub(crate) fn note_change(&mut self, change: Change) {
        self.changes.insert(change);
    }

    /// Notes that what it reads of the catalogue is not committed yet.
    pub(crate) fn note_catalogue_edit(&mut self) {
        self.edited_catalogue = true;
    }

    /// Whether it edited the catalogue, so that the catalogue's revision and content are its own until it is committed.
    #[must_use]
    pub fn has_edited_catalogue(&self) -> bool {
        self.edited_catalogue
    }

    /// What it changed so far.
    pub(crate) fn changes(&self) -> impl Iterator<Item = &Change> {
        self.changes.iter()
    }

    /// The engine behind this transaction.
    pub(crate) const fn engine(&self) -> Engine {
        self.engine
    }

    /// Changes rows; the number of rows.
    pub(crate) async fn change(&mut self, statement: Statement) -> Result<u64, StoreError> {
        self.may_write()?;
        let result = statement.query().execute(&mut *self.transaction).await;
        Ok(self.note(result)?.rows_affected())
    }

    /// Changes at most one row; whether there was one.
    pub(crate) async fn change_one(&mut self, statement: Statement) -> Result<bool, StoreError> {
        Ok(self.change(statement).await? > 0)
    }

    /// Changes rows of a table with a `device_id`, and notes that pages of those devices show something else; the number
    /// of rows.
    pub(crate) async fn change_of_devices(&mut self, statement: Statement) -> Result<u64, StoreError> {
        let devices: Vec<DeviceId> = self.change_returning(statement.with(" RETURNING device_id AS id")).await?;
        let count = devices.len() as u64;
        self.changes.extend(devices.into_iter().map(Change::Device));
        Ok(count)
    }

    /// Changes the row that must exist.
    pub(crate) async fn change_existing(&mut self, what: &'static str, statement: Statement) -> Result<(), StoreError> {
        if self.change_one(statement).await? { Ok(()) } else { Err(StoreError::Missing { what }) }
    }

    /// Changes rows and reads what its RETURNING says.
    pub(crate) async fn change_returning<T: Record>(&mut self, statement: Statement) -> Result<Vec<T>, StoreError> {
        self.may_write()?;
        self.list(statement).await
    }

    /// All rows.
    pub(crate) async fn list<T: Record>(&mut self, statement: Statement) -> Result<Vec<T>, StoreError> {
        self.rows(statement).await?.iter().map(Row::record).collect()
    }

    /// All rows whose column, with which the statement ends, is one of these, in no order: many at a time, because an engine
    /// takes only so many arguments.
    pub(crate) async fn list_among<'k, T, K>(&mut self, select: &str, keys: &'k [K]) -> Result<Vec<T>, StoreError>
    where
        T: Record,
        &'k K: Argument,
    {
        let mut found = Vec::new();
        for chunk in keys.chunks(CHUNK) {
            let mut statement = sql(&format!("{select} IN ("));
            statement.arguments(chunk).push(")");
            found.append(&mut self.list(statement).await?);
        }
        Ok(found)
    }

    /// All rows, unread.
    pub(crate) async fn rows(&mut self, statement: Statement) -> Result<Vec<AnyRow>, StoreError> {
        self.may_go_on()?;
        let result = statement.query().fetch_all(&mut *self.transaction).await;
        self.note(result)
    }

    /// The first row, if there is one.
    pub(crate) async fn find<T: Record>(&mut self, statement: Statement) -> Result<Option<T>, StoreError> {
        self.may_go_on()?;
        let result = statement.query().fetch_optional(&mut *self.transaction).await;
        self.note(result)?.as_ref().map(Row::record).transpose()
    }

    /// The row that must exist.
    pub(crate) async fn find_existing<T: Record>(
        &mut self,
        what: &'static str,
        statement: Statement,
    ) -> Result<T, StoreError> {
        self.find(statement).await?.ok_or(StoreError::Missing { what })
    }

    const fn may_go_on(&self) -> Result<(), StoreError> {
        if self.failed { Err(StoreError::Aborted) } else { Ok(()) }
    }

    const fn may_write(&self) -> Result<(), StoreError> {
        if self.writes { self.may_go_on() } else { Err(StoreError::ReadOnly) }
    }

    /// PostgreSQL lets a transaction fail with its first error, SQLite goes on or, worse, ends it and then keeps each
    /// statement for itself. Here the first error ends it on both.
    fn note<T>(&mut self, result: Result<T, sqlx::Error>) -> Result<T, StoreError> {
        result.map_err(|error| {
            self.failed = true;
            error.into()
        })
    }
}
