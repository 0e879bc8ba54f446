//! What a what-if reads, as columns: small enough to travel, and the same in the server and in the browser.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::catalogue::Item;
use crate::distribution::Distribution;
use crate::facts::DeviceFacts;
use crate::ids::{DeviceGroupId, DeviceId, ItemId, UserGroupId, UserId};

/// Nobody's place among the holders.
pub const NOBODY: usize = 0;

/// Some items, and what their decisions read of the fleet. Devices, holders and facts are named by their places in
/// these lists; a place that does not exist leaves its device out.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct Columns {
    /// The items in question with their distributions.
    pub items: Vec<Item>,
    /// The devices.
    pub devices: DeviceColumns,
    /// All different facts that devices have: many devices share few.
    pub facts: Vec<DeviceFacts>,
    /// Nobody, then everybody who holds a device.
    pub holders: Vec<UserId>,
    /// User groups with the holders in them; a group that is not here has none. Everyone is one of them.
    pub user_groups: Vec<Posting<UserGroupId>>,
    /// Device groups with the devices in them; a group that is not here has none.
    pub device_groups: Vec<Posting<DeviceGroupId>>,
    /// Items that cannot be made for some devices' holders.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub unmakeable: Vec<Unmakeable>,
}

/// The devices: one entry per device in each column.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct DeviceColumns {
    /// Which one.
    pub ids: Vec<DeviceId>,
    /// What it is: a place in [`Columns::facts`].
    pub facts: Vec<u32>,
    /// Who holds it: a place in [`Columns::holders`].
    pub holders: Vec<u32>,
}

/// A group and who is in it: places of holders or of devices.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "schema", schemars(rename = "PostingBy{G}"))]
pub struct Posting<G> {
    /// The group.
    pub group: G,
    /// Who is surely in it.
    pub members: Vec<u32>,
    /// Of whom it cannot be told.
    #[serde(default = "Vec::<u32>::new", skip_serializing_if = "Vec::is_empty")]
    pub unknown: Vec<u32>,
}

/// An item whose content cannot be made on these devices for those who hold them: a personal text is empty or too long.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct Unmakeable {
    /// The item's place.
    pub item: u32,
    /// The devices' places.
    pub devices: Vec<u32>,
}

impl DeviceColumns {
    /// How many devices there are.
    #[must_use]
    pub fn count(&self) -> usize {
        self.holders.len()
    }

    /// The place of the device's holder.
    pub(super) fn holder(&self, device: usize) -> Option<usize> {
        self.holders.get(device).map(|place| *place as usize)
    }
}

impl Columns {
    /// The same with another distribution of one of its items.
    #[must_use]
    pub fn with_distribution(&self, item: &ItemId, distribution: Distribution) -> Self {
        let mut after = self.clone();
        if let Some(item) = after.items.iter_mut().find(|known| known.id == *item) {
            item.distribution = distribution;
        }
        after
    }

    /// The same after some users joined a group and others left it.
    #[must_use]
    pub fn with_user_group(&self, group: &UserGroupId, join: &BTreeSet<UserId>, leave: &BTreeSet<UserId>) -> Self {
        let mut after = self.clone();
        change(&mut after.user_groups, group, &self.holders, join, leave);
        after
    }

    /// The same after some devices joined a group and others left it.
    #[must_use]
    pub fn with_device_group(
        &self,
        group: &DeviceGroupId,
        join: &BTreeSet<DeviceId>,
        leave: &BTreeSet<DeviceId>,
    ) -> Self {
        let mut after = self.clone();
        change(&mut after.device_groups, group, &self.devices.ids, join, leave);
        after
    }
}

/// Who joins wins over who leaves. Those who have no place here matter to no device.
fn change<G: Clone + PartialEq, M: Ord>(
    postings: &mut Vec<Posting<G>>,
    group: &G,
    everybody: &[M],
    join: &BTreeSet<M>,
    leave: &BTreeSet<M>,
) {
    let known = postings.iter().position(|known| known.group == *group);
    let place = known.unwrap_or_else(|| {
        postings.push(Posting { group: group.clone(), members: Vec::new(), unknown: Vec::new() });
        postings.len() - 1
    });
    let posting = &mut postings[place];
    let stays =
        |place: &u32| everybody.get(*place as usize).is_some_and(|one| !join.contains(one) && !leave.contains(one));
    posting.members.retain(stays);
    posting.unknown.retain(stays);
    for (one, place) in everybody.iter().zip(0_u32..) {
        if join.contains(one) {
            posting.members.push(place);
        }
    }
}
