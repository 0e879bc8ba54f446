//! Distributions over nodes: for one device, and for blocks of devices.

use super::bits::Block;
use super::capability::BurdenId;
use super::node::NodeId;
use crate::decision::{Decision, Outcome, ReasonCode, Source};
use crate::fact::Truth;

/// An item with everything that reaches it: its own distribution and those of its app groups (C7).
#[derive(Clone, Debug, Default)]
pub(super) struct Reach {
    /// INVARIANT: at least one, and *No Devices* only when it stands alone.
    pub parts: Vec<Part>,
}

/// An item as decisions need it.
#[derive(Clone, Debug)]
pub(super) struct CompiledItem {
    /// What it asks of a device.
    pub burden: BurdenId,
    pub reach: Reach,
}

/// One distribution.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Part {
    AllDevices,
    NoDevices,
    Custom(Custom),
}

/// The union of what is included, minus what is excluded, and all filters (spec C4).
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Custom {
    pub users: Option<NodeId>,
    pub user_groups: Vec<NodeId>,
    pub device_groups: Vec<NodeId>,
    pub not_user_groups: Vec<NodeId>,
    pub not_device_groups: Vec<NodeId>,
    pub filters: Vec<Filter>,
}

/// A filter, with the reasons it gives.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Filter {
    pub node: NodeId,
    pub not_passed: ReasonCode,
    pub not_known: ReasonCode,
}

pub(super) const fn by(outcome: Outcome, reason: ReasonCode) -> Decision {
    let source = Source::Distribution;
    match outcome {
        Outcome::Allow => Decision::allow(reason, source),
        Outcome::Deny => Decision::deny(reason, source),
        Outcome::Partial => Decision::partial(reason, source),
        Outcome::Unknown => Decision::unknown(reason, source),
    }
}

impl Part {
    /// Every node that it reads.
    pub fn nodes(&self) -> Vec<NodeId> {
        let Self::Custom(custom) = self else { return Vec::new() };
        let groups = [&custom.user_groups, &custom.device_groups, &custom.not_user_groups, &custom.not_device_groups];
        let filters = custom.filters.iter().map(|filter| filter.node);
        groups.into_iter().flatten().copied().chain(custom.users).chain(filters).collect()
    }

    /// Whom it reaches, exclusions aside.
    fn reaches(&self, leaf: &impl Fn(NodeId) -> Truth) -> Decision {
        match self {
            Self::AllDevices => by(Outcome::Allow, ReasonCode::AllDevices),
            Self::NoDevices => by(Outcome::Deny, ReasonCode::NoDevices),
            Self::Custom(custom) => custom.reaches(leaf),
        }
    }

    fn excludes(&self, leaf: &impl Fn(NodeId) -> Truth) -> (Truth, Truth) {
        match self {
            Self::AllDevices | Self::NoDevices => (Truth::False, Truth::False),
            Self::Custom(custom) => (any(&custom.not_user_groups, leaf), any(&custom.not_device_groups, leaf)),
        }
    }
}

impl Custom {
    fn reaches(&self, leaf: &impl Fn(NodeId) -> Truth) -> Decision {
        let mut decision = self.includes(leaf);
        for filter in &self.filters {
            decision = match leaf(filter.node) {
                Truth::True => decision,
                Truth::False => decision.narrowed_by(by(Outcome::Deny, filter.not_passed)),
                Truth::Unknown => decision.narrowed_by(by(Outcome::Unknown, filter.not_known)),
            };
        }
        decision
    }

    fn includes(&self, leaf: &impl Fn(NodeId) -> Truth) -> Decision {
        if self.users.is_some_and(|users| leaf(users) == Truth::True) {
            return by(Outcome::Allow, ReasonCode::IncludedUser);
        }
        match any(&self.user_groups, leaf) {
            Truth::True => by(Outcome::Allow, ReasonCode::IncludedUserGroup),
            by_user => match (by_user, any(&self.device_groups, leaf)) {
                (_, Truth::True) => by(Outcome::Allow, ReasonCode::IncludedDeviceGroup),
                (Truth::False, Truth::False) => by(Outcome::Deny, ReasonCode::NotIncluded),
                _ => by(Outcome::Unknown, ReasonCode::GroupUnknown),
            },
        }
    }
}

fn any(nodes: &[NodeId], leaf: &impl Fn(NodeId) -> Truth) -> Truth {
    let mut found = Truth::False;
    for node in nodes {
        match leaf(*node) {
            Truth::True => return Truth::True,
            Truth::Unknown => found = Truth::Unknown,
            Truth::False => {}
        }
    }
    found
}

impl Reach {
    /// Whether the distributions reach a device: exclude wins, whichever of them excludes.
    pub fn decide(&self, leaf: &impl Fn(NodeId) -> Truth) -> Decision {
        let mut reaches = None;
        let mut perhaps_excluded = false;
        for part in &self.parts {
            match part.excludes(leaf) {
                (Truth::True, _) => return by(Outcome::Deny, ReasonCode::ExcludedUserGroup),
                (_, Truth::True) => return by(Outcome::Deny, ReasonCode::ExcludedDeviceGroup),
                (Truth::False, Truth::False) => {}
                _ => perhaps_excluded = true,
            }
        }
        for part in &self.parts {
            let now = part.reaches(leaf);
            reaches = Some(match reaches {
                Some(so_far) if !is_wider(now, so_far) => so_far,
                _ => now,
            });
        }
        let reaches = reaches.unwrap_or(by(Outcome::Deny, ReasonCode::NoDevices));
        if perhaps_excluded { by(Outcome::Unknown, ReasonCode::GroupUnknown).narrowed_by(reaches) } else { reaches }
    }

    /// Whom the distributions reach, for a block of devices.
    pub fn block(&self, leaf: &impl Fn(NodeId) -> Block) -> Block {
        let (reached, excluded) = self.sides(leaf);
        reached.and(&excluded.not())
    }

    /// Whom the distributions include, filters and all, and whom they exclude.
    pub fn sides(&self, leaf: &impl Fn(NodeId) -> Block) -> (Block, Block) {
        let mut reached = Block::NO;
        let mut excluded = Block::NO;
        for part in &self.parts {
            match part {
                Part::AllDevices => reached = Block::YES,
                Part::NoDevices => {}
                Part::Custom(custom) => {
                    let mut included = custom.users.map_or(Block::NO, leaf);
                    for group in custom.user_groups.iter().chain(&custom.device_groups) {
                        included = included.or(&leaf(*group));
                    }
                    for filter in &custom.filters {
                        included = included.and(&leaf(filter.node));
                    }
                    reached = reached.or(&included);
                    for group in custom.not_user_groups.iter().chain(&custom.not_device_groups) {
                        excluded = excluded.or(&leaf(*group));
                    }
                }
            }
        }
        (reached, excluded)
    }
}

/// Whether one decision reaches further than another.
fn is_wider(one: Decision, other: Decision) -> bool {
    one.narrowed_by(other) != one
}
