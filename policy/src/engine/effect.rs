//! Which devices a change concerns.

use std::collections::BTreeMap;

use super::bits::{BLOCK, Bits, WORDS, ones};
use super::{DeviceIndex, narrow};

/// The devices whose decisions a change may have changed (spec C9). A device that is not among them
/// gets what it got before.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Effect {
    blocks: BTreeMap<usize, Bits>,
}

impl Effect {
    pub(super) fn add(&mut self, block: usize, bits: &Bits) {
        let known = self.blocks.entry(block).or_default();
        for word in 0..WORDS {
            known[word] |= bits[word];
        }
    }

    pub(super) fn merge(&mut self, other: &Self) {
        for (block, bits) in &other.blocks {
            self.add(*block, bits);
        }
    }

    pub(super) fn add_one(&mut self, device: usize) {
        self.blocks.entry(device / BLOCK).or_default()[device % BLOCK / 64] |= 1 << (device % 64);
    }

    pub(super) fn retain(&mut self, alive: &[Bits]) {
        for (block, bits) in &mut self.blocks {
            for word in 0..WORDS {
                bits[word] &= alive[*block][word];
            }
        }
        self.blocks.retain(|_, bits| *bits != [0; WORDS]);
    }

    /// Whether it concerns no device.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.blocks.is_empty()
    }

    /// How many devices it concerns.
    #[must_use]
    pub fn len(&self) -> usize {
        self.blocks.values().flatten().map(|word| word.count_ones() as usize).sum()
    }

    /// The devices.
    pub fn devices(&self) -> impl Iterator<Item = DeviceIndex> {
        self.blocks.iter().flat_map(|(block, bits)| ones(bits).map(move |at| DeviceIndex(narrow(block * BLOCK + at))))
    }
}
