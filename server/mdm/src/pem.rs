//! PEM, as files from people and from the database hold it.
//!
//! Written here because `x509-cert`'s reader panics on an empty file.

use std::borrow::Cow;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

/// A file as text, if it is one. Around the blocks there may be names in any encoding, as OpenSSL writes them.
pub(crate) fn text(file: &[u8]) -> Option<Cow<'_, str>> {
    const BEGIN: &[u8] = b"-----BEGIN ";
    match std::str::from_utf8(file) {
        Ok(text) => Some(Cow::Borrowed(text)),
        Err(_) if file.windows(BEGIN.len()).any(|window| window == BEGIN) => Some(String::from_utf8_lossy(file)),
        Err(_) => None,
    }
}

/// One block between BEGIN and END.
pub(crate) struct Block<'t> {
    /// What it holds, such as `CERTIFICATE`.
    pub label: &'t str,
    /// The content; None when it is damaged or encrypted.
    pub der: Option<Vec<u8>>,
    /// Whether it says of itself that it is encrypted (RFC 1421, as OpenSSL writes old keys).
    pub encrypted: bool,
}

/// Every block of a text, in order. Text around the blocks is skipped, as RFC 7468 allows. None when a block does not
/// end.
pub(crate) fn blocks(text: &str) -> Option<Vec<Block<'_>>> {
    const DASHES: &str = "-----";
    let mut found = Vec::new();
    let mut rest = text;
    while let Some((_, after)) = rest.split_once("-----BEGIN ") {
        let (label, after) = after.split_once(DASHES)?;
        let (body, after) = after.split_once(&format!("-----END {label}{DASHES}"))?;
        let encrypted = body.contains("ENCRYPTED");
        let base64: String = body.split_ascii_whitespace().collect();
        found.push(Block { label, der: STANDARD.decode(base64).ok(), encrypted });
        rest = after;
    }
    Some(found)
}

/// The contents of every certificate in a text, in order. None when a block is damaged.
pub(crate) fn certificates(text: &str) -> Option<Vec<Vec<u8>>> {
    blocks(text)?.into_iter().filter(|block| block.label == "CERTIFICATE").map(|block| block.der).collect()
}

/// A certificate as PEM.
pub(crate) fn certificate(der: &[u8]) -> String {
    write("CERTIFICATE", der)
}

/// Bytes as PEM under a label of capital letters.
pub(crate) fn write(label: &'static str, der: &[u8]) -> String {
    der::pem::encode_string(label, der::pem::LineEnding::LF, der)
        .expect("invariant: a fixed label and in-memory bytes always encode")
}
