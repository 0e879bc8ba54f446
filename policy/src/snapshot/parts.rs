//! What a snapshot is made of.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::rule_source::RuleSource;
use crate::capability::Role;
use crate::distribution::Distribution;
use crate::fact::Fact;
use crate::facts::DeviceFacts;
use crate::handover::{ItemState, Rendering};
use crate::ids::{AppGroupId, AttributeId, DeviceGroupId, DeviceId, ItemId, Tag, UserGroupId, UserId};
use crate::item::{ItemKind, ItemRole};
use crate::payload::Payload;
use crate::value::Scalar;

/// A group, manual or dynamic (spec C2).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[cfg_attr(feature = "schema", schemars(rename = "GroupBy{I}"))]
pub struct Group<I> {
    /// Which one.
    pub id: I,
    /// The name that people read; none means the id is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Who or what belongs to it. Without a rule its members say so themselves.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rule: Option<RuleSource>,
}

/// A group of users.
pub type UserGroup = Group<UserGroupId>;
/// A group of devices.
pub type DeviceGroup = Group<DeviceGroupId>;

impl<I: std::fmt::Display + AsRef<str>> Group<I> {
    /// A group whose id is its name.
    pub fn new(id: impl Into<I>, rule: Option<RuleSource>) -> Self {
        Self { id: id.into(), name: None, rule }
    }

    /// The name that people read.
    #[must_use]
    pub fn label(&self) -> &str {
        self.name.as_deref().unwrap_or(self.id.as_ref())
    }
}

/// A person, or Nobody.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct User {
    /// Who.
    pub id: UserId,
    /// Whether this is Nobody, the holder of signed-out devices. At most one user is.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub nobody: bool,
    /// What the user types to sign in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user_name: Option<String>,
    /// The name that people read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub display_name: Option<String>,
    /// The mail address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    /// The role in Baton.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub role: Option<Role>,
    /// The attributes that have a value of their own.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub attributes: BTreeMap<AttributeId, Scalar>,
    /// The attributes whose value cannot be told.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub unknown_attributes: BTreeSet<AttributeId>,
    /// The manual groups the user is in.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub groups: BTreeSet<UserGroupId>,
    /// The manual groups of which it cannot be told.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub unknown_groups: BTreeSet<UserGroupId>,
}

impl User {
    /// A user of whom nothing but the id is known.
    pub fn new(id: impl Into<UserId>) -> Self {
        Self {
            id: id.into(),
            nobody: false,
            user_name: None,
            display_name: None,
            email: None,
            role: None,
            attributes: BTreeMap::new(),
            unknown_attributes: BTreeSet::new(),
            groups: BTreeSet::new(),
            unknown_groups: BTreeSet::new(),
        }
    }
}

/// An enrolled device.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Device {
    /// Which one.
    pub id: DeviceId,
    /// Who holds it; Nobody when it is signed out.
    pub holder: UserId,
    /// Baton's label for it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The marketing name, such as `iPhone 15`.
    #[serde(default, skip_serializing_if = "is_unknown")]
    pub model: Fact<String>,
    /// Apple's `ProductName`, such as `iPhone15,4`.
    #[serde(default, skip_serializing_if = "is_unknown")]
    pub product: Fact<String>,
    /// The serial number; empty under User Enrollment.
    #[serde(default, skip_serializing_if = "is_unknown")]
    pub serial_number: Fact<String>,
    /// What it is, as far as it has told.
    pub facts: DeviceFacts,
    /// The attributes that have a value of their own.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub attributes: BTreeMap<AttributeId, Scalar>,
    /// The attributes whose value cannot be told.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub unknown_attributes: BTreeSet<AttributeId>,
    /// The manual groups the device is in.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub groups: BTreeSet<DeviceGroupId>,
    /// The manual groups of which it cannot be told.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub unknown_groups: BTreeSet<DeviceGroupId>,
    /// What is or might be on it. A rendering is [`Item::rendering`] for the holder it was made for.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub states: Vec<ItemState>,
}

fn is_unknown(fact: &Fact<String>) -> bool {
    matches!(fact, Fact::Unknown)
}

impl Device {
    /// A device that has told nothing but these facts.
    pub fn new(id: impl Into<DeviceId>, holder: impl Into<UserId>, facts: DeviceFacts) -> Self {
        Self {
            id: id.into(),
            holder: holder.into(),
            name: None,
            model: Fact::Unknown,
            product: Fact::Unknown,
            serial_number: Fact::Unknown,
            facts,
            attributes: BTreeMap::new(),
            unknown_attributes: BTreeSet::new(),
            groups: BTreeSet::new(),
            unknown_groups: BTreeSet::new(),
            states: Vec::new(),
        }
    }
}

/// A configuration or an app, without its content.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Item {
    /// Which one.
    pub id: ItemId,
    /// The name that people read; none means the id is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// What it is.
    pub kind: ItemKind,
    /// What the server needs it for.
    #[serde(default, skip_serializing_if = "is_ordinary")]
    pub role: ItemRole,
    /// Who gets it.
    pub distribution: Distribution,
    /// For apps: its data goes when the holder changes (spec A11).
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub reset_between_people: bool,
    /// Whether its content differs from person to person, because something in it is filled in.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub personal: bool,
    /// For apps: the tags by which app groups find it (spec C7).
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub tags: BTreeSet<Tag>,
    /// The payloads whose own rules matter: of restrictions and of uploaded profiles.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub payloads: Vec<Payload>,
}

fn is_ordinary(role: &ItemRole) -> bool {
    *role == ItemRole::Ordinary
}

impl Item {
    /// An ordinary item whose id is its name.
    pub fn new(id: impl Into<ItemId>, kind: ItemKind, distribution: Distribution) -> Self {
        Self {
            id: id.into(),
            name: None,
            kind,
            role: if kind == ItemKind::SecureSignIn { ItemRole::SignInClip } else { ItemRole::Ordinary },
            distribution,
            reset_between_people: false,
            personal: false,
            tags: BTreeSet::new(),
            payloads: Vec::new(),
        }
    }

    /// The name that people read.
    #[must_use]
    pub fn label(&self) -> &str {
        self.name.as_deref().unwrap_or(self.id.as_str())
    }

    /// How the item's content is told apart on devices: personal content by whom it is made for,
    /// and an app that is reset between people by whose data it holds.
    #[must_use]
    pub fn rendering(&self, holder: &UserId) -> Rendering {
        let content = if self.personal { holder.as_str() } else { "" };
        if self.kind.is_app() && self.reset_between_people {
            Rendering::within_custody(content, holder.as_str())
        } else {
            Rendering::new(content)
        }
    }
}

/// A set of apps that is distributed together (spec C7). An app goes to whom its own distribution
/// or one of its groups reaches; whom one of them excludes does not get it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct AppGroup {
    /// Which one.
    pub id: AppGroupId,
    /// The name that people read; none means the id is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Apps that bear one of these tags belong to it.
    pub tags: BTreeSet<Tag>,
    /// Who gets them.
    pub distribution: Distribution,
}

impl AppGroup {
    /// The name that people read.
    #[must_use]
    pub fn label(&self) -> &str {
        self.name.as_deref().unwrap_or(self.id.as_str())
    }

    /// Whether the item is an app of this group.
    #[must_use]
    pub fn has(&self, item: &Item) -> bool {
        item.kind.is_app() && item.tags.iter().any(|tag| self.tags.contains(tag))
    }
}
