//! Around the pages of the console: the sections at the side, on a phone behind a menu.

use leptos::prelude::*;

use super::portal::Person;
use crate::document::{Frame, Head, Shell, render};
use crate::icons::{Icon, icon, mark};
use crate::locale::Texts;
use crate::markup::{IntoMarkup, Markup};
use crate::ui::live::{Live, follower};
use crate::ui::notice::flash_notice;

/// What every page of the console shows besides its own content.
#[derive(Clone, Debug, Default)]
pub struct Chrome {
    /// Who is signed in.
    pub person: Person,
    /// The viewer may add, change and delete. Buttons that would only be refused are left out.
    pub manages: bool,
    /// What the last form did; shown once.
    pub flash: Option<Flash>,
}

/// What a form did, for the page after it. Travels as its [`code`](Flash::code).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Flash {
    /// Something was created.
    Created,
    /// Changes were saved.
    Saved,
    /// Something was deleted.
    Deleted,
    /// A distribution was saved and takes effect now.
    Distributed,
    /// A device was released; its cleaning has begun.
    Released,
    /// A user was disabled and all sessions ended.
    Disabled,
    /// A user may sign in again.
    Enabled,
    /// People were added from a file.
    Imported,
    /// Sessions were ended.
    SessionEnded,
    /// A person changed their own password.
    PasswordChanged,
    /// A person added a passkey.
    PasskeyAdded,
    /// A passkey was removed.
    PasskeyRemoved,
    /// Nobody has to wait any more to sign in with a name.
    PauseLifted,
    /// A link was revoked.
    Revoked,
    /// An action needed no device and is done.
    ActionDone,
    /// An action waits for the device.
    ActionQueued,
    /// An action waits for a second administrator.
    ActionHeld,
    /// A second administrator agreed.
    ActionReleased,
    /// An action was taken back.
    ActionWithdrawn,
    /// A lost device is found.
    Found,
    /// A request for a push certificate was made.
    RequestMade,
    /// A push certificate was installed.
    CertificateInstalled,
    /// The push certificate was removed.
    CertificateRemoved,
    /// Entries of a source were selected.
    Selected,
    /// Entries of a source are no longer selected.
    Deselected,
    /// A source was followed.
    Synced,
    /// A user comes from no source any more.
    MadeLocal,
}

impl Flash {
    const ALL: [Self; 27] = [
        Self::Created,
        Self::Saved,
        Self::Deleted,
        Self::Distributed,
        Self::Released,
        Self::Disabled,
        Self::Enabled,
        Self::Imported,
        Self::SessionEnded,
        Self::PasswordChanged,
        Self::PasskeyAdded,
        Self::PasskeyRemoved,
        Self::PauseLifted,
        Self::Revoked,
        Self::ActionDone,
        Self::ActionQueued,
        Self::ActionHeld,
        Self::ActionReleased,
        Self::ActionWithdrawn,
        Self::Found,
        Self::RequestMade,
        Self::CertificateInstalled,
        Self::CertificateRemoved,
        Self::Selected,
        Self::Deselected,
        Self::Synced,
        Self::MadeLocal,
    ];

