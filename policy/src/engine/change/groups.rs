//! Changes of groups and their rules.

use super::{Effect, Engine, Wave, missing};
use crate::distribution::{CustomDistribution, Distribution};
use crate::engine::groups::{NEVER, Unread, cycle_problem, device_cycle, device_key, user_cycle, user_key};
use crate::engine::node::{NodeKey, NodeKind};
use crate::ids::{DeviceGroupId, UserGroupId};
use crate::rule::{Rule, Side, Vocabulary};
use crate::snapshot::{DeviceGroup, Group, SnapshotError, SnapshotProblem, Thing, UserGroup};

impl Engine {
    pub(super) fn put_user_group(&mut self, group: &UserGroup) -> Result<Effect, SnapshotError> {
        let mut users = self.user_groups.clone();
        put(&mut users, group);
        self.replace_groups(users, self.device_groups.clone())
    }

    pub(super) fn put_device_group(&mut self, group: &DeviceGroup) -> Result<Effect, SnapshotError> {
        let mut devices = self.device_groups.clone();
        put(&mut devices, group);
        self.replace_groups(self.user_groups.clone(), devices)
    }

    pub(super) fn remove_user_group(&mut self, group: &UserGroupId) -> Result<Effect, SnapshotError> {
        let mut users = self.user_groups.clone();
        users.retain(|(known, _)| known.id != *group);
        if users.len() == self.user_groups.len() {
            return Err(missing(Thing::UserGroup, group));
        }
        let named = self
            .names(|custom| custom.include_user_groups.contains(group) || custom.exclude_user_groups.contains(group));
        if let Some(by) = named {
            return Err(SnapshotError::new("", SnapshotProblem::InUse(Thing::UserGroup, group.to_string(), by)));
        }
        self.replace_groups(users, self.device_groups.clone())
    }

    pub(super) fn remove_device_group(&mut self, group: &DeviceGroupId) -> Result<Effect, SnapshotError> {
        let mut devices = self.device_groups.clone();
        devices.retain(|(known, _)| known.id != *group);
        if devices.len() == self.device_groups.len() {
            return Err(missing(Thing::DeviceGroup, group));
        }
        let named = self.names(|custom| {
            custom.include_device_groups.contains(group) || custom.exclude_device_groups.contains(group)
        });
        if let Some(by) = named {
            return Err(SnapshotError::new("", SnapshotProblem::InUse(Thing::DeviceGroup, group.to_string(), by)));
        }
        self.replace_groups(self.user_groups.clone(), devices)
    }

    /// What names something in a distribution.
    pub(super) fn names(&self, is_named: impl Fn(&CustomDistribution) -> bool) -> Option<String> {
        let is_named = |distribution: &Distribution| match distribution {
            Distribution::Custom(custom) => is_named(custom),
            Distribution::AllDevices | Distribution::NoDevices => false,
        };
        let item =
            self.items.iter().find(|item| is_named(&item.distribution)).map(|item| format!("the item `{}`", item.id));
        let group = || self.app_groups.iter().find(|group| is_named(&group.distribution));
        item.or_else(|| group().map(|group| format!("the app group `{}`", group.id)))
    }

    /// Takes other groups. Every rule is read anew, because a name can mean another group by now.
    fn replace_groups(
        &mut self,
        mut users: Vec<Unread<UserGroup>>,
        mut devices: Vec<Unread<DeviceGroup>>,
    ) -> Result<Effect, SnapshotError> {
        self.read_rules(&mut users, &mut devices)?;
        if let Some(way) = user_cycle(&users) {
            return Err(SnapshotError::new("rule", cycle_problem(&way, Side::User)));
        }
        if let Some(way) = device_cycle(&devices) {
            return Err(SnapshotError::new("rule", cycle_problem(&way, Side::Device)));
        }
        let old_users = std::mem::replace(&mut self.user_groups, users);
        let old_devices = std::mem::replace(&mut self.device_groups, devices);
        let (users, devices) = (self.user_groups.clone(), self.device_groups.clone());
        let changed_users = changes(&old_users, &users, user_key);
        let changed_devices = changes(&old_devices, &devices, device_key);
        // All nodes first, because a rule can name a group that comes after it.
        for change in &changed_users {
            match change {
                GroupChange::Gone(key) => self.users.forget(key),
                GroupChange::Rule(key, _) if self.users.find(key).is_none() => {
                    self.users.add_node(key.clone(), NodeKind::Manual);
                }
                GroupChange::Rule(..) => {}
            }
        }
        for change in &changed_devices {
            match change {
                GroupChange::Gone(key) => self.devices.forget(key),
                GroupChange::Rule(key, _) if self.devices.find(key).is_none() => {
                    self.devices.add_node(key.clone(), NodeKind::Manual);
                }
                GroupChange::Rule(..) => {}
            }
        }
        let of_users = self.change_rules(&changed_users, Side::User);
        let mut effect = self.spread(of_users, Wave::default());
        let of_devices = self.change_rules(&changed_devices, Side::Device);
        let after = self.spread(Wave::default(), of_devices);
        effect.merge(&after);
        Ok(effect)
    }

