//! A phone somebody else holds: no name, who may help, the way back in for the holder, and the way to end the
//! session with the phone in hand (spec A3, A7).

use leptos::prelude::*;

use super::sign_in::{Provider, SignInError, credentials_form, error_box, provider_forms};
use crate::document::Frame;
use crate::locale::fill;
use crate::markup::IntoMarkup;
use crate::shell::light::{LightPage, light};
use crate::ui::form::hidden;

/// What the page shows.
#[derive(Clone, Debug, Default)]
pub struct InUseView {
    /// The device this page stands for; comes back with the form.
    pub device: String,
    /// Name of the device.
    pub device_name: String,
    /// Who may help, such as "Help desk, extension 100".
    pub helpers: Option<String>,
    /// User name as typed before.
    pub user_name: String,
    /// Why the last attempt failed.
    pub error: Option<SignInError>,
    /// Whom the holder may sign in with instead of a password.
    pub providers: Vec<Provider>,
}

/// The page.
#[must_use]
pub fn in_use(frame: &Frame, view: &InUseView) -> String {
    let t = frame.texts();
    let page = LightPage { title: t.in_use_title, place: &view.device_name };
    let helpers = match &view.helpers {
        Some(helpers) => fill(t.in_use_helpers, &[("helpers", helpers)]),
        None => t.in_use_no_helpers.to_owned(),
    };
    let main = view! {
        <h1>{t.in_use_heading}</h1>
        <p class="lead">{t.in_use_text}" "{helpers}</p>
        {error_box(t, view.error.as_ref())}
        <section class="card">
            <h2>{t.in_use_resume_heading}</h2>
            <p class="fine">{t.in_use_resume_text}</p>
            {credentials_form(frame, "/clip/sign-in", &view.user_name, Some(hidden("device", &view.device)))}
            {provider_forms(frame, "/clip/sign-in/with", &view.providers, ("device", &view.device))}
        </section>
        <section class="card">
            <h2>{t.in_use_end_heading}</h2>
            <p class="fine">{t.in_use_end_text}</p>
            <a class="button wide" href="/clip/end-session">{t.in_use_end_button}</a>
        </section>
    };
    light(frame, &page, main.into_markup(), None)
}
