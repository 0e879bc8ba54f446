//! *My devices* (spec I1).

use leptos::prelude::*;
use time::OffsetDateTime;

use crate::document::Frame;
use crate::icons::{Icon, icon};
use crate::markup::{IntoMarkup, Markup};
use crate::shell::console::Flash;
use crate::shell::portal::{Person, portal};
use crate::ui::item::ItemState;
use crate::ui::moment::ago;
use crate::ui::notice::flash_notice;
use crate::ui::{Tone, badge};

/// What the page shows.
#[derive(Clone, Debug, Default)]
pub struct HomeView {
    /// Who is signed in.
    pub person: Person,
    /// The devices the person holds.
    pub devices: Vec<MyDevice>,
    /// What the last form did.
    pub flash: Option<Flash>,
}

/// A device the person holds.
#[derive(Clone, Debug)]
pub struct MyDevice {
    /// For the path `/devices/{id}`.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Its model, such as "iPhone SE".
    pub model: String,
    /// Since when the person holds it.
    pub since: OffsetDateTime,
    /// Lent from a pool, and to be given back; otherwise the person's own.
    pub shared: bool,
    /// How the least advanced of its items stands.
    pub state: ItemState,
}

/// The page.
#[must_use]
pub fn home(frame: &Frame, view: &HomeView) -> String {
    let t = frame.texts();
    let devices = if view.devices.is_empty() {
        view! {
            <div class="empty">
                {icon(Icon::Phone)}
                <h2>{t.home_empty_title}</h2>
                <p>{t.home_empty_text}</p>
            </div>
        }
        .into_markup()
    } else {
        let tiles = view.devices.iter().map(|device| tile(frame, device)).collect_view();
        view! { <ul class="tiles">{tiles}</ul> }.into_markup()
    };
    let flash = view.flash.map(|flash| flash_notice(flash.sentence(t)));
    let main = view! { <h1>{t.home_title}</h1>{flash}{devices} };
    portal(frame, t.home_title, &view.person, main.into_markup())
}

fn tile(frame: &Frame, device: &MyDevice) -> Markup {
    let t = frame.texts();
    let shared = device.shared.then(|| view! { <p class="fine">{t.home_shared_hint}</p> });
    let state = if device.state == ItemState::Installed {
        badge(Tone::Good, Icon::Check, t.home_ready)
    } else {
        device.state.badge(t)
    };
    view! {
        <li class="tile">
            {icon(Icon::Phone)}
            <div>
                <h2><a href=format!("/devices/{}", device.id)>{device.name.clone()}</a></h2>
                <p class="fine">{device.model.clone()}" · "{t.home_since}" "{ago(frame, device.since)}</p>
                {state}
                {shared}
                <p><a class="button small" href=format!("/devices/{}", device.id)>{t.home_actions}</a></p>
            </div>
        </li>
    }
    .into_markup()
}
