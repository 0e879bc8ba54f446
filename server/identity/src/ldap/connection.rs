//! The way to a directory, step by step, each with its time: name, TCP, TLS.

use std::{io, net::SocketAddr, sync::Arc, time::Duration};

use rustls::{ClientConfig, pki_types::ServerName};
use tokio::{
    net::{TcpStream, lookup_host},
    time::timeout,
};
use tokio_rustls::TlsConnector;

use super::{
    error::{LdapError, Step},
    private::Private,
    settings::Security,
    tls,
    validate::{Field, Problem, SettingsError},
    wire::{channel::Channel, request, response::Answer},
};

/// An encrypted connection. There is no other type to bind on, so no password travels in the clear.
pub(crate) type Encrypted = Channel<Private>;

/// The most bytes of an answer to STARTTLS.
const START_TLS_BYTES: usize = 4096;

/// Gives a step its time.
pub(crate) async fn within<T>(
    step: Step,
    limit: Duration,
    work: impl Future<Output = Result<T, LdapError>>,
) -> Result<T, LdapError> {
    timeout(limit, work).await.unwrap_or(Err(LdapError::TimedOut(step)))
}

/// The addresses of the host.
pub(crate) async fn resolve(host: &str, port: u16, limit: Duration) -> Result<Vec<SocketAddr>, LdapError> {
    within(Step::Name, limit, async {
        let found = lookup_host((host, port)).await.map_err(|_| LdapError::NameNotFound)?;
        let addresses: Vec<_> = found.collect();
        if addresses.is_empty() { Err(LdapError::NameNotFound) } else { Ok(addresses) }
    })
    .await
}

/// A connection to the first address that answers.
pub(crate) async fn connect(addresses: &[SocketAddr], limit: Duration) -> Result<TcpStream, LdapError> {
    let mut last = LdapError::NameNotFound;
    for address in addresses {
        let attempt = async { TcpStream::connect(address).await.map_err(|error| unreachable(&error)) };
        match within(Step::Tcp, limit, attempt).await {
            Ok(stream) => {
                // A question is one small packet that waits for its answer; without this it would wait for the next one.
                drop(stream.set_nodelay(true));
                return Ok(stream);
            }
            Err(error) => last = error,
        }
    }
    Err(last)
}

fn unreachable(error: &io::Error) -> LdapError {
    match error.kind() {
        io::ErrorKind::ConnectionRefused => LdapError::ConnectionRefused,
        io::ErrorKind::TimedOut => LdapError::TimedOut(Step::Tcp),
        _ => LdapError::Unreachable(error.to_string()),
    }
}

/// Encrypts a connection; with STARTTLS the server is asked first.
pub(crate) async fn encrypt(
    stream: TcpStream,
    security: Security,
    host: &str,
    config: Arc<ClientConfig>,
    limit: Duration,
) -> Result<Encrypted, LdapError> {
    let not_a_host = SettingsError { field: Field::Host, problem: Problem::NotAHost };
    let name = ServerName::try_from(host.to_owned()).map_err(|_| not_a_host)?;
    within(Step::Tls, limit, async {
        let stream = match security {
            Security::Ldaps => stream,
            Security::StartTls => start_tls(stream).await?,
        };
        let stream = TlsConnector::from(config).connect(name, stream).await;
        Ok(Channel::new(stream.map_err(|error| tls::handshake_error(&error))?.into()))
    })
    .await
}

/// Asks for encryption (RFC 4511, 4.14).
async fn start_tls(stream: TcpStream) -> Result<TcpStream, LdapError> {
    let mut channel = Channel::new(stream);
    let id = channel.next_id();
    channel.send(&request::start_tls(id), Step::Tls).await?;
    let mut budget = START_TLS_BYTES;
    let answer = channel.receive(id, &mut budget, Step::Tls).await?.answer;
    match answer {
        Answer::Extended(outcome) if outcome.code == 0 => {}
        Answer::Extended(outcome) => {
            return Err(LdapError::StartTlsRefused { code: outcome.code, text: outcome.text });
        }
        _ => return Err(LdapError::Nonsense("something else answers STARTTLS")),
    }
    let (stream, rest) = channel.into_parts();
    if rest.is_empty() { Ok(stream) } else { Err(LdapError::StartTlsInjection) }
}
