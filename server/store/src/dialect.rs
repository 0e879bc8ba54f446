//! Everything in which the two engines differ. All other SQL of this crate is the same text on both.

use std::time::Duration;

use sqlx::error::DatabaseError;

use crate::error::StoreError;

/// The database engine behind a store.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Engine {
    /// The embedded SQLite.
    Sqlite,
    /// A PostgreSQL server, version 15 or later.
    Postgres,
}

impl Engine {
    /// The engine of a database address, and the address as the driver wants it.
    ///
    /// `postgres://…` and `postgresql://…` are PostgreSQL; `sqlite:…` and a bare path are SQLite, whose file is created
    /// when it is missing and the address does not say otherwise.
    pub(crate) fn of_address(address: &str) -> Result<(Self, String), StoreError> {
        if address.starts_with("postgres://") || address.starts_with("postgresql://") {
            return Ok((Self::Postgres, address.to_owned()));
        }
        if let Some(rest) = address.strip_prefix("sqlite:") {
            if rest.contains(":memory:") || rest.contains("mode=memory") {
                let reason = "every connection would get a database of its own in memory; name a file";
                return Err(StoreError::Address(reason.to_owned()));
            }
            let mode = match rest.split_once('?') {
                None => "?mode=rwc",
                Some((_, parameters)) if parameters.contains("mode=") => "",
                Some(_) => "&mode=rwc",
            };
            return Ok((Self::Sqlite, format!("{address}{mode}")));
        }
        if address.is_empty() || address.contains("://") {
            let reason = "it must begin with `postgres://` or `sqlite:`, or be the path of a file";
            return Err(StoreError::Address(reason.to_owned()));
        }
        let path = std::path::absolute(address).map_err(|error| StoreError::Address(error.to_string()))?;
        let path = path.to_str().ok_or_else(|| StoreError::Address("the path is not valid Unicode".to_owned()))?;
        Ok((Self::Sqlite, format!("sqlite://{}?mode=rwc", percent_encoded(path))))
    }

    /// What a connection needs once, right after it was opened.
    pub(crate) fn prepare_connection(self, busy_timeout: Duration) -> String {
        let millis = busy_timeout.as_millis();
        match self {
            // FULL, not NORMAL: with a write-ahead log NORMAL survives the death of the process, yet a power cut could
            // take back the note that a command was sent, and with it the memory of what may be on a device.
            Self::Sqlite => format!(
                "PRAGMA busy_timeout = {millis}; PRAGMA foreign_keys = ON; PRAGMA synchronous = FULL; \
                 PRAGMA trusted_schema = OFF"
            ),
            Self::Postgres => format!(
                "SET lock_timeout = {millis}; SET idle_in_transaction_session_timeout = '60s'; \
                 SET standard_conforming_strings = on; SET synchronous_commit = on"
            ),
        }
    }

    /// The address of a database that must be there already.
    pub(crate) fn without_creating(self, address: &str) -> String {
        match (self, address.strip_suffix("mode=rwc")) {
            // Not `ro`: a write-ahead log is read with a file beside it, which the reader may have to make.
            (Self::Sqlite, Some(start)) => format!("{start}mode=rw"),
            _ => address.to_owned(),
        }
    }

