//! Portal: signing in and out, first start, *My devices*.

use axum::{Router, extract::Path, http::StatusCode, response::Response, routing::get};
use baton_core::{
    CoreError, FieldError,
    accounts::{AdministratorForm, NewSession, SetUpError, SignInError as CoreSignInError},
};

use super::{
    Fields, Request, SignedInPerson, Web,
    answer::{PageError, page, see_other, with_cookie, with_retry_after},
    context::moment,
    cookies::Cookie,
    provider, words,
};
use crate::{
    pages::{
        clip::sign_in::SignInError,
        portal::{
            home::{HomeView, MyDevice, home},
            set_up::{SetUpClosed, SetUpView, set_up, set_up_closed},
            sign_in::{Arrival, PortalSignInView, portal_sign_in},
        },
    },
    ui::{form::Input, item::ItemState},
};

pub(super) fn routes() -> Router<Web> {
    Router::new()
        .route("/", get(show_home))
        .route("/sign-in", get(show_sign_in).post(take_sign_in))
        .route("/sign-out", get(to_home).post(take_sign_out))
        .route("/setup/{secret}", get(show_set_up).post(take_set_up))
}

async fn to_home() -> Response {
    see_other("/")
}

async fn show_home(signed_in: SignedInPerson) -> Result<Response, PageError> {
    let request = &signed_in.request;
    let devices = request.web.core.my_devices(&signed_in.person).await;
    let devices = devices.map_err(|error| request.fail(&error))?;
    let flash = signed_in.flash();
    let view = HomeView {
        flash,
        person: signed_in.view(),
        devices: devices
            .iter()
            .filter_map(|device| {
                Some(MyDevice {
                    id: device.device.id.to_string(),
                    name: device.device.name.clone(),
                    model: device.device.model_name.clone().unwrap_or_else(|| "iPhone".to_owned()),
                    since: moment(device.device.held_since)?,
                    shared: device.device.shared,
                    state: device
                        .least
                        .as_ref()
                        .map_or(ItemState::Installed, |line| words::line(request.frame.texts(), line).state),
                })
            })
            .collect(),
    };
    let forgotten = flash.map(|_| Cookie::Flash.forget(&request.web));
    Ok(with_cookie(page(StatusCode::OK, home(&request.frame, &view)), forgotten))
}

async fn show_sign_in(request: Request, query: axum::extract::RawQuery) -> Result<Response, PageError> {
    let query = Fields::parse(query.0.unwrap_or_default().as_bytes());
    if request.person().await?.is_some() {
        return Ok(see_other(next_path(query.get("next")).unwrap_or("/")));
    }
    let arrival = match query.get("arrival") {
        "signed-out" => Some(Arrival::SignedOut),
        _ if !query.get("next").is_empty() && query.get("next") != "/" => Some(Arrival::SessionNeeded),
        _ => None,
    };
    let next = next_path(query.get("next")).map(str::to_owned);
    let providers = provider::choices(&request).await?;
    let passkeys = request.web.core.has_passkeys();
    let view = PortalSignInView { arrival, next, providers, passkeys, ..PortalSignInView::default() };
    Ok(page(StatusCode::OK, portal_sign_in(&request.frame, &view)))
}

async fn take_sign_in(request: Request, fields: Fields) -> Result<Response, PageError> {
    let (user_name, password) = (fields.get("username"), fields.get("password"));
    let next = next_path(fields.get("next"));
    let providers = provider::choices(&request).await?;
    let again = |status: StatusCode, error: SignInError| {
        let view = PortalSignInView {
            user_name: user_name.to_owned(),
            error: Some(error),
            next: next.map(str::to_owned),
            providers: providers.clone(),
            passkeys: request.web.core.has_passkeys(),
            ..PortalSignInView::default()
        };
        page(status, portal_sign_in(&request.frame, &view))
    };
    if user_name.trim().is_empty() || password.is_empty() {
        return Ok(again(StatusCode::UNPROCESSABLE_ENTITY, SignInError::Incomplete));
    }
    end_former(&request).await?;
    match request.web.core.sign_in(user_name, password, &request.visitor(), request.now).await {
        Ok(session) => {
            // Not by what was typed: a directory may take several names for one person.
            known_here(&request, &session.user_name, with_session(&request, &session, next.unwrap_or("/")))
        }
        Err(CoreSignInError::Throttled { seconds }) => {
            Ok(with_retry_after(again(StatusCode::TOO_MANY_REQUESTS, SignInError::Throttled { seconds }), seconds))
        }
        Err(CoreSignInError::WrongOrUnreachable { directories }) => {
            Ok(again(StatusCode::UNPROCESSABLE_ENTITY, provider::directories_down(&directories)))
        }
        Err(CoreSignInError::Wrong) => Ok(again(StatusCode::UNPROCESSABLE_ENTITY, SignInError::WrongCredentials)),
        Err(CoreSignInError::Busy) => Ok(again(StatusCode::SERVICE_UNAVAILABLE, SignInError::Busy)),
        Err(CoreSignInError::Core(error)) => Err(request.fail(&error)),
    }
}

/// The sign-in page after a provider said no.
pub(super) async fn sign_in_page(
    request: &Request,
    status: StatusCode,
    error: SignInError,
    next: Option<String>,
) -> Result<Response, PageError> {
    let providers = provider::choices(request).await?;
    let passkeys = request.web.core.has_passkeys();
    let view = PortalSignInView { error: Some(error), next, providers, passkeys, ..PortalSignInView::default() };
    Ok(page(status, portal_sign_in(&request.frame, &view)))
}

