//! One user.

use leptos::prelude::*;
use time::OffsetDateTime;

use super::list::{Link, none};
use crate::document::Frame;
use crate::icons::{Icon, icon};
use crate::markup::{IntoMarkup, Markup};
use crate::shell::console::{Chrome, ConsolePage, Section, console};
use crate::ui::facts::{facts, text};
use crate::ui::moment::{ago, exact};
use crate::ui::role::Role;
use crate::ui::{Tone, badge};

/// What the page shows.
#[derive(Clone, Debug, Default)]
pub struct UserView {
    /// For paths.
    pub id: String,
    /// How people call them.
    pub display_name: String,
    /// Signs in with this; Nobody has none.
    pub user_name: Option<String>,
    /// Mail address.
    pub email: Option<String>,
    /// Role.
    pub role: Role,
    /// May not sign in.
    pub disabled: bool,
    /// The built-in owner of signed-out devices: cannot sign in, be disabled or deleted.
    pub nobody: bool,
    /// The user who looks at the page: cannot disable themselves.
    pub oneself: bool,
    /// Groups.
    pub groups: Vec<Link>,
    /// Devices held, and since when.
    pub devices: Vec<(Link, OffsetDateTime)>,
    /// When they last signed in.
    pub last_sign_in: Option<OffsetDateTime>,
    /// When the user was added.
    pub created: Option<OffsetDateTime>,
    /// The viewer may change users.
    pub may_edit: bool,
}

/// The page. Buttons: `GET /admin/users/{id}/edit`, `GET /admin/users/{id}/disable` (a confirmation),
/// `POST /admin/users/{id}/enable`.
#[must_use]
pub fn user(frame: &Frame, chrome: &Chrome, view: &UserView) -> String {
    let t = frame.texts();
    let mut page = ConsolePage::new(Section::Users, &view.display_name).up(t.nav_users, "/admin/users");
    if view.may_edit {
        page = page.actions(actions(frame, view));
    }
    if view.nobody {
        page = page.subtitle(t.nobody_text);
    }
    console(frame, chrome, page, || {
        view! {
            <div class="columns">
                <section class="panel"><header class="panel-head"><h2>{t.about}</h2></header>{about(frame, view)}</section>
                <section class="panel"><header class="panel-head"><h2>{t.user_devices}</h2></header>{devices(frame, view)}</section>
            </div>
        }
        .into_markup()
    })
}

fn actions(frame: &Frame, view: &UserView) -> Markup {
    let t = frame.texts();
    let path = format!("/admin/users/{}", view.id);
    let switch = if view.nobody || view.oneself {
        None
    } else if view.disabled {
        Some(
            view! {
                <form method="post" action=format!("{path}/enable")>
                    <button class="button" type="submit">{t.user_enable}</button>
                </form>
            }
            .into_markup(),
        )
    } else {
        Some(view! { <a class="button danger" href=format!("{path}/disable")>{t.user_disable}</a> }.into_markup())
    };
    view! { {switch}<a class="button primary" href=format!("{path}/edit")>{icon(Icon::Pen)}<span>{t.edit}</span></a> }
        .into_markup()
}

fn about(frame: &Frame, view: &UserView) -> Markup {
    let t = frame.texts();
    let optional = |value: &Option<String>| value.clone().map_or_else(|| none(frame), text);
    let moment = |at: Option<OffsetDateTime>| at.map_or_else(|| none(frame), |at| exact(frame, at));
    let state = if view.disabled {
        badge(Tone::Warn, Icon::Lock, t.user_disabled)
    } else {
        badge(Tone::Good, Icon::Check, t.user_enabled)
    };
    let groups = if view.groups.is_empty() {
        none(frame)
    } else {
        let links = view.groups.iter().map(|group| view! { <li>{group.render()}</li> }).collect_view();
        view! { <ul class="inline-list">{links}</ul> }.into_markup()
    };
    let mut rows = Vec::new();
    if !view.nobody {
        rows.push((t.field_user_name, optional(&view.user_name)));
        rows.push((t.field_email, optional(&view.email)));
        rows.push((t.field_role, text(view.role.word(t))));
        rows.push((t.user_state, state));
        rows.push((t.users_last_sign_in, moment(view.last_sign_in)));
    }
    rows.push((t.nav_groups, groups));
    rows.push((t.user_created, moment(view.created)));
    facts(rows)
}

fn devices(frame: &Frame, view: &UserView) -> Markup {
    let t = frame.texts();
    if view.devices.is_empty() {
        return view! { <p class="fine">{t.user_devices_none}</p> }.into_markup();
    }
    let rows = view
        .devices
        .iter()
        .map(|(device, since)| {
            view! { <li>{icon(Icon::Phone)}<div>{device.render()}<p class="fine">{t.since}" "{ago(frame, *since)}</p></div></li> }
        })
        .collect_view();
    view! { <ul class="alerts quiet">{rows}</ul> }.into_markup()
}
