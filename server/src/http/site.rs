//! Style sheets, WebAssembly and icons, as the build wrote them.

use std::path::Path;

use axum::{Router, http::HeaderValue, http::header};
use tower_http::{services::ServeDir, set_header::SetResponseHeaderLayer};

/// The files under `/pkg/`. Their names do not change with their content, so browsers ask each time whether they did.
pub fn routes(site_dir: &Path) -> Router {
    let files = ServeDir::new(site_dir.join("pkg")).precompressed_br().precompressed_gzip();
    Router::new()
        .nest_service("/pkg", files)
        .layer(SetResponseHeaderLayer::overriding(header::CACHE_CONTROL, HeaderValue::from_static("no-cache")))
}
