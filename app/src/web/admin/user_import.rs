//! People from a file (B1): sent, looked at, and then added all together or not at all.

use axum::{Router, http::StatusCode, response::Response, routing::get};
use baton_core::{
    CoreError, Permission, SentFile,
    accounts::{ImportPlan, ImportProblem, ImportRowProblem, MAX_IMPORT_BYTES, MAX_IMPORT_ROWS},
};

use baton_model::Role;

use super::{desk::Answer, phrases};
use crate::{
    locale::{Texts, fill},
    pages::admin::user_import::{ImportPreviewView, ImportedPerson, UserImportView, import_preview, user_import},
    shell::console::{Flash, Section},
    ui::form::{FileInput, Problem},
    web::{
        Chosen, Console, Fields, Posted, Web,
        confirmation::{Proved, prove},
        words,
    },
};

const PATH: &str = "/admin/users/import";
const SECTION: Section = Section::Users;
/// So many people with a user's role are shown before they are added.
const SHOWN: usize = 100;

pub fn routes() -> Router<Web> {
    Router::new().route(PATH, get(show).post(take))
}

async fn demand(console: &Console) -> Result<(), crate::web::PageError> {
    console.demand(SECTION, Permission::ManageUsers, "user.import", ("user", "")).await
}

async fn show(console: Console) -> Answer {
    demand(&console).await?;
    Ok(form(&console, StatusCode::OK, &UserImportView::default()))
}

/// A file, or the agreement to what one would do.
async fn take(console: Console, posted: Posted) -> Answer {
    demand(&console).await?;
    if posted.fields.is_ticked("previewed") {
        let proved = prove(&console.request, &console.person, &posted.fields).await?;
        let request = console.request.clone();
        return proved.finish(&request, add(&console.proved(&proved), &proved, &posted.fields).await);
    }
    match posted.file("file") {
        Chosen::File(file) => look(&console, file).await,
        Chosen::TooLarge => Ok(refused(&console, &[ImportProblem::TooLarge])),
        Chosen::Nothing => Ok(file_problem(&console, Problem::Missing)),
    }
}

async fn look(console: &Console, file: &SentFile) -> Answer {
    let plan = console.core().plan_import(&console.actor, &file.content, console.now()).await;
    let plan = console.ask(SECTION, plan)?;
    if !plan.problems.is_empty() {
        return Ok(refused(console, &plan.problems));
    }
    let kept = console.core().keep_upload(&console.actor, file, console.now()).await;
    let upload = console.ask(SECTION, kept)?.unwrap_or_default();
    // Asked for at once where it is known that it will be.
    let confirmation = if plan.gives_roles() { console.confirmation().await? } else { None };
    let view = ImportPreviewView { confirmation, ..preview(&plan, file.name.clone(), upload) };
    Ok(console.page(StatusCode::OK, import_preview(console.frame(), &console.chrome, &view)))
}

async fn add(console: &Console, proved: &Proved, fields: &Fields) -> Answer {
    let (upload, previewed) = (fields.get("upload"), fields.get("previewed"));
    let kept = console.core().kept_upload(&console.actor, upload, console.now()).await;
    let Some(file) = console.ask(SECTION, kept)? else {
        return Ok(file_problem(console, Problem::Gone));
    };
    match console.core().import_users(&console.actor, &file.content, previewed, console.now()).await {
        Ok(_) => {
            let forgotten = console.core().forget_upload(&console.actor, upload, console.now()).await;
            console.ask(SECTION, forgotten)?;
            Ok(console.done("/admin/users", Flash::Imported))
        }
        Err(CoreError::Unconfirmed) => {
            let (status, confirmation) = proved.again(&console.request).await?;
            let plan = console.core().plan_import(&console.actor, &file.content, console.now()).await;
            let view = preview(&console.ask(SECTION, plan)?, file.name.clone(), upload.to_owned());
            let view = ImportPreviewView { confirmation: Some(confirmation), ..view };
            Ok(console.page(status, import_preview(console.frame(), &console.chrome, &view)))
        }
        Err(CoreError::Stale) => {
            Ok(form(console, StatusCode::CONFLICT, &UserImportView { stale: true, ..UserImportView::default() }))
        }
        Err(error) => Err(console.fail(SECTION, &error)),
    }
}

