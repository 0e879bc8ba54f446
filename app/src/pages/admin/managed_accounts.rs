//! Managed Apple Accounts: the patterns, the report, and revealing one (spec B4, G4).

use leptos::prelude::*;

use super::list::Link;
use crate::document::Frame;
use crate::icons::Icon;
use crate::locale::{count, fill};
use crate::markup::{IntoMarkup, Markup};
use crate::shell::console::{Chrome, ConsolePage, Section, console};
use crate::ui::account::{AccountProblem, AccountRule, address, masked};
use crate::ui::confirmation::{ConfirmationView, confirmation};
use crate::ui::facts::facts;
use crate::ui::form::{Input, Kind, TextField};
use crate::ui::notice::{notice, short_notice};
use crate::ui::table::table;
use crate::ui::{Tone, badge};

/// Where the page is.
pub const PATH: &str = "/admin/settings/managed-accounts";

/// What the page shows.
#[derive(Clone, Debug, Default)]
pub struct ManagedAccountsView {
    /// How local people get their accounts.
    pub local: AccountRule,
    /// How people of each source do.
    pub sources: Vec<(Link, AccountRule)>,
    /// How many have an account.
    pub with: usize,
    /// For how many the pattern fails.
    pub failing: usize,
    /// The first of those.
    pub problems: Vec<AccountProblemRow>,
    /// The viewer may change the pattern.
    pub may_edit: bool,
}

/// A person whom the pattern fails.
#[derive(Clone, Debug)]
pub struct AccountProblemRow {
    /// The person.
    pub person: Link,
    /// What they sign in with.
    pub user_name: String,
    /// The account that they have all the same, masked.
    pub masked: Option<String>,
    /// Why.
    pub problem: AccountProblem,
}

/// The page. The pattern of local people: `POST` of the fields of [`AccountRule::fields`].
#[must_use]
pub fn managed_accounts(frame: &Frame, chrome: &Chrome, view: &ManagedAccountsView) -> String {
    let t = frame.texts();
    let page = ConsolePage::new(Section::Settings, t.accounts_title)
        .up(t.nav_settings, "/admin/settings")
        .subtitle(t.accounts_subtitle);
    console(frame, chrome, page, || {
        view! {
            {sums(frame, view)}
            <div class="columns">
                <section class="panel">
                    <header class="panel-head"><h2>{t.accounts_local}</h2></header>
                    {local(frame, view)}
                </section>
                {sources(frame, view)}
            </div>
            {problems(frame, view)}
        }
        .into_markup()
    })
}

fn sums(frame: &Frame, view: &ManagedAccountsView) -> Markup {
    let t = frame.texts();
    let failing = if view.failing > 0 {
        badge(Tone::Warn, Icon::Warning, &count(view.failing, t.accounts_problems_one, t.accounts_problems_many))
    } else {
        badge(Tone::Good, Icon::Check, t.accounts_none_fail)
    };
    let with = badge(Tone::Plain, Icon::Person, &count(view.with, t.accounts_with_one, t.accounts_with_many));
    view! { <ul class="sync-sums"><li>{with}</li><li>{failing}</li></ul> }.into_markup()
}

fn local(frame: &Frame, view: &ManagedAccountsView) -> Markup {
    let t = frame.texts();
    if !view.may_edit {
        return view! { <p>{view.local.sentence(t)}</p>{view.local.warning(t)} }.into_markup();
    }
    view! {
        <form class="stack" method="post" action=PATH>
            {view.local.fields(frame, false)}
            <div class="form-actions"><button class="button primary" type="submit">{t.save}</button></div>
        </form>
    }
    .into_markup()
}

