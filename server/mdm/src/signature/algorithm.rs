//! Which algorithms are accepted. SHA-1 is not: it can be forged, and no iOS since 9 uses it.

use der::oid::ObjectIdentifier;
use ring::digest;
use ring::signature::{self, VerificationAlgorithm};
use x509_cert::spki::{AlgorithmIdentifierOwned, SubjectPublicKeyInfoOwned};

use super::SignatureError;

const fn oid(text: &str) -> ObjectIdentifier {
    ObjectIdentifier::new_unwrap(text)
}

pub(super) const SHA_256: ObjectIdentifier = oid("2.16.840.1.101.3.4.2.1");
const SHA_384: ObjectIdentifier = oid("2.16.840.1.101.3.4.2.2");
const SHA_512: ObjectIdentifier = oid("2.16.840.1.101.3.4.2.3");

const RSA: ObjectIdentifier = oid("1.2.840.113549.1.1.1");
const RSA_SHA_256: ObjectIdentifier = oid("1.2.840.113549.1.1.11");
const RSA_SHA_384: ObjectIdentifier = oid("1.2.840.113549.1.1.12");
const RSA_SHA_512: ObjectIdentifier = oid("1.2.840.113549.1.1.13");

const EC_PUBLIC_KEY: ObjectIdentifier = oid("1.2.840.10045.2.1");
pub(super) const ECDSA_SHA_256: ObjectIdentifier = oid("1.2.840.10045.4.3.2");
const ECDSA_SHA_384: ObjectIdentifier = oid("1.2.840.10045.4.3.3");
const P_256: ObjectIdentifier = oid("1.2.840.10045.3.1.7");
const P_384: ObjectIdentifier = oid("1.3.132.0.34");

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Hash {
    Sha256,
    Sha384,
    Sha512,
}

impl Hash {
    pub fn from_oid(oid: ObjectIdentifier) -> Result<Self, SignatureError> {
        match oid {
            SHA_256 => Ok(Self::Sha256),
            SHA_384 => Ok(Self::Sha384),
            SHA_512 => Ok(Self::Sha512),
            _ => Err(SignatureError::Algorithm),
        }
    }

    pub fn digest(self, bytes: &[u8]) -> digest::Digest {
        let algorithm = match self {
            Self::Sha256 => &digest::SHA256,
            Self::Sha384 => &digest::SHA384,
            Self::Sha512 => &digest::SHA512,
        };
        digest::digest(algorithm, bytes)
    }
}

/// The algorithm for a signature with this key.
///
/// The signature algorithm may name the key type alone (as OpenSSL does for RSA); then the digest
/// algorithm of the signer names the hash. Where it names a hash too, both must agree.
pub(super) fn choose(
    signature_algorithm: &AlgorithmIdentifierOwned,
    digest: Hash,
    key: &SubjectPublicKeyInfoOwned,
) -> Result<&'static dyn VerificationAlgorithm, SignatureError> {
    let (key_type, named) = match signature_algorithm.oid {
        RSA => (RSA, None),
        RSA_SHA_256 => (RSA, Some(Hash::Sha256)),
        RSA_SHA_384 => (RSA, Some(Hash::Sha384)),
        RSA_SHA_512 => (RSA, Some(Hash::Sha512)),
        EC_PUBLIC_KEY => (EC_PUBLIC_KEY, None),
        ECDSA_SHA_256 => (EC_PUBLIC_KEY, Some(Hash::Sha256)),
        ECDSA_SHA_384 => (EC_PUBLIC_KEY, Some(Hash::Sha384)),
        _ => return Err(SignatureError::Algorithm),
    };
    if key.algorithm.oid != key_type || named.is_some_and(|named| named != digest) {
        return Err(SignatureError::Algorithm);
    }
    if key_type == RSA {
        return Ok(match digest {
            Hash::Sha256 => &signature::RSA_PKCS1_2048_8192_SHA256,
            Hash::Sha384 => &signature::RSA_PKCS1_2048_8192_SHA384,
            Hash::Sha512 => &signature::RSA_PKCS1_2048_8192_SHA512,
        });
    }
    let curve =
        key.algorithm.parameters.as_ref().and_then(|parameters| parameters.decode_as::<ObjectIdentifier>().ok());
    match (curve, digest) {
        (Some(P_256), Hash::Sha256) => Ok(&signature::ECDSA_P256_SHA256_ASN1),
        (Some(P_256), Hash::Sha384) => Ok(&signature::ECDSA_P256_SHA384_ASN1),
        (Some(P_384), Hash::Sha256) => Ok(&signature::ECDSA_P384_SHA256_ASN1),
        (Some(P_384), Hash::Sha384) => Ok(&signature::ECDSA_P384_SHA384_ASN1),
        _ => Err(SignatureError::Algorithm),
    }
}
