//! Writing property lists whose bytes depend on their content alone.

use plist::{Dictionary, Value};
use sha2::{Digest, Sha256};

/// A dictionary under construction. Keys are sorted when it is finished, so that the order of the
/// calls does not show in the bytes.
#[derive(Default)]
pub(crate) struct Dict(Dictionary);

impl Dict {
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets a key.
    pub fn set(mut self, key: &str, value: impl Into<Value>) -> Self {
        self.0.insert(key.to_owned(), value.into());
        self
    }

    /// Sets a key where there is a value.
    pub fn maybe(self, key: &str, value: Option<impl Into<Value>>) -> Self {
        match value {
            Some(value) => self.set(key, value),
            None => self,
        }
    }

    /// Sets a key to true, or leaves it out where false is Apple's default.
    pub fn flag(self, key: &str, value: bool) -> Self {
        if value { self.set(key, true) } else { self }
    }

    pub fn data(self, key: &str, bytes: &[u8]) -> Self {
        self.set(key, Value::Data(bytes.to_vec()))
    }

    pub fn finish(mut self) -> Dictionary {
        self.0.sort_keys();
        self.0
    }
}

/// An XML property list.
pub(crate) fn to_xml(dictionary: Dictionary) -> Vec<u8> {
    let mut bytes = Vec::new();
    Value::Dictionary(dictionary)
        .to_writer_xml(&mut bytes)
        .expect("invariant: a property list without UIDs always fits into memory as XML");
    bytes.push(b'\n');
    bytes
}

/// A PayloadUUID that names this identifier with this content, and nothing else.
///
/// A random one would make every delivery of the same profile look like a change. The form is that of
/// RFC 9562 version 8: a UUID from a hash of the maker's choice, here SHA-256.
pub(crate) fn content_uuid(identifier: &str, content: &[u8]) -> String {
    let mut hasher = Sha256::new();
    hasher.update(b"baton payload\0");
    hasher.update((identifier.len() as u64).to_be_bytes());
    hasher.update(identifier.as_bytes());
    hasher.update(content);
    let digest = hasher.finalize();
    let mut bytes = [0_u8; 16];
    bytes.copy_from_slice(&digest[..16]);
    bytes[6] = 0x80 | (bytes[6] & 0x0f);
    bytes[8] = 0x80 | (bytes[8] & 0x3f);
    let hex = hex::encode_upper(bytes);
    format!("{}-{}-{}-{}-{}", &hex[..8], &hex[8..12], &hex[12..16], &hex[16..20], &hex[20..])
}
