//! PEM, as files from people and from the database hold it.
//!
//! Written here because `x509-cert`'s reader panics on an empty file.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

/// The contents of every certificate in a text, in order. Text around the blocks is skipped, as RFC 7468
/// allows. None when a block is damaged.
pub(crate) fn certificates(text: &str) -> Option<Vec<Vec<u8>>> {
    const BEGIN: &str = "-----BEGIN CERTIFICATE-----";
    const END: &str = "-----END CERTIFICATE-----";
    let mut found = Vec::new();
    let mut rest = text;
    while let Some((_, after)) = rest.split_once(BEGIN) {
        let (block, after) = after.split_once(END)?;
        let base64: String = block.split_ascii_whitespace().collect();
        found.push(STANDARD.decode(base64).ok()?);
        rest = after;
    }
    Some(found)
}

/// A certificate as PEM.
pub(crate) fn certificate(der: &[u8]) -> String {
    der::pem::encode_string("CERTIFICATE", der::pem::LineEnding::LF, der)
        .expect("invariant: a fixed label and in-memory bytes always encode")
}