    /// Lets a connection only read from now on.
    pub(crate) const fn refuse_changes(self) -> &'static str {
        match self {
            Self::Sqlite => "PRAGMA query_only = ON",
            Self::Postgres => "SET default_transaction_read_only = on",
        }
    }

    /// What a database needs once: readers beside the writer. It stays with the file.
    pub(crate) const fn prepare_database(self) -> Option<&'static str> {
        match self {
            Self::Sqlite => Some("PRAGMA journal_mode = WAL"),
            Self::Postgres => None,
        }
    }

    /// Begins a transaction that writes. SQLite takes its one write lock at once, so that a later write never fails
    /// because of what was read before.
    pub(crate) const fn begin_write(self) -> &'static str {
        match self {
            Self::Sqlite => "BEGIN IMMEDIATE",
            Self::Postgres => "BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE",
        }
    }

    /// Begins a transaction that sees one state of the database throughout.
    pub(crate) const fn begin_read(self) -> &'static str {
        match self {
            Self::Sqlite => "BEGIN DEFERRED",
            Self::Postgres => "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
        }
    }

    /// Lets one instance migrate at a time, until its transaction ends. SQLite's write lock does it already.
    pub(crate) const fn lock_migrations(self) -> Option<&'static str> {
        match self {
            Self::Sqlite => None,
            Self::Postgres => Some("SELECT pg_advisory_xact_lock(4777252180014829)"),
        }
    }

    /// The end of a SELECT that locks the rows it found until the transaction ends. Others may still refer to the rows:
    /// PostgreSQL checks a foreign key anew when a transaction changes a row twice, and would wait for a lock of the
    /// stronger kind, which is how sending a push and answering the same device could wait for each other.
    pub(crate) const fn lock_rows(self) -> &'static str {
        match self {
            Self::Sqlite => "",
            Self::Postgres => " FOR NO KEY UPDATE",
        }
    }

    /// Tells other instances what its argument says, once the transaction is committed. SQLite has one instance.
    pub(crate) const fn tell(self) -> Option<&'static str> {
        match self {
            Self::Sqlite => None,
            // As text, because the driver for both engines does not know the type that the function has.
            Self::Postgres => Some("SELECT pg_notify('baton', $1)::text"),
        }
    }

    /// The end of a SELECT that takes rows nobody else is taking.
    pub(crate) const fn claim_rows(self) -> &'static str {
        match self {
            Self::Sqlite => "",
            Self::Postgres => " FOR NO KEY UPDATE SKIP LOCKED",
        }
    }

    /// A migration with its tokens replaced: `{{text}}` sorts and compares by bytes, `{{blob}}` holds bytes,
    /// `{{append_only t}}` refuses every change and removal of rows of table `t`.
    pub(crate) fn translate(self, migration: &str) -> String {
        let (text, blob) = match self {
            Self::Sqlite => ("TEXT", "BLOB"),
            Self::Postgres => ("TEXT COLLATE \"C\"", "BYTEA"),
        };
        let mut translated = migration.replace("{{text}}", text).replace("{{blob}}", blob);
        while let Some((before, rest)) = translated.split_once("{{append_only ") {
            let Some((table, after)) = rest.split_once("}}") else {
                break;
            };
            translated = format!("{before}{}{after}", self.append_only(table));
        }
        translated
    }

    fn append_only(self, table: &str) -> String {
        match self {
            Self::Sqlite => format!(
                "CREATE TRIGGER {table}_keeps_rows BEFORE DELETE ON {table} BEGIN SELECT RAISE(ABORT, 'append-only'); END;\n\
                 CREATE TRIGGER {table}_keeps_values BEFORE UPDATE ON {table} BEGIN SELECT RAISE(ABORT, 'append-only'); END;"
            ),
            Self::Postgres => format!(
                "CREATE FUNCTION {table}_is_append_only() RETURNS trigger LANGUAGE plpgsql AS \
                 $$ BEGIN RAISE EXCEPTION 'append-only' USING ERRCODE = '{APPEND_ONLY_STATE}'; END $$;\n\
                 CREATE TRIGGER {table}_keeps_rows BEFORE UPDATE OR DELETE ON {table} \
                 FOR EACH ROW EXECUTE FUNCTION {table}_is_append_only();\n\
                 CREATE TRIGGER {table}_keeps_table BEFORE TRUNCATE ON {table} \
                 FOR EACH STATEMENT EXECUTE FUNCTION {table}_is_append_only();"
            ),
        }
    }
}

/// The channel on which instances tell each other of changes. Every database has channels of its own.
pub(crate) const CHANNEL: &str = "baton";

/// The SQLSTATE that the triggers of append-only tables raise on PostgreSQL, of a class that PostgreSQL does not use.
const APPEND_ONLY_STATE: &str = "BA001";

/// The unique indexes by the columns with which SQLite reports their violation; PostgreSQL reports the name itself.
const UNIQUE_INDEXES: &[(&str, &str)] = &[
    ("clip_generations.secret_hash", "clip_secret_taken"),
    ("commands.device_id, commands.seq", "command_seq_taken"),
    ("custody.device_id, custody.seq", "custody_seq_taken"),
    ("device_groups.name_key", "device_group_name_taken"),
    ("enrollment_links.secret_hash", "enrollment_link_secret_taken"),
    ("enrollments.fingerprint", "enrollment_fingerprint_taken"),
    ("handovers.device_id", "handover_under_way"),
    ("items.is_app, items.name_key", "item_name_taken"),
    ("managed_accounts.account_key", "managed_account_taken"),
    ("passkeys.credential", "passkey_credential_taken"),
    ("password_links.secret_hash", "password_link_secret_taken"),
    ("policy_test_files.name_key", "policy_test_file_name_taken"),
    ("sources.name_key", "source_name_taken"),
    ("user_groups.name_key", "user_group_name_taken"),
    ("user_identities.source_id, user_identities.authority, user_identities.subject", "user_identity_taken"),
    ("users.name_key", "user_name_taken"),
];

/// The violated unique constraint; for a primary key `<table>_pkey`, as PostgreSQL names it.
pub(crate) fn constraint_name(error: &dyn DatabaseError) -> String {
    if let Some(name) = error.constraint() {
        return name.to_owned();
    }
    let columns = error.message().strip_prefix("UNIQUE constraint failed: ").unwrap_or_default();
    if let Some((_, name)) = UNIQUE_INDEXES.iter().find(|(of, _)| *of == columns) {
        return (*name).to_owned();
    }
    match columns.split_once('.') {
        Some((table, _)) => format!("{table}_pkey"),
        None => "unknown".to_owned(),
    }
}

