//! Requests to a provider: bounded in size and time, and never led elsewhere.

use std::{error::Error as _, time::Duration};

use reqwest::{Certificate, Client, ClientBuilder, RequestBuilder, Response, header, redirect::Policy};
use serde::de::DeserializeOwned;
use thiserror::Error;
use url::{Host, Url};

/// How long a connection may take to be made.
const CONNECT: Duration = Duration::from_secs(5);
/// How long a request may take until the last byte of its answer. Less than the clock skew that signatures are allowed,
/// so that a token made during the request is not from the future.
pub const PATIENCE: Duration = Duration::from_secs(10);

/// Why there is no answer.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum HttpError {
    /// There is no connection, or it broke, perhaps in the middle of the answer.
    #[error("it cannot be reached: {0}")]
    Unreachable(String),
    /// The answer took too long.
    #[error("it does not answer in time")]
    Slow,
    /// The answer is longer than this many bytes.
    #[error("its answer is longer than {0} bytes")]
    TooLarge(usize),
    /// It points to another address. Following would send a code, a secret or a token to who knows whom.
    #[error("it redirects to another address")]
    Redirected,
    /// There cannot be any requests: the certificates of the authorities cannot be read, or TLS is not set up.
    #[error("no connection can be set up: {0}")]
    SetUp(String),
}

impl HttpError {
    /// A stable word for audit, tests and locale files.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Unreachable(_) => "unreachable",
            Self::Slow => "slow",
            Self::TooLarge(_) => "too-large",
            Self::Redirected => "redirected",
            Self::SetUp(_) => "set-up",
        }
    }
}

/// How providers are reached.
#[derive(Clone, Debug)]
pub struct HttpSettings {
    /// Certificates in PEM of authorities that alone may vouch for providers; without them the system's.
    pub authorities: Option<Vec<u8>>,
    /// How long a request may take; [`PATIENCE`] unless somebody cannot wait that long.
    pub patience: Duration,
}

impl Default for HttpSettings {
    fn default() -> Self {
        Self { authorities: None, patience: PATIENCE }
    }
}

/// Makes requests. Clones share their connections.
#[derive(Clone, Debug)]
pub struct Http {
    away: Client,
    /// A proxy of the network, where the environment names one, does not lead to this machine.
    here: Client,
}

/// An answer, whole.
pub(crate) struct Answer {
    pub status: u16,
    pub retry_after: Option<String>,
    pub body: Vec<u8>,
}

impl Answer {
    /// The object that the answer is. Nothing that providers answer is a list, which could stand for a struct's fields.
    pub(crate) fn json<T: DeserializeOwned>(&self) -> Option<T> {
        if is_object(&self.body) { serde_json::from_slice(&self.body).ok() } else { None }
    }
}

/// Whether a text, if it is JSON, is an object.
pub(crate) fn is_object(json: &[u8]) -> bool {
    json.trim_ascii_start().starts_with(b"{")
}

impl Http {
    /// Nobody has connected yet. Needs rustls' default provider of cryptography to be installed.
    ///
    /// # Errors
    /// [`HttpError::SetUp`].
    pub fn new(settings: &HttpSettings) -> Result<Self, HttpError> {
        let authorities = settings.authorities.as_deref().map(authorities).transpose()?;
        let builder = || {
            let builder = Client::builder()
                .redirect(Policy::none())
                .referer(false)
                .connect_timeout(CONNECT.min(settings.patience))
                .timeout(settings.patience)
                .user_agent("Baton");
            match &authorities {
                Some(authorities) => builder.tls_certs_only(authorities.iter().cloned()),
                None => builder,
            }
        };
        let build = |builder: ClientBuilder| builder.build().map_err(|error| HttpError::SetUp(words(&error)));
        Ok(Self { away: build(builder())?, here: build(builder().no_proxy())? })
    }

    pub(crate) fn get(&self, url: &Url) -> RequestBuilder {
        self.client(url).get(url.clone()).header(header::ACCEPT, "application/json")
    }

    /// A POST of this form, already encoded.
    pub(crate) fn post(&self, url: &Url, form: String) -> RequestBuilder {
        self.client(url)
            .post(url.clone())
            .header(header::ACCEPT, "application/json")
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .body(form)
    }

    fn client(&self, url: &Url) -> &Client {
        if is_loopback(url) { &self.here } else { &self.away }
    }
}

/// Sends a request and takes its answer, if that is no longer than `limit` bytes.
pub(crate) async fn send(request: RequestBuilder, limit: usize) -> Result<Answer, HttpError> {
    let response = request.send().await.map_err(|error| broken(&error))?;
    if response.status().is_redirection() {
        return Err(HttpError::Redirected);
    }
    let status = response.status().as_u16();
    let retry_after = response.headers().get(header::RETRY_AFTER).and_then(|value| value.to_str().ok());
    let retry_after = retry_after.map(str::to_owned);
    Ok(Answer { status, retry_after, body: whole(response, limit).await? })
}

async fn whole(mut response: Response, limit: usize) -> Result<Vec<u8>, HttpError> {
    let mut body = Vec::new();
    while let Some(piece) = response.chunk().await.map_err(|error| broken(&error))? {
        if body.len() + piece.len() > limit {
            return Err(HttpError::TooLarge(limit));
        }
        body.extend_from_slice(&piece);
    }
    Ok(body)
}

fn authorities(pem: &[u8]) -> Result<Vec<Certificate>, HttpError> {
    let found = Certificate::from_pem_bundle(pem).map_err(|error| HttpError::SetUp(words(&error)))?;
    if found.is_empty() {
        return Err(HttpError::SetUp("there are no certificates in the authorities' file".to_owned()));
    }
    Ok(found)
}

/// Whether an address is on this machine by its own words; no name is looked up.
pub(crate) fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}

fn broken(error: &reqwest::Error) -> HttpError {
    if error.is_timeout() { HttpError::Slow } else { HttpError::Unreachable(words(error)) }
}

/// An error with its causes, in one line, without the address: that may hold more than a log should.
fn words(error: &reqwest::Error) -> String {
    let mut causes = Vec::new();
    let mut cause = error.source();
    while let Some(error) = cause {
        causes.push(error.to_string());
        cause = error.source();
    }
    if causes.is_empty() { "no reason is known".to_owned() } else { causes.join(": ") }
}
