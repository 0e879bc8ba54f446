//! One device: facts, items, custody, log; its label; its release.

use axum::{Router, extract::Path, http::StatusCode, response::Response, routing::get};
use baton_core::{
    FieldError, Permission,
    devices::{AssignedItem, DeviceDetail},
};
use baton_model::{DeviceItem as Row, DeviceState, ItemProgress};
use baton_policy::{EnrollmentType, Outcome, Presence, ReasonCode};

use super::{
    custody,
    desk::{Answer, Asked},
    device_live, device_log, devices, explanations, links, phrases,
};
use crate::{
    pages::admin::{
        confirm::{Confirm, confirm},
        device::{
            DeviceFacts, DeviceForm, DeviceView, EnrollmentKind, custody::CustodyView, device, items::DeviceItem,
        },
        list::Link,
    },
    shell::console::{Flash, Section},
    ui::item::ItemState,
    web::{
        Console, Fields, Web,
        answer::{PageError, see_other},
        context::moment,
        words,
    },
};

const SECTION: Section = Section::Devices;

pub fn routes() -> Router<Web> {
    Router::new()
        .route("/admin/devices/{id}", get(show).post(take_label))
        .route("/admin/devices/{id}/release", get(show_release).post(take_release))
}

pub(super) async fn detail(console: &Console, id: &str) -> Result<DeviceDetail, PageError> {
    let detail = console.core().device_detail(&console.actor, &id.into(), console.now()).await;
    console.ask(SECTION, detail)
}

async fn show(console: Console, Path(id): Path<String>, asked: Asked) -> Answer {
    let detail = detail(&console, &id).await?;
    page(&console, StatusCode::OK, &detail, &asked, form_of(&detail)).await
}

/// The form as nobody has touched it.
pub(super) fn form_of(detail: &DeviceDetail) -> DeviceForm {
    form(&detail.device.name, &detail.device.name_tag, &[])
}

fn form(name: &str, name_tag: &str, errors: &[FieldError]) -> DeviceForm {
    DeviceForm { name: words::input(errors, "name", name), name_tag: words::input(errors, "nameTag", name_tag) }
}

async fn take_label(console: Console, Path(id): Path<String>, asked: Asked, fields: Fields) -> Answer {
    let (name, tag) = (fields.get("name"), fields.get("nameTag"));
    let saved = console.core().label_device(&console.actor, &id.as_str().into(), name, tag, console.now()).await;
    match console.accepted(SECTION, saved)? {
        Ok(()) => Ok(console.done(&format!("/admin/devices/{id}"), Flash::Saved)),
        Err(errors) => {
            let detail = detail(&console, &id).await?;
            page(&console, StatusCode::UNPROCESSABLE_ENTITY, &detail, &asked, form(name, tag, &errors)).await
        }
    }
}

async fn page(console: &Console, status: StatusCode, detail: &DeviceDetail, asked: &Asked, form: DeviceForm) -> Answer {
    let custody = custody::view(console, &detail.device).await?;
    let view = view(console, detail, custody, asked, form).await?;
    Ok(console.page(status, device(console.frame(), &console.chrome, &view)))
}

/// Everything that the page shows.
pub(super) async fn view(
    console: &Console,
    detail: &DeviceDetail,
    custody: CustodyView,
    asked: &Asked,
    form: DeviceForm,
) -> Result<DeviceView, PageError> {
    let found = &detail.device;
    let t = console.t();
    let state = phrases::fleet(detail.state);
    Ok(DeviceView {
        id: found.id.to_string(),
        name: found.name.clone(),
        state,
        alerts: detail.concerns.iter().map(|concern| phrases::concern(t, concern)).collect(),
        holder: links::holder(&detail.holder),
        since: moment(found.held_since).filter(|_| devices::has_a_since(state)),
        facts: facts(detail),
        groups: detail
            .all_groups
            .iter()
            .filter(|group| detail.groups.contains(&group.id))
            .map(links::device_group)
            .collect(),
        items: items(console, detail),
        custody,
        log: device_log::view(console, found, asked).await?,
        actions: super::actions::view(console, detail),
        form: console.may(Permission::AssistDevices).then_some(form),
        // A person's own device is never given to anybody else.
        may_release: console.may(Permission::AssistDevices) && found.shared,
        live: device_live::of(console, detail, asked),
    })
}

