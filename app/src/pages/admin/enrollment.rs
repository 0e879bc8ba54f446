//! Adding devices: links under which a phone gets its enrollment profile.

use leptos::prelude::*;
use time::OffsetDateTime;

use crate::document::Frame;
use crate::markup::{IntoMarkup, Markup};
use crate::shell::console::{Chrome, ConsolePage, Section, console};
use crate::ui::Tone;
use crate::ui::form::{Input, Kind, TextField};
use crate::ui::moment::exact;
use crate::ui::notice::{notice, short_notice};
use crate::ui::table::table;

/// What the page shows. The form's fields: `label`, `uses`, `days`, sent to `POST /admin/devices/add`.
#[derive(Clone, Debug, Default)]
pub struct AddDevicesView {
    /// The link just made. Its address is shown this once, because only a hash of it is kept.
    pub new: Option<NewLink>,
    /// What the link is for.
    pub label: Input,
    /// How many devices may use it.
    pub uses: Input,
    /// For how many days.
    pub days: Input,
    /// Links that still work.
    pub links: Vec<LinkRow>,
    /// Which phones can be woken.
    pub reach: Reach,
}

/// Which phones can be woken once they are enrolled.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Reach {
    /// All: there is a push certificate.
    #[default]
    All,
    /// Simulated ones only.
    Simulated,
    /// None.
    None,
}

/// A link just made.
#[derive(Clone, Debug)]
pub struct NewLink {
    /// The address to open on the phone.
    pub address: String,
}

/// A link that still works; *Revoke* is `POST /admin/devices/links/{id}/revoke`.
#[derive(Clone, Debug)]
pub struct LinkRow {
    /// For paths.
    pub id: String,
    /// What it is for.
    pub label: String,
    /// How many devices may still use it.
    pub uses_left: usize,
    /// Until when.
    pub expires: OffsetDateTime,
}

/// The page.
#[must_use]
pub fn add_devices(frame: &Frame, chrome: &Chrome, view: &AddDevicesView) -> String {
    let t = frame.texts();
    let page = ConsolePage::new(Section::Devices, t.devices_add).up(t.nav_devices, "/admin/devices");
    console(frame, chrome, page, || {
        view! {
            {reach(frame, view.reach)}
            {view.new.as_ref().map(|new| new_link(frame, new))}
            <div class="columns">
                {form(frame, view)}
                {links(frame, &view.links)}
            </div>
        }
        .into_markup()
    })
}

/// Said before anybody enrols phones that would have to enrol again.
fn reach(frame: &Frame, reach: Reach) -> Option<Markup> {
    let t = frame.texts();
    let (tone, title, text) = match reach {
        Reach::All => return None,
        Reach::Simulated => (Tone::Plain, t.enroll_simulated_title, t.enroll_simulated_text),
        Reach::None => (Tone::Warn, t.enroll_no_push_title, t.enroll_no_push_text),
    };
    let body = view! { <p>{text}</p><p><a href="/admin/settings/push">{t.push_title}</a></p> };
    Some(notice(tone, title, body))
}

fn new_link(frame: &Frame, new: &NewLink) -> Markup {
    let t = frame.texts();
    let body = view! {
        <p>{t.enroll_once}</p>
        <p><code class="copy">{new.address.clone()}</code></p>
        <ol class="numbered">
            <li>{t.enroll_step_open}</li>
            <li>{t.enroll_step_allow}</li>
            <li>{t.enroll_step_settings}</li>
            <li>{t.enroll_step_done}</li>
        </ol>
    };
    notice(Tone::Good, t.enroll_made, body)
}

fn form(frame: &Frame, view: &AddDevicesView) -> Markup {
    let t = frame.texts();
    let refused = [&view.label, &view.uses, &view.days]
        .iter()
        .any(|input| input.problem.is_some())
        .then(|| short_notice(Tone::Bad, t.form_refused));
    view! {
        <section class="panel">
            <header class="panel-head"><h2>{t.enroll_new}</h2></header>
            <p class="fine">{t.link_text}</p>
            {refused}
            <form class="stack" method="post" action="/admin/devices/add">
                {TextField::new("label", t.link_label, Kind::Text).hint(t.link_label_hint).render(frame, &view.label)}
                {TextField::new("uses", t.enroll_uses, Kind::Number).render(frame, &view.uses)}
                {TextField::new("days", t.enroll_days, Kind::Number).render(frame, &view.days)}
                <div class="form-actions"><button class="button primary" type="submit">{t.enroll_make}</button></div>
            </form>
        </section>
    }
    .into_markup()
}

fn links(frame: &Frame, links: &[LinkRow]) -> Markup {
    let t = frame.texts();
    let list = if links.is_empty() {
        view! { <p class="fine">{t.enroll_links_none}</p> }.into_markup()
    } else {
        let rows = links
            .iter()
            .map(|link| {
                let revoke = view! {
                    <form method="post" action=format!("/admin/devices/links/{}/revoke", link.id)>
                        <button class="button small danger" type="submit">{t.revoke}<span class="visually-hidden">" "{link.label.clone()}</span></button>
                    </form>
                };
                vec![link.label.clone().into_markup(), link.uses_left.into_markup(), exact(frame, link.expires), revoke.into_markup()]
            })
            .collect();
        table("links", t.enroll_links, &[t.link_label, t.enroll_uses_left, t.enroll_until, t.revoke], rows)
    };
    view! {
        <section class="panel">
            <header class="panel-head"><h2>{t.enroll_links}</h2></header>
            {list}
        </section>
    }
    .into_markup()
}