/// After a login with a provider.
pub(super) async fn signed_in(
    request: &Request,
    user_name: &str,
    session: &NewSession,
    next: Option<&str>,
) -> Result<Response, PageError> {
    end_former(request).await?;
    known_here(request, user_name, with_session(request, session, next.and_then(next_path).unwrap_or("/")))
}

/// Whoever signs in anew leaves the session before: a stolen one must not live on under another person's page.
async fn end_former(request: &Request) -> Result<(), PageError> {
    let Some(before) = request.cookie(Cookie::Portal) else { return Ok(()) };
    request.web.core.end_session(&before).await.map_err(|error| request.fail(&error))
}

async fn take_sign_out(request: Request) -> Result<Response, PageError> {
    let mut ended = None;
    if let Some(secret) = request.cookie(Cookie::Portal) {
        let core = &request.web.core;
        ended = core.provider_logout(&secret, "/sign-in", request.now).await.map_err(|error| request.fail(&error))?;
        core.end_session(&secret).await.map_err(|error| request.fail(&error))?;
    }
    let answer = provider::after_sign_out(&request, ended, "/sign-in?arrival=signed-out");
    Ok(with_cookie(answer, Some(Cookie::Portal.forget(&request.web))))
}

async fn show_set_up(request: Request, Path(secret): Path<String>) -> Result<Response, PageError> {
    let valid = request.web.core.set_up_link_is_valid(&secret).await.map_err(|error| request.fail(&error))?;
    if !valid {
        return closed(&request).await;
    }
    Ok(page(StatusCode::OK, set_up(&request.frame, &set_up_view(&secret, &AdministratorForm::default(), &[]))))
}

async fn take_set_up(request: Request, Path(secret): Path<String>, fields: Fields) -> Result<Response, PageError> {
    let form = AdministratorForm {
        user_name: fields.get("userName").to_owned(),
        display_name: fields.get("displayName").to_owned(),
        password: fields.get("password").to_owned(),
        repeated: fields.get("repeated").to_owned(),
    };
    match request.web.core.create_first_administrator(&secret, &form, &request.visitor(), request.now).await {
        Ok(session) => known_here(&request, &form.user_name, with_session(&request, &session, "/admin")),
        Err(SetUpError::LinkInvalid) => closed(&request).await,
        Err(SetUpError::Core(CoreError::Invalid(errors))) => {
            let view = set_up_view(&secret, &form, &errors);
            Ok(page(StatusCode::UNPROCESSABLE_ENTITY, set_up(&request.frame, &view)))
        }
        Err(SetUpError::Core(error)) => Err(request.fail(&error)),
    }
}

/// A link that was used tells so; one that never was says no more than that.
async fn closed(request: &Request) -> Result<Response, PageError> {
    let is_set_up = request.web.core.is_set_up().await.map_err(|error| request.fail(&error))?;
    let (status, why) =
        if is_set_up { (StatusCode::GONE, SetUpClosed::Used) } else { (StatusCode::NOT_FOUND, SetUpClosed::Expired) };
    Ok(page(status, set_up_closed(&request.frame, why)))
}

fn set_up_view(secret: &str, form: &AdministratorForm, errors: &[FieldError]) -> SetUpView {
    SetUpView {
        token: secret.to_owned(),
        user_name: words::input(errors, "userName", &form.user_name),
        display_name: words::input(errors, "displayName", &form.display_name),
        password: Input { value: String::new(), ..words::input(errors, "password", "") },
        repeated: Input { value: String::new(), ..words::input(errors, "repeated", "") },
        shortest_password: baton_core::SHORTEST_PASSWORD,
    }
}

pub(super) fn with_session(request: &Request, session: &NewSession, path: &str) -> Response {
    with_cookie(see_other(path), Cookie::Portal.set(&request.web, &session.secret, session.expires_at))
}

/// The same answer, by which this browser becomes one that the person is known in.
pub(super) fn known_here(request: &Request, user_name: &str, answer: Response) -> Result<Response, PageError> {
    let before = request.cookie(Cookie::Known);
    let known = request.web.core.known_browser(before.as_deref(), user_name, request.now);
    let (value, until) = known.map_err(|error| request.fail(&error))?;
    Ok(with_cookie(answer, Cookie::Known.set(&request.web, &value, until)))
}

/// A path on this server, and nothing that a browser might read as another site.
pub(super) fn next_path(next: &str) -> Option<&str> {
    let is_path = next.starts_with('/') && !next.starts_with("//") && !next.contains(['\\', '\n', '\r', '\t']);
    // An icon's address would put another phone's page into this browser, and a link for the first start has its own form.
    let is_own = !["/clip", "/setup"].iter().any(|place| next.starts_with(place));
    Some(next).filter(|_| is_path && is_own)
}

#[cfg(test)]
mod tests {
    use super::next_path;

    #[test]
    fn only_paths_of_this_server_are_followed() {
        assert_eq!(next_path("/admin/devices?q=a"), Some("/admin/devices?q=a"));
        for foreign in [
            "",
            "https://evil.example",
            "//evil.example",
            "/\\evil.example",
            "/\t/evil.example",
            "admin",
            "/clip/secret",
            "/setup/x",
        ] {
            assert_eq!(next_path(foreign), None, "{foreign}");
        }
    }
}
