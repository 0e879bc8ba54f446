//! Opening PKCS#12 files that people upload. Sources: RFC 7292, RFC 8018.
//!
//! Written here, because `p12-keystore` follows issuers in circles without an end, and takes any number of rounds of
//! key derivation, so that a file could keep the server busy for ever.

use der::asn1::{BmpString, ObjectIdentifier, OctetString};
use der::{Any, Decode, Encode};
use pkcs12::mac_data::MacData;
use pkcs12::pbe_params::EncryptedPrivateKeyInfo;
use pkcs12::pfx::Pfx;
use pkcs12::safe_bag::SafeBag;
use ring::signature::KeyPair as _;
use x509_cert::Certificate;
use x509_cert::spki::AlgorithmIdentifierOwned;

use super::decrypt::{self, MAX_ROUNDS};
use crate::signature::ber;

/// The largest file, in bytes. One key with a chain of certificates has some kilobytes.
pub const MAX_PKCS12_BYTES: usize = 64 * 1024;

/// How many bags are looked at.
const MAX_BAGS: usize = 64;
/// How many safes are: one for the key and one for the certificates are usual, and each may ask for
/// [`MAX_ROUNDS`].
const MAX_SAFES: usize = 8;

const DATA: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.7.1");
const ENCRYPTED_DATA: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.7.6");
const LOCAL_KEY_ID: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.9.21");
const X509_CERTIFICATE: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.9.22.1");

/// Why a file is not taken as an identity.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Pkcs12Error {
    /// More than [`MAX_PKCS12_BYTES`].
    #[error("the file is too large for an identity")]
    TooLarge,
    /// Another kind of file, or a damaged one.
    #[error("the file is not PKCS#12")]
    NotPkcs12,
    /// The password does not open it.
    #[error("the password does not open the file")]
    WrongPassword,
    /// Encrypted or protected in a way that is not understood.
    #[error("the file is encrypted in a way that is not supported")]
    Unsupported,
    /// It holds certificates only.
    #[error("the file holds no private key")]
    NoKey,
    /// It holds a key whose certificate is missing.
    #[error("the file holds no certificate for its private key")]
    NoCertificate,
    /// It holds this many keys, and a payload takes one.
    #[error("the file holds {0} private keys")]
    SeveralKeys(usize),
}

/// What a PKCS#12 file holds.
#[derive(Clone, PartialEq, Eq)]
pub struct OpenedIdentity {
    /// The certificate that belongs to the key, in DER.
    pub certificate_der: Vec<u8>,
    /// The private key in PKCS#8.
    pub key_pkcs8: Vec<u8>,
    /// How many more certificates there are, such as the issuer's.
    pub more_certificates: usize,
}

impl std::fmt::Debug for OpenedIdentity {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("OpenedIdentity")
            .field("more_certificates", &self.more_certificates)
            .finish_non_exhaustive()
    }
}

/// A key or a certificate, with the id by which they find each other.
struct Found<T> {
    content: T,
    id: Option<Vec<u8>>,
}

#[derive(Default)]
struct Contents {
    keys: Vec<Found<Vec<u8>>>,
    certificates: Vec<Found<(Vec<u8>, Certificate)>>,
}

/// Opens a PKCS#12 file with its password: one private key, its certificate, and perhaps more certificates.
///
/// # Errors
///
/// [`Pkcs12Error`] says what is wrong with the file or the password.
pub fn open(file: &[u8], password: &str) -> Result<OpenedIdentity, Pkcs12Error> {
    if file.len() > MAX_PKCS12_BYTES {
        return Err(Pkcs12Error::TooLarge);
    }
    let pfx: Pfx = decode(file).ok_or(Pkcs12Error::NotPkcs12)?;
    if pfx.auth_safe.content_type != DATA {
        // Signed instead of protected by a password.
        return Err(Pkcs12Error::Unsupported);
    }
    let safes: OctetString = pfx.auth_safe.content.decode_as().map_err(|_| Pkcs12Error::NotPkcs12)?;
    if let Some(mac) = &pfx.mac_data {
        check_mac(mac, safes.as_bytes(), password)?;
    }
    let has_mac = pfx.mac_data.is_some();
    // What does not decrypt is damaged where the password is known to be right, and wrong otherwise.
    let unreadable = if has_mac { Pkcs12Error::NotPkcs12 } else { Pkcs12Error::WrongPassword };
    let safes: Vec<cms::content_info::ContentInfo> = decode(safes.as_bytes()).ok_or(Pkcs12Error::NotPkcs12)?;
    let mut contents = Contents::default();
    for safe in safes.iter().take(MAX_SAFES) {
        let bags = open_safe(safe, password, unreadable)?;
        let bags: Vec<SafeBag> = decode(&bags).ok_or(unreadable)?;
        for bag in bags.iter().take(MAX_BAGS) {
            contents.add(bag, password, unreadable)?;
        }
    }
    contents.identity()
}

/// DER, or what can be rewritten as such: some programs write lengths as indefinite.
fn decode<T: for<'a> Decode<'a>>(bytes: &[u8]) -> Option<T> {
    T::from_der(bytes).ok().or_else(|| T::from_der(&ber::to_der(bytes).ok()?).ok())
}

fn check_mac(mac: &MacData, content: &[u8], password: &str) -> Result<(), Pkcs12Error> {
    let rounds = u32::try_from(mac.iterations).ok().filter(|rounds| (1..=MAX_ROUNDS).contains(rounds));
    let rounds = rounds.ok_or(Pkcs12Error::Unsupported)?;
    let expected = mac.mac.digest.as_bytes();
    let matches = decrypt::mac(mac.mac.algorithm.oid, mac.mac_salt.as_bytes(), rounds, password, content)?
        .is_some_and(|computed| computed == expected);
    if matches { Ok(()) } else { Err(Pkcs12Error::WrongPassword) }
}

