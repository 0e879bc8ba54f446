//! The dashboard: what is left to set up, how the fleet stands, what needs somebody (spec H5).

use leptos::prelude::*;
use time::OffsetDateTime;

use super::list::{Link, add_button};
use super::push_certificate::notice::PushNotice;
use crate::document::Frame;
use crate::icons::{Icon, icon};
use crate::locale::{Texts, count, fill};
use crate::markup::{IntoMarkup, Markup};
use crate::shell::console::{Chrome, ConsolePage, Section, console};
use crate::ui::Tone;
use crate::ui::fleet::FleetState;
use crate::ui::moment::ago;
use crate::ui::notice::notice;

/// What the page shows.
#[derive(Clone, Debug, Default)]
pub struct DashboardView {
    /// What is set up and what is not; leave it empty once everything is.
    pub steps: Vec<(SetUpStep, bool)>,
    /// Devices by state; states without devices may be left out.
    pub fleet: Vec<(FleetState, usize)>,
    /// Devices that need somebody, the most urgent first, and why.
    pub attention: Vec<Attention>,
    /// For how many names attempts to sign in were slowed within the last quarter of an hour.
    pub slowed_names: usize,
    /// What is to be said about the push certificate.
    pub push: Option<PushNotice>,
    /// How many users there are, Nobody not counted.
    pub users: usize,
    /// How many user groups and device groups there are.
    pub groups: usize,
    /// How many configurations.
    pub configurations: usize,
    /// How many apps.
    pub apps: usize,
}

/// A step of the set-up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SetUpStep {
    /// The certificate that lets phones be woken.
    PushCertificate,
    /// People who may sign in.
    Users,
    /// Devices.
    Devices,
    /// The sign-in page is distributed to devices.
    SignIn,
    /// Something is distributed to people besides the sign-in page.
    Items,
}

/// A device that needs somebody.
#[derive(Clone, Debug)]
pub struct Attention {
    /// The device.
    pub device: Link,
    /// Why, in the page's language.
    pub reason: String,
    /// Since when.
    pub since: OffsetDateTime,
}

/// The page.
#[must_use]
pub fn dashboard(frame: &Frame, chrome: &Chrome, view: &DashboardView) -> String {
    let t = frame.texts();
    console(frame, chrome, ConsolePage::new(Section::Dashboard, t.nav_dashboard), || {
        let open = chrome.manages && view.steps.iter().any(|(_, done)| !done);
        let push = view.push.as_ref().map(|notice| notice.render(frame, Some("/admin/settings/push")));
        let slowed = (view.slowed_names > 0).then(|| {
            let title = count(view.slowed_names, t.slowed_one, t.slowed);
            let body = view! { <p>{t.slowed_text}" "<a href="/admin/audit?q=sign-in">{t.nav_audit}</a></p> };
            notice(Tone::Warn, &title, body)
        });
        view! {
            {push}
            {slowed}
            {open.then(|| steps(t, &view.steps))}
            <div class="columns">
                {fleet(chrome, t, &view.fleet)}
                {attention(frame, &view.attention)}
            </div>
            {counts(t, view)}
        }
        .into_markup()
    })
}

