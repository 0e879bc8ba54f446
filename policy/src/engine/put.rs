//! Users and devices: whether they fit, and taking them in.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Display;

use super::groups::{device_key, user_key};
use super::node::{NodeId, NodeKind};
use super::wave::Wave;
use super::{Engine, facts};
use crate::attribute::AttributeDefinition;
use crate::fact::{Fact, Truth};
use crate::ids::AttributeId;
use crate::rule::{DeviceFact, UserFact};
use crate::snapshot::{Device, SnapshotError, SnapshotProblem, Thing, User};
use crate::value::{Scalar, Value};

/// What a user or device brings, checked: values by column, and membership by node.
pub(super) struct Prepared {
    /// INVARIANT: columns of built-in facts come first, then those of attributes.
    facts: Vec<(usize, Fact<Value>)>,
    groups: Vec<(NodeId, Truth)>,
}

impl Engine {
    /// Checks a user, and finds where everything goes.
    pub(super) fn prepare_user(&self, user: &User) -> Result<Prepared, SnapshotError> {
        if let Some(nobody) =
            self.nobody.and_then(|nobody| self.users.id(nobody)).filter(|id| user.nobody && **id != user.id)
        {
            let problem = SnapshotProblem::SecondNobody(nobody.to_string(), user.id.to_string());
            return Err(SnapshotError::new("nobody", problem));
        }
        let own = attributes(&self.attributes.user, &user.attributes, &user.unknown_attributes, Thing::UserAttribute)?;
        let known = UserFact::ALL.iter().map(|fact| facts::of_user(user, *fact));
        let facts = known.chain(own).enumerate().collect();
        check_disjoint(&user.groups, &user.unknown_groups, "unknownGroups")?;
        let mut groups = Vec::new();
        for (field, ids, truth) in
            [("groups", &user.groups, Truth::True), ("unknownGroups", &user.unknown_groups, Truth::Unknown)]
        {
            for (index, id) in ids.iter().enumerate() {
                let node = self.users.find(&user_key(id));
                let is_manual = node.is_some_and(|node| matches!(self.users.nodes[node].kind, NodeKind::Manual));
                groups.push((manual(node, is_manual, Thing::UserGroup, id, field, index)?, truth));
            }
        }
        Ok(Prepared { facts, groups })
    }

    /// Takes in a user, new or known. What reads it is told to the wave.
    pub(super) fn put_prepared_user(&mut self, user: &User, Prepared { facts, groups }: Prepared) -> Wave {
        let mut wave = Wave::default();
        let number = self.users.number(&user.id).unwrap_or_else(|| self.users.add(user.id.clone()));
        if self.held_by.len() <= number {
            self.held_by.resize_with(number + 1, Default::default);
        }
        if user.nobody {
            self.nobody = Some(number);
        } else if self.nobody == Some(number) {
            self.nobody = None;
        }
        for (column, fact) in facts {
            self.users.set_fact(column, number, fact, &mut wave);
        }
        for node in 0..self.users.nodes.len() {
            if matches!(self.users.nodes[node].kind, NodeKind::Manual) {
                let truth = groups.iter().find(|(group, _)| *group == node).map_or(Truth::False, |(_, truth)| *truth);
                self.users.set_node(node, number, truth, &mut wave);
            }
        }
        wave
    }

    /// Checks a device, and finds where everything goes.
    pub(super) fn prepare_device(&self, device: &Device) -> Result<Prepared, SnapshotError> {
        if self.users.number(&device.holder).is_none() {
            let problem = SnapshotProblem::Missing(Thing::User, device.holder.to_string());
            return Err(SnapshotError::new("holder", problem));
        }
        let own = attributes(
            &self.attributes.device,
            &device.attributes,
            &device.unknown_attributes,
            Thing::DeviceAttribute,
        )?;
        let known = DeviceFact::ALL.iter().map(|fact| facts::of_device(device, *fact));
        let facts = known.chain(own).enumerate().collect();
        check_disjoint(&device.groups, &device.unknown_groups, "unknownGroups")?;
        let mut groups = Vec::new();
        for (field, ids, truth) in
            [("groups", &device.groups, Truth::True), ("unknownGroups", &device.unknown_groups, Truth::Unknown)]
        {
            for (index, id) in ids.iter().enumerate() {
                let node = self.devices.find(&device_key(id));
                let is_manual = node.is_some_and(|node| matches!(self.devices.nodes[node].kind, NodeKind::Manual));
                groups.push((manual(node, is_manual, Thing::DeviceGroup, id, field, index)?, truth));
            }
        }
        Ok(Prepared { facts, groups })
    }

