//! The audit log: every change and every denied attempt (spec H3).

use leptos::prelude::*;
use time::OffsetDateTime;

use super::list::{Link, Paging, empty, none, nothing_found, paging, search_bar};
use crate::document::Frame;
use crate::icons::Icon;
use crate::markup::{IntoMarkup, Markup};
use crate::shell::console::{Chrome, ConsolePage, Section, console};
use crate::ui::moment::exact;
use crate::ui::table::table;
use crate::ui::{Tone, badge};

/// What the page shows.
#[derive(Clone, Debug, Default)]
pub struct AuditView {
    /// What was searched for: `q`.
    pub q: String,
    /// The entries found, the latest first.
    pub rows: Vec<AuditRow>,
    /// Where the list stands.
    pub paging: Paging,
}

/// An entry.
#[derive(Clone, Debug)]
pub struct AuditRow {
    /// When.
    pub at: OffsetDateTime,
    /// Who; `None` for the system itself or somebody at a device.
    pub actor: Option<Link>,
    /// What was done, such as `device.release`.
    pub action: String,
    /// Whether it was allowed.
    pub allowed: bool,
    /// What it was done to.
    pub target: Option<Link>,
    /// Before, after and reason: text in the page's language, or JSON.
    pub detail: String,
}

/// The page.
#[must_use]
pub fn audit(frame: &Frame, chrome: &Chrome, view: &AuditView) -> String {
    let t = frame.texts();
    let page = ConsolePage::new(Section::Audit, t.nav_audit).subtitle(t.audit_text);
    console(frame, chrome, page, || {
        let list = match (view.rows.is_empty(), view.q.is_empty()) {
            (true, false) => nothing_found(frame, "/admin/audit"),
            (true, true) => empty(Icon::Log, t.audit_empty_title, t.audit_empty_text, None),
            (false, _) => rows(frame, &view.rows),
        };
        view! {
            {search_bar(frame, "/admin/audit", "audit", t.audit_search, &view.q, &[])}
            {list}
            {paging(frame, &view.paging)}
        }
        .into_markup()
    })
}

fn rows(frame: &Frame, entries: &[AuditRow]) -> Markup {
    let t = frame.texts();
    let link = |link: &Option<Link>| link.as_ref().map_or_else(|| none(frame), Link::render);
    let rows = entries
        .iter()
        .map(|entry| {
            let denied = (!entry.allowed).then(|| badge(Tone::Bad, Icon::Cross, t.audit_denied));
            let action = view! { <code>{entry.action.clone()}</code>{denied} };
            let detail = if entry.detail.is_empty() {
                none(frame)
            } else {
                view! {
                    <details>
                        <summary>{t.audit_detail}</summary>
                        <pre>{entry.detail.clone()}</pre>
                    </details>
                }
                .into_markup()
            };
            vec![exact(frame, entry.at), link(&entry.actor), action.into_markup(), link(&entry.target), detail]
        })
        .collect();
    table("audit", t.nav_audit, &[t.audit_at, t.audit_actor, t.audit_action, t.audit_target, t.audit_detail], rows)
}
