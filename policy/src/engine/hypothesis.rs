//! Decisions as if something were different: another holder, another value, another group.

use super::bits::Block;
use super::node::{NodeId, NodeKind};
use super::{DeviceIndex, Engine, ItemIndex, NO_SUCH_DEVICE, NO_SUCH_ITEM, UserIndex, facts};
use crate::attribute::AttributeDefinition;
use crate::decision::Decision;
use crate::fact::{Fact, Truth};
use crate::facts::DeviceFacts;
use crate::handover::Target;
use crate::ids::AttributeId;
use crate::rule::{DeviceFact, FactRef, GroupRef, Rule, Side};
use crate::value::{Value, ValueType};

/// What is different from how things are.
#[derive(Clone, Debug, Default)]
pub(crate) struct Hypothesis {
    /// Who holds the device.
    pub holder: Option<UserIndex>,
    /// What the device is.
    pub facts: Option<DeviceFacts>,
    /// What a fact or attribute is.
    pub fact: Option<(FactRef, Fact<Value>)>,
    /// Whether the device or its holder is in a manual group.
    pub group: Option<(GroupRef, Truth)>,
}

/// One device as the hypothesis says, in numbers.
struct Case<'a> {
    engine: &'a Engine,
    device: usize,
    holder: usize,
    facts: Option<&'a DeviceFacts>,
    fact: Option<(bool, usize, &'a Fact<Value>)>,
    group: Option<(bool, NodeId, Truth)>,
}

impl Engine {
    /// [`Engine::decide`] as if this user held the device: what signing in or out would bring.
    #[must_use]
    pub fn decide_for(&self, item: ItemIndex, device: DeviceIndex, holder: UserIndex) -> Decision {
        self.decide_if(item, device, &Hypothesis { holder: Some(holder), ..Hypothesis::default() })
    }

    /// [`Engine::decide_for`] this user, and without one [`Engine::decide`].
    #[must_use]
    pub fn decide_as(&self, item: ItemIndex, device: DeviceIndex, holder: Option<UserIndex>) -> Decision {
        match holder {
            Some(holder) => self.decide_for(item, device, holder),
            None => self.decide(item, device),
        }
    }

    /// [`Engine::decide`] as if something were different.
    pub(crate) fn decide_if(&self, item: ItemIndex, device: DeviceIndex, hypothesis: &Hypothesis) -> Decision {
        let Some(item) = self.compiled.get(item.0 as usize) else { return NO_SUCH_ITEM };
        let Some(case) = self.case(device, hypothesis) else { return NO_SUCH_DEVICE };
        let takes = match &hypothesis.facts {
            Some(facts) => self.capabilities.decide_if(item.burden, facts),
            None => self.capabilities.decide(item.burden, device.0 as usize),
        };
        item.reach.decide(&|node| case.of_device(node)).narrowed_by(takes)
    }

    /// Whether the device or its holder is in a group, as if something were different.
    pub(crate) fn is_in_if(&self, device: DeviceIndex, group: &GroupRef, hypothesis: &Hypothesis) -> Truth {
        let Some(case) = self.case(device, hypothesis) else { return Truth::False };
        match group {
            GroupRef::User(id) => {
                self.users.find(&super::groups::user_key(id)).map_or(Truth::False, |node| case.of_user(node))
            }
            GroupRef::Device(id) => {
                self.devices.find(&super::groups::device_key(id)).map_or(Truth::False, |node| case.of_device(node))
            }
        }
    }

    /// What the device, or its holder, has; the holder can be another one.
    pub(crate) fn fact_of(&self, fact: &FactRef, device: DeviceIndex, holder: Option<UserIndex>) -> Fact<Value> {
        let device = device.0 as usize;
        let holder = holder.map(|holder| holder.0 as usize).or_else(|| self.holder_of.get(device).copied());
        let found = match (fact, holder) {
            (FactRef::Device(_) | FactRef::DeviceAttribute(_), _) => self.devices.fact(fact, device),
            (FactRef::User(_) | FactRef::UserAttribute(_), Some(holder)) => self.users.fact(fact, holder),
            (FactRef::User(_) | FactRef::UserAttribute(_), None) => Fact::Unknown,
        };
        owned(found)
    }

