//! A directory in place of a real one, for tests and for machines without one.
//!
//! It speaks LDAP on loopback, over TLS or after STARTTLS, knows bind, search, filters and pages, and does with single
//! questions what it is told to. It can say that it is Active Directory, and then follows chains of groups.

mod answer;
mod authority;
mod connection;
mod fault;
mod request;
pub(crate) mod script;
mod tree;

use std::{
    collections::{HashMap, VecDeque},
    io,
    net::{Ipv4Addr, SocketAddr},
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use rustls::{
    ServerConfig,
    crypto::ring,
    pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject as _},
};
use tokio::{
    net::TcpListener,
    task::{AbortHandle, JoinSet},
};
use tokio_rustls::TlsAcceptor;

pub use authority::{Authority, CertificateKind, ServerIdentity};
pub use fault::{Fault, Moment};
pub use script::Script;
pub use tree::FakeEntry;

use self::tree::Tree;
use super::{
    entry::Entry,
    settings::{LdapSettings, Limits, Security},
};

/// The base of everything in the fake.
pub const BASE: &str = "dc=example,dc=test";
/// As whom Baton searches the fake.
pub const READER: &str = "cn=reader,dc=example,dc=test";
/// That entry's password.
pub const READER_PASSWORD: &str = "reader's password";

/// A question as the fake received it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Received {
    /// A bind.
    Bind {
        /// As whom.
        dn: String,
        /// Whether with a password.
        with_password: bool,
    },
    /// A search.
    Search {
        /// The base.
        base: String,
        /// The filter as text.
        filter: String,
    },
}

/// The directory. Dropping it ends it.
pub struct FakeLdap {
    ldaps: SocketAddr,
    start_tls: SocketAddr,
    authority: Authority,
    shared: Arc<Shared>,
    listening: Vec<AbortHandle>,
}

pub(crate) struct Shared {
    tree: Tree,
    root: Entry,
    scripts: Mutex<HashMap<Moment, VecDeque<Fault>>>,
    always: Mutex<HashMap<Moment, Fault>>,
    received: Mutex<Vec<Received>>,
    connections: AtomicUsize,
}

impl Shared {
    /// What happens at this moment.
    fn next(&self, moment: Moment) -> Fault {
        let scripted = lock(&self.scripts).get_mut(&moment).and_then(VecDeque::pop_front);
        scripted.or_else(|| lock(&self.always).get(&moment).cloned()).unwrap_or(Fault::Behave)
    }

    fn note(&self, received: Received) {
        lock(&self.received).push(received);
    }

    fn count_connection(&self) {
        self.connections.fetch_add(1, Ordering::SeqCst);
    }
}

impl FakeLdap {
    /// A directory with these entries and the base and the reader beside them.
    ///
    /// # Errors
    /// When the machine has no port left.
    pub async fn start(entries: Vec<FakeEntry>) -> io::Result<Self> {
        Self::start_as(entries, CertificateKind::Good, false).await
    }

    /// The same, with this certificate.
    ///
    /// # Errors
    /// When the machine has no port left.
    pub async fn start_with_certificate(certificate: CertificateKind) -> io::Result<Self> {
        Self::start_as(Vec::new(), certificate, false).await
    }

    /// The same, as Active Directory.
    ///
    /// # Errors
    /// When the machine has no port left.
    pub async fn start_active_directory(entries: Vec<FakeEntry>) -> io::Result<Self> {
        Self::start_as(entries, CertificateKind::Good, true).await
    }

    async fn start_as(
        mut entries: Vec<FakeEntry>,
        certificate: CertificateKind,
        is_active_directory: bool,
    ) -> io::Result<Self> {
        entries.push(FakeEntry::new(BASE, "domain"));
        entries.push(FakeEntry::new(READER, "device").with_password(READER_PASSWORD));
        let authority = Authority::new();
        let acceptor = TlsAcceptor::from(Arc::new(tls(&authority.issue(certificate))));
        let shared = Arc::new(Shared {
            tree: Tree::new(entries),
            root: root(is_active_directory),
            scripts: Mutex::default(),
            always: Mutex::default(),
            received: Mutex::default(),
            connections: AtomicUsize::new(0),
        });
        let mut listening = Vec::new();
        let mut addresses = Vec::new();
        for security in [Security::Ldaps, Security::StartTls] {
            let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
            addresses.push(listener.local_addr()?);
            let (shared, acceptor) = (Arc::clone(&shared), acceptor.clone());
            let task = tokio::spawn(async move {
                let mut open = JoinSet::new();
                while let Ok((stream, _)) = listener.accept().await {
                    open.spawn(connection::serve(Arc::clone(&shared), acceptor.clone(), stream, security));
                    while open.try_join_next().is_some() {}
                }
            });
            listening.push(task.abort_handle());
        }
        Ok(Self { ldaps: addresses[0], start_tls: addresses[1], authority, shared, listening })
    }

    /// How to reach it, with the names that OpenLDAP uses, or Active Directory where it says to be that.
    #[must_use]
    pub fn settings(&self, security: Security) -> LdapSettings {
        let is_active_directory = self.shared.root.values("supportedCapabilities").next().is_some();
        let preset = if is_active_directory { LdapSettings::active_directory } else { LdapSettings::open_ldap };
        let address = if security == Security::Ldaps { self.ldaps } else { self.start_tls };
        LdapSettings {
            host: "localhost".to_owned(),
            port: address.port(),
            security,
            authorities_pem: Some(self.authority.pem().to_owned()),
            bind_dn: READER.to_owned(),
            bind_password: READER_PASSWORD.into(),
            limits: Limits { step: Duration::from_secs(5), ..Limits::default() },
            ..preset(BASE)
        }
    }

    /// What happens at the next such moments; after these it behaves.
    pub fn on(&self, moment: Moment, faults: impl IntoIterator<Item = Fault>) {
        lock(&self.shared.scripts).entry(moment).or_default().extend(faults);
    }

    /// What happens at every such moment that nothing else was said about.
    pub fn always(&self, moment: Moment, fault: Fault) {
        lock(&self.shared.always).insert(moment, fault);
    }

    /// Every question so far.
    #[must_use]
    pub fn received(&self) -> Vec<Received> {
        lock(&self.shared.received).clone()
    }

    /// How many connections were made.
    #[must_use]
    pub fn connections(&self) -> usize {
        self.shared.connections.load(Ordering::SeqCst)
    }
}

impl Drop for FakeLdap {
    fn drop(&mut self) {
        self.listening.iter().for_each(AbortHandle::abort);
    }
}

/// What it says of itself.
fn root(is_active_directory: bool) -> Entry {
    let root = FakeEntry::new("", if is_active_directory { "top" } else { "OpenLDAProotDSE" });
    let root = root.with("namingContexts", BASE).with("supportedControl", super::wire::request::PAGED_RESULTS);
    if is_active_directory { root.with("supportedCapabilities", "1.2.840.113556.1.4.800").entry } else { root.entry }
}

fn tls(identity: &ServerIdentity) -> ServerConfig {
    const COMPLETE: &str = "invariant: key and certificate were just made";
    let certificate = CertificateDer::from_pem_slice(identity.certificate_pem.as_bytes()).expect(COMPLETE);
    let key = PrivateKeyDer::from_pem_slice(identity.key_pem.as_bytes()).expect(COMPLETE);
    ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .expect(COMPLETE)
        .with_no_client_auth()
        .with_single_cert(vec![certificate], key)
        .expect(COMPLETE)
}

/// Locks a mutex whose content stays usable even if a holder panicked.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
