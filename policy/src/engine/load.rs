//! From a snapshot to an engine.

use std::collections::BTreeSet;
use std::fmt::Display;

use super::Engine;
use super::groups::{NEVER, cycle_problem, device_cycle, device_key, user_cycle, user_key};
use super::node::NodeKind;
use crate::attribute::{AttributeDefinition, AttributeType};
use crate::rule::{DeviceFact, FactRef, Side, UserFact};
use crate::snapshot::{Attributes, Snapshot, SnapshotError, SnapshotProblem, Thing};

impl Engine {
    /// Compiles a snapshot.
    ///
    /// # Errors
    ///
    /// The first thing in it that does not fit together, with the way to it.
    pub fn new(snapshot: &Snapshot) -> Result<Self, SnapshotError> {
        check_size(snapshot)?;
        let mut engine = Self::default();
        engine.load_attributes(&snapshot.attributes)?;
        engine.load_groups(snapshot)?;
        check_unique(snapshot.users.iter().map(|user| &user.id), "users", Thing::User)?;
        for (index, user) in snapshot.users.iter().enumerate() {
            let at = |error: SnapshotError| error.within(&format!("users[{index}]"));
            let prepared = engine.prepare_user(user).map_err(at)?;
            engine.put_prepared_user(user, prepared);
        }
        check_unique(snapshot.devices.iter().map(|device| &device.id), "devices", Thing::Device)?;
        for (index, device) in snapshot.devices.iter().enumerate() {
            let at = |error: SnapshotError| error.within(&format!("devices[{index}]"));
            let prepared = engine.prepare_device(device).map_err(at)?;
            engine.put_prepared_device(device, prepared);
        }
        engine.compile_groups(Side::User);
        engine.compile_groups(Side::Device);
        engine.load_items(snapshot)?;
        Ok(engine)
    }

    fn load_attributes(&mut self, attributes: &Attributes) -> Result<(), SnapshotError> {
        for fact in UserFact::ALL {
            self.users.add_column(FactRef::User(*fact), None);
        }
        for fact in DeviceFact::ALL {
            self.devices.add_column(FactRef::Device(*fact), None);
        }
        for (field, definitions, thing) in [
            ("attributes.user", &attributes.user, Thing::UserAttribute),
            ("attributes.device", &attributes.device, Thing::DeviceAttribute),
        ] {
            check_unique(definitions.iter().map(|definition| &definition.id), field, thing)?;
            for (index, definition) in definitions.iter().enumerate() {
                let path = format!("{field}[{index}]");
                check_options(definition).map_err(|problem| SnapshotError::new(format!("{path}.type"), problem))?;
                let default = definition.default_value();
                let default = default.map_err(|problem| SnapshotError::new(format!("{path}.default"), problem))?;
                if thing == Thing::UserAttribute {
                    self.users.add_column(FactRef::UserAttribute(definition.id.clone()), default);
                } else {
                    self.devices.add_column(FactRef::DeviceAttribute(definition.id.clone()), default);
                }
            }
        }
        self.attributes = attributes.clone();
        Ok(())
    }

    fn load_groups(&mut self, snapshot: &Snapshot) -> Result<(), SnapshotError> {
        check_unique(snapshot.user_groups.iter().map(|group| &group.id), "userGroups", Thing::UserGroup)?;
        check_unique(snapshot.device_groups.iter().map(|group| &group.id), "deviceGroups", Thing::DeviceGroup)?;
        for group in &snapshot.user_groups {
            self.users.add_node(user_key(&group.id), NodeKind::Manual);
        }
        for group in &snapshot.device_groups {
            self.devices.add_node(device_key(&group.id), NodeKind::Manual);
        }
        let vocabulary = snapshot.vocabulary();
        for (index, group) in snapshot.user_groups.iter().enumerate() {
            let rule = group.rule.as_ref().map(|source| source.read(Side::User, &vocabulary)).transpose();
            let rule = rule.map_err(|problem| SnapshotError::new(format!("userGroups[{index}].rule"), problem))?;
            self.user_groups.push((group.clone(), rule));
        }
        for (index, group) in snapshot.device_groups.iter().enumerate() {
            let rule = group.rule.as_ref().map(|source| source.read(Side::Device, &vocabulary)).transpose();
            let rule = rule.map_err(|problem| SnapshotError::new(format!("deviceGroups[{index}].rule"), problem))?;
            self.device_groups.push((group.clone(), rule));
        }
        if let Some(way) = user_cycle(&self.user_groups) {
            return Err(cycle_error(
                "userGroups",
                self.user_groups.iter().map(|(group, _)| group.id.as_str()),
                &way,
                Side::User,
            ));
        }
        if let Some(way) = device_cycle(&self.device_groups) {
            let ids = self.device_groups.iter().map(|(group, _)| group.id.as_str());
            return Err(cycle_error("deviceGroups", ids, &way, Side::Device));
        }
        self.mark_dynamic_groups();
        Ok(())
    }

