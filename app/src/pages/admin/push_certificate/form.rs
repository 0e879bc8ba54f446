//! Installing a push certificate, or its renewal.

use leptos::prelude::*;

use crate::document::Frame;
use crate::markup::{IntoMarkup, Markup};
use crate::shell::console::{Chrome, ConsolePage, Section, console};
use crate::ui::Tone;
use crate::ui::form::{FileInput, Input, Kind, TextField, file_field};
use crate::ui::notice::short_notice;

/// What the page shows. Sent as `multipart/form-data` to `POST /admin/settings/push/install`: the file `certificate`,
/// `appleAccount`, and where the key was made elsewhere the file `key` or the `password` of the first file.
#[derive(Clone, Debug, Default)]
pub struct PushCertificateFormView {
    /// There is a certificate, so this is its renewal.
    pub renews: bool,
    /// The certificate.
    pub certificate: FileInput,
    /// The Apple Account that it was made with.
    pub apple_account: Input,
    /// The key. It is never kept for the next attempt.
    pub key: FileInput,
    /// The password of the certificate's file. It never comes back.
    pub password: Input,
}

/// The page.
#[must_use]
pub fn push_certificate_form(frame: &Frame, chrome: &Chrome, view: &PushCertificateFormView) -> String {
    let t = frame.texts();
    let title = if view.renews { t.push_renew_form_title } else { t.push_install_title };
    let page = ConsolePage::new(Section::Settings, title).up(t.push_title, "/admin/settings/push");
    console(frame, chrome, page, || {
        let problems =
            [&view.certificate.problem, &view.apple_account.problem, &view.key.problem, &view.password.problem];
        let refused = problems.into_iter().any(Option::is_some);
        let account = TextField::new("appleAccount", t.push_account, Kind::Mail).hint(t.push_account_hint).optional();
        view! {
            {refused.then(|| short_notice(Tone::Bad, t.push_form_refused))}
            <form class="stack form" method="post" action="/admin/settings/push/install" enctype="multipart/form-data">
                {file_field(frame, "certificate", t.push_file, t.push_file_hint, ".pem,.cer,.crt,.der,.p12,.pfx", false, &view.certificate)}
                {account.render(frame, &view.apple_account)}
                {key(frame, view)}
                <div class="form-actions">
                    <button class="button primary" type="submit">{t.push_install}</button>
                    <a class="button quiet" href="/admin/settings/push">{t.cancel}</a>
                </div>
            </form>
        }
        .into_markup()
    })
}

/// What few need: open when something is wrong in it.
fn key(frame: &Frame, view: &PushCertificateFormView) -> Markup {
    let t = frame.texts();
    let wrong = view.key.problem.is_some() || view.password.problem.is_some();
    let password = TextField::new("password", t.push_password, Kind::Secret).optional();
    view! {
        <details class="disclosure" open=wrong>
            <summary>{t.push_key_title}</summary>
            <div class="stack">
                {file_field(frame, "key", t.push_key_file, t.push_key_hint, ".pem,.key,.der", true, &view.key)}
                {password.render(frame, &view.password)}
            </div>
        </details>
    }
    .into_markup()
}
