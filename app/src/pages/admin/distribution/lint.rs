//! The rules about Nobody (spec A9): why Save was stopped, the one-click fix, and the way past it.

use leptos::prelude::*;

use super::{DistributionView, Filters};
use crate::document::Frame;
use crate::icons::{Icon, icon};
use crate::locale::{Texts, count, fill};
use crate::markup::{IntoMarkup, Markup};
use crate::pages::admin::list::Link;
use crate::ui::Tone;
use crate::ui::form::{Choice, Input, Kind, TextField, checkbox, hidden};
use crate::ui::notice::notice;

/// Something that is wrong with a distribution, at sign-out above all.
#[derive(Clone, Debug)]
pub struct Finding {
    /// What, in the page's language.
    pub sentence: String,
    /// The devices it is about; some of them, if there are many.
    pub devices: Vec<Link>,
    /// How many more devices there are.
    pub more: usize,
}

/// Saving was stopped.
#[derive(Clone, Debug, Default)]
pub struct Blocked {
    /// Why; devices included.
    pub findings: Vec<Finding>,
    /// What the one-click fix does, in the page's language; `None` where there is no such fix.
    pub fix: Option<String>,
    /// *Save all the same* is ticked.
    pub override_asked: bool,
    /// Why it is saved all the same.
    pub override_reason: Input,
}

/// The findings that stop nothing.
pub(in crate::pages::admin) fn findings(t: &'static Texts, findings: &[Finding]) -> Option<Markup> {
    if findings.is_empty() {
        return None;
    }
    let list = finding_list(t, findings);
    Some(notice(Tone::Warn, t.findings_title, list))
}

/// The box that says why, with the fix. A form of its own, so that Enter in a field never triggers the fix.
pub(super) fn blocked(frame: &Frame, view: &DistributionView, blocked: &Blocked, path: &str) -> Markup {
    let t = frame.texts();
    let fix = blocked.fix.clone().map(|fix| {
        view! {
            <form method="post" action=path.to_owned()>
                {hidden("action", "fix")}
                {as_hidden(view)}
                <p>{fix}</p>
                <button class="button primary" type="submit">{icon(Icon::Check)}<span>{t.fix_button}</span></button>
            </form>
        }
    });
    notice(Tone::Bad, t.blocked_title, view! { {finding_list(t, &blocked.findings)}{fix} })
}

/// The explicit way past the rules; audited, and flagged from then on.
pub(super) fn override_fields(frame: &Frame, blocked: &Blocked) -> Markup {
    let t = frame.texts();
    view! {
        <fieldset class="override">
            <legend>{t.override_title}</legend>
            {checkbox("override", "yes", t.override_label, Some(t.override_hint), blocked.override_asked, false)}
            {TextField::new("overrideReason", t.reason, Kind::Text).at_times().render(frame, &blocked.override_reason)}
        </fieldset>
    }
    .into_markup()
}

fn finding_list(t: &'static Texts, findings: &[Finding]) -> Markup {
    let rows = findings
        .iter()
        .map(|finding| {
            let devices = (!finding.devices.is_empty()).then(|| device_list(t, finding));
            view! { <li><p>{finding.sentence.clone()}</p>{devices}</li> }
        })
        .collect_view();
    view! { <ul class="findings">{rows}</ul> }.into_markup()
}

fn device_list(t: &'static Texts, finding: &Finding) -> Markup {
    let total = finding.devices.len() + finding.more;
    let links = finding.devices.iter().map(|device| view! { <li>{device.render()}</li> }).collect_view();
    let more = (finding.more > 0).then(|| view! { <li>{fill(t.and_more, &[("n", &finding.more)])}</li> });
    view! {
        <details>
            <summary>{count(total, t.devices_one, t.devices_many)}</summary>
            <ul class="inline-list">{links}{more}</ul>
        </details>
    }
    .into_markup()
}

/// The distribution as entered, for the form of the fix.
fn as_hidden(view: &DistributionView) -> Markup {
    let chosen = |name: &'static str, choices: &[Choice]| {
        choices.iter().filter(|choice| choice.chosen).map(|choice| hidden(name, &choice.value)).collect_view()
    };
    let Filters { user_enrollment, automated_enrollment, supervised, platforms, min_os_version, max_os_version } =
        &view.filters;
    let three_way = |value: &Option<bool>| match value {
        None => "",
        Some(true) => "yes",
        Some(false) => "no",
    };
    view! {
        {hidden("revision", &view.revision)}
        {hidden("previewed", &view.what_if.revision)}
        {hidden("mode", view.mode.code())}
        {chosen("includeUserGroups", &view.include_user_groups)}
        {chosen("includeDeviceGroups", &view.include_device_groups)}
        {chosen("includeUsers", &view.include_users.chosen)}
        {chosen("excludeUserGroups", &view.exclude_user_groups)}
        {chosen("excludeDeviceGroups", &view.exclude_device_groups)}
        {chosen("platforms", platforms)}
        {hidden("userEnrollment", three_way(user_enrollment))}
        {hidden("automatedEnrollment", three_way(automated_enrollment))}
        {hidden("supervised", three_way(supervised))}
        {hidden("minOsVersion", &min_os_version.value)}
        {hidden("maxOsVersion", &max_os_version.value)}
    }
    .into_markup()
}
