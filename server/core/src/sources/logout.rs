//! Ending the provider's own session together with the one here (A6).

use std::time::Duration;

use baton_identity::{Secret, openid};
use baton_model::Timestamp;

use super::{settings::SourceSettings, stored};
use crate::{Core, CoreError, Vault, vault::secret_hash};

const PURPOSE: &str = "provider-session";
/// Nobody waits longer than this for a provider before they are signed out here.
const PATIENCE: Duration = Duration::from_secs(3);

/// Where a browser goes to end its session with a provider.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EndedSession {
    /// The address.
    pub location: String,
    /// What the provider is called.
    pub name: String,
}

/// Seals an ID token, which tells the provider whose session is to be ended.
pub(super) fn seal(vault: &Vault, token: &Secret) -> Result<Vec<u8>, CoreError> {
    Ok(vault.seal(PURPOSE, token.expose().as_bytes())?)
}

impl Core {
    /// Where the browser of this session goes to end its session with the provider, from where it comes back to `path` on
    /// this server. `None` when it did not sign in with a provider, or that offers no such thing or is not there. To be
    /// asked before the session here ends.
    ///
    /// # Errors
    /// [`CoreError`] when the database fails.
    pub async fn provider_logout(
        &self,
        session_secret: &str,
        path: &str,
        now: Timestamp,
    ) -> Result<Option<EndedSession>, CoreError> {
        let mut tx = self.store().read().await?;
        let Some(kept) = tx.provider_session(&secret_hash(session_secret)).await? else { return Ok(None) };
        let Some(source) = tx.find_source(&kept.source_id).await? else { return Ok(None) };
        drop(tx);
        let SourceSettings::OpenId(settings) = stored::open(self.vault(), &source)? else { return Ok(None) };
        let token = self.vault().open(PURPOSE, &kept.sealed_token)?;
        let token = Secret::new(String::from_utf8_lossy(&token));
        let provider = settings.provider(&source.id);
        let Ok(cache) = self.connections().providers() else { return Ok(None) };
        let known = tokio::time::timeout(PATIENCE, cache.provider(&provider, now)).await;
        let known = match known {
            Ok(Ok(known)) => known,
            Ok(Err(error)) => {
                tracing::warn!(source = source.id.as_str(), %error, "a provider's session goes on");
                return Ok(None);
            }
            Err(_) => return Ok(None),
        };
        let back = format!("{}{path}", self.config().public_url);
        let location = openid::logout_url(&known.metadata, &provider, Some(&token), &back, None);
        Ok(location.map(|location| EndedSession { location: location.into(), name: source.name }))
    }
}
