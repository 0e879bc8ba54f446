//! Policy tests: files of expectations and how they stand (C8).

use axum::{Router, extract::Path, http::StatusCode, response::Response, routing::get};
use baton_core::{CoreError, FieldError, Permission, policy_tests::PolicyTestForm};
use baton_model::PolicyTestFile;

use super::{
    desk::{Answer, Asked},
    links, policy_test_upload, policy_test_words as phrases,
};
use crate::{
    pages::admin::{
        confirm::{Confirm, confirm},
        policy_tests::{
            TestRow,
            editor::{Conflict, PolicyTestFormView, policy_test_form},
            file::{PolicyTestView, policy_test},
            list::{PolicyTestsView, TestFileView, policy_tests},
        },
    },
    shell::console::{Flash, Section},
    ui::form::Input,
    web::{Console, Fields, Web, answer::PageError, attachment::attachment, context::moment},
};

pub(super) const SECTION: Section = Section::PolicyTests;
pub(super) const PATH: &str = "/admin/policy-tests";
const TARGET: &str = "policy-test";

pub fn routes() -> Router<Web> {
    let at = |rest: &str| format!("{PATH}{rest}");
    Router::new()
        .route(PATH, get(list))
        .route(&at("/add"), get(show_add).post(take_add))
        .route(&at("/upload"), get(policy_test_upload::show).post(policy_test_upload::take))
        .route(&at("/{id}"), get(show))
        .route(&at("/{id}/file.toml"), get(download))
        .route(&at("/{id}/edit"), get(show_edit).post(take_edit))
        .route(&at("/{id}/delete"), get(show_delete).post(take_delete))
}

async fn list(console: Console) -> Answer {
    let found = console.core().policy_tests(&console.actor, console.now()).await;
    let files = console.ask(SECTION, found)?;
    let file = |tested| {
        let baton_core::policy_tests::TestedFile { file, .. } = &tested;
        TestFileView { file: phrases::file(file), tests: phrases::rows(console.frame(), &tested) }
    };
    let view = PolicyTestsView { files: files.into_iter().map(file).collect() };
    Ok(console.page(StatusCode::OK, policy_tests(console.frame(), &console.chrome, &view)))
}

/// The expectations about an item, each with its file.
pub(super) async fn about(
    console: &Console,
    section: Section,
    item: &baton_model::ItemId,
) -> Result<Vec<TestRow>, PageError> {
    let found = console.core().policy_tests_about(&console.actor, item, console.now()).await;
    let mut rows = Vec::new();
    for tested in console.ask(section, found)? {
        let file = phrases::file(&tested.file);
        let about = phrases::rows(console.frame(), &tested).unwrap_or_default().into_iter();
        rows.extend(about.map(|row| TestRow { item: None, file: Some(file.clone()), ..row }));
    }
    Ok(rows)
}

async fn show(console: Console, Path(id): Path<String>) -> Answer {
    let found = console.core().policy_test(&console.actor, &id.as_str().into(), console.now()).await;
    let tested = console.ask(SECTION, found)?;
    let by = match &tested.file.updated_by {
        Some(user) => {
            let found = console.core().users_by_id(&console.actor, std::slice::from_ref(user), console.now()).await;
            console.ask(SECTION, found)?.first().map(links::user)
        }
        None => None,
    };
    let view = PolicyTestView {
        tests: phrases::rows(console.frame(), &tested),
        updated: moment(tested.file.updated_at).unwrap_or(console.frame().now),
        name: tested.file.name,
        text: tested.file.text,
        id,
        by,
        may_edit: console.may(Permission::ManageCatalogue),
    };
    Ok(console.page(StatusCode::OK, policy_test(console.frame(), &console.chrome, &view)))
}

async fn stored(console: &Console, id: &str) -> Result<PolicyTestFile, PageError> {
    let found = console.core().policy_test_file(&console.actor, &id.into(), console.now()).await;
    console.ask(SECTION, found)
}

async fn download(console: Console, Path(id): Path<String>) -> Answer {
    let file = stored(&console, &id).await?;
    Ok(attachment(&format!("{}.toml", file.name), "application/toml; charset=utf-8", file.text))
}

async fn show_add(console: Console, asked: Asked) -> Answer {
    console.demand(SECTION, Permission::ManageCatalogue, "policy-test.create", (TARGET, "")).await?;
    let t = console.t();
    let view = if asked.has("example") {
        PolicyTestFormView {
            name: Input::new(t.policy_tests_example_name),
            text: Input::new(t.policy_tests_example),
            ..PolicyTestFormView::default()
        }
    } else {
        PolicyTestFormView::default()
    };
    Ok(form_page(&console, StatusCode::OK, &view))
}

fn entered(fields: &Fields) -> PolicyTestForm {
    PolicyTestForm { name: fields.get("name").to_owned(), text: fields.get("text").to_owned() }
}

async fn take_add(console: Console, fields: Fields) -> Answer {
    console.demand(SECTION, Permission::ManageCatalogue, "policy-test.create", (TARGET, "")).await?;
    let (form, view) = (entered(&fields), PolicyTestFormView::default());
    if fields.get("action") == "check" {
        return try_out(&console, &form, view).await;
    }
    let created = console.core().create_policy_test(&console.actor, &form, console.now()).await;
    match console.accepted(SECTION, created)? {
        Ok(id) => Ok(console.done(&format!("{PATH}/{id}"), Flash::Created)),
        Err(errors) => Ok(refused(&console, &form, &errors, view)),
    }
}

