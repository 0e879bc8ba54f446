//! One device: facts, holder, items, custody, command log (spec H2, A19).

pub mod actions;
pub mod custody;
pub mod items;
pub mod log;

use leptos::prelude::*;
use time::OffsetDateTime;

use super::list::{Link, none};
use crate::document::Frame;
use crate::icons::{Icon, icon};
use crate::markup::{IntoMarkup, Markup};
use crate::shell::console::{Chrome, ConsolePage, Section, console};
use crate::ui::Tone;
use crate::ui::facts::{code, facts, text};
use crate::ui::fleet::FleetState;
use crate::ui::form::{Input, Kind, TextField};
use crate::ui::live::{Live, News};
use crate::ui::moment::{ago, exact};
use crate::ui::notice::{notice, short_notice};

use actions::DeviceActionsView;
use custody::CustodyView;
use items::DeviceItem;
use log::CommandLogView;

/// What the page shows.
#[derive(Clone, Debug)]
pub struct DeviceView {
    /// For paths.
    pub id: String,
    /// Baton's label.
    pub name: String,
    /// How it stands.
    pub state: FleetState,
    /// Why somebody should look at it: sentences in the page's language.
    pub alerts: Vec<String>,
    /// Who has it; `None` when signed out.
    pub holder: Option<Link>,
    /// Since when it has been with the holder, or signed out.
    pub since: Option<OffsetDateTime>,
    /// What is known about it.
    pub facts: DeviceFacts,
    /// Its device groups.
    pub groups: Vec<Link>,
    /// What it has and what it should have.
    pub items: Vec<DeviceItem>,
    /// Who had it.
    pub custody: CustodyView,
    /// What it was told and what it answered.
    pub log: CommandLogView,
    /// What may be done to it, and what was asked for lately.
    pub actions: DeviceActionsView,
    /// The form for name and name tag; `None` where the viewer may not change them.
    pub form: Option<DeviceForm>,
    /// The viewer may release it.
    pub may_release: bool,
    /// How the page goes on by itself; `None` where the viewer asked it not to.
    pub live: Option<Live>,
}

/// What is known about a device.
#[derive(Clone, Debug, Default)]
pub struct DeviceFacts {
    /// Such as "iPhone SE (iPhone14,6)".
    pub model: Option<String>,
    /// Such as "iOS 17.4".
    pub system: Option<String>,
    /// Serial number.
    pub serial: Option<String>,
    /// UDID.
    pub udid: Option<String>,
    /// Apple's EnrollmentID, under User Enrollment.
    pub apple_enrollment_id: Option<String>,
    /// Kind of enrollment.
    pub enrollment: EnrollmentKind,
    /// Supervised; `None` while the device has not said.
    pub supervised: Option<bool>,
    /// What a signed-out device says about itself (A17).
    pub name_tag: Option<String>,
    /// When it enrolled.
    pub enrolled: Option<OffsetDateTime>,
    /// When it last spoke to the server.
    pub last_seen: Option<OffsetDateTime>,
}

/// Kind of enrollment.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum EnrollmentKind {
    /// Device Enrollment.
    #[default]
    Device,
    /// Automated Device Enrollment.
    Automated,
    /// User Enrollment.
    User,
}

/// Label and name tag; fields `name`, `nameTag`, sent to `POST /admin/devices/{id}`.
#[derive(Clone, Debug, Default)]
pub struct DeviceForm {
    /// Baton's label.
    pub name: Input,
    /// What a signed-out device says about itself.
    pub name_tag: Input,
}

/// The page.
#[must_use]
pub fn device(frame: &Frame, chrome: &Chrome, view: &DeviceView) -> String {
    let t = frame.texts();
    let mut page = ConsolePage::new(Section::Devices, &view.name)
        .up(t.nav_devices, "/admin/devices")
        .subtitle(view! { <span class="status-line" id="device-status" data-live="">{status(frame, view)}</span> })
        .following(view.live.as_ref(), say(frame, view));
    if view.may_release {
        page = page.actions(view! { <span id="release" data-live="">{release(frame, view)}</span> });
    }
    console(frame, chrome, page, || {
        view! {
            <div class="stack" id="alerts" data-live="">{alerts(view)}</div>
            {anchors(frame)}
            {steady_link(frame, view)}
            {actions::panel(frame, &view.id, &view.actions)}
            <section class="panel" id="items" data-live="">{assigned(frame, view)}</section>
            <div class="columns">
                <section class="panel" id="about">
                    <header class="panel-head"><h2>{t.about}</h2></header>
                    <div id="facts" data-live="">{about(frame, view)}</div>
                    {view.form.as_ref().map(|form| edit(frame, &view.id, form))}
                </section>
                <section class="panel" id="custody" data-live="">{custody::custody(frame, &view.id, &view.custody)}</section>
            </div>
            <section class="panel" id="log" data-live="">{log::log(frame, &view.id, &view.log)}</section>
        }
        .into_markup()
    })
}

/// What the open page is sent. What may be done is not among it: somebody may be about to press a button.
#[must_use]
pub fn device_news(frame: &Frame, view: &DeviceView) -> News {
    News::new(&view.name, say(frame, view))
        .part("device-status", || status(frame, view))
        .part("release", || release(frame, view))
        .part("alerts", || alerts(view))
        .part("orders", || actions::latest(frame, &view.id, &view.actions))
        .part("items", || assigned(frame, view))
        .part("facts", || about(frame, view))
        .part("custody", || custody::custody(frame, &view.id, &view.custody))
        .part("log", || log::log(frame, &view.id, &view.log))
}

