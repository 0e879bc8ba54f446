//! Choosing a password under a one-time link (spec B1).

use leptos::prelude::*;

use crate::document::Frame;
use crate::icons::{Icon, icon};
use crate::locale::fill;
use crate::markup::IntoMarkup;
use crate::shell::light::{LightPage, light};
use crate::ui::Tone;
use crate::ui::form::{Input, Kind, TextField, fixed_user_name};
use crate::ui::notice::short_notice;

/// The form; its fields: `password`, `repeated`.
#[derive(Clone, Debug, Default)]
pub struct PasswordView {
    /// The secret in the address.
    pub token: String,
    /// How people call the person.
    pub display_name: String,
    /// What the person signs in with.
    pub user_name: String,
    /// Password; comes back empty.
    pub password: Input,
    /// Password again; comes back empty.
    pub repeated: Input,
    /// Fewest characters a password may have.
    pub shortest_password: usize,
}

/// The page with the form. Sent to `POST /password/{secret}`.
#[must_use]
pub fn password(frame: &Frame, view: &PasswordView) -> String {
    let t = frame.texts();
    let page = LightPage { title: t.password_title, place: t.brand };
    let inputs = [&view.password, &view.repeated];
    let refused = inputs.iter().any(|input| input.problem.is_some()).then(|| short_notice(Tone::Bad, t.form_refused));
    let hint = fill(t.password_hint, &[("n", &view.shortest_password)]);
    let main = view! {
        <h1>{fill(t.password_heading, &[("name", &view.display_name)])}</h1>
        <p class="lead">{t.password_text}</p>
        {refused}
        <form class="stack" method="post" action=format!("/password/{}", view.token)>
            {fixed_user_name(frame, &view.user_name)}
            {TextField::new("password", t.field_password, Kind::NewPassword).hint(&hint).render(frame, &view.password)}
            {TextField::new("repeated", t.field_repeated, Kind::NewPassword).render(frame, &view.repeated)}
            <button class="button primary wide" type="submit">{t.password_button}</button>
        </form>
    };
    light(frame, &page, main.into_markup(), None)
}

/// The page of a link that does not work any more; status 410.
#[must_use]
pub fn password_closed(frame: &Frame) -> String {
    let t = frame.texts();
    let page = LightPage { title: t.password_title, place: t.brand };
    let main = view! {
        <div class="hero">
            {icon(Icon::Lock)}
            <h1>{t.password_closed_title}</h1>
            <p class="lead">{t.password_closed_text}</p>
        </div>
    };
    let actions = view! { <a class="button wide" href="/sign-in">{t.sign_in_title}</a> };
    light(frame, &page, main.into_markup(), Some(actions.into_markup()))
}
