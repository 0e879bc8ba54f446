//! Requests that other sites make a browser send: refused on every route, with every method that may change something, and
//! nothing happened.

use std::collections::BTreeSet;

use axum::{
    body::to_bytes,
    http::{HeaderName, HeaderValue, StatusCode, header},
};

use super::survey::{METHODS, addresses, at_the_phone, request};
use crate::console::site::{Browser, ORIGIN, Site, on_a_site};

/// What a request carries that no page of Baton made.
const FOREIGN: [(&str, &[(&str, &str)]); 13] = [
    ("neither header", &[]),
    ("a referrer alone", &[("referer", "https://baton.example/sign-in")]),
    ("another origin", &[("origin", "https://evil.example")]),
    ("no origin to speak of", &[("origin", "null")]),
    ("an empty origin", &[("origin", "")]),
    ("the host without https", &[("origin", "http://baton.example")]),
    ("another port", &[("origin", "https://baton.example:8443")]),
    ("a host that begins alike", &[("origin", "https://baton.example.evil.example")]),
    ("a neighbour", &[("sec-fetch-site", "same-site"), ("origin", "https://pages.baton.example")]),
    ("another site that claims to be Baton", &[("sec-fetch-site", "cross-site"), ("origin", ORIGIN)]),
    ("another site", &[("sec-fetch-site", "cross-site")]),
    ("no site", &[("sec-fetch-site", "none")]),
    ("a name that was pointed here", &[("sec-fetch-site", "same-origin"), ("origin", "https://rebound.example")]),
];
/// The methods of HTTP that promise to change nothing (RFC 9110, 9.2.1), as far as Baton answers them.
const SAFE: [&str; 3] = ["GET", "HEAD", "OPTIONS"];
/// The forms that ask for a password before anybody is signed in.
const LOGINS: [&str; 7] = [
    "/clip/sign-in",
    "/clip/sign-in/with",
    "/password/{secret}",
    "/setup/{secret}",
    "/sign-in",
    "/sign-in/passkey",
    "/sign-in/with",
];

async fn refused(site: &Site, method: &str, place: &(String, String), browser: &Browser<'_>, kind: usize) {
    let (route, address) = place;
    let (what, headers) = FOREIGN[kind];
    let mut request = request(method, route, address, browser);
    for (name, value) in headers {
        request.headers_mut().append(HeaderName::from_static(name), HeaderValue::from_static(value));
    }
    let answer = site.ask(request).await;
    assert_eq!(answer.status(), StatusCode::FORBIDDEN, "{method} {route} with {what}");
    assert!(!answer.headers().contains_key(header::SET_COOKIE), "{method} {route} with {what} sets a cookie");
    assert!(!to_bytes(answer.into_body(), usize::MAX).await.unwrap().is_empty(), "{method} {route} says nothing");
}

#[test]
fn no_other_site_changes_anything_on_any_route() {
    on_a_site(|site| async move {
        let (things, phone) = at_the_phone(&site).await;
        let petra = site.signed_in("petra").await;
        let nobody = site.browser();
        let addresses = addresses(&site, &things);
        let known: BTreeSet<&str> = addresses.iter().map(|(route, _)| &**route).collect();
        assert!(LOGINS.iter().all(|login| known.contains(login)), "a login form has another address");
        let before = site.database();

        for place in &addresses {
            let browser = if place.0.starts_with("/clip") { &phone } else { &petra };
            for kind in 0..FOREIGN.len() {
                refused(&site, "POST", place, browser, kind).await;
                if LOGINS.contains(&&*place.0) {
                    refused(&site, "POST", place, &nobody, kind).await;
                }
            }
            for method in METHODS.into_iter().filter(|method| *method != "POST" && !SAFE.contains(method)) {
                // Which one it is matters to nobody, so not every kind with each.
                for kind in [0, 9] {
                    refused(&site, method, place, browser, kind).await;
                }
            }
        }

        assert!(site.database() == before, "something was written");
    });
}
