//! Signing in to portal and console.

use leptos::prelude::*;

use crate::document::Frame;
use crate::markup::IntoMarkup;
use crate::pages::clip::sign_in::{Provider, SignInError, credentials_form, error_box, provider_forms};
use crate::shell::light::{LightPage, light};
use crate::ui::Tone;
use crate::ui::form::hidden;
use crate::ui::notice::short_notice;
use crate::ui::passkeys::{PasskeyProblem, passkey_button};

/// What the page shows.
#[derive(Clone, Debug, Default)]
pub struct PortalSignInView {
    /// User name as typed before.
    pub user_name: String,
    /// Why the last attempt failed.
    pub error: Option<SignInError>,
    /// Something good to know that led here.
    pub arrival: Option<Arrival>,
    /// Where to go after signing in: a path on this server.
    pub next: Option<String>,
    /// Whom to sign in with instead of a password (B3).
    pub providers: Vec<Provider>,
    /// Passkeys can be used at this address.
    pub passkeys: bool,
    /// Why a passkey was not accepted.
    pub passkey_problem: Option<PasskeyProblem>,
}

/// Where a browser gets the challenge by which somebody signs in.
pub const PASSKEY_CHALLENGE: &str = "/sign-in/passkey/challenge";

/// What led to the sign-in page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Arrival {
    /// The person signed out.
    SignedOut,
    /// The first administrator was created.
    SetUpDone,
    /// The page asked for needs a session.
    SessionNeeded,
}

/// The page.
#[must_use]
pub fn portal_sign_in(frame: &Frame, view: &PortalSignInView) -> String {
    let t = frame.texts();
    let page = LightPage { title: t.sign_in_title, place: t.brand };
    let arrival =
        view.arrival.filter(|_| view.error.is_none() && view.passkey_problem.is_none()).map(|arrival| match arrival {
            Arrival::SignedOut => short_notice(Tone::Good, t.portal_signed_out),
            Arrival::SetUpDone => short_notice(Tone::Good, t.portal_set_up_done),
            Arrival::SessionNeeded => short_notice(Tone::Plain, t.portal_session_needed),
        });
    let next = || view.next.as_ref().map(|next| hidden("next", next));
    let refused = view.passkey_problem.map(|problem| short_notice(Tone::Bad, problem.sentence(t)));
    let passkey = view.passkeys.then(|| {
        view! {
            <form class="stack" method="post" action="/sign-in/passkey">
                {next()}
                {passkey_button(frame, PASSKEY_CHALLENGE, t.passkey_sign_in, "wide")}
            </form>
        }
    });
    let main = view! {
        <h1>{t.portal_sign_in_heading}</h1>
        {arrival}
        {error_box(t, view.error.as_ref())}
        {refused}
        {credentials_form(frame, "/sign-in", &view.user_name, next())}
        {passkey}
        {provider_forms(frame, "/sign-in/with", &view.providers, ("next", view.next.as_deref().unwrap_or_default()))}
    };
    light(frame, &page, main.into_markup(), None)
}
