//! One configuration or app: what it does, who gets it, what to watch out for.

use leptos::prelude::*;
use time::OffsetDateTime;

use super::distribution::{Finding, findings};
use super::items::DistributionMode;
use super::list::{Link, none};
use crate::document::Frame;
use crate::icons::{Icon, icon};
use crate::locale::{Texts, count};
use crate::shell::console::{Chrome, ConsolePage, Section, console};
use crate::ui::facts::{code, facts, text};
use crate::ui::item::ItemKind;
use crate::ui::moment::exact;
use crate::ui::notice::notice;
use crate::ui::{Tone, badge};

/// What the page shows.
#[derive(Clone, Debug)]
pub struct ItemView {
    /// For paths.
    pub id: String,
    /// Name.
    pub name: String,
    /// What it is for.
    pub description: String,
    /// What it does.
    pub content: ItemContent,
    /// Who gets it.
    pub distribution: DistributionSummary,
    /// What goes wrong at sign-out.
    pub findings: Vec<Finding>,
    /// The check of Nobody's share was overridden (A9).
    pub overridden: bool,
    /// On how many devices it is.
    pub on_devices: usize,
    /// When it was last changed.
    pub updated: OffsetDateTime,
    /// The viewer may change it.
    pub may_edit: bool,
}

/// What an item does. Secrets are never shown.
#[derive(Clone, Debug)]
pub enum ItemContent {
    /// Wi-Fi.
    Wifi {
        /// The network's name.
        ssid: String,
        /// How it is protected: `none`, `wpa2`, `wpa3`.
        security: String,
        /// It hides its name.
        hidden: bool,
        /// The device joins by itself.
        auto_join: bool,
    },
    /// Web clip.
    WebClip {
        /// The text under the icon.
        label: String,
        /// The page it opens.
        url: String,
        /// Without Safari's bars.
        full_screen: bool,
        /// The person may delete it.
        removable: bool,
    },
    /// Passcode rules.
    Passcode {
        /// Fewest characters.
        min_length: u8,
        /// 1234 and the like pass.
        allow_simple: bool,
        /// A letter is needed.
        require_alphanumeric: bool,
        /// Minutes until the device locks.
        max_inactivity_minutes: Option<u8>,
        /// Wrong tries until the device erases itself.
        max_failed_attempts: Option<u8>,
    },
    /// Certificate.
    Certificate {
        /// Common name.
        subject: String,
        /// When it expires.
        expires: OffsetDateTime,
    },
    /// *Multi-user Secure Sign-in for iOS*.
    SignIn {
        /// The text under the icon.
        label: String,
        /// Who may help.
        help_contact: Option<String>,
        /// The administrator's lines of the checklist; whether each blocks.
        checklist: Vec<(String, bool)>,
    },
    /// In-house app.
    InHouse {
        /// Bundle identifier.
        bundle_id: String,
        /// Address of the manifest.
        manifest_url: String,
        /// Removed and installed again between people.
        reset_between_people: bool,
    },
    /// Store app.
    Store {
        /// Bundle identifier.
        bundle_id: String,
        /// Apple's number.
        store_id: u64,
        /// Removed and installed again between people.
        reset_between_people: bool,
    },
}

impl ItemContent {
    fn is_app(&self) -> bool {
        matches!(self, Self::InHouse { .. } | Self::Store { .. })
    }

    fn is_built_in(&self) -> bool {
        matches!(self, Self::SignIn { .. })
    }

    fn kind(&self) -> ItemKind {
        match self {
            Self::Wifi { .. } => ItemKind::Wifi,
            Self::WebClip { .. } => ItemKind::WebClip,
            Self::Passcode { .. } => ItemKind::Passcode,
            Self::Certificate { .. } => ItemKind::Certificate,
            Self::SignIn { .. } => ItemKind::SignIn,
            Self::InHouse { .. } | Self::Store { .. } => ItemKind::App,
        }
    }
}

/// Who gets an item, by name.
#[derive(Clone, Debug, Default)]
pub struct DistributionSummary {
    /// All, none or custom.
    pub mode: DistributionMode,
    /// Custom: groups and users included.
    pub includes: Vec<Link>,
    /// Custom: groups excluded.
    pub excludes: Vec<Link>,
    /// Custom: filters, each as a sentence in the page's language.
    pub filters: Vec<String>,
}

/// The page. Buttons lead to `…/{id}/edit`, `…/{id}/distribution`, `…/{id}/delete` (a confirmation).
#[must_use]
pub fn item(frame: &Frame, chrome: &Chrome, view: &ItemView) -> String {
    let t = frame.texts();
    let (section, base, list) = if view.content.is_app() {
        (Section::Apps, "/admin/apps", t.nav_apps)
    } else {
        (Section::Configurations, "/admin/configurations", t.nav_configurations)
    };
    let path = format!("{base}/{}", view.id);
    let kind = view.content.kind().word(t);
    let built_in = view.content.is_built_in().then(|| badge(Tone::Plain, Icon::Shield, t.built_in));
    let description = view.description.clone();
    let mut page = ConsolePage::new(section, &view.name).up(list, base).subtitle(view! {
        <span class="status-line"><span>{kind}</span>{built_in}<span>{description}</span></span>
    });
    if view.may_edit {
        page = page.actions(actions(t, view, &path));
    }
    console(frame, chrome, page, || {
        let overridden =
            view.overridden.then(|| notice(Tone::Warn, t.override_flag_title, view! { <p>{t.override_flag_text}</p> }));
        view! {
            {overridden}
            {findings(t, &view.findings)}
            <div class="columns">
                <section class="panel">
                    <header class="panel-head"><h2>{t.item_content}</h2></header>
                    {content(frame, view)}
                </section>
                <section class="panel">
                    <header class="panel-head"><h2>{t.distribution}</h2></header>
                    {distribution(frame, view)}
                </section>
            </div>
        }
        .into_any()
    })
}