async fn show_edit(console: Console, Path(id): Path<String>) -> Answer {
    console.demand(SECTION, Permission::ManageCatalogue, "policy-test.save", (TARGET, &id)).await?;
    let file = stored(&console, &id).await?;
    let view = PolicyTestFormView {
        revision: file.revision.to_string(),
        name: Input::new(&*file.name),
        text: Input::new(file.text),
        up: file.name,
        id: Some(id),
        ..PolicyTestFormView::default()
    };
    Ok(form_page(&console, StatusCode::OK, &view))
}

async fn take_edit(console: Console, Path(id): Path<String>, fields: Fields) -> Answer {
    console.demand(SECTION, Permission::ManageCatalogue, "policy-test.save", (TARGET, &id)).await?;
    let form = entered(&fields);
    let found = console.core().policy_test_file(&console.actor, &id.as_str().into(), console.now()).await;
    let file = match found {
        Ok(file) => file,
        Err(CoreError::NotFound(_)) => return Ok(deleted_meanwhile(&console, &form)),
        Err(error) => return Err(console.fail(SECTION, &error)),
    };
    let view = PolicyTestFormView {
        id: Some(id.clone()),
        revision: fields.get("revision").to_owned(),
        up: file.name.clone(),
        ..PolicyTestFormView::default()
    };
    if fields.get("action") == "check" {
        return try_out(&console, &form, view).await;
    }
    // Without a revision nobody knows what the form showed.
    let revision = fields.get("revision").parse().unwrap_or(-1);
    let saved = console.core().save_policy_test(&console.actor, &file.id, &form, revision, console.now()).await;
    match saved {
        Err(CoreError::Stale) => saved_meanwhile(&console, &form, view).await,
        Err(CoreError::NotFound(_)) => Ok(deleted_meanwhile(&console, &form)),
        saved => match console.accepted(SECTION, saved)? {
            Ok(()) => Ok(console.done(&format!("{PATH}/{id}"), Flash::Saved)),
            Err(errors) => Ok(refused(&console, &form, &errors, view)),
        },
    }
}

/// What was entered, with how it would stand.
async fn try_out(console: &Console, form: &PolicyTestForm, view: PolicyTestFormView) -> Answer {
    let tried = console.core().try_policy_test(&console.actor, form, console.now()).await;
    match console.accepted(SECTION, tried)? {
        Ok(tested) => {
            let tried = phrases::rows(console.frame(), &tested).unwrap_or_default();
            let (name, text) = (Input::new(&*form.name), Input::new(&*form.text));
            let view = PolicyTestFormView { name, text, tried: Some(tried), ..view };
            Ok(form_page(console, StatusCode::OK, &view))
        }
        Err(errors) => Ok(refused(console, form, &errors, view)),
    }
}

/// What was entered, with what is wrong.
pub(super) fn refused(
    console: &Console,
    form: &PolicyTestForm,
    errors: &[FieldError],
    view: PolicyTestFormView,
) -> Response {
    let t = console.t();
    let input = |field: &str, value: &str| {
        let error = errors.iter().find(|error| error.field == field);
        Input { value: value.to_owned(), problem: error.map(|error| phrases::problem(t, error)) }
    };
    let view = PolicyTestFormView {
        name: input("name", &form.name),
        text: input("text", &form.text),
        flaws: phrases::flaws(t, errors, &form.text),
        ..view
    };
    form_page(console, StatusCode::UNPROCESSABLE_ENTITY, &view)
}

/// What was entered beside what somebody else saved. With the new revision, saving again replaces that knowingly.
async fn saved_meanwhile(console: &Console, form: &PolicyTestForm, view: PolicyTestFormView) -> Answer {
    let id = view.id.clone().unwrap_or_default();
    let file = stored(console, &id).await?;
    let view = PolicyTestFormView {
        name: Input::new(&*form.name),
        text: Input::new(&*form.text),
        revision: file.revision.to_string(),
        up: file.name,
        conflict: Some(Conflict::Saved(file.text)),
        ..view
    };
    Ok(form_page(console, StatusCode::CONFLICT, &view))
}

/// What was entered, as a new file: the one that it was for is gone.
fn deleted_meanwhile(console: &Console, form: &PolicyTestForm) -> Response {
    let view = PolicyTestFormView {
        name: Input::new(&*form.name),
        text: Input::new(&*form.text),
        conflict: Some(Conflict::Deleted),
        ..PolicyTestFormView::default()
    };
    form_page(console, StatusCode::NOT_FOUND, &view)
}

fn form_page(console: &Console, status: StatusCode, view: &PolicyTestFormView) -> Response {
    console.page(status, policy_test_form(console.frame(), &console.chrome, view))
}

async fn show_delete(console: Console, Path(id): Path<String>) -> Answer {
    console.demand(SECTION, Permission::ManageCatalogue, "policy-test.delete", (TARGET, &id)).await?;
    let file = stored(&console, &id).await?;
    let tests = baton_core::policy_tests::text::read(&file.text).map_or(0, |tests| tests.len());
    let what = Confirm::DeletePolicyTest { id, name: file.name, tests };
    Ok(console.page(StatusCode::OK, confirm(console.frame(), &console.chrome, &what)))
}

async fn take_delete(console: Console, Path(id): Path<String>) -> Answer {
    let deleted = console.core().delete_policy_test(&console.actor, &id.as_str().into(), console.now()).await;
    console.ask(SECTION, deleted)?;
    Ok(console.done(PATH, Flash::Deleted))
}
