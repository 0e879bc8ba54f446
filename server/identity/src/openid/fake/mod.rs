//! A provider in place of a real one, for tests: it signs people in without asking, and misbehaves as told.
//!
//! It listens on loopback without TLS, in Entra's shape or as any other provider, and its clock is what the test says.

mod authorize;
mod fault;
mod keys;
mod offline;
mod person;
pub(crate) mod routes;
mod tokens;

use std::{
    collections::{HashMap, HashSet},
    io,
    net::{Ipv4Addr, SocketAddr},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use baton_model::Timestamp;
use tokio::{net::TcpListener, task::AbortHandle};
use url::Url;

use self::{authorize::Issued, keys::SigningKey};
use super::{ProviderSettings, Secret};

pub use fault::Fault;
pub use offline::{Answers, Signer};
pub use person::{OTHER_TENANT, Person, TENANT};

/// What the provider calls Baton.
pub const CLIENT: &str = "baton";
/// What Baton proves itself with: every letter that forms encode.
pub const CLIENT_SECRET: &str = "s3cr&t+ü:%";

/// What the provider looks like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// Entra's paths and claims.
    Entra,
    /// The standard's alone.
    Plain,
}

/// The provider. Dropping it ends it.
pub struct FakeProvider {
    shared: Arc<Shared>,
    listening: AbortHandle,
}

pub(super) struct Shared {
    shape: Shape,
    address: SocketAddr,
    state: Mutex<State>,
}

/// What changes.
struct State {
    now: Timestamp,
    person: Person,
    faults: Vec<Fault>,
    key: SigningKey,
    /// Keys that are published besides.
    others: Vec<SigningKey>,
    /// Whose tokens the keys are said to be for.
    key_issuer: Option<String>,
    keys_made: usize,
    /// When the person of the one browser there is authenticated.
    session: Option<Timestamp>,
    issued: HashMap<String, Issued>,
    access_tokens: HashSet<String>,
    /// Whether claims about the person are in UserInfo alone.
    reticent: bool,
    /// Given instead of any other.
    id_token: Option<String>,
    iss_parameter: bool,
    authentication_methods: Option<Vec<&'static str>>,
    end_session: bool,
    visits: HashMap<&'static str, usize>,
}

