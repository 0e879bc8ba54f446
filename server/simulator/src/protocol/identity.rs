//! The identity that an enrollment profile gives the device: a certificate and its private key.

use p12_keystore::KeyStore;
use ring::rand::SystemRandom;
use ring::signature::{ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair, RSA_PKCS1_SHA256, RsaKeyPair};
use serde::{Deserialize, Serialize};

use crate::base64_bytes;

/// Why an identity cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum IdentityError {
    /// Not a PKCS #12 file, or the password does not open it.
    #[error("the PKCS #12 identity cannot be opened: {0}")]
    Pkcs12(String),
    /// The file holds no private key with its certificate.
    #[error("the PKCS #12 identity holds no private key with its certificate")]
    NoKey,
    /// Neither an ECDSA P-256 nor an RSA key in PKCS #8 form.
    #[error("the private key is neither ECDSA P-256 nor RSA")]
    UnknownKey,
    /// The cryptographic library refused to sign.
    #[error("signing failed")]
    Signing,
}

/// A certificate with its private key, as it came out of `com.apple.security.pkcs12`.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Identity {
    /// X.509 certificate, DER.
    #[serde(with = "base64_bytes")]
    pub(crate) certificate: Vec<u8>,
    /// Private key, PKCS #8 DER.
    #[serde(with = "base64_bytes")]
    key: Vec<u8>,
}

/// The private key, ready to sign.
pub(crate) enum SigningKey {
    /// ECDSA on P-256 with SHA-256.
    P256(EcdsaKeyPair),
    /// RSA, PKCS #1 v1.5 with SHA-256.
    Rsa(RsaKeyPair),
}

impl Identity {
    /// Opens a PKCS #12 file.
    pub(crate) fn from_pkcs12(file: &[u8], password: &str) -> Result<Self, IdentityError> {
        let store = KeyStore::from_pkcs12(file, password).map_err(|error| IdentityError::Pkcs12(error.to_string()))?;
        let (_, chain) = store.private_key_chain().ok_or(IdentityError::NoKey)?;
        let certificate = chain.chain().first().ok_or(IdentityError::NoKey)?;
        let identity = Self { certificate: certificate.as_der().to_vec(), key: chain.key().to_vec() };
        identity.signing_key()?;
        Ok(identity)
    }

    /// Reads the private key.
    pub(crate) fn signing_key(&self) -> Result<SigningKey, IdentityError> {
        let random = SystemRandom::new();
        EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_ASN1_SIGNING, &self.key, &random)
            .map(SigningKey::P256)
            .or_else(|_| RsaKeyPair::from_pkcs8(&self.key).map(SigningKey::Rsa))
            .map_err(|_| IdentityError::UnknownKey)
    }
}

impl SigningKey {
    /// Signs `message` with SHA-256 and the key's own algorithm.
    pub(crate) fn sign(&self, message: &[u8]) -> Result<Vec<u8>, IdentityError> {
        let random = SystemRandom::new();
        match self {
            Self::P256(key) => key
                .sign(&random, message)
                .map(|signature| signature.as_ref().to_vec())
                .map_err(|_| IdentityError::Signing),
            Self::Rsa(key) => {
                let mut signature = vec![0; key.public().modulus_len()];
                key.sign(&RSA_PKCS1_SHA256, &random, message, &mut signature).map_err(|_| IdentityError::Signing)?;
                Ok(signature)
            }
        }
    }
}

impl std::fmt::Debug for Identity {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("Identity(…)")
    }
}