fn actions(t: &'static Texts, view: &ItemView, path: &str) -> AnyView {
    let delete = (!view.content.is_built_in())
        .then(|| view! { <a class="button danger" href=format!("{path}/delete")>{t.delete}</a> });
    let edit = if view.content.is_built_in() { t.item_options } else { t.edit };
    view! {
        {delete}
        <a class="button" href=format!("{path}/edit")>{icon(Icon::Pen)}<span>{edit}</span></a>
        <a class="button primary" href=format!("{path}/distribution")>{icon(Icon::People)}<span>{t.edit_distribution}</span></a>
    }
    .into_any()
}

fn distribution(frame: &Frame, view: &ItemView) -> AnyView {
    let t = frame.texts();
    let summary = &view.distribution;
    let links = |links: &[Link]| {
        if links.is_empty() {
            return none(frame);
        }
        let links = links.iter().map(|link| view! { <li>{link.render()}</li> }).collect_view();
        view! { <ul class="inline-list">{links}</ul> }.into_any()
    };
    let mut rows = vec![(t.distribution_who, text(summary.mode.word(t)))];
    if summary.mode == DistributionMode::Custom {
        rows.push((t.distribution_includes, links(&summary.includes)));
        rows.push((t.distribution_excludes, links(&summary.excludes)));
        let filters = if summary.filters.is_empty() {
            none(frame)
        } else {
            let lines = summary.filters.iter().map(|line| view! { <li>{line.clone()}</li> }).collect_view();
            view! { <ul>{lines}</ul> }.into_any()
        };
        rows.push((t.distribution_filters, filters));
    }
    rows.push((t.item_on, text(count(view.on_devices, t.devices_one, t.devices_many))));
    facts(rows)
}

fn content(frame: &Frame, view: &ItemView) -> AnyView {
    let t = frame.texts();
    let yes_no = |yes: bool| text(if yes { t.yes } else { t.no });
    let number = |value: Option<u8>| value.map_or_else(|| none(frame), |value| text(value.to_string()));
    let mut rows = match &view.content {
        ItemContent::Wifi { ssid, security, hidden, auto_join } => vec![
            (t.wifi_ssid, text(ssid)),
            (t.wifi_security, text(wifi_security(t, security))),
            (t.field_password, text(if security == "none" { t.none } else { t.secret_stored })),
            (t.wifi_auto_join, yes_no(*auto_join)),
            (t.wifi_hidden, yes_no(*hidden)),
        ],
        ItemContent::WebClip { label, url, full_screen, removable } => vec![
            (t.clip_label, text(label)),
            (t.clip_url, code(url)),
            (t.clip_full_screen, yes_no(*full_screen)),
            (t.clip_removable, yes_no(*removable)),
        ],
        ItemContent::Passcode {
            min_length,
            allow_simple,
            require_alphanumeric,
            max_inactivity_minutes,
            max_failed_attempts,
        } => vec![
            (t.passcode_min_length, text(min_length.to_string())),
            (t.passcode_allow_simple, yes_no(*allow_simple)),
            (t.passcode_alphanumeric, yes_no(*require_alphanumeric)),
            (t.passcode_inactivity, number(*max_inactivity_minutes)),
            (t.passcode_attempts, number(*max_failed_attempts)),
        ],
        ItemContent::Certificate { subject, expires } => {
            vec![(t.certificate_subject, text(subject)), (t.certificate_expires, exact(frame, *expires))]
        }
        ItemContent::SignIn { label, help_contact, checklist } => vec![
            (t.clip_label, text(label)),
            (t.help_contact, help_contact.clone().map_or_else(|| none(frame), text)),
            (t.checklist_title, checklist_lines(t, checklist)),
        ],
        ItemContent::InHouse { bundle_id, manifest_url, reset_between_people } => vec![
            (t.item_kind, text(t.app_in_house)),
            (t.app_bundle_id, code(bundle_id)),
            (t.app_manifest, code(manifest_url)),
            (t.app_between_people, text(between_people(t, *reset_between_people))),
        ],
        ItemContent::Store { bundle_id, store_id, reset_between_people } => vec![
            (t.item_kind, text(t.app_store)),
            (t.app_bundle_id, code(bundle_id)),
            (t.app_store_id, code(&store_id.to_string())),
            (t.app_between_people, text(between_people(t, *reset_between_people))),
        ],
    };
    rows.push((t.item_updated, exact(frame, view.updated)));
    facts(rows)
}

fn checklist_lines(t: &'static Texts, lines: &[(String, bool)]) -> AnyView {
    let lines = lines
        .iter()
        .map(|(line, blocks)| {
            let blocks = blocks.then(|| badge(Tone::Plain, Icon::Lock, t.checklist_blocks_short));
            view! { <li>{line.clone()}" "{blocks}</li> }
        })
        .collect_view();
    view! { <ol class="numbered"><li>{t.checklist_microsoft}</li>{lines}</ol> }.into_any()
}

fn wifi_security(t: &Texts, code: &str) -> &'static str {
    match code {
        "wpa2" => t.wifi_wpa2,
        "wpa3" => t.wifi_wpa3,
        _ => t.wifi_open,
    }
}

fn between_people(t: &Texts, reset: bool) -> &'static str {
    if reset { t.app_resets } else { t.app_keeps_data }
}
