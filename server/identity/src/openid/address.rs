//! Which addresses Baton goes to.

use url::{Host, Url};

use super::{http::is_loopback, settings::Problem};

/// An address for a setting: https (http on this machine only), and no more than an address.
pub(crate) fn check_address(text: &str) -> Result<Url, Problem> {
    let url = Url::parse(text).map_err(|_| Problem::NotAnAddress)?;
    if url.host().is_none() {
        return Err(Problem::NotAnAddress);
    }
    if !is_secure(&url) {
        return Err(Problem::NotHttps);
    }
    if has_more(&url) || url.query().is_some() {
        return Err(Problem::MoreThanAnAddress);
    }
    Ok(url)
}

/// An address that a provider names as its own, if it is one that Baton goes to.
///
/// A provider out in the world has no business to send Baton into the network that Baton stands in; one that is there
/// itself has.
pub(crate) fn check_endpoint(text: &str, provider: &Url) -> Result<Url, Problem> {
    let url = Url::parse(text).map_err(|_| Problem::NotAnAddress)?;
    if url.host().is_none() || has_more(&url) {
        return Err(Problem::NotAnAddress);
    }
    if is_inside(&url) && !is_inside(provider) {
        return Err(Problem::Inside);
    }
    if !is_secure(&url) {
        return Err(Problem::NotHttps);
    }
    Ok(url)
}

fn is_secure(url: &Url) -> bool {
    url.scheme() == "https" || (url.scheme() == "http" && is_loopback(url))
}

fn has_more(url: &Url) -> bool {
    !url.username().is_empty() || url.password().is_some() || url.fragment().is_some()
}

/// Whether an address is, by its own words, in a private network or on this machine.
fn is_inside(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
        Some(Host::Ipv4(address)) => {
            address.is_loopback() || address.is_private() || address.is_link_local() || address.is_unspecified()
        }
        Some(Host::Ipv6(address)) => {
            address.is_loopback()
                || address.is_unspecified()
                || address.is_unique_local()
                || address.is_unicast_link_local()
                || address.to_ipv4_mapped().is_some()
        }
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const WORLD: &str = "https://id.example.test/";
    const INSIDE: &[&str] = &[
        "https://127.0.0.1/",
        "https://10.0.0.1/",
        "https://192.168.1.1/",
        "https://169.254.169.254/",
        "https://0.0.0.0/",
        "https://localhost/",
        "https://[::1]/",
        "https://[fd00::1]/",
        "https://[fe80::1]/",
        "https://[::ffff:10.0.0.1]/",
    ];

    fn endpoint(text: &str, provider: &str) -> Result<Url, Problem> {
        check_endpoint(text, &Url::parse(provider).unwrap())
    }

    #[test]
    fn a_provider_out_in_the_world_does_not_lead_inside() {
        for inside in INSIDE {
            assert_eq!(endpoint(inside, WORLD), Err(Problem::Inside), "{inside}");
        }
        assert!(endpoint("https://other.example.test/token?tenant=1", WORLD).is_ok());
    }

    #[test]
    fn a_provider_that_is_inside_may() {
        for inside in INSIDE {
            assert!(endpoint(inside, "https://10.0.0.2/").is_ok(), "{inside}");
        }
    }

    #[test]
    fn an_endpoint_is_reached_with_tls() {
        assert_eq!(endpoint("http://other.example.test/", WORLD), Err(Problem::NotHttps));
        assert_eq!(endpoint("http://10.0.0.1/", "https://10.0.0.2/"), Err(Problem::NotHttps));
        assert!(endpoint("http://127.0.0.1:8080/", "http://localhost:8080/").is_ok());
    }

    #[test]
    fn an_endpoint_is_an_address() {
        for text in ["", "token", "https://a:b@id.example.test/", "https://id.example.test/#a", "data:,a"] {
            assert_eq!(endpoint(text, WORLD), Err(Problem::NotAnAddress), "{text}");
        }
    }
}
