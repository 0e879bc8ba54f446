//! What is wrong with a policy as a whole (spec A9, C4).
//!
//! The lints of Nobody are those of [`nobody_lints`](crate::nobody_lints), for dynamic groups as
//! well: a device group can depend on who holds the device, so each device is asked about as if
//! Nobody held it.

mod fix;
mod general;
mod holders;

use serde::{Deserialize, Serialize};

use super::bits::{Bits, Block, Plane, Set, WORDS};
use super::node::NodeId;
use super::{DeviceIndex, Engine, ItemIndex, narrow};
use crate::fact::Truth;
use crate::ids::{DeviceId, ItemId};
use crate::item::{ItemKind, ItemRole};
use crate::lint::{FindingCode, Fix, Severity, hides_web_clips};
use crate::rule::GroupRef;
pub(super) use holders::HolderClass;

/// Something that is wrong with a policy.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct Lint {
    /// What.
    pub code: FindingCode,
    /// How much it matters.
    pub severity: Severity,
    /// What it is about.
    pub about: LintSubject,
    /// The devices it is about, where it is about some and not all.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub devices: Vec<DeviceId>,
    /// What would put it right.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fix: Option<Fix>,
}

/// What a lint is about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub enum LintSubject {
    /// An item.
    Item(ItemId),
    /// A group, for its rule.
    Group(GroupRef),
}

/// Which of the devices a lint looks at.
struct Fleet {
    /// Those that pass from person to person: somebody gets the sign-in clip on them.
    shared: Plane,
    /// Those that the sign-in clip is or might be on now.
    with_clip: Set,
}

impl Engine {
    /// Finds what is wrong with the policy. Without Nobody among the users, the lints of sign-out
    /// are left out.
    #[must_use]
    pub fn lint(&self) -> Vec<Lint> {
        let mut lints = Vec::new();
        if let Some(nobody) = self.nobody {
            self.nobody_lints(nobody, &mut lints);
        }
        self.general_lints(&mut lints);
        lints
    }

    fn nobody_lints(&self, nobody: usize, lints: &mut Vec<Lint>) {
        let blocks = self.devices.blocks();
        let mut fleet = Fleet { shared: Plane::new(blocks), with_clip: self.with_clip() };
        let numbers = |is_clip: bool| {
            let items = self.items.iter().enumerate();
            items.filter(move |(_, item)| (item.kind == ItemKind::SecureSignIn) == is_clip).map(|(number, _)| number)
        };
        for number in numbers(true) {
            self.clip_lints(number, nobody, &mut fleet, lints);
        }
        for number in numbers(false) {
            self.hidden_clip_lint(number, nobody, &fleet, lints);
            self.item_lints(number, nobody, &fleet, lints);
        }
    }

    /// The devices that the sign-in clip is or might be on.
    fn with_clip(&self) -> Set {
        let mut set = Set::new(self.devices.blocks());
        for (device, states) in &self.states {
            let has_clip = |state: &crate::ItemState| state.role == ItemRole::SignInClip && state.is_on_device();
            if states.iter().any(has_clip) {
                set.put(*device, true);
            }
        }
        set
    }

    fn clip_lints(&self, number: usize, nobody: usize, fleet: &mut Fleet, lints: &mut Vec<Lint>) {
        let classes = self.holder_classes(number, true);
        let reaches_user = self.reached_by_any(number, &classes);
        let for_nobody = self.reached_as(number, &HolderClass::User(nobody));
        let mut lost = Set::new(self.devices.blocks());
        let (mut unknown, mut stranded) = (lost.clone(), lost.clone());
        for block in 0..self.devices.blocks() {
            let (user, nobody, clip) =
                (&reaches_user.blocks[block], for_nobody.blocks[block], fleet.with_clip.blocks[block]);
            fleet.shared.blocks[block] = fleet.shared.blocks[block].or(&sure(&or(&user.yes(), &nobody.yes())));
            let (user, denied) = (user.yes(), without(&self.devices.alive.blocks[block], &nobody.maybe()));
            lost.blocks[block] = and(&user, &denied);
            unknown.blocks[block] = and(&or(&user, &clip), &nobody.unknown());
            stranded.blocks[block] = without(&and(&clip, &denied), &user);
        }
        let fix = self.fix_for(number, &lost, nobody);
        self.report(FindingCode::ClipMissesNobody, Severity::Blocks, number, &lost, fix, lints);
        self.report(FindingCode::ClipUnknownForNobody, Severity::Warns, number, &unknown, None, lints);
        self.report(FindingCode::ClipStrandsDevices, Severity::Warns, number, &stranded, None, lints);
    }

