//! Devices: the list, and links under which they enrol.

use axum::{
    Router,
    extract::Path,
    http::StatusCode,
    response::Response,
    routing::{get, post},
};
use baton_core::{Permission, enrollment::LinkForm};
use baton_model::FleetState as CoreFleet;

use super::{
    desk::{Answer, Asked},
    links, listing, phrases,
};
use crate::{
    pages::admin::{
        devices::{DeviceRow, DevicesView, devices},
        enrollment::{AddDevicesView, LinkRow, NewLink, Reach, add_devices},
    },
    shell::console::{Flash, Section},
    ui::{fleet::FleetState, form::Input},
    web::{Console, Fields, Web, answer::PageError, answer::see_other, context::moment, words},
};

const PATH: &str = "/admin/devices";
const ADD: &str = "/admin/devices/add";
const SECTION: Section = Section::Devices;

pub fn routes() -> Router<Web> {
    Router::new()
        .route(PATH, get(list))
        .route(ADD, get(show_add).post(take_add))
        .route("/admin/devices/links/{id}/revoke", post(revoke).get(to_add))
}

async fn list(console: Console, asked: Asked) -> Answer {
    let state = CoreFleet::from_text(asked.get("state"));
    let page = console.core().list_fleet(&console.actor, &listing::query(&asked), state, console.now()).await;
    let page = console.ask(SECTION, page)?;
    let view = DevicesView {
        q: asked.get("q").to_owned(),
        state: state.map(phrases::fleet),
        paging: listing::paging(&asked, &page, PATH, &["q", "state"], ""),
        rows: page
            .rows
            .iter()
            .map(|row| {
                let state = phrases::fleet(row.state);
                DeviceRow {
                    id: row.device.id.to_string(),
                    name: row.device.name.clone(),
                    model: words::model_and_system(&row.device),
                    serial: row.device.serial_number.clone(),
                    state,
                    holder: row.holder.as_ref().and_then(links::holder),
                    since: moment(row.device.held_since).filter(|_| has_a_since(state)),
                    last_seen: row.device.last_seen_at.and_then(moment),
                }
            })
            .collect(),
    };
    Ok(console.page(StatusCode::OK, devices(console.frame(), &console.chrome, &view)))
}

async fn show_add(console: Console) -> Answer {
    console.demand(SECTION, Permission::EnrolDevices, "enrollment-link.create", ("enrollment-link", "")).await?;
    let view = AddDevicesView { uses: Input::new("10"), days: Input::new("7"), ..AddDevicesView::default() };
    add_page(&console, StatusCode::OK, view).await
}

async fn take_add(console: Console, fields: Fields) -> Answer {
    console.demand(SECTION, Permission::EnrolDevices, "enrollment-link.create", ("enrollment-link", "")).await?;
    // What is no number is out of every range.
    let number = |name: &str| fields.get(name).trim().parse().unwrap_or(-1);
    let form = LinkForm { label: fields.get("label").to_owned(), uses: number("uses"), days: number("days") };
    let made = console.core().create_enrollment_link(&console.actor, &form, console.now()).await;
    match console.accepted(SECTION, made)? {
        // The address is known to this answer only, so there is no page to lead on to.
        Ok(link) => {
            let view = AddDevicesView {
                new: Some(NewLink { address: link.address }),
                uses: Input::new("10"),
                days: Input::new("7"),
                ..AddDevicesView::default()
            };
            add_page(&console, StatusCode::OK, view).await
        }
        Err(errors) => {
            let input = |name| words::input(&errors, name, fields.get(name));
            let view = AddDevicesView {
                label: input("label"),
                uses: input("uses"),
                days: input("days"),
                ..AddDevicesView::default()
            };
            add_page(&console, StatusCode::UNPROCESSABLE_ENTITY, view).await
        }
    }
}

async fn add_page(console: &Console, status: StatusCode, view: AddDevicesView) -> Result<Response, PageError> {
    let links = console.core().list_enrollment_links(&console.actor, console.now()).await;
    let links = console.ask(SECTION, links)?;
    let certificate = console.core().push_certificate(&console.actor, console.now()).await;
    let certificate = console.ask(SECTION, certificate)?;
    let view = AddDevicesView {
        reach: match certificate.installed {
            Some(_) => Reach::All,
            None if console.core().config().local_push => Reach::Simulated,
            None => Reach::None,
        },
        links: links
            .iter()
            .filter(|link| link.uses_left > 0 && link.expires_at > console.now())
            .filter_map(|link| {
                Some(LinkRow {
                    id: link.id.to_string(),
                    label: link.label.clone(),
                    uses_left: usize::try_from(link.uses_left).unwrap_or(0),
                    expires: moment(link.expires_at)?,
                })
            })
            .collect(),
        ..view
    };
    Ok(console.page(status, add_devices(console.frame(), &console.chrome, &view)))
}

async fn revoke(console: Console, Path(id): Path<String>) -> Answer {
    let id = id.as_str().into();
    let revoked = console.core().revoke_enrollment_link(&console.actor, &id, console.now()).await;
    console.ask(SECTION, revoked)?;
    Ok(console.done(ADD, Flash::Revoked))
}

/// A form's address opened by hand, or after signing in again.
async fn to_add(_: Console) -> Response {
    see_other(ADD)
}

/// Whether somebody should be told since when the device stands so.
pub(super) const fn has_a_since(state: FleetState) -> bool {
    !matches!(state, FleetState::Enrolling)
}
