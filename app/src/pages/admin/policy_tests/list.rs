//! Every file of expectations, and how they stand.

use leptos::prelude::*;

use super::{Counts, TestRow, sums, tests};
use crate::document::Frame;
use crate::icons::{Icon, icon};
use crate::markup::{IntoMarkup, Markup};
use crate::pages::admin::list::{Link, add_button, empty};
use crate::shell::console::{Chrome, ConsolePage, Section, console};
use crate::ui::Tone;
use crate::ui::notice::short_notice;

/// What the page shows.
#[derive(Clone, Debug, Default)]
pub struct PolicyTestsView {
    /// The files, by name.
    pub files: Vec<TestFileView>,
}

/// A file with its expectations.
#[derive(Clone, Debug)]
pub struct TestFileView {
    /// The file's page.
    pub file: Link,
    /// Its expectations; what is wrong with the text, in the page's language, where it cannot be read.
    pub tests: Result<Vec<TestRow>, String>,
}

/// The page. *Write tests* leads to `…/add`, with `example` in the address to begin with the example; *Upload files* to
/// `…/upload`.
#[must_use]
pub fn policy_tests(frame: &Frame, chrome: &Chrome, view: &PolicyTestsView) -> String {
    let t = frame.texts();
    let upload = || {
        chrome
            .manages
            .then(|| view! { <a class="button" href="/admin/policy-tests/upload">{icon(Icon::Send)}<span>{t.policy_tests_upload}</span></a> })
    };
    let ways = || view! { {upload()}{add_button(chrome, "/admin/policy-tests/add", t.policy_tests_add)} };
    let page = ConsolePage::new(Section::PolicyTests, t.nav_policy_tests).subtitle(t.policy_tests_text).actions(ways());
    console(frame, chrome, page, || {
        if view.files.is_empty() {
            return nothing(frame, chrome);
        }
        let rows = view.files.iter().filter_map(|file| file.tests.as_ref().ok()).flatten();
        let files = view.files.iter().map(|file| panel(frame, file)).collect_view();
        view! {
            <section class="panel">{sums(frame, Counts::of(rows))}</section>
            {files}
        }
        .into_markup()
    })
}

fn nothing(frame: &Frame, chrome: &Chrome) -> Markup {
    let t = frame.texts();
    let take = chrome.manages.then(|| {
        view! { <p><a class="button" href="/admin/policy-tests/add?example">{t.policy_tests_example_take}</a></p> }
    });
    view! {
        {empty(Icon::Checklist, t.policy_tests_empty_title, t.policy_tests_empty_text, None)}
        <section class="panel">
            <header class="panel-head"><h2>{t.policy_tests_example_title}</h2></header>
            <pre>{t.policy_tests_example}</pre>
            {take}
        </section>
    }
    .into_markup()
}

fn panel(frame: &Frame, file: &TestFileView) -> Markup {
    let (sum, body) = match &file.tests {
        Ok(rows) => (Some(sums(frame, Counts::of(rows))), tests(frame, rows)),
        Err(problem) => (None, short_notice(Tone::Warn, problem)),
    };
    view! {
        <section class="panel">
            <header class="panel-head"><h2>{file.file.render()}</h2>{sum}</header>
            {body}
        </section>
    }
    .into_markup()
}
