//! *Edit Distribution*: who gets an item, stopped where the sign-in page would vanish (spec C4, A9).

mod lint;

use leptos::prelude::*;

use super::items::DistributionMode;
use super::picker::{PickerView, PickerWords, picker};
use super::what_if::{WhatIfView, beside_save, stale};
use crate::document::Frame;
use crate::markup::{IntoMarkup, Markup};
use crate::shell::console::{Chrome, ConsolePage, Section, console};
use crate::ui::Tone;
use crate::ui::form::{Choice, Input, Kind, TextField, checkboxes, hidden, select};
use crate::ui::notice::{notice, short_notice};

pub(super) use lint::findings;
pub use lint::{Blocked, Finding};

/// The editor. Fields: `mode` (`all`, `none`, `custom`), `includeUserGroups`, `includeDeviceGroups`, `includeUsers`,
/// `excludeUserGroups`, `excludeDeviceGroups` (ids, repeated), `addUser` (a user name), `userEnrollment`,
/// `automatedEnrollment`, `supervised` (`yes`, `no` or empty), `platforms` (repeated), `minOsVersion`, `maxOsVersion`,
/// `revision`, `previewed` (the revision of the preview), `override` (`yes`), `overrideReason`, `action` (`more` adds the
/// user and shows the form again, `preview` shows what saving would change, `fix` saves the one-click fix, without it the
/// form is saved).
#[derive(Clone, Debug)]
pub struct DistributionView {
    /// For paths.
    pub id: String,
    /// Name of the item.
    pub name: String,
    /// The item is an app, not a configuration.
    pub is_app: bool,
    /// All, none or custom.
    pub mode: DistributionMode,
    /// All user groups, the included ones ticked.
    pub include_user_groups: Vec<Choice>,
    /// All device groups, the included ones ticked.
    pub include_device_groups: Vec<Choice>,
    /// Included users.
    pub include_users: PickerView,
    /// All user groups, the excluded ones ticked.
    pub exclude_user_groups: Vec<Choice>,
    /// All device groups, the excluded ones ticked.
    pub exclude_device_groups: Vec<Choice>,
    /// Filters on the device.
    pub filters: Filters,
    /// The revision that this page shows; goes with the form.
    pub revision: String,
    /// Saving was stopped, because the sign-in page would vanish (A9).
    pub blocked: Option<Blocked>,
    /// Somebody else changed it meanwhile; the page shows what is stored now.
    pub stale: bool,
    /// What is wrong, without stopping anything.
    pub findings: Vec<Finding>,
    /// What saving would change.
    pub what_if: WhatIfView,
}

/// Filters on the device; all must hold.
#[derive(Clone, Debug, Default)]
pub struct Filters {
    /// *User Enrollment Enrolled* must be so.
    pub user_enrollment: Option<bool>,
    /// *Automated Device Enrollment Enrolled* must be so.
    pub automated_enrollment: Option<bool>,
    /// Supervised must be so.
    pub supervised: Option<bool>,
    /// Platforms, the allowed ones ticked; none ticked allows all.
    pub platforms: Vec<Choice>,
    /// Oldest version of the system.
    pub min_os_version: Input,
    /// Newest version of the system.
    pub max_os_version: Input,
}

/// The page. Sent to `POST …/{id}/distribution`.
#[must_use]
pub fn distribution(frame: &Frame, chrome: &Chrome, view: &DistributionView) -> String {
    let t = frame.texts();
    let (section, base) =
        if view.is_app { (Section::Apps, "/admin/apps") } else { (Section::Configurations, "/admin/configurations") };
    let item = format!("{base}/{}", view.id);
    let path = format!("{item}/distribution");
    let page = ConsolePage::new(section, t.edit_distribution).up(&view.name, item.clone());
    console(frame, chrome, page, || {
        let changed = view.stale.then(|| notice(Tone::Warn, t.stale_title, view! { <p>{t.stale_text}</p> }));
        let refused = [&view.filters.min_os_version, &view.filters.max_os_version, &view.include_users.add]
            .iter()
            .any(|input| input.problem.is_some())
            .then(|| short_notice(Tone::Bad, t.form_refused));
        view! {
            {changed}
            {stale(frame, &view.what_if)}
            {refused}
            {view.blocked.as_ref().map(|blocked| lint::blocked(frame, view, blocked, &path))}
            {findings(t, &view.findings)}
            <form class="form wide-form beside" method="post" action=path.clone()>
                <div class="stack">
                    {hidden("revision", &view.revision)}
                    {modes(frame, view.mode)}
                    {custom(frame, view)}
                    {view.blocked.as_ref().map(|blocked| lint::override_fields(frame, blocked))}
                </div>
                {beside_save(frame, &view.what_if, &path, item)}
            </form>
        }
        .into_markup()
    })
}

