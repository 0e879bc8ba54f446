//! What operators and load balancers ask.

use axum::{Router, extract::State, http::StatusCode, routing::get};
use baton_core::Core;

/// `/healthz`: the process answers. `/readyz`: so does its database.
pub fn routes(core: Core) -> Router {
    Router::new().route("/healthz", get(healthy)).route("/readyz", get(ready)).with_state(core)
}

async fn healthy() -> &'static str {
    "ok\n"
}

async fn ready(State(core): State<Core>) -> (StatusCode, &'static str) {
    match core.check_ready().await {
        Ok(()) => (StatusCode::OK, "ok\n"),
        Err(error) => {
            tracing::warn!(%error, "not ready");
            (StatusCode::SERVICE_UNAVAILABLE, "the database does not answer\n")
        }
    }
}
