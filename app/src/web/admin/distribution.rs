//! *Edit Distribution*: who gets an item, stopped where the sign-in page would vanish (C4, A9).

use std::collections::BTreeSet;

use axum::{
    extract::Path,
    http::StatusCode,
    response::Response,
    routing::{MethodRouter, get},
};
use baton_core::{
    Permission,
    catalogue::{DistributionChange, DistributionError, ItemDetail, stops_saving},
    what_if::Edit,
};
use baton_model::{DeviceGroupId, User, UserGroupId, UserId};
use baton_policy::{Distribution, Finding as CoreFinding, Fix};

use super::{
    desk::{Answer, Asked},
    distribution_fields::{self, Entered},
    items::{detail, section},
    links, phrases, previews,
};
use crate::{
    locale::fill,
    pages::admin::{
        distribution::{Blocked, DistributionView, Finding, distribution},
        item::DistributionSummary,
        items::DistributionMode,
        list::Link,
        what_if::WhatIfView,
    },
    shell::console::Flash,
    ui::form::{Input, Problem},
    web::{Console, Fields, Web, answer::PageError},
};

/// Devices that a finding names; of more it says how many.
const NAMED_DEVICES: usize = 5;

pub(super) fn route(is_app: bool) -> MethodRouter<Web> {
    get(move |console, id| show(is_app, console, id))
        .post(move |console, id, asked, fields| take(is_app, console, id, asked, fields))
}

/// Who gets an item, in one word.
pub(super) const fn mode(distribution: &Distribution) -> DistributionMode {
    match distribution {
        Distribution::AllDevices => DistributionMode::All,
        Distribution::NoDevices => DistributionMode::None,
        Distribution::Custom(_) => DistributionMode::Custom,
    }
}

/// Who gets an item, by name.
pub(super) fn summary(console: &Console, detail: &ItemDetail) -> DistributionSummary {
    let Distribution::Custom(custom) = &detail.stored.distribution else {
        return DistributionSummary { mode: mode(&detail.stored.distribution), ..DistributionSummary::default() };
    };
    let user_groups = |chosen: &BTreeSet<UserGroupId>| -> Vec<Link> {
        detail.user_groups.iter().filter(|group| chosen.contains(&group.id)).map(links::user_group).collect()
    };
    let device_groups = |chosen: &BTreeSet<DeviceGroupId>| -> Vec<Link> {
        detail.device_groups.iter().filter(|group| chosen.contains(&group.id)).map(links::device_group).collect()
    };
    let users = detail.users.iter().filter(|user| custom.include_users.contains(&user.id)).map(links::user);
    let mut includes = user_groups(&custom.include_user_groups);
    includes.extend(device_groups(&custom.include_device_groups));
    includes.extend(users);
    let mut excludes = user_groups(&custom.exclude_user_groups);
    excludes.extend(device_groups(&custom.exclude_device_groups));
    DistributionSummary {
        mode: DistributionMode::Custom,
        includes,
        excludes,
        filters: custom
            .filters
            .iter()
            .map(|filter| distribution_fields::filter_sentence(console.t(), filter))
            .collect(),
    }
}

/// What is wrong with a distribution: those findings that are wanted.
pub(super) fn findings(console: &Console, detail: &ItemDetail, wanted: impl Fn(&CoreFinding) -> bool) -> Vec<Finding> {
    let named = |finding: &CoreFinding| -> Vec<Link> {
        let devices = finding.devices.iter().take(NAMED_DEVICES);
        devices.filter_map(|id| detail.devices.iter().find(|device| device.id == *id)).map(links::device).collect()
    };
    detail
        .findings
        .iter()
        .filter(|finding| wanted(finding))
        .map(|finding| {
            let devices = named(finding);
            Finding {
                sentence: phrases::finding(console.frame().locale, finding.code),
                more: finding.devices.len().saturating_sub(devices.len()),
                devices,
            }
        })
        .collect()
}

