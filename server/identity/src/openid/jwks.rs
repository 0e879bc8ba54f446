//! The keys that a provider signs with (RFC 7517).

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use ring::signature::{RsaPublicKeyComponents, UnparsedPublicKey};
use serde::Deserialize;
use serde_json::Value;

use super::{
    jws::{Algorithm, Scheme},
    metadata::MetadataError,
};

/// The longest list of keys, in bytes.
pub const MAX_KEYS_BYTES: usize = 512 * 1024;
/// More keys than any provider publishes.
const MAX_KEYS: usize = 100;

/// The keys of one provider that signatures can be checked with; what else it publishes is left out.
#[derive(Clone, Debug, Default)]
pub(crate) struct Keys(Vec<Key>);

/// One key.
#[derive(Clone, Debug)]
pub(crate) struct Key {
    id: Option<String>,
    algorithm: Option<Algorithm>,
    /// Whose tokens it signs, where the list serves several issuers, as Entra's does.
    pub issuer: Option<String>,
    material: Material,
}

#[derive(Clone, Debug)]
enum Material {
    Rsa { modulus: Vec<u8>, exponent: Vec<u8> },
    P256(Vec<u8>),
    P384(Vec<u8>),
}

/// The list as it comes.
#[derive(Deserialize)]
pub(crate) struct Document {
    /// Single keys may be of kinds that nobody here knows; they must not spoil the rest.
    keys: Vec<Value>,
}

#[derive(Deserialize)]
struct Jwk {
    kty: String,
    kid: Option<String>,
    alg: Option<String>,
    #[serde(rename = "use")]
    purpose: Option<String>,
    issuer: Option<String>,
    crv: Option<String>,
    n: Option<String>,
    e: Option<String>,
    x: Option<String>,
    y: Option<String>,
}

impl Document {
    pub(crate) fn check(self) -> Result<Keys, MetadataError> {
        let keys = self.keys.into_iter().take(MAX_KEYS).filter(Value::is_object);
        let jwks = keys.filter_map(|key| serde_json::from_value::<Jwk>(key).ok());
        let keys: Vec<Key> = jwks.filter_map(Jwk::key).collect();
        if keys.is_empty() { Err(MetadataError::NoKeys) } else { Ok(Keys(keys)) }
    }
}

impl Jwk {
    fn key(self) -> Option<Key> {
        if self.purpose.as_deref().is_some_and(|purpose| purpose != "sig") {
            return None;
        }
        let algorithm = match &self.alg {
            // For an algorithm that is not allowed the key is of no use.
            Some(name) => Some(Algorithm::named(name)?),
            None => None,
        };
        let material = match (&*self.kty, self.crv.as_deref()) {
            ("RSA", _) => Material::Rsa { modulus: number(self.n)?, exponent: number(self.e)? },
            ("EC", Some("P-256")) => Material::P256(point(self.x, self.y, 32)?),
            ("EC", Some("P-384")) => Material::P384(point(self.x, self.y, 48)?),
            _ => return None,
        };
        Some(Key { id: self.kid, algorithm, issuer: self.issuer, material })
    }
}

impl Keys {
    /// The keys that a token of this header may be signed with. Without a name in the header any fitting one may be.
    pub(crate) fn matching(&self, id: Option<&str>, algorithm: Algorithm) -> impl Iterator<Item = &Key> {
        self.0.iter().filter(move |key| (id.is_none() || key.id.as_deref() == id) && key.fits(algorithm))
    }
}

impl Key {
    fn fits(&self, algorithm: Algorithm) -> bool {
        self.algorithm.is_none_or(|own| own == algorithm)
            && matches!(
                (&self.material, algorithm.scheme()),
                (Material::Rsa { .. }, Scheme::Rsa(_))
                    | (Material::P256(_), Scheme::P256)
                    | (Material::P384(_), Scheme::P384)
            )
    }

    /// Whether this key made this signature of this message. RSA keys below 2048 bits make none that count.
    pub(crate) fn signed(&self, algorithm: Algorithm, message: &[u8], signature: &[u8]) -> bool {
        match (&self.material, algorithm.scheme()) {
            (Material::Rsa { modulus, exponent }, Scheme::Rsa(parameters)) => {
                RsaPublicKeyComponents { n: modulus, e: exponent }.verify(parameters, message, signature).is_ok()
            }
            (Material::P256(point), Scheme::P256) => {
                UnparsedPublicKey::new(&ring::signature::ECDSA_P256_SHA256_FIXED, point)
                    .verify(message, signature)
                    .is_ok()
            }
            (Material::P384(point), Scheme::P384) => {
                UnparsedPublicKey::new(&ring::signature::ECDSA_P384_SHA384_FIXED, point)
                    .verify(message, signature)
                    .is_ok()
            }
            _ => false,
        }
    }
}

/// A number in base64url; leading zeros, which some providers write, are not part of it.
fn number(text: Option<String>) -> Option<Vec<u8>> {
    let bytes = URL_SAFE_NO_PAD.decode(text?).ok()?;
    let zeros = bytes.iter().take_while(|byte| **byte == 0).count();
    Some(bytes[zeros..].to_vec()).filter(|number| !number.is_empty())
}

/// A point of a curve in the uncompressed form; whether it is on the curve is found out when a signature is checked.
fn point(x: Option<String>, y: Option<String>, length: usize) -> Option<Vec<u8>> {
    let (x, y) = (URL_SAFE_NO_PAD.decode(x?).ok()?, URL_SAFE_NO_PAD.decode(y?).ok()?);
    (x.len() == length && y.len() == length).then(|| [&[4][..], &x, &y].concat())
}