fn say(frame: &Frame, view: &DeviceView) -> String {
    let t = frame.texts();
    let holder = match &view.holder {
        Some(holder) => format!("{} {}", t.device_with, holder.name),
        None => t.device_signed_out.to_owned(),
    };
    format!("{}: {holder}.", view.state.word(t))
}

fn release(frame: &Frame, view: &DeviceView) -> Option<Markup> {
    view.holder.as_ref()?;
    let path = format!("/admin/devices/{}/release", view.id);
    Some(view! { <a class="button" href=path>{frame.texts().device_release}</a> }.into_markup())
}

fn alerts(view: &DeviceView) -> Vec<Markup> {
    view.alerts.iter().map(|alert| short_notice(Tone::Warn, alert)).collect()
}

fn assigned(frame: &Frame, view: &DeviceView) -> Markup {
    view! {
        <header class="panel-head"><h2>{frame.texts().device_items}</h2></header>
        {items::items(frame, &view.items)}
    }
    .into_markup()
}

/// The way to a page that holds still, and back (WCAG 2.2.2).
fn steady_link(frame: &Frame, view: &DeviceView) -> Markup {
    let t = frame.texts();
    let path = format!("/admin/devices/{}", view.id);
    let (to, words) =
        if view.live.is_some() { (format!("{path}?steady"), t.update_stop) } else { (path, t.update_again) };
    view! { <p class="fine"><a href=to>{words}</a></p> }.into_markup()
}

fn status(frame: &Frame, view: &DeviceView) -> Markup {
    let t = frame.texts();
    let holder = match &view.holder {
        Some(holder) => view! { <span>{t.device_with}" "{holder.render()}</span> }.into_markup(),
        None => view! { <span>{t.device_signed_out}</span> }.into_markup(),
    };
    let since = view.since.map(|since| view! { <span>{t.since}" "{ago(frame, since)}</span> });
    view! { {view.state.badge(t)}{holder}{since} }.into_markup()
}

fn anchors(frame: &Frame) -> Markup {
    let t = frame.texts();
    view! {
        <nav class="tabs anchors" aria-label=t.on_this_page>
            <a href="#actions">{t.actions_anchor}</a>
            <a href="#items">{t.device_items}</a>
            <a href="#about">{t.about}</a>
            <a href="#custody">{t.custody_title}</a>
            <a href="#log">{t.log_title}</a>
        </nav>
    }
    .into_markup()
}

fn about(frame: &Frame, view: &DeviceView) -> Markup {
    let t = frame.texts();
    let known = &view.facts;
    let optional = |value: &Option<String>| value.clone().map_or_else(|| none(frame), text);
    let is_user_enrollment = known.enrollment == EnrollmentKind::User;
    let hardware = |value: &Option<String>| match value.as_deref() {
        Some(value) => code(value),
        None if is_user_enrollment => text(t.not_under_user_enrollment),
        None => none(frame),
    };
    let supervised = match known.supervised {
        _ if is_user_enrollment => t.not_under_user_enrollment,
        Some(true) => t.yes,
        Some(false) => t.no,
        None => t.not_reported,
    };
    let enrollment = match known.enrollment {
        EnrollmentKind::Device => t.enrollment_device,
        EnrollmentKind::Automated => t.enrollment_automated,
        EnrollmentKind::User => t.enrollment_user,
    };
    let user_enrolled = if is_user_enrollment { t.yes } else { t.no };
    let groups = if view.groups.is_empty() {
        none(frame)
    } else {
        let links = view.groups.iter().map(|group| view! { <li>{group.render()}</li> }).collect_view();
        view! { <ul class="inline-list">{links}</ul> }.into_markup()
    };
    let apple_enrollment_id = known.apple_enrollment_id.as_deref().map(|id| ("EnrollmentID", code(id)));
    let rows = vec![
        (t.device_model, optional(&known.model)),
        (t.device_system, optional(&known.system)),
        (t.device_serial, hardware(&known.serial)),
        ("UDID", hardware(&known.udid)),
        (t.device_enrollment, text(enrollment)),
        (t.user_enrollment_enrolled, text(user_enrolled)),
        (t.device_supervised, text(supervised)),
        (t.device_name_tag, optional(&known.name_tag)),
        (t.device_groups, groups),
        (t.device_enrolled, known.enrolled.map_or_else(|| none(frame), |at| exact(frame, at))),
        (t.device_last_seen, known.last_seen.map_or_else(|| text(t.never), |at| ago(frame, at))),
    ];
    facts(rows.into_iter().chain(apple_enrollment_id).collect())
}

fn edit(frame: &Frame, id: &str, form: &DeviceForm) -> Markup {
    let t = frame.texts();
    let refused = form.name.problem.is_some() || form.name_tag.problem.is_some();
    view! {
        <details class="disclosure" open=refused>
            <summary>{icon(Icon::Pen)}<span>{t.device_edit}</span></summary>
            <form class="stack" method="post" action=format!("/admin/devices/{id}")>
                {refused.then(|| notice(Tone::Bad, t.form_refused, ()))}
                {TextField::new("name", t.field_name, Kind::Text).hint(t.device_name_hint).render(frame, &form.name)}
                {TextField::new("nameTag", t.device_name_tag, Kind::Prose).hint(t.device_name_tag_hint).optional().render(frame, &form.name_tag)}
                <div class="form-actions"><button class="button primary" type="submit">{t.save}</button></div>
            </form>
        </details>
    }
    .into_markup()
}
