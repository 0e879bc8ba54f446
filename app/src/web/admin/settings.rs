//! The settings of the service.

use axum::{Router, http::StatusCode, routing::get};

use super::{desk::Answer, push_certificate, source_words};
use crate::{
    pages::admin::settings::{SettingsView, Sources, settings},
    shell::console::Section,
    web::{Console, Web},
};

pub fn routes() -> Router<Web> {
    Router::new().route("/admin/settings", get(show))
}

async fn show(console: Console) -> Answer {
    let found = console.core().push_certificate(&console.actor, console.now()).await;
    let found = console.ask(Section::Settings, found)?;
    let sources = console.core().list_sources(&console.actor, console.now()).await;
    let problems: Vec<Option<String>> =
        console.ask(Section::Settings, sources)?.into_iter().map(|source| source.sync.problem).collect();
    let sources = (!problems.is_empty()).then(|| Sources {
        waiting: problems.iter().flatten().any(|code| source_words::waits_for_somebody(code)),
        failing: problems.iter().any(Option::is_some),
    });
    let push = found.installed.map(|installed| push_certificate::standing(installed.standing));
    let failing = console.core().count_failing_accounts(&console.actor, console.now()).await;
    let failing = console.ask(Section::Settings, failing)?;
    let view = SettingsView { push, sources, failing_accounts: usize::try_from(failing).unwrap_or_default() };
    Ok(console.page(StatusCode::OK, settings(console.frame(), &console.chrome, &view)))
}
