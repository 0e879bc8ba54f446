//! What may be done to the device, and what was asked for lately (spec E7, E9).

use leptos::prelude::*;
use time::OffsetDateTime;

use crate::document::Frame;
use crate::icons::{Icon, icon};
use crate::markup::{IntoMarkup, Markup};
use crate::pages::action::is_moving;
use crate::ui::Tone;
use crate::ui::actions::{self, ActionsView};
use crate::ui::moment::ago;
use crate::ui::notice::notice;
use crate::ui::orders::{OrderRow, orders};

/// What the panel shows.
#[derive(Clone, Debug)]
pub struct DeviceActionsView {
    /// What may be done.
    pub actions: ActionsView,
    /// What was asked for lately.
    pub orders: Vec<OrderRow>,
    /// When it was reported lost.
    pub reported_lost: Option<OffsetDateTime>,
    /// The viewer may say that it is found.
    pub may_find: bool,
    /// Where mail reaches the holder, for writing to them.
    pub mail: Option<String>,
}

/// The panel; nothing for a device that is not managed and of which nothing was asked.
pub(super) fn panel(frame: &Frame, id: &str, view: &DeviceActionsView) -> Markup {
    let t = frame.texts();
    let denied = (!view.actions.denied.is_empty()).then(|| {
        view! { <section class="stack"><h3>{t.actions_denied}</h3>{actions::denied(frame, &view.actions)}</section> }
    });
    let mail = view.mail.as_ref().map(|mail| {
        view! { <a class="button small" href=format!("mailto:{mail}")>{icon(Icon::Send)}<span>{t.do_message}</span></a> }
    });
    let body = if view.actions.is_empty() {
        view! { <p class="fine">{t.actions_none}</p> }.into_markup()
    } else {
        view! {
            {actions::allowed(frame, &view.actions)}
            {denied}
            {actions::twin(frame, &view.actions)}
        }
        .into_markup()
    };
    view! {
        <section class="panel" id="actions">
            <header class="panel-head"><h2>{t.actions_anchor}</h2>{mail}</header>
            {view.reported_lost.map(|since| lost(frame, id, since, view.may_find))}
            <section class="stack" id="orders" data-live="">{latest(frame, id, view)}</section>
            {body}
        </section>
    }
    .into_markup()
}

/// What was asked for lately; nothing if nothing was.
pub(super) fn latest(frame: &Frame, id: &str, view: &DeviceActionsView) -> Option<Markup> {
    if view.orders.is_empty() {
        return None;
    }
    let t = frame.texts();
    let path = format!("/admin/devices/{id}");
    let again = is_moving(&view.orders).then(|| {
        view! { <a class="button small" href=path.clone()>{icon(Icon::Again)}<span>{t.look_again}</span></a> }
    });
    let latest = view! {
        <header class="panel-head"><h3>{t.orders_title}</h3>{again}</header>
        {orders(frame, &path, &view.orders)}
    };
    Some(latest.into_markup())
}

fn lost(frame: &Frame, id: &str, since: OffsetDateTime, may_find: bool) -> Markup {
    let t = frame.texts();
    let found = may_find.then(|| {
        view! {
            <form method="post" action=format!("/admin/devices/{id}/found")>
                <button class="button small" type="submit">{t.lost_found}</button>
            </form>
        }
    });
    notice(Tone::Warn, t.lost_reported, view! { <p>{t.lost_since}" "{ago(frame, since)}</p>{found} })
}
