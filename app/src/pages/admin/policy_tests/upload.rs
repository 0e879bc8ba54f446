//! Uploading files of expectations.

use leptos::prelude::*;

use super::editor::{FlawLine, flaws};
use crate::document::Frame;
use crate::markup::{IntoMarkup, Markup};
use crate::shell::console::{Chrome, ConsolePage, Section, console};
use crate::ui::Tone;
use crate::ui::form::checkbox;
use crate::ui::notice::notice;

/// The form; its fields: `files` (files, repeated), `replace` (`yes`).
#[derive(Clone, Debug, Default)]
pub struct PolicyTestUploadView {
    /// Files of the same name are replaced.
    pub replace: bool,
    /// No file was chosen.
    pub nothing_chosen: bool,
    /// What is wrong with the files that were refused.
    pub refused: Vec<RefusedFile>,
}

/// A file that something is wrong with.
#[derive(Clone, Debug)]
pub struct RefusedFile {
    /// Its name.
    pub name: String,
    /// What is wrong with it as a whole, in the page's language.
    pub problems: Vec<String>,
    /// What is wrong with its lines.
    pub flaws: Vec<FlawLine>,
}

/// The page. Sent to `POST …/upload`.
#[must_use]
pub fn policy_test_upload(frame: &Frame, chrome: &Chrome, view: &PolicyTestUploadView) -> String {
    let t = frame.texts();
    const LIST: &str = "/admin/policy-tests";
    let page = ConsolePage::new(Section::PolicyTests, t.policy_tests_upload).up(t.nav_policy_tests, LIST);
    console(frame, chrome, page, || {
        let described = if view.nothing_chosen { "files-hint files-error" } else { "files-hint" };
        let missing = view.nothing_chosen.then(|| {
            view! { <p class="error" id="files-error">{crate::icons::icon(crate::icons::Icon::Warning)}<span>{t.problem_missing}</span></p> }
        });
        view! {
            {refused(frame, &view.refused)}
            <form class="stack form" method="post" action=format!("{LIST}/upload") enctype="multipart/form-data">
                <div class="field">
                    <label for="files">{t.policy_tests_files}</label>
                    <p class="hint" id="files-hint">{t.policy_tests_files_hint}</p>
                    <input
                        type="file"
                        id="files"
                        name="files"
                        accept=".toml"
                        multiple=true
                        required=true
                        aria-describedby=described
                        aria-invalid=view.nothing_chosen.then_some("true")
                    />
                    {missing}
                </div>
                {checkbox("replace", "yes", t.policy_tests_replace, None, view.replace, false)}
                <div class="form-actions">
                    <button class="button primary" type="submit">{t.policy_tests_upload_button}</button>
                    <a class="button quiet" href=LIST>{t.cancel}</a>
                </div>
            </form>
        }
        .into_markup()
    })
}

fn refused(frame: &Frame, files: &[RefusedFile]) -> Option<Markup> {
    let t = frame.texts();
    if files.is_empty() {
        return None;
    }
    let files = files
        .iter()
        .map(|file| {
            let problems = file.problems.iter().map(|problem| view! { <p>{problem.clone()}</p> }).collect_view();
            view! { <li><strong>{file.name.clone()}</strong>{problems}{flaws(t, &file.flaws)}</li> }
        })
        .collect_view();
    Some(notice(Tone::Bad, t.policy_tests_upload_refused, view! { <ul class="refused-files">{files}</ul> }))
}
