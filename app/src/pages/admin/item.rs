//! One configuration or app: what it does, who gets it, what to watch out for.

pub mod inside;

use inside::{Inside, SetRestriction, Works};
use leptos::prelude::*;
use time::OffsetDateTime;

use super::distribution::{Finding, findings};
use super::explain::{ExplainView, explain};
use super::items::DistributionMode;
use super::list::{Link, none};
use super::policy_tests::{TestRow, tests};
use crate::document::Frame;
use crate::icons::{Icon, icon};
use crate::locale::{Texts, count, fill};
use crate::markup::{IntoMarkup, Markup};
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
    /// Where it works.
    pub works: Vec<Works>,
    /// What is wrong with who gets it.
    pub findings: Vec<Finding>,
    /// The check of Nobody's share was overridden (A9).
    pub overridden: bool,
    /// On how many devices it is.
    pub on_devices: usize,
    /// When it was last changed.
    pub updated: OffsetDateTime,
    /// The viewer may change it.
    pub may_edit: bool,
    /// What is expected of it (C8).
    pub tests: Vec<TestRow>,
    /// Who gets it and why.
    pub explain: ExplainView,
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
        /// Stays without Safari's bars on other sites too.
        ignore_manifest_scope: bool,
        /// The person may delete it.
        removable: bool,
        /// Address of its icon.
        icon: Option<String>,
        /// The device leaves the icon as it is.
        precomposed: bool,
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
    /// Identity.
    Identity {
        /// Common name.
        subject: String,
        /// Who issued it.
        issuer: String,
        /// When it expires.
        expires: OffsetDateTime,
        /// How many more certificates its file holds.
        more_certificates: usize,
    },
    /// Restrictions.
    Restrictions {
        /// What is set.
        set: Vec<SetRestriction>,
        /// Apps that are hidden.
        blocked_apps: Vec<String>,
        /// The only apps that are shown; all when empty.
        allowed_apps: Vec<String>,
    },
    /// An uploaded profile.
    Profile {
        /// What the file was called.
        file_name: String,
        /// How large it is.
        bytes: u64,
        /// Who had signed it.
        signed_by: Option<String>,
        /// What is inside.
        payloads: Vec<Inside>,
        /// Texts in it are filled in for the holder.
        is_personal: bool,
        /// What looks like a placeholder and is none.
        unknown_placeholders: Vec<String>,
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
            Self::Identity { .. } => ItemKind::Identity,
            Self::Restrictions { .. } => ItemKind::Restrictions,
            Self::Profile { .. } => ItemKind::Profile,
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
        let works = (!view.works.is_empty()).then(|| {
            view! {
                <section class="panel">
                    <header class="panel-head"><h2>{t.works_title}</h2></header>
                    {inside::works(frame, &view.works)}
                </section>
            }
        });
        let expected = (!view.tests.is_empty()).then(|| {
            view! {
                <section class="panel" id="tests">
                    <header class="panel-head"><h2>{t.nav_policy_tests}</h2></header>
                    {tests(frame, &view.tests)}
                </section>
            }
        });
        view! {
            {overridden}
            {findings(t, &view.findings)}
            <div class="columns">
                <section class="panel">
                    <header class="panel-head"><h2>{t.item_content}</h2></header>
                    {content(frame, view)}
                </section>
                <div class="stack">
                    <section class="panel">
                        <header class="panel-head"><h2>{t.distribution}</h2></header>
                        {distribution(frame, view)}
                    </section>
                    {works}
                </div>
            </div>
            {expected}
            {explain(frame, &view.explain, &path)}
        }
        .into_markup()
    })
}

fn actions(t: &'static Texts, view: &ItemView, path: &str) -> Markup {
    let delete = (!view.content.is_built_in())
        .then(|| view! { <a class="button danger" href=format!("{path}/delete")>{t.delete}</a> });
    let edit = if view.content.is_built_in() { t.item_options } else { t.edit };
    view! {
        {delete}
        <a class="button" href=format!("{path}/edit")>{icon(Icon::Pen)}<span>{edit}</span></a>
        <a class="button primary" href=format!("{path}/distribution")>{icon(Icon::People)}<span>{t.edit_distribution}</span></a>
    }
    .into_markup()
}

fn distribution(frame: &Frame, view: &ItemView) -> Markup {
    let t = frame.texts();
    let summary = &view.distribution;
    let links = |links: &[Link]| {
        if links.is_empty() {
            return none(frame);
        }
        let links = links.iter().map(|link| view! { <li>{link.render()}</li> }).collect_view();
        view! { <ul class="inline-list">{links}</ul> }.into_markup()
    };
    let mut rows = vec![(t.distribution_who, text(summary.mode.word(t)))];
    if summary.mode == DistributionMode::Custom {
        rows.push((t.distribution_includes, links(&summary.includes)));
        rows.push((t.distribution_excludes, links(&summary.excludes)));
        let filters = if summary.filters.is_empty() {
            none(frame)
        } else {
            let lines = summary.filters.iter().map(|line| view! { <li>{line.clone()}</li> }).collect_view();
            view! { <ul>{lines}</ul> }.into_markup()
        };
        rows.push((t.distribution_filters, filters));
    }
    rows.push((t.item_on, text(count(view.on_devices, t.devices_one, t.devices_many))));
    facts(rows)
}