    /// A short word for a cookie.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Created => "created",
            Self::Saved => "saved",
            Self::Deleted => "deleted",
            Self::Distributed => "distributed",
            Self::Released => "released",
            Self::Disabled => "disabled",
            Self::Enabled => "enabled",
            Self::Imported => "imported",
            Self::SessionEnded => "session-ended",
            Self::PasswordChanged => "password-changed",
            Self::PasskeyAdded => "passkey-added",
            Self::PasskeyRemoved => "passkey-removed",
            Self::PauseLifted => "pause-lifted",
            Self::Revoked => "revoked",
            Self::ActionDone => "action-done",
            Self::ActionQueued => "action-queued",
            Self::ActionHeld => "action-held",
            Self::ActionReleased => "action-released",
            Self::ActionWithdrawn => "action-withdrawn",
            Self::Found => "found",
            Self::RequestMade => "request-made",
            Self::CertificateInstalled => "certificate-installed",
            Self::CertificateRemoved => "certificate-removed",
            Self::Selected => "selected",
            Self::Deselected => "deselected",
            Self::Synced => "synced",
            Self::MadeLocal => "made-local",
        }
    }

    /// The flash for a word; `None` for a word that means nothing.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|flash| flash.code() == code)
    }

    pub(crate) fn sentence(self, t: &Texts) -> &'static str {
        match self {
            Self::Created => t.flash_created,
            Self::Saved => t.flash_saved,
            Self::Deleted => t.flash_deleted,
            Self::Distributed => t.flash_distributed,
            Self::Released => t.flash_released,
            Self::Disabled => t.flash_disabled,
            Self::Enabled => t.flash_enabled,
            Self::Imported => t.flash_imported,
            Self::SessionEnded => t.flash_session_ended,
            Self::PasswordChanged => t.flash_password_changed,
            Self::PasskeyAdded => t.flash_passkey_added,
            Self::PasskeyRemoved => t.flash_passkey_removed,
            Self::PauseLifted => t.flash_pause_lifted,
            Self::Revoked => t.flash_revoked,
            Self::ActionDone => t.flash_action_done,
            Self::ActionQueued => t.flash_action_queued,
            Self::ActionHeld => t.flash_action_held,
            Self::ActionReleased => t.flash_action_released,
            Self::ActionWithdrawn => t.flash_action_withdrawn,
            Self::Found => t.flash_found,
            Self::RequestMade => t.flash_request_made,
            Self::CertificateInstalled => t.flash_certificate_installed,
            Self::CertificateRemoved => t.flash_certificate_removed,
            Self::Selected => t.flash_selected,
            Self::Deselected => t.flash_deselected,
            Self::Synced => t.flash_synced,
            Self::MadeLocal => t.flash_made_local,
        }
    }
}

/// A part of the console.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Section {
    /// Overview.
    Dashboard,
    /// Devices and their enrollment.
    Devices,
    /// Users.
    Users,
    /// User groups and device groups.
    Groups,
    /// Configurations.
    Configurations,
    /// Apps.
    Apps,
    /// What is expected of the policy.
    PolicyTests,
    /// The audit log.
    Audit,
    /// Certificates and connections of the service.
    Settings,
}

impl Section {
    const ALL: [Self; 9] = [
        Self::Dashboard,
        Self::Devices,
        Self::Users,
        Self::Groups,
        Self::Configurations,
        Self::Apps,
        Self::PolicyTests,
        Self::Audit,
        Self::Settings,
    ];

    fn path(self) -> &'static str {
        match self {
            Self::Dashboard => "/admin",
            Self::Devices => "/admin/devices",
            Self::Users => "/admin/users",
            Self::Groups => "/admin/user-groups",
            Self::Configurations => "/admin/configurations",
            Self::Apps => "/admin/apps",
            Self::PolicyTests => "/admin/policy-tests",
            Self::Audit => "/admin/audit",
            Self::Settings => "/admin/settings",
        }
    }

    fn icon(self) -> Icon {
        match self {
            Self::Dashboard => Icon::Gauge,
            Self::Devices => Icon::Phone,
            Self::Users => Icon::Person,
            Self::Groups => Icon::People,
            Self::Configurations => Icon::Sliders,
            Self::Apps => Icon::App,
            Self::PolicyTests => Icon::Checklist,
            Self::Audit => Icon::Log,
            Self::Settings => Icon::Nut,
        }
    }

    fn word(self, t: &Texts) -> &'static str {
        match self {
            Self::Dashboard => t.nav_dashboard,
            Self::Devices => t.nav_devices,
            Self::Users => t.nav_users,
            Self::Groups => t.nav_groups,
            Self::Configurations => t.nav_configurations,
            Self::Apps => t.nav_apps,
            Self::PolicyTests => t.nav_policy_tests,
            Self::Audit => t.nav_audit,
            Self::Settings => t.nav_settings,
        }
    }
}

