//! *Invite Users from LDAP* and *Select Users* (spec B2, B3): which source, and whom of it.

use leptos::prelude::*;

use super::{PATH, SourceKind};
use crate::document::Frame;
use crate::icons::{Icon, icon};
use crate::locale::{Texts, count, fill};
use crate::markup::{IntoMarkup, Markup};
use crate::pages::admin::list::{Link, empty};
use crate::shell::console::{Chrome, ConsolePage, Section, console};
use crate::ui::form::hidden;
use crate::ui::notice::notice;
use crate::ui::{Tone, badge};

/// Where people are invited.
pub const INVITE: &str = "/admin/users/invite";

/// What can be selected.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum EntryKind {
    /// A person.
    #[default]
    Person,
    /// A group.
    Group,
    /// An organisational unit.
    Unit,
    /// Everybody.
    Everybody,
}

impl EntryKind {
    /// What can be searched for in a directory that speaks LDAP.
    pub const SEARCHED: [Self; 3] = [Self::Person, Self::Group, Self::Unit];

    /// The value in addresses.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Person => "person",
            Self::Group => "group",
            Self::Unit => "unit",
            Self::Everybody => "everybody",
        }
    }

    const fn several(self, t: &Texts) -> &'static str {
        match self {
            Self::Person | Self::Everybody => t.select_kind_people,
            Self::Group => t.select_kind_groups,
            Self::Unit => t.select_kind_units,
        }
    }

    const fn one(self, t: &Texts) -> &'static str {
        match self {
            Self::Person => t.select_kind_person,
            Self::Group => t.select_kind_group,
            Self::Unit => t.select_kind_unit,
            Self::Everybody => t.select_kind_everybody,
        }
    }

    const fn icon(self) -> Icon {
        match self {
            Self::Person => Icon::Person,
            Self::Group | Self::Everybody => Icon::People,
            Self::Unit => Icon::Branch,
        }
    }
}

/// What the page *Select Users* shows.
#[derive(Clone, Debug, Default)]
pub struct SelectView {
    /// The source, for paths.
    pub id: String,
    /// What it is called.
    pub name: String,
    /// What can be searched for.
    pub kinds: Vec<EntryKind>,
    /// What is searched for: `kind`.
    pub kind: EntryKind,
    /// Its name: `q`.
    pub q: String,
    /// What the search came to; `None` before one.
    pub found: Option<Result<FoundEntries, String>>,
    /// What is selected.
    pub selected: Vec<SelectedRow>,
    /// The value of *everybody*, where that can be selected and is not.
    pub everybody: Option<String>,
}

/// What a search found.
#[derive(Clone, Debug, Default)]
pub struct FoundEntries {
    /// The entries, by name.
    pub rows: Vec<FoundRow>,
    /// There are more than these.
    pub more: bool,
}

/// An entry that was found.
#[derive(Clone, Debug)]
pub struct FoundRow {
    /// What selecting it sends.
    pub value: String,
    /// Its name.
    pub name: String,
    /// What tells it from another of this name.
    pub beside: String,
    /// It is selected already.
    pub selected: bool,
}

/// An entry that is selected.
#[derive(Clone, Debug)]
pub struct SelectedRow {
    /// What removing it sends.
    pub value: String,
    /// What it is.
    pub kind: EntryKind,
    /// Its name.
    pub name: String,
}

/// The page. Searches by `GET` (`q`, `kind`); sends `entry` (repeated) or `only`, with `q` and `kind`, to
/// `POST /admin/users/invite/{id}`, and `entry` to `…/remove`; *Done* leads to `…/sync`.
#[must_use]
pub fn select_users(frame: &Frame, chrome: &Chrome, view: &SelectView) -> String {
    let t = frame.texts();
    let title = t.select_users;
    let page = ConsolePage::new(Section::Users, title)
        .up(t.nav_users, "/admin/users")
        .subtitle(fill(t.select_subtitle, &[("name", &view.name)]));
    console(frame, chrome, page, || {
        view! {
            <div class="columns">
                <section class="panel">
                    <header class="panel-head"><h2>{t.select_search}</h2></header>
                    {search(frame, &format!("{INVITE}/{}", view.id), &view.kinds, view.kind, &view.q)}
                    {everybody(frame, view)}
                    {found(frame, view)}
                </section>
                {selected(frame, view)}
            </div>
        }
        .into_markup()
    })
}

