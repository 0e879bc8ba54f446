//! Devices and targets in which everything that can meet in a plan does meet.

use std::collections::BTreeSet;

use baton_policy::{Decision, ItemId, ItemRole, ItemState, Presence, Rendering, Target};
use proptest::prelude::*;
use proptest::sample::select;

use super::{ALLOW, DENY, PARTIAL, UNKNOWN, state, target};

/// Items and their nature: what can meet in a plan is among them.
pub const ITEMS: [(&str, ItemRole, bool); 7] = [
    ("clip", ItemRole::SignInClip, false),
    ("wifi", ItemRole::Connectivity, false),
    ("guest-wifi", ItemRole::Connectivity, false),
    ("mail", ItemRole::Ordinary, false),
    ("certificate", ItemRole::Ordinary, false),
    ("app", ItemRole::Ordinary, false),
    ("reset-app", ItemRole::Ordinary, true),
];

fn rendering(reset: bool, content: &str) -> Rendering {
    if reset { Rendering::within_custody("app", content) } else { content.into() }
}

fn make_state(index: usize, content: &str, presence: Presence, removable: bool) -> ItemState {
    let (item, role, reset) = ITEMS[index];
    ItemState { rendering: rendering(reset, content), removable, role, ..state(item, "", presence) }
}

fn make_target(index: usize, content: &str) -> Target {
    let (item, role, reset) = ITEMS[index];
    Target {
        rendering: rendering(reset, content),
        role,
        is_app: item.ends_with("app"),
        reset_between_people: reset,
        ..target(item, "")
    }
}

fn content() -> impl Strategy<Value = &'static str> {
    select(&["1", "2"][..])
}

fn states(removable: BoxedStrategy<bool>) -> impl Strategy<Value = Vec<ItemState>> {
    let row = (0..ITEMS.len(), content(), select(Presence::ALL), removable)
        .prop_map(|(index, content, presence, removable)| make_state(index, content, presence, removable));
    prop::collection::vec(row, 0..10).prop_map(|mut rows| {
        rows.sort_by(|one, other| (&one.item, &one.rendering).cmp(&(&other.item, &other.rendering)));
        rows.dedup_by(|one, other| (&one.item, &one.rendering) == (&other.item, &other.rendering));
        rows
    })
}

/// For each item none, or a target with one of the decisions.
pub fn targets(decisions: &'static [Decision]) -> impl Strategy<Value = Vec<Target>> {
    let choices: Vec<_> = (0..ITEMS.len())
        .map(|index| {
            prop::option::of((content(), select(decisions))).prop_map(move |choice| {
                choice.map(|(content, decision)| Target { decision, ..make_target(index, content) })
            })
        })
        .collect();
    choices.prop_map(|targets| targets.into_iter().flatten().collect())
}

pub const ANY: &[Decision] = &[ALLOW, ALLOW, PARTIAL, DENY, UNKNOWN];
pub const KNOWN: &[Decision] = &[ALLOW];

pub fn any_states() -> impl Strategy<Value = Vec<ItemState>> {
    states(prop_oneof![4 => Just(true), 1 => Just(false)].boxed())
}

pub fn removable_states() -> impl Strategy<Value = Vec<ItemState>> {
    states(Just(true).boxed())
}

/// A confirmed row of one of the items above.
pub fn item_state(item: &ItemId, rendering: &Rendering) -> ItemState {
    let index = ITEMS.iter().position(|(name, ..)| *name == item.as_str()).expect("the item is one of those above");
    ItemState { rendering: rendering.clone(), ..make_state(index, "", Presence::Present, true) }
}

pub fn permitted(targets: &[Target]) -> BTreeSet<(ItemId, Rendering)> {
    targets
        .iter()
        .filter(|target| target.decision.permits())
        .map(|target| (target.item.clone(), target.rendering.clone()))
        .collect()
}
