//! What holds for every answer: pages, errors, redirects, 404 and 405.

use std::collections::BTreeSet;

use axum::http::StatusCode;

use super::{
    cookies, headers, markup, policy,
    survey::{at_the_phone, open_all, survey},
};
use crate::console::site::on_a_site;

#[test]
fn every_answer_says_what_it_may_load_and_is_not_kept() {
    on_a_site(|site| async move {
        let seen = survey(&site).await;
        let mut nonces = BTreeSet::new();
        for answer in &seen {
            let nonce = policy::check(answer);
            assert!(nonces.insert(nonce.to_owned()), "{}: the nonce was there before", answer.name());
            headers::check(answer, headers::Scheme::Https);
            markup::check(answer, nonce);
            cookies::check(answer, headers::Scheme::Https);
            cookies::check_visitor(answer);
        }
        let met: BTreeSet<u16> = seen.iter().map(|answer| answer.status.as_u16()).collect();
        for status in [200, 303, 400, 401, 403, 404, 405, 409, 410, 413, 422] {
            let known = StatusCode::from_u16(status).unwrap();
            assert!(met.contains(&status), "no answer was {known}, only {met:?}");
        }
    });
}

#[test]
fn over_http_no_answer_asks_for_https_and_no_cookie_has_the_prefix() {
    on_a_site(|site| async move {
        let site = site.over_http();
        let (things, _) = at_the_phone(&site).await;
        for answer in open_all(&site, &things, "petra").await {
            policy::check(&answer);
            headers::check(&answer, headers::Scheme::Http);
            cookies::check(&answer, headers::Scheme::Http);
        }
    });
}
