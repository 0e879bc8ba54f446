//! What an ID token proves (OpenID Connect Core 3.1.3.7).

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use baton_model::Timestamp;
use ring::digest::digest;
use serde_json::{Map, Value};
use thiserror::Error;

use super::{
    callback::clip,
    jwks::Keys,
    jws::Jws,
    secret::Secret,
    settings::{ProviderSettings, SKEW_SECONDS},
    tenant::issuer_of,
};

/// The longest ID token, in bytes. Entra's with two hundred groups has some twelve thousand.
pub const MAX_ID_TOKEN_BYTES: usize = 64 * 1024;

/// The claims of a token.
pub(super) type Claims = Map<String, Value>;

/// Why an ID token proves nothing.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum IdTokenError {
    /// It is longer than [`MAX_ID_TOKEN_BYTES`].
    #[error("the ID token is too long")]
    TooLarge,
    /// It is no signed token.
    #[error("the ID token is malformed")]
    Malformed,
    /// It is encrypted, which nobody asked for.
    #[error("the ID token is encrypted")]
    Encrypted,
    /// It is signed in a way that does not count, or not at all.
    #[error("the ID token is signed by `{0}`, which is not accepted")]
    Algorithm(String),
    /// It is signed with a key that the provider does not publish, even when asked again.
    #[error("the ID token is signed with a key that the provider does not publish")]
    UnknownKey,
    /// The signature is not that of the provider's key.
    #[error("the signature of the ID token is wrong")]
    Signature,
    /// It is another issuer's.
    #[error("the ID token is of the issuer `{0}`")]
    Issuer(String),
    /// It is meant for somebody else (`aud`).
    #[error("the ID token is not for this client")]
    Audience,
    /// It was issued to somebody else (`azp`), or for several without saying to whom.
    #[error("the ID token was not issued to this client")]
    AuthorizedParty,
    /// It has ended (`exp`).
    #[error("the ID token has expired")]
    Expired,
    /// It is not valid yet (`nbf`).
    #[error("the ID token is not valid yet")]
    NotYetValid,
    /// It was issued later than now (`iat`).
    #[error("the ID token was issued in the future")]
    IssuedInFuture,
    /// It belongs to another login (`nonce`).
    #[error("the ID token belongs to another login")]
    Nonce,
    /// The access token beside it belongs to another (`at_hash`).
    #[error("the access token does not belong to the ID token")]
    AccessTokenHash,
    /// The tenant is not one of those that may sign in (`tid`).
    #[error("people of the tenant `{0}` may not sign in")]
    Tenant(String),
    /// A claim that must be there is missing or is not what it should be.
    #[error("the claim `{0}` is missing or malformed")]
    Claim(String),
}

impl IdTokenError {
    /// A stable word for audit, tests and locale files.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::TooLarge => "id-token-too-large",
            Self::Malformed => "id-token-malformed",
            Self::Encrypted => "id-token-encrypted",
            Self::Algorithm(_) => "id-token-algorithm",
            Self::UnknownKey => "id-token-unknown-key",
            Self::Signature => "id-token-signature",
            Self::Issuer(_) => "id-token-issuer",
            Self::Audience => "id-token-audience",
            Self::AuthorizedParty => "id-token-authorized-party",
            Self::Expired => "id-token-expired",
            Self::NotYetValid => "id-token-not-yet-valid",
            Self::IssuedInFuture => "id-token-issued-in-future",
            Self::Nonce => "id-token-nonce",
            Self::AccessTokenHash => "id-token-access-token-hash",
            Self::Tenant(_) => "id-token-tenant",
            Self::Claim(_) => "id-token-claim",
        }
    }
}

/// The claims of a token that one of these keys signed.
pub(super) fn signed_claims(token: &str, keys: &Keys) -> Result<(Claims, AccessTokenCheck), IdTokenError> {
    if token.len() > MAX_ID_TOKEN_BYTES {
        return Err(IdTokenError::TooLarge);
    }
    let jws = Jws::split(token)?;
    let mut candidates = keys.matching(jws.key_id.as_deref(), jws.algorithm).peekable();
    if candidates.peek().is_none() {
        return Err(IdTokenError::UnknownKey);
    }
    let key = candidates
        .find(|key| key.signed(jws.algorithm, jws.message.as_bytes(), &jws.signature))
        .ok_or(IdTokenError::Signature)?;
    // Entra's list serves all tenants; a key in it may be for the tokens of one issuer only.
    if let Some(issuer) = &key.issuer {
        let tenant = jws.claims.get("tid").and_then(Value::as_str);
        let own = jws.claims.get("iss").and_then(Value::as_str).unwrap_or_default();
        if issuer_of(issuer, tenant) != own {
            return Err(IdTokenError::Issuer(clip(own, 256)));
        }
    }
    let check = AccessTokenCheck { digest: jws.algorithm.digest() };
    Ok((jws.claims, check))
}