fn preview(plan: &ImportPlan, file: String, upload: String) -> ImportPreviewView {
    let (users, with_role): (Vec<_>, Vec<_>) = plan.added.iter().partition(|row| row.role == Role::User);
    ImportPreviewView {
        file,
        upload,
        previewed: plan.fingerprint(),
        // Whoever gets more than a user's role is always shown, and first.
        shown: with_role
            .into_iter()
            .chain(users.into_iter().take(SHOWN))
            .map(|row| ImportedPerson {
                display_name: row.display_name.clone(),
                user_name: row.user_name.clone(),
                email: row.email.clone(),
                role: phrases::role(row.role),
                groups: row.groups.values().cloned().collect(),
                managed_account: row.managed_account.as_ref().map(baton_model::ManagedAppleAccount::masked),
            })
            .collect(),
        added: plan.added.len(),
        taken: plan.taken.iter().map(|row| (row.line, row.user_name.clone())).collect(),
        accountless: plan
            .added
            .iter()
            .filter(|row| plan.accountless.contains(&row.line))
            .map(|row| (row.line, row.user_name.clone()))
            .collect(),
        confirmation: None,
    }
}

fn form(console: &Console, status: StatusCode, view: &UserImportView) -> Response {
    console.page(status, user_import(console.frame(), &console.chrome, view))
}

fn file_problem(console: &Console, problem: Problem) -> Response {
    let file = FileInput { problem: Some(problem), ..FileInput::default() };
    form(console, StatusCode::UNPROCESSABLE_ENTITY, &UserImportView { file, ..UserImportView::default() })
}

fn refused(console: &Console, problems: &[ImportProblem]) -> Response {
    let t = console.t();
    let problems = problems.iter().map(|problem| sentence(t, problem)).collect();
    form(console, StatusCode::UNPROCESSABLE_ENTITY, &UserImportView { problems, ..UserImportView::default() })
}

fn sentence(t: &Texts, problem: &ImportProblem) -> String {
    match problem {
        ImportProblem::TooLarge => fill(t.import_too_large, &[("n", &(MAX_IMPORT_BYTES / 1024 / 1024))]),
        ImportProblem::NotText => t.import_not_text.to_owned(),
        ImportProblem::NoRows => t.import_no_rows.to_owned(),
        ImportProblem::TooManyRows => fill(t.import_too_many, &[("n", &MAX_IMPORT_ROWS)]),
        ImportProblem::ColumnMissing(name) => fill(t.import_column_missing, &[("name", name)]),
        ImportProblem::ColumnUnknown(name) => fill(t.import_column_unknown, &[("name", name)]),
        ImportProblem::ColumnTwice(name) => fill(t.import_column_twice, &[("name", name)]),
        ImportProblem::More => t.import_more_problems.to_owned(),
        ImportProblem::Row { line, problem } => {
            fill(t.import_line, &[("line", line), ("problem", &row_sentence(t, problem))])
        }
    }
}

fn row_sentence(t: &Texts, problem: &ImportRowProblem) -> String {
    match problem {
        ImportRowProblem::Field(field, problem) => {
            let label = match *field {
                "userName" => t.field_user_name,
                "displayName" => t.field_display_name,
                "managedAppleAccount" => t.account_field,
                _ => t.field_email,
            };
            format!("{label}: {}", words::problem(problem).text(t))
        }
        ImportRowProblem::Values { found, expected } => {
            fill(t.import_values, &[("found", found), ("expected", expected)])
        }
        ImportRowProblem::SameAccountAs(line) => fill(t.import_same_account_as, &[("line", line)]),
        ImportRowProblem::SameAs(line) => fill(t.import_same_as, &[("line", line)]),
        ImportRowProblem::Role(name) => fill(t.import_role, &[("name", name)]),
        ImportRowProblem::Group(name) => fill(t.import_group, &[("name", name)]),
    }
}
