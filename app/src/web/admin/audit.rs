//! The audit log (H3).

use axum::{Router, http::StatusCode, routing::get};
use baton_core::audit::AuditLine;
use baton_store::AuditFilter;

use super::{
    desk::{Answer, Asked},
    links, listing,
};
use crate::{
    pages::admin::{
        audit::{AuditRow, AuditView, audit},
        list::Link,
    },
    shell::console::Section,
    web::{Console, Web, context::moment},
};

const PATH: &str = "/admin/audit";

pub fn routes() -> Router<Web> {
    Router::new().route(PATH, get(list))
}

async fn list(console: Console, asked: Asked) -> Answer {
    let filter = AuditFilter { query: listing::query(&asked), ..AuditFilter::default() };
    let page = console.core().audit_lines(&console.actor, &filter, console.now()).await;
    let page = console.ask(Section::Audit, page)?;
    let view = AuditView {
        q: asked.get("q").to_owned(),
        paging: listing::paging(&asked, &page, PATH, &["q"], ""),
        rows: page.rows.iter().filter_map(|line| row(&console, line)).collect(),
    };
    Ok(console.page(StatusCode::OK, audit(console.frame(), &console.chrome, &view)))
}

fn row(console: &Console, line: &AuditLine) -> Option<AuditRow> {
    let entry = &line.entry;
    let actor = entry.actor_id.as_ref();
    Some(AuditRow {
        at: moment(entry.at)?,
        actor: actor.and_then(|actor| links::person(console.t(), actor.as_str(), line.actor_name.as_deref())),
        action: entry.action.clone(),
        allowed: entry.allowed,
        target: target(line),
        detail: readable(&entry.detail),
    })
}

/// The page of what it was done to, if that is still there and has one.
fn target(line: &AuditLine) -> Option<Link> {
    let target = line.target.as_ref()?;
    let list = match line.entry.target_kind.as_str() {
        "user" => "/admin/users",
        "device" => "/admin/devices",
        "user-group" => "/admin/user-groups",
        "device-group" => "/admin/device-groups",
        "policy-test" => "/admin/policy-tests",
        "source" => "/admin/settings/sources",
        "item" => links::items(target.is_app),
        _ => return None,
    };
    Some(Link::new(&*target.name, format!("{list}/{}", line.entry.target_id)))
}

/// The details with one thing on each line; nothing when there are none.
fn readable(detail: &str) -> String {
    match serde_json::from_str::<serde_json::Value>(detail) {
        Ok(serde_json::Value::Object(object)) if object.is_empty() => String::new(),
        Ok(value) => serde_json::to_string_pretty(&value).unwrap_or_else(|_| detail.to_owned()),
        Err(_) => detail.to_owned(),
    }
}
