//! What devices can take, by classes of devices with the same facts.

use std::collections::HashMap;

use super::bits::{Block, Plane, Set, WORDS};
use crate::catalogue::can_take;
use crate::decision::{Decision, Outcome};
use crate::fact::Truth;
use crate::facts::DeviceFacts;
use crate::item::ItemKind;
use crate::payload::{Payload, decide_payloads};

/// The number of a class of devices with the same facts.
type ClassId = usize;
/// The number of what has to be taken.
pub(super) type BurdenId = usize;

/// What every device can take.
#[derive(Clone, Debug, Default)]
pub(super) struct Capabilities {
    classes: HashMap<DeviceFacts, ClassId>,
    facts: Vec<DeviceFacts>,
    /// By device.
    class_of: Vec<ClassId>,
    burdens: Vec<Burden>,
}

/// What items ask of a device: their kind and their payloads. Most items of a kind share one.
#[derive(Clone, Debug)]
pub(super) struct Burden {
    kind: ItemKind,
    payloads: Vec<Payload>,
    /// By class: whether such a device can take it.
    takes: Vec<Decision>,
    /// By device: true where it can be taken, wholly or in part.
    pub plane: Plane,
    /// For each decision but a plain yes: which devices.
    pub narrowing: Vec<(Decision, Set)>,
}

impl Capabilities {
    /// The facts of a device.
    pub fn facts(&self, device: usize) -> &DeviceFacts {
        &self.facts[self.class_of[device]]
    }

    #[inline]
    pub fn decide(&self, burden: BurdenId, device: usize) -> Decision {
        self.burdens[burden].takes[self.class_of[device]]
    }

    /// What a device with other facts could take.
    pub fn decide_if(&self, burden: BurdenId, facts: &DeviceFacts) -> Decision {
        self.burdens[burden].decide(facts)
    }

    /// All devices at once.
    pub fn burden(&self, burden: BurdenId) -> &Burden {
        &self.burdens[burden]
    }

    /// Takes new facts of a device; says whether anything that it can take changed.
    pub fn set(&mut self, device: usize, facts: &DeviceFacts, blocks: usize) -> bool {
        let class = self.class(facts);
        let before = self.class_of.get(device).copied();
        if self.class_of.len() <= device {
            self.class_of.resize(device + 1, class);
        }
        self.class_of[device] = class;
        for burden in &mut self.burdens {
            burden.put(device, burden.takes[class], blocks);
        }
        before.is_none_or(|before| self.burdens.iter().any(|burden| burden.takes[before] != burden.takes[class]))
    }

    fn class(&mut self, facts: &DeviceFacts) -> ClassId {
        if let Some(class) = self.classes.get(facts) {
            return *class;
        }
        let class = self.facts.len();
        self.classes.insert(facts.clone(), class);
        self.facts.push(facts.clone());
        for burden in &mut self.burdens {
            burden.takes.push(burden.decide(facts));
        }
        class
    }

    /// Forgets what items ask of devices, before all items are compiled anew.
    pub fn forget(&mut self) {
        self.burdens.clear();
    }

    /// How many different things items ask of devices.
    pub fn len(&self) -> usize {
        self.burdens.len()
    }

    /// The number of what an item asks of a device; for all devices at once if it is new.
    pub fn prepare(&mut self, kind: ItemKind, payloads: &[Payload], blocks: usize) -> BurdenId {
        let known = self.burdens.iter().position(|burden| burden.kind == kind && burden.payloads == payloads);
        known.unwrap_or_else(|| {
            let mut burden = Burden {
                kind,
                payloads: payloads.to_vec(),
                takes: Vec::new(),
                plane: Plane::new(blocks),
                narrowing: Vec::new(),
            };
            burden.takes = self.facts.iter().map(|facts| burden.decide(facts)).collect();
            for (device, class) in self.class_of.iter().enumerate() {
                burden.put(device, burden.takes[*class], blocks);
            }
            self.burdens.push(burden);
            self.burdens.len() - 1
        })
    }
}

impl Burden {
    fn decide(&self, facts: &DeviceFacts) -> Decision {
        can_take(self.kind, facts).narrowed_by(decide_payloads(&self.payloads, facts))
    }

    fn put(&mut self, device: usize, decision: Decision, blocks: usize) {
        if self.plane.blocks.len() < blocks {
            self.plane.blocks.resize(blocks, Block::NO);
        }
        self.plane.set(device, truth(decision.outcome));
        for (_, set) in &mut self.narrowing {
            set.blocks.resize(blocks, [0; WORDS]);
            set.put(device, false);
        }
        if decision.outcome == Outcome::Allow {
            return;
        }
        match self.narrowing.iter_mut().find(|(known, _)| *known == decision) {
            Some((_, set)) => set.put(device, true),
            None => {
                let mut set = Set::new(blocks);
                set.put(device, true);
                self.narrowing.push((decision, set));
            }
        }
    }
}

const fn truth(outcome: Outcome) -> Truth {
    match outcome {
        Outcome::Allow | Outcome::Partial => Truth::True,
        Outcome::Unknown => Truth::Unknown,
        Outcome::Deny => Truth::False,
    }
}