    /// What a device or user without a value of its own has.
    pub(crate) fn emptied(&self, fact: &FactRef) -> Fact<Value> {
        owned(match fact.side() {
            Side::User => self.users.emptied(fact),
            Side::Device => self.devices.emptied(fact),
        })
    }

    /// What a user has.
    pub(crate) fn user_fact(&self, fact: &FactRef, user: UserIndex) -> Fact<&Value> {
        self.users.fact(fact, user.0 as usize)
    }

    /// The name of a group.
    pub(crate) fn group_label(&self, group: &GroupRef) -> Option<&str> {
        match group {
            GroupRef::User(id) => {
                self.user_groups.iter().find(|(group, _)| group.id == *id).map(|(group, _)| group.label())
            }
            GroupRef::Device(id) => {
                self.device_groups.iter().find(|(group, _)| group.id == *id).map(|(group, _)| group.label())
            }
        }
    }

    /// The name of an attribute.
    pub(crate) fn attribute_label(&self, side: Side, id: &AttributeId) -> Option<&str> {
        let definitions = match side {
            Side::User => &self.attributes.user,
            Side::Device => &self.attributes.device,
        };
        definitions.iter().find(|definition| definition.id == *id).map(AttributeDefinition::label)
    }

    /// What the device has told about itself.
    pub(crate) fn facts_of(&self, device: DeviceIndex) -> Option<&DeviceFacts> {
        self.devices.alive.contains(device.0 as usize).then(|| self.capabilities.facts(device.0 as usize))
    }

    /// Whether a device with these facts can take the item.
    pub(crate) fn takes(&self, item: ItemIndex, facts: &DeviceFacts) -> Option<Decision> {
        Some(self.capabilities.decide_if(self.compiled.get(item.0 as usize)?.burden, facts))
    }

    /// The rule of a dynamic group.
    pub(crate) fn rule_of(&self, group: &GroupRef) -> Option<&Rule> {
        match group {
            GroupRef::User(id) => self.user_groups.iter().find(|(group, _)| group.id == *id)?.1.as_ref(),
            GroupRef::Device(id) => self.device_groups.iter().find(|(group, _)| group.id == *id)?.1.as_ref(),
        }
    }