/// The search; with one kind of things there is nothing to choose.
fn search(frame: &Frame, path: &str, kinds: &[EntryKind], kind: EntryKind, q: &str) -> Markup {
    let t = frame.texts();
    let options = kinds
        .iter()
        .map(|each| view! { <option value=each.code() selected=*each == kind>{each.several(t)}</option> })
        .collect_view();
    let choice = (kinds.len() > 1).then(|| {
        view! {
            <div class="filter">
                <label for="kind">{t.select_kind}</label>
                <select id="kind" name="kind">{options}</select>
            </div>
        }
    });
    view! {
        <form class="toolbar" role="search" method="get" action=path.to_owned()>
            {choice}
            <div class="filter search">
                <label class="visually-hidden" for="q">{t.list_search}</label>
                {icon(Icon::Search)}
                <input
                    id="q"
                    name="q"
                    type="search"
                    value=q.to_owned()
                    placeholder=t.select_placeholder
                    autocomplete="off"
                    autocapitalize="none"
                    spellcheck="false"
                />
            </div>
            <button class="button" type="submit">{t.list_search}</button>
        </form>
    }
    .into_markup()
}

fn everybody(frame: &Frame, view: &SelectView) -> Option<Markup> {
    let t = frame.texts();
    let value = view.everybody.clone()?;
    Some(
        view! {
            <form class="everybody" method="post" action=format!("{INVITE}/{}", view.id)>
                {searched(view)}
                <button class="button" type="submit" name="only" value=value>{icon(Icon::People)}<span>{t.select_everybody}</span></button>
                <p class="fine">{t.select_everybody_text}</p>
            </form>
        }
        .into_markup(),
    )
}

/// What keeps the search while something is added or removed.
fn searched(view: &SelectView) -> Markup {
    let q = view.found.is_some().then(|| hidden("q", &view.q));
    view! { {q}{hidden("kind", view.kind.code())} }.into_markup()
}

fn found(frame: &Frame, view: &SelectView) -> Markup {
    let t = frame.texts();
    let found = match &view.found {
        None => return view! { <p class="fine">{t.select_hint}</p> }.into_markup(),
        Some(Err(problem)) => return notice(Tone::Bad, t.select_failed, view! { <p>{problem.clone()}</p> }),
        Some(Ok(found)) if found.rows.is_empty() => {
            return view! { <p class="none" role="status">{t.select_nothing}</p> }.into_markup();
        }
        Some(Ok(found)) => found,
    };
    let rows: Vec<_> = found.rows.iter().enumerate().map(|(index, row)| found_row(frame, index, row)).collect();
    let open = found.rows.iter().filter(|row| !row.selected).count();
    let all = (open > 1).then(|| {
        view! {
            <div class="form-actions">
                <button class="button" type="submit">{icon(Icon::Plus)}<span>{t.select_add_ticked}</span></button>
            </div>
        }
    });
    view! {
        <form class="stack" method="post" action=format!("{INVITE}/{}", view.id)>
            {searched(view)}
            <ul class="entries" id="found">{rows}</ul>
            {found.more.then(|| view! { <p class="fine">{t.select_more}</p> })}
            {all}
        </form>
    }
    .into_markup()
}

fn found_row(frame: &Frame, index: usize, row: &FoundRow) -> Markup {
    let t = frame.texts();
    let id = format!("entry-{index}");
    let beside = (!row.beside.is_empty()).then(|| view! { <small>{row.beside.clone()}</small> });
    if row.selected {
        return view! {
            <li class="entry">
                <span class="entry-mark">{icon(Icon::Check)}</span>
                <div class="entry-name">{row.name.clone()}{beside}</div>
                {badge(Tone::Good, Icon::Check, t.select_added)}
            </li>
        }
        .into_markup();
    }
    view! {
        <li class="entry">
            <input type="checkbox" id=id.clone() name="entry" value=row.value.clone() />
            <label class="entry-name" for=id>{row.name.clone()}{beside}</label>
            <button class="button small" type="submit" name="only" value=row.value.clone()>
                {icon(Icon::Plus)}
                <span>{t.add}<span class="visually-hidden">" "{row.name.clone()}</span></span>
            </button>
        </li>
    }
    .into_markup()
}

fn selected(frame: &Frame, view: &SelectView) -> Markup {
    let t = frame.texts();
    let (list, done) = if view.selected.is_empty() {
        (view! { <p class="fine">{t.select_none}</p> }.into_markup(), None)
    } else {
        let done = view! {
            <p class="fine">{t.select_done_text}</p>
            <div class="form-actions">
                <a class="button primary" href=format!("{INVITE}/{}/sync", view.id)>{t.select_done}</a>
            </div>
        };
        (selected_list(frame, &view.id, &view.selected, true, &|| searched(view)), Some(done))
    };
    let head = count(view.selected.len(), t.select_selected_one, t.select_selected_many);
    let title = if view.selected.is_empty() { t.source_selected.to_owned() } else { head };
    view! {
        <section class="panel" id="selected">
            <header class="panel-head"><h2>{title}</h2></header>
            {list}
            {done}
        </section>
    }
    .into_markup()
}

