//! Users and devices as Rego data: `data.users` and `data.devices`, by id.

use baton_policy::rule::GroupRef;
use baton_policy::snapshot::Snapshot;
use baton_policy::{Engine, Truth};
use serde_json::{Map, Value, json};

use crate::Groups;
use crate::plain::{Facts, Plain, device_facts, user_facts};

fn object(facts: Facts) -> Map<String, Value> {
    let value = |plain| match plain {
        Plain::Flag(flag) => json!(flag),
        Plain::Number(number) => json!(number),
        Plain::Text(text) => json!(text),
    };
    facts.into_iter().map(|(name, plain)| (name, value(plain))).collect()
}

fn members<'a>(groups: impl Iterator<Item = &'a str>) -> Value {
    Value::Object(groups.map(|group| (group.to_owned(), json!(true))).collect())
}

/// The data as JSON. As parents, a device has its own groups and its holder's, which somebody else computed.
///
/// # Panics
///
/// When the organisation does not fit together.
#[must_use]
pub fn json(snapshot: &Snapshot, groups: Groups) -> String {
    let engine = Engine::new(snapshot).expect("the organisation fits together");
    let mut users = Map::new();
    for user in &snapshot.users {
        let mut facts = object(user_facts(snapshot, user));
        let at = engine.user(&user.id).expect("the user is there");
        let is_in = |id: &baton_policy::UserGroupId| match groups {
            Groups::AsConditions => user.groups.contains(id),
            Groups::AsParents => engine.user_is_in(at, &GroupRef::User(id.clone())) == Truth::True,
        };
        let own = snapshot.user_groups.iter().map(|group| &group.id).filter(|id| is_in(id));
        facts.insert("groups".to_owned(), members(own.map(baton_policy::UserGroupId::as_str)));
        users.insert(user.id.to_string(), Value::Object(facts));
    }
    let mut devices = Map::new();
    for device in &snapshot.devices {
        let mut facts = object(device_facts(snapshot, device));
        let at = engine.device(&device.id).expect("the device is there");
        let is_in = |id: &baton_policy::DeviceGroupId| match groups {
            Groups::AsConditions => device.groups.contains(id),
            Groups::AsParents => engine.is_in(at, &GroupRef::Device(id.clone())) == Truth::True,
        };
        let own = snapshot.device_groups.iter().map(|group| &group.id).filter(|id| is_in(id));
        facts.insert("groups".to_owned(), members(own.map(baton_policy::DeviceGroupId::as_str)));
        facts.insert("holder".to_owned(), json!(device.holder.as_str()));
        devices.insert(device.id.to_string(), Value::Object(facts));
    }
    json!({ "users": users, "devices": devices }).to_string()
}
