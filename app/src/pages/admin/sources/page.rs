//! One source: how it is reached, who is imported from it, and how that goes.

use leptos::prelude::*;

use super::openid_form::Registered;
use super::select::{SelectedRow, selected_list};
use super::{PATH, SourceKind, SyncView, due};
use crate::document::Frame;
use crate::icons::{Icon, icon};
use crate::locale::count;
use crate::markup::{IntoMarkup, Markup};
use crate::pages::admin::list::none;
use crate::shell::console::{Chrome, ConsolePage, Section, console};
use crate::ui::account::AccountRule;
use crate::ui::facts::{code, facts, text};
use crate::ui::form::hidden;
use crate::ui::moment::ago;
use crate::ui::notice::notice;
use crate::ui::role::Role;
use crate::ui::{Tone, badge};

/// What the page shows.
#[derive(Clone, Debug)]
pub struct SourceView {
    /// For paths.
    pub id: String,
    /// What people call it.
    pub name: String,
    /// What it is.
    pub kind: SourceKind,
    /// Its people may sign in.
    pub enabled: bool,
    /// Whoever can sign in there may sign in here.
    pub admits_anyone: bool,
    /// How its people get their Managed Apple Accounts.
    pub accounts: AccountRule,
    /// How many come from it.
    pub people: usize,
    /// How it is reached.
    pub facts: Vec<(&'static str, Fact)>,
    /// The groups that give a role: their names and the role.
    pub roles: Vec<(String, Role)>,
    /// It has a directory that people are imported from.
    pub imports: bool,
    /// Who is imported.
    pub selected: Vec<SelectedRow>,
    /// How keeping up with it goes.
    pub sync: SyncView,
    /// What has to be registered at a provider.
    pub addresses: Option<Registered>,
    /// The viewer may change it, and select people.
    pub may_edit: bool,
}

/// A setting as it is shown.
#[derive(Clone, Debug)]
pub enum Fact {
    /// Words.
    Text(String),
    /// What a machine reads.
    Code(String),
    /// Several of those.
    Codes(Vec<String>),
    /// Nothing.
    None,
}

impl Fact {
    fn render(&self, frame: &Frame) -> Markup {
        match self {
            Self::Text(words) => text(words.clone()),
            Self::Code(value) => code(value),
            Self::Codes(values) => {
                let values = values.iter().map(|value| view! { <li>{code(value)}</li> }).collect_view();
                view! { <ul>{values}</ul> }.into_markup()
            }
            Self::None => none(frame),
        }
    }
}

/// The page. Buttons: `POST …/{id}/check`, `GET …/{id}/edit`, `GET …/{id}/delete`, `GET /admin/users/invite/{id}`,
/// `GET /admin/users/invite/{id}/sync`, `POST /admin/users/invite/{id}/remove` (`entry`, `back`).
#[must_use]
pub fn source(frame: &Frame, chrome: &Chrome, view: &SourceView) -> String {
    let t = frame.texts();
    let mut page =
        ConsolePage::new(Section::Settings, &view.name).up(t.sources_title, PATH).subtitle(view.kind.word(t));
    if view.may_edit {
        page = page.actions(actions(frame, view));
    }
    console(frame, chrome, page, || {
        let imported = view.imports.then(|| imported(frame, view));
        view! {
            {troubled(frame, view)}
            <div class="columns">
                <div class="stack">
                    {about(frame, view)}
                    {roles(frame, view)}
                </div>
                <div class="stack">
                    {imported}
                    {view.addresses.as_ref().map(|addresses| addresses.render(frame))}
                </div>
            </div>
        }
        .into_markup()
    })
}

fn actions(frame: &Frame, view: &SourceView) -> Markup {
    let t = frame.texts();
    let path = format!("{PATH}/{}", view.id);
    view! {
        <a class="button danger" href=format!("{path}/delete")>{t.delete}</a>
        <form method="post" action=format!("{path}/check")>
            <button class="button" type="submit">{icon(Icon::Checklist)}<span>{t.source_check}</span></button>
        </form>
        <a class="button primary" href=format!("{path}/edit")>{icon(Icon::Pen)}<span>{t.edit}</span></a>
    }
    .into_markup()
}

/// Why the last sync did nothing.
fn troubled(frame: &Frame, view: &SourceView) -> Option<Markup> {
    let t = frame.texts();
    let (problem, at) = view.sync.problem.as_ref()?;
    let (tone, word) = view.sync.standing(t);
    let look = (view.sync.waits && view.may_edit).then(|| {
        view! {
            <p><a class="button" href=format!("/admin/users/invite/{}/sync", view.id)>{t.sync_look}</a></p>
        }
    });
    let since = view.sync.succeeded.map(|at| view! { <p class="fine">{t.sync_succeeded_last}" "{ago(frame, at)}</p> });
    let body = view! { <p>{problem.clone()}</p><p class="fine">{t.sync_tried}" "{ago(frame, *at)}</p>{since}{look} };
    Some(notice(tone, word, body))
}

fn about(frame: &Frame, view: &SourceView) -> Markup {
    let t = frame.texts();
    let state = if view.enabled {
        badge(Tone::Good, Icon::Check, t.source_state_enabled)
    } else {
        badge(Tone::Warn, Icon::Lock, t.source_disabled)
    };
    let who = if view.admits_anyone { t.source_who_anyone } else { t.source_who_imported };
    let mut rows = vec![(t.source_people, text(view.people.to_string())), (t.source_who, text(who))];
    rows.push((t.accounts_pattern, text(view.accounts.sentence(t))));
    rows.extend(view.facts.iter().map(|(term, fact)| (*term, fact.render(frame))));
    view! {
        <section class="panel">
            <header class="panel-head"><h2>{t.source_about}</h2>{state}</header>
            {facts(rows)}
        </section>
    }
    .into_markup()
}

fn roles(frame: &Frame, view: &SourceView) -> Markup {
    let t = frame.texts();
    let content = if view.roles.is_empty() {
        view! { <p class="fine">{t.source_roles_none}</p> }.into_markup()
    } else {
        facts(view.roles.iter().map(|(group, role)| (&**group, text(role.word(t)))).collect())
    };
    view! {
        <section class="panel">
            <header class="panel-head"><h2>{t.source_roles}</h2></header>
            {content}
        </section>
    }
    .into_markup()
}

fn imported(frame: &Frame, view: &SourceView) -> Markup {
    let t = frame.texts();
    let path = format!("/admin/users/invite/{}", view.id);
    let last = view.sync.succeeded.map_or_else(
        || none(frame),
        |at| view! { {ago(frame, at)}<p class="fine">{view.sync.outcome.clone()}</p> }.into_markup(),
    );
    let next = view.sync.next.map_or_else(|| text(t.sync_by_hand), |at| due(frame, at));
    let list = if view.selected.is_empty() {
        view! { <p class="fine">{t.source_selected_none}</p> }.into_markup()
    } else {
        selected_list(frame, &view.id, &view.selected, view.may_edit, &|| hidden("back", "source"))
    };
    let buttons = view.may_edit.then(|| {
        let sync = (!view.selected.is_empty() || view.people > 0).then(|| {
            view! { <a class="button" href=format!("{path}/sync")>{icon(Icon::Again)}<span>{t.sync_now}</span></a> }
        });
        let class = if view.selected.is_empty() { "button primary" } else { "button" };
        view! {
            <div class="form-actions">
                <a class=class href=path.clone()>{icon(Icon::Plus)}<span>{t.select_users}</span></a>
                {sync}
            </div>
        }
    });
    view! {
        <section class="panel">
            <header class="panel-head"><h2>{t.source_selected}</h2></header>
            {list}
            {buttons}
            {facts(vec![(t.source_last_sync, last), (t.source_next_sync, next)])}
        </section>
    }
    .into_markup()
}

/// The page that says why a source cannot be deleted yet.
#[must_use]
pub fn source_kept(frame: &Frame, chrome: &Chrome, id: &str, name: &str, people: usize) -> String {
    let t = frame.texts();
    let up = format!("{PATH}/{id}");
    let title = t.source_kept_title;
    let page = ConsolePage::new(Section::Settings, title).up(name, up.clone());
    console(frame, chrome, page, || {
        let body = view! { <p>{t.source_kept_text}</p> };
        view! {
            {notice(Tone::Warn, &count(people, t.source_kept_one, t.source_kept_many), body)}
            <div class="form-actions">
                <a class="button primary" href=format!("{up}/edit")>{t.edit}</a>
                <a class="button" href="/admin/users">{t.nav_users}</a>
                <a class="button quiet" href=up.clone()>{t.back}</a>
            </div>
        }
        .into_markup()
    })
}
