//! The connection to Apple's push service.

use std::{
    error::Error as _,
    sync::{Mutex, PoisonError},
    time::Duration,
};

use baton_mdm::{
    push::{MAX_ANSWER_BYTES, PushOutcome, PushRequest},
    push_certificate::PushIdentity,
};
use reqwest::{Certificate, Client, Identity, Url, header::RETRY_AFTER, redirect::Policy};
use thiserror::Error;

/// How long the connection may take to be made.
const CONNECT: Duration = Duration::from_secs(10);
/// How long a push may take from the first byte to the answer. Must stay well below the lease of the outbox.
pub const PATIENCE: Duration = Duration::from_secs(20);
/// How often a quiet connection is tried, and how long the other side may take to answer that. A connection that broke
/// without a word (a firewall forgot it) is noticed in this time instead of at the next push.
const PING_EVERY: Duration = Duration::from_secs(60);
const PING_ANSWER: Duration = Duration::from_secs(10);
/// How long a connection without pushes is kept. Apple asks not to open connections often.
const KEEP_IDLE: Duration = Duration::from_secs(3600);

/// Where the push service is, and whom to believe that it is the one.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Scheme, host and port, such as [`baton_mdm::push::APNS_URL`].
    pub url: String,
    /// Certificates in PEM of authorities that alone may vouch for the service; without them the system's.
    pub authorities: Option<Vec<u8>>,
    /// How long a push may take until its answer; [`PATIENCE`] unless somebody cannot wait that long.
    pub patience: Duration,
}

/// Why a push has no answer.
#[derive(Debug, Error)]
pub enum ApnsError {
    /// The address is none.
    #[error("`{0}` is not the address of a push service")]
    Address(String),
    /// The file of authorities holds none.
    #[error("the certificates of the push service's authority cannot be read: {0}")]
    Authorities(String),
    /// The push certificate cannot be used for a connection.
    #[error("the push certificate cannot be used: {0}")]
    Identity(String),
    /// There is no connection, it broke, or the answer took too long.
    #[error("{0}")]
    Connection(String),
}

/// Pushes to Apple. The connection is made with the first push, is kept, and is made again when it breaks or when the
/// certificate is another.
pub struct Apns {
    url: Url,
    patience: Duration,
    authorities: Option<Vec<Certificate>>,
    current: Mutex<Option<Current>>,
}

/// The client of one certificate.
struct Current {
    fingerprint: String,
    client: Client,
}

impl Apns {
    /// A push service that nobody has connected to yet.
    ///
    /// # Errors
    /// [`ApnsError::Address`], [`ApnsError::Authorities`].
    pub fn new(settings: &Settings) -> Result<Self, ApnsError> {
        let read = |pem: &Vec<u8>| {
            let found = Certificate::from_pem_bundle(pem).map_err(|error| ApnsError::Authorities(words(&error)))?;
            if found.is_empty() {
                return Err(ApnsError::Authorities("there are none in the file".to_owned()));
            }
            Ok(found)
        };
        Ok(Self {
            url: Url::parse(&settings.url).map_err(|_| ApnsError::Address(settings.url.clone()))?,
            patience: settings.patience,
            authorities: settings.authorities.as_ref().map(read).transpose()?,
            current: Mutex::new(None),
        })
    }

    /// Sends one push as this identity and brings the answer. Several may be under way at once.
    ///
    /// # Errors
    /// [`ApnsError`]; whether the push arrived all the same is not known then.
    pub async fn send(&self, identity: &PushIdentity, request: &PushRequest) -> Result<PushOutcome, ApnsError> {
        let client = self.client(identity)?;
        let mut address = self.url.clone();
        address.set_path(&request.path);
        let mut message = client.post(address).body(request.body.clone());
        for (name, value) in &request.headers {
            message = message.header(*name, value);
        }
        let mut answer = message.send().await.map_err(|error| broken(&error))?;
        let status = answer.status().as_u16();
        let pause = answer.headers().get(RETRY_AFTER).and_then(|value| value.to_str().ok()).map(str::to_owned);
        let mut body = Vec::new();
        // The status alone says enough when the rest of the answer is lost or too long.
        while body.len() < MAX_ANSWER_BYTES
            && let Ok(Some(piece)) = answer.chunk().await
        {
            body.extend_from_slice(&piece);
        }
        Ok(PushOutcome::from_answer(status, pause.as_deref(), &body))
    }

    /// The client of this certificate. That of another is let go; what is under way on it ends by itself.
    fn client(&self, identity: &PushIdentity) -> Result<Client, ApnsError> {
        let mut current = self.current.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(current) = current.as_ref().filter(|current| current.fingerprint == identity.fingerprint) {
            return Ok(current.client.clone());
        }
        let client = self.connect_as(identity)?;
        *current = Some(Current { fingerprint: identity.fingerprint.clone(), client: client.clone() });
        Ok(client)
    }

    fn connect_as(&self, identity: &PushIdentity) -> Result<Client, ApnsError> {
        let failed = |error: reqwest::Error| ApnsError::Identity(words(&error));
        let pem = format!("{}\n{}", identity.certificate_pem, identity.key_pem);
        let mut builder = Client::builder()
            .identity(Identity::from_pem(pem.as_bytes()).map_err(failed)?)
            .http2_prior_knowledge()
            .https_only(true)
            .redirect(Policy::none())
            .connect_timeout(CONNECT)
            .timeout(self.patience)
            .pool_idle_timeout(KEEP_IDLE)
            .http2_keep_alive_interval(PING_EVERY)
            .http2_keep_alive_timeout(PING_ANSWER)
            .http2_keep_alive_while_idle(true);
        if is_own_machine(&self.url) {
            builder = builder.no_proxy();
        }
        if let Some(authorities) = &self.authorities {
            builder = builder.tls_certs_only(authorities.iter().cloned());
        }
        builder.build().map_err(failed)
    }
}

/// A proxy of the network, where the environment names one, leads to Apple and not to this machine.
fn is_own_machine(url: &Url) -> bool {
    let host = url.host_str().unwrap_or_default().trim_matches(['[', ']']);
    host == "localhost" || host.parse::<std::net::IpAddr>().is_ok_and(|address| address.is_loopback())
}

fn broken(error: &reqwest::Error) -> ApnsError {
    if error.is_timeout() && !error.is_connect() {
        return ApnsError::Connection("the push service does not answer in time".to_owned());
    }
    ApnsError::Connection(words(error))
}

/// An error with its causes, in one line, without the address: it holds the token.
fn words(error: &reqwest::Error) -> String {
    let mut causes = Vec::new();
    let mut cause = error.source();
    while let Some(error) = cause {
        causes.push(error.to_string());
        cause = error.source();
    }
    if causes.is_empty() { "the push service cannot be reached".to_owned() } else { causes.join(": ") }
}
