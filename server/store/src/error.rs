//! What can go wrong in the database.

use sqlx::error::ErrorKind;

use crate::dialect;

/// Why a verb of the store did not do its work. Nothing of the transaction is kept.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StoreError {
    /// Another row has this already. The name is the same on both engines.
    #[error("`{constraint}` is violated")]
    Unique {
        /// The name of the unique index, such as `user_name_taken`.
        constraint: String,
    },
    /// A row refers to one that does not exist, or one that others refer to was to be deleted.
    #[error("a reference has no target, or a referenced row was to be deleted")]
    ForeignKey,
    /// The row to be changed does not exist.
    #[error("there is no such {what}")]
    Missing {
        /// What was looked for, such as `user`.
        what: &'static str,
    },
    /// Others hold the lock for too long, or the engine chose this transaction to give way. Trying again may succeed.
    #[error("the database is busy")]
    Busy,
    /// The database cannot be reached, or the connection broke. A commit that ends so may have taken place.
    #[error("the connection to the database is broken")]
    Connection(#[source] sqlx::Error),
    /// There is no space left.
    #[error("the database is full")]
    Full(#[source] sqlx::Error),
    /// The rules of an append-only table refuse the change.
    #[error("the table is append-only")]
    AppendOnly,
    /// A row holds what this version cannot read.
    #[error("stored data cannot be read: {what}")]
    Corrupt {
        /// Which table and column; never the value.
        what: String,
    },
    /// The cursor of a list is not one that the store handed out.
    #[error("the cursor is not one of this list")]
    Cursor,
    /// The address of the database is not usable.
    #[error("the database address is not usable: {0}")]
    Address(String),
    /// The schema could not be brought up to date.
    #[error("migration {version} `{name}` failed")]
    Migration {
        /// The number of the migration.
        version: i64,
        /// Its name.
        name: String,
        /// What the engine said; `None` when the recorded migration differs from this version's.
        #[source]
        source: Option<Box<StoreError>>,
    },
    /// The schema is older than this version's, and was only to be read.
    #[error("its schema has version {found}, and version {expected} is needed")]
    Schema {
        /// The last migration that ran; 0 for a database that is not Baton's.
        found: i64,
        /// The one that is needed.
        expected: i64,
    },
    /// The transaction saw an error before and can only be rolled back.
    #[error("the transaction failed before and cannot go on")]
    Aborted,
    /// A change was asked of a transaction that only reads.
    #[error("the transaction is read-only")]
    ReadOnly,
    /// Everything else that an engine says.
    #[error("the database refused")]
    Database(#[source] sqlx::Error),
}

impl StoreError {
    /// The violated unique constraint, if that is the error.
    #[must_use]
    pub fn constraint(&self) -> Option<&str> {
        match self {
            Self::Unique { constraint } => Some(constraint),
            _ => None,
        }
    }

    pub(crate) fn corrupt(what: impl Into<String>) -> Self {
        Self::Corrupt { what: what.into() }
    }
}

impl From<sqlx::Error> for StoreError {
    fn from(error: sqlx::Error) -> Self {
        match &error {
            sqlx::Error::Database(refusal) => match refusal.kind() {
                ErrorKind::UniqueViolation => Self::Unique { constraint: dialect::constraint_name(refusal.as_ref()) },
                ErrorKind::ForeignKeyViolation => Self::ForeignKey,
                _ => match dialect::failure(refusal.as_ref()) {
                    dialect::Failure::Busy => Self::Busy,
                    dialect::Failure::Connection => Self::Connection(error),
                    dialect::Failure::Full => Self::Full(error),
                    dialect::Failure::ForeignKey => Self::ForeignKey,
                    dialect::Failure::AppendOnly => Self::AppendOnly,
                    dialect::Failure::Corrupt => Self::corrupt("the database file is damaged"),
                    dialect::Failure::Other => Self::Database(error),
                },
            },
            sqlx::Error::Io(_)
            | sqlx::Error::Tls(_)
            | sqlx::Error::Protocol(_)
            | sqlx::Error::PoolTimedOut
            | sqlx::Error::PoolClosed
            | sqlx::Error::WorkerCrashed => Self::Connection(error),
            sqlx::Error::Configuration(reason) => Self::Address(reason.to_string()),
            sqlx::Error::Decode(_) | sqlx::Error::ColumnDecode { .. } => {
                Self::corrupt("a value is not of its column's type")
            }
            _ => Self::Database(error),
        }
    }
}

/// Turns a violated unique constraint into an error of the caller's own.
pub trait OnConstraint<T> {
    /// Replaces the error by `map()` if it is a violation of `constraint`.
    ///
    /// # Errors
    ///
    /// The mapped error, or the original one.
    fn on_constraint<E: From<StoreError>>(self, constraint: &str, map: impl FnOnce() -> E) -> Result<T, E>;
}

impl<T> OnConstraint<T> for Result<T, StoreError> {
    fn on_constraint<E: From<StoreError>>(self, constraint: &str, map: impl FnOnce() -> E) -> Result<T, E> {
        self.map_err(|error| if error.constraint() == Some(constraint) { map() } else { error.into() })
    }
}
