//! What passkeys are made for: one site, by its name and its origin.

use url::{Host, Url};
use webauthn_rp::request::{AsciiDomain, RpId};

/// The site that passkeys are made for.
#[derive(Clone, Debug)]
pub struct RelyingParty {
    pub(super) id: RpId,
    pub(super) origin: String,
}

/// One half of a ceremony: what the browser is asked, and what must be known of it when the answer comes.
#[derive(Clone, Debug)]
pub struct Ceremony {
    /// What the browser gets as `publicKey`: WebAuthn's JSON, with bytes in base64url.
    pub options: String,
    /// What the server needs again. Whoever keeps it for the server must be able neither to read nor to change it.
    pub state: Vec<u8>,
}

impl RelyingParty {
    /// The relying party of a site. `None` where browsers do no passkeys: under an address instead of a name, or
    /// without TLS except on this very machine.
    #[must_use]
    pub fn of(public_url: &str) -> Option<Self> {
        let url = Url::parse(public_url).ok()?;
        let Some(Host::Domain(name)) = url.host() else { return None };
        let is_here = name == "localhost" || name.ends_with(".localhost");
        if url.scheme() != "https" && !(is_here && url.scheme() == "http") {
            return None;
        }
        let id = RpId::Domain(AsciiDomain::try_from(name.to_owned()).ok()?);
        Some(Self { id, origin: url.origin().ascii_serialization() })
    }

    /// The name that passkeys are bound to: the host of the public address.
    #[must_use]
    pub fn id(&self) -> &str {
        self.id.as_ref()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id_of(url: &str) -> Option<String> {
        RelyingParty::of(url).map(|party| party.id().to_owned())
    }

    #[test]
    fn passkeys_are_bound_to_the_host_and_not_to_the_port() {
        assert_eq!(id_of("https://baton.heron.example:8443").as_deref(), Some("baton.heron.example"));
        assert_eq!(RelyingParty::of("https://baton.example:8443").unwrap().origin, "https://baton.example:8443");
        assert_eq!(RelyingParty::of("https://baton.example").unwrap().origin, "https://baton.example");
    }

    #[test]
    fn there_are_none_where_browsers_refuse_them() {
        for url in
            ["https://192.0.2.7", "https://[2001:db8::7]:8443", "http://baton.example", "ftp://baton.example", "x"]
        {
            assert_eq!(id_of(url), None, "{url}");
        }
    }

    #[test]
    fn this_very_machine_needs_no_tls() {
        assert_eq!(id_of("http://localhost:3000").as_deref(), Some("localhost"));
    }
}
