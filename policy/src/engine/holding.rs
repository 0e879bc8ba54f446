//! Which devices a user holds. Most hold a few; Nobody can hold most of the fleet.

use super::bits::{BLOCK, Set, WORDS};

/// Up to here a list is faster than a set.
const FEW: usize = 256;

/// The devices of one user.
#[derive(Clone, Debug)]
pub(super) enum Holding {
    Few(Vec<usize>),
    Many(Set),
}

impl Default for Holding {
    fn default() -> Self {
        Self::Few(Vec::new())
    }
}

impl Holding {
    pub fn add(&mut self, device: usize, blocks: usize) {
        match self {
            Self::Few(devices) if devices.len() < FEW => devices.push(device),
            Self::Few(devices) => {
                let mut set = Set::new(blocks);
                for held in devices.iter().chain([&device]) {
                    set.put(*held, true);
                }
                *self = Self::Many(set);
            }
            Self::Many(set) => {
                if set.blocks.len() < blocks {
                    set.blocks.resize(blocks, [0; WORDS]);
                }
                set.put(device, true);
            }
        }
    }

    pub fn remove(&mut self, device: usize) {
        match self {
            Self::Few(devices) => devices.retain(|held| *held != device),
            Self::Many(set) if device / BLOCK < set.blocks.len() => set.put(device, false),
            Self::Many(_) => {}
        }
    }

    pub fn is_empty(&self) -> bool {
        match self {
            Self::Few(devices) => devices.is_empty(),
            Self::Many(set) => set.count() == 0,
        }
    }
}
