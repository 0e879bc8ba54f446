//! Getting to know a provider.

use serde::de::DeserializeOwned;
use url::Url;

use super::{
    error::{OpenIdError, Place},
    http::{Http, send},
    jwks::{self, Keys, MAX_KEYS_BYTES},
    metadata::{self, MAX_METADATA_BYTES, ProviderMetadata},
    settings::ProviderSettings,
};

/// A provider, as it describes itself.
#[derive(Clone, Debug)]
pub struct Provider {
    /// Where its endpoints are and what it can do.
    pub metadata: ProviderMetadata,
    pub(super) keys: Keys,
}

/// Reads the provider's metadata and keys.
///
/// # Errors
/// [`OpenIdError`]: settings that cannot be used, no answer, another issuer than configured, or nothing to check signatures
/// with.
pub async fn discover(http: &Http, settings: &ProviderSettings) -> Result<Provider, OpenIdError> {
    settings.validate()?;
    let address = settings.discovery_url()?;
    let document: metadata::Document = read(http, &address, Place::Metadata, MAX_METADATA_BYTES).await?;
    let metadata = document.check(settings)?;
    let keys = keys(http, &metadata).await?;
    Ok(Provider { metadata, keys })
}

/// Reads the provider's keys.
pub(super) async fn keys(http: &Http, metadata: &ProviderMetadata) -> Result<Keys, OpenIdError> {
    let document: jwks::Document = read(http, &metadata.jwks_uri, Place::Keys, MAX_KEYS_BYTES).await?;
    Ok(document.check()?)
}

async fn read<T: DeserializeOwned>(http: &Http, url: &Url, place: Place, limit: usize) -> Result<T, OpenIdError> {
    let answer = send(http.get(url), limit).await.map_err(|error| OpenIdError::Http { place, error })?;
    if answer.status != 200 {
        return Err(OpenIdError::Status { place, status: answer.status });
    }
    answer.json().ok_or(OpenIdError::NotJson(place))
}
