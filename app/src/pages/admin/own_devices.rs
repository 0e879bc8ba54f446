//! Who may enrol devices of their own (spec B5).

use leptos::prelude::*;

use crate::document::Frame;
use crate::locale::{Texts, count};
use crate::markup::IntoMarkup;
use crate::shell::console::{Chrome, ConsolePage, Section, console};
use crate::ui::form::{Choice, select};

/// Where the page is.
pub const PATH: &str = "/admin/settings/own-devices";

/// What the page shows.
#[derive(Clone, Copy, Debug, Default)]
pub struct OwnDevicesView {
    /// Everybody may, of whom nothing else was said.
    pub everybody: bool,
    /// So many may, whatever the setting is.
    pub allowed: usize,
    /// So many may not, whatever the setting is.
    pub forbidden: usize,
    /// The viewer may change it.
    pub may_edit: bool,
}

/// What everybody may of whom nothing else was said.
#[must_use]
pub const fn usual(t: &Texts, everybody: bool) -> &'static str {
    if everybody { t.own_devices_everybody } else { t.own_devices_nobody }
}

/// The page. *Save* is `POST` of `ownDevices` (`everybody`, `nobody`).
#[must_use]
pub fn own_devices(frame: &Frame, chrome: &Chrome, view: &OwnDevicesView) -> String {
    let t = frame.texts();
    let page = ConsolePage::new(Section::Settings, t.own_devices_title)
        .up(t.nav_settings, "/admin/settings")
        .subtitle(t.own_devices_subtitle);
    console(frame, chrome, page, || {
        let choices = [
            Choice::new("nobody", usual(t, false), !view.everybody),
            Choice::new("everybody", usual(t, true), view.everybody),
        ];
        let setting = if view.may_edit {
            view! {
                <form class="stack form" method="post" action=PATH>
                    {select("ownDevices", t.own_devices_who, Some(t.own_devices_hint), &choices)}
                    <div class="form-actions"><button class="button primary" type="submit">{t.save}</button></div>
                </form>
            }
            .into_markup()
        } else {
            view! { <p class="lead">{usual(t, view.everybody)}</p> }.into_markup()
        };
        let line = |n: usize, one, many| (n > 0).then(|| view! { <li>{count(n, one, many)}</li> });
        let others = (view.allowed + view.forbidden > 0).then(|| {
            view! {
                <section class="panel">
                    <header class="panel-head"><h2>{t.own_devices_others}</h2></header>
                    <ul class="bulleted">
                        {line(view.allowed, t.own_devices_allowed_one, t.own_devices_allowed_many)}
                        {line(view.forbidden, t.own_devices_forbidden_one, t.own_devices_forbidden_many)}
                    </ul>
                </section>
            }
        });
        view! { {setting}{others} }.into_markup()
    })
}
