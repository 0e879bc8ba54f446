//! The list of routes for the tests in browsers, which look at every page there is. What islands fetch is no page.

use std::{env, fs, path::Path};

use axum::http::StatusCode;

use super::site::on_a_site;

#[test]
fn the_tests_in_browsers_know_every_route_that_can_be_opened() {
    on_a_site(|site| async move {
        let mut open = String::new();
        for route in site.routes().into_iter().filter(|route| !route.starts_with("/api/")) {
            let address = route.replace(['{', '}'], "");
            if site.browser().get(&address).await.status != StatusCode::METHOD_NOT_ALLOWED {
                open.push_str(&route);
                open.push('\n');
            }
        }
        let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../end2end/routes.txt");
        if env::var_os("UPDATE_GOLDEN").is_some() {
            fs::write(&file, &open).unwrap();
        }
        let listed = fs::read_to_string(&file).unwrap_or_default();
        assert_eq!(listed, open, "end2end/routes.txt is not what the router says; UPDATE_GOLDEN=1 rewrites it");
    });
}
