//! The encryptions that PKCS#12 files are found with: PBES2 with AES or 3DES, and the old ones of RFC 7292, appendix C.

use cbc::cipher::block_padding::Pkcs7;
use cbc::cipher::{BlockCipher, BlockDecrypt, BlockDecryptMut, KeyInit, KeyIvInit};
use der::asn1::ObjectIdentifier;
use der::{Decode, Encode};
use hmac::digest::{Digest, FixedOutputReset, core_api::BlockSizeUser};
use hmac::{Mac, SimpleHmac};
use pkcs5::pbes2::{self, Kdf};
use pkcs12::kdf::{Pkcs12KeyType, derive_key_bmp};
use pkcs12::pbe_params::Pkcs12PbeParams;
use x509_cert::spki::AlgorithmIdentifierOwned;

use super::read::{Pkcs12Error, bmp};

/// The most rounds of key derivation; OpenSSL makes 2048, Windows and macOS up to some ten thousand, careful people a
/// few hundred thousand.
pub(super) const MAX_ROUNDS: u32 = 1_000_000;

const fn oid(text: &str) -> ObjectIdentifier {
    ObjectIdentifier::new_unwrap(text)
}

const SHA_1: ObjectIdentifier = oid("1.3.14.3.2.26");
const SHA_256: ObjectIdentifier = oid("2.16.840.1.101.3.4.2.1");
const SHA_384: ObjectIdentifier = oid("2.16.840.1.101.3.4.2.2");
const SHA_512: ObjectIdentifier = oid("2.16.840.1.101.3.4.2.3");

const PBES2: ObjectIdentifier = pbes2::PBES2_OID;
const SHA_3DES: ObjectIdentifier = oid("1.2.840.113549.1.12.1.3");
const SHA_RC2_128: ObjectIdentifier = oid("1.2.840.113549.1.12.1.5");
const SHA_RC2_40: ObjectIdentifier = oid("1.2.840.113549.1.12.1.6");

/// The MAC over `content`; `None` when no key can be made of the password.
pub(super) fn mac(
    algorithm: ObjectIdentifier,
    salt: &[u8],
    rounds: u32,
    password: &str,
    content: &[u8],
) -> Result<Option<Vec<u8>>, Pkcs12Error> {
    match algorithm {
        SHA_1 => Ok(mac_with::<sha1::Sha1>(salt, rounds, password, content)),
        SHA_256 => Ok(mac_with::<sha2::Sha256>(salt, rounds, password, content)),
        SHA_384 => Ok(mac_with::<sha2::Sha384>(salt, rounds, password, content)),
        SHA_512 => Ok(mac_with::<sha2::Sha512>(salt, rounds, password, content)),
        _ => Err(Pkcs12Error::Unsupported),
    }
}

fn mac_with<D>(salt: &[u8], rounds: u32, password: &str, content: &[u8]) -> Option<Vec<u8>>
where
    D: Digest + FixedOutputReset + BlockSizeUser,
{
    let key = derive::<D>(password, salt, Pkcs12KeyType::Mac, rounds, <D as Digest>::output_size())?;
    let mut mac = <SimpleHmac<D> as Mac>::new_from_slice(&key).ok()?;
    mac.update(content);
    Some(mac.finalize().into_bytes().to_vec())
}

fn derive<D: Digest + FixedOutputReset + BlockSizeUser>(
    password: &str,
    salt: &[u8],
    purpose: Pkcs12KeyType,
    rounds: u32,
    bytes: usize,
) -> Option<Vec<u8>> {
    Some(derive_key_bmp::<D>(bmp(password)?, salt, purpose, i32::try_from(rounds).ok()?, bytes))
}

/// Decrypts; `None` when the password does not fit.
pub(super) fn decrypt(
    algorithm: &AlgorithmIdentifierOwned,
    encrypted: &[u8],
    password: &str,
) -> Result<Option<Vec<u8>>, Pkcs12Error> {
    let parameters = algorithm.parameters.as_ref().ok_or(Pkcs12Error::NotPkcs12)?;
    let parameters = parameters.to_der().map_err(|_| Pkcs12Error::NotPkcs12)?;
    if algorithm.oid == PBES2 {
        let parameters = pbes2::Parameters::from_der(&parameters).map_err(|_| Pkcs12Error::Unsupported)?;
        let Kdf::Pbkdf2(derivation) = &parameters.kdf else { return Err(Pkcs12Error::Unsupported) };
        if !(1..=MAX_ROUNDS).contains(&derivation.iteration_count) {
            return Err(Pkcs12Error::Unsupported);
        }
        return match parameters.decrypt(password, encrypted) {
            Ok(content) => Ok(Some(content)),
            Err(pkcs5::Error::UnsupportedAlgorithm { .. } | pkcs5::Error::AlgorithmParametersInvalid { .. }) => {
                Err(Pkcs12Error::Unsupported)
            }
            Err(_) => Ok(None),
        };
    }
    let parameters = Pkcs12PbeParams::from_der(&parameters).map_err(|_| Pkcs12Error::Unsupported)?;
    let rounds = u32::try_from(parameters.iterations).ok().filter(|rounds| (1..=MAX_ROUNDS).contains(rounds));
    let rounds = rounds.ok_or(Pkcs12Error::Unsupported)?;
    let salt = parameters.salt.as_bytes();
    match algorithm.oid {
        SHA_3DES => Ok(decrypt_with::<des::TdesEde3>(salt, rounds, password, 24, encrypted)),
        SHA_RC2_128 => Ok(decrypt_with::<rc2::Rc2>(salt, rounds, password, 16, encrypted)),
        SHA_RC2_40 => Ok(decrypt_with::<rc2::Rc2>(salt, rounds, password, 5, encrypted)),
        _ => Err(Pkcs12Error::Unsupported),
    }
}

fn decrypt_with<C>(salt: &[u8], rounds: u32, password: &str, key_bytes: usize, encrypted: &[u8]) -> Option<Vec<u8>>
where
    C: KeyInit + BlockCipher + BlockDecrypt,
{
    let key = derive::<sha1::Sha1>(password, salt, Pkcs12KeyType::EncryptionKey, rounds, key_bytes)?;
    let start = derive::<sha1::Sha1>(password, salt, Pkcs12KeyType::Iv, rounds, 8)?;
    let cipher = cbc::Decryptor::<C>::new_from_slices(&key, &start).ok()?;
    cipher.decrypt_padded_vec_mut::<Pkcs7>(encrypted).ok()
}
