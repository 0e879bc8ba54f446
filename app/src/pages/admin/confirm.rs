//! Asking once more before something that cannot be taken back.

use leptos::prelude::*;

use crate::document::Frame;
use crate::locale::{Texts, count, fill};
use crate::markup::IntoMarkup;
use crate::shell::console::{Chrome, ConsolePage, Section, console};
use crate::ui::confirmation::{ConfirmationView, confirmation};
use crate::ui::form::{Input, Kind, TextField, hidden};

/// What is about to happen. The form goes to the path of the page itself; `reason` is sent where one is asked for.
#[derive(Clone, Debug)]
pub enum Confirm {
    /// An item is deleted.
    DeleteItem {
        /// For paths.
        id: String,
        /// Its name.
        name: String,
        /// It is an app, not a configuration.
        is_app: bool,
        /// On how many devices it is.
        on_devices: usize,
    },
    /// A group is deleted.
    DeleteGroup {
        /// Which list: `/admin/user-groups` or `/admin/device-groups`.
        list: &'static str,
        /// For paths.
        id: String,
        /// Its name.
        name: String,
        /// How many members it has.
        members: usize,
    },
    /// A file of expectations is deleted.
    DeletePolicyTest {
        /// For paths.
        id: String,
        /// Its name.
        name: String,
        /// How many expectations it has.
        tests: usize,
    },
    /// A user is disabled.
    DisableUser {
        /// For paths.
        id: String,
        /// Their name.
        name: String,
    },
    /// The push certificate is removed.
    RemovePushCertificate {
        /// Which one; goes with the form.
        fingerprint: String,
        /// How many devices are enrolled under its topic.
        devices: usize,
    },
    /// A source is deleted from which nobody comes.
    DeleteSource {
        /// For paths.
        id: String,
        /// Its name.
        name: String,
    },
    /// A user who comes from a source becomes a local one.
    MakeLocal {
        /// For paths.
        id: String,
        /// Their name.
        name: String,
        /// What the source is called.
        source: String,
    },
    /// A device is released from its holder.
    ReleaseDevice {
        /// For paths.
        id: String,
        /// Its name.
        name: String,
        /// Who holds it.
        holder: String,
        /// Why.
        reason: Input,
    },
    /// A second administrator agrees to a wipe that waits.
    ReleaseWipe {
        /// The device, for paths.
        id: String,
        /// The wipe, for paths.
        command: String,
        /// The device's name.
        name: String,
    },
    /// Somebody whose role is more than a user's gets a link under which their password is chosen.
    PasswordLink {
        /// For paths.
        id: String,
        /// Their name.
        name: String,
    },
    /// Everybody without a password gets such a link, and among them are people whose role is more than a user's.
    PasswordLinks,
}

struct Words {
    section: Section,
    up: String,
    title: String,
    text: String,
    button: &'static str,
    path: String,
}

/// The page.
#[must_use]
pub fn confirm(frame: &Frame, chrome: &Chrome, what: &Confirm) -> String {
    confirm_with(frame, chrome, what, None)
}

/// The page, with what is asked for of somebody who has not proved lately who they are (B8).
#[must_use]
pub fn confirm_with(frame: &Frame, chrome: &Chrome, what: &Confirm, person: Option<&ConfirmationView>) -> String {
    let t = frame.texts();
    let words = words(t, what);
    let page = ConsolePage::new(words.section, &words.title).up(t.back, words.up.clone());
    console(frame, chrome, page, || {
        let reason = match what {
            Confirm::ReleaseDevice { reason, .. } => {
                Some(TextField::new("reason", t.reason, Kind::Text).hint(t.reason_hint).render(frame, reason))
            }
            _ => None,
        };
        let fingerprint = match what {
            Confirm::RemovePushCertificate { fingerprint, .. } => Some(hidden("fingerprint", fingerprint)),
            _ => None,
        };
        let harms = !matches!(what, Confirm::PasswordLink { .. } | Confirm::PasswordLinks);
        let class = if harms { "button danger" } else { "button primary" };
        view! {
            <form class="stack form" method="post" action=words.path.clone()>
                {fingerprint}
                <p class="lead">{words.text.clone()}</p>
                {reason}
                {person.map(|view| confirmation(frame, view))}
                <div class="form-actions">
                    <button class=class type="submit">{words.button}</button>
                    <a class="button quiet" href=words.up.clone()>{t.cancel}</a>
                </div>
            </form>
        }
        .into_markup()
    })
}

