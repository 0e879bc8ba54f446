//! What is wrong with a snapshot, and where in it.

use std::fmt;

use super::VERSION;
use super::rule_source::RuleSourceError;
use crate::name::named;
use crate::value::ValueError;

/// A snapshot, a change to one, or a question that cannot be used. Nothing of it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SnapshotError {
    /// The way to it, such as `devices[3].holder`; empty for the whole.
    pub path: String,
    /// What is wrong there.
    pub problem: SnapshotProblem,
}

named! {
    /// What a snapshot holds.
    pub enum Thing {
        /// An attribute of users.
        UserAttribute = "user attribute",
        /// An attribute of devices.
        DeviceAttribute = "device attribute",
        /// A group of users.
        UserGroup = "user group",
        /// A group of devices.
        DeviceGroup = "device group",
        /// A user.
        User = "user",
        /// A device.
        Device = "device",
        /// An item.
        Item = "item",
        /// An app group.
        AppGroup = "app group",
    }
}

/// What can be wrong with a snapshot, with a change to it, or with a question.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SnapshotProblem {
    /// It is not JSON.
    #[error("{0}")]
    Syntax(String),
    /// It is JSON of another shape.
    #[error("{0}")]
    Shape(String),
    /// A version that this crate does not know.
    #[error("version `{0}` is not supported, expected {VERSION}")]
    Version(u32),
    /// Two of a kind with the same id.
    #[error("there are two {0}s `{1}`")]
    Duplicate(Thing, String),
    /// Something is named that is not there.
    #[error("there is no {0} `{1}`")]
    Missing(Thing, String),
    /// A value does not fit its type.
    #[error(transparent)]
    Value(#[from] ValueError),
    /// A choice without options, or with the same option twice.
    #[error("a choice needs options, each once and none of them empty")]
    Options,
    /// A rule is wrong.
    #[error(transparent)]
    Rule(#[from] RuleSourceError),
    /// Groups whose rules ask for each other.
    #[error("the {0}s {1} ask for each other, so nobody can tell who is in them")]
    Cycle(Thing, String),
    /// A group with a rule has a member by hand.
    #[error("the {0} `{1}` has a rule, so nobody can be put into it by hand")]
    HasRule(Thing, String),
    /// The same thing is both known and unknown.
    #[error("`{0}` is both known and unknown")]
    KnownAndUnknown(String),
    /// A second Nobody.
    #[error("`{0}` and `{1}` are both Nobody")]
    SecondNobody(String, String),
    /// Something cannot go, because something else names it.
    #[error("the {0} `{1}` is still named by {2}")]
    InUse(Thing, String, String),
    /// More of something than fits.
    #[error("there are more {0}s than {most}", most = u32::MAX)]
    TooMany(Thing),
}

impl SnapshotProblem {
    /// A stable name of the kind of problem, for programs.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Syntax(_) => "not-json",
            Self::Shape(_) => "wrong-shape",
            Self::Version(_) => "unsupported-version",
            Self::Duplicate(..) => "duplicate-id",
            Self::Missing(..) => "missing",
            Self::Value(_) => "wrong-value",
            Self::Options => "wrong-options",
            Self::Rule(_) => "wrong-rule",
            Self::Cycle(..) => "cycle",
            Self::HasRule(..) => "group-has-rule",
            Self::KnownAndUnknown(_) => "known-and-unknown",
            Self::SecondNobody(..) => "second-nobody",
            Self::InUse(..) => "in-use",
            Self::TooMany(_) => "too-many",
        }
    }
}

impl SnapshotError {
    pub(crate) fn new(path: impl Into<String>, problem: impl Into<SnapshotProblem>) -> Self {
        Self { path: path.into(), problem: problem.into() }
    }

    /// Something is named at this path that is not there.
    pub(crate) fn missing(path: &str, thing: Thing, id: &impl fmt::Display) -> Self {
        Self::new(path, SnapshotProblem::Missing(thing, id.to_string()))
    }

    /// A rule at this path is wrong.
    pub(crate) fn rule(path: &str, error: impl Into<RuleSourceError>) -> Self {
        Self::new(path, error.into())
    }

    /// Reads something from JSON. An error says where in it.
    pub(crate) fn read<T: serde::de::DeserializeOwned>(text: &str) -> Result<T, Self> {
        crate::json::from_str(text).map_err(|error| {
            let message = error.to_string();
            let problem = if error.is_syntax() { SnapshotProblem::Syntax } else { SnapshotProblem::Shape };
            Self { path: crate::json::path_at(text, error.position()), problem: problem(message) }
        })
    }

    /// The same, in something that lies at this path.
    pub(crate) fn within(mut self, path: &str) -> Self {
        let dot = if self.path.is_empty() || path.is_empty() { "" } else { "." };
        self.path = format!("{path}{dot}{}", self.path);
        self
    }
}

impl fmt::Display for SnapshotError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.path.is_empty() {
            self.problem.fmt(formatter)
        } else {
            write!(formatter, "`{}`: {}", self.path, self.problem)
        }
    }
}

impl std::error::Error for SnapshotError {}
