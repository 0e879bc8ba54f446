//! People from a file (spec B1): the file, and what it would do before it does it.

use leptos::prelude::*;

use super::list::none;
use crate::document::Frame;
use crate::locale::{count, fill};
use crate::markup::{IntoMarkup, Markup};
use crate::shell::console::{Chrome, ConsolePage, Section, console};
use crate::ui::Tone;
use crate::ui::account::masked;
use crate::ui::confirmation::{ConfirmationView, confirmation};
use crate::ui::form::{FileInput, file_field, hidden};
use crate::ui::notice::{notice, short_notice};
use crate::ui::role::Role;
use crate::ui::table::table;

const PATH: &str = "/admin/users/import";
const TABLE: &str = "import";
/// An example of a file. Names of columns are the same in every language.
const EXAMPLE: &str = "userName,displayName,email,role,groups\n\
                       ada,Ada Lovelace,ada@heron.example,user,Nurses|Night shift\n\
                       ben,Ben Okri,,help-desk,";

/// The form; its field: `file`.
#[derive(Clone, Debug, Default)]
pub struct UserImportView {
    /// The file.
    pub file: FileInput,
    /// What is wrong with the lines of the file that was sent, in the page's language.
    pub problems: Vec<String>,
    /// The file does something else by now than what was shown.
    pub stale: bool,
}

/// The page with the form. Sent to `POST /admin/users/import`.
#[must_use]
pub fn user_import(frame: &Frame, chrome: &Chrome, view: &UserImportView) -> String {
    let t = frame.texts();
    let page = ConsolePage::new(Section::Users, t.users_import).up(t.nav_users, "/admin/users");
    console(frame, chrome, page, || {
        view! {
            {view.stale.then(|| notice(Tone::Warn, t.stale_title, view! { <p>{t.import_stale}</p> }))}
            {problems(frame, &view.problems)}
            <form class="stack form" method="post" action=PATH enctype="multipart/form-data">
                {file_field(frame, "file", t.import_file, t.import_file_hint, ".csv,text/csv", false, &view.file)}
                <div class="form-actions">
                    <button class="button primary" type="submit">{t.import_preview}</button>
                    <a class="button quiet" href="/admin/users">{t.cancel}</a>
                </div>
            </form>
            <section class="panel">
                <header class="panel-head"><h2>{t.import_columns_title}</h2></header>
                <p>{t.import_columns_text}</p>
                <pre class="example" tabindex="0">{EXAMPLE}</pre>
                <p class="fine">{t.import_password_text}</p>
            </section>
        }
        .into_markup()
    })
}

fn problems(frame: &Frame, problems: &[String]) -> Option<Markup> {
    if problems.is_empty() {
        return None;
    }
    let lines = problems.iter().map(|problem| view! { <li>{problem.clone()}</li> }).collect_view();
    Some(notice(Tone::Bad, frame.texts().import_refused, view! { <ul class="refused-files">{lines}</ul> }))
}

/// What a file would do.
#[derive(Clone, Debug, Default)]
pub struct ImportPreviewView {
    /// The file's name.
    pub file: String,
    /// The id of the file, which waits.
    pub upload: String,
    /// What was shown, as a word that travels with the form.
    pub previewed: String,
    /// The people who would be added: the first of them.
    pub shown: Vec<ImportedPerson>,
    /// How many would be added in all.
    pub added: usize,
    /// User names that are taken already, each with its line; those people stay as they are.
    pub taken: Vec<(u64, String)>,
    /// User names of those who get no Managed Apple Account, because another person has theirs, each with its line.
    pub accountless: Vec<(u64, String)>,
    /// What is asked for before roles are given.
    pub confirmation: Option<ConfirmationView>,
}

/// A person who would be added.
#[derive(Clone, Debug)]
pub struct ImportedPerson {
    /// How people call them.
    pub display_name: String,
    /// Signs in with this.
    pub user_name: String,
    /// Mail address; may be empty.
    pub email: String,
    /// Role.
    pub role: Role,
    /// Names of groups.
    pub groups: Vec<String>,
    /// The Managed Apple Account that the file names, masked.
    pub managed_account: Option<String>,
}

/// The page. *Add* is `POST /admin/users/import` with `upload` and `previewed`.
#[must_use]
pub fn import_preview(frame: &Frame, chrome: &Chrome, view: &ImportPreviewView) -> String {
    let t = frame.texts();
    let page =
        ConsolePage::new(Section::Users, t.users_import).up(t.nav_users, "/admin/users").subtitle(view.file.clone());
    console(frame, chrome, page, || {
        let sum = count(view.added, t.import_adds_one, t.import_adds);
        let button = (view.added > 0).then(|| {
            view! { <button class="button primary" type="submit">{count(view.added, t.import_add_one, t.import_add)}</button> }
        });
        let nothing = (view.added == 0).then(|| short_notice(Tone::Warn, t.import_adds_none));
        let people = (view.added > 0).then(|| {
            view! {
                <p class="lead">{sum}</p>
                {rows(frame, &view.shown)}
                {more(frame, view)}
            }
        });
        view! {
            {nothing}
            {lines(frame, (t.import_taken_one, t.import_taken), &view.taken)}
            {lines(frame, (t.import_accountless_one, t.import_accountless), &view.accountless)}
            {people}
            <form class="stack form" method="post" action=PATH>
                {hidden("upload", &view.upload)}
                {hidden("previewed", &view.previewed)}
                {view.confirmation.as_ref().map(|view| confirmation(frame, view))}
                <div class="form-actions">
                    {button}
                    <a class="button quiet" href=PATH>{t.import_another}</a>
                </div>
            </form>
        }
        .into_markup()
    })
}

fn more(frame: &Frame, view: &ImportPreviewView) -> Option<Markup> {
    let t = frame.texts();
    let more = view.added.saturating_sub(view.shown.len());
    (more > 0).then(|| view! { <p class="fine">{count(more, t.import_more_one, t.import_more)}</p> }.into_markup())
}

/// People of the file of whom there is something to say, by lines.
fn lines(frame: &Frame, (one, many): (&str, &str), people: &[(u64, String)]) -> Option<Markup> {
    let t = frame.texts();
    if people.is_empty() {
        return None;
    }
    let lines = people
        .iter()
        .map(|(line, name)| view! { <li>{fill(t.import_taken_line, &[("line", line), ("name", name)])}</li> })
        .collect_view();
    Some(
        view! {
            <details class="panel">
                <summary>{count(people.len(), one, many)}</summary>
                <ul>{lines}</ul>
            </details>
        }
        .into_markup(),
    )
}

fn rows(frame: &Frame, people: &[ImportedPerson]) -> Markup {
    let t = frame.texts();
    let or_none = |text: String| if text.is_empty() { none(frame) } else { text.into_markup() };
    let rows = people
        .iter()
        .map(|person| {
            vec![
                person.display_name.clone().into_markup(),
                person.user_name.clone().into_markup(),
                or_none(person.email.clone()),
                person.role.word(t).into_markup(),
                or_none(person.groups.join(", ")),
                masked(frame, person.managed_account.as_deref()),
            ]
        })
        .collect();
    let columns = [t.field_display_name, t.field_user_name, t.field_email, t.field_role, t.nav_groups, t.account_field];
    table(TABLE, t.users_import, &columns, rows)
}
