//! The Content-Security-Policy.

use std::collections::BTreeMap;

use super::survey::Seen;

/// Pages with a form that ends at another origin than Baton's: the route, and those origins. There is none yet; a provider
/// to sign in with will be one.
const FORM_TARGETS: [(&str, &[&str]); 0] = [];

/// Checks the policy of an answer, and gives its nonce.
pub fn check(answer: &Seen) -> &str {
    let name = answer.name();
    let text = answer.header("content-security-policy").unwrap_or_else(|| panic!("{name} has no policy"));
    let mut policy: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for directive in text.split(';') {
        let mut words = directive.split_whitespace();
        let directive = words.next().unwrap_or_else(|| panic!("{name}: {text}"));
        assert!(policy.insert(directive, words.collect()).is_none(), "{name}: {directive} is there twice");
    }
    assert!(!text.contains("'unsafe-eval'") && !text.contains("'unsafe-inline'"), "{name}: {text}");
    for (directive, sources) in [
        ("default-src", &["'none'"][..]),
        ("base-uri", &["'none'"]),
        ("object-src", &["'none'"]),
        ("frame-ancestors", &["'none'"]),
        ("style-src", &["'self'"]),
        ("connect-src", &["'self'"]),
        ("font-src", &["'self'"]),
        ("manifest-src", &["'self'"]),
        ("img-src", &["'self'", "data:"]),
    ] {
        assert_eq!(policy.remove(directive).as_deref(), Some(sources), "{name}: {directive}");
    }
    let targets = policy.remove("form-action").unwrap_or_default();
    check_form_targets(&name, &answer.route, &targets);
    let scripts = policy.remove("script-src").unwrap_or_default();
    let [_, nonce, _] = scripts[..] else { panic!("{name}: script-src {scripts:?}") };
    assert_eq!(scripts, ["'self'", nonce, "'wasm-unsafe-eval'"], "{name}");
    assert!(policy.is_empty(), "{name}: a directive that nobody has thought about: {policy:?}");
    let nonce = nonce.strip_prefix("'nonce-").and_then(|rest| rest.strip_suffix('\''));
    let nonce = nonce.unwrap_or_else(|| panic!("{name}: script-src {scripts:?}"));
    // 128 bits in Base64.
    assert!(nonce.len() >= 22 && nonce.bytes().all(|b| b.is_ascii_alphanumeric() || b"+/".contains(&b)), "{name}");
    nonce
}

fn check_form_targets(name: &str, route: &str, targets: &[&str]) {
    let [own, others @ ..] = targets else { panic!("{name} lets forms go anywhere") };
    assert_eq!(*own, "'self'", "{name}");
    let known: Vec<&str> =
        FORM_TARGETS.iter().filter(|(page, _)| *page == route).flat_map(|(_, known)| known.iter().copied()).collect();
    for other in others {
        assert!(known.contains(other), "{name}: nobody has said that forms may go to {other}");
        assert!(is_safe(other), "{name}: {other} is neither https nor this machine");
    }
}

/// An origin, and nothing else, that nobody on the way can read or change.
fn is_safe(origin: &str) -> bool {
    let Ok(url) = url::Url::parse(origin) else { return false };
    let is_loopback = match url.host() {
        Some(url::Host::Ipv4(address)) => address.is_loopback(),
        Some(url::Host::Ipv6(address)) => address.is_loopback(),
        Some(url::Host::Domain(name)) => name == "localhost",
        None => false,
    };
    let is_origin = url.origin().ascii_serialization() == origin;
    is_origin && (url.scheme() == "https" || (url.scheme() == "http" && is_loopback))
}

#[test]
fn a_form_may_end_at_https_or_on_this_machine() {
    for origin in ["https://login.example", "https://login.example:8443", "http://127.0.0.1:9000", "http://localhost:1"]
    {
        assert!(is_safe(origin), "{origin}");
    }
    for other in
        ["http://login.example", "https:", "*", "https://login.example/path", "javascript:", "https://*.example/"]
    {
        assert!(!is_safe(other), "{other}");
    }
}
