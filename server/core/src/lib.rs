//! Baton's services: what people, devices and periodic work may ask for, each authorised, audited and in one
//! transaction.
//!
//! [`Core`] holds what they share. Time is an argument everywhere. The path that everything takes is
//! [`reconcile`]: *desired state = policy(device, holder, catalogue)*, and everything else makes the device match it.

pub mod accounts;
pub mod actions;
pub mod actor;
pub mod audit;
pub mod authority;
pub mod catalogue;
pub mod channel;
pub mod clip;
pub mod custody;
pub mod dashboard;
pub mod devices;
pub mod enrollment;
pub mod error;
pub mod explain;
pub mod files;
pub mod fleet;
pub mod flips;
pub mod groups;
pub mod handover;
pub mod live;
pub mod managed_accounts;
pub mod organisation;
pub mod policy_tests;
pub mod push;
pub mod push_certificate;
pub mod reconcile;
pub mod rendering;
pub mod sources;
mod tidy;
pub mod token;
pub mod vault;
pub mod what_if;

use std::{sync::Arc, time::Duration};

use baton_identity::{Passwords, passkeys::RelyingParty};
use baton_mdm::ca::CertificateAuthority;
use baton_store::Store;
use tokio::sync::Notify;

pub use actor::{Actor, Permission};
pub use baton_identity::password_rules::{MAX_CHARACTERS as LONGEST_PASSWORD, MIN_CHARACTERS as SHORTEST_PASSWORD};
pub use error::{CoreError, FieldError, FieldProblem};
pub use files::SentFile;
pub use vault::Vault;

use live::{Hub, LiveConfig};

/// What the operator configures for the services.
#[derive(Clone, Debug)]
pub struct CoreConfig {
    /// The organisation's name, as devices show it.
    pub organisation: String,
    /// The address under which people and devices reach Baton, without a slash at its end.
    pub public_url: String,
    /// The topic that devices enrol under while there is no push certificate: `com.apple.mgmt.…`.
    pub push_topic: String,
    /// Whether there is a push service for that topic.
    pub local_push: bool,
    /// Failed sign-ins answer no sooner than this.
    pub failure_floor: Duration,
    /// How many shared devices one person may hold at once (A16).
    pub shared_device_limit: i64,
    /// How many wipes of devices that are not their own administrators may order within an hour; each further one waits
    /// for a second administrator (E9).
    pub wipes_per_hour: i64,
    /// Certificates in PEM of authorities that alone may vouch for identity providers; without them the system's.
    pub provider_authorities: Option<Vec<u8>>,
    /// How long somebody who signs in waits for directories in all, and half of it for each step with one.
    pub directory_patience: Duration,
    /// How many pages may follow their device at once.
    pub live: LiveConfig,
}

/// The services. Clones share everything.
#[derive(Clone)]
pub struct Core(Arc<Shared>);

struct Shared {
    store: Store,
    vault: Vault,
    passwords: Passwords,
    relying_party: Option<RelyingParty>,
    authority: CertificateAuthority,
    config: CoreConfig,
    files: files::FileCache,
    catalogue: reconcile::CatalogueCache,
    work: Notify,
    hub: Arc<Hub>,
    overall: accounts::throttle::Overall,
    connections: sources::connections::Connections,
}

impl Core {
    /// Puts the services together.
    #[must_use]
    pub fn new(
        store: Store,
        vault: Vault,
        passwords: Passwords,
        authority: CertificateAuthority,
        config: CoreConfig,
    ) -> Self {
        let hub = Arc::new(Hub::new(config.live));
        let connections = sources::connections::Connections::new(config.provider_authorities.clone());
        Self(Arc::new(Shared {
            store,
            vault,
            passwords,
            relying_party: RelyingParty::of(&config.public_url),
            authority,
            config,
            files: files::FileCache::default(),
            catalogue: reconcile::CatalogueCache::default(),
            work: Notify::new(),
            hub,
            overall: accounts::throttle::Overall::default(),
            connections,
        }))
    }

    /// The configuration.
    #[must_use]
    pub fn config(&self) -> &CoreConfig {
        &self.0.config
    }

    /// The keys outside the database.
    #[must_use]
    pub fn vault(&self) -> &Vault {
        &self.0.vault
    }

    /// Completes when there may be something to push or to reconcile. Only a hint: the periodic sweep finds what a
    /// missed hint leaves.
    pub async fn work_hinted(&self) {
        self.0.work.notified().await;
    }

    /// Whether the database answers.
    ///
    /// # Errors
    /// [`CoreError::Store`] when it does not.
    pub async fn check_ready(&self) -> Result<(), CoreError> {
        Ok(self.store().ping().await?)
    }

    pub(crate) fn store(&self) -> &Store {
        &self.0.store
    }

    pub(crate) fn passwords(&self) -> &Passwords {
        &self.0.passwords
    }

    pub(crate) fn relying_party(&self) -> Option<&RelyingParty> {
        self.0.relying_party.as_ref()
    }

    pub(crate) fn authority(&self) -> &CertificateAuthority {
        &self.0.authority
    }

    pub(crate) fn file_cache(&self) -> &files::FileCache {
        &self.0.files
    }

    pub(crate) fn catalogue(&self) -> &reconcile::CatalogueCache {
        &self.0.catalogue
    }

    pub(crate) fn overall(&self) -> &accounts::throttle::Overall {
        &self.0.overall
    }

    pub(crate) fn connections(&self) -> &sources::connections::Connections {
        &self.0.connections
    }

    pub(crate) fn hub(&self) -> &Arc<Hub> {
        &self.0.hub
    }

    pub(crate) fn hint_work(&self) {
        self.0.work.notify_one();
    }
}

/// A new id: a UUID of version 7, so that ids ascend with time.
pub(crate) fn new_id(now: baton_model::Timestamp) -> String {
    let seconds = u64::try_from(now.unix_seconds()).unwrap_or(0);
    let nanoseconds = u32::try_from(now.0.rem_euclid(1_000_000) * 1000).unwrap_or(0);
    uuid::Uuid::new_v7(uuid::Timestamp::from_unix(uuid::NoContext, seconds, nanoseconds)).to_string()
}