fn steps(t: &'static Texts, steps: &[(SetUpStep, bool)]) -> Markup {
    let done = steps.iter().filter(|(_, done)| *done).count();
    let rows = steps
        .iter()
        .map(|(step, done)| {
            let (title, text, path) = match step {
                SetUpStep::PushCertificate => (t.step_push, t.step_push_text, "/admin/settings/push"),
                SetUpStep::Users => (t.step_users, t.step_users_text, "/admin/users"),
                SetUpStep::Devices => (t.step_devices, t.step_devices_text, "/admin/devices/add"),
                SetUpStep::SignIn => {
                    (t.step_sign_in, t.step_sign_in_text, "/admin/configurations/secure-sign-in/distribution")
                }
                SetUpStep::Items => (t.step_items, t.step_items_text, "/admin/configurations"),
            };
            let (class, mark, word) =
                if *done { ("step done", Icon::Check, t.step_done) } else { ("step", Icon::Arrow, t.step_open) };
            view! {
                <li class=class>
                    <span class="step-mark">{icon(mark)}<span class="visually-hidden">{word}</span></span>
                    <div><a href=path>{title}</a><p>{text}</p></div>
                </li>
            }
        })
        .collect_view();
    view! {
        <section class="panel">
            <header class="panel-head">
                <h2>{t.steps_title}</h2>
                <span class="fine">{fill(t.steps_count, &[("done", &done), ("total", &steps.len())])}</span>
            </header>
            <ol class="steps">{rows}</ol>
        </section>
    }
    .into_markup()
}

fn fleet(chrome: &Chrome, t: &'static Texts, states: &[(FleetState, usize)]) -> Markup {
    let total: usize = states.iter().map(|(_, n)| n).sum();
    if total == 0 {
        return view! {
            <section class="panel">
                <header class="panel-head"><h2>{t.fleet_title}</h2></header>
                <p>{t.fleet_empty}</p>
                {add_button(chrome, "/admin/devices/add", t.devices_add).map(|add| view! { <p>{add}</p> })}
            </section>
        }
        .into_markup();
    }
    let bars = states
        .iter()
        .map(|(state, n)| {
            let (tone, mark) = state.look();
            let share = format!("{}%", n * 100 / total);
            view! {
                <li>
                    <a class=format!("bar {}", tone.class()) href=format!("/admin/devices?state={}", state.code())>
                        <span class="bar-name">{icon(mark)}<span>{state.word(t)}</span></span>
                        <svg class="bar-line" aria-hidden="true" focusable="false" height="12">
                            <rect class="bar-ground" width="100%" height="12" rx="6" />
                            <rect class="bar-fill" width=share height="12" rx="6" />
                        </svg>
                        <span class="bar-number">{*n}</span>
                    </a>
                </li>
            }
        })
        .collect_view();
    view! {
        <section class="panel">
            <header class="panel-head">
                <h2>{t.fleet_title}</h2>
                <span class="fine">{count(total, t.fleet_total_one, t.fleet_total_many)}</span>
            </header>
            <ul class="bars">{bars}</ul>
        </section>
    }
    .into_markup()
}

fn attention(frame: &Frame, list: &[Attention]) -> Markup {
    let t = frame.texts();
    let content = if list.is_empty() {
        view! { <p class="calm">{icon(Icon::Check)}<span>{t.attention_none}</span></p> }.into_markup()
    } else {
        let rows = list
            .iter()
            .map(|entry| {
                view! {
                    <li>
                        {icon(Icon::Warning)}
                        <div>
                            {entry.device.render()}
                            <p>{entry.reason.clone()}</p>
                            <p class="fine">{ago(frame, entry.since)}</p>
                        </div>
                    </li>
                }
            })
            .collect_view();
        view! { <ul class="alerts">{rows}</ul> }.into_markup()
    };
    view! {
        <section class="panel">
            <header class="panel-head"><h2>{t.attention_title}</h2></header>
            {content}
        </section>
    }
    .into_markup()
}

fn counts(t: &'static Texts, view: &DashboardView) -> Markup {
    let tiles = [
        (t.nav_users, view.users, "/admin/users"),
        (t.nav_groups, view.groups, "/admin/user-groups"),
        (t.nav_configurations, view.configurations, "/admin/configurations"),
        (t.nav_apps, view.apps, "/admin/apps"),
    ]
    .map(|(name, number, path)| {
        view! { <li><a href=path><strong>{number}</strong><span>{name}</span></a></li> }
    })
    .collect_view();
    view! { <ul class="counts" aria-label=t.counts_label>{tiles}</ul> }.into_markup()
}
