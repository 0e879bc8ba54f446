//! A one-time link under which a person chooses a password, shown once (spec B1).

use leptos::prelude::*;
use time::OffsetDateTime;

use crate::document::Frame;
use crate::icons::{Icon, icon};
use crate::locale::fill;
use crate::markup::IntoMarkup;
use crate::shell::console::{Chrome, ConsolePage, Section, console};
use crate::ui::Tone;
use crate::ui::moment::exact;
use crate::ui::notice::notice;

/// What the page shows.
#[derive(Clone, Debug)]
pub struct PasswordLinkView {
    /// For paths.
    pub id: String,
    /// Whose password.
    pub display_name: String,
    /// An address that opens a mail to them, with the link in it.
    pub mail: Option<String>,
    /// The address to open.
    pub address: String,
    /// Until when it works.
    pub until: OffsetDateTime,
}

/// The page, which answers `POST /admin/users/{id}/password-link`.
#[must_use]
pub fn password_link(frame: &Frame, chrome: &Chrome, view: &PasswordLinkView) -> String {
    let t = frame.texts();
    let user = format!("/admin/users/{}", view.id);
    let page = ConsolePage::new(Section::Users, t.password_link_title).up(&view.display_name, user.clone());
    console(frame, chrome, page, || {
        let made = fill(t.password_link_made, &[("name", &view.display_name)]);
        let body = view! {
            <p>{t.password_link_once}</p>
            <p><code class="copy">{view.address.clone()}</code></p>
            <p class="fine">{t.password_link_until}" "{exact(frame, view.until)}</p>
        };
        let mail = view.mail.clone().map(|mail| {
            view! { <a class="button primary" href=mail>{icon(Icon::Pen)}<span>{t.password_link_write}</span></a> }
        });
        view! {
            {notice(Tone::Good, &made, body)}
            <div class="form-actions">
                {mail}
                <a class="button quiet" href=user>{t.back}</a>
            </div>
        }
        .into_markup()
    })
}
