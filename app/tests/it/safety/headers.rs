//! The other protective headers.

use super::survey::Seen;

/// How people reach Baton.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scheme {
    /// As in operation.
    Https,
    /// As in development.
    Http,
}

/// Every answer is as private as a page with personal data: there is no list of exceptions to forget one in.
pub fn check(answer: &Seen, scheme: Scheme) {
    for (header, value) in [
        ("referrer-policy", "same-origin"),
        ("x-content-type-options", "nosniff"),
        ("x-frame-options", "DENY"),
        ("cross-origin-opener-policy", "same-origin"),
        ("cache-control", "no-store"),
    ] {
        assert_eq!(answer.header(header), Some(value), "{}: {header}", answer.name());
    }
    let age = answer.header("strict-transport-security").map(|value| value.strip_prefix("max-age=").unwrap());
    match scheme {
        Scheme::Https => {
            let age: u64 = age.unwrap_or_else(|| panic!("{}: no HSTS", answer.name())).parse().unwrap();
            assert!(age >= 31_536_000, "{}: a year, not {age} seconds", answer.name());
        }
        Scheme::Http => assert_eq!(age, None, "{}", answer.name()),
    }
    // Nobody else may read it, whoever asks.
    assert_eq!(answer.header("access-control-allow-origin"), None, "{}", answer.name());
}
