//! What a sync would do, before it does it (spec B2, B3).

use leptos::prelude::*;

use super::PATH;
use super::select::INVITE;
use crate::document::Frame;
use crate::icons::Icon;
use crate::locale::{count, fill};
use crate::markup::{IntoMarkup, Markup};
use crate::pages::admin::list::none;
use crate::shell::console::{Chrome, ConsolePage, Section, console};
use crate::ui::form::hidden;
use crate::ui::notice::{notice, short_notice};
use crate::ui::role::Role;
use crate::ui::table::table;
use crate::ui::{Tone, badge};

/// What the page shows.
#[derive(Clone, Debug, Default)]
pub struct SyncPreviewView {
    /// The source, for paths.
    pub id: String,
    /// What it is called.
    pub name: String,
    /// What was shown, as a word that travels with the form.
    pub previewed: String,
    /// It would do something else by now than what was agreed to.
    pub stale: bool,
    /// There is nothing to be done.
    pub nothing: bool,
    /// Who becomes a user.
    pub added: Cut<SyncedPerson>,
    /// Who changes: as they are, as they will be.
    pub changed: Cut<(SyncedPerson, SyncedPerson)>,
    /// Who may not sign in any more.
    pub disabled: Cut<SyncedPerson>,
    /// Who may sign in again.
    pub enabled: Cut<SyncedPerson>,
    /// Who is not imported, because their user name is taken: names for people and user names.
    pub clashes: Cut<(String, String)>,
    /// Who gets no Managed Apple Account, because another person has theirs.
    pub accountless: Cut<(String, String)>,
    /// How many have no user name.
    pub nameless: usize,
    /// For how many nothing changes.
    pub unchanged: usize,
    /// Other servers have parts of the directory.
    pub elsewhere: bool,
}

/// The first of a list, and how many it has in all.
#[derive(Clone, Debug)]
pub struct Cut<T> {
    /// The first.
    pub shown: Vec<T>,
    /// How many there are.
    pub all: usize,
}

impl<T> Default for Cut<T> {
    fn default() -> Self {
        Self { shown: Vec::new(), all: 0 }
    }
}

/// A person of a source.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SyncedPerson {
    /// Signs in with this.
    pub user_name: String,
    /// The name that people read.
    pub display_name: String,
    /// Mail address; may be empty.
    pub mail: String,
    /// Role.
    pub role: Role,
}

/// The page. *Sync now* is `POST /admin/users/invite/{id}/sync` with `previewed`.
#[must_use]
pub fn sync_preview(frame: &Frame, chrome: &Chrome, view: &SyncPreviewView) -> String {
    let t = frame.texts();
    let source = format!("{PATH}/{}", view.id);
    let page = ConsolePage::new(Section::Users, t.sync_title).up(&view.name, source.clone()).subtitle(t.sync_subtitle);
    console(frame, chrome, page, || {
        let go = (!view.nothing).then(|| view! { <button class="button primary" type="submit">{t.sync_do}</button> });
        let path = format!("{INVITE}/{}", view.id);
        view! {
            {view.stale.then(|| notice(Tone::Warn, t.stale_title, view! { <p>{t.sync_stale}</p> }))}
            {view.elsewhere.then(|| short_notice(Tone::Warn, t.sync_elsewhere))}
            {sums(frame, view)}
            <form class="form-actions" method="post" action=format!("{path}/sync")>
                {hidden("previewed", &view.previewed)}
                {go}
                <a class="button" href=path.clone()>{t.select_users}</a>
                <a class="button quiet" href=source.clone()>{if view.nothing { t.back } else { t.cancel }}</a>
            </form>
            {people(frame, t.sync_disabled, "disabled", &view.disabled)}
            {changes(frame, &view.changed)}
            {people(frame, t.sync_added, "added", &view.added)}
            {people(frame, t.sync_enabled, "enabled", &view.enabled)}
            {names(frame, t.sync_clashes, ("clashes", t.sync_clashes_text), &view.clashes)}
            {names(frame, t.sync_accountless, ("accountless", t.sync_accountless_text), &view.accountless)}
        }
        .into_markup()
    })
}

/// The counts, each with a link to its list.
fn sums(frame: &Frame, view: &SyncPreviewView) -> Markup {
    let t = frame.texts();
    let sum = |tone, mark, n: usize, one: &'static str, many: &'static str, anchor: &'static str| {
        (n > 0).then(|| {
            let badge = badge(tone, mark, &count(n, one, many));
            view! { <li><a class="sync-sum" href=anchor>{badge}</a></li> }
        })
    };
    let nothing = view.nothing.then(|| view! { <li>{badge(Tone::Good, Icon::Check, t.sync_nothing)}</li> });
    let unchanged = (view.unchanged > 0)
        .then(|| view! { <li>{badge(Tone::Plain, Icon::Minus, &count(view.unchanged, t.sync_unchanged_one, t.sync_unchanged_many))}</li> });
    let nameless = (view.nameless > 0)
        .then(|| view! { <li>{badge(Tone::Warn, Icon::Warning, &count(view.nameless, t.sync_nameless_one, t.sync_nameless_many))}</li> });
    view! {
        <ul class="sync-sums">
            {nothing}
            {sum(Tone::Good, Icon::Plus, view.added.all, t.sync_adds_one, t.sync_adds_many, "#added")}
            {sum(Tone::Busy, Icon::Pen, view.changed.all, t.sync_changes_one, t.sync_changes_many, "#changed")}
            {sum(Tone::Bad, Icon::Lock, view.disabled.all, t.sync_disables_one, t.sync_disables_many, "#disabled")}
            {sum(Tone::Good, Icon::Check, view.enabled.all, t.sync_enables_one, t.sync_enables_many, "#enabled")}
            {sum(Tone::Warn, Icon::Warning, view.clashes.all, t.sync_clashes_one, t.sync_clashes_many, "#clashes")}
            {sum(Tone::Warn, Icon::Warning, view.accountless.all, t.sync_accountless_one, t.sync_accountless_many, "#accountless")}
            {unchanged}
            {nameless}
        </ul>
    }
    .into_markup()
}

