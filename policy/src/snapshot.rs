//! A whole organisation as data: attributes, users, groups, devices, items and distributions.
//!
//! The format is JSON with a version; `policy/snapshot.schema.json` describes it, and `docs/policy.md`
//! shows one. A snapshot holds what decisions read and nothing else: no passwords, no contents of
//! items.

mod apply;
mod error;
mod parts;
mod rule_source;

use serde::{Deserialize, Serialize};

pub use error::{SnapshotError, SnapshotProblem, Thing};
pub use parts::{AppGroup, Device, DeviceGroup, Group, Item, User, UserGroup};
pub use rule_source::{RuleSource, RuleSourceError};

use crate::attribute::AttributeDefinition;
use crate::rule::Vocabulary;

/// The version of the format that this crate reads and writes.
pub const VERSION: u32 = 1;

/// An organisation, as far as decisions read it.
///
/// Ids are unique among things of a kind, and everything that is named is there;
/// [`Engine::new`](crate::Engine::new) refuses anything else.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Snapshot {
    /// The version of the format: [`VERSION`].
    pub version: u32,
    /// The custom attributes (spec C1).
    #[serde(default)]
    pub attributes: Attributes,
    /// The groups of users (spec C2). *Everyone* is one of them, with the rule `all of ()`.
    #[serde(default)]
    pub user_groups: Vec<UserGroup>,
    /// The groups of devices (spec C2).
    #[serde(default)]
    pub device_groups: Vec<DeviceGroup>,
    /// The users, Nobody among them.
    #[serde(default)]
    pub users: Vec<User>,
    /// The devices, each with who holds it.
    #[serde(default)]
    pub devices: Vec<Device>,
    /// The configurations and apps, in the order in which they are offered and installed.
    #[serde(default)]
    pub items: Vec<Item>,
    /// The app groups (spec C7).
    #[serde(default)]
    pub app_groups: Vec<AppGroup>,
}

/// The definitions of custom attributes (spec C1).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
pub struct Attributes {
    /// Those of users.
    pub user: Vec<AttributeDefinition>,
    /// Those of devices.
    pub device: Vec<AttributeDefinition>,
}

impl Default for Snapshot {
    fn default() -> Self {
        Self {
            version: VERSION,
            attributes: Attributes::default(),
            user_groups: Vec::new(),
            device_groups: Vec::new(),
            users: Vec::new(),
            devices: Vec::new(),
            items: Vec::new(),
            app_groups: Vec::new(),
        }
    }
}

impl Snapshot {
    /// Reads a snapshot from JSON. Whether what it says fits together,
    /// [`Engine::new`](crate::Engine::new) checks.
    ///
    /// # Errors
    ///
    /// [`SnapshotProblem::Syntax`] or [`SnapshotProblem::Shape`] with the way to what is wrong, or [`SnapshotProblem::Version`].
    pub fn from_json(text: &str) -> Result<Self, SnapshotError> {
        let snapshot: Self = SnapshotError::read(text)?;
        if snapshot.version == VERSION {
            Ok(snapshot)
        } else {
            Err(SnapshotError::new("version", SnapshotProblem::Version(snapshot.version)))
        }
    }

    /// Writes it as JSON on one line.
    ///
    /// # Errors
    ///
    /// None for a snapshot, whose keys are all text and whose numbers have three places at most.
    pub fn to_json(&self) -> Result<String, crate::json::JsonError> {
        crate::json::to_string(self)
    }

    /// The attributes and groups that rules can name.
    #[must_use]
    pub fn vocabulary(&self) -> Vocabulary<'_> {
        let mut vocabulary = Vocabulary::default();
        for definition in &self.attributes.user {
            vocabulary.add_user_attribute(definition);
        }
        for definition in &self.attributes.device {
            vocabulary.add_device_attribute(definition);
        }
        for group in &self.user_groups {
            vocabulary.add_user_group(&group.id, group.label());
        }
        for group in &self.device_groups {
            vocabulary.add_device_group(&group.id, group.label());
        }
        vocabulary
    }
}
