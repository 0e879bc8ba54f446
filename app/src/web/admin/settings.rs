//! The settings of the service.

use axum::{Router, http::StatusCode, routing::get};

use super::{desk::Answer, push_certificate};
use crate::{
    pages::admin::settings::{SettingsView, settings},
    shell::console::Section,
    web::{Console, Web},
};

pub fn routes() -> Router<Web> {
    Router::new().route("/admin/settings", get(show))
}

async fn show(console: Console) -> Answer {
    let found = console.core().push_certificate(&console.actor, console.now()).await;
    let found = console.ask(Section::Settings, found)?;
    let view = SettingsView { push: found.installed.map(|installed| push_certificate::standing(installed.standing)) };
    Ok(console.page(StatusCode::OK, settings(console.frame(), &console.chrome, &view)))
}
