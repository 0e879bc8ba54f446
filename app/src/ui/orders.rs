//! What people asked of a device lately, and what came of it (spec E9).

use leptos::prelude::*;
use time::OffsetDateTime;

use super::action::{self, Action};
use super::moment::{ago, exact};
use super::{Tone, badge};
use crate::document::Frame;
use crate::icons::Icon;
use crate::locale::fill;
use crate::markup::{IntoMarkup, Markup};
use crate::pages::admin::device::log::CommandStatus;

/// Something that somebody asked for.
#[derive(Clone, Debug)]
pub struct OrderRow {
    /// Its command, for paths.
    pub id: String,
    /// What.
    pub action: Action,
    /// Where it stands.
    pub status: CommandStatus,
    /// Who asked.
    pub by: Option<String>,
    /// The second administrator.
    pub approver: Option<String>,
    /// Why.
    pub reason: Option<String>,
    /// When.
    pub at: OffsetDateTime,
    /// What to know about where it stands, as a sentence.
    pub note: Option<String>,
    /// Where the device says that it is.
    pub place: Option<Place>,
    /// The viewer may agree to it.
    pub may_release: bool,
    /// The viewer may take it back.
    pub may_withdraw: bool,
    /// The viewer may say that the device was erased.
    pub may_confirm: bool,
}

/// A place on earth.
#[derive(Clone, Debug, PartialEq)]
pub struct Place {
    /// Degrees north.
    pub latitude: f64,
    /// Degrees east.
    pub longitude: f64,
    /// Metres of uncertainty.
    pub accuracy: Option<f64>,
    /// When it was there.
    pub at: Option<OffsetDateTime>,
}

/// The list, the latest first. `base` is the path below which each has its forms.
#[must_use]
pub fn orders(frame: &Frame, base: &str, rows: &[OrderRow]) -> Markup {
    let rows = rows.iter().map(|row| order(frame, base, row)).collect_view();
    view! { <ul class="orders">{rows}</ul> }.into_markup()
}

fn order(frame: &Frame, base: &str, row: &OrderRow) -> Markup {
    let t = frame.texts();
    let by = row.by.as_ref().map(|name| view! { <span>{fill(t.order_by, &[("name", name)])}</span> });
    let approver =
        row.approver.as_ref().map(|name| view! { <span>{fill(t.order_approved_by, &[("name", name)])}</span> });
    let reason = row.reason.clone().map(|reason| view! { <p class="order-reason">{reason}</p> });
    let note = row.note.clone().map(|note| view! { <p class="order-note">{note}</p> });
    let path = |what: &str| format!("{base}/orders/{}/{what}", row.id);
    let form = |allowed: bool, what: &str, class: &'static str, word: &'static str| {
        let path = path(what);
        allowed.then(|| {
            view! {
                <form method="post" action=path><button class=class type="submit">{word}</button></form>
            }
        })
    };
    let any = row.may_release || row.may_withdraw || row.may_confirm;
    let buttons = any.then(|| {
        view! {
            <div class="order-buttons">
                {form(row.may_release, "release", "button small danger", t.order_release)}
                {form(row.may_confirm, "erased", "button small danger", t.order_erased)}
                {form(row.may_withdraw, "withdraw", "button small", t.order_withdraw)}
            </div>
        }
    });
    view! {
        <li>
            <div class="order-head">
                <strong>{action::name(t, row.action)}</strong>
                {standing(frame, row.status)}
            </div>
            <p class="order-facts">{ago(frame, row.at)}{by}{approver}</p>
            {reason}
            {note}
            {row.place.as_ref().map(|place| whereabouts(frame, place))}
            {buttons}
        </li>
    }
    .into_markup()
}

/// Where an order stands: to people who asked for something, acknowledged means done.
fn standing(frame: &Frame, status: CommandStatus) -> Markup {
    let t = frame.texts();
    match status {
        CommandStatus::Acknowledged => badge(Tone::Good, Icon::Check, t.order_done),
        other => other.badge(t),
    }
}

fn whereabouts(frame: &Frame, place: &Place) -> Markup {
    let t = frame.texts();
    let degrees = format!("{:.5}, {:.5}", place.latitude, place.longitude);
    let maps = format!(
        "https://maps.apple.com/?ll={:.5},{:.5}&q={:.5},{:.5}",
        place.latitude, place.longitude, place.latitude, place.longitude
    );
    let within = place.accuracy.map(|metres| fill(t.place_within, &[("n", &metres.round())]));
    view! {
        <p class="order-facts">
            <code>{degrees}</code>
            {within.map(|within| view! { <span>{within}</span> })}
            {place.at.map(|at| exact(frame, at))}
            <a href=maps rel="noreferrer noopener">{t.place_maps}</a>
        </p>
    }
    .into_markup()
}
