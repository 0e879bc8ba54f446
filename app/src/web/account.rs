//! *My account*: one's own password and sessions, and the list of passkeys.

use std::collections::BTreeMap;

use axum::{Router, http::StatusCode, response::Response, routing::get};
use baton_core::{
    CoreError, FieldError,
    accounts::{NewPasswordForm, OwnPasswordError},
};
use baton_model::{DeviceId, PasskeyId, Session};

use super::{
    Fields, SignedInPerson, Web,
    answer::{PageError, page, see_other, with_cookie, with_flash, with_retry_after},
    context::moment,
    cookies::Cookie,
    passkeys,
    portal::with_session,
    words,
};
use crate::{
    pages::portal::account::{AccountView, account},
    shell::console::Flash,
    ui::{form::Input, sessions::OpenSession},
};

const PATH: &str = "/account";

pub(super) fn routes() -> Router<Web> {
    Router::new()
        .route(PATH, get(show))
        .route("/account/password", get(to_account).post(take_password))
        .route("/account/sessions/end", get(to_account).post(end))
        .route("/account/sessions/end-others", get(to_account).post(end_others))
}

async fn to_account() -> Response {
    see_other(PATH)
}

async fn show(signed_in: SignedInPerson) -> Result<Response, PageError> {
    let view = view(&signed_in, &[]).await?;
    let forgotten = view.flash.map(|_| Cookie::Flash.forget(&signed_in.request.web));
    Ok(with_cookie(page(StatusCode::OK, account(&signed_in.request.frame, &view)), forgotten))
}

async fn take_password(signed_in: SignedInPerson, fields: Fields) -> Result<Response, PageError> {
    let request = &signed_in.request;
    let entered =
        NewPasswordForm { password: fields.get("password").to_owned(), repeated: fields.get("repeated").to_owned() };
    let (present, visitor) = (fields.get("present"), request.visitor());
    let core = &request.web.core;
    match core.change_own_password(&signed_in.person, present, &entered, &visitor, request.now).await {
        Ok(session) => Ok(with_flash(&request.web, with_session(request, &session, PATH), Flash::PasswordChanged)),
        Err(OwnPasswordError::Throttled { seconds }) => {
            let view = AccountView { throttled: Some(seconds), ..view(&signed_in, &[]).await? };
            Ok(with_retry_after(page(StatusCode::TOO_MANY_REQUESTS, account(&request.frame, &view)), seconds))
        }
        Err(OwnPasswordError::Core(CoreError::Invalid(errors))) => {
            let view = view(&signed_in, &errors).await?;
            Ok(page(StatusCode::UNPROCESSABLE_ENTITY, account(&request.frame, &view)))
        }
        Err(OwnPasswordError::Core(error)) => Err(request.fail(&error)),
    }
}

async fn end(signed_in: SignedInPerson, fields: Fields) -> Result<Response, PageError> {
    let request = &signed_in.request;
    let ended = request.web.core.end_my_session(&signed_in.person, fields.get("session"), request.now).await;
    match ended {
        // It may have ended by itself meanwhile.
        Ok(()) | Err(CoreError::NotFound(_)) => Ok(with_flash(&request.web, see_other(PATH), Flash::SessionEnded)),
        Err(error) => Err(request.fail(&error)),
    }
}

async fn end_others(signed_in: SignedInPerson) -> Result<Response, PageError> {
    let request = &signed_in.request;
    let ended = request.web.core.end_my_other_sessions(&signed_in.person, request.now).await;
    ended.map_err(|error| request.fail(&error))?;
    Ok(with_flash(&request.web, see_other(PATH), Flash::SessionEnded))
}

async fn view(signed_in: &SignedInPerson, errors: &[FieldError]) -> Result<AccountView, PageError> {
    let (request, person) = (&signed_in.request, &signed_in.person);
    let sessions = request.web.core.my_sessions(person, request.now).await.map_err(|error| request.fail(&error))?;
    let devices = request.web.core.my_devices(person).await.map_err(|error| request.fail(&error))?;
    let own = request.web.core.my_passkeys(person).await.map_err(|error| request.fail(&error))?;
    let managed = request.web.core.my_managed_account(person).await.map_err(|error| request.fail(&error))?;
    let names = devices.iter().map(|mine| (mine.device.id.clone(), mine.device.name.clone())).collect();
    let blank = |field| Input { value: String::new(), ..words::input(errors, field, "") };
    Ok(AccountView {
        person: signed_in.view(),
        user_name: person.user.user_name.clone(),
        managed_account: managed.map(|account| account.expose().to_owned()),
        sessions: open_sessions(&sessions, &names, Some(&person.session)),
        passkeys: request.web.core.has_passkeys().then(|| passkeys::rows(&own)),
        passkey_problem: None,
        present: blank("present"),
        password: blank("password"),
        repeated: blank("repeated"),
        shortest_password: baton_core::SHORTEST_PASSWORD,
        throttled: None,
        flash: signed_in.flash(),
    })
}

/// The page once more, after a passkey was given a name that does not do.
pub(super) async fn rename_again(
    signed_in: &SignedInPerson,
    id: &PasskeyId,
    name: &str,
    errors: &[FieldError],
) -> Result<Response, PageError> {
    let frame = &signed_in.request.frame;
    let mut view = view(signed_in, &[]).await?;
    let problem = errors.first().map(|error| words::problem(&error.problem).text(frame.texts()));
    view.passkey_problem = problem.map(|problem| format!("{}: {problem}", frame.texts().passkey_name));
    for row in view.passkeys.iter_mut().flatten().filter(|row| row.id == id.as_str()) {
        row.entered = Some(name.to_owned());
    }
    Ok(page(StatusCode::UNPROCESSABLE_ENTITY, account(frame, &view)))
}

/// Sessions as pages show them.
pub(super) fn open_sessions(
    sessions: &[Session],
    devices: &BTreeMap<DeviceId, String>,
    current: Option<&Session>,
) -> Vec<OpenSession> {
    sessions
        .iter()
        .filter_map(|session| {
            Some(OpenSession {
                id: session.id_hash.clone(),
                browser: session.browser.clone(),
                device: session.device_id.as_ref().map(|id| devices.get(id).cloned().unwrap_or_else(|| id.to_string())),
                opened: moment(session.created_at)?,
                last_used: moment(session.last_seen_at)?,
                current: current.is_some_and(|current| current.id_hash == session.id_hash),
            })
        })
        .collect()
}
