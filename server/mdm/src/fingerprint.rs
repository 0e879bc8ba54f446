//! The name under which a certificate is remembered.

use sha2::{Digest, Sha256};

/// SHA-256 of a DER certificate, as 64 lower-case hexadecimal digits.
#[must_use]
pub fn of_certificate(der: &[u8]) -> String {
    hex::encode(Sha256::digest(der))
}