    /// Restrictions that hide web clips hide the sign-in page on every shared device that takes them.
    fn hidden_clip_lint(&self, number: usize, nobody: usize, fleet: &Fleet, lints: &mut Vec<Lint>) {
        let payloads = &self.items[number].payloads;
        if payloads.iter().all(|payload| payload.hides_web_clips_by().next().is_none()) {
            return;
        }
        let mut classes = self.holder_classes(number, false);
        classes.push(HolderClass::User(nobody));
        let reached = self.reached_by_any(number, &classes);
        let mut hidden = Set::new(self.devices.blocks());
        for block in 0..self.devices.blocks() {
            hidden.blocks[block] = and(&reached.blocks[block].yes(), &fleet.shared.blocks[block].yes());
        }
        let kept: Vec<usize> =
            hidden.iter().filter(|device| !hides_web_clips(payloads, self.capabilities.facts(*device))).collect();
        kept.into_iter().for_each(|device| hidden.put(device, false));
        self.report(FindingCode::ClipHidden, Severity::Warns, number, &hidden, None, lints);
    }

    fn item_lints(&self, number: usize, nobody: usize, fleet: &Fleet, lints: &mut Vec<Lint>) {
        let item = &self.items[number];
        let reaches_user = self.reached_by_any(number, &self.holder_classes(number, false));
        let for_nobody = self.reached_as(number, &HolderClass::User(nobody));
        let mut staying = Set::new(self.devices.blocks());
        let mut leaving = staying.clone();
        for block in 0..self.devices.blocks() {
            let reached = and(&reaches_user.blocks[block].yes(), &fleet.shared.blocks[block].yes());
            staying.blocks[block] = and(&reached, &for_nobody.blocks[block].yes());
            leaving.blocks[block] = without(&reached, &for_nobody.blocks[block].maybe());
        }
        match item.role {
            ItemRole::Connectivity => {
                let fix = self.fix_for(number, &leaving, nobody);
                self.report(FindingCode::ConnectivityLost, Severity::Warns, number, &leaving, fix, lints);
            }
            ItemRole::Ordinary if item.kind.is_app() && item.reset_between_people => {}
            ItemRole::Ordinary if item.kind.is_app() => {
                self.report(FindingCode::AppStaysWithData, Severity::Warns, number, &staying, None, lints);
            }
            ItemRole::Ordinary => self.report(FindingCode::NeverLeaves, Severity::Warns, number, &staying, None, lints),
            ItemRole::SignInClip => {}
        }
    }

    fn report(
        &self,
        code: FindingCode,
        severity: Severity,
        number: usize,
        devices: &Set,
        fix: Option<Fix>,
        lints: &mut Vec<Lint>,
    ) {
        let devices: Vec<DeviceId> = devices.iter().filter_map(|device| self.devices.id(device).cloned()).collect();
        if !devices.is_empty() {
            let about = LintSubject::Item(self.items[number].id.clone());
            lints.push(Lint { code, severity, about, devices, fix });
        }
    }

    /// Which devices get the item if somebody of the class held them.
    pub(super) fn reached_as(&self, number: usize, class: &HolderClass) -> Plane {
        let leaf = |node: NodeId| self.truth_of_class(node, class);
        self.reached(&self.compiled[number], &|node, block| self.block_for(node, block, &leaf))
    }

    /// Which devices get the item if somebody of one of the classes held them.
    fn reached_by_any(&self, number: usize, classes: &[HolderClass]) -> Plane {
        let mut any = Plane::new(self.devices.blocks());
        for class in classes {
            for (any, one) in any.blocks.iter_mut().zip(self.reached_as(number, class).blocks) {
                *any = any.or(&one);
            }
        }
        any
    }

    fn index(number: usize) -> ItemIndex {
        ItemIndex(narrow(number))
    }

    fn device_at(number: usize) -> DeviceIndex {
        DeviceIndex(narrow(number))
    }

    fn truth_of_class(&self, node: NodeId, class: &HolderClass) -> Truth {
        match class {
            HolderClass::User(user) => self.users.nodes[node].plane.get(*user),
            HolderClass::OnlyIn(group) => (*group == node).into(),
        }
    }
}

fn sure(set: &Bits) -> Block {
    let mut block = Block::NO;
    block.set_all(set, Truth::True);
    block
}

fn and(one: &Bits, other: &Bits) -> Bits {
    std::array::from_fn(|word| one[word] & other[word])
}

fn or(one: &Bits, other: &Bits) -> Bits {
    std::array::from_fn(|word| one[word] | other[word])
}

fn without(one: &Bits, other: &Bits) -> Bits {
    let mut bits = [0; WORDS];
    for (word, bits) in bits.iter_mut().enumerate() {
        *bits = one[word] & !other[word];
    }
    bits
}
