//! Passkeys (spec B8): those that somebody has, and the button that makes or uses one.

use leptos::prelude::*;
use time::OffsetDateTime;

use crate::document::Frame;
use crate::icons::{Icon, icon};
use crate::locale::Texts;
use crate::markup::{IntoMarkup, Markup};
use crate::ui::form::{Input, Kind, TextField, hidden};
use crate::ui::moment::ago;

/// Why a passkey is not accepted, as far as whoever holds it is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PasskeyProblem {
    /// It took too long, or the answer was sent before.
    Late,
    /// Nobody here has it: it was removed.
    Unknown,
    /// It is somebody else's.
    OtherPerson,
    /// It is registered already.
    Taken,
    /// The person has as many as there may be.
    TooMany,
    /// It did not come out right.
    NotAccepted,
}

impl PasskeyProblem {
    /// What happened, and what to do.
    #[must_use]
    pub const fn sentence(self, t: &Texts) -> &'static str {
        match self {
            Self::Late => t.passkey_late,
            Self::Unknown => t.passkey_unknown,
            Self::OtherPerson => t.passkey_other_person,
            Self::Taken => t.passkey_taken,
            Self::TooMany => t.passkey_too_many,
            Self::NotAccepted => t.passkey_not_accepted,
        }
    }
}

/// A button that lets the browser make or use a passkey and then sends the form that it is in, with `passkeyToken` and
/// `passkeyResponse`. It shows where the browser can; there is at most one on a page. The script is in the page, so that
/// both are of the same version.
#[must_use]
pub fn passkey_button(frame: &Frame, challenge: &'static str, label: &'static str, class: &'static str) -> Markup {
    let t = frame.texts();
    let class = format!("button {class}");
    view! {
        <fieldset id="passkey" class="stack" data-challenge=challenge hidden=true>
            {hidden("passkeyToken", "")}
            {hidden("passkeyResponse", "")}
            <button class=class type="button">{icon(Icon::Key)}<span>{label}</span></button>
            <p class="error" role="alert" hidden=true>{icon(Icon::Warning)}<span>{t.passkey_failed}</span></p>
        </fieldset>
        <script type="module" nonce=frame.nonce.clone() inner_html=include_str!("../document/passkey.js")></script>
    }
    .into_markup()
}

/// A passkey in a list.
#[derive(Clone, Debug)]
pub struct PasskeyRow {
    /// For paths and forms.
    pub id: String,
    /// What its owner calls it.
    pub name: String,
    /// Its owner's devices share it, rather than one having it alone.
    pub is_synced: bool,
    /// When it was added.
    pub created: OffsetDateTime,
    /// When it was last used.
    pub used: Option<OffsetDateTime>,
    /// The name that its owner entered and that does not do.
    pub entered: Option<String>,
}

/// What can be done in a list of passkeys.
#[derive(Clone, Copy, Debug)]
pub enum PasskeyForms<'a> {
    /// Nothing.
    None,
    /// Their owner renames and removes: `POST` below this path, `…/{id}/rename` with `name`, and `…/{id}/remove`.
    Owner(&'a str),
    /// An administrator removes: `POST` this path with `passkey`.
    Administrator(&'a str),
}

/// The list.
#[must_use]
pub fn passkeys(frame: &Frame, rows: &[PasskeyRow], forms: PasskeyForms<'_>) -> Markup {
    let t = frame.texts();
    if rows.is_empty() {
        return view! { <p class="fine">{t.passkeys_none}</p> }.into_markup();
    }
    let rows = rows.iter().map(|passkey| row(frame, passkey, forms)).collect_view();
    view! { <ul class="alerts quiet sessions">{rows}</ul> }.into_markup()
}

fn row(frame: &Frame, passkey: &PasskeyRow, forms: PasskeyForms<'_>) -> Markup {
    let t = frame.texts();
    let kind = if passkey.is_synced { t.passkey_synced } else { t.passkey_single };
    let used = match passkey.used {
        Some(at) => view! { {t.sessions_used}" "{ago(frame, at)} }.into_markup(),
        None => t.passkey_never_used.into_markup(),
    };
    let remove = |path: String, field: Option<Markup>| {
        view! {
            <form method="post" action=path>
                {field}
                <button class="button small" type="submit">
                    {t.passkey_remove}<span class="visually-hidden">" "{passkey.name.clone()}</span>
                </button>
            </form>
        }
    };
    let forms = match forms {
        PasskeyForms::None => None,
        PasskeyForms::Administrator(path) => {
            Some(remove(path.to_owned(), Some(hidden("passkey", &passkey.id))).into_markup())
        }
        PasskeyForms::Owner(path) => {
            let path = format!("{path}/{}", passkey.id);
            let id = format!("name-{}", passkey.id);
            let field = TextField { id: Some(&id), ..TextField::new("name", t.passkey_name, Kind::Text) };
            Some(
                view! {
                    <div class="passkey-forms">
                        <details open=passkey.entered.is_some()>
                            <summary>
                                {t.passkey_rename}<span class="visually-hidden">" "{passkey.name.clone()}</span>
                            </summary>
                            <form class="stack" method="post" action=format!("{path}/rename")>
                                {field.render(frame, &Input::new(passkey.entered.as_ref().unwrap_or(&passkey.name)))}
                                <div class="form-actions"><button class="button small" type="submit">{t.save}</button></div>
                            </form>
                        </details>
                        {remove(format!("{path}/remove"), None)}
                    </div>
                }
                .into_markup(),
            )
        }
    };
    view! {
        <li>
            {icon(Icon::Key)}
            <div>
                <p class="session-title">{passkey.name.clone()}</p>
                <p class="fine">{kind}" · "{used}" · "{t.passkey_added}" "{ago(frame, passkey.created)}</p>
                {forms}
            </div>
        </li>
    }
    .into_markup()
}
