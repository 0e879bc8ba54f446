//! Proving once more who one is, inside the form of what needs it (spec B8).

use leptos::prelude::*;

use crate::document::Frame;
use crate::icons::{Icon, icon};
use crate::locale::{Texts, fill};
use crate::markup::{IntoMarkup, Markup};
use crate::pages::clip::sign_in::throttled_help;
use crate::ui::form::{Input, Kind, Problem, TextField};
use crate::ui::passkeys::{PasskeyProblem, passkey_button};

/// Where a browser gets the challenge by which a person confirms that it is them.
pub const CHALLENGE: &str = "/account/confirm/challenge";

/// Where a browser leaves for the provider by which a person confirms that it is them.
pub const WITH_PROVIDER: &str = "/account/confirm/with";

/// What is asked of somebody who has not proved lately who they are. Fields: `password`; `passkeyToken` and
/// `passkeyResponse` where scripts run.
#[derive(Clone, Debug, Default)]
pub struct ConfirmationView {
    /// What they sign in with, so that password managers know whose password is asked for.
    pub user_name: String,
    /// They have a password.
    pub password: bool,
    /// They have a passkey.
    pub passkey: bool,
    /// What the provider that they come from is called: it can ask them anew.
    pub provider: Option<String>,
    /// Why the last proof was not taken.
    pub problem: Option<ConfirmationProblem>,
}

/// Why a proof is not taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ConfirmationProblem {
    /// There was none.
    Missing,
    /// The password is wrong.
    WrongPassword,
    /// The passkey is not accepted.
    Passkey(PasskeyProblem),
    /// Too many attempts.
    Throttled {
        /// Seconds until the next attempt counts.
        seconds: u64,
    },
    /// Too much is going on.
    Busy,
    /// The provider cannot be asked, for this reason.
    Provider(String),
}

impl ConfirmationProblem {
    fn sentence(&self, t: &Texts) -> String {
        match self {
            Self::Missing => t.confirmation_missing.to_owned(),
            Self::WrongPassword => t.problem_wrong_password.to_owned(),
            Self::Passkey(problem) => problem.sentence(t).to_owned(),
            Self::Throttled { seconds } => format!("{}. {}", t.throttled_title, throttled_help(t, *seconds)),
            Self::Busy => t.sign_in_busy_help.to_owned(),
            Self::Provider(sentence) => sentence.clone(),
        }
    }
}

/// The part of the form. Without JavaScript the password does it.
#[must_use]
pub fn confirmation(frame: &Frame, view: &ConfirmationView) -> Markup {
    let t = frame.texts();
    let problem = view.problem.as_ref().map(|problem| problem.sentence(t));
    // Beside the field, where there is one.
    let (beside, above) = if view.password { (problem, None) } else { (None, problem) };
    let above = above.map(|sentence| {
        view! { <p class="error">{icon(Icon::Warning)}<span>{sentence}</span></p> }
    });
    let password = view.password.then(|| {
        let input = Input { value: String::new(), problem: beside.map(Problem::Other) };
        // Not marked as required: a passkey does as well.
        let field = TextField::new("password", t.confirmation_password, Kind::CurrentPassword).at_times();
        view! {
            <input type="text" name="username" value=view.user_name.clone() autocomplete="username" aria-label=t.field_user_name readonly=true hidden=true />
            {field.render(frame, &input)}
        }
    });
    let passkey = view.passkey.then(|| passkey_button(frame, CHALLENGE, t.passkey_use, ""));
    // Leaves the form; the browser comes back to its page.
    let provider = view.provider.as_ref().map(|name| {
        let label = fill(t.confirmation_with, &[("name", name)]);
        view! {
            <button class="button" type="submit" formaction=WITH_PROVIDER formmethod="post" formnovalidate>{label}</button>
        }
    });
    let neither =
        (!view.password && !view.passkey && view.provider.is_none()).then(|| view! { <p>{t.confirmation_neither}</p> });
    view! {
        <fieldset class="confirmation">
            <legend>{t.confirmation_title}</legend>
            <p class="hint">{t.confirmation_text}</p>
            {above}
            {password}
            {passkey}
            {provider}
            {neither}
        </fieldset>
    }
    .into_markup()
}
