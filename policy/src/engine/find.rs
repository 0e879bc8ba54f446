//! Things by what people type: an id, or a name that only one of them has.

use std::fmt::{self, Display, Formatter};

use super::{DeviceIndex, Engine, ItemIndex, UserIndex};
use crate::fact::{Fact, Truth};
use crate::ids::{DeviceId, UserId};
use crate::nearest::nearest;
use crate::rule::{DeviceFact, FactRef, GroupRef, Rule, UserFact, Vocabulary};
use crate::snapshot::Thing;

use super::hypothesis::Hypothesis;

/// How many things of one name are told.
const SEVERAL: usize = 5;

/// A text that does not name one thing.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotFound {
    /// Nothing has this id or name.
    #[error("there is no {thing} `{given}`{}", meant(candidates))]
    Missing {
        /// What was looked for.
        thing: Thing,
        /// What was typed.
        given: String,
        /// What may have been meant, the nearest first.
        candidates: Vec<Candidate>,
    },
    /// More than one thing has this name.
    #[error("`{given}` is the name of more than one {thing}; give the id: {}", joined(candidates))]
    Several {
        /// What was looked for.
        thing: Thing,
        /// What was typed.
        given: String,
        /// Those that have the name; the first five.
        candidates: Vec<Candidate>,
    },
}

/// What a text may have meant. Shown as its id, with its name in brackets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Candidate {
    /// Its id.
    pub id: String,
    /// The name that people read, where it has one.
    pub name: Option<String>,
}

impl Candidate {
    /// The name; the id where it has none.
    #[must_use]
    pub fn label(&self) -> &str {
        self.name.as_deref().unwrap_or(&self.id)
    }
}

impl Display for Candidate {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        match &self.name {
            Some(name) if *name != self.id => write!(formatter, "`{}` ({name})", self.id),
            _ => write!(formatter, "`{}`", self.id),
        }
    }
}

fn joined(candidates: &[Candidate]) -> String {
    candidates.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
}

fn meant(candidates: &[Candidate]) -> String {
    match candidates.split_last() {
        None => String::new(),
        Some((only, [])) => format!("; did you mean {only}?"),
        Some((last, others)) => format!("; did you mean {} or {last}?", joined(others)),
    }
}

/// Something with its id and the names that people know it by.
struct Named<I> {
    index: I,
    id: String,
    names: Vec<String>,
}

impl<I> Named<I> {
    fn candidate(&self) -> Candidate {
        Candidate { id: self.id.clone(), name: self.names.first().cloned() }
    }
}

impl Engine {
    /// The device with this id or name.
    ///
    /// # Errors
    ///
    /// [`NotFound`] with candidates.
    pub fn find_device(&self, given: &str) -> Result<DeviceIndex, NotFound> {
        if let Some(index) = self.device(&given.into()) {
            return Ok(index);
        }
        let all = self.devices().map(|(index, id)| {
            let names = self.device_name(index).into_iter().collect();
            Named { index, id: id.to_string(), names }
        });
        find(Thing::Device, given, &all.collect::<Vec<_>>())
    }

    /// The item with this id or name.
    ///
    /// # Errors
    ///
    /// [`NotFound`] with candidates.
    pub fn find_item(&self, given: &str) -> Result<ItemIndex, NotFound> {
        if let Some(index) = self.item(&given.into()) {
            return Ok(index);
        }
        let named = |(index, item): (_, &crate::snapshot::Item)| Named {
            index,
            id: item.id.to_string(),
            names: item.name.iter().cloned().collect(),
        };
        find(Thing::Item, given, &self.items().map(named).collect::<Vec<_>>())
    }

    /// The user with this id, name or user name.
    ///
    /// # Errors
    ///
    /// [`NotFound`] with candidates.
    pub fn find_user(&self, given: &str) -> Result<UserIndex, NotFound> {
        if let Some(index) = self.user(&given.into()) {
            return Ok(index);
        }
        let all = self.users().map(|(index, id)| Named { index, id: id.to_string(), names: self.names_of_user(index) });
        find(Thing::User, given, &all.collect::<Vec<_>>())
    }

