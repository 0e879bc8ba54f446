//! How a change spreads: from what changed to the rules that read it, and on.

use std::hash::Hash;

use super::bits::{BLOCK, Bits, WORDS, ones};
use super::node::{NodeId, NodeKind};
use super::space::Space;

/// Which answers changed, and for whom.
#[derive(Clone, Debug, Default)]
pub(super) struct Wave {
    /// A node, a block, and whose answers changed in it.
    pub changed: Vec<(NodeId, usize, Bits)>,
}

impl Wave {
    pub fn changed_one(&mut self, node: NodeId, subject: usize) {
        let (block, word, bit) = (subject / BLOCK, subject % BLOCK / 64, 1 << (subject % 64));
        match self.changed.last_mut() {
            Some((last_node, last_block, bits)) if (*last_node, *last_block) == (node, block) => bits[word] |= bit,
            _ => {
                let mut bits = [0; WORDS];
                bits[word] = bit;
                self.changed.push((node, block, bits));
            }
        }
    }
}

/// Up to so many subjects are asked one by one, more by the block.
const FEW: usize = 8;

/// Who has to be asked again.
enum Asked {
    One(Vec<usize>),
    Blocks(Vec<usize>),
}

impl Wave {
    fn asked(&self) -> Asked {
        let mut blocks: Vec<usize> = self.changed.iter().map(|(_, block, _)| *block).collect();
        blocks.sort_unstable();
        blocks.dedup();
        if blocks.len() > FEW {
            return Asked::Blocks(blocks);
        }
        let mut subjects = Vec::with_capacity(FEW);
        for wanted in &blocks {
            let mut all = Bits::default();
            for (_, _, bits) in self.changed.iter().filter(|(_, block, _)| block == wanted) {
                for (all, bits) in all.iter_mut().zip(bits) {
                    *all |= bits;
                }
            }
            subjects.extend(ones(&all).take(FEW + 1).map(|at| wanted * BLOCK + at));
            if subjects.len() > FEW {
                return Asked::Blocks(blocks);
            }
        }
        Asked::One(subjects)
    }
}

/// The rules that are to be asked, by their order.
struct Due(Vec<u64>);

impl Due {
    fn new(rules: usize) -> Self {
        Self(vec![0; rules.div_ceil(64)])
    }

    fn add(&mut self, order: usize) {
        self.0[order / 64] |= 1 << (order % 64);
    }

    /// The first that is due, from this one on.
    fn next(&self, from: usize) -> Option<usize> {
        let first = self.0.get(from / 64)? & (!0 << (from % 64));
        let rest = self.0.iter().enumerate().skip(from / 64 + 1).map(|(index, word)| (index, *word));
        let (index, word) = std::iter::once((from / 64, first)).chain(rest).find(|(_, word)| *word != 0)?;
        Some(index * 64 + word.trailing_zeros() as usize)
    }
}

impl<I: Clone + Eq + Hash> Space<I> {
    /// Asks the rules anew that read what changed, of those for whom it changed.
    pub fn settle(&mut self, wave: &mut Wave) {
        let mut due = Due::new(self.by_order.len());
        for (node, ..) in &wave.changed {
            self.call_readers(*node, &mut due);
        }
        let Some(mut order) = due.next(0) else { return };
        let asked = wave.asked();
        loop {
            let node = self.by_order[order];
            let before = wave.changed.len();
            match &asked {
                Asked::One(subjects) => subjects.iter().for_each(|subject| self.ask_one(node, *subject, wave)),
                Asked::Blocks(blocks) => blocks.iter().for_each(|block| self.ask_again(node, *block, wave)),
            }
            if wave.changed.len() > before {
                self.call_readers(node, &mut due);
            }
            // Who reads a rule comes after it.
            match due.next(order + 1) {
                Some(next) => order = next,
                None => return,
            }
        }
    }

    fn call_readers(&self, node: NodeId, due: &mut Due) {
        for reader in &self.nodes[node].readers {
            due.add(self.nodes[*reader].order);
        }
    }

    /// Asks a rule anew for one subject. What changed is told to the wave.
    fn ask_one(&mut self, node: NodeId, subject: usize, wave: &mut Wave) {
        let NodeKind::Rule(expression) = &self.nodes[node].kind else { return };
        let truth = expression.truth(&|read| self.nodes[read].plane.get(subject));
        if truth != self.nodes[node].plane.get(subject) {
            self.nodes[node].plane.set(subject, truth);
            let mut bits = Bits::default();
            bits[subject % BLOCK / 64] = 1 << (subject % 64);
            wave.changed.push((node, subject / BLOCK, bits));
        }
    }

    /// Asks a rule anew for one block. What changed is told to the wave.
    pub fn ask_again(&mut self, node: NodeId, block: usize, wave: &mut Wave) {
        let NodeKind::Rule(expression) = &self.nodes[node].kind else { return };
        let answer = self.evaluate(expression, block);
        let mut bits = answer.difference(&self.nodes[node].plane.blocks[block]);
        self.nodes[node].plane.blocks[block] = answer;
        for (bits, alive) in bits.iter_mut().zip(&self.alive.blocks[block]) {
            *bits &= alive;
        }
        if bits != [0; WORDS] {
            wave.changed.push((node, block, bits));
        }
    }
}