fn words(t: &Texts, what: &Confirm) -> Words {
    match what {
        Confirm::DeleteItem { id, name, is_app, on_devices } => {
            let (section, base) = if *is_app {
                (Section::Apps, "/admin/apps")
            } else {
                (Section::Configurations, "/admin/configurations")
            };
            Words {
                section,
                up: format!("{base}/{id}"),
                title: fill(t.confirm_delete, &[("name", name)]),
                text: if *on_devices == 0 {
                    t.confirm_delete_item_none.to_owned()
                } else {
                    count(*on_devices, t.confirm_delete_item_one, t.confirm_delete_item_many)
                },
                button: t.delete,
                path: format!("{base}/{id}/delete"),
            }
        }
        Confirm::DeleteGroup { list, id, name, members } => Words {
            section: Section::Groups,
            up: format!("{list}/{id}"),
            title: fill(t.confirm_delete, &[("name", name)]),
            text: count(*members, t.confirm_delete_group_one, t.confirm_delete_group_many),
            button: t.delete,
            path: format!("{list}/{id}/delete"),
        },
        Confirm::DeletePolicyTest { id, name, tests } => Words {
            section: Section::PolicyTests,
            up: format!("/admin/policy-tests/{id}"),
            title: fill(t.confirm_delete, &[("name", name)]),
            text: count(*tests, t.confirm_delete_policy_test_one, t.confirm_delete_policy_test_many),
            button: t.delete,
            path: format!("/admin/policy-tests/{id}/delete"),
        },
        Confirm::DisableUser { id, name } => Words {
            section: Section::Users,
            up: format!("/admin/users/{id}"),
            title: fill(t.confirm_disable, &[("name", name)]),
            text: t.confirm_disable_text.to_owned(),
            button: t.user_disable,
            path: format!("/admin/users/{id}/disable"),
        },
        Confirm::RemovePushCertificate { devices, .. } => Words {
            section: Section::Settings,
            up: "/admin/settings/push".to_owned(),
            title: t.push_remove_title.to_owned(),
            text: match devices {
                0 => t.push_remove_none.to_owned(),
                _ => count(*devices, t.push_remove_one, t.push_remove_many),
            },
            button: t.push_remove,
            path: "/admin/settings/push/remove".to_owned(),
        },
        Confirm::DeleteSource { id, name } => Words {
            section: Section::Settings,
            up: format!("/admin/settings/sources/{id}"),
            title: fill(t.confirm_delete, &[("name", name)]),
            text: t.source_delete_text.to_owned(),
            button: t.delete,
            path: format!("/admin/settings/sources/{id}/delete"),
        },
        Confirm::MakeLocal { id, name, source } => Words {
            section: Section::Users,
            up: format!("/admin/users/{id}"),
            title: fill(t.user_make_local_title, &[("name", name)]),
            text: fill(t.user_make_local_text, &[("name", name), ("source", source)]),
            button: t.user_make_local,
            path: format!("/admin/users/{id}/make-local"),
        },
        Confirm::ReleaseDevice { id, name, holder, .. } => Words {
            section: Section::Devices,
            up: format!("/admin/devices/{id}"),
            title: fill(t.confirm_release, &[("name", name)]),
            text: fill(t.confirm_release_text, &[("holder", holder)]),
            button: t.device_release,
            path: format!("/admin/devices/{id}/release"),
        },
        Confirm::ReleaseWipe { id, command, name } => Words {
            section: Section::Devices,
            up: format!("/admin/devices/{id}"),
            title: fill(t.confirm_release_wipe, &[("name", name)]),
            text: fill(t.ask_wipe, &[("name", name)]),
            button: t.order_release,
            path: format!("/admin/devices/{id}/orders/{command}/release"),
        },
        Confirm::PasswordLink { id, name } => Words {
            section: Section::Users,
            up: format!("/admin/users/{id}"),
            title: t.password_link_make.to_owned(),
            text: fill(t.confirm_password_link, &[("name", name)]),
            button: t.password_link_make,
            path: format!("/admin/users/{id}/password-link"),
        },
        Confirm::PasswordLinks => Words {
            section: Section::Users,
            up: "/admin/users".to_owned(),
            title: t.password_link_make.to_owned(),
            text: t.confirm_password_links.to_owned(),
            button: t.password_link_make,
            path: "/admin/users/password-links".to_owned(),
        },
    }
}
