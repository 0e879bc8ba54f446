//! The console's handlers.
//!
//! `GET` shows and filters, `POST` changes. Success leads on with 303 and says once what was done; wrong fields come back
//! with 422, the error beside its field and the input kept. Services decide who may do what; a page that works before it
//! calls its service demands the same permission first, so that every denied attempt is audited.

mod actions;
mod audit;
mod custody;
mod dashboard;
mod desk;
mod device;
mod device_live;
mod device_log;
mod devices;
mod distribution;
mod distribution_fields;
mod explanations;
mod group_fields;
mod groups;
mod item_content;
mod item_fields;
mod items;
mod links;
mod listing;
mod managed_accounts;
mod own_devices;
mod password_links;
pub(super) mod phrases;
mod policy_test_upload;
mod policy_test_words;
mod policy_tests;
mod previews;
mod push_certificate;
mod settings;
pub(super) mod source_check;
mod source_forms;
mod source_select;
mod source_sync;
mod source_words;
mod sources;
mod user_forms;
mod user_import;
mod users;

use axum::{Router, routing::get};

use super::Web;

pub(super) fn routes() -> Router<Web> {
    Router::new()
        .route("/admin", get(dashboard::show))
        .merge(users::routes())
        .merge(user_forms::routes())
        .merge(user_import::routes())
        .merge(password_links::routes())
        .merge(devices::routes())
        .merge(device::routes())
        .merge(device_live::routes())
        .merge(device_log::routes())
        .merge(actions::routes())
        .merge(custody::routes())
        .merge(groups::routes())
        .merge(items::routes())
        .merge(policy_tests::routes())
        .merge(audit::routes())
        .merge(settings::routes())
        .merge(managed_accounts::routes())
        .merge(own_devices::routes())
        .merge(push_certificate::routes())
        .merge(sources::routes())
        .merge(source_select::routes())
}
