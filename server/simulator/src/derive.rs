//! Values that look random but follow from the fleet's seed, so that a run can be repeated.

use sha2::{Digest, Sha256};
use uuid::Uuid;

/// 32 bytes that depend on the seed and on everything in `parts`.
pub(crate) fn bytes(seed: u64, parts: &[&str]) -> [u8; 32] {
    let mut hash = Sha256::new();
    hash.update(seed.to_be_bytes());
    for part in parts {
        hash.update((part.len() as u64).to_be_bytes());
        hash.update(part.as_bytes());
    }
    hash.finalize().into()
}

/// A UUID in Apple's upper-case spelling.
pub(crate) fn uuid(seed: u64, parts: &[&str]) -> String {
    let bytes = bytes(seed, parts);
    let mut first = [0; 16];
    first.copy_from_slice(&bytes[..16]);
    uuid::Builder::from_random_bytes(first).into_uuid().hyphenated().encode_upper(&mut Uuid::encode_buffer()).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_seed_gives_the_same_value_and_parts_do_not_run_together() {
        assert_eq!(bytes(1, &["a", "b"]), bytes(1, &["a", "b"]));
        assert_ne!(bytes(1, &["ab"]), bytes(1, &["a", "b"]));
        assert_ne!(bytes(1, &["a"]), bytes(2, &["a"]));
    }
}
