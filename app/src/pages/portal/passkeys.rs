//! Adding a passkey, and proving once more who one is before it (spec B8).

use leptos::prelude::*;

use crate::document::Frame;
use crate::icons::{Icon, icon};
use crate::markup::{IntoMarkup, Markup};
use crate::shell::portal::{Person, portal};
use crate::ui::Tone;
use crate::ui::confirmation::{ConfirmationView, confirmation};
use crate::ui::form::{Input, Kind, TextField, hidden};
use crate::ui::notice::short_notice;
use crate::ui::passkeys::{PasskeyProblem, passkey_button};

/// Where a browser gets the challenge by which it makes a passkey.
pub const CHALLENGE: &str = "/account/passkeys/challenge";

/// The form; its fields: `name`, `passkeyToken`, `passkeyResponse`.
#[derive(Clone, Debug, Default)]
pub struct AddPasskeyView {
    /// Who is signed in.
    pub person: Person,
    /// What the passkey will be called.
    pub name: Input,
    /// Why none was added.
    pub problem: Option<PasskeyProblem>,
}

/// The page. Sent to `POST /account/passkeys/add`, by script only.
#[must_use]
pub fn add_passkey(frame: &Frame, view: &AddPasskeyView) -> String {
    let t = frame.texts();
    let problem = view.problem.map(|problem| short_notice(Tone::Bad, problem.sentence(t)));
    let main = view! {
        {head(t.passkey_add, t.account_title)}
        {problem}
        <p class="lead">{t.passkey_add_text}</p>
        <form class="stack form" method="post" action="/account/passkeys/add">
            {TextField::new("name", t.passkey_name, Kind::Text).hint(t.passkey_name_hint).render(frame, &view.name)}
            <p id="without-passkey">{t.passkey_no_scripts}</p>
            <div class="form-actions">
                {passkey_button(frame, CHALLENGE, t.passkey_make, "primary")}
                <a class="button quiet" href="/account">{t.cancel}</a>
            </div>
        </form>
    };
    portal(frame, t.passkey_add, &view.person, main.into_markup())
}

/// Asks for a proof of who it is, and leads on. The form's fields are the proof's, and `next`.
#[derive(Clone, Debug, Default)]
pub struct ConfirmPersonView {
    /// Who is signed in.
    pub person: Person,
    /// What is asked for.
    pub confirmation: ConfirmationView,
    /// Where to go then: a path on this server.
    pub next: String,
}

/// The page. Sent to `POST /account/confirm`.
#[must_use]
pub fn confirm_person(frame: &Frame, view: &ConfirmPersonView) -> String {
    let t = frame.texts();
    let main = view! {
        {head(t.confirmation_title, t.account_title)}
        <form class="stack form" method="post" action="/account/confirm">
            {hidden("next", &view.next)}
            {confirmation(frame, &view.confirmation)}
            <div class="form-actions">
                <button class="button primary" type="submit">{t.go_on}</button>
                <a class="button quiet" href="/account">{t.cancel}</a>
            </div>
        </form>
    };
    portal(frame, t.confirmation_title, &view.person, main.into_markup())
}

fn head(title: &'static str, up: &'static str) -> Markup {
    view! {
        <header class="page-head">
            <div class="page-title">
                <a class="up" href="/account">{icon(Icon::Back)}<span>{up}</span></a>
                <h1>{title}</h1>
            </div>
        </header>
    }
    .into_markup()
}