    /// Takes in a device, new or known. What reads it is told to the wave; says whether what it can
    /// take changed.
    pub(super) fn put_prepared_device(
        &mut self,
        device: &Device,
        Prepared { facts, groups }: Prepared,
    ) -> (Wave, bool) {
        let mut wave = Wave::default();
        let number = self.devices.number(&device.id).unwrap_or_else(|| self.devices.add(device.id.clone()));
        // INVARIANT: the holder was looked up when the device was prepared.
        let holder = self.users.number(&device.holder).unwrap_or_default();
        self.put_holder(number, holder, &mut wave);
        let takes = self.capabilities.set(number, &device.facts, self.devices.blocks());
        for (column, fact) in facts {
            self.devices.set_fact(column, number, fact, &mut wave);
        }
        for node in 0..self.devices.nodes.len() {
            if matches!(self.devices.nodes[node].kind, NodeKind::Manual) {
                let truth = groups.iter().find(|(group, _)| *group == node).map_or(Truth::False, |(_, truth)| *truth);
                self.devices.set_node(node, number, truth, &mut wave);
            }
        }
        if device.states.is_empty() {
            self.states.remove(&number);
        } else {
            self.states.insert(number, device.states.clone());
        }
        (wave, takes)
    }

    /// Gives a device to a user. What reads it is told to the wave.
    pub(super) fn put_holder(&mut self, device: usize, holder: usize, wave: &mut Wave) {
        if self.holder_of.len() <= device {
            self.holder_of.resize(device + 1, usize::MAX);
        }
        let before = std::mem::replace(&mut self.holder_of[device], holder);
        if before != holder {
            if let Some(held) = self.held_by.get_mut(before) {
                held.remove(device);
            }
            self.held_by[holder].add(device, self.devices.blocks());
        }
        for node in 0..self.devices.nodes.len() {
            if let NodeKind::OfHolder(of) = self.devices.nodes[node].kind {
                let truth = self.users.nodes[of].plane.get(holder);
                self.devices.set_node(node, device, truth, wave);
            }
        }
    }
}

/// The values of all attributes, in the order of their definitions, which is that of the columns.
fn attributes(
    definitions: &[AttributeDefinition],
    values: &BTreeMap<AttributeId, Scalar>,
    unknown: &BTreeSet<AttributeId>,
    thing: Thing,
) -> Result<Vec<Fact<Value>>, SnapshotError> {
    let is_defined = |id: &AttributeId| definitions.iter().any(|definition| definition.id == *id);
    let missing =
        |path: String, id: &AttributeId| SnapshotError::new(path, SnapshotProblem::Missing(thing, id.to_string()));
    if let Some(id) = values.keys().find(|id| !is_defined(id)) {
        return Err(missing(format!("attributes.{id}"), id));
    }
    if let Some((index, id)) = unknown.iter().enumerate().find(|(_, id)| !is_defined(id)) {
        return Err(missing(format!("unknownAttributes[{index}]"), id));
    }
    let mut found = Vec::with_capacity(definitions.len());
    for definition in definitions {
        let id = &definition.id;
        let fact = match (values.get(id), unknown.contains(id)) {
            (Some(_), true) => {
                return Err(SnapshotError::new("unknownAttributes", SnapshotProblem::KnownAndUnknown(id.to_string())));
            }
            (Some(scalar), false) => {
                let value = scalar.read(definition.attribute_type.value_type());
                Fact::Value(value.map_err(|problem| SnapshotError::new(format!("attributes.{id}"), problem))?)
            }
            (None, true) => Fact::Unknown,
            (None, false) => Fact::Empty,
        };
        found.push(fact);
    }
    Ok(found)
}

fn check_disjoint<I: Ord + Display>(
    known: &BTreeSet<I>,
    unknown: &BTreeSet<I>,
    field: &str,
) -> Result<(), SnapshotError> {
    match known.intersection(unknown).next() {
        Some(id) => Err(SnapshotError::new(field, SnapshotProblem::KnownAndUnknown(id.to_string()))),
        None => Ok(()),
    }
}

/// The node of a manual group.
fn manual(
    node: Option<NodeId>,
    is_manual: bool,
    thing: Thing,
    id: &impl Display,
    field: &str,
    index: usize,
) -> Result<NodeId, SnapshotError> {
    let problem = match node {
        Some(node) if is_manual => return Ok(node),
        Some(_) => SnapshotProblem::HasRule(thing, id.to_string()),
        None => SnapshotProblem::Missing(thing, id.to_string()),
    };
    Err(SnapshotError::new(format!("{field}[{index}]"), problem))
}
