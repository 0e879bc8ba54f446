//! Groups, their rules, and the order in which rules are asked.

use std::collections::{BTreeMap, BTreeSet};

use super::Engine;
use super::node::{Expression, NodeId, NodeKey, NodeKind};
use super::wave::Wave;
use crate::ids::{DeviceGroupId, UserGroupId};
use crate::rule::{Condition, GroupRef, Rule, Side};
use crate::snapshot::{DeviceGroup, Group, SnapshotProblem, Thing, UserGroup};

/// Finds groups that ask for each other, and names them in the order of asking.
pub(super) fn cycle<'a, I: AsRef<str> + 'a>(
    groups: impl Iterator<Item = (&'a Group<I>, Option<&'a Rule>)>,
    side: Side,
) -> Option<Vec<String>> {
    let mut asks: BTreeMap<&str, BTreeSet<String>> = BTreeMap::new();
    for (group, rule) in groups {
        let mut asked = BTreeSet::new();
        if let Some(rule) = rule {
            rule.visit(&mut |leaf| {
                if let crate::rule::Leaf::Group(group) = leaf
                    && group.side() == side
                {
                    asked.insert(group.as_str().to_owned());
                }
            });
        }
        asks.insert(group.id.as_ref(), asked);
    }
    // Groups that ask for none of those that are left can be answered; who is left asks in circles.
    loop {
        let settled: BTreeSet<&str> = asks
            .iter()
            .filter(|(_, asked)| asked.iter().all(|group| !asks.contains_key(group.as_str())))
            .map(|(group, _)| *group)
            .collect();
        if settled.is_empty() {
            break;
        }
        asks.retain(|group, _| !settled.contains(group));
    }
    let (first, _) = asks.first_key_value()?;
    let mut way = vec![(*first).to_owned()];
    while let Some(next) =
        way.last().and_then(|last| asks.get(last.as_str())?.iter().find(|group| asks.contains_key(group.as_str())))
    {
        if let Some(start) = way.iter().position(|group| group == next) {
            way.drain(..start);
            way.push(next.clone());
            return Some(way);
        }
        way.push(next.clone());
    }
    None
}

/// The cycle as a problem.
pub(super) fn cycle_problem(way: &[String], side: Side) -> SnapshotProblem {
    let names: Vec<String> = way.iter().map(|group| format!("`{group}`")).collect();
    let thing = match side {
        Side::User => Thing::UserGroup,
        Side::Device => Thing::DeviceGroup,
    };
    SnapshotProblem::Cycle(thing, names.join(" → "))
}

impl Engine {
    /// Makes the nodes of a rule that nothing was made of yet.
    pub(super) fn compile_rule(&mut self, rule: &Rule, side: Side) -> Expression {
        let parts = rule.parts().iter().map(|part| self.compile_rule(part, side)).collect();
        match rule {
            Rule::All(_) => Expression::All(parts),
            Rule::Any(_) => Expression::Any(parts),
            Rule::None(_) => Expression::None(parts),
            Rule::Condition(condition) => self.condition_node(condition, side).map_or(NEVER, Expression::Is),
            Rule::InGroup(group) => self.group_node(group, side).map_or(NEVER, Expression::Is),
            Rule::NotInGroup(group) => self.group_node(group, side).map_or(ALWAYS, Expression::IsNot),
        }
    }

    /// The node of a condition in the space of a side.
    pub(super) fn condition_node(&mut self, condition: &Condition, side: Side) -> Option<NodeId> {
        match (condition.fact.side(), side) {
            (Side::User, Side::User) => self.users.condition(condition),
            (Side::User, Side::Device) => {
                let node = self.users.condition(condition)?;
                Some(self.project(node))
            }
            (Side::Device, _) => self.devices.condition(condition),
        }
    }

