//! Changes of single users and devices.

use super::{Effect, Engine, Wave, missing};
use crate::attribute::AttributeDefinition;
use crate::engine::bits::BLOCK;
use crate::engine::facts;
use crate::engine::groups::{device_key, user_key};
use crate::engine::node::NodeKind;
use crate::fact::{Fact, Truth};
use crate::facts::DeviceFacts;
use crate::ids::{AttributeId, DeviceGroupId, DeviceId, UserGroupId, UserId};
use crate::rule::{DeviceFact, UserFact};
use crate::snapshot::{Device, SnapshotError, SnapshotProblem, Thing};
use crate::value::{Scalar, Value};

impl Engine {
    pub(super) fn set_user_attribute(
        &mut self,
        user: &UserId,
        attribute: &AttributeId,
        value: &Fact<Scalar>,
    ) -> Result<Effect, SnapshotError> {
        let number = self.users.number(user).ok_or_else(|| missing(Thing::User, user))?;
        let index = self.attributes.user.iter().position(|definition| definition.id == *attribute);
        let index = index.ok_or_else(|| missing(Thing::UserAttribute, attribute))?;
        let fact = read(&self.attributes.user[index], value)?;
        // The columns of attributes come after those of built-in facts, in the order of their definitions.
        let column = UserFact::ALL.len() + index;
        let mut wave = Wave::default();
        self.users.set_fact(column, number, fact, &mut wave);
        Ok(self.spread(wave, Wave::default()))
    }

    pub(super) fn set_device_attribute(
        &mut self,
        device: &DeviceId,
        attribute: &AttributeId,
        value: &Fact<Scalar>,
    ) -> Result<Effect, SnapshotError> {
        let number = self.devices.number(device).ok_or_else(|| missing(Thing::Device, device))?;
        let index = self.attributes.device.iter().position(|definition| definition.id == *attribute);
        let index = index.ok_or_else(|| missing(Thing::DeviceAttribute, attribute))?;
        let fact = read(&self.attributes.device[index], value)?;
        // The columns of attributes come after those of built-in facts, in the order of their definitions.
        let column = DeviceFact::ALL.len() + index;
        let mut wave = Wave::default();
        self.devices.set_fact(column, number, fact, &mut wave);
        Ok(self.spread(Wave::default(), wave))
    }

    pub(super) fn set_device_facts(&mut self, device: &DeviceId, given: &DeviceFacts) -> Result<Effect, SnapshotError> {
        let number = self.devices.number(device).ok_or_else(|| missing(Thing::Device, device))?;
        let takes_other = self.capabilities.set(number, given, self.devices.blocks());
        let mut wave = Wave::default();
        for (column, fact) in DeviceFact::ALL.iter().enumerate() {
            if let Some(value) = facts::of_facts(given, *fact) {
                self.devices.set_fact(column, number, value, &mut wave);
            }
        }
        Ok(self.with_device(number, takes_other, wave))
    }

    /// The effect, and the device itself if what it can take is different.
    fn with_device(&mut self, number: usize, takes_other: bool, wave: Wave) -> Effect {
        let mut effect = self.spread(Wave::default(), wave);
        if takes_other {
            effect.add_one(number);
        }
        effect
    }

    pub(super) fn set_holder(&mut self, device: &DeviceId, user: &UserId) -> Result<Effect, SnapshotError> {
        let number = self.devices.number(device).ok_or_else(|| missing(Thing::Device, device))?;
        let holder = self.users.number(user).ok_or_else(|| missing(Thing::User, user))?;
        let mut wave = Wave::default();
        self.put_holder(number, holder, &mut wave);
        Ok(self.spread(Wave::default(), wave))
    }

    pub(super) fn set_user_group(
        &mut self,
        user: &UserId,
        group: &UserGroupId,
        member: Truth,
    ) -> Result<Effect, SnapshotError> {
        let number = self.users.number(user).ok_or_else(|| missing(Thing::User, user))?;
        let node = self.users.find(&user_key(group)).ok_or_else(|| missing(Thing::UserGroup, group))?;
        must_be_manual(&self.users.nodes[node].kind, Thing::UserGroup, group)?;
        let mut wave = Wave::default();
        self.users.set_node(node, number, member, &mut wave);
        Ok(self.spread(wave, Wave::default()))
    }

