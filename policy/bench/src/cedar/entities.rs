//! Users, devices and items as Cedar entities.

use std::collections::{HashMap, HashSet};

use baton_policy::rule::GroupRef;
use baton_policy::snapshot::{Device, Snapshot, User};
use baton_policy::{Engine, Truth};
use cedar_policy::{Entities, Entity, EntityUid, RestrictedExpression};

use super::uid;
use crate::Groups;
use crate::plain::{Facts, Plain, device_facts, user_facts};

/// Who is in which groups: by hand alone, or in all of them, which somebody else computed.
pub struct Members(Option<Engine>);

impl Members {
    /// # Panics
    ///
    /// When the organisation does not fit together.
    #[must_use]
    pub fn of(snapshot: &Snapshot, groups: Groups) -> Self {
        let computed = || Engine::new(snapshot).expect("the organisation fits together");
        Self((groups == Groups::AsParents).then(computed))
    }

    fn of_user(&self, snapshot: &Snapshot, user: &User) -> HashSet<EntityUid> {
        let is_in = |id: &baton_policy::UserGroupId| match &self.0 {
            None => user.groups.contains(id),
            Some(engine) => engine
                .user(&user.id)
                .is_some_and(|at| engine.user_is_in(at, &GroupRef::User(id.clone())) == Truth::True),
        };
        let groups = snapshot.user_groups.iter().filter(|group| is_in(&group.id));
        groups.map(|group| uid("UserGroup", group.id.as_str())).collect()
    }

    fn of_device(&self, snapshot: &Snapshot, device: &Device) -> HashSet<EntityUid> {
        let is_in = |id: &baton_policy::DeviceGroupId| match &self.0 {
            None => device.groups.contains(id),
            Some(engine) => engine
                .device(&device.id)
                .is_some_and(|at| engine.is_in(at, &GroupRef::Device(id.clone())) == Truth::True),
        };
        let groups = snapshot.device_groups.iter().filter(|group| is_in(&group.id));
        groups.map(|group| uid("DeviceGroup", group.id.as_str())).collect()
    }
}

fn expressions(facts: Facts) -> HashMap<String, RestrictedExpression> {
    let value = |plain| match plain {
        Plain::Flag(flag) => RestrictedExpression::new_bool(flag),
        Plain::Number(number) => RestrictedExpression::new_long(number),
        Plain::Text(text) => RestrictedExpression::new_string(text),
    };
    facts.into_iter().map(|(name, plain)| (name, value(plain))).collect()
}

/// A user's entity.
///
/// # Panics
///
/// Never: the attributes are plain values.
#[must_use]
pub fn user(snapshot: &Snapshot, members: &Members, user: &User) -> Entity {
    let attributes = expressions(user_facts(snapshot, user));
    Entity::new(uid("User", user.id.as_str()), attributes, members.of_user(snapshot, user)).expect("plain values")
}

fn device(snapshot: &Snapshot, members: &Members, device: &Device) -> Entity {
    let mut attributes = expressions(device_facts(snapshot, device));
    let holder = RestrictedExpression::new_entity_uid(uid("User", device.holder.as_str()));
    attributes.insert("holder".to_owned(), holder);
    let parents = members.of_device(snapshot, device);
    Entity::new(uid("Device", device.id.as_str()), attributes, parents).expect("plain values")
}

/// Everything.
#[must_use]
pub fn all(snapshot: &Snapshot, members: &Members) -> Vec<Entity> {
    let users = snapshot.users.iter().map(|each| user(snapshot, members, each));
    users.chain(snapshot.devices.iter().map(|each| device(snapshot, members, each))).collect()
}

/// Everything as the JSON that Cedar reads.
///
/// # Panics
///
/// Never: the entities fit together.
#[must_use]
pub fn whole_json(snapshot: &Snapshot, members: &Members) -> String {
    let entities = Entities::from_entities(all(snapshot, members), None).expect("the entities fit together");
    let mut json = Vec::new();
    entities.write_to_json(&mut json).expect("a vector takes it");
    String::from_utf8(json).expect("JSON is text")
}

/// What decisions about one device read.
pub fn slice(snapshot: &Snapshot, members: &Members, number: usize) -> Entities {
    let held = &snapshot.devices[number];
    let holder = snapshot.users.iter().find(|user| user.id == held.holder);
    let holder = holder.map(|holder| user(snapshot, members, holder));
    Entities::from_entities(holder.into_iter().chain([device(snapshot, members, held)]), None)
        .expect("the entities fit together")
}