    /// Nobody can be put into a group with a rule by hand, so its node says so before users come.
    fn mark_dynamic_groups(&mut self) {
        for (group, rule) in &self.user_groups {
            if let (Some(node), Some(_)) = (self.users.find(&user_key(&group.id)), rule) {
                self.users.nodes[node].kind = NodeKind::Rule(NEVER);
            }
        }
        for (group, rule) in &self.device_groups {
            if let (Some(node), Some(_)) = (self.devices.find(&device_key(&group.id)), rule) {
                self.devices.nodes[node].kind = NodeKind::Rule(NEVER);
            }
        }
    }

    fn load_items(&mut self, snapshot: &Snapshot) -> Result<(), SnapshotError> {
        check_unique(snapshot.items.iter().map(|item| &item.id), "items", Thing::Item)?;
        check_unique(snapshot.app_groups.iter().map(|group| &group.id), "appGroups", Thing::AppGroup)?;
        for (index, item) in snapshot.items.iter().enumerate() {
            let checked = self.check_distribution(&item.distribution);
            checked.map_err(|error| error.within(&format!("items[{index}].distribution")))?;
        }
        for (index, group) in snapshot.app_groups.iter().enumerate() {
            let checked = self.check_distribution(&group.distribution);
            checked.map_err(|error| error.within(&format!("appGroups[{index}].distribution")))?;
        }
        self.items.clone_from(&snapshot.items);
        self.app_groups.clone_from(&snapshot.app_groups);
        self.compile_items();
        Ok(())
    }
}

/// Where the first group of the cycle is defined.
fn cycle_error<'a>(field: &str, mut ids: impl Iterator<Item = &'a str>, way: &[String], side: Side) -> SnapshotError {
    let index = ids.position(|id| way.first().is_some_and(|first| first == id)).unwrap_or_default();
    SnapshotError::new(format!("{field}[{index}].rule"), cycle_problem(way, side))
}

fn check_unique<'a, I: Ord + Display + 'a>(
    ids: impl Iterator<Item = &'a I>,
    field: &str,
    thing: Thing,
) -> Result<(), SnapshotError> {
    let mut seen = BTreeSet::new();
    for (index, id) in ids.enumerate() {
        if !seen.insert(id) {
            let problem = SnapshotProblem::Duplicate(thing, id.to_string());
            return Err(SnapshotError::new(format!("{field}[{index}].id"), problem));
        }
    }
    Ok(())
}

fn check_options(definition: &AttributeDefinition) -> Result<(), SnapshotProblem> {
    let AttributeType::Choice(options) = &definition.attribute_type else { return Ok(()) };
    let folded: BTreeSet<String> = options
        .iter()
        .map(|option| crate::value::folded(option).collect())
        .filter(|option: &String| !option.is_empty())
        .collect();
    if options.is_empty() || folded.len() < options.len() { Err(SnapshotProblem::Options) } else { Ok(()) }
}

fn check_size(snapshot: &Snapshot) -> Result<(), SnapshotError> {
    for (field, count, thing) in [
        ("users", snapshot.users.len(), Thing::User),
        ("devices", snapshot.devices.len(), Thing::Device),
        ("items", snapshot.items.len(), Thing::Item),
    ] {
        if u32::try_from(count).is_err() {
            return Err(SnapshotError::new(field, SnapshotProblem::TooMany(thing)));
        }
    }
    Ok(())
}