    /// Baton's label for a device.
    #[must_use]
    pub fn device_name(&self, device: DeviceIndex) -> Option<String> {
        match self.fact_of(&FactRef::Device(DeviceFact::Name), device, None) {
            Fact::Value(name) => Some(name.to_string()),
            Fact::Empty | Fact::Unknown => None,
        }
    }

    /// The name that people read, else the user name.
    #[must_use]
    pub fn user_name(&self, user: UserIndex) -> Option<String> {
        self.names_of_user(user).into_iter().next()
    }

    /// What people call a device: its name; its id where it has none or is not there.
    #[must_use]
    pub fn device_label(&self, id: &DeviceId) -> String {
        self.device(id).and_then(|device| self.device_name(device)).unwrap_or_else(|| id.to_string())
    }

    /// What people call a user: the name that they read; the id where there is none.
    #[must_use]
    pub fn user_label(&self, id: &UserId) -> String {
        self.user(id).and_then(|user| self.user_name(user)).unwrap_or_else(|| id.to_string())
    }

    /// The name that people read of a group; its id where it has none or is not there.
    #[must_use]
    pub fn group_name<'a>(&'a self, group: &'a GroupRef) -> &'a str {
        self.group_label(group).unwrap_or_else(|| group.as_str())
    }

    fn names_of_user(&self, user: UserIndex) -> Vec<String> {
        let names = [UserFact::DisplayName, UserFact::UserName].into_iter();
        names.filter_map(|fact| self.user_fact(&FactRef::User(fact), user).value().map(ToString::to_string)).collect()
    }

    /// How a rule comes out for a device and whoever holds it, or would; its groups and attributes must be there.
    #[must_use]
    pub fn holds(&self, rule: &Rule, device: DeviceIndex, holder: Option<UserIndex>) -> Truth {
        let holder = holder.or_else(|| self.holder(device));
        self.test_rule(rule, device, &Hypothesis { holder, ..Hypothesis::default() })
    }

    /// The attributes and groups that rules can name.
    #[must_use]
    pub fn vocabulary(&self) -> Vocabulary<'_> {
        let mut vocabulary = Vocabulary::default();
        self.attributes.user.iter().for_each(|definition| vocabulary.add_user_attribute(definition));
        self.attributes.device.iter().for_each(|definition| vocabulary.add_device_attribute(definition));
        self.user_groups.iter().for_each(|(group, _)| vocabulary.add_user_group(&group.id, group.label()));
        self.device_groups.iter().for_each(|(group, _)| vocabulary.add_device_group(&group.id, group.label()));
        vocabulary
    }
}

fn find<I: Copy>(thing: Thing, given: &str, all: &[Named<I>]) -> Result<I, NotFound> {
    let folded = given.to_lowercase();
    let has_name = |named: &&Named<I>| named.names.iter().any(|name| name.to_lowercase() == folded);
    let found: Vec<&Named<I>> = all.iter().filter(has_name).collect();
    match found[..] {
        [only] => Ok(only.index),
        [] => Err(NotFound::Missing { thing, given: given.to_owned(), candidates: candidates(given, all) }),
        _ => {
            let candidates = found.iter().take(SEVERAL).map(|named| named.candidate()).collect();
            Err(NotFound::Several { thing, given: given.to_owned(), candidates })
        }
    }
}

fn candidates<I>(given: &str, all: &[Named<I>]) -> Vec<Candidate> {
    let texts = all.iter().flat_map(|named| named.names.iter().chain([&named.id]).map(String::as_str));
    let mut found: Vec<Candidate> = Vec::new();
    for text in nearest(given, texts) {
        let is_it = |named: &&Named<I>| named.id == text || named.names.iter().any(|name| name == text);
        for named in all.iter().filter(is_it) {
            let candidate = named.candidate();
            if !found.contains(&candidate) {
                found.push(candidate);
            }
        }
    }
    found
}
