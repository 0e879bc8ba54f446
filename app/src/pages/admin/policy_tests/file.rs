//! One file of expectations: how they stand, and how it is written.

use leptos::prelude::*;
use time::OffsetDateTime;

use super::{Counts, TestRow, sums, tests};
use crate::document::Frame;
use crate::icons::{Icon, icon};
use crate::locale::Texts;
use crate::markup::{IntoMarkup, Markup};
use crate::pages::admin::list::Link;
use crate::shell::console::{Chrome, ConsolePage, Section, console};
use crate::ui::Tone;
use crate::ui::facts::{facts, text};
use crate::ui::moment::exact;
use crate::ui::notice::short_notice;

/// What the page shows.
#[derive(Clone, Debug)]
pub struct PolicyTestView {
    /// For paths.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Its expectations; what is wrong with the text, in the page's language, where it cannot be read.
    pub tests: Result<Vec<TestRow>, String>,
    /// How it is written.
    pub text: String,
    /// When it was saved last.
    pub updated: OffsetDateTime,
    /// By whom, if that is a person who is still there.
    pub by: Option<Link>,
    /// The viewer may change it.
    pub may_edit: bool,
}

/// The page. Buttons lead to `…/{id}/edit`, `…/{id}/file.toml` and `…/{id}/delete` (a confirmation).
#[must_use]
pub fn policy_test(frame: &Frame, chrome: &Chrome, view: &PolicyTestView) -> String {
    let t = frame.texts();
    let page = ConsolePage::new(Section::PolicyTests, &view.name)
        .up(t.nav_policy_tests, "/admin/policy-tests")
        .actions(actions(t, view));
    console(frame, chrome, page, || {
        let (sum, body) = match &view.tests {
            Ok(rows) => (Some(sums(frame, Counts::of(rows))), tests(frame, rows)),
            Err(problem) => (None, short_notice(Tone::Warn, problem)),
        };
        let by = match &view.by {
            Some(by) => by.render(),
            None => text(t.policy_test_by_nobody),
        };
        view! {
            <section class="panel">
                <header class="panel-head"><h2>{t.policy_test_expectations}</h2>{sum}</header>
                {body}
            </section>
            <section class="panel">
                <header class="panel-head"><h2>{t.policy_test_file}</h2></header>
                <pre>{view.text.clone()}</pre>
                {facts(vec![(t.item_updated, exact(frame, view.updated)), (t.policy_test_by, by)])}
            </section>
        }
        .into_markup()
    })
}

fn actions(t: &'static Texts, view: &PolicyTestView) -> Markup {
    let path = format!("/admin/policy-tests/{}", view.id);
    let delete = view.may_edit.then(|| view! { <a class="button danger" href=format!("{path}/delete")>{t.delete}</a> });
    let edit = view.may_edit.then(|| {
        view! { <a class="button primary" href=format!("{path}/edit")>{icon(Icon::Pen)}<span>{t.edit}</span></a> }
    });
    view! {
        {delete}
        <a class="button" href=format!("{path}/file.toml")>{icon(Icon::Download)}<span>{t.policy_test_download}</span></a>
        {edit}
    }
    .into_markup()
}
