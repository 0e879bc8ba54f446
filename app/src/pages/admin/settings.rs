//! The settings of the service, each on a page of its own.

use leptos::prelude::*;

use super::push_certificate::Standing;
use crate::document::Frame;
use crate::icons::{Icon, icon};
use crate::markup::IntoMarkup;
use crate::shell::console::{Chrome, ConsolePage, Section, console};

/// What the page shows.
#[derive(Clone, Debug, Default)]
pub struct SettingsView {
    /// How the push certificate stands; `None` when there is none.
    pub push: Option<Standing>,
}

/// The page.
#[must_use]
pub fn settings(frame: &Frame, chrome: &Chrome, view: &SettingsView) -> String {
    let t = frame.texts();
    console(frame, chrome, ConsolePage::new(Section::Settings, t.nav_settings), || {
        let push = view.push.map(|standing| standing.badge(t));
        view! {
            <ul class="choices">
                <li>
                    <a class="choice" href="/admin/settings/push">
                        {icon(Icon::Send)}
                        <span><strong>{t.push_title}</strong><span>{t.push_subtitle}</span>{push}</span>
                    </a>
                </li>
            </ul>
        }
        .into_markup()
    })
}