impl FakeProvider {
    /// A provider on a free port of this machine, with [`Person::alice`] before it.
    ///
    /// # Errors
    /// When the machine has no port left.
    pub async fn start(shape: Shape, now: Timestamp) -> io::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let state = State {
            now,
            person: Person::alice(),
            faults: Vec::new(),
            key: SigningKey::new("RS256", 0),
            others: Vec::new(),
            key_issuer: None,
            keys_made: 1,
            session: None,
            issued: HashMap::new(),
            access_tokens: HashSet::new(),
            reticent: false,
            id_token: None,
            iss_parameter: false,
            authentication_methods: Some(vec!["client_secret_post", "client_secret_basic"]),
            end_session: true,
            visits: HashMap::new(),
        };
        let shared = Arc::new(Shared { shape, address: listener.local_addr()?, state: Mutex::new(state) });
        let serving = routes::router(Arc::clone(&shared));
        let task = tokio::spawn(async move { drop(axum::serve(listener, serving).await) });
        Ok(Self { shared, listening: task.abort_handle() })
    }

    /// How to use it.
    #[must_use]
    pub fn settings(&self) -> ProviderSettings {
        let secret = Secret::new(CLIENT_SECRET);
        match self.shared.shape {
            Shape::Entra => ProviderSettings::entra_at(&self.shared.origin(), "fake", TENANT, CLIENT, secret),
            Shape::Plain => ProviderSettings::plain("fake", &self.shared.origin(), CLIENT, secret),
        }
    }

    /// How to use it for several tenants, of which these may sign in.
    #[must_use]
    pub fn settings_for_tenants(&self, tenants: &[&str]) -> ProviderSettings {
        let secret = Secret::new(CLIENT_SECRET);
        let several = ProviderSettings::entra_at(&self.shared.origin(), "fake", "organizations", CLIENT, secret);
        ProviderSettings { tenants: tenants.iter().map(|&tenant| tenant.to_owned()).collect(), ..several }
    }

    /// A browser goes there and comes back at the address that this gives.
    ///
    /// # Panics
    /// When the provider would show a page instead: the request is not one that it answers.
    #[must_use]
    pub fn visit(&self, url: &Url) -> Url {
        authorize::authorize(&self.shared, url).expect("a request that the provider answers")
    }

    /// It does this wrong from now on.
    pub fn misbehave(&self, fault: Fault) {
        self.shared.state().faults.push(fault);
    }

    /// It does nothing wrong from now on.
    pub fn behave(&self) {
        self.shared.state().faults.clear();
    }

    /// Somebody else is before the browser; the session ends.
    pub fn person(&self, person: Person) {
        let mut state = self.shared.state();
        state.person = person;
        state.session = None;
    }

    /// Its clock shows this.
    pub fn set_time(&self, now: Timestamp) {
        self.shared.state().now = now;
    }

    /// It signs with a new key for this algorithm, and the old one is not published any more.
    pub fn rotate_keys(&self, algorithm: &'static str) {
        let mut state = self.shared.state();
        state.key = SigningKey::new(algorithm, state.keys_made);
        state.keys_made += 1;
        state.others.clear();
    }

    /// It publishes another key besides, which it does not sign with.
    pub fn publish_another_key(&self, algorithm: &'static str) {
        let mut state = self.shared.state();
        let key = SigningKey::new(algorithm, state.keys_made);
        state.keys_made += 1;
        state.others.push(key);
    }

    /// Its keys are said to be for tokens of this issuer, as Entra's are.
    pub fn keys_are_for(&self, issuer: &str) {
        self.shared.state().key_issuer = Some(issuer.to_owned());
    }

    /// It keeps claims about the person for its UserInfo endpoint (OpenID Connect Core 5.4).
    pub fn keep_claims_back(&self) {
        self.shared.state().reticent = true;
    }

    /// It gives this ID token from now on, whoever signs in.
    pub fn give_id_token(&self, token: &str) {
        self.shared.state().id_token = Some(token.to_owned());
    }

    /// It names itself on the way back, and says so (RFC 9207).
    pub fn name_itself(&self) {
        self.shared.state().iss_parameter = true;
    }

    /// It accepts these proofs of a client only; `None` leaves them out of the metadata.
    pub fn accept(&self, methods: Option<Vec<&'static str>>) {
        self.shared.state().authentication_methods = methods;
    }

    /// It does not offer to end its session.
    pub fn offer_no_logout(&self) {
        self.shared.state().end_session = false;
    }

    /// How often its keys were asked for.
    #[must_use]
    pub fn keys_asked(&self) -> usize {
        self.shared.state().visits.get("keys").copied().unwrap_or_default()
    }

    /// How often its metadata was asked for.
    #[must_use]
    pub fn metadata_asked(&self) -> usize {
        self.shared.state().visits.get("metadata").copied().unwrap_or_default()
    }

    /// The issuer whose tokens it gives.
    #[must_use]
    pub fn issuer(&self) -> String {
        self.shared.issuer(TENANT)
    }
}

impl Drop for FakeProvider {
    fn drop(&mut self) {
        self.listening.abort();
    }
}

impl Shared {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn has(&self, fault: Fault) -> bool {
        self.state().faults.contains(&fault)
    }

    fn origin(&self) -> String {
        format!("http://{}", self.address)
    }

    fn issuer(&self, tenant: &str) -> String {
        match self.shape {
            Shape::Entra => format!("{}/{tenant}/v2.0", self.origin()),
            Shape::Plain => self.origin(),
        }
    }
}