fn sources(frame: &Frame, view: &ManagedAccountsView) -> Option<Markup> {
    let t = frame.texts();
    if view.sources.is_empty() {
        return None;
    }
    let rows = view
        .sources
        .iter()
        .map(|(source, rule)| {
            view! { <li><div>{source.render()}<p class="fine">{rule.sentence(t)}</p>{rule.warning(t)}</div></li> }
        })
        .collect_view();
    Some(
        view! {
            <section class="panel">
                <header class="panel-head"><h2>{t.accounts_rules}</h2></header>
                <ul class="alerts quiet">{rows}</ul>
            </section>
        }
        .into_markup(),
    )
}

fn problems(frame: &Frame, view: &ManagedAccountsView) -> Option<Markup> {
    let t = frame.texts();
    if view.problems.is_empty() {
        return None;
    }
    let rows = view
        .problems
        .iter()
        .map(|row| {
            vec![
                row.person.render(),
                row.user_name.clone().into_markup(),
                row.problem.sentence(t).into_markup(),
                masked(frame, row.masked.as_deref()),
            ]
        })
        .collect();
    let more = (view.failing > view.problems.len())
        .then(|| view! { <p class="fine">{fill(t.accounts_problem_more, &[("n", &view.problems.len())])}</p> });
    let columns = [t.field_display_name, t.field_user_name, t.accounts_reason, t.account_field];
    Some(
        view! {
            <section class="panel" id="problems">
                <header class="panel-head"><h2>{t.accounts_problem_list}</h2></header>
                <p>{t.accounts_problem_list_text}</p>
                {table("account-problems", t.accounts_problem_list, &columns, rows)}
                {more}
            </section>
        }
        .into_markup(),
    )
}

/// What is asked before an account is revealed.
#[derive(Clone, Debug, Default)]
pub struct RevealView {
    /// The person, for paths.
    pub id: String,
    /// Their name.
    pub name: String,
    /// The account, masked.
    pub masked: String,
    /// Why it is to be revealed.
    pub reason: Input,
    /// What is asked for of somebody who has not proved lately who they are (B8).
    pub confirmation: Option<ConfirmationView>,
}

/// The page that asks for a reason; its form goes to its own address, with `reason` and the fields of the proof.
#[must_use]
pub fn reveal(frame: &Frame, chrome: &Chrome, view: &RevealView) -> String {
    let t = frame.texts();
    let user = format!("/admin/users/{}", view.id);
    let title = fill(t.account_reveal_title, &[("name", &view.name)]);
    let page = ConsolePage::new(Section::Users, &title).up(&view.name, user.clone());
    console(frame, chrome, page, || {
        let refused = view.reason.problem.is_some().then(|| short_notice(Tone::Bad, t.action_form_refused));
        let reason = TextField::new("reason", t.reason, Kind::Text).hint(t.account_reveal_reason_hint);
        view! {
            {refused}
            <form class="stack form" method="post" action=format!("{user}/managed-account/reveal")>
                <p class="lead">{t.account_reveal_text}</p>
                {facts(vec![(t.account_field, masked(frame, Some(&view.masked)))])}
                {reason.render(frame, &view.reason)}
                {view.confirmation.as_ref().map(|view| confirmation(frame, view))}
                <div class="form-actions">
                    <button class="button primary" type="submit">{t.account_reveal}</button>
                    <a class="button quiet" href=user.clone()>{t.cancel}</a>
                </div>
            </form>
        }
        .into_markup()
    })
}

/// The answer: the account itself.
#[must_use]
pub fn revealed(frame: &Frame, chrome: &Chrome, id: &str, name: &str, account: &str) -> String {
    let t = frame.texts();
    let user = format!("/admin/users/{id}");
    let title = fill(t.account_revealed_title, &[("name", &name)]);
    let page = ConsolePage::new(Section::Users, &title).up(name, user.clone());
    console(frame, chrome, page, || {
        let body =
            view! { <p><code class="copy address">{address(account)}</code></p><p>{t.account_revealed_text}</p> };
        view! {
            {notice(Tone::Plain, t.account_field, body)}
            <div class="form-actions"><a class="button primary" href=user.clone()>{t.back}</a></div>
        }
        .into_markup()
    })
}
