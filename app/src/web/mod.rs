//! The handlers: from a request to a service to a page.
//!
//! Success answers 303 with a flash message; failure renders the page again with 422, the error beside its field, the
//! input kept and secrets blanked. Every handler passes the actor on, and the service decides what it may.

mod account;
mod actions;
mod admin;
mod answer;
pub mod api;
mod attachment;
mod browser;
mod clip;
mod confirmation;
mod context;
mod cookies;
mod csv;
mod devices;
mod enroll;
mod form;
mod live;
mod multipart;
mod passkeys;
mod password;
mod portal;
mod provider;
mod safety;
mod words;

use axum::{Router, middleware};
use baton_core::Core;
use baton_model::Timestamp;
use time::UtcOffset;

pub use answer::{PageError, page};
pub use context::{ClientAddress, Console, Request, SignedInPerson};
pub use form::{Chosen, Fields, Posted};

/// The most bytes of a form.
pub const MAX_FORM_BYTES: usize = 256 * 1024;

/// What all handlers share.
#[derive(Clone)]
pub struct Web {
    /// The services.
    pub core: Core,
    /// The clock.
    pub now: fn() -> Timestamp,
    /// The zone in which pages show points in time.
    pub zone: UtcOffset,
    /// Whether people reach Baton over https; decides the cookies' names and attributes.
    pub secure: bool,
    /// Scheme, host and port under which people reach Baton: the only origin whose forms are accepted.
    pub origin: String,
}

/// Every page with its form handlers, behind the layers that keep other sites' requests, scripts and frames out.
pub fn router(web: Web) -> Router {
    Router::new()
        .merge(clip::routes())
        .merge(portal::routes())
        .merge(provider::routes())
        .merge(password::routes())
        .merge(account::routes())
        .merge(confirmation::routes())
        .merge(passkeys::routes())
        .merge(devices::routes())
        .merge(enroll::routes())
        .merge(admin::routes())
        .merge(api::routes())
        .fallback(answer::not_found)
        .layer(middleware::from_fn_with_state(web.clone(), safety::refuse_foreign_requests))
        .layer(middleware::from_fn_with_state(web.clone(), safety::protect_answers))
        .layer(axum::extract::DefaultBodyLimit::max(MAX_FORM_BYTES))
        .with_state(web)
}