    fn read_rules(
        &self,
        users: &mut [Unread<UserGroup>],
        devices: &mut [Unread<DeviceGroup>],
    ) -> Result<(), SnapshotError> {
        let (named_users, named_devices) = (users.to_vec(), devices.to_vec());
        let mut vocabulary = Vocabulary::default();
        self.attributes.user.iter().for_each(|definition| vocabulary.add_user_attribute(definition));
        self.attributes.device.iter().for_each(|definition| vocabulary.add_device_attribute(definition));
        named_users.iter().for_each(|(group, _)| vocabulary.add_user_group(&group.id, group.label()));
        named_devices.iter().for_each(|(group, _)| vocabulary.add_device_group(&group.id, group.label()));
        read_all(users, Side::User, &vocabulary)?;
        read_all(devices, Side::Device, &vocabulary)
    }

    /// Compiles the rules that changed and asks them of everybody.
    fn change_rules(&mut self, changes: &[GroupChange], side: Side) -> Wave {
        let mut keys = Vec::new();
        for change in changes {
            let GroupChange::Rule(key, rule) = change else { continue };
            match rule {
                Some(rule) => self.set_rule(key, rule, side),
                None => self.clear(key, side),
            }
            keys.push(key);
        }
        self.link();
        let mut wave = Wave::default();
        for key in keys {
            let node = match side {
                Side::User => self.users.find(key),
                Side::Device => self.devices.find(key),
            };
            if let Some(node) = node {
                wave.changed.append(&mut self.ask_everybody(node, side).changed);
            }
        }
        // A group that lost its rule has no members: it was a rule that nobody fulfils until now.
        for change in changes {
            if let GroupChange::Rule(key, None) = change {
                self.make_manual(key, side);
            }
        }
        wave
    }

    fn clear(&mut self, key: &NodeKey, side: Side) {
        self.set_kind(key, side, NodeKind::Rule(NEVER));
    }

    fn make_manual(&mut self, key: &NodeKey, side: Side) {
        self.set_kind(key, side, NodeKind::Manual);
    }

    fn set_kind(&mut self, key: &NodeKey, side: Side, kind: NodeKind) {
        match side {
            Side::User => {
                if let Some(node) = self.users.find(key) {
                    self.users.nodes[node].kind = kind;
                }
            }
            Side::Device => {
                if let Some(node) = self.devices.find(key) {
                    self.devices.nodes[node].kind = kind;
                }
            }
        }
    }
}

/// What becomes of a group.
enum GroupChange {
    /// It goes.
    Gone(NodeKey),
    /// It is new or has another rule, or none any more.
    Rule(NodeKey, Option<Rule>),
}

fn changes<I: PartialEq>(
    old: &[Unread<Group<I>>],
    new: &[Unread<Group<I>>],
    key: fn(&I) -> NodeKey,
) -> Vec<GroupChange> {
    let gone = old.iter().filter(|(group, _)| new.iter().all(|(other, _)| other.id != group.id));
    let gone = gone.map(|(group, _)| GroupChange::Gone(key(&group.id)));
    let changed = new.iter().filter(|(group, rule)| {
        old.iter().find(|(other, _)| other.id == group.id).is_none_or(|(_, before)| before != rule)
    });
    gone.chain(changed.map(|(group, rule)| GroupChange::Rule(key(&group.id), rule.clone()))).collect()
}

fn put<I: PartialEq + Clone>(groups: &mut Vec<Unread<Group<I>>>, group: &Group<I>) {
    match groups.iter_mut().find(|(known, _)| known.id == group.id) {
        Some((known, _)) => *known = group.clone(),
        None => groups.push((group.clone(), None)),
    }
}

fn read_all<I: AsRef<str>>(
    groups: &mut [Unread<Group<I>>],
    side: Side,
    vocabulary: &Vocabulary<'_>,
) -> Result<(), SnapshotError> {
    for (group, rule) in groups {
        let read = group.rule.as_ref().map(|source| source.read(side, vocabulary)).transpose();
        *rule = read.map_err(|problem| SnapshotError::new(format!("{}.rule", group.id.as_ref()), problem))?;
    }
    Ok(())
}
