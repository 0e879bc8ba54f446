//! Truth values of many subjects at once: two bits each, 512 subjects to a block.

use crate::fact::Truth;

/// Words of a block.
pub(super) const WORDS: usize = 8;
/// Subjects of a block.
pub(super) const BLOCK: usize = WORDS * 64;

/// A set of subjects of one block.
pub(super) type Bits = [u64; WORDS];

/// The truth values of 512 subjects.
///
/// Each word is of whom it is true, and of whom it is true or unknown; the two lie together, because
/// whoever reads one reads the other.
///
/// INVARIANT: whoever is in the first is in the second. Then Kleene's *and* and *or* are the bitwise
/// ones, and *not* swaps the two and inverts them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(align(64))]
pub(super) struct Block([[u64; 2]; WORDS]);

impl Block {
    pub const NO: Self = Self([[0, 0]; WORDS]);
    pub const YES: Self = Self([[!0, !0]; WORDS]);
    pub const UNKNOWN: Self = Self([[0, !0]; WORDS]);

    pub const fn splat(truth: Truth) -> Self {
        match truth {
            Truth::True => Self::YES,
            Truth::False => Self::NO,
            Truth::Unknown => Self::UNKNOWN,
        }
    }

    /// Of whom it is true.
    #[inline]
    pub fn yes(&self) -> Bits {
        self.0.map(|[yes, _]| yes)
    }

    /// Of whom it is true or unknown.
    #[inline]
    pub fn maybe(&self) -> Bits {
        self.0.map(|[_, maybe]| maybe)
    }

    /// Of whom it is unknown.
    #[inline]
    pub fn unknown(&self) -> Bits {
        self.0.map(|[yes, maybe]| maybe & !yes)
    }

    #[inline]
    pub fn and(mut self, other: &Self) -> Self {
        for (word, other) in self.0.iter_mut().zip(&other.0) {
            word[0] &= other[0];
            word[1] &= other[1];
        }
        self
    }

    #[inline]
    pub fn or(mut self, other: &Self) -> Self {
        for (word, other) in self.0.iter_mut().zip(&other.0) {
            word[0] |= other[0];
            word[1] |= other[1];
        }
        self
    }

    #[inline]
    pub fn not(&self) -> Self {
        Self(self.0.map(|[yes, maybe]| [!maybe, !yes]))
    }

    /// False but for those in the set.
    #[inline]
    pub fn within(mut self, set: &Bits) -> Self {
        for (word, set) in self.0.iter_mut().zip(set) {
            word[0] &= set;
            word[1] &= set;
        }
        self
    }

    #[inline]
    pub fn get(&self, at: usize) -> Truth {
        let ([yes, maybe], bit) = (self.0[at / 64], at % 64);
        if maybe >> bit & 1 == 0 {
            Truth::False
        } else if yes >> bit & 1 == 0 {
            Truth::Unknown
        } else {
            Truth::True
        }
    }

    #[inline]
    pub fn set(&mut self, at: usize, truth: Truth) {
        let bit = 1 << (at % 64);
        let [yes, maybe] = &mut self.0[at / 64];
        let put = |bits: &mut u64, on: bool| if on { *bits |= bit } else { *bits &= !bit };
        put(yes, truth == Truth::True);
        put(maybe, truth != Truth::False);
    }

    /// Whose truth value differs.
    #[inline]
    pub fn difference(&self, other: &Self) -> Bits {
        std::array::from_fn(|word| (self.0[word][0] ^ other.0[word][0]) | (self.0[word][1] ^ other.0[word][1]))
    }

    /// Takes the truth for those in the set, and leaves the others.
    #[inline]
    pub fn set_all(&mut self, set: &Bits, truth: Truth) {
        let [yes, maybe] = Self::splat(truth).0[0];
        for (word, set) in self.0.iter_mut().zip(set) {
            word[0] = (word[0] & !set) | (yes & set);
            word[1] = (word[1] & !set) | (maybe & set);
        }
    }
}

/// The truth values of all subjects.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Plane {
    pub blocks: Vec<Block>,
}

impl Plane {
    /// False for so many blocks of subjects.
    pub fn new(blocks: usize) -> Self {
        Self { blocks: vec![Block::NO; blocks] }
    }

    #[inline]
    pub fn get(&self, at: usize) -> Truth {
        self.blocks[at / BLOCK].get(at % BLOCK)
    }

    pub fn set(&mut self, at: usize, truth: Truth) {
        self.blocks[at / BLOCK].set(at % BLOCK, truth);
    }
}

/// A set of subjects.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Set {
    pub blocks: Vec<Bits>,
}

impl Set {
    pub fn new(blocks: usize) -> Self {
        Self { blocks: vec![[0; WORDS]; blocks] }
    }

    #[inline]
    pub fn contains(&self, at: usize) -> bool {
        self.blocks.get(at / BLOCK).is_some_and(|bits| bits[at % BLOCK / 64] >> (at % 64) & 1 == 1)
    }

    /// Puts the subject in or out.
    pub fn put(&mut self, at: usize, is_in: bool) {
        let bit = 1 << (at % 64);
        let word = &mut self.blocks[at / BLOCK][at % BLOCK / 64];
        if is_in {
            *word |= bit;
        } else {
            *word &= !bit;
        }
    }

    /// Everybody in it, in order.
    pub fn iter(&self) -> impl Iterator<Item = usize> {
        self.blocks.iter().enumerate().flat_map(|(block, bits)| ones(bits).map(move |at| block * BLOCK + at))
    }

    pub fn count(&self) -> usize {
        self.blocks.iter().flatten().map(|word| word.count_ones() as usize).sum()
    }
}

/// The places of the ones in a block's bits, in order.
pub(super) fn ones(bits: &Bits) -> impl Iterator<Item = usize> {
    bits.iter().enumerate().flat_map(|(index, word)| {
        let mut rest = *word;
        std::iter::from_fn(move || {
            if rest == 0 {
                return None;
            }
            let bit = rest.trailing_zeros() as usize;
            rest &= rest - 1;
            Some(index * 64 + bit)
        })
    })
}
