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
        let devices = self.devices.blocks() * BLOCK;
        let mut canvas = Canvas::new(devices);
        if let Some(item) = self.compiled.get(item.0 as usize) {
            for block in 0..self.devices.blocks() {
                self.paint_block(item, block, &mut canvas);
                canvas.finish_block();
            }
        }
        // Without such an item nothing was painted.
        canvas.codes.resize(devices, 0);
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

/// The decisions of one block, as numbers whose bits lie in planes: a set is painted in a few operations on words,
/// whatever its devices had before.
struct Canvas {
    codes: Vec<u8>,
    decisions: Vec<Decision>,
    /// By bit of the number.
    planes: [Bits; 8],
    /// So many planes are not empty in some block so far.
    used: usize,
}

impl Canvas {
    fn new(devices: usize) -> Self {
        Self { codes: Vec::with_capacity(devices), decisions: vec![NO_SUCH_DEVICE], planes: [[0; WORDS]; 8], used: 0 }
    }

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

    /// Writes the block's numbers down, and begins the next block.
    fn finish_block(&mut self) {
        for word in 0..WORDS {
            for byte in 0..8 {
                let mut eight = 0;
                for (bit, plane) in self.planes[..self.used].iter().enumerate() {
                    eight |= SPREAD[usize::from(plane[word].to_le_bytes()[byte])] << bit;
                }
                self.codes.extend_from_slice(&eight.to_le_bytes());
            }
        }
        self.planes = [[0; WORDS]; 8];
    }
}

impl Paint for Canvas {
    fn paint(&mut self, set: &Bits, decision: Decision) {
        if *set == [0; WORDS] {
            return;
        }
        let code = self.code(decision);
        self.used = self.used.max((u8::BITS - code.leading_zeros()) as usize);
        for (bit, plane) in self.planes[..self.used].iter_mut().enumerate() {
            let on = u64::from(code >> bit & 1).wrapping_neg();
            for (word, set) in plane.iter_mut().zip(set) {
                *word = (*word & !set) | (on & set);
            }
        }
    }
}

/// For each byte: a word with a byte of one for each of its bits.
static SPREAD: [u64; 256] = {
    let mut table = [0; 256];
    let mut byte = 0;
    while byte < 256 {
        let mut bit = 0;
        while bit < 8 {
            table[byte] |= (byte as u64 >> bit & 1) << (bit * 8);
            bit += 1;
        }
        byte += 1;
    }
    table
};
