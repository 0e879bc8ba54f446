//! The end of a login.

use std::sync::Arc;

use baton_model::Timestamp;

use super::{
    cache::ProviderCache,
    callback::{CallbackError, CallbackQuery},
    claims::{lacks_some, profile, stable_key},
    discovery::Provider,
    error::{FreshnessError, OpenIdError},
    exchange::{Tokens, exchange},
    id_token::{AccessTokenCheck, Claims, IdTokenError, check_claims, seconds, signed_claims, text},
    identity::{OpenIdIdentity, StableKey},
    settings::{ProviderSettings, SKEW_SECONDS},
    transaction::{Freshness, LoginTransaction},
    user_info::user_info,
};

/// Who signed in, when the browser came back with this query.
///
/// The caller has taken the transaction out of its store, so that nobody comes back twice.
///
/// # Errors
/// [`OpenIdError`]; nobody is signed in then.
pub async fn finish(
    cache: &ProviderCache,
    settings: &ProviderSettings,
    transaction: &LoginTransaction,
    callback: &CallbackQuery,
    now: Timestamp,
) -> Result<OpenIdIdentity, OpenIdError> {
    let login = authenticate(cache, settings, transaction, callback, now).await?;
    login.freshness?;
    Ok(login.identity)
}

/// A login in which everything is right except, perhaps, when the person authenticated.
pub(super) struct Login {
    pub identity: OpenIdIdentity,
    pub freshness: Result<(), FreshnessError>,
    pub provider: Arc<Provider>,
}

pub(super) async fn authenticate(
    cache: &ProviderCache,
    settings: &ProviderSettings,
    transaction: &LoginTransaction,
    callback: &CallbackQuery,
    now: Timestamp,
) -> Result<Login, OpenIdError> {
    settings.validate()?;
    transaction.check(settings, now)?;
    let provider = cache.provider(settings, now).await?;
    let code = callback.check(transaction, &provider.metadata, settings)?;
    let tokens = exchange(cache.http(), &provider.metadata, settings, transaction, code).await?;
    let (claims, access_token) = proven(cache, settings, &provider, &tokens, now).await?;
    let key = who(settings, transaction, callback, &tokens, (&claims, &access_token), now)?;
    let more = if settings.user_info && lacks_some(&claims, &settings.claims) {
        let subject = text(&claims, "sub")?;
        user_info(cache.http(), &provider.metadata, tokens.access_token.as_ref(), subject).await?
    } else {
        Claims::new()
    };
    let (identity, freshness) = described(settings, transaction, key, (&claims, &more), tokens, now)?;
    Ok(Login { identity, freshness, provider })
}

/// Whom signed claims are about, if they are the answer to this login.
pub(super) fn who(
    settings: &ProviderSettings,
    transaction: &LoginTransaction,
    callback: &CallbackQuery,
    tokens: &Tokens,
    (claims, access_token): (&Claims, &AccessTokenCheck),
    now: Timestamp,
) -> Result<StableKey, OpenIdError> {
    check_claims(claims, settings, &transaction.nonce, now)?;
    access_token.check(claims, tokens.access_token.as_ref())?;
    if callback.issuer().is_some_and(|issuer| claims.get("iss").is_none_or(|own| own != issuer)) {
        return Err(CallbackError::IssuerMismatch.into());
    }
    Ok(stable_key(claims, settings)?)
}

/// That person as the claims of the ID token, and `more` of the provider's, describe them; and whether they authenticated
/// in this login.
pub(super) fn described(
    settings: &ProviderSettings,
    transaction: &LoginTransaction,
    key: StableKey,
    (claims, more): (&Claims, &Claims),
    tokens: Tokens,
    now: Timestamp,
) -> Result<(OpenIdIdentity, Result<(), FreshnessError>), OpenIdError> {
    let auth_time = seconds(claims, "auth_time")?;
    let identity = OpenIdIdentity {
        key,
        profile: profile(claims, more, &settings.claims)?,
        auth_time: auth_time.map(|time| Timestamp::default().plus_seconds(time)),
        id_token: tokens.id_token,
    };
    Ok((identity, freshness(transaction, auth_time, now)))
}

/// The signed claims. A provider may have got new keys since it was last asked.
async fn proven(
    cache: &ProviderCache,
    settings: &ProviderSettings,
    provider: &Arc<Provider>,
    tokens: &Tokens,
    now: Timestamp,
) -> Result<(Claims, AccessTokenCheck), OpenIdError> {
    let token = tokens.id_token.expose();
    let first = signed_claims(token, &provider.keys);
    if !matches!(first, Err(IdTokenError::UnknownKey)) {
        return Ok(first?);
    }
    match cache.with_other_keys(settings, provider, now).await? {
        Some(provider) => Ok(signed_claims(token, &provider.keys)?),
        None => Ok(first?),
    }
}

/// Whether the person authenticated in this login, where that was asked for (A5). Clocks may differ a little.
fn freshness(transaction: &LoginTransaction, auth_time: Option<i64>, now: Timestamp) -> Result<(), FreshnessError> {
    if transaction.freshness == Freshness::Session {
        return Ok(());
    }
    let time = auth_time.ok_or(FreshnessError::AuthTimeMissing)?;
    if time < transaction.started_at.unix_seconds().saturating_sub(SKEW_SECONDS) {
        return Err(FreshnessError::AuthTimeOld);
    }
    if time > now.unix_seconds().saturating_add(SKEW_SECONDS) {
        return Err(FreshnessError::AuthTimeFuture);
    }
    Ok(())
}