    /// The type of a fact or attribute.
    pub(crate) fn value_type_of(&self, fact: &FactRef) -> Option<ValueType<'_>> {
        match fact {
            FactRef::User(fact) => Some(fact.value_type()),
            FactRef::Device(fact) => Some(fact.value_type()),
            FactRef::UserAttribute(id) => type_in(&self.attributes.user, id),
            FactRef::DeviceAttribute(id) => type_in(&self.attributes.device, id),
        }
    }

    fn case<'a>(&'a self, device: DeviceIndex, hypothesis: &'a Hypothesis) -> Option<Case<'a>> {
        let device = device.0 as usize;
        let holder = hypothesis.holder.map_or(*self.holder_of.get(device)?, |holder| holder.0 as usize);
        if !self.devices.alive.contains(device) || !self.users.alive.contains(holder) {
            return None;
        }
        let fact = hypothesis.fact.as_ref().and_then(|(fact, value)| match fact {
            FactRef::User(_) | FactRef::UserAttribute(_) => Some((true, self.users.column(fact)?, value)),
            FactRef::Device(_) | FactRef::DeviceAttribute(_) => Some((false, self.devices.column(fact)?, value)),
        });
        let group = hypothesis.group.as_ref().and_then(|(group, truth)| match group {
            GroupRef::User(id) => Some((true, self.users.find(&super::groups::user_key(id))?, *truth)),
            GroupRef::Device(id) => Some((false, self.devices.find(&super::groups::device_key(id))?, *truth)),
        });
        Some(Case { engine: self, device, holder, facts: hypothesis.facts.as_ref(), fact, group })
    }

    /// Every item that is not denied, in the catalogue's order, as if this user held the device.
    /// Undecided ones are among them, because while the holder stays they are neither installed nor
    /// removed.
    #[must_use]
    pub fn targets(&self, device: DeviceIndex, holder: UserIndex) -> Vec<Target> {
        let Some(holder_id) = self.user_id(holder) else { return Vec::new() };
        self.items()
            .map(|(index, item)| Target {
                item: item.id.clone(),
                rendering: item.rendering(holder_id),
                role: item.role,
                decision: self.decide_for(index, device, holder),
                is_app: item.kind.is_app(),
                reset_between_people: item.reset_between_people,
            })
            .filter(|target| target.decision.outcome != crate::Outcome::Deny)
            .collect()
    }

    /// A node's answers for a block of devices, as if users of one kind held them all: `leaf` is what
    /// is true of that kind.
    pub(super) fn block_for(&self, node: NodeId, block: usize, leaf: &impl Fn(NodeId) -> Truth) -> Block {
        let node = &self.devices.nodes[node];
        match &node.kind {
            NodeKind::OfHolder(of) => Block::splat(leaf(*of)),
            NodeKind::Rule(expression) if node.by_holder => expression.block(&|node| self.block_for(node, block, leaf)),
            _ => node.plane.blocks[block],
        }
    }

    /// The node of a group of users.
    pub(super) fn user_node(&self, group: &GroupRef) -> Option<NodeId> {
        let GroupRef::User(id) = group else { return None };
        self.users.find(&super::groups::user_key(id))
    }

    /// Which users a distribution tells apart: the nodes of users that the item reads, whatever the
    /// device.
    pub(super) fn holder_nodes(&self, item: ItemIndex) -> Vec<NodeId> {
        let Some(item) = self.compiled.get(item.0 as usize) else { return Vec::new() };
        let mut open: Vec<NodeId> = item.reach.parts.iter().flat_map(super::part::Part::nodes).collect();
        let mut seen = Vec::new();
        let mut found = Vec::new();
        while let Some(node) = open.pop() {
            if seen.contains(&node) {
                continue;
            }
            seen.push(node);
            match &self.devices.nodes[node].kind {
                NodeKind::OfHolder(of) => found.push(*of),
                NodeKind::Rule(expression) => expression.visit(&mut |read| open.push(read)),
                _ => {}
            }
        }
        found.sort_unstable();
        found
    }
}

fn owned(fact: Fact<&Value>) -> Fact<Value> {
    match fact {
        Fact::Value(value) => Fact::Value(value.clone()),
        Fact::Empty => Fact::Empty,
        Fact::Unknown => Fact::Unknown,
    }
}

fn type_in<'a>(definitions: &'a [AttributeDefinition], id: &AttributeId) -> Option<ValueType<'a>> {
    definitions.iter().find(|definition| definition.id == *id).map(|definition| definition.attribute_type.value_type())
}

impl Case<'_> {
    fn of_device(&self, node: NodeId) -> Truth {
        let space = &self.engine.devices;
        match (&space.nodes[node].kind, self.group) {
            (_, Some((false, group, truth))) if group == node => truth,
            (NodeKind::Fact { column, test, .. }, _) => match self.device_fact(*column) {
                Some(fact) => test.on(&fact),
                None => space.nodes[node].plane.get(self.device),
            },
            (NodeKind::OfHolder(of), _) => self.of_user(*of),
            (NodeKind::Rule(expression), _) => expression.truth(&|node| self.of_device(node)),
            _ => space.nodes[node].plane.get(self.device),
        }
    }

    /// A fact of the device that is different.
    fn device_fact(&self, column: usize) -> Option<Fact<Value>> {
        if let Some((false, different, fact)) = self.fact
            && different == column
        {
            return Some(fact.clone());
        }
        // The columns of built-in facts come first, in their order.
        facts::of_facts(self.facts?, *DeviceFact::ALL.get(column)?)
    }

    fn of_user(&self, node: NodeId) -> Truth {
        let space = &self.engine.users;
        match (&space.nodes[node].kind, self.group, self.fact) {
            (_, Some((true, group, truth)), _) if group == node => truth,
            (NodeKind::Fact { column, test, .. }, _, Some((true, different, fact))) if different == *column => {
                test.on(fact)
            }
            (NodeKind::Rule(expression), ..) => expression.truth(&|node| self.of_user(node)),
            _ => space.nodes[node].plane.get(self.holder),
        }
    }
}
