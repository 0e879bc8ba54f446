//! A private key with its certificate, as iOS imports it.

mod decrypt;
mod read;

pub use read::{MAX_PKCS12_BYTES, OpenedIdentity, Pkcs12Error, open};

use p12_keystore::{Certificate, EncryptionAlgorithm, KeyStore, KeyStoreEntry, MacAlgorithm, PrivateKeyChain};
use sha2::{Digest, Sha256};

/// Rounds of key derivation. The password is random and travels beside the file, so that more of them
/// would only cost time.
const ITERATIONS: u64 = 2048;

/// Packs an identity. The key is PKCS#8, the certificate DER.
///
/// Encrypted with PBE-SHA1-3DES and protected by HMAC-SHA1: the one combination that every iOS since 4
/// imports, while AES containers are refused by older ones. It hides nothing in any case, because the
/// profile that carries the file carries the password too; what protects both is TLS.
pub(crate) fn pack(name: &str, certificate_der: &[u8], key_pkcs8: &[u8], password: &str) -> Result<Vec<u8>, String> {
    let certificate = Certificate::from_der(certificate_der).map_err(|error| error.to_string())?;
    let key_id = Sha256::digest(certificate_der);
    let mut store = KeyStore::new();
    store.add_entry(
        name,
        KeyStoreEntry::PrivateKeyChain(PrivateKeyChain::new(key_pkcs8, &key_id[..20], vec![certificate])),
    );
    store
        .writer(password)
        .encryption_algorithm(EncryptionAlgorithm::PbeWithShaAnd3KeyTripleDesCbc)
        .encryption_iterations(ITERATIONS)
        .mac_algorithm(MacAlgorithm::HmacSha1)
        .mac_iterations(ITERATIONS)
        .write()
        .map_err(|error| error.to_string())
}

/// Opens an identity as a device does: certificate in DER and key in PKCS#8.
#[cfg(feature = "sign")]
pub(crate) fn unpack(file: &[u8], password: &str) -> Option<(Vec<u8>, Vec<u8>)> {
    let store = KeyStore::from_pkcs12(file, password).ok()?;
    let (_, chain) = store.private_key_chain()?;
    let certificate = chain.chain().first()?;
    Some((certificate.as_der().to_vec(), chain.key().to_vec()))
}
