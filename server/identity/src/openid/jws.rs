//! Signed tokens in their compact form (RFC 7515), and which signatures count.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use ring::{digest, signature};
use serde::Deserialize;
use serde_json::{Map, Value};

use super::{callback::clip, http::is_object, id_token::IdTokenError};

/// A signature algorithm that Baton accepts. There is neither `none` nor any with a shared secret (`HS256`): who knows the
/// client secret, or takes a public key for one, must not be able to make tokens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Algorithm {
    Rs256,
    Rs384,
    Rs512,
    Ps256,
    Ps384,
    Ps512,
    Es256,
    Es384,
}

/// What a key has to be for an algorithm.
pub(crate) enum Scheme {
    Rsa(&'static signature::RsaParameters),
    P256,
    P384,
}

impl Algorithm {
    pub(crate) fn named(name: &str) -> Option<Self> {
        Some(match name {
            "RS256" => Self::Rs256,
            "RS384" => Self::Rs384,
            "RS512" => Self::Rs512,
            "PS256" => Self::Ps256,
            "PS384" => Self::Ps384,
            "PS512" => Self::Ps512,
            "ES256" => Self::Es256,
            "ES384" => Self::Es384,
            _ => return None,
        })
    }

    pub(crate) fn scheme(self) -> Scheme {
        match self {
            Self::Rs256 => Scheme::Rsa(&signature::RSA_PKCS1_2048_8192_SHA256),
            Self::Rs384 => Scheme::Rsa(&signature::RSA_PKCS1_2048_8192_SHA384),
            Self::Rs512 => Scheme::Rsa(&signature::RSA_PKCS1_2048_8192_SHA512),
            Self::Ps256 => Scheme::Rsa(&signature::RSA_PSS_2048_8192_SHA256),
            Self::Ps384 => Scheme::Rsa(&signature::RSA_PSS_2048_8192_SHA384),
            Self::Ps512 => Scheme::Rsa(&signature::RSA_PSS_2048_8192_SHA512),
            Self::Es256 => Scheme::P256,
            Self::Es384 => Scheme::P384,
        }
    }

    /// The hash that goes with it, as for `at_hash`.
    pub(crate) fn digest(self) -> &'static digest::Algorithm {
        match self {
            Self::Rs256 | Self::Ps256 | Self::Es256 => &digest::SHA256,
            Self::Rs384 | Self::Ps384 | Self::Es384 => &digest::SHA384,
            Self::Rs512 | Self::Ps512 => &digest::SHA512,
        }
    }
}

/// A token taken apart; nothing about it is proven.
pub(crate) struct Jws<'t> {
    pub algorithm: Algorithm,
    pub key_id: Option<String>,
    /// What is signed.
    pub message: &'t str,
    pub signature: Vec<u8>,
    pub claims: Map<String, Value>,
}

#[derive(Deserialize)]
struct Header {
    alg: String,
    kid: Option<String>,
    /// Names of what a reader must understand; Baton understands no extension.
    crit: Option<Value>,
}

impl<'t> Jws<'t> {
    pub(crate) fn split(token: &'t str) -> Result<Self, IdTokenError> {
        if token.bytes().filter(|byte| *byte == b'.').count() == 4 {
            return Err(IdTokenError::Encrypted);
        }
        let malformed = || IdTokenError::Malformed;
        let (message, signature) = token.rsplit_once('.').ok_or_else(malformed)?;
        let (header, claims) = message.split_once('.').ok_or_else(malformed)?;
        let decode = |part: &str| URL_SAFE_NO_PAD.decode(part).map_err(|_| malformed());
        let header = Some(decode(header)?).filter(|header| is_object(header)).ok_or_else(malformed)?;
        let header: Header = serde_json::from_slice(&header).map_err(|_| malformed())?;
        let refused = || IdTokenError::Algorithm(clip(&header.alg, 32));
        let algorithm = Algorithm::named(&header.alg).ok_or_else(refused)?;
        if header.crit.is_some() {
            return Err(malformed());
        }
        Ok(Self {
            algorithm,
            key_id: header.kid,
            message,
            signature: decode(signature)?,
            claims: serde_json::from_slice(&decode(claims)?).map_err(|_| malformed())?,
        })
    }
}