    pub(super) fn set_device_group(
        &mut self,
        device: &DeviceId,
        group: &DeviceGroupId,
        member: Truth,
    ) -> Result<Effect, SnapshotError> {
        let number = self.devices.number(device).ok_or_else(|| missing(Thing::Device, device))?;
        let node = self.devices.find(&device_key(group)).ok_or_else(|| missing(Thing::DeviceGroup, group))?;
        must_be_manual(&self.devices.nodes[node].kind, Thing::DeviceGroup, group)?;
        let mut wave = Wave::default();
        self.devices.set_node(node, number, member, &mut wave);
        Ok(self.spread(Wave::default(), wave))
    }

    pub(super) fn remove_user(&mut self, user: &UserId) -> Result<Effect, SnapshotError> {
        let number = self.users.number(user).ok_or_else(|| missing(Thing::User, user))?;
        let in_use = |by: String| SnapshotError::new("", SnapshotProblem::InUse(Thing::User, user.to_string(), by));
        if !self.held_by[number].is_empty() {
            let device = self.devices.iter().find(|(device, _)| self.holder_of[*device] == number);
            return Err(in_use(device.map_or_else(String::new, |(_, id)| format!("the device `{id}`"))));
        }
        if let Some(by) = self.names(|custom| custom.include_users.contains(user)) {
            return Err(in_use(by));
        }
        self.users.remove(user);
        if self.nobody == Some(number) {
            self.nobody = None;
        }
        Ok(Effect::default())
    }

    pub(super) fn put_device(&mut self, device: &Device) -> Result<Effect, SnapshotError> {
        let prepared = self.prepare_device(device)?;
        let is_new = self.devices.number(&device.id).is_none();
        let (mut wave, takes_other) = self.put_prepared_device(device, prepared);
        let number = self.devices.number(&device.id).unwrap_or_default();
        if is_new {
            // Its number may have been another's, whose answers are still there.
            for node in self.rules_in_order(crate::rule::Side::Device) {
                self.devices.ask_again(node, number / BLOCK, &mut wave);
            }
        }
        Ok(self.with_device(number, takes_other || is_new, wave))
    }

    pub(super) fn remove_device(&mut self, device: &DeviceId) -> Result<Effect, SnapshotError> {
        let number = self.devices.number(device).ok_or_else(|| missing(Thing::Device, device))?;
        if let Some(held) = self.held_by.get_mut(self.holder_of[number]) {
            held.remove(number);
        }
        self.holder_of[number] = usize::MAX;
        self.states.remove(&number);
        self.devices.remove(device);
        Ok(Effect::default())
    }

    /// Asks every rule anew for a user whose number may have been another's.
    pub(super) fn ask_new_user(&mut self, number: usize, wave: &mut Wave) {
        for node in self.rules_in_order(crate::rule::Side::User) {
            self.users.ask_again(node, number / BLOCK, wave);
        }
    }
}

fn read(definition: &AttributeDefinition, value: &Fact<Scalar>) -> Result<Fact<Value>, SnapshotError> {
    Ok(match value {
        Fact::Unknown => Fact::Unknown,
        Fact::Empty => Fact::Empty,
        Fact::Value(scalar) => {
            let value = scalar.read(definition.attribute_type.value_type());
            Fact::Value(value.map_err(|problem| SnapshotError::new("value", problem))?)
        }
    })
}

fn must_be_manual(kind: &NodeKind, thing: Thing, group: &impl std::fmt::Display) -> Result<(), SnapshotError> {
    match kind {
        NodeKind::Manual => Ok(()),
        _ => Err(SnapshotError::new("group", SnapshotProblem::HasRule(thing, group.to_string()))),
    }
}