/// The head of a page of the console.
pub struct ConsolePage<'a> {
    /// Heading and title.
    pub title: &'a str,
    /// One sentence below the heading.
    pub subtitle: Option<Markup>,
    /// The section it belongs to.
    pub section: Section,
    /// The page one level up: its name and path.
    pub up: Option<(&'a str, String)>,
    /// Buttons beside the heading.
    pub actions: Option<Markup>,
    /// How the page follows what it shows, and what a screen reader hears of it.
    pub live: Option<(&'a Live, String)>,
}

impl<'a> ConsolePage<'a> {
    /// A page with a heading and nothing else.
    #[must_use]
    pub fn new(section: Section, title: &'a str) -> Self {
        Self { title, subtitle: None, section, up: None, actions: None, live: None }
    }

    /// With a sentence below the heading.
    #[must_use]
    pub fn subtitle(self, subtitle: impl IntoView + 'static) -> Self {
        Self { subtitle: Some(subtitle.into_markup()), ..self }
    }

    /// With the way up.
    #[must_use]
    pub fn up(self, name: &'a str, path: impl Into<String>) -> Self {
        Self { up: Some((name, path.into())), ..self }
    }

    /// With buttons beside the heading.
    #[must_use]
    pub fn actions(self, actions: impl IntoView + 'static) -> Self {
        Self { actions: Some(actions.into_markup()), ..self }
    }

    /// That follows what it shows.
    #[must_use]
    pub fn following(self, live: Option<&'a Live>, say: String) -> Self {
        Self { live: live.map(|live| (live, say)), ..self }
    }
}

/// Renders a page of the console. `content` runs where islands may be made.
#[must_use]
pub fn console(frame: &Frame, chrome: &Chrome, page: ConsolePage<'_>, content: impl FnOnce() -> Markup) -> String {
    let t = frame.texts();
    let head = Head {
        shell: Shell::Console,
        title: page.title,
        live: page.live.as_ref().map(|(live, _)| *live),
        onward: None,
    };
    render(frame, &head, || {
        let flash = chrome.flash.map(|flash| flash_notice(flash.sentence(t)));
        let up = page.up.map(|(name, path)| {
            view! { <a class="up" href=path>{icon(Icon::Back)}<span>{name.to_owned()}</span></a> }
        });
        let follower = page.live.as_ref().map(|(live, say)| follower(frame, live, say));
        let subtitle = page.subtitle.map(|subtitle| view! { <p class="subtitle">{subtitle}</p> });
        let actions = page.actions.map(|actions| view! { <div class="page-actions">{actions}</div> });
        view! {
            <a class="skip" href="#main">{t.skip}</a>
            {top_bar(t, &chrome.person, page.section)}
            <nav class="side-nav" aria-label=t.nav_label>{links(t, page.section)}</nav>
            <main id="main" class="console-main">
                {follower}
                {flash}
                <header class="page-head">
                    <div class="page-title">{up}<h1>{page.title.to_owned()}</h1>{subtitle}</div>
                    {actions}
                </header>
                {content()}
            </main>
        }
    })
}

fn top_bar(t: &'static Texts, person: &Person, section: Section) -> impl IntoView + use<> {
    view! {
        <header class="top-bar">
            <a class="brand" href="/admin">{mark()}<span>{t.brand}</span></a>
            <div class="account">
                <a class="who" href="/">{icon(Icon::Person)}<span>{person.name.clone()}</span></a>
                <form method="post" action="/sign-out">
                    <button class="button small quiet" type="submit">{t.sign_out_button}</button>
                </form>
            </div>
            <details class="menu">
                <summary class="button small">{icon(Icon::Menu)}<span>{t.nav_menu}</span></summary>
                <nav aria-label=t.nav_label>{links(t, section)}</nav>
            </details>
        </header>
    }
}

fn links(t: &'static Texts, current: Section) -> Markup {
    let links = Section::ALL
        .map(|section| {
            view! {
                <li>
                    <a href=section.path() aria-current=(section == current).then_some("page")>
                        {icon(section.icon())}
                        <span>{section.word(t)}</span>
                    </a>
                </li>
            }
        })
        .collect_view();
    view! { <ul>{links}</ul> }.into_markup()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_flash_survives_its_code() {
        for flash in Flash::ALL {
            assert_eq!(Flash::from_code(flash.code()), Some(flash));
        }
        assert_eq!(Flash::from_code("<script>"), None);
    }
}
