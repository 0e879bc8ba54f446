//! Lints that have nothing to do with sign-out: rules and distributions that cannot mean what they
//! say.

use super::holders::HolderClass;
use super::{Engine, Lint, LintSubject, or, without};
use crate::distribution::Distribution;
use crate::engine::bits::{Block, Set, WORDS};
use crate::engine::column::EMPTY;
use crate::facts::EnrollmentType;
use crate::item::ItemKind;
use crate::lint::{FindingCode, Severity};
use crate::rule::{FactRef, GroupRef, Leaf};

impl Engine {
    pub(super) fn general_lints(&self, lints: &mut Vec<Lint>) {
        self.attributes_without_values(lints);
        for number in 0..self.items.len() {
            let mut classes = self.holder_classes(number, false);
            classes.extend(self.nobody.map(HolderClass::User));
            if !self.is_out_of_reach(number, &classes, lints) {
                self.never_on_user_enrollment(number, &classes, lints);
            }
        }
    }

    /// Rules that read an attribute that no user, or no device, has a value for.
    fn attributes_without_values(&self, lints: &mut Vec<Lint>) {
        let users = self.user_groups.iter().map(|(group, rule)| (GroupRef::User(group.id.clone()), rule));
        let devices = self.device_groups.iter().map(|(group, rule)| (GroupRef::Device(group.id.clone()), rule));
        for (group, rule) in users.chain(devices) {
            let mut is_without = false;
            if let Some(rule) = rule {
                rule.visit(&mut |leaf| {
                    if let Leaf::Condition(condition) = leaf {
                        is_without |= self.has_no_values(&condition.fact);
                    }
                });
            }
            if is_without {
                lints.push(Lint {
                    code: FindingCode::AttributeWithoutValues,
                    severity: Severity::Warns,
                    about: LintSubject::Group(group),
                    devices: Vec::new(),
                    fix: None,
                });
            }
        }
    }

    fn has_no_values(&self, fact: &FactRef) -> bool {
        match fact {
            FactRef::User(_) | FactRef::Device(_) => false,
            FactRef::UserAttribute(_) => {
                let column = self.users.column(fact).map(|column| &self.users.columns[column]);
                column.is_some_and(|column| self.users.iter().all(|(user, _)| column.of(user) == EMPTY))
            }
            FactRef::DeviceAttribute(_) => {
                let column = self.devices.column(fact).map(|column| &self.devices.columns[column]);
                column.is_some_and(|column| self.devices.iter().all(|(device, _)| column.of(device) == EMPTY))
            }
        }
    }

    /// Whether no device can get the item, whoever holds it: everything that is included is excluded
    /// again, or another reason. *No Devices* says so itself.
    fn is_out_of_reach(&self, number: usize, classes: &[HolderClass], lints: &mut Vec<Lint>) -> bool {
        let has_groups = self.app_groups.iter().any(|group| group.has(&self.items[number]));
        let is_off = self.items[number].distribution == Distribution::NoDevices && !has_groups;
        if is_off || self.devices.iter().next().is_none() {
            return true;
        }
        let is_somewhere = |blocks: &[Block]| blocks.iter().any(|block| block.maybe() != [0; WORDS]);
        if classes.iter().any(|class| is_somewhere(&self.reached_as(number, class).blocks)) {
            return false;
        }
        // What would be reached without exclusions, and is excluded.
        let swallowed = classes.iter().any(|class| {
            (0..self.devices.blocks()).any(|block| {
                let (reached, excluded) = self.sides_as(number, class, block);
                super::and(&reached.maybe(), &excluded.yes()) != [0; WORDS]
            })
        });
        let code = if swallowed { FindingCode::ExcludeSwallowsInclude } else { FindingCode::ReachesNoDevice };
        let about = LintSubject::Item(self.items[number].id.clone());
        lints.push(Lint { code, severity: Severity::Warns, about, devices: Vec::new(), fix: None });
        true
    }

    /// Whom the distributions include and exclude, of the devices there are.
    fn sides_as(&self, number: usize, class: &HolderClass, block: usize) -> (Block, Block) {
        let leaf = |node| self.truth_of_class(node, class);
        let (reached, excluded) = self.compiled[number].reach.sides(&|node| self.block_for(node, block, &leaf));
        let alive = &self.devices.alive.blocks[block];
        (reached.within(alive), excluded.within(alive))
    }

    /// Devices with User Enrollment that the distribution reaches and that can never take the item.
    fn never_on_user_enrollment(&self, number: usize, classes: &[HolderClass], lints: &mut Vec<Lint>) {
        // Of the sign-in clip everybody knows (spec A1).
        if self.items[number].kind == ItemKind::SecureSignIn {
            return;
        }
        let mut reached = Set::new(self.devices.blocks());
        for class in classes {
            for (block, bits) in reached.blocks.iter_mut().enumerate() {
                let (included, excluded) = self.sides_as(number, class, block);
                *bits = or(bits, &included.and(&excluded.not()).yes());
            }
        }
        let takes = &self.capabilities.burden(self.compiled[number].burden).plane;
        for (bits, takes) in reached.blocks.iter_mut().zip(&takes.blocks) {
            *bits = without(bits, &takes.maybe());
        }
        let others: Vec<usize> = reached
            .iter()
            .filter(|device| self.capabilities.facts(*device).enrollment != EnrollmentType::User)
            .collect();
        others.into_iter().for_each(|device| reached.put(device, false));
        self.report(FindingCode::NotForUserEnrollment, Severity::Warns, number, &reached, None, lints);
    }
}
