//! Whether a source works: what a test connection to a directory, or a test login with a provider, found (spec B2, B3, A5).

use leptos::prelude::*;

use super::PATH;
use crate::document::Frame;
use crate::icons::{Icon, icon};
use crate::locale::fill;
use crate::markup::{IntoMarkup, Markup};
use crate::shell::console::{Chrome, ConsolePage, Section, console};
use crate::ui::facts::{facts, text};
use crate::ui::notice::{notice, short_notice};
use crate::ui::table::table;
use crate::ui::{Tone, badge};

/// What every test has.
#[derive(Clone, Debug, Default)]
pub struct Checked {
    /// The source, for paths.
    pub id: String,
    /// What it is called.
    pub name: String,
}

/// What went wrong, in the page's language.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Trouble {
    /// What happened, and what helps.
    pub text: String,
    /// The other side's words, or what it is about.
    pub detail: Option<String>,
}

impl Trouble {
    fn render(&self) -> Markup {
        let detail = self.detail.clone().map(|detail| view! { <p><code>{detail}</code></p> });
        view! { <p>{self.text.clone()}</p>{detail} }.into_markup()
    }
}

/// What a test connection to a directory found.
#[derive(Clone, Debug, Default)]
pub struct DirectoryCheckView {
    /// Of which source.
    pub of: Checked,
    /// The steps in their order.
    pub steps: Vec<(&'static str, StepState)>,
    /// How many people and groups were found, in the page's language.
    pub counts: Vec<(&'static str, String)>,
    /// Some user names.
    pub sample: Vec<String>,
    /// Attributes that people do not have, in the page's language.
    pub missing: Vec<String>,
}

/// How a step went.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StepState {
    /// It worked.
    Good,
    /// It did not.
    Failed(Trouble),
    /// A step before it failed.
    NotReached,
}

/// The page. `POST …/{id}/check` makes the test once more.
#[must_use]
pub fn directory_check(frame: &Frame, chrome: &Chrome, view: &DirectoryCheckView) -> String {
    let t = frame.texts();
    let works = view.steps.iter().all(|(_, state)| *state == StepState::Good);
    page(frame, chrome, &view.of, || {
        let sum = match (works, view.missing.is_empty()) {
            (true, true) => short_notice(Tone::Good, t.check_ldap_works),
            (true, false) => short_notice(Tone::Warn, t.check_ldap_works_partly),
            (false, _) => short_notice(Tone::Bad, t.check_ldap_fails),
        };
        let steps: Vec<_> = view.steps.iter().map(|(name, state)| step(frame, name, state)).collect();
        let found = (!view.counts.is_empty()).then(|| found(frame, view));
        view! {
            {sum}
            <div class="columns">
                <section class="panel">
                    <header class="panel-head"><h2>{t.check_steps}</h2></header>
                    <ol class="steps">{steps}</ol>
                </section>
                {found}
            </div>
        }
        .into_markup()
    })
}

fn page(frame: &Frame, chrome: &Chrome, of: &Checked, content: impl FnOnce() -> Markup) -> String {
    let t = frame.texts();
    let path = format!("{PATH}/{}", of.id);
    let page = ConsolePage::new(Section::Settings, t.source_check).up(&of.name, path.clone());
    let actions = view! {
        <a class="button" href=format!("{path}/edit")>{icon(Icon::Pen)}<span>{t.edit}</span></a>
        <form method="post" action=format!("{path}/check")>
            <button class="button primary" type="submit">{icon(Icon::Again)}<span>{t.check_again}</span></button>
        </form>
    };
    console(frame, chrome, page.actions(actions), content)
}

fn step(frame: &Frame, name: &'static str, state: &StepState) -> Markup {
    let t = frame.texts();
    let (class, mark, word) = match state {
        StepState::Good => ("step done", Icon::Check, t.check_step_good),
        StepState::Failed(_) => ("step failed", Icon::Cross, t.check_step_failed),
        StepState::NotReached => ("step", Icon::Minus, t.check_step_not_reached),
    };
    let trouble = match state {
        StepState::Failed(trouble) => Some(trouble.render()),
        StepState::Good | StepState::NotReached => None,
    };
    view! {
        <li class=class>
            <span class="step-mark">{icon(mark)}</span>
            <div>
                <strong>{name}<span class="visually-hidden">": "{word}</span></strong>
                {trouble}
            </div>
        </li>
    }
    .into_markup()
}

fn found(frame: &Frame, view: &DirectoryCheckView) -> Markup {
    let t = frame.texts();
    let mut rows: Vec<(&str, Markup)> = view.counts.iter().map(|(term, count)| (*term, text(count.clone()))).collect();
    if !view.sample.is_empty() {
        rows.push((t.check_sample, text(view.sample.join(", "))));
    }
    let missing = (!view.missing.is_empty()).then(|| {
        let lines = view.missing.iter().map(|line| view! { <li>{line.clone()}</li> }).collect_view();
        notice(Tone::Warn, t.check_missing, view! { <ul>{lines}</ul><p>{t.check_missing_text}</p> })
    });
    view! {
        <section class="panel">
            <header class="panel-head"><h2>{t.check_found}</h2></header>
            {facts(rows)}
            {missing}
        </section>
    }
    .into_markup()
}

/// What a test login with a provider found.
#[derive(Clone, Debug)]
pub struct ProviderCheckView {
    /// Of which source.
    pub of: Checked,
    /// What was found, or why the login failed.
    pub found: Result<ProviderFound, Trouble>,
}

/// What a successful test login found.
#[derive(Clone, Debug)]
pub struct ProviderFound {
    /// Each claim: what it is for, its name, and what it says.
    pub claims: Vec<(&'static str, String, Option<String>)>,
    /// Whether a sign-in on a shared phone would be accepted, or why not.
    pub shared_phones: Result<(), Trouble>,
    /// Whether signing out ends the provider's session.
    pub ends_session: bool,
    /// Whether users and groups can be read through Microsoft Graph, or why not; `None` where they are not to be.
    pub graph: Option<Result<(), Trouble>>,
    /// There is no user name, so nobody new could sign in.
    pub nameless: bool,
}

/// The page. `POST …/{id}/check` makes the test once more.
#[must_use]
pub fn provider_check(frame: &Frame, chrome: &Chrome, view: &ProviderCheckView) -> String {
    let t = frame.texts();
    page(frame, chrome, &view.of, || match &view.found {
        Err(trouble) => notice(Tone::Bad, t.check_openid_fails, trouble.render()),
        Ok(found) => provider_found(frame, found),
    })
}

fn provider_found(frame: &Frame, found: &ProviderFound) -> Markup {
    let t = frame.texts();
    let missing: Vec<&str> =
        found.claims.iter().filter(|(_, _, value)| value.is_none()).map(|(_, name, _)| name.as_str()).collect();
    let sum = match (&found.shared_phones, found.nameless) {
        (_, true) => short_notice(Tone::Bad, t.check_openid_nameless),
        (Err(_), _) => short_notice(Tone::Warn, t.check_openid_portal_only),
        _ if matches!(found.graph, Some(Err(_))) => short_notice(Tone::Warn, t.check_openid_no_import),
        (Ok(()), _) if missing.is_empty() => short_notice(Tone::Good, t.check_openid_works),
        (Ok(()), _) => short_notice(Tone::Good, t.check_openid_works_partly),
    };
    let rows = found
        .claims
        .iter()
        .map(|(purpose, name, value)| {
            let value = value
                .clone()
                .map_or_else(|| badge(Tone::Warn, Icon::Warning, t.check_claim_missing), IntoMarkup::into_markup);
            vec![(*purpose).into_markup(), view! { <code>{name.clone()}</code> }.into_markup(), value]
        })
        .collect();
    let phones = match &found.shared_phones {
        Ok(()) => finding(true, t.check_phones_yes, ().into_markup()),
        Err(trouble) => finding(false, t.check_phones_no, trouble.render()),
    };
    let ends = if found.ends_session {
        finding(true, t.check_ends_session, ().into_markup())
    } else {
        finding(false, t.check_keeps_session, view! { <p>{t.check_keeps_session_text}</p> }.into_markup())
    };
    let graph = found.graph.as_ref().map(|graph| match graph {
        Ok(()) => finding(true, t.check_graph_yes, ().into_markup()),
        Err(trouble) => finding(false, t.check_graph_no, trouble.render()),
    });
    let missing = (!missing.is_empty()).then(|| {
        view! { <p class="fine">{fill(t.check_claims_missing, &[("names", &missing.join(", "))])}</p> }
    });
    view! {
        {sum}
        <div class="columns">
            <section class="panel">
                <header class="panel-head"><h2>{t.check_claims}</h2></header>
                {table("claims", t.check_claims, &[t.check_claim_for, t.check_claim, t.check_claim_value], rows)}
                {missing}
            </section>
            <section class="panel">
                <header class="panel-head"><h2>{t.check_sign_in_and_out}</h2></header>
                <ol class="steps">{phones}{ends}{graph}</ol>
            </section>
        </div>
    }
    .into_markup()
}

fn finding(good: bool, title: &'static str, body: Markup) -> Markup {
    let (class, mark) = if good { ("step done", Icon::Check) } else { ("step warned", Icon::Warning) };
    view! {
        <li class=class>
            <span class="step-mark">{icon(mark)}</span>
            <div><strong>{title}</strong>{body}</div>
        </li>
    }
    .into_markup()
}
