//! First start: the one-time link on the operator's console creates the first administrator (spec B9).

use leptos::prelude::*;

use crate::document::Frame;
use crate::icons::{Icon, icon};
use crate::markup::IntoMarkup;
use crate::shell::light::{LightPage, light};
use crate::ui::Tone;
use crate::ui::form::{Input, Kind, TextField};
use crate::ui::notice::short_notice;

/// The form.
#[derive(Clone, Debug, Default)]
pub struct SetUpView {
    /// The secret in the address.
    pub token: String,
    /// User name to sign in with.
    pub user_name: Input,
    /// How people call the person.
    pub display_name: Input,
    /// Password; comes back empty.
    pub password: Input,
    /// Password again; comes back empty.
    pub repeated: Input,
    /// Fewest characters a password may have.
    pub shortest_password: usize,
}

/// The page with the form.
#[must_use]
pub fn set_up(frame: &Frame, view: &SetUpView) -> String {
    let t = frame.texts();
    let page = LightPage { title: t.set_up_title, place: t.brand };
    let inputs = [&view.user_name, &view.display_name, &view.password, &view.repeated];
    let refused = inputs.iter().any(|input| input.problem.is_some()).then(|| short_notice(Tone::Bad, t.form_refused));
    let hint = crate::locale::fill(t.password_hint, &[("n", &view.shortest_password)]);
    let main = view! {
        <h1>{t.set_up_heading}</h1>
        <p class="lead">{t.set_up_text}</p>
        {refused}
        <form class="stack" method="post" action=format!("/setup/{}", view.token)>
            {TextField::new("userName", t.field_user_name, Kind::UserName).hint(t.user_name_hint).render(frame, &view.user_name)}
            {TextField::new("displayName", t.field_display_name, Kind::Text).render(frame, &view.display_name)}
            {TextField::new("password", t.field_password, Kind::NewPassword).hint(&hint).render(frame, &view.password)}
            {TextField::new("repeated", t.field_repeated, Kind::NewPassword).render(frame, &view.repeated)}
            <button class="button primary wide" type="submit">{t.set_up_button}</button>
        </form>
    };
    light(frame, &page, main.into_markup(), None)
}

/// Why the link does not work any more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SetUpClosed {
    /// An administrator exists; status 410.
    Used,
    /// The link is unknown or too old; status 404.
    Expired,
}

/// The page of a link that does not work any more.
#[must_use]
pub fn set_up_closed(frame: &Frame, why: SetUpClosed) -> String {
    let t = frame.texts();
    let page = LightPage { title: t.set_up_title, place: t.brand };
    let (title, text) = match why {
        SetUpClosed::Used => (t.set_up_used_title, t.set_up_used_text),
        SetUpClosed::Expired => (t.set_up_expired_title, t.set_up_expired_text),
    };
    let main = view! {
        <div class="hero">
            {icon(Icon::Lock)}
            <h1>{title}</h1>
            <p class="lead">{text}</p>
        </div>
    };
    let actions = (why == SetUpClosed::Used)
        .then(|| view! { <a class="button wide" href="/sign-in">{t.sign_in_title}</a> }.into_markup());
    light(frame, &page, main.into_markup(), actions)
}
