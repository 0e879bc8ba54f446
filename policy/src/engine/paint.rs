//! Decisions of a block of devices at once, with their reasons.

use super::bits::{Bits, Block, WORDS};
use super::node::NodeId;
use super::part::{Custom, Part, Reach, by};
use crate::decision::{Decision, Outcome, ReasonCode};

/// Takes the decisions of a block of devices.
pub(super) trait Paint {
    /// Gives everybody in the set this decision, whatever they had.
    fn paint(&mut self, set: &Bits, decision: Decision);
}

const ALL: Bits = [!0; WORDS];

impl Reach {
    /// The same as [`Reach::decide`] for a block of devices: whom the distributions reach, and each
    /// device's decision on the canvas.
    pub fn paint(&self, leaf: &impl Fn(NodeId) -> Block, canvas: &mut impl Paint) -> Block {
        let mut reached = Block::NO;
        for (index, part) in self.parts.iter().enumerate() {
            if index == 0 {
                reached = part.paint(leaf, canvas);
                continue;
            }
            let mut layers = Layers::default();
            let now = part.paint(leaf, &mut layers);
            for (set, decision) in &layers.0 {
                // Only where this part reaches further than those before it.
                match decision.outcome {
                    Outcome::Deny => {}
                    Outcome::Unknown => canvas.paint(&without(set, &reached.maybe()), *decision),
                    Outcome::Allow | Outcome::Partial => canvas.paint(&without(set, &reached.yes()), *decision),
                }
            }
            reached = reached.or(&now);
        }
        self.paint_exclusions(leaf, reached, canvas)
    }

    fn paint_exclusions(&self, leaf: &impl Fn(NodeId) -> Block, mut reached: Block, canvas: &mut impl Paint) -> Block {
        let customs =
            || self.parts.iter().filter_map(|part| if let Part::Custom(custom) = part { Some(custom) } else { None });
        if customs().all(|custom| custom.not_user_groups.is_empty() && custom.not_device_groups.is_empty()) {
            return reached;
        }
        let excluded = |groups: &[NodeId]| groups.iter().fold(Block::NO, |so_far, group| so_far.or(&leaf(*group)));
        let of_users = |custom: &Custom| excluded(&custom.not_user_groups);
        let of_devices = |custom: &Custom| excluded(&custom.not_device_groups);
        let all = customs().fold(Block::NO, |so_far, custom| so_far.or(&of_users(custom)).or(&of_devices(custom)));
        canvas.paint(&both(&all.maybe(), &reached.maybe()), by(Outcome::Unknown, ReasonCode::GroupUnknown));
        // From the last to the first, so that the first of several is named.
        for custom in customs().rev() {
            let (of_users, of_devices) = (of_users(custom).yes(), of_devices(custom).yes());
            canvas.paint(&of_devices, by(Outcome::Deny, ReasonCode::ExcludedDeviceGroup));
            canvas.paint(&of_users, by(Outcome::Deny, ReasonCode::ExcludedUserGroup));
        }
        reached = reached.and(&all.not());
        reached
    }
}

impl Part {
    fn paint(&self, leaf: &impl Fn(NodeId) -> Block, canvas: &mut impl Paint) -> Block {
        match self {
            Self::AllDevices => {
                canvas.paint(&ALL, by(Outcome::Allow, ReasonCode::AllDevices));
                Block::YES
            }
            Self::NoDevices => {
                canvas.paint(&ALL, by(Outcome::Deny, ReasonCode::NoDevices));
                Block::NO
            }
            Self::Custom(custom) => custom.paint(leaf, canvas),
        }
    }
}

impl Custom {
    fn paint(&self, leaf: &impl Fn(NodeId) -> Block, canvas: &mut impl Paint) -> Block {
        let any = |groups: &[NodeId]| groups.iter().fold(Block::NO, |so_far, group| so_far.or(&leaf(*group)));
        let users = self.users.map_or(Block::NO, leaf);
        let (by_user, by_device) = (any(&self.user_groups), any(&self.device_groups));
        let mut reached = users.or(&by_user).or(&by_device);
        canvas.paint(&ALL, by(Outcome::Deny, ReasonCode::NotIncluded));
        canvas.paint(&reached.unknown(), by(Outcome::Unknown, ReasonCode::GroupUnknown));
        canvas.paint(&by_device.yes(), by(Outcome::Allow, ReasonCode::IncludedDeviceGroup));
        canvas.paint(&by_user.yes(), by(Outcome::Allow, ReasonCode::IncludedUserGroup));
        canvas.paint(&users.yes(), by(Outcome::Allow, ReasonCode::IncludedUser));
        for filter in &self.filters {
            let passed = leaf(filter.node);
            canvas.paint(&without(&reached.maybe(), &passed.maybe()), by(Outcome::Deny, filter.not_passed));
            canvas.paint(&both(&reached.yes(), &passed.unknown()), by(Outcome::Unknown, filter.not_known));
            reached = reached.and(&passed);
        }
        reached
    }
}

/// Decisions that do not overlap.
#[derive(Default)]
struct Layers(Vec<(Bits, Decision)>);

impl Paint for Layers {
    fn paint(&mut self, set: &Bits, decision: Decision) {
        for (below, _) in &mut self.0 {
            *below = without(below, set);
        }
        self.0.push((*set, decision));
    }
}

pub(super) fn both(one: &Bits, other: &Bits) -> Bits {
    std::array::from_fn(|word| one[word] & other[word])
}

pub(super) fn without(one: &Bits, other: &Bits) -> Bits {
    std::array::from_fn(|word| one[word] & !other[word])
}
