//! Choosing a password under a one-time link (B1).

use axum::{Router, extract::Path, http::StatusCode, response::Response, routing::get};
use baton_core::{
    CoreError, FieldError,
    accounts::{NewPasswordForm, PasswordLinkError},
};
use baton_model::User;

use super::{
    Fields, Request, Web,
    answer::{PageError, page},
    cookies::Cookie,
    portal::{known_here, with_session},
    words,
};
use crate::{
    pages::portal::password::{PasswordView, password, password_closed},
    ui::form::Input,
};

pub(super) fn routes() -> Router<Web> {
    Router::new().route("/password/{secret}", get(show).post(take))
}

/// Looking uses nothing up: programs that look into mails open addresses too.
async fn show(request: Request, Path(secret): Path<String>) -> Result<Response, PageError> {
    let owner = request.web.core.password_link_owner(&secret, request.now).await;
    match owner.map_err(|error| request.fail(&error))? {
        Some(owner) => Ok(form(&request, StatusCode::OK, &secret, &owner, &[])),
        None => Ok(page(StatusCode::GONE, password_closed(&request.frame))),
    }
}

async fn take(request: Request, Path(secret): Path<String>, fields: Fields) -> Result<Response, PageError> {
    let core = &request.web.core;
    let owner = core.password_link_owner(&secret, request.now).await.map_err(|error| request.fail(&error))?;
    let Some(owner) = owner else { return Ok(page(StatusCode::GONE, password_closed(&request.frame))) };
    let entered =
        NewPasswordForm { password: fields.get("password").to_owned(), repeated: fields.get("repeated").to_owned() };
    match core.use_password_link(&secret, &entered, &request.visitor(), request.now).await {
        Ok(session) => {
            // Whoever was signed in here before leaves: a stolen session must not live on under another person's page.
            if let Some(before) = request.cookie(Cookie::Portal) {
                core.end_session(&before).await.map_err(|error| request.fail(&error))?;
            }
            known_here(&request, &owner.user_name, with_session(&request, &session, "/"))
        }
        Err(PasswordLinkError::LinkInvalid) => Ok(page(StatusCode::GONE, password_closed(&request.frame))),
        Err(PasswordLinkError::Core(CoreError::Invalid(errors))) => {
            Ok(form(&request, StatusCode::UNPROCESSABLE_ENTITY, &secret, &owner, &errors))
        }
        Err(PasswordLinkError::Core(error)) => Err(request.fail(&error)),
    }
}

fn form(request: &Request, status: StatusCode, secret: &str, owner: &User, errors: &[FieldError]) -> Response {
    let blank = |field| Input { value: String::new(), ..words::input(errors, field, "") };
    let view = PasswordView {
        token: secret.to_owned(),
        display_name: owner.display_name.clone(),
        user_name: owner.user_name.clone(),
        password: blank("password"),
        repeated: blank("repeated"),
        shortest_password: baton_core::SHORTEST_PASSWORD,
    };
    page(status, password(&request.frame, &view))
}
