//! *My account*: where one is signed in (spec B7), the passkeys (B8) and the password.

use leptos::prelude::*;

use crate::document::Frame;
use crate::icons::{Icon, icon};
use crate::locale::fill;
use crate::markup::{IntoMarkup, Markup};
use crate::pages::clip::sign_in::throttled_help;
use crate::shell::console::Flash;
use crate::shell::portal::{Person, portal};
use crate::ui::Tone;
use crate::ui::account::address;
use crate::ui::form::{Input, Kind, TextField, fixed_user_name};
use crate::ui::notice::{flash_notice, notice, short_notice};
use crate::ui::passkeys::{PasskeyForms, PasskeyRow, passkeys};
use crate::ui::sessions::{OpenSession, sessions};

/// What the page shows. Forms: `POST /account/password` with `present`, `password`, `repeated`; `POST
/// /account/sessions/end` with `session`; `POST /account/sessions/end-others`; `POST /account/passkeys/{id}/rename` with `name`;
/// `POST /account/passkeys/{id}/remove`.
#[derive(Clone, Debug, Default)]
pub struct AccountView {
    /// Who is signed in.
    pub person: Person,
    /// What they sign in with.
    pub user_name: String,
    /// Their own Managed Apple Account, in full: nobody else sees it so (G4).
    pub managed_account: Option<String>,
    /// Their open sessions.
    pub sessions: Vec<OpenSession>,
    /// Their passkeys; `None` where there are none to be had.
    pub passkeys: Option<Vec<PasskeyRow>>,
    /// Why a passkey was not renamed, as a sentence.
    pub passkey_problem: Option<String>,
    /// The present password; comes back empty.
    pub present: Input,
    /// The new one; comes back empty.
    pub password: Input,
    /// The new one again; comes back empty.
    pub repeated: Input,
    /// Fewest characters a password may have.
    pub shortest_password: usize,
    /// Seconds until the next attempt is looked at, after too many wrong ones.
    pub throttled: Option<u64>,
    /// What the last form did.
    pub flash: Option<Flash>,
}

/// The page.
#[must_use]
pub fn account(frame: &Frame, view: &AccountView) -> String {
    let t = frame.texts();
    let flash = view.flash.map(|flash| flash_notice(flash.sentence(t)));
    let inputs = [&view.present, &view.password, &view.repeated];
    let refused = inputs.iter().any(|input| input.problem.is_some()).then(|| short_notice(Tone::Bad, t.form_refused));
    let throttled = view
        .throttled
        .map(|seconds| notice(Tone::Bad, t.throttled_title, view! { <p>{throttled_help(t, seconds)}</p> }));
    let main = view! {
        <a class="up" href="/">{icon(Icon::Back)}<span>{t.home_title}</span></a>
        <h1>{t.account_title}</h1>
        {flash}
        {throttled}
        {refused}
        {view.managed_account.as_deref().map(|account| managed_account(frame, account))}
        {open(frame, view)}
        {view.passkeys.as_ref().map(|rows| own_passkeys(frame, view, rows))}
        {password(frame, view)}
    };
    portal(frame, t.account_title, &view.person, main.into_markup())
}

fn managed_account(frame: &Frame, account: &str) -> Markup {
    let t = frame.texts();
    view! {
        <section class="panel" id="managed-account">
            <header class="panel-head"><h2>{t.account_own}</h2></header>
            <p><code class="copy address">{address(account)}</code></p>
            <p class="fine">{t.account_own_text}</p>
        </section>
    }
    .into_markup()
}

fn open(frame: &Frame, view: &AccountView) -> Markup {
    let t = frame.texts();
    let others = view.sessions.iter().any(|session| !session.current).then(|| {
        view! {
            <form class="form-actions" method="post" action="/account/sessions/end-others">
                <button class="button" type="submit">{t.account_end_others}</button>
            </form>
        }
    });
    view! {
        <section class="panel">
            <header class="panel-head"><h2>{t.sessions_title}</h2></header>
            <p class="fine">{t.account_sessions_text}</p>
            {sessions(frame, &view.sessions, Some("/account/sessions/end"))}
            {others}
        </section>
    }
    .into_markup()
}

fn own_passkeys(frame: &Frame, view: &AccountView, rows: &[PasskeyRow]) -> Markup {
    let t = frame.texts();
    let problem = view.passkey_problem.as_deref().map(|sentence| short_notice(Tone::Bad, sentence));
    view! {
        <section class="panel" id="passkeys">
            <header class="panel-head"><h2>{t.passkeys_title}</h2></header>
            <p class="fine">{t.passkeys_text}</p>
            {problem}
            {passkeys(frame, rows, PasskeyForms::Owner("/account/passkeys"))}
            <div class="form-actions"><a class="button" href="/account/passkeys/add">{t.passkey_add}</a></div>
        </section>
    }
    .into_markup()
}

fn password(frame: &Frame, view: &AccountView) -> Markup {
    let t = frame.texts();
    let hint = fill(t.password_hint, &[("n", &view.shortest_password)]);
    view! {
        <section class="panel">
            <header class="panel-head"><h2>{t.account_password}</h2></header>
            <p class="fine">{t.account_password_text}</p>
            <form class="stack" method="post" action="/account/password">
                {fixed_user_name(frame, &view.user_name)}
                {TextField::new("present", t.account_present, Kind::CurrentPassword).render(frame, &view.present)}
                {TextField::new("password", t.account_new, Kind::NewPassword).hint(&hint).render(frame, &view.password)}
                {TextField::new("repeated", t.account_repeated, Kind::NewPassword).render(frame, &view.repeated)}
                <div class="form-actions"><button class="button primary" type="submit">{t.account_change}</button></div>
            </form>
        </section>
    }
    .into_markup()
}
