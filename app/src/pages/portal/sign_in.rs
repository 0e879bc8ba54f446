//! Signing in to portal and console.

use leptos::prelude::*;

use crate::document::Frame;
use crate::markup::IntoMarkup;
use crate::pages::clip::sign_in::{Provider, SignInError, credentials_form, error_box, provider_forms};
use crate::shell::light::{LightPage, light};
use crate::ui::Tone;
use crate::ui::form::hidden;
use crate::ui::notice::short_notice;

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
}

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
    let arrival = view.arrival.filter(|_| view.error.is_none()).map(|arrival| match arrival {
        Arrival::SignedOut => short_notice(Tone::Good, t.portal_signed_out),
        Arrival::SetUpDone => short_notice(Tone::Good, t.portal_set_up_done),
        Arrival::SessionNeeded => short_notice(Tone::Plain, t.portal_session_needed),
    });
    let next = view.next.as_ref().map(|next| hidden("next", next));
    let main = view! {
        <h1>{t.portal_sign_in_heading}</h1>
        {arrival}
        {error_box(t, view.error.as_ref())}
        {credentials_form(frame, "/sign-in", &view.user_name, next)}
        {provider_forms(frame, "/sign-in/with", &view.providers, ("next", view.next.as_deref().unwrap_or_default()))}
    };
    light(frame, &page, main.into_markup(), None)
}
