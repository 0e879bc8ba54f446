//! Why a command of `baton policy` gives no answer.

use std::{io, path::PathBuf};

use baton_core::CoreError;
use baton_policy::engine::NotFound;
use baton_policy::snapshot::SnapshotError;
use baton_store::StoreError;
use thiserror::Error;

use crate::{config::ConfigError, database::DatabaseError, keys::KeyError, serve::full};

/// What happened, why, and what to do.
#[derive(Debug, Error)]
pub enum PolicyError {
    /// The output cannot be written.
    #[error("the output could not be written: {0}")]
    Output(#[from] io::Error),
    /// A file that was named cannot be read.
    #[error("`{}` cannot be read: {source}", file.display())]
    File {
        /// Which.
        file: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// A file that was named cannot be written.
    #[error("`{}` cannot be written: {source}; name another with --out", file.display())]
    NotWritten {
        /// Which.
        file: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// What was read is no snapshot that can be used.
    #[error(
        "{place} is not a snapshot that can be used: {error}; `baton policy snapshot` writes one, and docs/policy.md \
         says what belongs into it"
    )]
    Snapshot {
        /// The file, or the standard input.
        place: String,
        /// What is wrong, and where in it.
        error: Box<SnapshotError>,
    },
    /// What was read is no list of changes that can be made.
    #[error("{place} is not a list of changes that can be made: {reason}; docs/policy.md shows one")]
    Changes {
        /// The file, or the standard input.
        place: String,
        /// What is wrong, and where in it.
        reason: String,
    },
    /// The database holds what the policy does not accept.
    #[error("the database holds a policy that cannot be used: {0}")]
    Organisation(Box<SnapshotError>),
    /// The configuration is wrong.
    #[error(transparent)]
    Config(ConfigError),
    /// There is no database.
    #[error(
        "there is no database `{}`; name the server's folder with --data-dir, its configuration with --config, or a \
         snapshot with --snapshot", .0.display()
    )]
    NoDatabase(PathBuf),
    /// The database is older than this program.
    #[error(
        "the database cannot be read: its schema has version {found}, and this program needs {expected}; start \
         `baton serve` of this version once, which brings it up to date"
    )]
    OldDatabase {
        /// The last migration that ran.
        found: i64,
        /// The one that is needed.
        expected: i64,
    },
    /// The database cannot be read.
    #[error("the database cannot be read: {}; --snapshot asks a file instead", full(.0))]
    Database(CoreError),
    /// The secret key is missing or damaged.
    #[error(transparent)]
    Key(#[from] KeyError),
    /// The runtime for the database cannot start.
    #[error("{0}")]
    Runtime(String),
    /// Something that was named is not there.
    #[error("{}{}", .0, help(.0))]
    NotFound(#[from] NotFound),
    /// Expectations that cannot be checked, a line each.
    #[error("{}", .0.join("\nbaton: "))]
    Expectations(Vec<String>),
}

/// Where names can be looked up, when nothing like the given one was found.
fn help(error: &NotFound) -> &'static str {
    match error {
        NotFound::Missing { candidates, .. } if candidates.is_empty() => {
            "; `baton policy decide` lists items and devices, `baton policy snapshot` users too"
        }
        NotFound::Missing { .. } | NotFound::Several { .. } => "",
    }
}

impl From<DatabaseError> for PolicyError {
    fn from(error: DatabaseError) -> Self {
        match error {
            DatabaseError::Config(error) => Self::Config(error),
            DatabaseError::Missing(file) => Self::NoDatabase(file),
        }
    }
}

impl From<StoreError> for PolicyError {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Schema { found, expected } => Self::OldDatabase { found, expected },
            other => Self::Database(other.into()),
        }
    }
}

impl From<CoreError> for PolicyError {
    fn from(error: CoreError) -> Self {
        Self::Database(error)
    }
}