/// What kind of failure an engine reports, apart from violated constraints.
pub(crate) enum Failure {
    /// A lock was not to be had.
    Busy,
    /// The server went away.
    Connection,
    /// No space is left.
    Full,
    /// A reference has no target.
    ForeignKey,
    /// A trigger of an append-only table refused.
    AppendOnly,
    /// The file is damaged or not a database.
    Corrupt,
    /// Something else.
    Other,
}

/// Tells failures apart by SQLSTATE (five characters) or by SQLite's result code (a number).
pub(crate) fn failure(error: &dyn DatabaseError) -> Failure {
    let code = error.code().unwrap_or_default();
    if code.len() == 5 {
        return match &*code {
            // lock_timeout, serialization failure, deadlock, cancelled by a timeout
            "55P03" | "40001" | "40P01" | "57014" => Failure::Busy,
            // shut down, crashed, starting up, too many connections, a transaction that idled too long
            "57P01" | "57P02" | "57P03" | "57P05" | "53300" | "25P03" => Failure::Connection,
            "53100" => Failure::Full,
            APPEND_ONLY_STATE => Failure::AppendOnly,
            state if state.starts_with("08") => Failure::Connection,
            _ => Failure::Other,
        };
    }
    const BUSY: i32 = 5;
    const LOCKED: i32 = 6;
    const CORRUPT: i32 = 11;
    const FULL: i32 = 13;
    const CONSTRAINT: i32 = 19;
    const NOT_A_DATABASE: i32 = 26;
    // The low byte is the primary result code, the rest tells more.
    match code.parse::<i32>().unwrap_or_default() & 0xff {
        BUSY | LOCKED => Failure::Busy,
        FULL => Failure::Full,
        CORRUPT | NOT_A_DATABASE => Failure::Corrupt,
        CONSTRAINT if error.message().starts_with("FOREIGN KEY") => Failure::ForeignKey,
        CONSTRAINT if error.message() == "append-only" => Failure::AppendOnly,
        _ => Failure::Other,
    }
}

/// Whether the statement failed because a table is not there.
pub(crate) fn is_missing_table(error: &dyn DatabaseError) -> bool {
    error.code().as_deref() == Some("42P01") || error.message().starts_with("no such table")
}

fn percent_encoded(path: &str) -> String {
    let mut encoded = String::with_capacity(path.len());
    for byte in path.bytes() {
        if byte.is_ascii_alphanumeric() || b"/-_.~".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            encoded.push_str(&format!("%{byte:02X}"));
        }
    }
    encoded
}

#[cfg(test)]
mod tests {
    use super::{Engine, UNIQUE_INDEXES};

    #[test]
    fn every_unique_index_of_the_migrations_has_its_name_on_sqlite() {
        let mut declared: Vec<(String, &str)> = crate::migrations::MIGRATIONS
            .iter()
            .flat_map(|(.., text)| text.lines())
            .filter_map(|line| line.strip_prefix("CREATE UNIQUE INDEX ")?.split_once(" ON "))
            .map(|(name, rest)| {
                let (table, columns) = rest.split_once(" (").unwrap();
                let columns = columns.split_once(')').unwrap().0.split(", ");
                (columns.map(|column| format!("{table}.{column}")).collect::<Vec<_>>().join(", "), name)
            })
            .collect();
        declared.sort();

        let named: Vec<(String, &str)> = UNIQUE_INDEXES.iter().map(|(of, name)| ((*of).to_owned(), *name)).collect();
        assert_eq!(declared, named);
    }

    #[test]
    fn an_address_tells_its_engine() {
        for (address, engine, expected) in [
            ("postgres://u@h/d", Engine::Postgres, "postgres://u@h/d"),
            ("postgresql://h/d", Engine::Postgres, "postgresql://h/d"),
            ("sqlite:b.db", Engine::Sqlite, "sqlite:b.db?mode=rwc"),
            ("sqlite://b.db?mode=rw", Engine::Sqlite, "sqlite://b.db?mode=rw"),
            ("sqlite://b.db?cache=private", Engine::Sqlite, "sqlite://b.db?cache=private&mode=rwc"),
            ("/data/b ü.db", Engine::Sqlite, "sqlite:///data/b%20%C3%BC.db?mode=rwc"),
        ] {
            assert_eq!(Engine::of_address(address).unwrap(), (engine, expected.to_owned()));
        }
    }

    #[test]
    fn no_token_is_left_in_a_translated_migration() {
        for engine in [Engine::Sqlite, Engine::Postgres] {
            let translated = engine.translate(include_str!("../migrations/0001_skeleton.sql"));
            assert!(!translated.contains("{{"), "{engine:?}");
        }
    }
}