    /// The node of a group in the space of a side.
    pub(super) fn group_node(&mut self, group: &GroupRef, side: Side) -> Option<NodeId> {
        match (group, side) {
            (GroupRef::User(id), Side::User) => self.users.find(&NodeKey::UserGroup(id.clone())),
            (GroupRef::User(id), Side::Device) => {
                let node = self.users.find(&NodeKey::UserGroup(id.clone()))?;
                Some(self.project(node))
            }
            (GroupRef::Device(id), _) => self.devices.find(&NodeKey::DeviceGroup(id.clone())),
        }
    }

    /// What devices see of a node of users.
    pub(super) fn project(&mut self, node: NodeId) -> NodeId {
        if let Some(projection) = self.users.nodes[node].projection {
            return projection;
        }
        let projection = self.devices.add_node(NodeKey::OfHolder(node), NodeKind::OfHolder(node));
        self.users.nodes[node].projection = Some(projection);
        self.devices.nodes[projection].by_holder = true;
        let (users, devices) = (&self.users.nodes[node].plane, &mut self.devices);
        for (device, holder) in self.holder_of.iter().enumerate() {
            if devices.alive.contains(device) {
                devices.nodes[projection].plane.set(device, users.get(*holder));
            }
        }
        projection
    }

    /// Compiles the rules of all groups of a side and asks them of everybody.
    pub(super) fn compile_groups(&mut self, side: Side) {
        let rules: Vec<(NodeKey, Option<Rule>)> = match side {
            Side::User => self.user_groups.iter().map(|(group, rule)| (user_key(&group.id), rule.clone())).collect(),
            Side::Device => {
                self.device_groups.iter().map(|(group, rule)| (device_key(&group.id), rule.clone())).collect()
            }
        };
        for (key, rule) in &rules {
            if let Some(rule) = rule {
                self.set_rule(key, rule, side);
            }
        }
        self.link();
        for node in self.rules_in_order(side) {
            self.ask_everybody(node, side);
        }
    }

    /// Gives a group's node a rule; it is not asked yet.
    pub(super) fn set_rule(&mut self, key: &NodeKey, rule: &Rule, side: Side) {
        let expression = self.compile_rule(rule, side);
        let nodes = match side {
            Side::User => self.users.find(key).map(|node| &mut self.users.nodes[node]),
            Side::Device => self.devices.find(key).map(|node| &mut self.devices.nodes[node]),
        };
        if let Some(node) = nodes {
            node.kind = NodeKind::Rule(expression);
        }
    }

    pub(super) fn ask_everybody(&mut self, node: NodeId, side: Side) -> Wave {
        let mut wave = Wave::default();
        match side {
            Side::User => (0..self.users.blocks()).for_each(|block| self.users.ask_again(node, block, &mut wave)),
            Side::Device => (0..self.devices.blocks()).for_each(|block| self.devices.ask_again(node, block, &mut wave)),
        }
        wave
    }

    pub(super) fn rules_in_order(&self, side: Side) -> Vec<NodeId> {
        let nodes = match side {
            Side::User => &self.users.nodes,
            Side::Device => &self.devices.nodes,
        };
        let mut rules: Vec<NodeId> =
            (0..nodes.len()).filter(|node| matches!(nodes[*node].kind, NodeKind::Rule(_))).collect();
        rules.sort_by_key(|node| nodes[*node].order);
        rules
    }

    /// Tells every node who reads it, orders the rules, and frees what nothing reads.
    pub(super) fn link(&mut self) {
        self.collect();
        self.users.by_order = link_space(&mut self.users.nodes);
        self.devices.by_order = link_space(&mut self.devices.nodes);
        for node in &mut self.devices.nodes {
            node.of_items = false;
        }
        for node in self.compiled.iter().flat_map(|item| &item.reach.parts).flat_map(super::part::Part::nodes) {
            self.devices.nodes[node].of_items = true;
        }
    }

