//! A push service in place of Apple's, for tests and for machines without Internet.
//!
//! It speaks HTTP/2 over TLS on loopback, demands a certificate of its own authority, refuses what Apple refuses, and
//! does with single pushes what it is told to. What it takes it can pass on, such as to simulated phones.

mod answer;
mod authority;
mod connection;
mod rules;

use std::{
    collections::{HashMap, VecDeque},
    io,
    net::{Ipv4Addr, SocketAddr},
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
};

use baton_mdm::push_certificate::PushIdentity;
use rustls::{
    RootCertStore, ServerConfig,
    crypto::ring,
    pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject as _},
    server::WebPkiClientVerifier,
};
use tokio::{
    net::TcpListener,
    sync::watch,
    task::{AbortHandle, JoinSet},
};
use tokio_rustls::TlsAcceptor;

pub use answer::Answer;
pub use authority::{Authority, Validity};

use crate::{PATIENCE, Settings};

/// A push as the service received it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Received {
    /// The token, in hexadecimal.
    pub token: String,
    /// `apns-topic`.
    pub topic: String,
    /// The body.
    pub body: Vec<u8>,
    /// On which connection it came, counted from 1.
    pub connection: usize,
}

/// The push service. Dropping it ends it.
pub struct FakeApns {
    address: SocketAddr,
    service: Authority,
    shared: Arc<Shared>,
    listening: AbortHandle,
}

pub(crate) struct Shared {
    portal: Authority,
    scripts: Mutex<HashMap<String, VecDeque<Answer>>>,
    /// Every push that was well-formed, whatever became of it.
    received: Mutex<Vec<Received>>,
    /// Those that reached their device.
    delivered: Mutex<Vec<Received>>,
    connections: AtomicUsize,
    /// How many connections are open.
    open: watch::Sender<usize>,
    /// Raised when all connections are to end with GOAWAY.
    leaving: watch::Sender<usize>,
    forward: Mutex<Option<String>>,
    http: reqwest::Client,
}

impl FakeApns {
    /// A service on a free port of this machine. Needs rustls' default provider for passing pushes on only.
    ///
    /// # Errors
    /// When the machine has no port left.
    pub async fn start() -> io::Result<Self> {
        let (service, portal) = (Authority::new("Fake push service"), Authority::new("Fake push certificates"));
        let acceptor = TlsAcceptor::from(Arc::new(tls(&service, &portal)));
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let address = listener.local_addr()?;
        let http = reqwest::Client::builder().no_proxy().tls_certs_only([]).build().map_err(io::Error::other)?;
        let shared = Arc::new(Shared {
            portal,
            scripts: Mutex::default(),
            received: Mutex::default(),
            delivered: Mutex::default(),
            connections: AtomicUsize::new(0),
            open: watch::Sender::new(0),
            leaving: watch::Sender::new(0),
            forward: Mutex::default(),
            http,
        });
        let serving = Arc::clone(&shared);
        let task = tokio::spawn(async move {
            let mut open = JoinSet::new();
            while let Ok((stream, _)) = listener.accept().await {
                open.spawn(connection::serve(Arc::clone(&serving), acceptor.clone(), stream));
                while open.try_join_next().is_some() {}
            }
        });
        Ok(Self { address, service, shared, listening: task.abort_handle() })
    }

    /// Its address, in place of Apple's.
    #[must_use]
    pub fn url(&self) -> String {
        format!("https://localhost:{}", self.address.port())
    }

    /// The certificate in PEM of the authority that vouches for the service.
    #[must_use]
    pub fn authority_pem(&self) -> &str {
        self.service.pem()
    }

    /// How to reach it.
    #[must_use]
    pub fn settings(&self) -> Settings {
        Settings { url: self.url(), authorities: Some(self.authority_pem().as_bytes().to_vec()), patience: PATIENCE }
    }

    /// Who issues certificates that the service accepts: Apple's portal.
    #[must_use]
    pub fn portal(&self) -> &Authority {
        &self.shared.portal
    }

    /// A certificate of the portal's with a key of its own.
    #[must_use]
    pub fn identity(&self, topic: &str) -> PushIdentity {
        self.portal().identity(topic)
    }

    /// What happens to the next pushes to this token, in hexadecimal; after these they are accepted.
    pub fn answer(&self, token: &str, answers: impl IntoIterator<Item = Answer>) {
        lock(&self.shared.scripts).entry(token.to_owned()).or_default().extend(answers);
    }

    /// Passes what it takes on to this address of a push service without TLS, and answers what that answers.
    pub fn pass_on_to(&self, url: &str) {
        *lock(&self.shared.forward) = Some(url.to_owned());
    }

    /// Ends all connections with GOAWAY, and waits until the clients have left them. They do so once their pushes are
    /// answered.
    pub async fn go_away(&self) {
        self.shared.leaving.send_modify(|times| *times += 1);
        // An error would mean that the sender is gone, and this holds it.
        drop(self.shared.open.subscribe().wait_for(|open| *open == 0).await);
    }

    /// Every well-formed push so far, whatever became of it.
    #[must_use]
    pub fn received(&self) -> Vec<Received> {
        lock(&self.shared.received).clone()
    }

    /// The pushes that reached their device, in their order.
    #[must_use]
    pub fn delivered(&self) -> Vec<Received> {
        lock(&self.shared.delivered).clone()
    }

    /// How many connections there were whose certificate was accepted.
    #[must_use]
    pub fn connections(&self) -> usize {
        self.shared.connections.load(Ordering::SeqCst)
    }
}

impl Drop for FakeApns {
    fn drop(&mut self) {
        self.listening.abort();
    }
}

/// TLS as Apple's: HTTP/2 only, and a certificate of the portal's is demanded.
fn tls(service: &Authority, portal: &Authority) -> ServerConfig {
    const COMPLETE: &str = "invariant: keys and certificates were just made";
    let provider = Arc::new(ring::default_provider());
    let mut roots = RootCertStore::empty();
    roots.add(CertificateDer::from_pem_slice(portal.pem().as_bytes()).expect(COMPLETE)).expect(COMPLETE);
    let verifier =
        WebPkiClientVerifier::builder_with_provider(Arc::new(roots), Arc::clone(&provider)).build().expect(COMPLETE);
    let (certificate, key) = service.issue_for_localhost();
    let key = PrivateKeyDer::try_from(key).expect(COMPLETE);
    let mut config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .expect(COMPLETE)
        .with_client_cert_verifier(verifier)
        .with_single_cert(vec![certificate.into()], key)
        .expect(COMPLETE);
    config.alpn_protocols = vec![b"h2".to_vec()];
    config
}

/// Locks a mutex whose content stays usable even if a holder panicked.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
