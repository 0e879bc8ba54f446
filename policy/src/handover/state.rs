//! What is, or might be, on a device; and what should be.

use serde::{Deserialize, Serialize};

use crate::decision::Decision;
use crate::ids::ItemId;
use crate::item::ItemRole;
use crate::name::named;

named! {
    /// Whether something is on the device.
    pub enum Presence {
        /// It is not: never sent, or its removal was confirmed.
        Absent = "absent",
        /// It might be: a command that installs or removes it was sent and not answered.
        Maybe = "maybe",
        /// It is: the device confirmed it.
        Present = "present",
    }
}

/// A hash of an item's content after personal substitution: two people get the same rendering of
/// an item exactly if nothing in it is personal (spec A3).
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(transparent)]
pub struct Rendering(pub String);

/// Parts the content from the custody in the rendering of an app that is reset between people.
const CUSTODY_MARK: char = '@';

impl Rendering {
    /// The rendering with this hash.
    pub fn new(content: impl Into<String>) -> Self {
        Self(content.into())
    }

    /// The rendering of an app that is reset between people: its data belongs to one custody, so
    /// the custody is part of what the device has. A plan can then tell an app that still holds
    /// the former holder's data from one that was already installed afresh.
    #[must_use]
    pub fn within_custody(content: &str, custody: &str) -> Self {
        Self(format!("{content}{CUSTODY_MARK}{custody}"))
    }

    /// The hash.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether the rendering names the custody its data belongs to.
    pub(crate) fn names_custody(&self) -> bool {
        self.0.contains(CUSTODY_MARK)
    }
}

impl From<&str> for Rendering {
    fn from(text: &str) -> Self {
        Self(text.to_owned())
    }
}

impl From<String> for Rendering {
    fn from(text: String) -> Self {
        Self(text)
    }
}

/// One rendering of an item that is, might be, or was on the device.
///
/// An item has one place on a device (one profile identifier, one bundle identifier), so at most
/// one of its rows is really there: when an install is confirmed, the item's other rows become
/// absent, and when a removal is confirmed, all of them do.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ItemState {
    /// Which item.
    pub item: ItemId,
    /// Which rendering of it.
    pub rendering: Rendering,
    /// Whether it is there.
    pub presence: Presence,
    /// Whether Baton can remove it.
    pub removable: bool,
    /// What the server needs it for. It matters when the item is no longer desired: what keeps
    /// the device in reach goes last.
    #[serde(default)]
    pub role: ItemRole,
}

impl ItemState {
    /// Whether it is or might be there.
    #[must_use]
    pub fn is_on_device(&self) -> bool {
        self.presence != Presence::Absent
    }
}

/// An item that the policy says something about for the device and its holder.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct Target {
    /// Which item.
    pub item: ItemId,
    /// The rendering for this holder.
    pub rendering: Rendering,
    /// What the server needs it for.
    #[serde(default)]
    pub role: ItemRole,
    /// What the policy says. A denied target counts as if it were not listed.
    pub decision: Decision,
    /// Whether it is an app.
    #[serde(default)]
    pub is_app: bool,
    /// Whether the app is removed and installed afresh when the holder changes (spec A11). Its
    /// rendering should then be [`Rendering::within_custody`].
    #[serde(default)]
    pub reset_between_people: bool,
}
