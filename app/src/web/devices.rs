//! The portal's device pages: what its holder may do to a device, asking for it, and what came of it (I1, E7).

use axum::{Router, extract::Path, http::StatusCode, response::Response, routing::get};
use baton_core::{
    CoreError, FieldError,
    actions::{ActionError, ActionForm, Requested, needs_confirmation},
    devices::MyDeviceDetail,
};
use baton_policy::{Action, EnrollmentType, alternative};

use super::{
    Fields, SignedInPerson, Web, actions,
    answer::{PageError, page, see_other, with_cookie, with_flash},
    confirmation::{Proved, confirmation, prove},
    context::moment,
    cookies::Cookie,
    words,
};
use crate::{
    pages::{
        action::AskView,
        portal::{
            action::{ask_in_portal, refused_in_portal},
            device::{MyDeviceView, my_device},
        },
    },
    shell::console::Flash,
    ui::action,
};

type Answer = Result<Response, PageError>;

pub(super) fn routes() -> Router<Web> {
    Router::new()
        .route("/devices/{id}", get(show))
        .route("/devices/{id}/found", get(to_device).post(take_found))
        .route("/devices/{id}/orders/{command}/withdraw", get(to_device_of_order).post(take_withdraw))
        .route("/devices/{id}/{action}", get(show_action).post(take_action))
}

fn path_of(id: &str) -> String {
    format!("/devices/{id}")
}

async fn to_device(_: SignedInPerson, Path(id): Path<String>) -> Response {
    see_other(&path_of(&id))
}

async fn to_device_of_order(_: SignedInPerson, Path((id, _)): Path<(String, String)>) -> Response {
    see_other(&path_of(&id))
}

async fn detail(signed_in: &SignedInPerson, id: &str) -> Result<MyDeviceDetail, PageError> {
    let request = &signed_in.request;
    let found = request.web.core.my_device(&signed_in.person, &id.into()).await;
    found.map_err(|error| request.fail(&error))
}

async fn show(signed_in: SignedInPerson, Path(id): Path<String>) -> Answer {
    let request = &signed_in.request;
    let found = detail(&signed_in, &id).await?;
    let device = &found.device;
    let (frame, flash) = (&request.frame, signed_in.flash());
    let view = MyDeviceView {
        person: signed_in.view(),
        id: id.clone(),
        name: device.name.clone(),
        model: words::model_and_system(device),
        shared: device.shared,
        is_user_enrollment: device.enrollment_type == EnrollmentType::User,
        reported_lost: device.reported_lost_at.and_then(moment),
        actions: actions::view(frame, &path_of(&id), &found.actions),
        orders: actions::orders(frame, &found.actions),
        items: found.items.iter().map(|line| words::line(frame.texts(), line)).collect(),
        flash,
    };
    let forgotten = flash.map(|_| Cookie::Flash.forget(&request.web));
    Ok(with_cookie(page(StatusCode::OK, my_device(frame, &view)), forgotten))
}

fn action_of(signed_in: &SignedInPerson, slug: &str) -> Result<Action, PageError> {
    action::from_slug(slug).ok_or_else(|| signed_in.request.fail(&CoreError::NotFound("action")))
}

async fn show_action(signed_in: SignedInPerson, Path((id, slug)): Path<(String, String)>) -> Answer {
    let action = action_of(&signed_in, &slug)?;
    let found = detail(&signed_in, &id).await?;
    let Some(offer) = found.actions.offer(action) else { return Ok(see_other(&path_of(&id))) };
    if offer.decision.permits() {
        return ask_page(&signed_in, &found, action, StatusCode::OK, None, None).await;
    }
    let (frame, path) = (&signed_in.request.frame, path_of(&id));
    let what = (action, offer.decision, offer.alternative);
    let view = actions::refused(frame, &found.device, what, &path, &path);
    Ok(page(StatusCode::FORBIDDEN, refused_in_portal(frame, &signed_in.view(), &view)))
}

async fn ask_page(
    signed_in: &SignedInPerson,
    found: &MyDeviceDetail,
    action: Action,
    status: StatusCode,
    sent: Option<(&ActionForm, &[FieldError])>,
    refused: Option<&'static str>,
) -> Answer {
    let view = ask_view(signed_in, found, action, sent, refused).await?;
    Ok(shown(signed_in, found, status, view))
}

fn shown(signed_in: &SignedInPerson, found: &MyDeviceDetail, status: StatusCode, view: Option<AskView>) -> Response {
    match view {
        Some(view) => page(status, ask_in_portal(&signed_in.request.frame, &signed_in.view(), &view)),
        None => see_other(&path_of(found.device.id.as_str())),
    }
}

/// The form; `None` when the action is not offered.
async fn ask_view(
    signed_in: &SignedInPerson,
    found: &MyDeviceDetail,
    action: Action,
    sent: Option<(&ActionForm, &[FieldError])>,
    refused: Option<&'static str>,
) -> Result<Option<AskView>, PageError> {
    let (frame, path) = (&signed_in.request.frame, path_of(found.device.id.as_str()));
    let Some(offer) = found.actions.offer(action) else { return Ok(None) };
    let place = actions::Where { path: format!("{path}/{}", action::slug(action)), back: &path };
    let mut view = actions::ask(frame, &found.device, offer, true, place, sent);
    view.refused = refused.map(str::to_owned);
    if needs_confirmation(action) {
        view.confirmation = confirmation(&signed_in.request, &signed_in.person).await?;
    }
    Ok(Some(view))
}

