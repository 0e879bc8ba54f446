//! Items and app groups, compiled to nodes.

use std::collections::BTreeSet;

use super::Engine;
use super::groups::{device_key, user_key};
use super::node::{NodeId, NodeKey, NodeKind};
use super::part::{CompiledItem, Custom, Filter, Part, Reach};
use crate::distribution::{self, CustomDistribution, Distribution};
use crate::fact::Truth;
use crate::facts::Platform;
use crate::ids::UserId;
use crate::rule::{Condition, DeviceFact, FactRef, GroupRef, Side, Test};
use crate::snapshot::{Item, SnapshotError, SnapshotProblem, Thing};
use crate::value::Value;

impl Engine {
    /// Whether everything that a distribution names is there.
    pub(super) fn check_distribution(&self, distribution: &Distribution) -> Result<(), SnapshotError> {
        let Distribution::Custom(custom) = distribution else { return Ok(()) };
        let missing = |field: &str, index: usize, thing, id: &dyn std::fmt::Display| {
            Err(SnapshotError::new(format!("custom.{field}[{index}]"), SnapshotProblem::Missing(thing, id.to_string())))
        };
        for (field, groups) in
            [("includeUserGroups", &custom.include_user_groups), ("excludeUserGroups", &custom.exclude_user_groups)]
        {
            for (index, id) in groups.iter().enumerate() {
                if self.users.find(&user_key(id)).is_none() {
                    return missing(field, index, Thing::UserGroup, id);
                }
            }
        }
        for (field, groups) in [
            ("includeDeviceGroups", &custom.include_device_groups),
            ("excludeDeviceGroups", &custom.exclude_device_groups),
        ] {
            for (index, id) in groups.iter().enumerate() {
                if self.devices.find(&device_key(id)).is_none() {
                    return missing(field, index, Thing::DeviceGroup, id);
                }
            }
        }
        for (index, id) in custom.include_users.iter().enumerate() {
            if self.users.number(id).is_none() {
                return missing("includeUsers", index, Thing::User, id);
            }
        }
        Ok(())
    }

    /// Compiles all items anew; the nodes that stay are kept.
    pub(super) fn compile_items(&mut self) {
        let items = self.items.clone();
        self.item_numbers = items.iter().enumerate().map(|(number, item)| (item.id.clone(), number)).collect();
        self.compiled.clear();
        self.capabilities.forget();
        for item in &items {
            let compiled = self.compile_item(item);
            self.compiled.push(compiled);
        }
        self.link();
    }

    /// Compiles one item; nothing is linked yet.
    pub(super) fn compile_item(&mut self, item: &Item) -> CompiledItem {
        let burden = self.capabilities.prepare(item.kind, &item.payloads, self.devices.blocks());
        let of_groups = self.app_groups.iter().filter(|group| group.has(item)).map(|group| &group.distribution);
        let distributions: Vec<Distribution> = std::iter::once(&item.distribution).chain(of_groups).cloned().collect();
        let mut parts: Vec<Part> = distributions.iter().map(|each| self.compile_distribution(each)).collect();
        if parts.iter().any(|part| *part != Part::NoDevices) {
            parts.retain(|part| *part != Part::NoDevices);
        } else {
            parts.truncate(1);
        }
        CompiledItem { burden, reach: Reach { parts } }
    }

    fn compile_distribution(&mut self, distribution: &Distribution) -> Part {
        match distribution {
            Distribution::AllDevices => Part::AllDevices,
            Distribution::NoDevices => Part::NoDevices,
            Distribution::Custom(custom) => Part::Custom(self.compile_custom(custom)),
        }
    }

    fn compile_custom(&mut self, custom: &CustomDistribution) -> Custom {
        let mut groups = |groups: Vec<GroupRef>| -> Vec<NodeId> {
            groups.iter().filter_map(|group| self.group_node(group, Side::Device)).collect()
        };
        let of_users = |ids: &BTreeSet<_>| ids.iter().cloned().map(GroupRef::User).collect();
        let of_devices = |ids: &BTreeSet<_>| ids.iter().cloned().map(GroupRef::Device).collect();
        Custom {
            user_groups: groups(of_users(&custom.include_user_groups)),
            device_groups: groups(of_devices(&custom.include_device_groups)),
            not_user_groups: groups(of_users(&custom.exclude_user_groups)),
            not_device_groups: groups(of_devices(&custom.exclude_device_groups)),
            users: self.named_node(&custom.include_users),
            filters: custom.filters.iter().filter_map(|filter| self.filter_node(filter)).collect(),
        }
    }

    /// The node of users who are named.
    fn named_node(&mut self, users: &BTreeSet<UserId>) -> Option<NodeId> {
        let mut numbers: Vec<usize> = users.iter().filter_map(|id| self.users.number(id)).collect();
        if numbers.is_empty() {
            return None;
        }
        numbers.sort_unstable();
        let key = NodeKey::Named(numbers.clone());
        let node = self.users.find(&key).unwrap_or_else(|| {
            let node = self.users.add_node(key, NodeKind::Named);
            for number in numbers {
                self.users.nodes[node].plane.set(number, Truth::True);
            }
            node
        });
        Some(self.project(node))
    }

    fn filter_node(&mut self, filter: &distribution::Filter) -> Option<Filter> {
        let node = self.condition_node(&filter_condition(filter), Side::Device)?;
        Some(Filter { node, not_passed: filter.not_passed(), not_known: filter.not_known() })
    }
}

/// The filter as a condition; both say the same of every device.
pub(crate) fn filter_condition(filter: &distribution::Filter) -> Condition {
    let choice = |platform: &Platform| Value::Choice(platform.as_str().to_owned());
    let yes_no = |yes: &bool| Test::Is(Value::YesNo(*yes));
    let (fact, test) = match filter {
        distribution::Filter::UserEnrollmentEnrolled(yes) => (DeviceFact::UserEnrollmentEnrolled, yes_no(yes)),
        distribution::Filter::AutomatedDeviceEnrollmentEnrolled(yes) => {
            (DeviceFact::AutomatedDeviceEnrollmentEnrolled, yes_no(yes))
        }
        // A device that is known to have nothing set is not supervised.
        distribution::Filter::Supervised(true) => (DeviceFact::Supervised, Test::Is(Value::YesNo(true))),
        distribution::Filter::Supervised(false) => (DeviceFact::Supervised, Test::IsNot(Value::YesNo(true))),
        distribution::Filter::Platform(platforms) => {
            (DeviceFact::Platform, Test::OneOf(platforms.iter().map(choice).collect()))
        }
        distribution::Filter::MinOsVersion(version) => (DeviceFact::OsVersion, Test::AtLeast(Value::Version(*version))),
        distribution::Filter::MaxOsVersion(version) => (DeviceFact::OsVersion, Test::AtMost(Value::Version(*version))),
    };
    Condition { fact: FactRef::Device(fact), test }
}
