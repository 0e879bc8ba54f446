//! Signing a phone out without the holder's session, by having it in hand: no name, item counts only (spec A3).

use leptos::prelude::*;

use super::sign_out::{Checklist, SignOutProblem, checklist, problem_box};
use crate::document::Frame;
use crate::locale::count;
use crate::markup::IntoMarkup;
use crate::shell::light::{LightPage, light};
use crate::ui::form::hidden;

/// What the page shows.
#[derive(Clone, Debug, Default)]
pub struct EndSessionView {
    /// The device this page stands for; comes back with the form.
    pub device: String,
    /// Name of the device.
    pub device_name: String,
    /// What to do before handing the phone on.
    pub checklist: Checklist,
    /// How many items will be removed.
    pub removes: usize,
    /// How many stay.
    pub stays: usize,
    /// How many cannot be removed.
    pub stuck: usize,
    /// Identifies the previewed plan.
    pub plan: String,
    /// Why the last attempt did not go through.
    pub problem: Option<SignOutProblem>,
}

/// The page.
#[must_use]
pub fn end_session(frame: &Frame, view: &EndSessionView) -> String {
    let t = frame.texts();
    let page = LightPage { title: t.end_session_title, place: &view.device_name };
    let stuck = (view.stuck > 0).then(|| {
        view! { <li>{count(view.stuck, t.end_session_stuck_one, t.end_session_stuck_many)}</li> }
    });
    let main = view! {
        <h1>{t.end_session_heading}</h1>
        <p class="lead">{t.end_session_text}</p>
        {problem_box(t, view.problem)}
        <form id="end-session" class="stack" method="post" action="/clip/end-session">
            {hidden("device", &view.device)}
            {hidden("plan", &view.plan)}
            {checklist(t, &view.checklist)}
        </form>
        <ul class="plain-list">
            <li>{count(view.removes, t.end_session_removes_one, t.end_session_removes_many)}</li>
            <li>{count(view.stays, t.end_session_stays_one, t.end_session_stays_many)}</li>
            {stuck}
        </ul>
        <p class="fine">{t.end_session_audited}</p>
    };
    let actions = view! {
        <button class="button primary wide" type="submit" form="end-session">{t.end_session_button}</button>
        <a class="button quiet wide" href="/clip">{t.back}</a>
    };
    light(frame, &page, main.into_markup(), Some(actions.into_markup()))
}
