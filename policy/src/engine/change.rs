//! Changes, and what they do to a compiled policy.

mod groups;
mod items;
mod subjects;

use serde::{Deserialize, Serialize};

use super::bits::ones;
use super::holding::Holding;
use super::wave::Wave;
use super::{Effect, Engine};
use crate::fact::{Fact, Truth};
use crate::facts::DeviceFacts;
use crate::ids::{AppGroupId, AttributeId, DeviceGroupId, DeviceId, ItemId, UserGroupId, UserId};
use crate::snapshot::{AppGroup, Device, DeviceGroup, Item, SnapshotError, Thing, User, UserGroup};
use crate::value::Scalar;

/// One change of an organisation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum Change {
    /// A user's attribute. Empty means no value of its own: the default counts.
    UserAttribute {
        /// Whose.
        user: UserId,
        /// Which.
        attribute: AttributeId,
        /// From now on.
        value: Fact<Scalar>,
    },
    /// A device's attribute. Empty means no value of its own: the default counts.
    DeviceAttribute {
        /// Whose.
        device: DeviceId,
        /// Which.
        attribute: AttributeId,
        /// From now on.
        value: Fact<Scalar>,
    },
    /// What a device has told about itself.
    DeviceFacts {
        /// Which.
        device: DeviceId,
        /// From now on.
        facts: DeviceFacts,
    },
    /// A device passes to another user.
    Holder {
        /// Which device.
        device: DeviceId,
        /// To whom.
        user: UserId,
    },
    /// Whether a user is in a manual group.
    UserInGroup {
        /// Who.
        user: UserId,
        /// Where.
        group: UserGroupId,
        /// From now on.
        member: Truth,
    },
    /// Whether a device is in a manual group.
    DeviceInGroup {
        /// Which.
        device: DeviceId,
        /// Where.
        group: DeviceGroupId,
        /// From now on.
        member: Truth,
    },
    /// A user who is new, or everything about one who is known.
    PutUser(User),
    /// A user who holds no device and is named nowhere leaves.
    RemoveUser(UserId),
    /// A device that is new, or everything about one that is known.
    PutDevice(Box<Device>),
    /// A device leaves.
    RemoveDevice(DeviceId),
    /// A group that is new, or has another name or rule. A group that gets a rule loses its members.
    PutUserGroup(UserGroup),
    /// A group that nothing names goes.
    RemoveUserGroup(UserGroupId),
    /// A group that is new, or has another name or rule. A group that gets a rule loses its members.
    PutDeviceGroup(DeviceGroup),
    /// A group that nothing names goes.
    RemoveDeviceGroup(DeviceGroupId),
    /// An item that is new, at the end, or everything about one that is known.
    PutItem(Box<Item>),
    /// An item goes.
    RemoveItem(ItemId),
    /// An app group that is new, or everything about one that is known.
    PutAppGroup(AppGroup),
    /// An app group goes.
    RemoveAppGroup(AppGroupId),
}

fn missing(thing: Thing, id: &impl std::fmt::Display) -> SnapshotError {
    SnapshotError::missing("", thing, id)
}

impl Engine {
    /// Makes a change. Afterwards the engine decides as one that is made anew.
    ///
    /// # Errors
    ///
    /// What does not fit; then nothing has changed.
    pub fn apply(&mut self, change: &Change) -> Result<Effect, SnapshotError> {
        match change {
            Change::UserAttribute { user, attribute, value } => self.set_user_attribute(user, attribute, value),
            Change::DeviceAttribute { device, attribute, value } => self.set_device_attribute(device, attribute, value),
            Change::DeviceFacts { device, facts } => self.set_device_facts(device, facts),
            Change::Holder { device, user } => self.set_holder(device, user),
            Change::UserInGroup { user, group, member } => self.set_user_group(user, group, *member),
            Change::DeviceInGroup { device, group, member } => self.set_device_group(device, group, *member),
            Change::PutUser(user) => {
                let prepared = self.prepare_user(user)?;
                let is_new = self.users.number(&user.id).is_none();
                let mut wave = self.put_prepared_user(user, prepared);
                if let Some(number) = self.users.number(&user.id).filter(|_| is_new) {
                    self.ask_new_user(number, &mut wave);
                }
                Ok(self.spread(wave, Wave::default()))
            }
            Change::RemoveUser(user) => self.remove_user(user),
            Change::PutDevice(device) => self.put_device(device),
            Change::RemoveDevice(device) => self.remove_device(device),
            Change::PutUserGroup(group) => self.put_user_group(group),
            Change::RemoveUserGroup(group) => self.remove_user_group(group),
            Change::PutDeviceGroup(group) => self.put_device_group(group),
            Change::RemoveDeviceGroup(group) => self.remove_device_group(group),
            Change::PutItem(item) => self.put_item(item),
            Change::RemoveItem(item) => self.remove_item(item),
            Change::PutAppGroup(group) => self.put_app_group(group),
            Change::RemoveAppGroup(group) => self.remove_app_group(group),
        }
    }
}

impl Engine {
    /// Asks everything anew that reads what changed: the rules of user groups, what devices see of
    /// their holders, the rules of device groups.
    fn spread(&mut self, mut of_users: Wave, mut of_devices: Wave) -> Effect {
        self.users.settle(&mut of_users);
        for (node, block, bits) in &of_users.changed {
            let Some(projection) = self.users.nodes[*node].projection else { continue };
            for at in ones(bits) {
                let user = block * super::bits::BLOCK + at;
                let truth = self.users.nodes[*node].plane.get(user);
                match self.held_by.get(user) {
                    Some(Holding::Few(devices)) => {
                        for device in devices {
                            self.devices.set_node(projection, *device, truth, &mut of_devices);
                        }
                    }
                    Some(Holding::Many(devices)) => {
                        for (block, set) in devices.blocks.iter().enumerate() {
                            self.devices.set_block(projection, block, set, truth, &mut of_devices);
                        }
                    }
                    None => {}
                }
            }
        }
        self.devices.settle(&mut of_devices);
        let mut effect = Effect::default();
        for (node, block, bits) in &of_devices.changed {
            if self.devices.nodes[*node].of_items {
                effect.add(*block, bits);
            }
        }
        effect.retain(&self.devices.alive.blocks);
        effect
    }
}
