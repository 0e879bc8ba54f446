//! One user.

use leptos::prelude::*;
use time::OffsetDateTime;

use super::list::{Link, none};
use crate::document::Frame;
use crate::icons::{Icon, icon};
use crate::locale::fill;
use crate::markup::{IntoMarkup, Markup};
use crate::shell::console::{Chrome, ConsolePage, Section, console};
use crate::ui::account::{Account, account};
use crate::ui::facts::{facts, text};
use crate::ui::moment::{ago, exact};
use crate::ui::notice::notice;
use crate::ui::passkeys::{PasskeyForms, PasskeyRow, passkeys};
use crate::ui::role::Role;
use crate::ui::sessions::{OpenSession, sessions};
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
    /// Whether they have chosen a password.
    pub password: Password,
    /// Until when attempts to sign in with this name wait, because too many failed.
    pub paused_until: Option<OffsetDateTime>,
    /// Their passkeys.
    pub passkeys: Vec<PasskeyRow>,
    /// Their open sessions.
    pub sessions: Vec<OpenSession>,
    /// The viewer may change users.
    pub may_edit: bool,
    /// How it stands with the user's Managed Apple Account.
    pub account: Account,
    /// May enrol devices of their own.
    pub may_enrol: bool,
    /// Where the user comes from; `None` for a local one.
    pub origin: Option<UserOrigin>,
}

/// Where a user comes from.
#[derive(Clone, Debug, Default)]
pub struct UserOrigin {
    /// The source.
    pub source: String,
    /// Its page.
    pub path: String,
    /// The user principal name there.
    pub principal_name: Option<String>,
    /// Groups there give the role.
    pub gives_role: bool,
    /// It was a sync that disabled the user.
    pub gone: bool,
}

/// How it stands with somebody's password.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Password {
    /// Chosen.
    #[default]
    Chosen,
    /// Not chosen yet; a link works.
    Expected {
        /// Until when.
        until: OffsetDateTime,
    },
    /// Not chosen yet, and there is no link.
    Missing,
}

/// The page. Buttons: `GET /admin/users/{id}/edit`, `GET /admin/users/{id}/disable` (a confirmation),
/// `POST /admin/users/{id}/enable`, `POST /admin/users/{id}/password-link`,
/// `POST /admin/users/{id}/sessions/end` (`session`), `POST …/sessions/end-all`, `POST …/lift-pause`,
/// `POST …/passkeys/remove` (`passkey`), `GET …/make-local` (a confirmation), `GET …/managed-account/reveal`.
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
        let is_local = view.origin.is_none();
        let missing = is_local && view.may_edit && !view.nobody && !view.disabled && view.password == Password::Missing;
        let missing = missing.then(|| {
            notice(Tone::Warn, t.user_password_missing_title, view! { <p>{t.user_password_missing_text}</p> })
        });
        view! {
            {missing}
            {view.paused_until.map(|until| paused(frame, view, until))}
            <div class="columns">
                <section class="panel"><header class="panel-head"><h2>{t.about}</h2></header>{about(frame, view)}</section>
                <div class="stack">
                    <section class="panel"><header class="panel-head"><h2>{t.user_devices}</h2></header>{devices(frame, view)}</section>
                    {(!view.nobody).then(|| open_sessions(frame, view))}
                    {(!view.nobody).then(|| their_passkeys(frame, view))}
                </div>
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
    let make_local = view.origin.is_some().then(|| {
        view! { <a class="button" href=format!("{path}/make-local")>{t.user_make_local}</a> }
    });
    let link = (!view.nobody && !view.disabled && view.origin.is_none()).then(|| {
        view! {
            <form method="post" action=format!("{path}/password-link")>
                <button class="button" type="submit">{icon(Icon::Lock)}<span>{t.password_link_make}</span></button>
            </form>
        }
    });
    view! { {switch}{make_local}{link}<a class="button primary" href=format!("{path}/edit")>{icon(Icon::Pen)}<span>{t.edit}</span></a> }
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
        match &view.origin {
            None => {
                rows.push((t.user_source, text(t.user_source_local)));
                rows.push((t.field_password, password(frame, view.password)));
            }
            Some(origin) => rows.extend(origin_rows(frame, origin)),
        }
        let reveal = view.may_edit.then(|| format!("/admin/users/{}/managed-account/reveal", view.id));
        rows.push((t.account_field, account(frame, &view.account, reveal.as_deref())));
        let own_devices = if view.may_enrol { t.own_devices_may } else { t.own_devices_may_not };
        rows.push((t.own_devices_field, text(own_devices)));
        rows.push((t.users_last_sign_in, moment(view.last_sign_in)));
    }
    rows.push((t.nav_groups, groups));
    rows.push((t.user_created, moment(view.created)));
    facts(rows)
}

fn origin_rows(frame: &Frame, origin: &UserOrigin) -> Vec<(&'static str, Markup)> {
    let t = frame.texts();
    let gone = origin.gone.then(|| {
        let sentence = fill(t.user_gone, &[("name", &origin.source)]);
        view! { <p class="fine">{sentence}</p> }
    });
    let source = view! { {Link::new(&*origin.source, &*origin.path).render()}{gone} };
    let mut rows = vec![(t.user_source, source.into_markup())];
    if let Some(principal_name) = &origin.principal_name {
        rows.push((t.user_principal_name, text(principal_name.clone())));
    }
    rows.push((t.field_password, text(fill(t.user_password_source, &[("name", &origin.source)]))));
    rows
}

fn paused(frame: &Frame, view: &UserView, until: OffsetDateTime) -> Markup {
    let t = frame.texts();
    let lift = view.may_edit.then(|| {
        view! {
            <form method="post" action=format!("/admin/users/{}/lift-pause", view.id)>
                <button class="button" type="submit">{t.pause_lift}</button>
            </form>
        }
    });
    let body = view! { <p>{t.pause_text}" "{exact(frame, until)}</p>{lift} };
    notice(Tone::Warn, t.pause_title, body)
}

fn open_sessions(frame: &Frame, view: &UserView) -> Markup {
    let t = frame.texts();
    let path = format!("/admin/users/{}/sessions/end", view.id);
    let all = (view.may_edit && !view.sessions.is_empty()).then(|| {
        view! {
            <form class="form-actions" method="post" action=format!("{path}-all")>
                <button class="button" type="submit">{t.sessions_end_all}</button>
            </form>
        }
    });
    view! {
        <section class="panel">
            <header class="panel-head"><h2>{t.sessions_title}</h2></header>
            {sessions(frame, &view.sessions, view.may_edit.then_some(path.as_str()))}
            {all}
        </section>
    }
    .into_markup()
}

fn their_passkeys(frame: &Frame, view: &UserView) -> Markup {
    let t = frame.texts();
    let path = format!("/admin/users/{}/passkeys/remove", view.id);
    let forms = if view.may_edit { PasskeyForms::Administrator(&path) } else { PasskeyForms::None };
    view! {
        <section class="panel">
            <header class="panel-head"><h2>{t.passkeys_title}</h2></header>
            {passkeys(frame, &view.passkeys, forms)}
        </section>
    }
    .into_markup()
}

fn password(frame: &Frame, password: Password) -> Markup {
    let t = frame.texts();
    match password {
        Password::Chosen => text(t.user_password_chosen),
        Password::Missing => text(t.user_password_missing),
        Password::Expected { until } => {
            view! { <span>{t.user_password_expected}" "{exact(frame, until)}</span> }.into_markup()
        }
    }
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