/// What would be wrong with what was entered.
async fn findings_if(console: &Console, shown: &ItemDetail, entered: &Entered) -> Result<Vec<Finding>, PageError> {
    let section = section(shown.item.content.is_app());
    let (id, distribution) = (&shown.item.id, &entered.distribution);
    let asked = console.core().item_if_distributed(&console.actor, id, distribution, console.now()).await;
    Ok(findings(console, &console.ask(section, asked)?, |_| true))
}

async fn show(is_app: bool, console: Console, Path(id): Path<String>) -> Answer {
    console.demand(section(is_app), Permission::ManageCatalogue, "distribution.save", ("item", &id)).await?;
    let detail = detail(is_app, &console, &id).await?;
    let view = DistributionView { findings: findings(&console, &detail, |_| true), ..stored_view(&detail) };
    Ok(page(&console, StatusCode::OK, &view))
}

async fn take(is_app: bool, console: Console, Path(id): Path<String>, asked: Asked, fields: Fields) -> Answer {
    console.demand(section(is_app), Permission::ManageCatalogue, "distribution.save", ("item", &id)).await?;
    let shown = detail(is_app, &console, &id).await?;
    let entered = distribution_fields::read(is_app, &console, &shown, &fields).await?;
    if entered.is_wrong() {
        let view = distribution_fields::view(&shown, &entered);
        let view = DistributionView { what_if: previews::kept(view.what_if, &fields), ..view };
        return Ok(page(&console, StatusCode::UNPROCESSABLE_ENTITY, &view));
    }
    if matches!(fields.get("action"), "more" | "preview") {
        let view = previewed_view(&console, &shown, &entered, &asked).await?;
        let view = DistributionView { findings: findings_if(&console, &shown, &entered).await?, ..view };
        return Ok(page(&console, StatusCode::OK, &view));
    }
    let reason = fields.get("overrideReason").trim();
    let overrides = fields.is_ticked("override");
    let change = DistributionChange {
        distribution: entered.distribution.clone(),
        revision: entered.revision,
        previewed: previews::previewed(&fields),
        override_reason: (overrides && !reason.is_empty()).then(|| reason.to_owned()),
    };
    match save(&console, &shown, &change).await {
        Ok(()) => Ok(saved(is_app, &console, &id)),
        Err(DistributionError::Blocked(view)) if fields.get("action") == "fix" => {
            fix(is_app, &console, &view, &entered, &change).await
        }
        Err(DistributionError::Blocked(view)) => {
            let problem = (overrides && reason.is_empty()).then_some(Problem::Missing);
            let override_reason = Input { value: fields.get("overrideReason").to_owned(), problem };
            stopped(&console, &view, &entered, overrides, override_reason).await
        }
        Err(error) => failed(is_app, &console, &shown, &entered, error).await,
    }
}

/// The editor with what was entered and what saving it would change.
async fn previewed_view(
    console: &Console,
    detail: &ItemDetail,
    entered: &Entered,
    asked: &Asked,
) -> Result<DistributionView, PageError> {
    let view = distribution_fields::view(detail, entered);
    let edit = Edit::Distribution(detail.item.id.clone(), entered.distribution.clone());
    let section = section(detail.item.content.is_app());
    Ok(DistributionView { what_if: previews::shown(console, section, view.what_if, &edit, asked).await?, ..view })
}

/// Saves the one-click fix of what was entered.
async fn fix(
    is_app: bool,
    console: &Console,
    view: &ItemDetail,
    entered: &Entered,
    refused: &DistributionChange,
) -> Answer {
    let found = view.findings.iter().filter(|finding| stops_saving(finding)).find_map(|finding| finding.fix.as_ref());
    let Some(found) = found else {
        return stopped(console, view, entered, false, Input::default()).await;
    };
    let change =
        DistributionChange { distribution: found.distribution.clone(), override_reason: None, ..refused.clone() };
    match save(console, view, &change).await {
        Ok(()) => Ok(saved(is_app, console, view.item.id.as_str())),
        Err(DistributionError::Blocked(view)) => {
            let entered = entered.with(change.distribution);
            stopped(console, &view, &entered, false, Input::default()).await
        }
        Err(error) => failed(is_app, console, view, entered, error).await,
    }
}

