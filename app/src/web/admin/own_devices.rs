//! Who may enrol devices of their own (B5).

use axum::{Router, http::StatusCode, routing::get};
use baton_core::enrollment::OwnDeviceChoice;

use super::desk::Answer;
use crate::{
    pages::admin::own_devices::{OwnDevicesView, PATH, own_devices},
    shell::console::{Flash, Section},
    web::{Console, Fields, Web},
};

const SECTION: Section = Section::Settings;

pub fn routes() -> Router<Web> {
    Router::new().route(PATH, get(show).post(take))
}

async fn show(console: Console) -> Answer {
    let found = console.core().own_devices(&console.actor, console.now()).await;
    let found = console.ask(SECTION, found)?;
    let number = |n: i64| usize::try_from(n).unwrap_or_default();
    let view = OwnDevicesView {
        everybody: found.everybody,
        allowed: number(found.allowed),
        forbidden: number(found.forbidden),
        may_edit: console.may(baton_core::Permission::ManageSettings),
    };
    Ok(console.page(StatusCode::OK, own_devices(console.frame(), &console.chrome, &view)))
}

async fn take(console: Console, fields: Fields) -> Answer {
    let everybody = fields.get("ownDevices") == "everybody";
    let saved = console.core().save_own_devices(&console.actor, everybody, console.now()).await;
    console.ask(SECTION, saved)?;
    Ok(console.done(PATH, Flash::Saved))
}

/// What the form of a user says.
pub(super) fn choice(fields: &Fields) -> OwnDeviceChoice {
    match fields.get("ownDevices") {
        "usual" => OwnDeviceChoice::Usual,
        "allowed" => OwnDeviceChoice::Allowed,
        "forbidden" => OwnDeviceChoice::Forbidden,
        _ => OwnDeviceChoice::Unchanged,
    }
}