fn content(frame: &Frame, view: &ItemView) -> Markup {
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
        ItemContent::WebClip { label, url, full_screen, ignore_manifest_scope, removable, icon, precomposed } => {
            let mut rows = vec![
                (t.clip_icon, icon.clone().map_or_else(|| none(frame), |address| clip_icon(label, address))),
                (t.clip_label, text(label)),
                (t.clip_url, code(url)),
                (t.clip_full_screen, yes_no(*full_screen)),
            ];
            if *full_screen {
                rows.push((t.clip_scope, yes_no(*ignore_manifest_scope)));
            }
            if icon.is_some() {
                rows.push((t.clip_precomposed, yes_no(*precomposed)));
            }
            rows.push((t.clip_removable, yes_no(*removable)));
            rows
        }
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
            vec![(t.certificate_subject, text(subject)), (t.certificate_expires, validity(frame, *expires))]
        }
        ItemContent::Identity { subject, issuer, expires, more_certificates } => vec![
            (t.certificate_subject, text(subject)),
            (t.certificate_issuer, text(issuer)),
            (t.certificate_expires, validity(frame, *expires)),
            (t.identity_key, text(t.secret_stored)),
            (t.identity_more, text(more_certificates.to_string())),
        ],
        ItemContent::Restrictions { set, blocked_apps, allowed_apps } => {
            return restrictions(frame, view, set, blocked_apps, allowed_apps);
        }
        ItemContent::Profile { file_name, bytes, signed_by, payloads, is_personal, unknown_placeholders } => {
            let mut rows = vec![(t.profile_file, text(format!("{file_name}, {}", size(*bytes))))];
            if let Some(signer) = signed_by {
                rows.push((t.profile_signed_by, text(fill(t.profile_signature_dropped, &[("signer", signer)]))));
            }
            rows.push((t.profile_personal, yes_no(*is_personal)));
            if !unknown_placeholders.is_empty() {
                rows.push((t.profile_unknown_placeholders, code(&unknown_placeholders.join(" "))));
            }
            rows.push((t.item_updated, exact(frame, view.updated)));
            return view! { {inside::payloads(frame, payloads)}{facts(rows)} }.into_markup();
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

/// What is set, and the lists of apps where there are any.
fn restrictions(
    frame: &Frame,
    view: &ItemView,
    set: &[SetRestriction],
    blocked_apps: &[String],
    allowed_apps: &[String],
) -> Markup {
    let t = frame.texts();
    let apps = |apps: &[String]| {
        let lines = apps.iter().map(|app| view! { <li><code>{app.clone()}</code></li> }).collect_view();
        view! { <ul>{lines}</ul> }.into_markup()
    };
    let mut rows = Vec::new();
    for (label, list) in [(t.blocked_apps, blocked_apps), (t.allowed_apps, allowed_apps)] {
        if !list.is_empty() {
            rows.push((label, apps(list)));
        }
    }
    rows.push((t.item_updated, exact(frame, view.updated)));
    let table = (!set.is_empty()).then(|| inside::restrictions(frame, set));
    view! { {table}{facts(rows)} }.into_markup()
}

fn clip_icon(label: &str, address: String) -> Markup {
    view! {
        <span class="clip-preview">
            <img class="clip-icon" src=address alt="" width="60" height="60" />
            <span aria-hidden="true">{label.to_owned()}</span>
        </span>
    }
    .into_markup()
}

/// A date of expiry, marked when it is near or past.
fn validity(frame: &Frame, expires: OffsetDateTime) -> Markup {
    const SOON: time::Duration = time::Duration::days(30);
    let t = frame.texts();
    let mark = match expires - frame.now {
        left if left <= time::Duration::ZERO => Some(badge(Tone::Bad, Icon::Cross, t.certificate_expired)),
        left if left <= SOON => Some(badge(Tone::Warn, Icon::Warning, t.certificate_expires_soon)),
        _ => None,
    };
    view! { <span class="status-line">{exact(frame, expires)}{mark}</span> }.into_markup()
}

/// A size as people read it.
fn size(bytes: u64) -> String {
    match bytes {
        0..1_000 => format!("{bytes} B"),
        1_000..1_000_000 => format!("{} kB", bytes.div_ceil(1_000)),
        _ => format!("{:.1} MB", bytes as f64 / 1_000_000.0),
    }
}

fn checklist_lines(t: &'static Texts, lines: &[(String, bool)]) -> Markup {
    let lines = lines
        .iter()
        .map(|(line, blocks)| {
            let blocks = blocks.then(|| badge(Tone::Plain, Icon::Lock, t.checklist_blocks_short));
            view! { <li>{line.clone()}" "{blocks}</li> }
        })
        .collect_view();
    view! { <ol class="numbered"><li>{t.checklist_microsoft}</li>{lines}</ol> }.into_markup()
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
