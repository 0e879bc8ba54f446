//! `/api/v1`: JSON for islands and programs.
//!
//! It asks the same services as the pages, with the same actor: there is one place to authorise. Whoever has a session of
//! the portal may ask; requests that change something come from this origin only. Errors are problem documents (RFC 9457)
//! with a stable `code`. `openapi.json` describes it all, and a test holds the two together.

mod caller;
mod explanations;
mod policy_tests;
mod problem;
mod what_if;

use axum::{
    Router,
    http::header,
    response::IntoResponse,
    routing::{MethodRouter, get},
};

use super::Web;

pub use problem::Problem;

/// Where it begins.
pub(super) const PREFIX: &str = "/api/";

/// The description of the interface, as it is served.
pub const DESCRIPTION: &str = include_str!("openapi.json");

/// Every route with its methods. Paths are below `/api/v1`.
fn table() -> Vec<(&'static str, MethodRouter<Web>)> {
    vec![
        ("/openapi.json", get(describe)),
        ("/items/{item}/what-if", get(what_if::item_columns).post(what_if::preview_distribution)),
        ("/user-groups/{group}/what-if", get(what_if::user_group_columns).post(what_if::preview_user_group)),
        ("/device-groups/{group}/what-if", get(what_if::device_group_columns).post(what_if::preview_device_group)),
        ("/devices/{device}/items/{item}/explanation", get(explanations::explain)),
        ("/policy-tests", get(policy_tests::run).post(policy_tests::create)),
        ("/policy-tests/{file}", get(policy_tests::read).put(policy_tests::replace).delete(policy_tests::delete)),
    ]
}

/// The paths of all routes, for tests that hold them against the description.
#[must_use]
pub fn paths() -> Vec<&'static str> {
    table().into_iter().map(|(path, _)| path).collect()
}

pub(super) fn routes() -> Router<Web> {
    let routes = table().into_iter().fold(Router::new(), |router, (path, methods)| router.route(path, methods));
    let routes =
        routes.fallback(async || Problem::NotFound).method_not_allowed_fallback(async || Problem::MethodNotAllowed);
    Router::new().nest("/api/v1", routes)
}

/// Whoever may ask may know how: the description needs no session.
async fn describe() -> impl IntoResponse {
    ([(header::CONTENT_TYPE, "application/json")], DESCRIPTION)
}
