//! Sources of people (spec B2, B3): the list, and what kind of source to add.

pub mod check;
pub mod fields;
pub mod ldap_form;
pub mod openid_form;
pub mod page;
pub mod select;
pub mod sync;

use leptos::prelude::*;
use time::OffsetDateTime;

use super::list::{add_button, empty, none};
use crate::document::Frame;
use crate::icons::{Icon, icon};
use crate::locale::Texts;
use crate::markup::{IntoMarkup, Markup};
use crate::shell::console::{Chrome, ConsolePage, Section, console};
use crate::ui::moment::{ago, exact};
use crate::ui::table::table;
use crate::ui::{Tone, badge};

/// Where sources are.
pub const PATH: &str = "/admin/settings/sources";
const TABLE: &str = "sources";

/// What the page shows.
#[derive(Clone, Debug, Default)]
pub struct SourcesView {
    /// All sources, the oldest first.
    pub rows: Vec<SourceRow>,
}

/// A source in the list.
#[derive(Clone, Debug)]
pub struct SourceRow {
    /// For the path `/admin/settings/sources/{id}`.
    pub id: String,
    /// What people call it.
    pub name: String,
    /// What it is.
    pub kind: SourceKind,
    /// Its people may sign in.
    pub enabled: bool,
    /// How many come from it.
    pub people: usize,
    /// How keeping up with it goes.
    pub sync: SyncView,
}

/// What a source is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SourceKind {
    /// A directory.
    Ldap,
    /// A provider.
    OpenId,
    /// Microsoft Entra ID, where it is known to be that.
    Entra,
}

impl SourceKind {
    /// What it is called.
    #[must_use]
    pub const fn word(self, t: &Texts) -> &'static str {
        match self {
            Self::Ldap => t.source_kind_ldap,
            Self::OpenId => t.source_kind_openid,
            Self::Entra => t.source_kind_entra,
        }
    }
}

/// How keeping up with a source goes.
#[derive(Clone, Debug, Default)]
pub struct SyncView {
    /// When it was last read and followed.
    pub succeeded: Option<OffsetDateTime>,
    /// What that did, in the page's language.
    pub outcome: String,
    /// Why the last try did nothing, in the page's language, and when that was.
    pub problem: Option<(String, OffsetDateTime)>,
    /// An administrator has to look, because many would be disabled.
    pub waits: bool,
    /// When it is read next, if it is by itself.
    pub next: Option<OffsetDateTime>,
}

/// The page.
#[must_use]
pub fn sources(frame: &Frame, chrome: &Chrome, view: &SourcesView) -> String {
    let t = frame.texts();
    let add = || add_button(chrome, "/admin/settings/sources/add", t.sources_add);
    let page = ConsolePage::new(Section::Settings, t.sources_title)
        .up(t.nav_settings, "/admin/settings")
        .subtitle(t.sources_subtitle);
    let actions = if view.rows.is_empty() { None } else { add() };
    console(frame, chrome, ConsolePage { actions, ..page }, || {
        if view.rows.is_empty() {
            return empty(Icon::People, t.sources_empty_title, t.sources_empty_text, add());
        }
        rows(frame, &view.rows)
    })
}

fn rows(frame: &Frame, sources: &[SourceRow]) -> Markup {
    let t = frame.texts();
    let rows = sources
        .iter()
        .map(|source| {
            let name = view! {
                <a href=format!("{PATH}/{}", source.id)>{source.name.clone()}</a>
                {(!source.enabled).then(|| badge(Tone::Warn, Icon::Lock, t.source_disabled))}
            };
            vec![
                name.into_markup(),
                source.kind.word(t).into_markup(),
                source.people.to_string().into_markup(),
                last_sync(frame, &source.sync),
                source.sync.next.map_or_else(|| none(frame), |next| due(frame, next)),
            ]
        })
        .collect();
    let columns = [t.field_name, t.source_kind, t.source_people, t.source_last_sync, t.source_next_sync];
    table(TABLE, t.sources_title, &columns, rows)
}

/// When a source was last followed, and what came of it.
fn last_sync(frame: &Frame, sync: &SyncView) -> Markup {
    let t = frame.texts();
    if let Some((problem, at)) = &sync.problem {
        let (tone, word) = sync.standing(t);
        return view! {
            <div class="source-sync">
                <p class="status-line">{badge(tone, Icon::Warning, word)}{ago(frame, *at)}</p>
                <p class="fine">{problem.clone()}</p>
            </div>
        }
        .into_markup();
    }
    let Some(at) = sync.succeeded else { return none(frame) };
    view! {
        <div class="source-sync">
            <p>{ago(frame, at)}</p>
            <p class="fine">{sync.outcome.clone()}</p>
        </div>
    }
    .into_markup()
}

impl SyncView {
    /// How a sync that did nothing is called.
    fn standing(&self, t: &Texts) -> (Tone, &'static str) {
        if self.waits { (Tone::Warn, t.sync_waits) } else { (Tone::Bad, t.sync_failed) }
    }
}

/// A time that is to come; one that has passed is now.
fn due(frame: &Frame, at: OffsetDateTime) -> Markup {
    if at <= frame.now { frame.texts().sync_due_now.into_markup() } else { exact(frame, at) }
}

/// The page on which to choose what to add. Each choice leads to `…/add/{kind}`.
#[must_use]
pub fn add_source(frame: &Frame, chrome: &Chrome) -> String {
    let t = frame.texts();
    let page = ConsolePage::new(Section::Settings, t.sources_add).up(t.sources_title, PATH);
    console(frame, chrome, page, || {
        let choices = [
            ("active-directory", Icon::People, t.source_kind_active_directory, t.source_active_directory_text),
            ("open-ldap", Icon::People, t.source_kind_ldap, t.source_ldap_text),
            ("entra", Icon::Key, t.source_kind_entra, t.source_entra_text),
            ("openid", Icon::Key, t.source_kind_openid_other, t.source_openid_text),
        ]
        .map(|(kind, mark, title, text)| {
            view! {
                <li>
                    <a class="choice" href=format!("{PATH}/add/{kind}")>
                        {icon(mark)}
                        <span><strong>{title}</strong><span>{text}</span></span>
                    </a>
                </li>
            }
        });
        view! { <ul class="choices">{choices.collect_view()}</ul> }.into_markup()
    })
}
