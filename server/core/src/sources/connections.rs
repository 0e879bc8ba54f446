//! How sources are reached, and which directories could not be reached a moment ago.

use std::{
    collections::BTreeMap,
    sync::{Mutex, OnceLock, PoisonError},
};

use baton_identity::{
    Priority,
    openid::{Http, HttpSettings, OpenIdError, Place, ProviderCache},
};
use baton_model::{Source, SourceId, Timestamp};
use tokio::sync::Semaphore;

/// A directory that could not be reached is left alone for so many seconds: it is spared, and nobody waits for it.
const SPARED_SECONDS: i64 = 10;
/// For so many seconds people are told about it, whoever they are.
const TOLD_SECONDS: i64 = 60;
/// How many sign-ins ask directories at the same time: so many of known people, and so many of others, who do not hold them up.
const AT_ONCE: usize = 16;

/// What all instances of a source's use share.
pub(crate) struct Connections {
    authorities: Option<Vec<u8>>,
    providers: OnceLock<(Http, ProviderCache)>,
    down: Mutex<BTreeMap<SourceId, Down>>,
    known: Semaphore,
    unknown: Semaphore,
}

struct Down {
    name: String,
    since: Timestamp,
}

impl Connections {
    /// `authorities`: certificates in PEM that alone may vouch for providers; without them the system's.
    pub(crate) fn new(authorities: Option<Vec<u8>>) -> Self {
        Self {
            authorities,
            providers: OnceLock::new(),
            down: Mutex::default(),
            known: Semaphore::new(AT_ONCE),
            unknown: Semaphore::new(AT_ONCE),
        }
    }

    /// Who may ask a directory now.
    pub(super) const fn turns(&self, priority: Priority) -> &Semaphore {
        match priority {
            Priority::Known => &self.known,
            Priority::Unknown => &self.unknown,
        }
    }

    /// What is known of providers.
    pub(super) fn providers(&self) -> Result<&ProviderCache, OpenIdError> {
        self.reach().map(|(_, cache)| cache)
    }

    /// How Graph is reached.
    pub(super) fn http(&self) -> Result<&Http, OpenIdError> {
        self.reach().map(|(http, _)| http)
    }

    // Made when a provider is first asked, so that who has none needs no TLS for it.
    fn reach(&self) -> Result<&(Http, ProviderCache), OpenIdError> {
        if let Some(made) = self.providers.get() {
            return Ok(made);
        }
        let settings = HttpSettings { authorities: self.authorities.clone(), ..HttpSettings::default() };
        let http = Http::new(&settings).map_err(|error| OpenIdError::Http { place: Place::Metadata, error })?;
        Ok(self.providers.get_or_init(|| (http.clone(), ProviderCache::new(http))))
    }

    /// Forgets what is known of a source: its settings changed.
    pub(super) fn forget(&self, id: &SourceId) {
        if let Some((_, cache)) = self.providers.get() {
            cache.forget(id.as_str());
        }
        self.is_up(id);
    }

    pub(super) fn is_up(&self, id: &SourceId) {
        self.with(|down| drop(down.remove(id)));
    }

    pub(super) fn is_down(&self, source: &Source, now: Timestamp) {
        self.with(|down| drop(down.insert(source.id.clone(), Down { name: source.name.clone(), since: now })));
    }

    /// Whether the directory is to be left alone for the moment.
    pub(super) fn is_spared(&self, id: &SourceId, now: Timestamp) -> bool {
        self.with(|down| down.get(id).is_some_and(|down| down.since.is_within(SPARED_SECONDS, now)))
    }

    /// The names of the directories that could not be reached lately.
    pub(crate) fn unreachable(&self, now: Timestamp) -> Vec<String> {
        self.with(|down| {
            down.retain(|_, down| down.since.is_within(TOLD_SECONDS, now));
            down.values().map(|down| down.name.clone()).collect()
        })
    }

    fn with<T>(&self, then: impl FnOnce(&mut BTreeMap<SourceId, Down>) -> T) -> T {
        then(&mut self.down.lock().unwrap_or_else(PoisonError::into_inner))
    }
}