/// The bags of one safe, decrypted if need be.
fn open_safe(
    safe: &cms::content_info::ContentInfo,
    password: &str,
    unreadable: Pkcs12Error,
) -> Result<Vec<u8>, Pkcs12Error> {
    match safe.content_type {
        DATA => {
            let content: OctetString = safe.content.decode_as().map_err(|_| Pkcs12Error::NotPkcs12)?;
            Ok(content.into_bytes())
        }
        ENCRYPTED_DATA => {
            let data: cms::encrypted_data::EncryptedData =
                safe.content.decode_as().map_err(|_| Pkcs12Error::NotPkcs12)?;
            let info = &data.enc_content_info;
            let encrypted = info.encrypted_content.as_ref().ok_or(Pkcs12Error::NotPkcs12)?;
            decrypt::decrypt(&info.content_enc_alg, encrypted.as_bytes(), password)?.ok_or(unreadable)
        }
        _ => Err(Pkcs12Error::Unsupported),
    }
}

impl Contents {
    fn add(&mut self, bag: &SafeBag, password: &str, unreadable: Pkcs12Error) -> Result<(), Pkcs12Error> {
        let id = local_key_id(bag);
        match bag.bag_id {
            pkcs12::PKCS_12_PKCS8_KEY_BAG_OID => {
                let key: EncryptedPrivateKeyInfo = value_of(bag).ok_or(Pkcs12Error::NotPkcs12)?;
                let algorithm: &AlgorithmIdentifierOwned = &key.encryption_algorithm;
                // A second key is too many, whatever it is; each would cost as many rounds as it asks for.
                let content = if self.keys.is_empty() {
                    decrypt::decrypt(algorithm, key.encrypted_data.as_bytes(), password)?.ok_or(unreadable)?
                } else {
                    Vec::new()
                };
                self.keys.push(Found { content, id });
            }
            pkcs12::PKCS_12_KEY_BAG_OID => {
                let key: Any = value_of(bag).ok_or(Pkcs12Error::NotPkcs12)?;
                let content = key.to_der().map_err(|_| Pkcs12Error::NotPkcs12)?;
                self.keys.push(Found { content, id });
            }
            pkcs12::PKCS_12_CERT_BAG_OID => {
                let bag: pkcs12::cert_type::CertBag = value_of(bag).ok_or(Pkcs12Error::NotPkcs12)?;
                if bag.cert_id != X509_CERTIFICATE {
                    return Err(Pkcs12Error::Unsupported);
                }
                let der = bag.cert_value.as_bytes().to_vec();
                let certificate = Certificate::from_der(&der).map_err(|_| Pkcs12Error::NotPkcs12)?;
                self.certificates.push(Found { content: (der, certificate), id });
            }
            // Revocation lists and other secrets are nobody's identity.
            _ => {}
        }
        Ok(())
    }

    fn identity(mut self) -> Result<OpenedIdentity, Pkcs12Error> {
        let key = match self.keys.len() {
            0 => return Err(Pkcs12Error::NoKey),
            1 => self.keys.remove(0),
            many => return Err(Pkcs12Error::SeveralKeys(many)),
        };
        let public = public_key(&key.content);
        let by_id = |certificate: &Found<(Vec<u8>, Certificate)>| key.id.is_some() && certificate.id == key.id;
        let by_key = |certificate: &Found<(Vec<u8>, Certificate)>| {
            public.as_deref().is_some_and(|public| crate::ca::public_key(&certificate.content.1) == Some(public))
        };
        let place = self.certificates.iter().position(by_key).or_else(|| self.certificates.iter().position(by_id));
        let certificate = self.certificates.remove(place.ok_or(Pkcs12Error::NoCertificate)?);
        Ok(OpenedIdentity {
            certificate_der: certificate.content.0,
            key_pkcs8: key.content,
            more_certificates: self.certificates.len(),
        })
    }
}

/// The value of a bag, which is tagged `[0]` explicitly.
fn value_of<T: for<'a> Decode<'a> + for<'a> der::EncodeValue + der::Tagged>(bag: &SafeBag) -> Option<T> {
    let tagged: der::asn1::ContextSpecific<Any> = decode(&bag.bag_value)?;
    decode(&tagged.value.to_der().ok()?)
}

fn local_key_id(bag: &SafeBag) -> Option<Vec<u8>> {
    let attribute = bag.bag_attributes.iter().flat_map(|all| all.iter()).find(|one| one.oid == LOCAL_KEY_ID)?;
    let id: OctetString = attribute.values.get(0)?.decode_as().ok()?;
    Some(id.into_bytes())
}

/// The public half of a private key in PKCS#8, where its kind is one of the usual ones.
fn public_key(key: &[u8]) -> Option<Vec<u8>> {
    use ring::signature::{ECDSA_P256_SHA256_ASN1_SIGNING, ECDSA_P384_SHA384_ASN1_SIGNING, EcdsaKeyPair, RsaKeyPair};
    let random = ring::rand::SystemRandom::new();
    let curve = |algorithm| EcdsaKeyPair::from_pkcs8(algorithm, key, &random).ok();
    curve(&ECDSA_P256_SHA256_ASN1_SIGNING)
        .or_else(|| curve(&ECDSA_P384_SHA384_ASN1_SIGNING))
        .map(|pair| pair.public_key().as_ref().to_vec())
        .or_else(|| RsaKeyPair::from_pkcs8(key).ok().map(|pair| pair.public().as_ref().to_vec()))
}

/// A password as PKCS#12 derives keys from it; `None` when it cannot be written so.
pub(super) fn bmp(password: &str) -> Option<BmpString> {
    BmpString::from_utf8(password).ok()
}
