//! The Content-Security-Policy.

use std::collections::BTreeMap;

use super::survey::Seen;

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
        // Whoever goes to a provider leaves by a page, and not by a form that is led there.
        ("form-action", &["'self'"]),
    ] {
        assert_eq!(policy.remove(directive).as_deref(), Some(sources), "{name}: {directive}");
    }
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
