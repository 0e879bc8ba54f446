//! One of *My devices*: what its holder may do to it, what not and why, and what is on it (spec I1, E7).

use leptos::prelude::*;
use time::OffsetDateTime;

use crate::document::Frame;
use crate::icons::{Icon, icon};
use crate::locale::fill;
use crate::markup::{IntoMarkup, Markup};
use crate::pages::action::is_moving;
use crate::shell::console::Flash;
use crate::shell::portal::{Person, portal_with_islands};
use crate::ui::Tone;
use crate::ui::actions::{self, ActionsView};
use crate::ui::item::{ItemLine, progress_list};
use crate::ui::moment::ago;
use crate::ui::notice::{flash_notice, notice};
use crate::ui::orders::{OrderRow, orders};

/// What the page shows.
#[derive(Clone, Debug)]
pub struct MyDeviceView {
    /// Who is signed in.
    pub person: Person,
    /// For paths.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Such as "iPhone 15 · iOS 18.5".
    pub model: String,
    /// Lent from a pool, rather than the person's own.
    pub shared: bool,
    /// Under User Enrollment: private things are kept apart from work data.
    pub is_user_enrollment: bool,
    /// When it was reported lost.
    pub reported_lost: Option<OffsetDateTime>,
    /// What may be done to it.
    pub actions: ActionsView,
    /// What was asked for lately.
    pub orders: Vec<OrderRow>,
    /// What it gets, with the state of each item.
    pub items: Vec<ItemLine>,
    /// What the last form did.
    pub flash: Option<Flash>,
}

/// The page.
#[must_use]
pub fn my_device(frame: &Frame, view: &MyDeviceView) -> String {
    let t = frame.texts();
    portal_with_islands(frame, &view.name, &view.person, || {
        let flash = view.flash.map(|flash| flash_notice(flash.sentence(t)));
        let kind = if view.shared {
            t.my_device_shared
        } else if view.is_user_enrollment {
            t.my_device_user_enrolled
        } else {
            t.my_device_own
        };
        view! {
            <header class="page-head">
                <div class="page-title">
                    <a class="up" href="/">{icon(Icon::Back)}<span>{t.home_title}</span></a>
                    <h1>{view.name.clone()}</h1>
                    <p class="subtitle">{view.model.clone()}" · "{kind}</p>
                </div>
            </header>
            {flash}
            {view.reported_lost.map(|since| lost(frame, &view.id, since))}
            {latest(frame, view)}
            {actions_section(frame, view)}
            {items(frame, view)}
        }
        .into_markup()
    })
}

fn lost(frame: &Frame, id: &str, since: OffsetDateTime) -> Markup {
    let t = frame.texts();
    let body = view! {
        <p>{t.lost_since}" "{ago(frame, since)}</p>
        <form method="post" action=format!("/devices/{id}/found")>
            <button class="button small" type="submit">{t.lost_found}</button>
        </form>
    };
    notice(Tone::Warn, t.lost_reported, body)
}

fn actions_section(frame: &Frame, view: &MyDeviceView) -> Markup {
    let t = frame.texts();
    if view.actions.is_empty() {
        return view! { <p class="fine">{t.actions_none}</p> }.into_markup();
    }
    let denied = (!view.actions.denied.is_empty()).then(|| {
        view! {
            <section class="stack">
                <h2>{t.actions_denied}</h2>
                {actions::denied(frame, &view.actions)}
            </section>
        }
    });
    view! {
        <section class="stack">
            <h2>{t.actions_title}</h2>
            {actions::allowed(frame, &view.actions)}
        </section>
        {denied}
        {actions::twin(frame, &view.actions)}
    }
    .into_markup()
}

fn latest(frame: &Frame, view: &MyDeviceView) -> Option<Markup> {
    let t = frame.texts();
    if view.orders.is_empty() {
        return None;
    }
    let path = format!("/devices/{}", view.id);
    let again = is_moving(&view.orders).then(|| {
        view! { <a class="button small" href=path.clone()>{icon(Icon::Again)}<span>{t.look_again}</span></a> }
    });
    let section = view! {
        <section class="stack">
            <header class="panel-head"><h2>{t.orders_title}</h2>{again}</header>
            {orders(frame, &path, &view.orders)}
        </section>
    };
    Some(section.into_markup())
}

fn items(frame: &Frame, view: &MyDeviceView) -> Option<Markup> {
    let t = frame.texts();
    if view.items.is_empty() {
        return None;
    }
    let section = view! {
        <section class="stack">
            <h2>{fill(t.my_device_items, &[("name", &view.name)])}</h2>
            {progress_list(frame, &view.items)}
        </section>
    };
    Some(section.into_markup())
}
