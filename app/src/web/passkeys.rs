//! Passkeys (B8): signing in with one, and a person's own in *My account*.

use axum::{
    Router,
    extract::Path,
    http::{StatusCode, header},
    response::{IntoResponse as _, Response},
    routing::get,
};
use baton_core::{
    CoreError, FieldError,
    accounts::{AddPasskeyError, PasskeyChallenge, PasskeySignInError},
};
use baton_model::Passkey;

use super::{
    Fields, Request, SignedInPerson, Web,
    answer::{PageError, page, see_other, with_flash, with_retry_after},
    confirmation::{passkey_answer, passkey_problem},
    context::moment,
    portal::{known_here, next_path, with_session},
    words,
};
use crate::{
    pages::{
        clip::sign_in::SignInError,
        portal::{
            passkeys::{self as pages, AddPasskeyView, add_passkey},
            sign_in::{PASSKEY_CHALLENGE, PortalSignInView, portal_sign_in},
        },
    },
    shell::console::Flash,
    ui::{
        form::Input,
        passkeys::{PasskeyProblem, PasskeyRow},
    },
};

const ACCOUNT: &str = "/account";
const ADD: &str = "/account/passkeys/add";

pub(super) fn routes() -> Router<Web> {
    Router::new()
        .route("/sign-in/passkey", get(to_sign_in).post(take_sign_in))
        .route(PASSKEY_CHALLENGE, get(sign_in_challenge))
        .route(ADD, get(show_add).post(take_add))
        .route(pages::CHALLENGE, get(add_challenge))
        .route("/account/passkeys/{id}/rename", get(to_account).post(take_rename))
        .route("/account/passkeys/{id}/remove", get(to_account).post(take_remove))
}

async fn to_sign_in() -> Response {
    see_other("/sign-in")
}

async fn to_account() -> Response {
    see_other(ACCOUNT)
}

