//! Users: list, page, disable, enable.

use axum::{Router, extract::Path, http::StatusCode, response::Response, routing::get};
use baton_core::{CoreError, Permission, accounts::UserDetail};
use baton_model::ManagedAppleAccount;
use baton_store::UserFilter;

use super::{
    desk::{Answer, Asked},
    links, listing, managed_accounts, phrases,
};
use crate::{
    pages::admin::{
        confirm::{Confirm, confirm},
        user::{Password, UserOrigin, UserView, user},
        users::{UserRow, UsersView, users},
    },
    shell::console::{Flash, Section},
    web::{
        Console, Fields, Web,
        account::open_sessions,
        answer::{PageError, see_other},
        context::moment,
        passkeys,
    },
};

pub(super) const PATH: &str = "/admin/users";
pub(super) const SECTION: Section = Section::Users;

pub fn routes() -> Router<Web> {
    Router::new()
        .route(PATH, get(list))
        .route("/admin/users/{id}", get(show))
        .route("/admin/users/{id}/disable", get(show_disable).post(take_disable))
        .route("/admin/users/{id}/enable", get(to_user).post(take_enable))
        .route("/admin/users/{id}/make-local", get(show_make_local).post(take_make_local))
        .route("/admin/users/{id}/sessions/end", get(to_user).post(end_session))
        .route("/admin/users/{id}/sessions/end-all", get(to_user).post(end_all_sessions))
        .route("/admin/users/{id}/passkeys/remove", get(to_user).post(remove_passkey))
        .route("/admin/users/{id}/lift-pause", get(to_user).post(lift_pause))
}

async fn list(console: Console, asked: Asked) -> Answer {
    let role = phrases::role_from(asked.get("role"));
    let filter = UserFilter { query: listing::query(&asked), role, ..UserFilter::default() };
    let page = console.core().list_people(&console.actor, &filter, console.now()).await;
    let page = console.ask(SECTION, page)?;
    let without_password = if console.may(Permission::ManageUsers) {
        let count = console.core().people_without_password(&console.actor, console.now()).await;
        usize::try_from(console.ask(SECTION, count)?).unwrap_or_default()
    } else {
        0
    };
    let view = UsersView {
        without_password,
        q: asked.get("q").to_owned(),
        role: role.map(phrases::role),
        paging: listing::paging(&asked, &page, PATH, &["q", "role"], ""),
        rows: page
            .rows
            .iter()
            .map(|person| UserRow {
                id: person.user.id.to_string(),
                display_name: person.user.display_name.clone(),
                user_name: (!person.user.is_nobody()).then(|| person.user.user_name.clone()),
                role: phrases::role(person.user.role),
                disabled: !person.user.enabled,
                nobody: person.user.is_nobody(),
                devices: person.devices.iter().map(links::device).collect(),
                last_sign_in: person.last_sign_in.and_then(moment),
                source: person.source.clone(),
                managed_account: person.managed_account.as_ref().map(ManagedAppleAccount::masked),
            })
            .collect(),
    };
    Ok(console.page(StatusCode::OK, users(console.frame(), &console.chrome, &view)))
}

pub(super) async fn detail(console: &Console, id: &str) -> Result<UserDetail, PageError> {
    let detail = console.core().user_detail(&console.actor, &id.into(), console.now()).await;
    console.ask(SECTION, detail)
}

async fn show(console: Console, Path(id): Path<String>) -> Answer {
    let detail = detail(&console, &id).await?;
    let nobody = detail.user.is_nobody();
    let view = UserView {
        display_name: detail.user.display_name.clone(),
        user_name: (!nobody).then(|| detail.user.user_name.clone()),
        email: detail.user.email.clone(),
        role: phrases::role(detail.user.role),
        disabled: !detail.user.enabled,
        nobody,
        oneself: is_oneself(&console, &id),
        groups: detail
            .all_groups
            .iter()
            .filter(|group| detail.groups.contains(&group.id))
            .map(links::user_group)
            .collect(),
        devices: detail
            .devices
            .iter()
            .filter_map(|device| Some((links::device(device), moment(device.held_since)?)))
            .collect(),
        last_sign_in: detail.last_sign_in.and_then(moment),
        created: moment(detail.user.created_at).filter(|_| !nobody),
        password: match detail.password_link_until.and_then(moment) {
            _ if detail.has_password => Password::Chosen,
            Some(until) => Password::Expected { until },
            None => Password::Missing,
        },
        paused_until: detail.paused_until.and_then(moment),
        passkeys: passkeys::rows(&detail.passkeys),
        sessions: open_sessions(
            &detail.sessions,
            &detail.devices.iter().map(|device| (device.id.clone(), device.name.clone())).collect(),
            Some(&console.person.session),
        ),
        may_edit: console.may(Permission::ManageUsers),
        account: managed_accounts::account(&detail),
        may_enrol: detail.own_devices.is_given(),
        origin: detail.origin.as_ref().map(|origin| UserOrigin {
            source: origin.source_name.clone(),
            path: format!("/admin/settings/sources/{}", origin.source_id),
            principal_name: origin.principal_name.clone(),
            gives_role: origin.gives_role,
            gone: origin.gone,
        }),
        id,
    };
    Ok(console.page(StatusCode::OK, user(console.frame(), &console.chrome, &view)))
}

