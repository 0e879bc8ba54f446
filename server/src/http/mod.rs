//! HTTP: which paths there are, and the layers around them.

mod access_log;
pub mod client;
mod devices;
mod operators;
#[cfg(test)]
mod outside;
mod protect;
mod site;

use std::{path::Path, time::Duration};

use axum::{Router, http::StatusCode, middleware};
use baton_app::web::{self, Web};
use client::TrustedProxies;
use tower_http::{catch_panic::CatchPanicLayer, compression::CompressionLayer, timeout::TimeoutLayer};

/// No request takes longer than this.
const TIMEOUT: Duration = Duration::from_secs(60);

/// The whole service.
pub fn router(web: Web, site_dir: &Path, proxies: TrustedProxies) -> Router {
    let devices = devices::routes(web.core.clone());
    let operators = operators::routes(web.core.clone());
    let secure = web.secure;
    let all = web::router(web)
        .layer(middleware::from_fn_with_state(proxies, client::note))
        .merge(site::routes(site_dir))
        .layer(CompressionLayer::new())
        .merge(devices)
        .merge(operators)
        .layer(TimeoutLayer::with_status_code(StatusCode::SERVICE_UNAVAILABLE, TIMEOUT))
        .layer(CatchPanicLayer::new());
    protect::protect(all, secure).layer(middleware::from_fn(access_log::log))
}