async fn take_action(signed_in: SignedInPerson, Path((id, slug)): Path<(String, String)>, fields: Fields) -> Answer {
    let proved = prove(&signed_in.request, &signed_in.person, &fields).await?;
    let request = signed_in.request.clone();
    let signed_in = SignedInPerson { person: proved.person.clone(), ..signed_in };
    proved.finish(&request, take_proved(signed_in, &proved, (id, slug), &fields).await)
}

async fn take_proved(
    signed_in: SignedInPerson,
    proved: &Proved,
    (id, slug): (String, String),
    fields: &Fields,
) -> Answer {
    let action = action_of(&signed_in, &slug)?;
    let request = &signed_in.request;
    let form = actions::form(action, fields);
    let device = id.as_str().into();
    let asked = request.web.core.request_action(&signed_in.person.actor(), &device, &form, request.now).await;
    let t = request.frame.texts();
    match asked {
        Ok(requested) => {
            let flash = match requested {
                Requested::Done => Flash::ActionDone,
                Requested::Queued => Flash::ActionQueued,
                Requested::Held => Flash::ActionHeld,
            };
            // The device's page is gone as soon as its management is.
            let path = if action::is_destructive(action) { "/".to_owned() } else { path_of(&id) };
            Ok(with_flash(&request.web, see_other(&path), flash))
        }
        Err(ActionError::Core(CoreError::Unconfirmed)) => {
            let found = detail(&signed_in, &id).await?;
            let (status, confirmation) = proved.again(request).await?;
            let view = ask_view(&signed_in, &found, action, Some((&form, &[])), None).await?;
            let view = view.map(|view| AskView { confirmation: Some(confirmation), ..view });
            Ok(shown(&signed_in, &found, status, view))
        }
        Err(ActionError::Denied(decision)) => {
            // Also for a device of somebody else, whose page they do not see; it is not named then.
            let found = request.web.core.my_device(&signed_in.person, &device).await;
            let found = found.map_err(|error| match error {
                CoreError::NotFound(_) => request.forbidden(),
                other => request.fail(&other),
            })?;
            let instead = alternative(action, &found.actions.facts, &found.actions.actor);
            let path = path_of(&id);
            let view = actions::refused(&request.frame, &found.device, (action, decision, instead), &path, &path);
            Ok(page(StatusCode::FORBIDDEN, refused_in_portal(&request.frame, &signed_in.view(), &view)))
        }
        Err(ActionError::NotManaged) => Ok(see_other(&path_of(&id))),
        Err(ActionError::UnderWay) => {
            let found = detail(&signed_in, &id).await?;
            let sent = Some((&form, [].as_slice()));
            ask_page(&signed_in, &found, action, StatusCode::CONFLICT, sent, Some(t.action_under_way)).await
        }
        Err(ActionError::NoUnlockToken) => {
            let found = detail(&signed_in, &id).await?;
            let sent = Some((&form, [].as_slice()));
            ask_page(&signed_in, &found, action, StatusCode::CONFLICT, sent, Some(t.action_no_token)).await
        }
        Err(ActionError::SameAdministrator) => Err(request.forbidden()),
        Err(ActionError::Core(CoreError::Invalid(errors))) => {
            let found = detail(&signed_in, &id).await?;
            let sent = Some((&form, errors.as_slice()));
            ask_page(&signed_in, &found, action, StatusCode::UNPROCESSABLE_ENTITY, sent, None).await
        }
        Err(ActionError::Core(error)) => Err(request.fail(&error)),
    }
}

async fn take_found(signed_in: SignedInPerson, Path(id): Path<String>) -> Answer {
    let request = &signed_in.request;
    let found = request.web.core.report_found(&signed_in.person.actor(), &id.as_str().into(), request.now).await;
    settled(&signed_in, &id, found, Flash::Found)
}

async fn take_withdraw(signed_in: SignedInPerson, Path((id, command)): Path<(String, String)>) -> Answer {
    let request = &signed_in.request;
    let (device, command) = (id.as_str().into(), command.as_str().into());
    let withdrawn = request.web.core.withdraw_order(&signed_in.person.actor(), &device, &command, request.now).await;
    settled(&signed_in, &id, withdrawn, Flash::ActionWithdrawn)
}

fn settled(signed_in: &SignedInPerson, id: &str, result: Result<(), ActionError>, flash: Flash) -> Answer {
    let request = &signed_in.request;
    match result {
        Ok(()) => Ok(with_flash(&request.web, see_other(&path_of(id)), flash)),
        // The page shows how it stands now.
        Err(ActionError::Core(CoreError::Stale)) => Ok(see_other(&path_of(id))),
        Err(ActionError::Core(error)) => Err(request.fail(&error)),
        Err(_) => Err(request.forbidden()),
    }
}
