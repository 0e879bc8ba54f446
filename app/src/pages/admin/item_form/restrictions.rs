//! Restrictions: what the device allows, key by key, the common ones first.

use leptos::prelude::*;

use crate::document::Frame;
use crate::icons::{Icon, icon};
use crate::islands::ListFilter;
use crate::locale::{Texts, fill};
use crate::markup::{IntoMarkup, Markup};
use crate::pages::admin::item::inside::needs;
use crate::ui::form::{Choice, Input, Kind, TextField, checkbox};
use crate::ui::notice::notice;
use crate::ui::{Tone, form::Problem};

/// Restrictions: a field for each, named by Apple's key (`yes`, `no` or empty), `blockedApps`, `allowedApps` (one bundle
/// identifier a line), `hidesSignIn` (`yes`).
#[derive(Clone, Debug, Default)]
pub struct RestrictionsForm {
    /// The restrictions by group.
    pub groups: Vec<RestrictionGroup>,
    /// Apps to hide.
    pub blocked_apps: Input,
    /// The only apps to show.
    pub allowed_apps: Input,
    /// What is wrong with the whole.
    pub problem: Option<Problem>,
    /// It would hide the sign-in page, and that has to be agreed to.
    pub hides_sign_in: bool,
}

/// Restrictions that belong together.
#[derive(Clone, Debug, Default)]
pub struct RestrictionGroup {
    /// Its name, as the policy knows it.
    pub code: String,
    /// The restrictions; the common ones come first.
    pub rows: Vec<RestrictionRow>,
}

/// A restriction.
#[derive(Clone, Debug, Default)]
pub struct RestrictionRow {
    /// Apple's key; also the field's name.
    pub key: String,
    /// Whether it is shown at once.
    pub is_common: bool,
    /// Whether *yes* asks for something instead of allowing it.
    pub is_demand: bool,
    /// Its value; `None` when it is not set.
    pub value: Option<bool>,
    /// What it needs.
    pub needs: Needs,
}

/// What a restriction needs.
#[derive(Clone, Debug, Default)]
pub struct Needs {
    /// iPhone and iPad have it, from this version on where that is news.
    pub phone: Option<Option<String>>,
    /// It needs supervision there.
    pub supervision: bool,
    /// Macs have it, from this version on where that is news.
    pub mac: Option<Option<String>>,
    /// Apple allows it on personal devices.
    pub personal: bool,
}

/// The words for yes and no.
pub(in crate::pages::admin) fn value_word(t: &Texts, is_demand: bool, value: bool) -> &'static str {
    match (is_demand, value) {
        (false, true) => t.restriction_allowed,
        (false, false) => t.restriction_not_allowed,
        (true, true) => t.restriction_required,
        (true, false) => t.restriction_not_required,
    }
}

pub(super) fn restrictions(frame: &Frame, form: &RestrictionsForm) -> Markup {
    let t = frame.texts();
    let problem = form.problem.as_ref().filter(|_| !form.hides_sign_in).map(|problem| {
        view! { <p class="error" id="restrictions-error">{icon(Icon::Warning)}<span>{problem.text(t)}</span></p> }
    });
    let hides = form.hides_sign_in.then(|| {
        notice(
            Tone::Warn,
            t.hides_sign_in_title,
            view! {
                <p id="restrictions-error">{t.hides_sign_in_text}</p>
                {checkbox("hidesSignIn", "yes", t.hides_sign_in_agree, None, false, false)}
            },
        )
    });
    let groups = form.groups.iter().map(|group| group_fields(frame, group)).collect_view();
    let lines = |name, label, hint| TextField::new(name, label, Kind::Lines).optional().hint(hint);
    let search = ListFilter {
        list: "restrictions".to_owned(),
        label: t.restrictions_find.to_owned(),
        count_text: t.list_count.to_owned(),
    };
    view! {
        {hides}
        <section class="restrictions" id="restrictions" aria-labelledby="restrictions-title">
            <h2 id="restrictions-title">{t.kind_restrictions}</h2>
            <p class="hint">{t.restrictions_hint}</p>
            {problem}
            <div class="needs-script">
                {search.island()}
            </div>
            {groups}
        </section>
        <fieldset class="checks">
            <legend>{t.restrictions_apps}</legend>
            <p class="hint">{t.restrictions_apps_hint}</p>
            {lines("blockedApps", t.blocked_apps, t.blocked_apps_hint).render(frame, &form.blocked_apps)}
            {lines("allowedApps", t.allowed_apps, t.allowed_apps_hint).render(frame, &form.allowed_apps)}
        </fieldset>
    }
    .into_markup()
}

fn group_fields(frame: &Frame, group: &RestrictionGroup) -> Markup {
    let t = frame.texts();
    let (common, further): (Vec<_>, Vec<_>) = group.rows.iter().partition(|row| row.is_common);
    let set = further.iter().filter(|row| row.value.is_some()).count();
    let rows = |rows: Vec<&RestrictionRow>| rows.into_iter().map(|row| restriction(frame, row)).collect_view();
    let summary = fill(t.restrictions_more, &[("n", &further.len())]);
    let more = (!further.is_empty()).then(|| {
        view! {
            <details open={set > 0}>
                <summary>{summary}</summary>
                <div class="restriction-rows">{rows(further)}</div>
            </details>
        }
    });
    view! {
        <fieldset class="restriction-group">
            <legend>{group_word(t, &group.code)}</legend>
            <div class="restriction-rows">{rows(common)}</div>
            {more}
        </fieldset>
    }
    .into_markup()
}

fn restriction(frame: &Frame, row: &RestrictionRow) -> Markup {
    let t = frame.texts();
    let words = frame.locale.restriction(&row.key);
    let (label, text) = words.map_or((row.key.as_str(), ""), |words| (words.label, words.text));
    let hint = format!("{}-hint", row.key);
    let choices = [
        Choice::new("", t.restriction_not_set, row.value.is_none()),
        Choice::new("yes", value_word(t, row.is_demand, true), row.value == Some(true)),
        Choice::new("no", value_word(t, row.is_demand, false), row.value == Some(false)),
    ];
    let options = choices
        .iter()
        .map(|choice| view! { <option value=choice.value.clone() selected=choice.chosen>{choice.label.clone()}</option> })
        .collect_view();
    view! {
        <div class="restriction" data-row="">
            <div class="restriction-text">
                <label for=row.key.clone()>{label.to_owned()}</label>
                <div id=hint.clone()>
                    <p class="hint">{text.to_owned()}</p>
                    <p class="needs">{needs(t, &row.needs)}<code>{row.key.clone()}</code></p>
                </div>
            </div>
            <select id=row.key.clone() name=row.key.clone() aria-describedby=hint>{options}</select>
        </div>
    }
    .into_markup()
}

fn group_word(t: &Texts, code: &str) -> &'static str {
    match code {
        "workData" => t.restrictions_work_data,
        "screen" => t.restrictions_screen,
        "lockScreen" => t.restrictions_lock_screen,
        "apps" => t.restrictions_apps_group,
        "safari" => t.restrictions_safari,
        "icloud" => t.restrictions_icloud,
        "sharing" => t.restrictions_sharing,
        "connections" => t.restrictions_connections,
        "siri" => t.restrictions_siri,
        _ => t.restrictions_settings,
    }
}
