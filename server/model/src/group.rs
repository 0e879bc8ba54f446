//! Groups of users and of devices.

use serde::{Deserialize, Serialize};

use crate::{DeviceGroupId, UserGroupId};

/// A group of users with hand-picked members, or the built-in Everyone.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct UserGroup {
    /// The id; `everyone` for Everyone.
    pub id: UserGroupId,
    /// The name, unique among user groups after folding.
    pub name: String,
    /// What the group is for.
    pub description: String,
    /// How many users it has; Nobody counts.
    pub members: i64,
}

/// A group of devices with hand-picked members.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct DeviceGroup {
    /// The id.
    pub id: DeviceGroupId,
    /// The name, unique among device groups after folding.
    pub name: String,
    /// What the group is for.
    pub description: String,
    /// How many devices it has.
    pub members: i64,
}
