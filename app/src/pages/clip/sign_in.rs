//! The sign-in page of a signed-out phone (spec A1, A4, A6, A17).

use leptos::prelude::*;

use crate::document::Frame;
use crate::locale::{Texts, fill};
use crate::markup::{IntoMarkup, Markup};
use crate::shell::light::{LightPage, light};
use crate::ui::Tone;
use crate::ui::form::{Input, Kind, TextField, hidden};
use crate::ui::notice::notice;

/// What the page shows.
#[derive(Clone, Debug, Default)]
pub struct SignInView {
    /// The device this page stands for; comes back with the form.
    pub device: String,
    /// Name of the device.
    pub device_name: String,
    /// What the administrator wants a signed-out phone to say: location, return-to text, claim code (A17).
    pub name_tag: Option<String>,
    /// The last person's items are gone, and nobody has signed in since (A12).
    pub clean: bool,
    /// User name as typed before.
    pub user_name: String,
    /// Why the last attempt failed.
    pub error: Option<SignInError>,
    /// Whom to sign in with instead of a password (A5).
    pub providers: Vec<Provider>,
}

/// An identity provider that people may sign in with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Provider {
    /// Its id.
    pub id: String,
    /// What people call it.
    pub name: String,
}

/// Why a sign-in was refused. Unknown user and wrong password are one and the same.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SignInError {
    /// User name or password was left empty.
    Incomplete,
    /// Unknown user, wrong password, or not allowed to sign in.
    WrongCredentials,
    /// A PIN or a registration code was entered (A4).
    PinRefused,
    /// Somebody else won; `helpers` names who may help (A7).
    AlreadyTaken {
        /// Who may help, such as "Help desk, extension 100".
        helpers: Option<String>,
    },
    /// The person holds as many shared devices as allowed (A16).
    LimitReached {
        /// Name of a device the person holds, if it may be told.
        device: Option<String>,
    },
    /// Too many people are signing in at this moment.
    Busy,
    /// Too many attempts.
    Throttled {
        /// Seconds until the next attempt counts.
        seconds: u64,
    },
    /// The page was open too long.
    Expired,
    /// As [`Self::WrongCredentials`], while these directories cannot be reached.
    DirectoryDown {
        /// What they are called.
        names: String,
    },
    /// Signing in with a provider failed.
    Provider {
        /// What it is called.
        name: String,
        /// Why.
        problem: ProviderProblem,
    },
}

/// Why signing in with a provider failed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ProviderProblem {
    /// It took too long, was finished before, or began elsewhere.
    Lost,
    /// The person gave up there.
    Cancelled,
    /// It did not ask the person to authenticate again, or does not prove it (A5).
    NotFresh,
    /// It cannot be reached.
    Unavailable,
    /// Its answer cannot be accepted, for the reason with this code.
    NotAccepted(String),
    /// The person was not added here.
    Stranger,
    /// Somebody here has the person's user name.
    NameTaken,
    /// The person may not sign in here.
    Disabled,
    /// Somebody else authenticated than the person who is signed in.
    OtherPerson,
}

impl SignInError {
    /// Title and what to do, in the page's language.
    #[must_use]
    pub fn sentences(&self, t: &Texts) -> (&'static str, String) {
        let texts: (&'static str, String) = match self {
            Self::Incomplete => (t.sign_in_incomplete, t.sign_in_incomplete_help.to_owned()),
            Self::WrongCredentials => (t.sign_in_wrong, t.sign_in_wrong_help.to_owned()),
            Self::PinRefused => (t.sign_in_pin, t.sign_in_pin_help.to_owned()),
            Self::AlreadyTaken { helpers: Some(helpers) } => {
                (t.sign_in_taken, fill(t.in_use_helpers, &[("helpers", helpers)]))
            }
            Self::AlreadyTaken { helpers: None } => (t.sign_in_taken, t.in_use_no_helpers.to_owned()),
            Self::LimitReached { device: Some(device) } => {
                (t.sign_in_limit, fill(t.sign_in_limit_help, &[("device", device)]))
            }
            Self::LimitReached { device: None } => (t.sign_in_limit, t.sign_in_limit_somewhere.to_owned()),
            Self::Busy => (t.sign_in_busy, t.sign_in_busy_help.to_owned()),
            Self::Throttled { seconds } => (t.throttled_title, throttled_help(t, *seconds)),
            Self::Expired => (t.sign_in_expired, t.sign_in_expired_help.to_owned()),
            Self::DirectoryDown { names } => (t.sign_in_failed, fill(t.sign_in_directory_down, &[("names", names)])),
            Self::Provider { name, problem } => problem.sentences(t, name),
        };
        texts
    }
}

