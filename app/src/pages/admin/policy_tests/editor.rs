//! Writing and editing a file of expectations.

use leptos::prelude::*;

use super::{Counts, TestRow, sums, tests};
use crate::document::Frame;
use crate::locale::{Texts, fill};
use crate::markup::{IntoMarkup, Markup};
use crate::shell::console::{Chrome, ConsolePage, Section, console};
use crate::ui::Tone;
use crate::ui::form::{Input, Kind, TextField, hidden};
use crate::ui::notice::{notice, short_notice};

/// The form; its fields: `name`, `text`, `revision`, `action` (`check` shows how it would stand, without it the form is
/// saved).
#[derive(Clone, Debug, Default)]
pub struct PolicyTestFormView {
    /// The file being edited; `None` for a new one.
    pub id: Option<String>,
    /// Its stored name, for the way up.
    pub up: String,
    /// The revision that this page shows; goes with the form. Empty for a new file.
    pub revision: String,
    /// Name.
    pub name: Input,
    /// The expectations.
    pub text: Input,
    /// What is wrong with the text, by lines, where that is more than one thing.
    pub flaws: Vec<FlawLine>,
    /// How it would stand, where somebody asked for it.
    pub tried: Option<Vec<TestRow>>,
    /// Somebody else changed it meanwhile.
    pub conflict: Option<Conflict>,
}

/// Something wrong with a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FlawLine {
    /// Which, from 1.
    pub line: usize,
    /// What stands there.
    pub quote: String,
    /// What is wrong, in the page's language.
    pub problem: String,
}

/// What somebody else did while this was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Conflict {
    /// They saved this text.
    Saved(String),
    /// They deleted the file.
    Deleted,
}

/// The page. Sent to `POST …/add` or `POST …/{id}/edit`.
#[must_use]
pub fn policy_test_form(frame: &Frame, chrome: &Chrome, view: &PolicyTestFormView) -> String {
    let t = frame.texts();
    const LIST: &str = "/admin/policy-tests";
    let (title, path, cancel) = match &view.id {
        Some(id) => (t.policy_test_edit, format!("{LIST}/{id}/edit"), format!("{LIST}/{id}")),
        None => (t.policy_tests_add, format!("{LIST}/add"), LIST.to_owned()),
    };
    let up = if view.id.is_some() { &*view.up } else { t.nav_policy_tests };
    let page = ConsolePage::new(Section::PolicyTests, title).up(up, cancel.clone());
    console(frame, chrome, page, || {
        let refused = (view.name.problem.is_some() || view.text.problem.is_some())
            .then(|| short_notice(Tone::Bad, t.form_refused));
        let name = TextField::new("name", t.field_name, Kind::Text).hint(t.policy_test_name_hint);
        let text =
            TextField::new("text", t.policy_test_expectations, Kind::Lines).hint(t.policy_test_expectations_hint);
        view! {
            {view.conflict.as_ref().map(|conflict| conflict_notice(t, conflict))}
            {refused}
            <div class="beside">
                <form class="stack form wide-form test-form" method="post" action=path.clone()>
                    {hidden("revision", &view.revision)}
                    {name.render(frame, &view.name)}
                    {text.render(frame, &view.text)}
                    {flaws(t, &view.flaws)}
                    <div class="form-actions">
                        <button class="button primary" type="submit">{t.save}</button>
                        <button class="button" type="submit" name="action" value="check" formaction=format!("{path}#result")>
                            {t.policy_test_check}
                        </button>
                        <a class="button quiet" href=cancel>{t.cancel}</a>
                    </div>
                </form>
                <aside class="aside">{keys(t)}</aside>
            </div>
            {view.tried.as_ref().map(|rows| tried(frame, rows))}
            {stored(t, view.conflict.as_ref())}
        }
        .into_markup()
    })
}

fn conflict_notice(t: &'static Texts, conflict: &Conflict) -> Markup {
    let (title, text) = match conflict {
        Conflict::Saved(_) => (t.stale_title, t.policy_test_stale_text),
        Conflict::Deleted => (t.policy_test_gone_title, t.policy_test_gone_text),
    };
    notice(Tone::Warn, title, view! { <p>{text}</p> })
}

fn stored(t: &'static Texts, conflict: Option<&Conflict>) -> Option<Markup> {
    let Some(Conflict::Saved(text)) = conflict else { return None };
    let panel = view! {
        <section class="panel">
            <header class="panel-head"><h2>{t.policy_test_stored_now}</h2></header>
            <pre>{text.clone()}</pre>
        </section>
    };
    Some(panel.into_markup())
}

/// What is wrong, line by line.
pub(super) fn flaws(t: &'static Texts, flaws: &[FlawLine]) -> Option<Markup> {
    if flaws.is_empty() {
        return None;
    }
    let lines = flaws
        .iter()
        .map(|flaw| {
            view! {
                <li>
                    <span class="where">{fill(t.test_line, &[("line", &flaw.line)])}</span>
                    <code>{flaw.quote.clone()}</code>
                    <span>{flaw.problem.clone()}</span>
                </li>
            }
        })
        .collect_view();
    Some(view! { <ul class="flaws">{lines}</ul> }.into_markup())
}

fn tried(frame: &Frame, rows: &[TestRow]) -> Markup {
    let t = frame.texts();
    view! {
        <section class="panel" id="result">
            <header class="panel-head"><h2>{t.policy_test_result}</h2>{sums(frame, Counts::of(rows))}</header>
            {tests(frame, rows)}
        </section>
    }
    .into_markup()
}

/// What can be written.
fn keys(t: &'static Texts) -> Markup {
    let keys = [
        ("name", t.policy_test_key_name),
        ("item", t.policy_test_key_item),
        ("device", t.policy_test_key_device),
        ("devices", t.policy_test_key_devices),
        ("holder", t.policy_test_key_holder),
        ("holders", t.policy_test_key_holders),
        ("gets", t.policy_test_key_gets),
        ("outcome", t.policy_test_key_outcome),
        ("reason", t.policy_test_key_reason),
    ]
    .map(|(key, text)| view! { <dt><code>{key}</code></dt><dd>{text}</dd> })
    .collect_view();
    view! {
        <section class="panel">
            <header class="panel-head"><h2>{t.policy_test_keys_title}</h2></header>
            <dl class="keys">{keys}</dl>
            <details class="disclosure">
                <summary>{t.policy_tests_example_title}</summary>
                <pre>{t.policy_tests_example}</pre>
            </details>
        </section>
    }
    .into_markup()
}