/// Finds out whether the access token beside an ID token belongs to it.
pub(super) struct AccessTokenCheck {
    digest: &'static ring::digest::Algorithm,
}

impl AccessTokenCheck {
    pub(super) fn check(&self, claims: &Claims, access_token: Option<&Secret>) -> Result<(), IdTokenError> {
        let (Some(hash), Some(token)) = (claims.get("at_hash"), access_token) else { return Ok(()) };
        let whole = digest(self.digest, token.expose().as_bytes());
        let expected = Secret::new(URL_SAFE_NO_PAD.encode(&whole.as_ref()[..whole.as_ref().len() / 2]));
        match hash.as_str() {
            Some(hash) if expected.is(hash) => Ok(()),
            _ => Err(IdTokenError::AccessTokenHash),
        }
    }
}

/// Checks that signed claims are this provider's words, to Baton, about this login, and hold now.
pub(super) fn check_claims(
    claims: &Claims,
    settings: &ProviderSettings,
    nonce: &Secret,
    now: Timestamp,
) -> Result<(), IdTokenError> {
    check_issuer(claims, settings)?;
    check_audience(claims, &settings.client_id)?;
    check_times(claims, now.unix_seconds())?;
    if !claims.get("nonce").and_then(Value::as_str).is_some_and(|own| nonce.is(own)) {
        return Err(IdTokenError::Nonce);
    }
    check_tenant(claims, settings)
}

fn check_issuer(claims: &Claims, settings: &ProviderSettings) -> Result<(), IdTokenError> {
    let issuer = text(claims, "iss")?;
    let tenant = claims.get("tid").and_then(Value::as_str);
    if issuer_of(&settings.issuer, tenant) == issuer { Ok(()) } else { Err(IdTokenError::Issuer(clip(issuer, 256))) }
}

fn check_audience(claims: &Claims, client: &str) -> Result<(), IdTokenError> {
    let party = claims.get("azp").map(Value::as_str);
    match claims.get("aud") {
        Some(Value::String(audience)) if audience == client => {}
        Some(Value::Array(audiences)) if audiences.iter().any(|audience| audience == client) => {
            if audiences.len() > 1 && party.is_none() {
                return Err(IdTokenError::AuthorizedParty);
            }
        }
        _ => return Err(IdTokenError::Audience),
    }
    match party {
        None => Ok(()),
        Some(party) if party == Some(client) => Ok(()),
        Some(_) => Err(IdTokenError::AuthorizedParty),
    }
}

fn check_times(claims: &Claims, now: i64) -> Result<(), IdTokenError> {
    let needed = |name| seconds(claims, name)?.ok_or_else(|| IdTokenError::Claim(name.to_owned()));
    if needed("exp")?.saturating_add(SKEW_SECONDS) <= now {
        return Err(IdTokenError::Expired);
    }
    let latest = now.saturating_add(SKEW_SECONDS);
    if seconds(claims, "nbf")?.is_some_and(|start| start > latest) {
        return Err(IdTokenError::NotYetValid);
    }
    if needed("iat")? > latest {
        return Err(IdTokenError::IssuedInFuture);
    }
    Ok(())
}

fn check_tenant(claims: &Claims, settings: &ProviderSettings) -> Result<(), IdTokenError> {
    if settings.tenants.is_empty() {
        return Ok(());
    }
    let tenant = text(claims, "tid")?;
    if settings.tenants.iter().any(|allowed| allowed == tenant) {
        Ok(())
    } else {
        Err(IdTokenError::Tenant(clip(tenant, 64)))
    }
}

/// A claim that must be a text.
pub(super) fn text<'c>(claims: &'c Claims, name: &str) -> Result<&'c str, IdTokenError> {
    let text = claims.get(name).and_then(Value::as_str).filter(|text| !text.is_empty());
    text.ok_or_else(|| IdTokenError::Claim(name.to_owned()))
}

/// A claim that is a time in seconds since 1970, if it is there. Fractions are legal and do not matter.
pub(super) fn seconds(claims: &Claims, name: &str) -> Result<Option<i64>, IdTokenError> {
    let Some(value) = claims.get(name).filter(|value| !value.is_null()) else { return Ok(None) };
    // A cast from a float saturates; such a time is past or future enough to be refused.
    let whole = value.as_i64().or_else(|| value.as_f64().map(|time| time.floor() as i64));
    whole.map(Some).ok_or_else(|| IdTokenError::Claim(name.to_owned()))
}
