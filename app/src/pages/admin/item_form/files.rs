//! What comes as a file: an icon, an identity, a profile.

use leptos::prelude::*;

use crate::document::Frame;
use crate::locale::{Texts, fill};
use crate::markup::{IntoMarkup, Markup};
use crate::ui::Tone;
use crate::ui::form::{FileInput, Input, Kind, TextField, checkbox, file_field};
use crate::ui::notice::notice;

/// Web clip: `label`, `url`, `fullScreen`, `ignoreManifestScope`, `removable`, `icon` (a file), `removeIcon`,
/// `precomposed`.
#[derive(Clone, Debug, Default)]
pub struct WebClipForm {
    /// The text under the icon.
    pub label: Input,
    /// The page it opens.
    pub url: Input,
    /// Opens without Safari's bars.
    pub full_screen: bool,
    /// Stays so on other sites too.
    pub ignore_manifest_scope: bool,
    /// The person may delete it.
    pub removable: bool,
    /// Its icon.
    pub icon: FileInput,
    /// Address of the stored icon.
    pub icon_address: Option<String>,
    /// The device leaves the icon as it is.
    pub precomposed: bool,
}

/// Identity: `file`, `password`.
#[derive(Clone, Debug, Default)]
pub struct IdentityForm {
    /// The PKCS#12 file.
    pub file: FileInput,
    /// Its password; comes back empty.
    pub password: Input,
}

/// Uploaded profile: `file`, `agree` (`yes`), `hidesSignIn` (`yes`).
#[derive(Clone, Debug, Default)]
pub struct ProfileForm {
    /// The profile.
    pub file: FileInput,
    /// What Baton changes about the profile that waits; must be agreed to.
    pub changes: Vec<ProfileChange>,
    /// That was agreed to.
    pub changes_agreed: bool,
    /// It would hide the sign-in page, and that has to be agreed to.
    pub hides_sign_in: bool,
}

/// What Baton changes about an uploaded profile.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ProfileChange {
    /// The signature is dropped; who had signed.
    Signature(Option<String>),
    /// The lock against removal is dropped.
    RemovalLock,
    /// The date of its own removal is dropped.
    RemovalDate,
}

pub(super) fn web_clip(frame: &Frame, form: &WebClipForm) -> Markup {
    let t = frame.texts();
    let tick = |name, label, hint, ticked| checkbox(name, "yes", label, hint, ticked, false);
    let shown = form.icon_address.clone().map(|address| {
        view! {
            <div class="icon-now">
                <img class="clip-icon" src=address alt=t.clip_icon_now width="60" height="60" />
                {tick("removeIcon", t.clip_icon_remove, None, false)}
            </div>
        }
    });
    view! {
        {TextField::new("label", t.clip_label, Kind::Text).render(frame, &form.label)}
        {TextField::new("url", t.clip_url, Kind::Code).hint(t.placeholder_hint).render(frame, &form.url)}
        {file_field(frame, "icon", t.clip_icon, t.clip_icon_hint, "image/png", true, &form.icon)}
        {shown}
        {tick("precomposed", t.clip_precomposed, Some(t.clip_precomposed_hint), form.precomposed)}
        {tick("fullScreen", t.clip_full_screen, None, form.full_screen)}
        {tick("ignoreManifestScope", t.clip_scope, Some(t.clip_scope_hint), form.ignore_manifest_scope)}
        {tick("removable", t.clip_removable, None, form.removable)}
    }
    .into_markup()
}

pub(super) fn identity(frame: &Frame, form: &IdentityForm) -> Markup {
    let t = frame.texts();
    let password = TextField::new("password", t.identity_password, Kind::Secret);
    let password = if form.file.stored {
        password.at_times().hint(t.identity_password_keep_hint)
    } else {
        password.hint(t.identity_password_hint)
    };
    view! {
        {file_field(frame, "file", t.identity_file, t.identity_file_hint, ".p12,.pfx,application/x-pkcs12", false, &form.file)}
        {password.render(frame, &form.password)}
    }
    .into_markup()
}

pub(super) fn profile(frame: &Frame, form: &ProfileForm) -> Markup {
    let t = frame.texts();
    let changes = (!form.changes.is_empty()).then(|| {
        let lines = form.changes.iter().map(|change| view! { <li>{change.sentence(t)}</li> }).collect_view();
        notice(
            Tone::Warn,
            t.profile_changes_title,
            view! {
                <ul class="findings">{lines}</ul>
                {checkbox("agree", "yes", t.profile_changes_agree, None, form.changes_agreed, false)}
            },
        )
    });
    let hides = form.hides_sign_in.then(|| {
        notice(
            Tone::Warn,
            t.hides_sign_in_title,
            view! {
                <p>{t.hides_sign_in_text}</p>
                {checkbox("hidesSignIn", "yes", t.hides_sign_in_agree, None, false, false)}
            },
        )
    });
    view! {
        {file_field(frame, "file", t.profile_file, t.profile_file_hint, ".mobileconfig,application/x-apple-aspen-config", false, &form.file)}
        {changes}
        {hides}
    }
    .into_markup()
}

impl ProfileChange {
    fn sentence(&self, t: &Texts) -> String {
        match self {
            Self::Signature(Some(signer)) => fill(t.profile_change_signature, &[("signer", signer)]),
            Self::Signature(None) => t.profile_change_signature_nameless.to_owned(),
            Self::RemovalLock => t.profile_change_lock.to_owned(),
            Self::RemovalDate => t.profile_change_date.to_owned(),
        }
    }
}