async fn save(console: &Console, item: &ItemDetail, change: &DistributionChange) -> Result<(), DistributionError> {
    console.core().save_distribution(&console.actor, &item.item.id, change, console.now()).await
}

fn saved(is_app: bool, console: &Console, id: &str) -> Response {
    console.done(&format!("{}/{id}", links::items(is_app)), Flash::Distributed)
}

async fn failed(
    is_app: bool,
    console: &Console,
    shown: &ItemDetail,
    entered: &Entered,
    error: DistributionError,
) -> Answer {
    match error {
        DistributionError::Stale(view) => {
            let shown = DistributionView { stale: true, ..stored_view(&view) };
            let shown = DistributionView { findings: findings(console, &view, |_| true), ..shown };
            Ok(page(console, StatusCode::CONFLICT, &shown))
        }
        DistributionError::Moved => {
            let view = previewed_view(console, shown, entered, &Asked::default()).await?;
            let view = DistributionView { what_if: WhatIfView { stale: true, ..view.what_if }, ..view };
            Ok(page(console, StatusCode::CONFLICT, &view))
        }
        DistributionError::Blocked(view) => {
            let entered = Entered::of(&view);
            stopped(console, &view, &entered, false, Input::default()).await
        }
        DistributionError::Core(error) => Err(console.fail(section(is_app), &error)),
    }
}

/// The page that says why it was not saved, with the fix and the way past it.
async fn stopped(
    console: &Console,
    detail: &ItemDetail,
    entered: &Entered,
    override_asked: bool,
    override_reason: Input,
) -> Answer {
    let fix = detail
        .findings
        .iter()
        .filter(|finding| stops_saving(finding))
        .find_map(|finding| finding.fix.as_ref())
        .map(|fix| fix_sentence(console, detail, fix));
    let view = DistributionView {
        blocked: Some(Blocked {
            findings: findings(console, detail, stops_saving),
            fix,
            override_asked,
            override_reason,
        }),
        findings: findings(console, detail, |finding| !stops_saving(finding)),
        ..previewed_view(console, detail, entered, &Asked::default()).await?
    };
    Ok(page(console, StatusCode::UNPROCESSABLE_ENTITY, &view))
}

/// What the one-click fix does.
fn fix_sentence(console: &Console, detail: &ItemDetail, fix: &Fix) -> String {
    let t = console.t();
    let mut sentences = Vec::new();
    if fix.include_user.is_some() {
        sentences.push(t.fix_include_nobody.to_owned());
    }
    if !fix.stop_excluding.is_empty() {
        let groups = detail.user_groups.iter().filter(|group| fix.stop_excluding.contains(&group.id));
        let names: Vec<&str> = groups.map(|group| group.name.as_str()).collect();
        sentences.push(fill(t.fix_stop_excluding, &[("groups", &names.join(", "))]));
    }
    sentences.join(" ")
}

fn stored_view(detail: &ItemDetail) -> DistributionView {
    distribution_fields::view(detail, &Entered::of(detail))
}

fn page(console: &Console, status: StatusCode, view: &DistributionView) -> Response {
    console.page(status, distribution(console.frame(), &console.chrome, view))
}

/// The user of this name, for the list of included ones.
pub(super) async fn user_named(is_app: bool, console: &Console, name: &str) -> Result<Option<UserId>, PageError> {
    let found = console.core().user_named(&console.actor, name, console.now()).await;
    Ok(console.ask(section(is_app), found)?.map(|user| user.id))
}

/// The users with these ids, each once; those that are gone are left out.
pub(super) async fn users_by_id(is_app: bool, console: &Console, ids: &[UserId]) -> Result<Vec<User>, PageError> {
    let found = console.core().users_by_id(&console.actor, ids, console.now()).await;
    console.ask(section(is_app), found)
}
