//! The console's handlers.

use axum::Router;

use super::Web;

pub(super) fn routes() -> Router<Web> {
    Router::new()
}