impl ProviderProblem {
    fn sentences(&self, t: &Texts, name: &str) -> (&'static str, String) {
        let with_name = |text: &str| fill(text, &[("name", &name)]);
        match self {
            Self::Lost => (t.provider_lost, t.provider_lost_help.to_owned()),
            Self::Cancelled => (t.sign_in_failed, with_name(t.provider_cancelled)),
            Self::NotFresh => (t.provider_not_fresh, with_name(t.provider_not_fresh_help)),
            Self::Unavailable => (t.sign_in_failed, with_name(t.provider_unavailable)),
            Self::NotAccepted(code) => {
                (t.sign_in_failed, fill(t.provider_not_accepted, &[("name", &name), ("code", code)]))
            }
            Self::Stranger => (t.provider_stranger, with_name(t.provider_stranger_help)),
            Self::NameTaken => (t.provider_stranger, with_name(t.provider_name_taken)),
            Self::Disabled => (t.provider_disabled, t.provider_disabled_help.to_owned()),
            Self::OtherPerson => (t.provider_other_person, with_name(t.provider_other_person_help)),
        }
    }
}

/// "Try again in …", in the coarsest unit that is not wrong.
#[must_use]
pub(crate) fn throttled_help(t: &Texts, seconds: u64) -> String {
    if seconds <= 90 {
        fill(t.throttled_seconds, &[("n", &seconds.max(1))])
    } else {
        fill(t.throttled_minutes, &[("n", &seconds.div_ceil(60))])
    }
}

/// The page.
#[must_use]
pub fn sign_in(frame: &Frame, view: &SignInView) -> String {
    let t = frame.texts();
    let page = LightPage { title: t.sign_in_title, place: &view.device_name };
    let clean = (view.clean && view.error.is_none()).then(|| clean_statement(t));
    let tag = view.name_tag.clone().map(|tag| view! { <p class="name-tag">{tag}</p> });
    let main = view! {
        {clean}
        <h1>{t.sign_in_heading}</h1>
        {error_box(t, view.error.as_ref())}
        {credentials_form(frame, "/clip/sign-in", &view.user_name, Some(hidden("device", &view.device)))}
        {provider_forms(frame, "/clip/sign-in/with", &view.providers, ("device", &view.device))}
        {tag}
    };
    light(frame, &page, main.into_markup(), None)
}

/// "Clean" and what it cannot cover (A12).
fn clean_statement(t: &Texts) -> Markup {
    notice(Tone::Good, t.clean_title, view! { <p>{t.clean_text}</p><p class="fine">{t.clean_limits}</p> })
}

/// The box that says why a sign-in failed.
pub(crate) fn error_box(t: &Texts, error: Option<&SignInError>) -> Option<Markup> {
    error.map(|error| {
        let (title, help) = error.sentences(t);
        notice(Tone::Bad, title, view! { <p>{help}</p> })
    })
}

/// A button for each provider. Forms, because opening an address must begin nothing.
pub(crate) fn provider_forms(
    frame: &Frame,
    action: &'static str,
    providers: &[Provider],
    (field, value): (&'static str, &str),
) -> Option<Markup> {
    let t = frame.texts();
    let forms = providers.iter().map(|provider| {
        let label = fill(t.sign_in_with, &[("name", &provider.name)]);
        view! {
            <form method="post" action=action>
                {hidden(field, value)}
                {hidden("source", &provider.id)}
                <button class="button wide" type="submit">{label}</button>
            </form>
        }
        .into_markup()
    });
    let forms: Vec<Markup> = forms.collect();
    (!forms.is_empty()).then(|| {
        view! {
            <p class="or"><span>{t.sign_in_or}</span></p>
            <div class="stack">{forms}</div>
        }
        .into_markup()
    })
}

/// User name, password, button.
pub(crate) fn credentials_form(frame: &Frame, action: &'static str, user_name: &str, extra: Option<Markup>) -> Markup {
    let t = frame.texts();
    let user = TextField::new("username", t.field_user_name, Kind::UserName);
    let password = TextField::new("password", t.field_password, Kind::CurrentPassword);
    view! {
        <form class="stack" method="post" action=action>
            {extra}
            {user.render(frame, &Input::new(user_name))}
            {password.render(frame, &Input::default())}
            <button class="button primary wide" type="submit">{t.sign_in_button}</button>
        </form>
    }
    .into_markup()
}