    /// Frees the nodes that no group and no item reads.
    fn collect(&mut self) {
        let mut used = vec![false; self.devices.nodes.len()];
        let parts = self.compiled.iter().flat_map(|item| &item.reach.parts);
        parts.flat_map(super::part::Part::nodes).for_each(|node| used[node] = true);
        mark_rules(&self.devices.nodes, &mut used);
        self.devices
            .keys()
            .filter(|(key, _)| matches!(key, NodeKey::DeviceGroup(_)))
            .for_each(|(_, node)| used[node] = true);
        self.devices.retain(|node| used[node]);
        let mut used = vec![false; self.users.nodes.len()];
        for node in &self.devices.nodes {
            if let NodeKind::OfHolder(node) = node.kind {
                used[node] = true;
            }
        }
        mark_rules(&self.users.nodes, &mut used);
        self.users
            .keys()
            .filter(|(key, _)| matches!(key, NodeKey::UserGroup(_)))
            .for_each(|(_, node)| used[node] = true);
        self.users.retain(|node| used[node]);
        let devices = &self.devices;
        for (index, node) in self.users.nodes.iter_mut().enumerate() {
            node.projection = devices.find(&NodeKey::OfHolder(index));
        }
    }
}

fn mark_rules(nodes: &[super::node::Node], used: &mut [bool]) {
    for node in nodes {
        if let NodeKind::Rule(expression) = &node.kind {
            expression.visit(&mut |read| used[read] = true);
        }
    }
}

/// Fills in `readers`, `order` and `by_holder`, and returns the nodes in their order.
fn link_space(nodes: &mut [super::node::Node]) -> Vec<NodeId> {
    let reads: Vec<BTreeSet<NodeId>> = nodes
        .iter()
        .map(|node| {
            let mut reads = BTreeSet::new();
            if let NodeKind::Rule(expression) = &node.kind {
                expression.visit(&mut |read| {
                    reads.insert(read);
                });
            }
            reads
        })
        .collect();
    for node in nodes.iter_mut() {
        node.readers.clear();
        node.order = 0;
        node.by_holder = matches!(node.kind, NodeKind::OfHolder(_));
    }
    for (reader, reads) in reads.iter().enumerate() {
        reads.iter().for_each(|read| nodes[*read].readers.push(reader));
    }
    // Every rule after those it reads. INVARIANT: rules do not ask in circles, so each gets its turn.
    let mut waits_for: Vec<usize> = reads.iter().map(BTreeSet::len).collect();
    let mut ready: Vec<NodeId> = (0..nodes.len()).filter(|node| waits_for[*node] == 0).collect();
    let mut by_order = Vec::with_capacity(nodes.len());
    while let Some(node) = ready.pop() {
        nodes[node].order = by_order.len();
        by_order.push(node);
        for index in 0..nodes[node].readers.len() {
            let reader = nodes[node].readers[index];
            nodes[reader].by_holder |= nodes[node].by_holder;
            waits_for[reader] -= 1;
            if waits_for[reader] == 0 {
                ready.push(reader);
            }
        }
    }
    by_order
}

pub(super) const NEVER: Expression = Expression::Any(Vec::new());
const ALWAYS: Expression = Expression::All(Vec::new());

pub(super) fn user_key(id: &UserGroupId) -> NodeKey {
    NodeKey::UserGroup(id.clone())
}

pub(super) fn device_key(id: &DeviceGroupId) -> NodeKey {
    NodeKey::DeviceGroup(id.clone())
}

/// A group without its rule's tree, to be read.
pub(super) type Unread<G> = (G, Option<Rule>);

/// The groups of both sides as lists for [`cycle`].
pub(super) fn user_cycle(groups: &[Unread<UserGroup>]) -> Option<Vec<String>> {
    cycle(groups.iter().map(|(group, rule)| (group, rule.as_ref())), Side::User)
}

pub(super) fn device_cycle(groups: &[Unread<DeviceGroup>]) -> Option<Vec<String>> {
    cycle(groups.iter().map(|(group, rule)| (group, rule.as_ref())), Side::Device)
}
