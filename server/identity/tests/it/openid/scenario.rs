//! A login from its begin to its end, with a provider that does as told in between.

use std::{pin::Pin, time::Duration};

use baton_identity::openid::{
    CallbackQuery, Freshness, Http, HttpSettings, LoginTransaction, OpenIdError, OpenIdIdentity, PATIENCE,
    ProviderCache, ProviderSettings, begin,
    fake::{FakeProvider, Fault, Shape},
    finish,
};
use baton_model::Timestamp;

/// When everything happens.
pub const NOW: Timestamp = Timestamp(1_790_000_000 * Timestamp::SECOND);
/// Where the provider sends people back to.
pub const CALLBACK: &str = "https://baton.example.test/auth/openid/callback";

/// What a test login is like; right in everything unless it says otherwise.
pub struct Scenario {
    shape: Shape,
    faults: Vec<Fault>,
    before: Vec<fn(&FakeProvider)>,
    away: Vec<fn(&FakeProvider)>,
    settings: fn(ProviderSettings) -> ProviderSettings,
    freshness: Freshness,
    patience: Duration,
    twice: bool,
    seconds: i64,
}

pub fn entra() -> Scenario {
    Scenario::new(Shape::Entra)
}

pub fn plain() -> Scenario {
    Scenario::new(Shape::Plain)
}

impl Scenario {
    fn new(shape: Shape) -> Self {
        Self {
            shape,
            faults: Vec::new(),
            before: Vec::new(),
            away: Vec::new(),
            settings: |settings| settings,
            freshness: Freshness::Session,
            patience: PATIENCE,
            twice: false,
            seconds: 0,
        }
    }

    /// The provider does this wrong.
    pub fn with(mut self, fault: Fault) -> Self {
        self.faults.push(fault);
        self
    }

    /// The provider does this wrong, while Baton does not wait long.
    pub fn impatiently_with(self, fault: Fault) -> Self {
        Self { patience: Duration::from_millis(100), ..self.with(fault) }
    }

    /// This happens before anybody looks at the provider.
    pub fn before(mut self, happens: fn(&FakeProvider)) -> Self {
        self.before.push(happens);
        self
    }

    /// This happens while the person is at the provider.
    pub fn away(mut self, happens: fn(&FakeProvider)) -> Self {
        self.away.push(happens);
        self
    }

    /// Baton is configured differently.
    pub fn configured(mut self, change: fn(ProviderSettings) -> ProviderSettings) -> Self {
        self.settings = change;
        self
    }

    /// The person must authenticate anew.
    pub fn fresh(mut self) -> Self {
        self.freshness = Freshness::Fresh;
        self
    }

    /// The browser comes back twice with the same answer.
    pub fn twice(mut self) -> Self {
        self.twice = true;
        self
    }

    /// The person stays away for so long.
    pub fn taking(mut self, seconds: i64) -> Self {
        self.seconds = seconds;
        self
    }

    pub fn run(self) -> Result<OpenIdIdentity, OpenIdError> {
        block_on(Box::pin(async move {
            let provider = FakeProvider::start(self.shape, NOW).await.unwrap();
            self.faults.iter().for_each(|fault| provider.misbehave(*fault));
            self.before.iter().for_each(|happens| happens(&provider));
            let settings = (self.settings)(provider.settings());
            let http = Http::new(&HttpSettings { patience: self.patience, ..HttpSettings::default() }).unwrap();
            let cache = ProviderCache::new(http);
            let (transaction, callback) = there_and_back(&provider, &cache, &settings, self.freshness, || {
                self.away.iter().for_each(|happens| happens(&provider));
            })
            .await?;
            let now = NOW.plus_seconds(self.seconds);
            let first = finish(&cache, &settings, &transaction, &callback, now).await;
            if self.twice {
                first.unwrap();
                return finish(&cache, &settings, &transaction, &callback, now).await;
            }
            first
        }))
    }
}

/// Begins a login, sends the browser there, and takes what it brings back.
pub async fn there_and_back(
    provider: &FakeProvider,
    cache: &ProviderCache,
    settings: &ProviderSettings,
    freshness: Freshness,
    away: impl FnOnce(),
) -> Result<(LoginTransaction, CallbackQuery), OpenIdError> {
    let known = cache.provider(settings, NOW).await?;
    let (url, transaction) = begin(&known.metadata, settings, CALLBACK, freshness, NOW)?;
    away();
    let back = provider.visit(&url);
    Ok((transaction, CallbackQuery::parse(back.query().unwrap_or_default())?))
}

/// A login with this provider at this time.
pub async fn log_in(
    provider: &FakeProvider,
    cache: &ProviderCache,
    settings: &ProviderSettings,
    now: Timestamp,
) -> Result<OpenIdIdentity, OpenIdError> {
    provider.set_time(now);
    let known = cache.provider(settings, now).await?;
    let (url, transaction) = begin(&known.metadata, settings, CALLBACK, Freshness::Session, now)?;
    let callback = CallbackQuery::parse(provider.visit(&url).query().unwrap_or_default())?;
    finish(cache, settings, &transaction, &callback, now).await
}

/// Knows no provider yet.
pub fn new_cache() -> ProviderCache {
    ProviderCache::new(new_http())
}

pub fn new_http() -> Http {
    install_cryptography();
    Http::new(&HttpSettings::default()).unwrap()
}

fn install_cryptography() {
    // A second installation would only fail because there is one already.
    drop(rustls::crypto::ring::default_provider().install_default());
}

/// Runs a test that lost its type, so that the compiler makes what is around it once and not for each test.
pub fn block_on<T>(test: Pin<Box<dyn Future<Output = T> + '_>>) -> T {
    install_cryptography();
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    runtime.block_on(test)
}
