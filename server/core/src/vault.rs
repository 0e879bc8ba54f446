//! What the database must not know: keys derived from one master key that is kept outside it.
//!
//! Texts and tokens are sealed with XChaCha20-Poly1305 (each purpose has its own key and is authenticated with it), and
//! secrets that must be the same on every delivery, such as the clip's (A20), are computed by HMAC instead of stored.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use chacha20poly1305::{
    KeyInit, XChaCha20Poly1305, XNonce,
    aead::{Aead, Payload},
};
use hmac::{Hmac, Mac};
use sha2::{Digest, Sha256};
use thiserror::Error;

/// Bytes of the master key and of everything derived from it.
pub const KEY_BYTES: usize = 32;
const NONCE_BYTES: usize = 24;
const VERSION: u8 = 1;

/// Why something sealed cannot be opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum VaultError {
    /// It is not something this vault seals.
    #[error("the sealed value is malformed")]
    Malformed,
    /// It was sealed with another key or for another purpose, or was altered.
    #[error("the sealed value was made with another key, or was altered")]
    WrongKey,
    /// The system has no randomness to give.
    #[error("the system's random number generator failed")]
    Random,
}

/// The master key and what is done with it.
#[derive(Clone)]
pub struct Vault {
    master: [u8; KEY_BYTES],
}

impl Vault {
    /// A vault over this master key.
    #[must_use]
    pub const fn new(master: [u8; KEY_BYTES]) -> Self {
        Self { master }
    }

    /// A keyed hash of `message` for one purpose. Whoever lacks the master key can neither compute nor check it.
    #[must_use]
    pub fn mac(&self, purpose: &str, message: &[u8]) -> [u8; KEY_BYTES] {
        hmac(&hmac(&self.master, purpose.as_bytes()), message)
    }

    /// Seals `plain` for one purpose.
    ///
    /// # Errors
    /// [`VaultError::Random`].
    pub fn seal(&self, purpose: &str, plain: &[u8]) -> Result<Vec<u8>, VaultError> {
        let mut nonce = [0; NONCE_BYTES];
        getrandom::fill(&mut nonce).map_err(|_| VaultError::Random)?;
        let sealed = self
            .cipher(purpose)
            .encrypt(XNonce::from_slice(&nonce), Payload { msg: plain, aad: purpose.as_bytes() })
            .map_err(|_| VaultError::Malformed)?;
        let mut out = Vec::with_capacity(1 + NONCE_BYTES + sealed.len());
        out.push(VERSION);
        out.extend_from_slice(&nonce);
        out.extend_from_slice(&sealed);
        Ok(out)
    }

    /// Opens what [`Self::seal`] made for the same purpose.
    ///
    /// # Errors
    /// [`VaultError::Malformed`] and [`VaultError::WrongKey`].
    pub fn open(&self, purpose: &str, sealed: &[u8]) -> Result<Vec<u8>, VaultError> {
        let (&version, rest) = sealed.split_first().ok_or(VaultError::Malformed)?;
        if version != VERSION || rest.len() < NONCE_BYTES {
            return Err(VaultError::Malformed);
        }
        let (nonce, sealed) = rest.split_at(NONCE_BYTES);
        self.cipher(purpose)
            .decrypt(XNonce::from_slice(nonce), Payload { msg: sealed, aad: purpose.as_bytes() })
            .map_err(|_| VaultError::WrongKey)
    }

    fn cipher(&self, purpose: &str) -> XChaCha20Poly1305 {
        XChaCha20Poly1305::new(&self.mac("seal", purpose.as_bytes()).into())
    }
}

fn hmac(key: &[u8], message: &[u8]) -> [u8; KEY_BYTES] {
    let mut mac = <Hmac<Sha256> as Mac>::new_from_slice(key).expect("invariant: HMAC takes keys of any length");
    mac.update(message);
    mac.finalize().into_bytes().into()
}

/// A new random secret of 256 bits, as text fit for addresses and cookies.
///
/// # Errors
/// [`VaultError::Random`].
pub fn new_secret() -> Result<String, VaultError> {
    let mut bytes = [0; KEY_BYTES];
    getrandom::fill(&mut bytes).map_err(|_| VaultError::Random)?;
    Ok(URL_SAFE_NO_PAD.encode(bytes))
}

/// The hash under which a secret is stored: SHA-256 in lower-case hex. Fit for secrets of full strength only.
#[must_use]
pub fn secret_hash(secret: &str) -> String {
    hex::encode(Sha256::digest(secret.as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn vault() -> Vault {
        Vault::new([7; KEY_BYTES])
    }

    #[test]
    fn what_was_sealed_opens_again() {
        let sealed = vault().seal("wifi", b"herons").unwrap();
        assert_eq!(vault().open("wifi", &sealed).unwrap(), b"herons");
    }

    #[test]
    fn the_same_text_sealed_twice_looks_different() {
        assert_ne!(vault().seal("wifi", b"herons").unwrap(), vault().seal("wifi", b"herons").unwrap());
    }

    #[test]
    fn another_purpose_does_not_open_it() {
        let sealed = vault().seal("wifi", b"herons").unwrap();
        assert_eq!(vault().open("push-token", &sealed), Err(VaultError::WrongKey));
    }

    #[test]
    fn another_master_key_does_not_open_it() {
        let sealed = vault().seal("wifi", b"herons").unwrap();
        assert_eq!(Vault::new([8; KEY_BYTES]).open("wifi", &sealed), Err(VaultError::WrongKey));
    }

    #[test]
    fn an_altered_byte_is_noticed() {
        let mut sealed = vault().seal("wifi", b"herons").unwrap();
        *sealed.last_mut().unwrap() ^= 1;
        assert_eq!(vault().open("wifi", &sealed), Err(VaultError::WrongKey));
    }

    #[test]
    fn a_stump_is_malformed() {
        assert_eq!(vault().open("wifi", &[1, 2, 3]), Err(VaultError::Malformed));
    }
}
