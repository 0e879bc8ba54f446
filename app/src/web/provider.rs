//! Signing in with an identity provider: leaving for it, and coming back (B3, A5).

use axum::{
    Router,
    extract::RawQuery,
    http::StatusCode,
    response::Response,
    routing::{get, post},
};
use baton_core::sources::{
    BegunLogin, EndedSession, FailedLogin, FinishedLogin, LoginError, LoginFailure, LoginPurpose,
};
use baton_model::SourceId;

use super::{
    Fields, Request, Web,
    admin::source_check,
    answer::{PageError, page, see_other, with_cookie},
    clip,
    cookies::Cookie,
    portal,
};
use crate::pages::{
    away::{Away, AwayView, away},
    clip::sign_in::{Provider, ProviderProblem, SignInError},
};

pub(super) fn routes() -> Router<Web> {
    Router::new().route("/sign-in/with", post(take_portal)).route("/sign-in/callback", get(come_back))
}

/// The providers that a sign-in page offers.
pub(super) async fn choices(request: &Request) -> Result<Vec<Provider>, PageError> {
    let choices = request.web.core.sign_in_choices().await.map_err(|error| request.fail(&error))?;
    Ok(choices.into_iter().map(|choice| Provider { id: choice.id.to_string(), name: choice.name }).collect())
}

async fn take_portal(request: Request, fields: Fields) -> Result<Response, PageError> {
    let next = portal::next_path(fields.get("next")).map(str::to_owned);
    let source = SourceId::from(fields.get("source"));
    let on_phone = request.cookie(Cookie::Visit).is_some();
    match request
        .web
        .core
        .begin_login(&source, LoginPurpose::Portal { next: next.clone(), on_phone }, &request.visitor(), request.now)
        .await
    {
        Ok(begun) => Ok(leave(&request, &begun)),
        Err(error) => {
            let error = not_begun(&request, error)?;
            portal::sign_in_page(&request, StatusCode::SERVICE_UNAVAILABLE, error, next).await
        }
    }
}

/// The page from which the browser goes to the provider, with what it needs to come back.
pub(super) fn leave(request: &Request, begun: &BegunLogin) -> Response {
    let view = AwayView { location: begun.location.clone(), name: begun.name.clone(), why: Away::ToSignIn };
    let answer = page(StatusCode::OK, away(&request.frame, &view));
    with_cookie(answer, Cookie::Login.set(&request.web, &begun.browser, begun.expires_at))
}

/// Why a login did not begin, as a sign-in page shows it.
pub(super) fn not_begun(request: &Request, error: LoginError) -> Result<SignInError, PageError> {
    match error {
        LoginError::Provider { name, source } => {
            let problem = if source.is_passing() {
                ProviderProblem::Unavailable
            } else {
                ProviderProblem::NotAccepted(source.code())
            };
            Ok(SignInError::Provider { name, problem })
        }
        LoginError::Core(error) => Err(request.fail(&error)),
    }
}

/// Where the browser goes after a sign-out: on its way past the provider, if there is a session to be ended.
pub(super) fn after_sign_out(request: &Request, ended: Option<EndedSession>, path: &'static str) -> Response {
    match ended {
        None => see_other(path),
        Some(EndedSession { location, name }) => {
            let view = AwayView { location, name, why: Away::ToSignOut };
            page(StatusCode::OK, away(&request.frame, &view))
        }
    }
}

async fn come_back(request: Request, query: RawQuery) -> Result<Response, PageError> {
    let query = query.0.unwrap_or_default();
    let browser = request.cookie(Cookie::Login);
    let core = &request.web.core;
    let answer = match core.finish_login(&query, browser.as_deref(), &request.visitor(), request.now).await {
        Ok(FinishedLogin::Portal { user_name, session, next }) => {
            portal::signed_in(&request, &user_name, &session, next.as_deref()).await
        }
        Ok(FinishedLogin::Clip(signed_in)) => clip::signed_in(&request, &signed_in).await,
        Ok(FinishedLogin::Confirmed { session, next }) => {
            Ok(portal::with_session(&request, &session, portal::next_path(&next).unwrap_or("/account")))
        }
        Ok(FinishedLogin::Check { source, administrator, check }) => {
            source_check::show(request.clone(), &source, &administrator, &check).await
        }
        Err(failed) => fail(&request, failed).await,
    };
    let forgotten = browser.map(|_| Cookie::Login.forget(&request.web));
    answer.map(|answer| with_cookie(answer, forgotten))
}

/// The page that the login began on, with what went wrong.
async fn fail(request: &Request, failed: FailedLogin) -> Result<Response, PageError> {
    let FailedLogin { purpose, provider, failure } = failed;
    let name = provider.map(|provider| provider.name).unwrap_or_default();
    let problem = match failure {
        LoginFailure::Core(error) => return Err(request.fail(&error)),
        LoginFailure::Clip(error) => return clip::refused(request, "", *error).await,
        LoginFailure::Lost => ProviderProblem::Lost,
        LoginFailure::Cancelled => ProviderProblem::Cancelled,
        LoginFailure::NotFresh => ProviderProblem::NotFresh,
        LoginFailure::Unavailable => ProviderProblem::Unavailable,
        LoginFailure::NotAccepted(code) => ProviderProblem::NotAccepted(code),
        LoginFailure::Stranger => ProviderProblem::Stranger,
        LoginFailure::NameTaken => ProviderProblem::NameTaken,
        LoginFailure::NoName => ProviderProblem::NotAccepted("no-user-name".to_owned()),
        LoginFailure::Disabled => ProviderProblem::Disabled,
        LoginFailure::OtherPerson => ProviderProblem::OtherPerson,
    };
    let status = match problem {
        ProviderProblem::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
        _ => StatusCode::UNPROCESSABLE_ENTITY,
    };
    let error = SignInError::Provider { name, problem };
    // A login that nobody knows any more began on the page that this browser has.
    let is_clip = match purpose {
        Some(LoginPurpose::Clip(_)) => true,
        Some(LoginPurpose::Portal { .. } | LoginPurpose::Confirmation { .. } | LoginPurpose::Check { .. }) => false,
        None => request.cookie(Cookie::Visit).is_some(),
    };
    if is_clip {
        return clip::show_error(request, status, error).await;
    }
    let next = match purpose {
        Some(LoginPurpose::Portal { next, .. }) => next,
        _ => None,
    };
    portal::sign_in_page(request, status, error, next).await
}

/// Begins a login on a shared device's page.
pub(super) async fn begin_on_clip(
    request: &Request,
    source: &str,
    visit: baton_core::clip::Visit,
) -> Result<Result<Response, SignInError>, PageError> {
    let begun = request
        .web
        .core
        .begin_login(&SourceId::from(source), LoginPurpose::Clip(visit), &request.visitor(), request.now)
        .await;
    match begun {
        Ok(begun) => Ok(Ok(leave(request, &begun))),
        Err(error) => not_begun(request, error).map(Err),
    }
}

/// For the handlers of the clip: what its page says of a refusal.
pub(super) fn directories_down(names: &[String]) -> SignInError {
    SignInError::DirectoryDown { names: names.join(", ") }
}