fn modes(frame: &Frame, current: DistributionMode) -> Markup {
    let t = frame.texts();
    let modes = [
        (DistributionMode::All, t.distribution_all_text),
        (DistributionMode::None, t.distribution_none_text),
        (DistributionMode::Custom, t.distribution_custom_text),
    ]
    .map(|(mode, text)| {
        let id = format!("mode-{}", mode.code());
        let hint = format!("{id}-hint");
        view! {
            <div class="check mode">
                <input
                    type="radio"
                    id=id.clone()
                    name="mode"
                    value=mode.code()
                    checked={mode == current}
                    aria-describedby=hint.clone()
                />
                <label for=id>{mode.word(t)}</label>
                <p class="hint" id=hint>{text}</p>
            </div>
        }
    })
    .collect_view();
    view! { <fieldset class="checks modes"><legend>{t.distribution_who}</legend>{modes}</fieldset> }.into_markup()
}

fn custom(frame: &Frame, view: &DistributionView) -> Markup {
    let t = frame.texts();
    let users = PickerWords {
        name: "includeUsers",
        add_name: "addUser",
        legend: t.include_users,
        empty: t.include_users_none,
        add: t.pick_user,
    };
    view! {
        <div class="custom">
            <section class="panel include">
                <header class="panel-head"><h2>{t.distribution_includes}</h2></header>
                <p class="fine">{t.distribution_includes_text}</p>
                {checkboxes("includeUserGroups", t.user_groups, None, t.user_groups_none, &view.include_user_groups)}
                {checkboxes("includeDeviceGroups", t.device_groups, None, t.device_groups_none, &view.include_device_groups)}
                {picker(frame, users, &view.include_users)}
            </section>
            <section class="panel exclude">
                <header class="panel-head"><h2>{t.distribution_excludes}</h2></header>
                <p class="fine">{t.distribution_excludes_text}</p>
                {checkboxes("excludeUserGroups", t.user_groups, None, t.user_groups_none, &view.exclude_user_groups)}
                {checkboxes("excludeDeviceGroups", t.device_groups, None, t.device_groups_none, &view.exclude_device_groups)}
            </section>
            <section class="panel filters">
                <header class="panel-head"><h2>{t.distribution_filters}</h2></header>
                <p class="fine">{t.distribution_filters_text}</p>
                {filters(frame, &view.filters)}
            </section>
        </div>
    }
    .into_markup()
}

fn filters(frame: &Frame, filters: &Filters) -> Markup {
    let t = frame.texts();
    let three_way = |name: &'static str, label: &'static str, value: Option<bool>| {
        let choices = [
            Choice::new("", t.filter_any, value.is_none()),
            Choice::new("yes", t.yes, value == Some(true)),
            Choice::new("no", t.no, value == Some(false)),
        ];
        select(name, label, None, &choices)
    };
    let version = |name, label| TextField::new(name, label, Kind::Number).optional();
    view! {
        {checkboxes("platforms", t.filter_platforms, Some(t.filter_platforms_hint), t.none, &filters.platforms)}
        {three_way("supervised", t.device_supervised, filters.supervised)}
        {three_way("userEnrollment", t.user_enrollment_enrolled, filters.user_enrollment)}
        {three_way("automatedEnrollment", t.automated_enrollment_enrolled, filters.automated_enrollment)}
        <div class="pair">
            {version("minOsVersion", t.filter_min_version).render(frame, &filters.min_os_version)}
            {version("maxOsVersion", t.filter_max_version).render(frame, &filters.max_os_version)}
        </div>
    }
    .into_markup()
}
