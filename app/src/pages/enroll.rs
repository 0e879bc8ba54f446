//! The page that a shared phone opens to enrol.

use leptos::prelude::*;

use crate::markup::IntoMarkup;
use crate::{
    document::Frame,
    locale::fill,
    shell::light::{LightPage, light},
};

/// What the page shows.
#[derive(Clone, Debug, Default)]
pub struct EnrollView {
    /// Who will manage the phone.
    pub organisation: String,
    /// What the link is for, as the administrator wrote.
    pub label: String,
    /// Path of the profile.
    pub profile: String,
}

/// The page.
#[must_use]
pub fn enroll(frame: &Frame, view: &EnrollView) -> String {
    let t = frame.texts();
    let page = LightPage { title: t.enroll_title, place: &view.label };
    let main = view! {
        <h1>{t.enroll_heading}</h1>
        <p class="lead">{fill(t.enroll_text, &[("organisation", &view.organisation)])}</p>
        <ol class="plain-list">
            <li>{t.enroll_step_1}</li>
            <li>{t.enroll_step_2}</li>
            <li>{t.enroll_step_3}</li>
        </ol>
        <p class="fine">{t.enroll_safari}</p>
    };
    let actions = view! { <a class="button primary wide" href=view.profile.clone()>{t.enroll_button}</a> };
    light(frame, &page, main.into_markup(), Some(actions.into_markup()))
}