/// A challenge as the page's script takes it.
pub(super) fn challenge_answer(challenge: Result<PasskeyChallenge, CoreError>) -> Response {
    match challenge {
        Ok(PasskeyChallenge { options, token }) => {
            // The options are JSON already, and a token is base64url.
            let body = format!(r#"{{"token":"{token}","options":{options}}}"#);
            ([(header::CONTENT_TYPE, "application/json")], body).into_response()
        }
        Err(CoreError::Unconfirmed) => StatusCode::FORBIDDEN.into_response(),
        Err(CoreError::NotFound(_)) => StatusCode::NOT_FOUND.into_response(),
        Err(_) => StatusCode::SERVICE_UNAVAILABLE.into_response(),
    }
}

/// Passkeys as pages show them.
pub(super) fn rows(passkeys: &[Passkey]) -> Vec<PasskeyRow> {
    let row = |passkey: &Passkey| {
        Some(PasskeyRow {
            id: passkey.id.to_string(),
            name: passkey.name.clone(),
            is_synced: passkey.is_synced,
            created: moment(passkey.created_at)?,
            used: passkey.used_at.and_then(moment),
            entered: None,
        })
    };
    passkeys.iter().filter_map(row).collect()
}

async fn sign_in_challenge(request: Request) -> Response {
    challenge_answer(request.web.core.begin_passkey_sign_in(request.now))
}

async fn take_sign_in(request: Request, fields: Fields) -> Result<Response, PageError> {
    let next = next_path(fields.get("next"));
    let providers = super::provider::choices(&request).await?;
    let again = |status: StatusCode, error: Option<SignInError>, passkey_problem: Option<PasskeyProblem>| {
        let view = PortalSignInView {
            error,
            passkey_problem,
            next: next.map(str::to_owned),
            providers: providers.clone(),
            passkeys: request.web.core.has_passkeys(),
            ..PortalSignInView::default()
        };
        page(status, portal_sign_in(&request.frame, &view))
    };
    let core = &request.web.core;
    match core.sign_in_with_passkey(&passkey_answer(&fields), &request.visitor(), request.now).await {
        Ok((user, session)) => {
            // As with passwords: the session before must not live on under another person's page.
            if let Some(before) = request.cookie(super::cookies::Cookie::Portal) {
                core.end_session(&before).await.map_err(|error| request.fail(&error))?;
            }
            known_here(&request, &user.user_name, with_session(&request, &session, next.unwrap_or("/")))
        }
        Err(PasskeySignInError::Refused(refusal)) => {
            Ok(again(StatusCode::UNPROCESSABLE_ENTITY, None, Some(passkey_problem(refusal))))
        }
        Err(PasskeySignInError::Throttled { seconds }) => {
            let error = Some(SignInError::Throttled { seconds });
            Ok(with_retry_after(again(StatusCode::TOO_MANY_REQUESTS, error, None), seconds))
        }
        Err(PasskeySignInError::Core(CoreError::Busy)) => {
            Ok(again(StatusCode::SERVICE_UNAVAILABLE, Some(SignInError::Busy), None))
        }
        Err(PasskeySignInError::Core(error)) => Err(request.fail(&error)),
    }
}

/// The way to the form leads over a proof of who asks.
fn confirm_first() -> Response {
    see_other("/account/confirm?next=/account/passkeys/add")
}

async fn show_add(signed_in: SignedInPerson) -> Result<Response, PageError> {
    let request = &signed_in.request;
    if !request.web.core.has_passkeys() {
        return Ok(see_other(ACCOUNT));
    }
    if !signed_in.person.actor().is_confirmed(request.now) {
        return Ok(confirm_first());
    }
    // A name to begin with: the browser in which it is made.
    let name = request.visitor().browser.unwrap_or_default();
    Ok(add_page(&signed_in, StatusCode::OK, Input::new(&name), None))
}

fn add_page(signed_in: &SignedInPerson, status: StatusCode, name: Input, problem: Option<PasskeyProblem>) -> Response {
    let view = AddPasskeyView { person: signed_in.view(), name, problem };
    page(status, add_passkey(&signed_in.request.frame, &view))
}

async fn add_challenge(signed_in: SignedInPerson) -> Response {
    let request = &signed_in.request;
    match request.web.core.begin_passkey(&signed_in.person, request.now).await {
        Ok(challenge) => challenge_answer(Ok(challenge)),
        Err(AddPasskeyError::Core(error)) => challenge_answer(Err(error)),
        Err(AddPasskeyError::TooMany | AddPasskeyError::Refused(_)) => StatusCode::CONFLICT.into_response(),
    }
}

async fn take_add(signed_in: SignedInPerson, fields: Fields) -> Result<Response, PageError> {
    let request = &signed_in.request;
    let name = fields.get("name");
    let added = request.web.core.add_passkey(&signed_in.person, name, &passkey_answer(&fields), request.now).await;
    let again = |errors: &[FieldError], problem| {
        add_page(&signed_in, StatusCode::UNPROCESSABLE_ENTITY, words::input(errors, "name", name), problem)
    };
    match added {
        Ok(_) => Ok(with_flash(&request.web, see_other(ACCOUNT), Flash::PasskeyAdded)),
        Err(AddPasskeyError::TooMany) => Ok(again(&[], Some(PasskeyProblem::TooMany))),
        Err(AddPasskeyError::Refused(refusal)) => Ok(again(&[], Some(passkey_problem(refusal)))),
        Err(AddPasskeyError::Core(CoreError::Invalid(errors))) => Ok(again(&errors, None)),
        Err(AddPasskeyError::Core(error)) => Err(request.fail(&error)),
    }
}

async fn take_rename(signed_in: SignedInPerson, Path(id): Path<String>, fields: Fields) -> Result<Response, PageError> {
    let request = &signed_in.request;
    let (id, name) = (id.as_str().into(), fields.get("name"));
    match request.web.core.rename_my_passkey(&signed_in.person, &id, name, request.now).await {
        Ok(()) => Ok(with_flash(&request.web, see_other(ACCOUNT), Flash::Saved)),
        Err(CoreError::Invalid(errors)) => super::account::rename_again(&signed_in, &id, name, &errors).await,
        Err(error) => Err(request.fail(&error)),
    }
}

async fn take_remove(signed_in: SignedInPerson, Path(id): Path<String>) -> Result<Response, PageError> {
    let request = &signed_in.request;
    match request.web.core.remove_my_passkey(&signed_in.person, &id.as_str().into(), request.now).await {
        // It may have been removed elsewhere meanwhile.
        Ok(()) | Err(CoreError::NotFound(_)) => Ok(with_flash(&request.web, see_other(ACCOUNT), Flash::PasskeyRemoved)),
        Err(error) => Err(request.fail(&error)),
    }
}
