//! Changes of a snapshot, as plainly as they can be made.

use std::collections::BTreeSet;
use std::fmt::Display;

use super::{Group, Snapshot, SnapshotError, SnapshotProblem, Thing};
use crate::engine::Change;
use crate::fact::{Fact, Truth};

impl Snapshot {
    /// Makes a change. Whether the result still fits together, [`Engine::new`](crate::Engine::new)
    /// checks.
    ///
    /// # Errors
    ///
    /// [`SnapshotProblem::Missing`] for what should change or go and is not there,
    /// [`SnapshotProblem::HasRule`] for members by hand in a group with a rule.
    pub fn apply(&mut self, change: &Change) -> Result<(), SnapshotError> {
        match change {
            Change::UserAttribute { user, attribute, value } => {
                let definitions = &mut self.attributes.user;
                find(definitions, |known| known.id == *attribute, Thing::UserAttribute, attribute)?;
                let user = find(&mut self.users, |known| known.id == *user, Thing::User, user)?;
                user.attributes.remove(attribute);
                user.unknown_attributes.remove(attribute);
                match value {
                    Fact::Value(value) => drop(user.attributes.insert(attribute.clone(), value.clone())),
                    Fact::Unknown => drop(user.unknown_attributes.insert(attribute.clone())),
                    Fact::Empty => {}
                }
            }
            Change::DeviceAttribute { device, attribute, value } => {
                let definitions = &mut self.attributes.device;
                find(definitions, |known| known.id == *attribute, Thing::DeviceAttribute, attribute)?;
                let device = find(&mut self.devices, |known| known.id == *device, Thing::Device, device)?;
                device.attributes.remove(attribute);
                device.unknown_attributes.remove(attribute);
                match value {
                    Fact::Value(value) => drop(device.attributes.insert(attribute.clone(), value.clone())),
                    Fact::Unknown => drop(device.unknown_attributes.insert(attribute.clone())),
                    Fact::Empty => {}
                }
            }
            Change::DeviceFacts { device, facts } => {
                find(&mut self.devices, |known| known.id == *device, Thing::Device, device)?.facts = facts.clone();
            }
            Change::Holder { device, user } => {
                find(&mut self.devices, |known| known.id == *device, Thing::Device, device)?.holder = user.clone();
            }
            Change::UserInGroup { user, group, member } => {
                must_be_manual(&mut self.user_groups, group, Thing::UserGroup)?;
                let user = find(&mut self.users, |known| known.id == *user, Thing::User, user)?;
                put_member(&mut user.groups, &mut user.unknown_groups, group, *member);
            }
            Change::DeviceInGroup { device, group, member } => {
                must_be_manual(&mut self.device_groups, group, Thing::DeviceGroup)?;
                let device = find(&mut self.devices, |known| known.id == *device, Thing::Device, device)?;
                put_member(&mut device.groups, &mut device.unknown_groups, group, *member);
            }
            Change::PutUser(user) => put(&mut self.users, |known| known.id == user.id, user),
            Change::RemoveUser(id) => remove(&mut self.users, |known| known.id == *id, Thing::User, id)?,
            Change::PutDevice(device) => put(&mut self.devices, |known| known.id == device.id, device),
            Change::RemoveDevice(id) => remove(&mut self.devices, |known| known.id == *id, Thing::Device, id)?,
            Change::PutUserGroup(group) => {
                if group.rule.is_some() && has_no_rule(&self.user_groups, &group.id) {
                    self.users.iter_mut().for_each(|user| leave(&mut user.groups, &mut user.unknown_groups, &group.id));
                }
                put(&mut self.user_groups, |known| known.id == group.id, group);
            }
            Change::RemoveUserGroup(id) => {
                remove(&mut self.user_groups, |known| known.id == *id, Thing::UserGroup, id)?;
                self.users.iter_mut().for_each(|user| leave(&mut user.groups, &mut user.unknown_groups, id));
            }
            Change::PutDeviceGroup(group) => {
                if group.rule.is_some() && has_no_rule(&self.device_groups, &group.id) {
                    self.devices
                        .iter_mut()
                        .for_each(|each| leave(&mut each.groups, &mut each.unknown_groups, &group.id));
                }
                put(&mut self.device_groups, |known| known.id == group.id, group);
            }
            Change::RemoveDeviceGroup(id) => {
                remove(&mut self.device_groups, |known| known.id == *id, Thing::DeviceGroup, id)?;
                self.devices.iter_mut().for_each(|device| leave(&mut device.groups, &mut device.unknown_groups, id));
            }
            Change::PutItem(item) => put(&mut self.items, |known| known.id == item.id, item),
            Change::RemoveItem(id) => remove(&mut self.items, |known| known.id == *id, Thing::Item, id)?,
            Change::PutAppGroup(group) => put(&mut self.app_groups, |known| known.id == group.id, group),
            Change::RemoveAppGroup(id) => remove(&mut self.app_groups, |known| known.id == *id, Thing::AppGroup, id)?,
        }
        Ok(())
    }
}

fn must_be_manual<I: PartialEq + Display>(groups: &mut [Group<I>], id: &I, thing: Thing) -> Result<(), SnapshotError> {
    match find(groups, |known| known.id == *id, thing, id)?.rule {
        None => Ok(()),
        Some(_) => Err(SnapshotError::new("group", SnapshotProblem::HasRule(thing, id.to_string()))),
    }
}

fn find<'a, T>(
    things: &'a mut [T],
    is_it: impl Fn(&T) -> bool,
    thing: Thing,
    id: &impl Display,
) -> Result<&'a mut T, SnapshotError> {
    things.iter_mut().find(|known| is_it(known)).ok_or_else(|| SnapshotError::missing("", thing, id))
}

fn put<T: Clone>(things: &mut Vec<T>, is_it: impl Fn(&T) -> bool, new: &T) {
    match things.iter_mut().find(|known| is_it(known)) {
        Some(known) => known.clone_from(new),
        None => things.push(new.clone()),
    }
}

fn remove<T>(
    things: &mut Vec<T>,
    is_it: impl Fn(&T) -> bool,
    thing: Thing,
    id: &impl Display,
) -> Result<(), SnapshotError> {
    let count = things.len();
    things.retain(|known| !is_it(known));
    if things.len() < count { Ok(()) } else { Err(SnapshotError::missing("", thing, id)) }
}

fn has_no_rule<I: PartialEq>(groups: &[Group<I>], id: &I) -> bool {
    groups.iter().any(|group| group.id == *id && group.rule.is_none())
}

fn leave<I: Ord>(known: &mut BTreeSet<I>, unknown: &mut BTreeSet<I>, id: &I) {
    known.remove(id);
    unknown.remove(id);
}

fn put_member<I: Ord + Clone>(known: &mut BTreeSet<I>, unknown: &mut BTreeSet<I>, id: &I, member: Truth) {
    leave(known, unknown, id);
    match member {
        Truth::True => drop(known.insert(id.clone())),
        Truth::Unknown => drop(unknown.insert(id.clone())),
        Truth::False => {}
    }
}
