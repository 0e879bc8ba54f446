//! Users by what an item's distribution can tell apart.

use std::collections::BTreeMap;

use super::Engine;
use crate::distribution::Distribution;
use crate::engine::node::NodeId;
use crate::fact::Truth;
use crate::rule::GroupRef;

/// Everybody whom an item's distribution cannot tell from each other.
#[derive(Clone, Debug)]
pub(in crate::engine) enum HolderClass {
    /// Users like this one.
    User(usize),
    /// Somebody who is in one group and in nothing else: a group that is empty today gets its first
    /// member tomorrow.
    OnlyIn(NodeId),
}

impl Engine {
    /// One of each kind of user that the item's distribution tells apart, Nobody left out; with
    /// `tomorrow`, also somebody for each group that it includes.
    pub(super) fn holder_classes(&self, number: usize, tomorrow: bool) -> Vec<HolderClass> {
        let nodes = self.holder_nodes(Self::index(number));
        let mut kinds: BTreeMap<Vec<Truth>, usize> = BTreeMap::new();
        for (user, _) in self.users.iter().filter(|(user, _)| self.nobody != Some(*user)) {
            let kind = nodes.iter().map(|node| self.users.nodes[*node].plane.get(user)).collect();
            kinds.entry(kind).or_insert(user);
        }
        let mut classes: Vec<HolderClass> = kinds.into_values().map(HolderClass::User).collect();
        if tomorrow && let Distribution::Custom(custom) = &self.items[number].distribution {
            let groups = custom.include_user_groups.iter().cloned().map(GroupRef::User);
            classes.extend(groups.filter_map(|group| self.user_node(&group)).map(HolderClass::OnlyIn));
        }
        classes
    }
}
