//! Files of expectations as they come from a folder (C8).

use axum::{http::StatusCode, response::Response};
use baton_core::{
    FieldError, FieldProblem, Permission,
    policy_tests::{MAX_TEXT_BYTES, PolicyTestForm, PolicyTestUploadError},
};

use super::{
    desk::Answer,
    policy_test_words as phrases,
    policy_tests::{self, PATH, SECTION},
};
use crate::{
    locale::Texts,
    pages::admin::policy_tests::{
        editor::PolicyTestFormView,
        upload::{PolicyTestUploadView, RefusedFile, policy_test_upload},
    },
    shell::console::Flash,
    web::{Chosen, Console, Posted},
};

pub(super) async fn show(console: Console) -> Answer {
    console.demand(SECTION, Permission::ManageCatalogue, "policy-test.create", ("policy-test", "")).await?;
    Ok(page(&console, StatusCode::OK, &PolicyTestUploadView::default()))
}

pub(super) async fn take(console: Console, posted: Posted) -> Answer {
    console.demand(SECTION, Permission::ManageCatalogue, "policy-test.create", ("policy-test", "")).await?;
    let replace = posted.fields.is_ticked("replace");
    let sent: Vec<Sent> = posted.files("files").map(|chosen| Sent::of(&chosen)).collect();
    if sent.is_empty() {
        let view = PolicyTestUploadView { replace, nothing_chosen: true, ..PolicyTestUploadView::default() };
        return Ok(page(&console, StatusCode::UNPROCESSABLE_ENTITY, &view));
    }
    let t = console.t();
    if sent.iter().any(|sent| sent.form.is_none()) {
        let refused = sent.iter().filter(|sent| sent.form.is_none()).map(|sent| sent.not_text(t)).collect();
        let view = PolicyTestUploadView { replace, refused, ..PolicyTestUploadView::default() };
        return Ok(page(&console, StatusCode::UNPROCESSABLE_ENTITY, &view));
    }
    let forms: Vec<PolicyTestForm> = sent.into_iter().filter_map(|sent| sent.form).collect();
    match console.core().upload_policy_tests(&console.actor, &forms, replace, console.now()).await {
        Ok(()) => Ok(console.done(PATH, Flash::Saved)),
        Err(PolicyTestUploadError::Refused(problems)) => refused(&console, &forms, &problems, replace).await,
        Err(PolicyTestUploadError::Core(error)) => Err(console.fail(SECTION, &error)),
    }
}

/// A file that was sent.
struct Sent {
    name: String,
    /// `None` when it is no text.
    form: Option<PolicyTestForm>,
}

impl Sent {
    fn of(chosen: &Chosen<'_>) -> Self {
        let Chosen::File(file) = chosen else {
            // More than any file has, so that the service says what is wrong.
            let text = "#".repeat(MAX_TEXT_BYTES + 1);
            return Self { name: String::new(), form: Some(PolicyTestForm { name: "?".to_owned(), text }) };
        };
        // Some browsers send the whole path.
        let name = file.name.rsplit(['/', '\\']).next().unwrap_or_default().to_owned();
        let text = String::from_utf8(file.content.clone()).ok().filter(|text| !text.contains('\0'));
        Self { form: text.map(|text| PolicyTestForm { name: name.clone(), text }), name }
    }

    fn not_text(&self, t: &Texts) -> RefusedFile {
        let problems = vec![t.test_problem_not_text.to_owned()];
        RefusedFile { name: self.name.clone(), problems, flaws: Vec::new() }
    }
}

/// What is wrong, file by file. A single text is given back to be mended here, in place of the one that it was to replace.
async fn refused(console: &Console, forms: &[PolicyTestForm], problems: &[Vec<FieldError>], replace: bool) -> Answer {
    if let ([form], [errors]) = (forms, problems)
        && form.text.len() <= MAX_TEXT_BYTES
        && errors.iter().all(|error| error.problem != FieldProblem::Taken)
    {
        let stored = console.core().policy_test_file_named(&console.actor, &form.name, console.now()).await;
        let view = console.ask(SECTION, stored)?.map(|file| PolicyTestFormView {
            id: Some(file.id.to_string()),
            up: file.name,
            revision: file.revision.to_string(),
            ..PolicyTestFormView::default()
        });
        return Ok(policy_tests::refused(console, form, errors, view.unwrap_or_default()));
    }
    let t = console.t();
    let wrong = forms.iter().zip(problems).filter(|(_, errors)| !errors.is_empty());
    let refused = wrong.map(|(form, errors)| RefusedFile {
        name: form.name.clone(),
        problems: errors.iter().filter_map(|error| whole(t, error)).collect(),
        flaws: phrases::flaws(t, errors, &form.text),
    });
    let view = PolicyTestUploadView { replace, refused: refused.collect(), ..PolicyTestUploadView::default() };
    Ok(page(console, StatusCode::UNPROCESSABLE_ENTITY, &view))
}

/// What is wrong with a file as a whole; `None` for what is wrong with its lines.
fn whole(t: &Texts, error: &FieldError) -> Option<String> {
    match &error.problem {
        FieldProblem::PolicyTest(_) => None,
        FieldProblem::Taken => Some(t.test_problem_taken.to_owned()),
        FieldProblem::SentTwice => Some(t.test_problem_sent_twice.to_owned()),
        _ => Some(phrases::problem(t, error).text(t)),
    }
}

fn page(console: &Console, status: StatusCode, view: &PolicyTestUploadView) -> Response {
    console.page(status, policy_test_upload(console.frame(), &console.chrome, view))
}