pub(super) fn is_oneself(console: &Console, id: &str) -> bool {
    console.person.user.id.as_str() == id
}

async fn show_disable(console: Console, Path(id): Path<String>) -> Answer {
    console.demand(SECTION, Permission::ManageUsers, "user.disable", ("user", &id)).await?;
    let detail = detail(&console, &id).await?;
    if detail.user.is_nobody() || is_oneself(&console, &id) {
        return Err(console.fail(SECTION, &CoreError::BuiltIn));
    }
    let what = Confirm::DisableUser { id, name: detail.user.display_name };
    Ok(console.page(StatusCode::OK, confirm(console.frame(), &console.chrome, &what)))
}

async fn take_disable(console: Console, Path(id): Path<String>) -> Answer {
    switch(&console, &id, false, Flash::Disabled).await
}

async fn take_enable(console: Console, Path(id): Path<String>) -> Answer {
    switch(&console, &id, true, Flash::Enabled).await
}

async fn switch(console: &Console, id: &str, enabled: bool, flash: Flash) -> Answer {
    let switched = console.core().set_user_enabled(&console.actor, &id.into(), enabled, console.now()).await;
    console.ask(SECTION, switched)?;
    Ok(console.done(&format!("{PATH}/{id}"), flash))
}

async fn show_make_local(console: Console, Path(id): Path<String>) -> Answer {
    console.demand(SECTION, Permission::ManageUsers, "user.make-local", ("user", &id)).await?;
    let detail = detail(&console, &id).await?;
    let Some(origin) = detail.origin else { return Ok(see_other(&format!("{PATH}/{id}"))) };
    let what = Confirm::MakeLocal { id, name: detail.user.display_name, source: origin.source_name };
    Ok(console.page(StatusCode::OK, confirm(console.frame(), &console.chrome, &what)))
}

async fn take_make_local(console: Console, Path(id): Path<String>) -> Answer {
    let made = console.core().make_user_local(&console.actor, &id.as_str().into(), console.now()).await;
    if matches!(made, Err(CoreError::Unconfirmed)) {
        // There is nothing on the page to lose: first the proof, then the page again.
        return Ok(see_other(&format!("/account/confirm?next={PATH}/{id}/make-local")));
    }
    console.ask(SECTION, made)?;
    Ok(console.done(&format!("{PATH}/{id}"), Flash::MadeLocal))
}

async fn end_session(console: Console, Path(id): Path<String>, fields: Fields) -> Answer {
    let (user, session) = (id.as_str().into(), fields.get("session"));
    let ended = console.core().end_session_of(&console.actor, &user, session, console.now()).await;
    match ended {
        // It may have ended by itself meanwhile.
        Ok(()) | Err(CoreError::NotFound("session")) => Ok(console.done(&format!("{PATH}/{id}"), Flash::SessionEnded)),
        Err(error) => Err(console.fail(SECTION, &error)),
    }
}

async fn end_all_sessions(console: Console, Path(id): Path<String>) -> Answer {
    let ended = console.core().end_all_sessions_of(&console.actor, &id.as_str().into(), console.now()).await;
    console.ask(SECTION, ended)?;
    Ok(console.done(&format!("{PATH}/{id}"), Flash::SessionEnded))
}

async fn remove_passkey(console: Console, Path(id): Path<String>, fields: Fields) -> Answer {
    let (user, passkey) = (id.as_str().into(), fields.get("passkey").into());
    match console.core().remove_passkey_of(&console.actor, &user, &passkey, console.now()).await {
        // It may have been removed by its owner meanwhile.
        Ok(()) | Err(CoreError::NotFound(_)) => Ok(console.done(&format!("{PATH}/{id}"), Flash::PasskeyRemoved)),
        Err(error) => Err(console.fail(SECTION, &error)),
    }
}

async fn lift_pause(console: Console, Path(id): Path<String>) -> Answer {
    let lifted = console.core().lift_pause(&console.actor, &id.as_str().into(), console.now()).await;
    console.ask(SECTION, lifted)?;
    Ok(console.done(&format!("{PATH}/{id}"), Flash::PauseLifted))
}

/// A form's address opened by hand, or after signing in again.
async fn to_user(_: Console, Path(id): Path<String>) -> Response {
    see_other(&format!("{PATH}/{id}"))
}
