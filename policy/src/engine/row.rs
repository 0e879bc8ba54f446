//! All devices at once: what becomes of an item on each of them.

use super::bits::{BLOCK, Bits, Block, Plane, WORDS};
use super::node::NodeId;
use super::paint::{Paint, both, without};
use super::part::CompiledItem;
use super::{DeviceIndex, Engine, ItemIndex, NO_SUCH_DEVICE};
use crate::decision::{Decision, Outcome};
use crate::fact::Truth;

/// Whether each device gets an item, without reasons.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outcomes {
    pub(super) plane: Plane,
}

impl Outcomes {
    /// Whether the device gets it, wholly or in part.
    #[must_use]
    pub fn of(&self, device: DeviceIndex) -> Truth {
        if device.0 as usize / BLOCK < self.plane.blocks.len() {
            self.plane.get(device.0 as usize)
        } else {
            Truth::False
        }
    }

    /// How many devices get it.
    #[must_use]
    pub fn count(&self) -> usize {
        self.plane.blocks.iter().flat_map(Block::yes).map(|word| word.count_ones() as usize).sum()
    }

    /// Of how many devices it cannot be told.
    #[must_use]
    pub fn count_unknown(&self) -> usize {
        let words = self.plane.blocks.iter().flat_map(Block::unknown);
        words.map(|word| word.count_ones() as usize).sum()
    }
}

/// The decision about an item for each device.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// By device: the number of its decision.
    codes: Vec<u8>,
    decisions: Vec<Decision>,
}

/// The most decisions that a row tells apart by number; its devices with others are asked one by one.
const MOST: usize = 255;
const ASK: u8 = 255;

impl Row {
    /// The decision for a device: the same as [`Engine::decide`].
    #[must_use]
    pub fn decision(&self, engine: &Engine, item: ItemIndex, device: DeviceIndex) -> Decision {
        match self.codes.get(device.0 as usize).copied() {
            Some(ASK) => engine.decide(item, device),
            Some(code) => self.decisions.get(usize::from(code)).copied().unwrap_or(NO_SUCH_DEVICE),
            None => NO_SUCH_DEVICE,
        }
    }

    /// By device: the number of its decision in [`Row::decisions`]; 255 stands for one that has none.
    #[must_use]
    pub fn codes(&self) -> &[u8] {
        &self.codes
    }

    /// The decisions there are.
    #[must_use]
    pub fn decisions(&self) -> &[Decision] {
        &self.decisions
    }
}

impl Engine {
    /// Whether each device gets the item.
    #[must_use]
    pub fn outcomes(&self, item: ItemIndex) -> Outcomes {
        let plane = self
            .compiled
            .get(item.0 as usize)
            .map(|item| self.reached(item, &|node, block| self.devices.nodes[node].plane.blocks[block]));
        Outcomes { plane: plane.unwrap_or_default() }
    }

    /// Whether each device gets the item, by other answers than the present ones.
    pub(super) fn reached(&self, item: &CompiledItem, leaf: &impl Fn(NodeId, usize) -> Block) -> Plane {
        let takes = &self.capabilities.burden(item.burden).plane;
        let blocks = self.devices.alive.blocks.iter().enumerate().map(|(block, alive)| {
            let mut reached = item.reach.block(&|node| leaf(node, block));
            if let Some(takes) = takes.blocks.get(block) {
                reached = reached.and(takes);
            }
            reached.within(alive)
        });
        Plane { blocks: blocks.collect() }
    }

    /// The decision about the item for each device.
    #[must_use]
    pub fn row(&self, item: ItemIndex) -> Row {
        let mut canvas =
            Canvas { codes: vec![0; self.devices.blocks() * BLOCK], decisions: vec![NO_SUCH_DEVICE], block: 0 };
        if let Some(item) = self.compiled.get(item.0 as usize) {
            for block in 0..self.devices.blocks() {
                canvas.block = block;
                self.paint_block(item, block, &mut canvas);
            }
        }
        Row { codes: canvas.codes, decisions: canvas.decisions }
    }

    fn paint_block(&self, item: &CompiledItem, block: usize, canvas: &mut Canvas) {
        let reached = item.reach.paint(&|node| self.devices.nodes[node].plane.blocks[block], canvas);
        for (decision, devices) in &self.capabilities.burden(item.burden).narrowing {
            let Some(devices) = devices.blocks.get(block) else { continue };
            // Only what is stricter narrows.
            let stricter = match decision.outcome {
                Outcome::Deny => both(devices, &reached.maybe()),
                Outcome::Unknown | Outcome::Partial => both(devices, &reached.yes()),
                Outcome::Allow => continue,
            };
            canvas.paint(&stricter, *decision);
        }
        let alive = &self.devices.alive.blocks[block];
        if *alive != [!0; WORDS] {
            canvas.paint(&without(&[!0; WORDS], alive), NO_SUCH_DEVICE);
        }
    }
}

struct Canvas {
    codes: Vec<u8>,
    decisions: Vec<Decision>,
    block: usize,
}

impl Canvas {
    #[expect(clippy::cast_possible_truncation, reason = "there are at most 255 numbers")]
    fn code(&mut self, decision: Decision) -> u8 {
        let known = self.decisions.iter().position(|known| *known == decision);
        match known {
            Some(code) => code as u8,
            None if self.decisions.len() < MOST => {
                self.decisions.push(decision);
                (self.decisions.len() - 1) as u8
            }
            None => ASK,
        }
    }
}

impl Paint for Canvas {
    fn paint(&mut self, set: &Bits, decision: Decision) {
        if *set == [0; WORDS] {
            return;
        }
        let code = self.code(decision);
        let start = self.block * BLOCK;
        for (word, codes) in set.iter().zip(self.codes[start..start + BLOCK].chunks_exact_mut(64)) {
            match *word {
                0 => {}
                u64::MAX => codes.fill(code),
                word => paint_word(word, code, codes),
            }
        }
    }
}

/// Eight devices at a time: each bit of a byte becomes a byte of ones.
fn paint_word(word: u64, code: u8, codes: &mut [u8]) {
    let paint = u64::from_le_bytes([code; 8]);
    for (byte, codes) in word.to_le_bytes().into_iter().zip(codes.chunks_exact_mut(8)) {
        let mask = SPREAD[usize::from(byte)];
        let Ok(before) = <[u8; 8]>::try_from(&*codes) else { continue };
        let after = (u64::from_le_bytes(before) & !mask) | (paint & mask);
        codes.copy_from_slice(&after.to_le_bytes());
    }
}

/// For each byte: a word with a byte of ones for each of its bits.
static SPREAD: [u64; 256] = {
    let mut table = [0; 256];
    let mut byte = 0;
    while byte < 256 {
        let mut bit = 0;
        while bit < 8 {
            if byte >> bit & 1 == 1 {
                table[byte] |= 0xff << (bit * 8);
            }
            bit += 1;
        }
        byte += 1;
    }
    table
};
