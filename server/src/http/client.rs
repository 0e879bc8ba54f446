//! Which address a request comes from: the peer's, or what a trusted proxy says.
//!
//! `X-Forwarded-For` proves nothing unless the peer is a proxy that is configured as trusted; then the last address in it
//! that is no trusted proxy counts.

use std::net::{IpAddr, SocketAddr};

use axum::{
    extract::{ConnectInfo, Request, State},
    http::HeaderMap,
    middleware::Next,
    response::Response,
};
use baton_app::web::ClientAddress;
use ipnet::IpNet;

/// The proxies whose word counts.
#[derive(Clone, Debug, Default)]
pub struct TrustedProxies(Vec<IpNet>);

impl TrustedProxies {
    /// Addresses and networks, separated by commas; the first that is none is the error.
    ///
    /// # Errors
    /// What is neither an address nor a network.
    pub fn parse(text: &str) -> Result<Self, String> {
        let entries = text.split(',').map(str::trim).filter(|entry| !entry.is_empty());
        let parse = |entry: &str| {
            let network = entry.parse::<IpNet>().or_else(|_| entry.parse::<IpAddr>().map(IpNet::from));
            network.map_err(|_| entry.to_owned())
        };
        entries.map(parse).collect::<Result<_, _>>().map(Self)
    }

    fn trusts(&self, address: IpAddr) -> bool {
        self.0.iter().any(|network| network.contains(&address))
    }

    /// The address of the client; `None` where it does not tell one client from another.
    fn client(&self, peer: IpAddr, headers: &HeaderMap) -> Option<IpAddr> {
        let peer = peer.to_canonical();
        if !self.trusts(peer) {
            // From this machine itself come only proxies that nobody has named, and developers.
            return (!peer.is_loopback()).then_some(peer);
        }
        let lines = headers.get_all("x-forwarded-for").iter().filter_map(|line| line.to_str().ok());
        let hops: Vec<&str> = lines.flat_map(|line| line.split(',')).map(str::trim).collect();
        for hop in hops.into_iter().rev() {
            // What cannot be read was written by somebody before the trusted proxies: nothing further left counts.
            let hop = hop.parse::<IpAddr>().ok()?.to_canonical();
            if !self.trusts(hop) {
                return Some(hop);
            }
        }
        None
    }
}

/// Notes the address for the handlers.
pub async fn note(State(proxies): State<TrustedProxies>, mut request: Request, next: Next) -> Response {
    let peer = request.extensions().get::<ConnectInfo<SocketAddr>>().map(|ConnectInfo(peer)| peer.ip());
    if let Some(address) = peer.and_then(|peer| proxies.client(peer, request.headers())) {
        request.extensions_mut().insert(ClientAddress(address));
    }
    next.run(request).await
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    fn client(proxies: &str, peer: &str, forwarded: &[&'static str]) -> Option<String> {
        let mut headers = HeaderMap::new();
        for line in forwarded {
            headers.append("x-forwarded-for", HeaderValue::from_static(line));
        }
        let proxies = TrustedProxies::parse(proxies).unwrap();
        proxies.client(peer.parse().unwrap(), &headers).map(|address| address.to_string())
    }

    #[test]
    fn without_a_trusted_proxy_the_header_proves_nothing() {
        assert_eq!(client("", "192.0.2.7", &["198.51.100.1"]).as_deref(), Some("192.0.2.7"));
        assert_eq!(client("10.0.0.0/8", "192.0.2.7", &["198.51.100.1"]).as_deref(), Some("192.0.2.7"));
    }

    #[test]
    fn the_last_address_that_is_no_trusted_proxy_counts() {
        let proxies = "10.0.0.0/8, 127.0.0.1";
        assert_eq!(client(proxies, "10.1.1.1", &["198.51.100.1"]).as_deref(), Some("198.51.100.1"));
        assert_eq!(client(proxies, "10.1.1.1", &["6.6.6.6, 198.51.100.1, 10.2.2.2"]).as_deref(), Some("198.51.100.1"));
        assert_eq!(client(proxies, "127.0.0.1", &["6.6.6.6", "198.51.100.1"]).as_deref(), Some("198.51.100.1"));
        assert_eq!(client(proxies, "::ffff:10.1.1.1", &["2001:db8::1"]).as_deref(), Some("2001:db8::1"));
    }

    #[test]
    fn where_nothing_is_known_nothing_is_claimed() {
        assert_eq!(client("", "127.0.0.1", &["198.51.100.1"]), None);
        assert_eq!(client("10.0.0.0/8", "10.1.1.1", &[]), None);
        assert_eq!(client("10.0.0.0/8", "10.1.1.1", &["198.51.100.1, unknown"]), None);
        assert_eq!(client("10.0.0.0/8", "10.1.1.1", &["10.2.2.2"]), None);
    }

    #[test]
    fn what_is_no_address_is_named() {
        assert_eq!(TrustedProxies::parse("10.0.0.0/8, proxy.example").unwrap_err(), "proxy.example");
        assert_eq!(TrustedProxies::parse("10.0.0.0/40").unwrap_err(), "10.0.0.0/40");
    }
}
