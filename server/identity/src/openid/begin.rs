//! The way to the provider.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use baton_model::Timestamp;
use ring::{
    digest::{SHA256, digest},
    rand::{SecureRandom as _, SystemRandom},
};
use url::Url;

use super::{
    address::check_address,
    error::OpenIdError,
    metadata::ProviderMetadata,
    secret::Secret,
    settings::{Field, ProviderSettings, SettingsError},
    transaction::{Freshness, LoginTransaction},
};

/// Where to send the browser, and what to remember until it comes back to `redirect_uri`.
///
/// It is the code flow with state, nonce and PKCE. The answer comes as a query, so that cookies with `SameSite=Lax` come
/// with it.
///
/// # Errors
/// [`OpenIdError::Settings`] when `redirect_uri` is no address that a provider could come back to;
/// [`OpenIdError::Random`].
pub fn begin(
    metadata: &ProviderMetadata,
    settings: &ProviderSettings,
    redirect_uri: &str,
    freshness: Freshness,
    now: Timestamp,
) -> Result<(Url, LoginTransaction), OpenIdError> {
    check_address(redirect_uri).map_err(|problem| SettingsError { field: Field::RedirectUri, problem })?;
    let transaction = LoginTransaction {
        provider: settings.id.clone(),
        redirect_uri: redirect_uri.to_owned(),
        freshness,
        started_at: now,
        state: random()?,
        nonce: random()?,
        verifier: random()?,
    };
    let mut url = metadata.authorization_endpoint.clone();
    let challenge = digest(&SHA256, transaction.verifier.expose().as_bytes());
    url.query_pairs_mut()
        .append_pair("response_type", "code")
        .append_pair("response_mode", "query")
        .append_pair("client_id", &settings.client_id)
        .append_pair("redirect_uri", redirect_uri)
        .append_pair("scope", &scopes(settings))
        .append_pair("state", transaction.state.expose())
        .append_pair("nonce", transaction.nonce.expose())
        .append_pair("code_challenge", &URL_SAFE_NO_PAD.encode(challenge))
        .append_pair("code_challenge_method", "S256");
    if freshness == Freshness::Fresh {
        // The one asks for a new authentication, the other for the claim that proves it (OpenID Connect Core 3.1.2.1).
        url.query_pairs_mut().append_pair("prompt", "login").append_pair("max_age", "0");
    }
    Ok((url, transaction))
}

fn scopes(settings: &ProviderSettings) -> String {
    let mut scopes = vec!["openid"];
    for scope in &settings.scopes {
        if !scopes.contains(&&**scope) {
            scopes.push(scope);
        }
    }
    scopes.join(" ")
}

/// 256 random bits in 43 letters.
fn random() -> Result<Secret, OpenIdError> {
    let mut bytes = [0; 32];
    SystemRandom::new().fill(&mut bytes).map_err(|_| OpenIdError::Random)?;
    Ok(Secret::new(URL_SAFE_NO_PAD.encode(bytes)))
}