fn facts(detail: &DeviceDetail) -> DeviceFacts {
    let device = &detail.device;
    let model = match (&device.model_name, &device.product_name) {
        (Some(model), Some(product)) => Some(format!("{model} ({product})")),
        (model, product) => model.clone().or_else(|| product.clone()),
    };
    DeviceFacts {
        model,
        system: words::system(device),
        serial: device.serial_number.clone(),
        udid: device.udid.clone(),
        apple_enrollment_id: device.apple_enrollment_id.clone(),
        enrollment: match device.enrollment_type {
            EnrollmentType::User => EnrollmentKind::User,
            EnrollmentType::AutomatedDevice => EnrollmentKind::Automated,
            EnrollmentType::Device | EnrollmentType::AppOnly | EnrollmentType::AuthOnly => EnrollmentKind::Device,
        },
        supervised: device.supervised,
        name_tag: Some(device.name_tag.clone()).filter(|tag| !tag.is_empty()),
        enrolled: moment(device.enrolled_at),
        last_seen: device.last_seen_at.and_then(moment),
    }
}

/// What the device has and should have; nothing is said of a device that left management.
fn items(console: &Console, detail: &DeviceDetail) -> Vec<DeviceItem> {
    if detail.device.state == DeviceState::Unenrolled {
        return Vec::new();
    }
    let locale = console.frame().locale;
    let assigned = detail.items.iter().map(|item| DeviceItem {
        item: links::item_named(&item.name, &item.id, item.is_app),
        kind: words::kind(Some(item.kind), item.is_app),
        wanted: wanted(item),
        state: item.row.as_ref().and_then(|row| state(console, row, !item.decision.permits())),
        reason: phrases::reason(locale, item.decision.reason),
        explained: Some(explanations::explained(
            console.frame(),
            item.decision,
            &item.trace,
            &detail.trace_names,
            &detail.holder,
            item.flips.as_ref(),
        )),
    });
    let leftovers = detail.leftovers.iter().map(|row| DeviceItem {
        item: Link::new(&*row.label, links::items(row.is_app)),
        kind: words::kind(None, row.is_app),
        wanted: Some(false),
        state: state(console, row, true),
        reason: phrases::reason(locale, ReasonCode::NoSuchItem),
        explained: None,
    });
    assigned.chain(leftovers.filter(|item| item.state.is_some())).collect()
}

fn wanted(item: &AssignedItem) -> Option<bool> {
    match item.decision.outcome {
        Outcome::Allow | Outcome::Partial => Some(true),
        Outcome::Deny => Some(false),
        Outcome::Unknown => None,
    }
}

/// How the item stands on the device; `None` when it neither is there nor on its way.
fn state(console: &Console, row: &Row, leaves: bool) -> Option<ItemState> {
    let is_gone = row.presence == Presence::Absent && (leaves || row.progress == ItemProgress::Removed);
    (!is_gone).then(|| words::state(console.t(), row.progress, row.failure.as_deref(), leaves))
}

async fn show_release(console: Console, Path(id): Path<String>) -> Answer {
    console.demand(SECTION, Permission::AssistDevices, "device.release", ("device", &id)).await?;
    let detail = detail(&console, &id).await?;
    if detail.holder.is_nobody() {
        return Ok(see_other(&format!("/admin/devices/{id}")));
    }
    Ok(release_page(&console, StatusCode::OK, &detail, "", &[]))
}

async fn take_release(console: Console, Path(id): Path<String>, fields: Fields) -> Answer {
    let reason = fields.get("reason");
    let released = console.core().release_device(&console.actor, &id.as_str().into(), reason, console.now()).await;
    match console.accepted(SECTION, released)? {
        Ok(()) => Ok(console.done(&format!("/admin/devices/{id}"), Flash::Released)),
        Err(errors) => {
            let detail = detail(&console, &id).await?;
            Ok(release_page(&console, StatusCode::UNPROCESSABLE_ENTITY, &detail, reason, &errors))
        }
    }
}

fn release_page(
    console: &Console,
    status: StatusCode,
    detail: &DeviceDetail,
    reason: &str,
    errors: &[FieldError],
) -> Response {
    let what = Confirm::ReleaseDevice {
        id: detail.device.id.to_string(),
        name: detail.device.name.clone(),
        holder: detail.holder.display_name.clone(),
        reason: words::input(errors, "reason", reason),
    };
    console.page(status, confirm(console.frame(), &console.chrome, &what))
}
