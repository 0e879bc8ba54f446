//! The list of devices (spec H1).

use leptos::prelude::*;
use time::OffsetDateTime;

use super::list::{Filter, Link, Paging, add_button, empty, none, nothing_found, paging, search_bar};
use crate::document::Frame;
use crate::icons::Icon;
use crate::markup::{IntoMarkup, Markup};
use crate::shell::console::{Chrome, ConsolePage, Section, console};
use crate::ui::fleet::FleetState;
use crate::ui::form::Choice;
use crate::ui::moment::ago;
use crate::ui::table::table;

/// What the page shows.
#[derive(Clone, Debug, Default)]
pub struct DevicesView {
    /// What was searched for: `q`.
    pub q: String,
    /// Only devices in this state: `state`.
    pub state: Option<FleetState>,
    /// The devices found.
    pub rows: Vec<DeviceRow>,
    /// Where the list stands.
    pub paging: Paging,
}

/// A device in the list.
#[derive(Clone, Debug)]
pub struct DeviceRow {
    /// For the path `/admin/devices/{id}`.
    pub id: String,
    /// Baton's label.
    pub name: String,
    /// Model and system, such as "iPhone SE, iOS 17.4".
    pub model: String,
    /// Serial number, where it may be known.
    pub serial: Option<String>,
    /// How it stands.
    pub state: FleetState,
    /// Who has it; `None` when signed out.
    pub holder: Option<Link>,
    /// Since when.
    pub since: Option<OffsetDateTime>,
    /// When it last spoke to the server.
    pub last_seen: Option<OffsetDateTime>,
}

const PATH: &str = "/admin/devices";
const TABLE: &str = "devices";

/// The page.
#[must_use]
pub fn devices(frame: &Frame, chrome: &Chrome, view: &DevicesView) -> String {
    let t = frame.texts();
    let add = || add_button(chrome, "/admin/devices/add", t.devices_add);
    let page = ConsolePage { actions: add(), ..ConsolePage::new(Section::Devices, t.nav_devices) };
    console(frame, chrome, page, || {
        let searched = !view.q.is_empty() || view.state.is_some();
        let list = match (view.rows.is_empty(), searched) {
            (true, true) => nothing_found(frame, PATH),
            (true, false) => empty(Icon::Phone, t.devices_empty_title, t.devices_empty_text, add()),
            (false, _) => rows(frame, &view.rows),
        };
        view! {
            {search_bar(frame, PATH, TABLE, t.devices_search, &view.q, &[state_filter(frame, view.state)])}
            {list}
            {paging(frame, &view.paging)}
        }
        .into_markup()
    })
}

fn state_filter(frame: &Frame, state: Option<FleetState>) -> Filter {
    let t = frame.texts();
    let mut choices = vec![Choice::new("", t.list_all, state.is_none())];
    choices.extend(FleetState::ALL.map(|each| Choice::new(each.code(), each.word(t), state == Some(each))));
    Filter { name: "state", label: t.device_state, choices }
}

fn rows(frame: &Frame, devices: &[DeviceRow]) -> Markup {
    let t = frame.texts();
    let rows = devices
        .iter()
        .map(|device| {
            let name = view! {
                <a href=format!("{PATH}/{}", device.id)>{device.name.clone()}</a>
                <small>{device.model.clone()}</small>
            };
            let holder = match &device.holder {
                Some(holder) => {
                    let since = device.since.map(|since| view! { <small>{t.since}" "{ago(frame, since)}</small> });
                    view! { {holder.render()}{since} }.into_markup()
                }
                None => none(frame),
            };
            let serial = device.serial.clone().map_or_else(|| none(frame), |serial| crate::ui::facts::code(&serial));
            let seen = device.last_seen.map_or_else(|| t.never.into_markup(), |at| ago(frame, at));
            vec![name.into_markup(), device.state.badge(t), holder, serial, seen]
        })
        .collect();
    let columns = [t.device, t.device_state, t.device_holder, t.device_serial, t.device_last_seen];
    table(TABLE, t.nav_devices, &columns, rows)
}
