//! What is known of providers, so that a login need not ask for it each time.

use std::{
    collections::HashMap,
    sync::{Arc, PoisonError},
};

use baton_model::Timestamp;
use tokio::sync::Mutex;

use super::{
    discovery::{Provider, discover, keys},
    error::OpenIdError,
    http::Http,
    settings::ProviderSettings,
};

/// How long what a provider says is believed before it is asked again, in seconds.
const FRESH_SECONDS: i64 = 3600;
/// How long it is believed while the provider cannot be asked, in seconds.
const STALE_SECONDS: i64 = 24 * 3600;
/// How long a provider is left alone after it could not be asked, in seconds. Who waited for the same answer shares it.
const FAILED_SECONDS: i64 = 5;
/// How long after a look at a provider's keys the next unknown key is simply unknown, in seconds.
const KEYS_SECONDS: i64 = 60;

/// What is known of each provider. Clones share it.
#[derive(Clone, Debug)]
pub struct ProviderCache {
    http: Http,
    slots: Arc<std::sync::Mutex<HashMap<String, Arc<Mutex<Slot>>>>>,
}

/// What is known of one provider. While one login asks it, the others of that provider wait for the answer.
#[derive(Debug, Default)]
struct Slot {
    known: Option<Known>,
    failure: Option<(Timestamp, OpenIdError)>,
}

#[derive(Debug)]
struct Known {
    /// What the settings said then.
    issuer: String,
    provider: Arc<Provider>,
    since: Timestamp,
    /// When the keys were last looked at because of an unknown one.
    keys_asked: Option<Timestamp>,
}

impl ProviderCache {
    /// Nothing is known yet.
    #[must_use]
    pub fn new(http: Http) -> Self {
        Self { http, slots: Arc::default() }
    }

    /// How providers are reached.
    pub(super) fn http(&self) -> &Http {
        &self.http
    }

    /// The provider, asked now if what is known is not fresh. Known within the last day, it need not answer.
    ///
    /// # Errors
    /// As of [`discover`].
    pub async fn provider(&self, settings: &ProviderSettings, now: Timestamp) -> Result<Arc<Provider>, OpenIdError> {
        let slot = self.slot(&settings.id);
        let mut slot = slot.lock().await;
        if slot.known.as_ref().is_some_and(|known| known.issuer != settings.issuer) {
            *slot = Slot::default();
        }
        if let Some(known) = &slot.known
            && known.since.is_within(FRESH_SECONDS, now)
        {
            return Ok(Arc::clone(&known.provider));
        }
        let stale = slot.known.as_ref().filter(|known| known.since.is_within(STALE_SECONDS, now));
        let stale = stale.map(|known| Arc::clone(&known.provider));
        if let Some((when, error)) = &slot.failure
            && when.is_within(FAILED_SECONDS, now)
        {
            return stale.ok_or_else(|| error.clone());
        }
        match discover(&self.http, settings).await {
            Ok(provider) => {
                let provider = Arc::new(provider);
                let issuer = settings.issuer.clone();
                let known = Known { issuer, provider: Arc::clone(&provider), since: now, keys_asked: None };
                *slot = Slot { known: Some(known), failure: None };
                Ok(provider)
            }
            Err(error) => {
                slot.failure = Some((now, error.clone()));
                stale.ok_or(error)
            }
        }
    }

    /// The provider with other keys than `seen` has, if there are any: somebody met a key that is not among those. The
    /// provider is asked at most once a minute, or made-up key names would make Baton a nuisance to it.
    pub(super) async fn with_other_keys(
        &self,
        settings: &ProviderSettings,
        seen: &Arc<Provider>,
        now: Timestamp,
    ) -> Result<Option<Arc<Provider>>, OpenIdError> {
        let slot = self.slot(&settings.id);
        let mut slot = slot.lock().await;
        let Some(known) = &mut slot.known else { return Ok(None) };
        if !Arc::ptr_eq(&known.provider, seen) {
            // Somebody else asked in the meantime.
            return Ok(Some(Arc::clone(&known.provider)));
        }
        if known.keys_asked.is_some_and(|when| when.is_within(KEYS_SECONDS, now)) {
            return Ok(None);
        }
        known.keys_asked = Some(now);
        let keys = keys(&self.http, &known.provider.metadata).await?;
        known.provider = Arc::new(Provider { metadata: known.provider.metadata.clone(), keys });
        Ok(Some(Arc::clone(&known.provider)))
    }

    /// Forgets a provider: its settings changed, or an administrator wants to see whether it works now.
    pub fn forget(&self, id: &str) {
        self.slots.lock().unwrap_or_else(PoisonError::into_inner).remove(id);
    }

    fn slot(&self, id: &str) -> Arc<Mutex<Slot>> {
        let mut slots = self.slots.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(slots.entry(id.to_owned()).or_default())
    }
}