/// A part of the preview; nothing where there is none of it.
fn part<T>(frame: &Frame, title: &'static str, id: &'static str, cut: &Cut<T>, list: Markup) -> Option<Markup> {
    let t = frame.texts();
    if cut.all == 0 {
        return None;
    }
    let more = cut.all.saturating_sub(cut.shown.len());
    let more = (more > 0).then(|| view! { <p class="fine">{count(more, t.import_more_one, t.import_more)}</p> });
    Some(
        view! {
            <section class="panel" id=id>
                <header class="panel-head"><h2>{title}</h2></header>
                {list}
                {more}
            </section>
        }
        .into_markup(),
    )
}

fn people(frame: &Frame, title: &'static str, id: &'static str, cut: &Cut<SyncedPerson>) -> Option<Markup> {
    let t = frame.texts();
    let or_none = |text: &str| if text.is_empty() { none(frame) } else { text.to_owned().into_markup() };
    let rows = cut
        .shown
        .iter()
        .map(|person| {
            vec![
                person.display_name.clone().into_markup(),
                person.user_name.clone().into_markup(),
                or_none(&person.mail),
                person.role.word(t).into_markup(),
            ]
        })
        .collect();
    let columns = [t.field_display_name, t.field_user_name, t.field_email, t.field_role];
    part(frame, title, id, cut, table(&format!("{id}-table"), title, &columns, rows))
}

fn changes(frame: &Frame, cut: &Cut<(SyncedPerson, SyncedPerson)>) -> Option<Markup> {
    let t = frame.texts();
    let change = |before: &str, after: &str| {
        let or_none = |text: &str| if text.is_empty() { none(frame) } else { text.to_owned().into_markup() };
        if before == after {
            return or_none(before);
        }
        view! {
            <span class="change">
                <del><span class="visually-hidden">{t.sync_before}" "</span>{or_none(before)}</del>
                <ins><span class="visually-hidden">{t.sync_after}" "</span>{or_none(after)}</ins>
            </span>
        }
        .into_markup()
    };
    let rows = cut
        .shown
        .iter()
        .map(|(before, after)| {
            vec![
                change(&before.display_name, &after.display_name),
                change(&before.user_name, &after.user_name),
                change(&before.mail, &after.mail),
                change(before.role.word(t), after.role.word(t)),
            ]
        })
        .collect();
    let columns = [t.field_display_name, t.field_user_name, t.field_email, t.field_role];
    part(frame, t.sync_changed, "changed", cut, table("changed-table", t.sync_changed, &columns, rows))
}

/// People who cannot have what another person has.
fn names(
    frame: &Frame,
    title: &'static str,
    (id, sentence): (&'static str, &'static str),
    cut: &Cut<(String, String)>,
) -> Option<Markup> {
    let t = frame.texts();
    let rows = cut
        .shown
        .iter()
        .map(|(display_name, user_name)| {
            view! { <li>{fill(t.sync_clash, &[("name", display_name), ("userName", user_name)])}</li> }
        })
        .collect_view();
    let list = view! { <p>{sentence}</p><ul class="bulleted">{rows}</ul> };
    part(frame, title, id, cut, list.into_markup())
}

/// The page when it is not known what a sync would do.
#[must_use]
pub fn sync_failed(
    frame: &Frame,
    chrome: &Chrome,
    source: (&str, &str),
    problem: &str,
    detail: Option<&str>,
) -> String {
    let t = frame.texts();
    let (id, name) = source;
    let up = format!("{PATH}/{id}");
    let page = ConsolePage::new(Section::Users, t.sync_title).up(name, up.clone());
    console(frame, chrome, page, || {
        let detail = detail.map(|detail| view! { <p><code>{detail.to_owned()}</code></p> });
        let body = view! { <p>{problem.to_owned()}</p>{detail}<p class="fine">{t.sync_nobody_disabled}</p> };
        view! {
            {notice(Tone::Bad, t.sync_failed_title, body)}
            <div class="form-actions">
                <a class="button primary" href=format!("{INVITE}/{id}/sync")>{t.sync_try_again}</a>
                <a class="button" href=format!("{INVITE}/{id}")>{t.select_users}</a>
                <a class="button quiet" href=up.clone()>{t.back}</a>
            </div>
        }
        .into_markup()
    })
}