/// What is selected, each with a button that removes it. `beside` goes with each of those forms.
pub(super) fn selected_list(
    frame: &Frame,
    id: &str,
    selected: &[SelectedRow],
    may_edit: bool,
    beside: &dyn Fn() -> Markup,
) -> Markup {
    let t = frame.texts();
    let rows = selected
        .iter()
        .map(|row| {
            let remove = may_edit.then(|| {
                view! {
                    <form method="post" action=format!("{INVITE}/{id}/remove")>
                        {hidden("entry", &row.value)}
                        {beside()}
                        <button class="button small quiet" type="submit">
                            {t.source_remove}<span class="visually-hidden">" "{row.name.clone()}</span>
                        </button>
                    </form>
                }
            });
            view! {
                <li class="entry">
                    <span class="entry-mark">{icon(row.kind.icon())}</span>
                    <div class="entry-name">{row.name.clone()}<small>{row.kind.one(t)}</small></div>
                    {remove}
                </li>
            }
        })
        .collect_view();
    view! { <ul class="entries">{rows}</ul> }.into_markup()
}

/// The page on which to choose the source, where there are several, or none.
#[must_use]
pub fn invite(frame: &Frame, chrome: &Chrome, sources: &[(Link, SourceKind)]) -> String {
    let t = frame.texts();
    let page = ConsolePage::new(Section::Users, t.invite_title).up(t.nav_users, "/admin/users");
    console(frame, chrome, page, || {
        if sources.is_empty() {
            let add = view! {
                <a class="button primary" href=format!("{PATH}/add")>{icon(Icon::Plus)}<span>{t.sources_add}</span></a>
            };
            return empty(Icon::People, t.invite_empty_title, t.invite_empty_text, Some(add.into_markup()));
        }
        let choices = sources
            .iter()
            .map(|(source, kind)| {
                view! {
                    <li>
                        <a class="choice" href=source.path.clone()>
                            {icon(Icon::People)}
                            <span><strong>{source.name.clone()}</strong><span>{kind.word(t)}</span></span>
                        </a>
                    </li>
                }
            })
            .collect_view();
        view! { <p class="lead">{t.invite_choose}</p><ul class="choices">{choices}</ul> }.into_markup()
    })
}

/// What the page for finding a group that gives a role shows.
#[derive(Clone, Debug, Default)]
pub struct FindGroupView {
    /// The source, for paths.
    pub id: String,
    /// What it is called.
    pub name: String,
    /// The group's name: `q`.
    pub q: String,
    /// What was found, each with the address of the form that has it filled in; `None` before a search.
    pub found: Option<Result<Vec<(Link, String)>, String>>,
    /// There are more than these.
    pub more: bool,
}

/// The page. Searches by `GET` (`q`).
#[must_use]
pub fn find_group(frame: &Frame, chrome: &Chrome, view: &FindGroupView) -> String {
    let t = frame.texts();
    let page = ConsolePage::new(Section::Settings, t.find_group_title)
        .up(&view.name, format!("{PATH}/{}/edit", view.id))
        .subtitle(t.find_group_text);
    console(frame, chrome, page, || {
        let list = match &view.found {
            None => None,
            Some(Err(problem)) => Some(notice(Tone::Bad, t.select_failed, view! { <p>{problem.clone()}</p> })),
            Some(Ok(groups)) if groups.is_empty() => {
                Some(view! { <p class="none" role="status">{t.select_nothing}</p> }.into_markup())
            }
            Some(Ok(groups)) => {
                let rows = groups
                    .iter()
                    .map(|(group, beside)| {
                        view! {
                            <li class="entry">
                                <span class="entry-mark">{icon(Icon::People)}</span>
                                <div class="entry-name">{group.name.clone()}<small>{beside.clone()}</small></div>
                                <a class="button small" href=group.path.clone()>
                                    {t.find_group_use}<span class="visually-hidden">" "{group.name.clone()}</span>
                                </a>
                            </li>
                        }
                    })
                    .collect_view();
                Some(view! { <ul class="entries">{rows}</ul> }.into_markup())
            }
        };
        view! {
            <section class="panel">
                {search(frame, &format!("{PATH}/{}/groups", view.id), &[], EntryKind::Group, &view.q)}
                {list}
                {view.more.then(|| view! { <p class="fine">{t.select_more}</p> })}
            </section>
        }
        .into_markup()
    })
}
