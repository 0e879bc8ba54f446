//! The layer lets methods through that promise to change nothing. So they must keep that promise.

use axum::{body::to_bytes, http::header};

use super::survey::{addresses, at_the_phone, request};
use crate::console::site::{ORIGIN, on_a_site};

#[test]
fn opening_an_address_changes_nothing() {
    on_a_site(|site| async move {
        let (things, phone) = at_the_phone(&site).await;
        let petra = site.signed_in("petra").await;
        let before = site.database();
        for (route, address) in addresses(&site, &things) {
            for method in ["GET", "HEAD", "OPTIONS"] {
                let browser = if route.starts_with("/clip") { &phone } else { &petra };
                let answer = site.ask(request(method, &route, &address, browser)).await;
                if answer.headers().get(header::CONTENT_TYPE).is_none_or(|kind| kind != "text/event-stream") {
                    to_bytes(answer.into_body(), usize::MAX).await.unwrap();
                }
                assert!(site.database() == before, "{method} {route} writes");
            }
        }
    });
}

#[test]
fn visitors_leave_no_trace() {
    on_a_site(|site| async move {
        let (things, _) = at_the_phone(&site).await;
        let before = site.database();
        for (route, address) in addresses(&site, &things) {
            let mut request = request("GET", &route, &address, &site.browser());
            request.headers_mut().remove(header::COOKIE);
            request.headers_mut().insert(header::ORIGIN, ORIGIN.parse().unwrap());
            let answer = site.ask(request).await;
            assert!(!answer.headers().contains_key(header::SET_COOKIE), "{route} sets a cookie");
            assert!(site.database() == before, "{route} writes");
        }
    });
}
