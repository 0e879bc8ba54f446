//! The settings of the service, each on a page of its own.

use leptos::prelude::*;

use super::push_certificate::Standing;
use crate::document::Frame;
use crate::icons::{Icon, icon};
use crate::locale::count;
use crate::markup::IntoMarkup;
use crate::shell::console::{Chrome, ConsolePage, Section, console};
use crate::ui::{Tone, badge};

/// What the page shows.
#[derive(Clone, Debug, Default)]
pub struct SettingsView {
    /// How the push certificate stands; `None` when there is none.
    pub push: Option<Standing>,
    /// How the sources of people stand; `None` when there is none.
    pub sources: Option<Sources>,
    /// For how many people the pattern of Managed Apple Accounts fails.
    pub failing_accounts: usize,
}

/// How the sources of people stand.
#[derive(Clone, Copy, Debug, Default)]
pub struct Sources {
    /// A sync waits for an administrator.
    pub waiting: bool,
    /// A sync failed.
    pub failing: bool,
}

/// The page.
#[must_use]
pub fn settings(frame: &Frame, chrome: &Chrome, view: &SettingsView) -> String {
    let t = frame.texts();
    console(frame, chrome, ConsolePage::new(Section::Settings, t.nav_settings), || {
        let push = view.push.map(|standing| standing.badge(t));
        let sources = match view.sources {
            Some(Sources { waiting: true, .. }) => Some(badge(Tone::Warn, Icon::Warning, t.sync_waits)),
            Some(Sources { failing: true, .. }) => Some(badge(Tone::Bad, Icon::Warning, t.sync_failed)),
            _ => None,
        };
        let accounts = (view.failing_accounts > 0).then(|| {
            let words = count(view.failing_accounts, t.accounts_problems_one, t.accounts_problems_many);
            badge(Tone::Warn, Icon::Warning, &words)
        });
        view! {
            <ul class="choices">
                <li>
                    <a class="choice" href="/admin/settings/push">
                        {icon(Icon::Send)}
                        <span><strong>{t.push_title}</strong><span>{t.push_subtitle}</span>{push}</span>
                    </a>
                </li>
                <li>
                    <a class="choice" href="/admin/settings/sources">
                        {icon(Icon::People)}
                        <span><strong>{t.sources_title}</strong><span>{t.sources_subtitle}</span>{sources}</span>
                    </a>
                </li>
                <li>
                    <a class="choice" href=super::managed_accounts::PATH>
                        {icon(Icon::Person)}
                        <span><strong>{t.accounts_title}</strong><span>{t.accounts_subtitle}</span>{accounts}</span>
                    </a>
                </li>
                <li>
                    <a class="choice" href=super::own_devices::PATH>
                        {icon(Icon::Phone)}
                        <span><strong>{t.own_devices_title}</strong><span>{t.own_devices_subtitle}</span></span>
                    </a>
                </li>
            </ul>
        }
        .into_markup()
    })
}
