//! Files of expectations: what administrators expect of their policy (C8).

use serde::{Deserialize, Serialize};

use crate::{PolicyTestFileId, Timestamp, UserId};

/// A file of expectations, as an administrator wrote it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PolicyTestFile {
    /// The id.
    pub id: PolicyTestFileId,
    /// The name, unique after folding; without `.toml`.
    pub name: String,
    /// The expectations, in TOML.
    pub text: String,
    /// Counts saves.
    pub revision: i64,
    /// When it was saved last.
    pub updated_at: Timestamp,
    /// By whom; `None` for Baton itself. Whoever it is may be gone.
    pub updated_by: Option<UserId>,
}

/// What saving would make of an expectation (C6).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PreviewedTest {
    /// The file that it stands in.
    pub file: PolicyTestFileId,
    /// The expectation, as the sentence that people read.
    pub name: String,
    /// How it would stand.
    pub becomes: TestOutcome,
}

/// Whether a preview says what would become of every expectation that it concerns.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum TestsKnown {
    /// It does.
    #[default]
    All,
    /// It will: they are being checked.
    Pending,
    /// It does not: they are too many to be checked at once, or the server did not answer.
    NotAll,
}

impl TestsKnown {
    /// Whether it does.
    #[must_use]
    pub const fn are_all(&self) -> bool {
        matches!(self, Self::All)
    }
}

/// How an expectation stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum TestOutcome {
    /// It is met everywhere.
    Holds,
    /// It is not met somewhere.
    Fails,
    /// There is nothing that it is about.
    Idle,
}
