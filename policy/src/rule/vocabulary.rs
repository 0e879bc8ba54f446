//! The attributes and groups that rules can name.

use std::collections::BTreeMap;

use super::reference::{GroupRef, Side};
use crate::attribute::AttributeDefinition;
use crate::ids::{AttributeId, DeviceGroupId, UserGroupId};
use crate::value::folded;

/// The attributes and groups there are, each with the name that people write for it.
///
/// A text names a thing by its id, else by its name in whatever case, if only one thing bears it.
#[derive(Clone, Debug, Default)]
pub struct Vocabulary<'a> {
    user_attributes: Names<'a, &'a AttributeDefinition>,
    device_attributes: Names<'a, &'a AttributeDefinition>,
    user_groups: Names<'a, ()>,
    device_groups: Names<'a, ()>,
}

/// Why a text names nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum NamelessText {
    /// Nothing is called so.
    Unknown,
    /// Several things are.
    Ambiguous,
}

impl<'a> Vocabulary<'a> {
    /// Adds an attribute of users.
    pub fn add_user_attribute(&mut self, definition: &'a AttributeDefinition) {
        self.user_attributes.add(definition.id.as_str(), definition.label(), definition);
    }

    /// Adds an attribute of devices.
    pub fn add_device_attribute(&mut self, definition: &'a AttributeDefinition) {
        self.device_attributes.add(definition.id.as_str(), definition.label(), definition);
    }

    /// Adds a group of users.
    pub fn add_user_group(&mut self, id: &'a UserGroupId, name: &'a str) {
        self.user_groups.add(id.as_str(), name, ());
    }

    /// Adds a group of devices.
    pub fn add_device_group(&mut self, id: &'a DeviceGroupId, name: &'a str) {
        self.device_groups.add(id.as_str(), name, ());
    }

    /// The attribute with this id.
    #[must_use]
    pub fn attribute(&self, side: Side, id: &AttributeId) -> Option<&'a AttributeDefinition> {
        self.attributes(side).by_id.get(id.as_str()).map(|(definition, _)| *definition)
    }

    /// Whether there is such a group.
    #[must_use]
    pub fn has_group(&self, group: &GroupRef) -> bool {
        self.groups(group.side()).by_id.contains_key(group.as_str())
    }

    /// What people write for the attribute: its name where that is clear, else its id.
    #[must_use]
    pub fn attribute_text<'b>(&'b self, side: Side, id: &'b AttributeId) -> &'b str {
        self.attributes(side).text(id.as_str())
    }

    /// What people write for the group: its name where that is clear, else its id.
    #[must_use]
    pub fn group_text<'b>(&'b self, group: &'b GroupRef) -> &'b str {
        self.groups(group.side()).text(group.as_str())
    }

    pub(super) fn find_attribute(&self, side: Side, text: &str) -> Result<AttributeId, NamelessText> {
        self.attributes(side).find(text).map(AttributeId::from)
    }

    pub(super) fn find_group(&self, side: Side, text: &str) -> Result<GroupRef, NamelessText> {
        let id = self.groups(side).find(text)?;
        Ok(match side {
            Side::User => GroupRef::User(id.into()),
            Side::Device => GroupRef::Device(id.into()),
        })
    }

    fn attributes(&self, side: Side) -> &Names<'a, &'a AttributeDefinition> {
        match side {
            Side::User => &self.user_attributes,
            Side::Device => &self.device_attributes,
        }
    }

    fn groups(&self, side: Side) -> &Names<'a, ()> {
        match side {
            Side::User => &self.user_groups,
            Side::Device => &self.device_groups,
        }
    }
}

#[derive(Clone, Debug)]
struct Names<'a, T> {
    /// The thing and its name.
    by_id: BTreeMap<&'a str, (T, &'a str)>,
    /// The id, or nothing where several things bear the name.
    by_name: BTreeMap<String, Option<&'a str>>,
}

impl<T> Default for Names<'_, T> {
    fn default() -> Self {
        Self { by_id: BTreeMap::new(), by_name: BTreeMap::new() }
    }
}

impl<'a, T> Names<'a, T> {
    fn add(&mut self, id: &'a str, name: &'a str, thing: T) {
        self.by_id.insert(id, (thing, name));
        self.by_name
            .entry(fold(name))
            .and_modify(|bearer| *bearer = bearer.filter(|known| *known == id))
            .or_insert(Some(id));
    }

    fn find(&self, text: &str) -> Result<&'a str, NamelessText> {
        if let Some((id, _)) = self.by_id.get_key_value(text) {
            return Ok(id);
        }
        match self.by_name.get(&fold(text)) {
            Some(Some(id)) => Ok(id),
            Some(None) => Err(NamelessText::Ambiguous),
            None => Err(NamelessText::Unknown),
        }
    }

    fn text<'b>(&'b self, id: &'b str) -> &'b str {
        match self.by_id.get(id) {
            Some((_, name)) if self.find(name) == Ok(id) => name,
            _ => id,
        }
    }
}

fn fold(name: &str) -> String {
    folded(name).collect()
}
