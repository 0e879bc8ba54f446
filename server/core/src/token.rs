//! Signed tokens: small statements that a browser carries for the server, such as "this is the page of that phone".
//!
//! They hold nothing secret. They cannot be forged or altered, they end, and each is good for one purpose only.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use baton_model::Timestamp;
use serde::{Serialize, de::DeserializeOwned};
use subtle::ConstantTimeEq as _;
use thiserror::Error;

use crate::vault::Vault;

/// Why a token is not accepted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum TokenError {
    /// It was not made here, or was altered.
    #[error("the token is not genuine")]
    Forged,
    /// It was good once.
    #[error("the token has expired")]
    Expired,
}

/// Signs `claim` for one purpose until `expires`.
#[must_use]
pub fn sign<T: Serialize>(vault: &Vault, purpose: &str, claim: &T, expires: Timestamp) -> String {
    let json = serde_json::to_vec(&(expires, claim)).expect("invariant: claims are plain structs of texts and numbers");
    let body = URL_SAFE_NO_PAD.encode(json);
    let mac = URL_SAFE_NO_PAD.encode(vault.mac(purpose, body.as_bytes()));
    format!("{body}.{mac}")
}

/// The claim of a token that [`sign`] made for the same purpose and that has not expired.
///
/// # Errors
/// [`TokenError`].
pub fn check<T: DeserializeOwned>(vault: &Vault, purpose: &str, token: &str, now: Timestamp) -> Result<T, TokenError> {
    let (body, mac) = token.split_once('.').ok_or(TokenError::Forged)?;
    let mac = URL_SAFE_NO_PAD.decode(mac).map_err(|_| TokenError::Forged)?;
    if !bool::from(vault.mac(purpose, body.as_bytes()).ct_eq(&mac)) {
        return Err(TokenError::Forged);
    }
    let json = URL_SAFE_NO_PAD.decode(body).map_err(|_| TokenError::Forged)?;
    let (expires, claim): (Timestamp, T) = serde_json::from_slice(&json).map_err(|_| TokenError::Forged)?;
    if expires <= now { Err(TokenError::Expired) } else { Ok(claim) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::vault::KEY_BYTES;

    const LATER: Timestamp = Timestamp(10);

    fn vault() -> Vault {
        Vault::new([7; KEY_BYTES])
    }

    #[test]
    fn a_genuine_token_gives_its_claim() {
        let token = sign(&vault(), "clip", &("phone", 3), LATER);
        assert_eq!(check(&vault(), "clip", &token, Timestamp(9)), Ok(("phone".to_owned(), 3)));
    }

    #[test]
    fn a_token_ends() {
        let token = sign(&vault(), "clip", &"phone", LATER);
        assert_eq!(check::<String>(&vault(), "clip", &token, LATER), Err(TokenError::Expired));
    }

    #[test]
    fn a_token_is_good_for_its_purpose_only() {
        let token = sign(&vault(), "clip", &"phone", LATER);
        assert_eq!(check::<String>(&vault(), "flash", &token, Timestamp(9)), Err(TokenError::Forged));
    }

    #[test]
    fn an_altered_token_is_refused() {
        let token = sign(&vault(), "clip", &"phone", LATER);
        let forged = format!("{}A{}", &token[..3], &token[4..]);
        assert_eq!(check::<String>(&vault(), "clip", &forged, Timestamp(9)), Err(TokenError::Forged));
    }

    #[test]
    fn nonsense_is_refused() {
        for nonsense in ["", ".", "a.b", "ünï.cöde", "..."] {
            assert_eq!(check::<String>(&vault(), "clip", nonsense, Timestamp(9)), Err(TokenError::Forged));
        }
    }
}
