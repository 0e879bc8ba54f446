//! The private key of a push certificate, in the forms in which tools write it.

use std::fmt;

use ring::{
    rand::SystemRandom,
    signature::{
        ECDSA_P256_SHA256_ASN1_SIGNING, ECDSA_P384_SHA384_ASN1_SIGNING, EcdsaKeyPair, KeyPair as _, RsaKeyPair,
    },
};

use crate::pem;

/// How the bytes of a key are laid out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Form {
    Pkcs8,
    Pkcs1,
}

/// A private key: RSA from 2048 bits on, as Apple's certificates have, or ECDSA on P-256 or P-384.
#[derive(Clone, PartialEq, Eq)]
pub struct PrivateKey {
    der: Vec<u8>,
    form: Form,
    public_key: Vec<u8>,
}

/// Why a file holds no usable private key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum KeyFault {
    /// There is no private key in it.
    #[error("no private key")]
    Missing,
    /// It is encrypted with a password.
    #[error("the private key is encrypted")]
    Encrypted,
    /// It is damaged, too short, or of a kind that is not used here.
    #[error("the private key cannot be used")]
    Unusable,
}

impl PrivateKey {
    /// Reads a key from a file: PEM, or DER as PKCS#8 or PKCS#1. Certificates beside it are passed over.
    ///
    /// # Errors
    ///
    /// [`KeyFault`].
    pub fn from_file(file: &[u8]) -> Result<Self, KeyFault> {
        match pem::text(file) {
            Some(text) => Self::from_pem(&text),
            None => Self::from_pkcs8(file).or_else(|_| Self::from_pkcs1(file)).map_err(|_| KeyFault::Missing),
        }
    }

    /// Reads the first key of a PEM text.
    ///
    /// # Errors
    ///
    /// [`KeyFault`].
    pub fn from_pem(text: &str) -> Result<Self, KeyFault> {
        let blocks = pem::blocks(text).ok_or(KeyFault::Missing)?;
        let block = blocks.iter().find(|block| block.label.ends_with("PRIVATE KEY")).ok_or(KeyFault::Missing)?;
        if block.encrypted || block.label == "ENCRYPTED PRIVATE KEY" {
            return Err(KeyFault::Encrypted);
        }
        let der = block.der.as_deref().ok_or(KeyFault::Unusable)?;
        match block.label {
            "PRIVATE KEY" => Self::from_pkcs8(der),
            "RSA PRIVATE KEY" => Self::from_pkcs1(der),
            _ => Err(KeyFault::Unusable),
        }
    }

    /// Reads a key in PKCS#8.
    ///
    /// # Errors
    ///
    /// [`KeyFault::Unusable`].
    pub fn from_pkcs8(der: &[u8]) -> Result<Self, KeyFault> {
        let random = SystemRandom::new();
        let ecdsa = |algorithm| {
            let key = EcdsaKeyPair::from_pkcs8(algorithm, der, &random).ok()?;
            Some(key.public_key().as_ref().to_vec())
        };
        let public_key = RsaKeyPair::from_pkcs8(der)
            .ok()
            .map(|key| key.public().as_ref().to_vec())
            .or_else(|| ecdsa(&ECDSA_P256_SHA256_ASN1_SIGNING))
            .or_else(|| ecdsa(&ECDSA_P384_SHA384_ASN1_SIGNING))
            .ok_or(KeyFault::Unusable)?;
        Ok(Self { der: der.to_vec(), form: Form::Pkcs8, public_key })
    }

    /// Reads an RSA key in PKCS#1.
    ///
    /// # Errors
    ///
    /// [`KeyFault::Unusable`].
    pub fn from_pkcs1(der: &[u8]) -> Result<Self, KeyFault> {
        let key = RsaKeyPair::from_der(der).map_err(|_| KeyFault::Unusable)?;
        Ok(Self { der: der.to_vec(), form: Form::Pkcs1, public_key: key.public().as_ref().to_vec() })
    }

    /// The key as PEM, to be encrypted before it is stored.
    #[must_use]
    pub fn pem(&self) -> String {
        let label = match self.form {
            Form::Pkcs8 => "PRIVATE KEY",
            Form::Pkcs1 => "RSA PRIVATE KEY",
        };
        pem::write(label, &self.der)
    }

    /// The public key as a certificate holds it.
    pub(super) fn public_key(&self) -> &[u8] {
        &self.public_key
    }
}

impl fmt::Debug for PrivateKey {
    /// Leaves the key out.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("PrivateKey").field("form", &self.form).finish_non_exhaustive()
    }
}
