//! One log line per request, at the usual level for those that were refused. Paths are logged as their route, so that no
//! secret in an address is (A20).

use std::time::Instant;

use axum::{
    extract::{MatchedPath, Request},
    middleware::Next,
    response::Response,
};

/// Logs method, route, status and duration.
pub async fn log(request: Request, next: Next) -> Response {
    let started = Instant::now();
    let method = request.method().clone();
    let route = request.extensions().get::<MatchedPath>().map(|path| path.as_str().to_owned());
    let response = next.run(request).await;
    let status = response.status().as_u16();
    let milliseconds = u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX);
    let route = route.as_deref().unwrap_or("none");
    if status >= 500 {
        tracing::warn!(%method, route, status, milliseconds, "request");
    } else if status >= 400 {
        tracing::info!(%method, route, status, milliseconds, "a request was refused");
    } else {
        tracing::debug!(%method, route, status, milliseconds, "request");
    }
    response
}
