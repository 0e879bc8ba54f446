//! Following a source by hand (B2, B3): what a sync would do, and then doing it.

use axum::{extract::Path, http::StatusCode, response::Response};
use baton_core::sources::{SyncChange, SyncClash, SyncError, SyncPerson, SyncPlan};
use baton_model::Source;

use super::{desk::Answer, phrases, source_select::demand, source_words as words, sources};
use crate::{
    pages::admin::sources::{
        PATH,
        sync::{Cut, SyncPreviewView, SyncedPerson, sync_failed, sync_preview},
    },
    shell::console::{Flash, Section},
    web::{Console, Fields},
};

const SECTION: Section = Section::Users;
/// So many people of each list are shown.
const SHOWN: usize = 100;

pub(super) async fn show(console: Console, Path(id): Path<String>) -> Answer {
    demand(&console, "source.sync", &id).await?;
    let detail = sources::detail(&console, &id).await?;
    match console.core().preview_sync(&console.actor, &detail.source.id, console.now()).await {
        Ok(plan) => Ok(preview(&console, StatusCode::OK, &detail.source, &plan, false)),
        Err(error) => failed(&console, &detail.source, error),
    }
}

pub(super) async fn take(console: Console, Path(id): Path<String>, fields: Fields) -> Answer {
    demand(&console, "source.sync", &id).await?;
    let detail = sources::detail(&console, &id).await?;
    let previewed = fields.get("previewed");
    match console.core().sync_source(&console.actor, &detail.source.id, previewed, console.now()).await {
        Ok(_) => Ok(console.done(&format!("{PATH}/{id}"), Flash::Synced)),
        Err(SyncError::Stale(plan)) => Ok(preview(&console, StatusCode::CONFLICT, &detail.source, &plan, true)),
        Err(error) => failed(&console, &detail.source, error),
    }
}

fn preview(console: &Console, status: StatusCode, source: &Source, plan: &SyncPlan, stale: bool) -> Response {
    let view = SyncPreviewView {
        id: source.id.to_string(),
        name: source.name.clone(),
        previewed: plan.fingerprint(),
        stale,
        nothing: plan.is_empty(),
        // Whoever gets more than a user's role is always shown, and first.
        added: people(&plan.added),
        changed: changes(&plan.changed),
        disabled: people(&plan.disabled),
        enabled: people(&plan.enabled),
        clashes: names(&plan.clashes),
        accountless: names(&plan.accountless),
        nameless: plan.nameless,
        unchanged: plan.unchanged,
        elsewhere: plan.elsewhere,
    };
    console.page(status, sync_preview(console.frame(), &console.chrome, &view))
}

/// Whoever gets another role is always shown, and first.
fn changes(all: &[SyncChange]) -> Cut<(SyncedPerson, SyncedPerson)> {
    let (roles, others): (Vec<_>, Vec<_>) = all.iter().partition(|change| change.before.role != change.after.role);
    let shown = roles.into_iter().chain(others.into_iter().take(SHOWN));
    Cut { shown: shown.map(|change| (person(&change.before), person(&change.after))).collect(), all: all.len() }
}

fn names(all: &[SyncClash]) -> Cut<(String, String)> {
    let shown = all.iter().take(SHOWN).map(|clash| (clash.display_name.clone(), clash.user_name.clone())).collect();
    Cut { shown, all: all.len() }
}

fn people(all: &[SyncPerson]) -> Cut<SyncedPerson> {
    let (users, with_role): (Vec<_>, Vec<_>) = all.iter().partition(|person| person.role == baton_model::Role::User);
    let shown = with_role.into_iter().chain(users.into_iter().take(SHOWN)).map(person).collect();
    Cut { shown, all: all.len() }
}

fn person(person: &SyncPerson) -> SyncedPerson {
    SyncedPerson {
        user_name: person.user_name.clone(),
        display_name: person.display_name.clone(),
        mail: person.mail.clone().unwrap_or_default(),
        role: phrases::role(person.role),
    }
}

/// Why it is not known what a sync would do, or why it did nothing.
fn failed(console: &Console, source: &Source, error: SyncError) -> Answer {
    let said = match error {
        SyncError::Core(error) => return Err(console.fail(SECTION, &error)),
        error => words::sync(console.t(), &error),
    };
    let of = (source.id.as_str(), &*source.name);
    let page = sync_failed(console.frame(), &console.chrome, of, &said.text, said.detail.as_deref());
    Ok(console.page(StatusCode::UNPROCESSABLE_ENTITY, page))
}
