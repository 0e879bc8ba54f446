//! Actions on a device from the console (E7, E9): asking for one, releasing a wipe from its brake, taking one back.

use axum::{Router, extract::Path, http::StatusCode, response::Response, routing::get};
use baton_core::{
    CoreError, FieldError,
    actions::{ActionError, ActionForm, Requested, needs_confirmation},
    devices::DeviceDetail,
};
use baton_model::Device;
use baton_policy::{Action, alternative};

use super::desk::Answer;
use crate::{
    pages::{
        action::AskView,
        admin::{
            action::{ask_in_console, refused_in_console},
            confirm::{Confirm, confirm_with},
            device::actions::DeviceActionsView,
        },
    },
    shell::console::{Flash, Section},
    ui::action,
    web::{
        Console, Fields, Web, actions,
        answer::{PageError, see_other},
        confirmation::{Proved, prove},
        context::moment,
    },
};

const SECTION: Section = Section::Devices;

pub fn routes() -> Router<Web> {
    Router::new()
        .route("/admin/devices/{id}/actions/{action}", get(show).post(take))
        .route("/admin/devices/{id}/found", get(to_device).post(take_found))
        .route("/admin/devices/{id}/orders/{command}/{what}", get(to_device_of_order).post(take_order))
}

fn path_of(id: &str) -> String {
    format!("/admin/devices/{id}")
}

fn base_of(id: &str) -> String {
    format!("/admin/devices/{id}/actions")
}

async fn to_device(_: Console, Path(id): Path<String>) -> Response {
    see_other(&path_of(&id))
}

async fn to_device_of_order(_: Console, Path((id, _, _)): Path<(String, String, String)>) -> Response {
    see_other(&path_of(&id))
}

/// The panel on the device's page.
pub(super) fn view(console: &Console, detail: &DeviceDetail) -> DeviceActionsView {
    let frame = console.frame();
    let may_write = detail.actions.offer(Action::Lock).is_some_and(|offer| offer.decision.permits());
    DeviceActionsView {
        actions: actions::view(frame, &base_of(detail.device.id.as_str()), &detail.actions),
        orders: actions::orders(frame, &detail.actions),
        reported_lost: detail.device.reported_lost_at.and_then(moment),
        may_find: detail.actions.offer(Action::ReportLost).is_some_and(|offer| offer.decision.permits()),
        mail: detail.holder.email.clone().filter(|_| may_write && !detail.holder.is_nobody()),
    }
}

async fn detail(console: &Console, id: &str) -> Result<DeviceDetail, PageError> {
    let detail = console.core().device_detail(&console.actor, &id.into(), console.now()).await;
    console.ask(SECTION, detail)
}

fn action_of(console: &Console, slug: &str) -> Result<Action, PageError> {
    action::from_slug(slug).ok_or_else(|| console.fail(SECTION, &CoreError::NotFound("action")))
}

async fn show(console: Console, Path((id, slug)): Path<(String, String)>) -> Answer {
    let action = action_of(&console, &slug)?;
    let found = detail(&console, &id).await?;
    let Some(offer) = found.actions.offer(action) else { return Ok(see_other(&path_of(&id))) };
    if offer.decision.permits() {
        return ask_page(&console, &found, action, StatusCode::OK, None, None).await;
    }
    Ok(refused_page(&console, &found.device, (action, offer.decision, offer.alternative)))
}

fn refused_page(
    console: &Console,
    device: &Device,
    what: (Action, baton_policy::Decision, Option<baton_policy::Alternative>),
) -> Response {
    let id = device.id.as_str();
    let view = actions::refused(console.frame(), device, what, &base_of(id), &path_of(id));
    console.page(StatusCode::FORBIDDEN, refused_in_console(console.frame(), &console.chrome, &view))
}

async fn ask_page(
    console: &Console,
    found: &DeviceDetail,
    action: Action,
    status: StatusCode,
    sent: Option<(&ActionForm, &[FieldError])>,
    refused: Option<&'static str>,
) -> Answer {
    let view = ask_view(console, found, action, sent, refused).await?;
    Ok(shown(console, found, status, view))
}

fn shown(console: &Console, found: &DeviceDetail, status: StatusCode, view: Option<AskView>) -> Response {
    match view {
        Some(view) => console.page(status, ask_in_console(console.frame(), &console.chrome, &view)),
        None => see_other(&path_of(found.device.id.as_str())),
    }
}

/// The form; `None` when the action is not offered.
async fn ask_view(
    console: &Console,
    found: &DeviceDetail,
    action: Action,
    sent: Option<(&ActionForm, &[FieldError])>,
    refused: Option<&'static str>,
) -> Result<Option<AskView>, PageError> {
    let id = found.device.id.as_str();
    let Some(offer) = found.actions.offer(action) else { return Ok(None) };
    let back = path_of(id);
    let place = actions::Where { path: format!("{}/{}", base_of(id), action::slug(action)), back: &back };
    let is_own = console.actor.user_id() == Some(&found.device.holder_id);
    let mut view = actions::ask(console.frame(), &found.device, offer, is_own, place, sent);
    view.refused = refused.map(str::to_owned);
    if needs_confirmation(action) {
        view.confirmation = console.confirmation().await?;
    }
    Ok(Some(view))
}

async fn take(console: Console, Path((id, slug)): Path<(String, String)>, fields: Fields) -> Answer {
    let proved = prove(&console.request, &console.person, &fields).await?;
    let request = console.request.clone();
    proved.finish(&request, take_proved(console.proved(&proved), &proved, &id, &slug, &fields).await)
}

async fn take_proved(console: Console, proved: &Proved, id: &str, slug: &str, fields: &Fields) -> Answer {
    let action = action_of(&console, slug)?;
    let form = actions::form(action, fields);
    let asked = console.core().request_action(&console.actor, &id.into(), &form, console.now()).await;
    let t = console.t();
    match asked {
        Ok(requested) => {
            let flash = match requested {
                Requested::Done => Flash::ActionDone,
                Requested::Queued => Flash::ActionQueued,
                Requested::Held => Flash::ActionHeld,
            };
            Ok(console.done(&path_of(id), flash))
        }
        Err(ActionError::Core(CoreError::Unconfirmed)) => {
            let found = detail(&console, id).await?;
            let (status, confirmation) = proved.again(&console.request).await?;
            let view = ask_view(&console, &found, action, Some((&form, &[])), None).await?;
            let view = view.map(|view| AskView { confirmation: Some(confirmation), ..view });
            Ok(shown(&console, &found, status, view))
        }
        Err(ActionError::Denied(decision)) => {
            let found = detail(&console, id).await?;
            let instead = alternative(action, &found.actions.facts, &found.actions.actor);
            Ok(refused_page(&console, &found.device, (action, decision, instead)))
        }
        Err(ActionError::NotManaged) => Ok(see_other(&path_of(id))),
        Err(ActionError::UnderWay) => {
            again(&console, id, &form, (StatusCode::CONFLICT, &[]), Some(t.action_under_way)).await
        }
        Err(ActionError::NoUnlockToken) => {
            again(&console, id, &form, (StatusCode::CONFLICT, &[]), Some(t.action_no_token)).await
        }
        Err(ActionError::Core(CoreError::Invalid(errors))) => {
            again(&console, id, &form, (StatusCode::UNPROCESSABLE_ENTITY, &errors), None).await
        }
        Err(error) => Err(failed(&console, &error)),
    }
}

/// The form once more, with what is wrong.
async fn again(
    console: &Console,
    id: &str,
    form: &ActionForm,
    (status, errors): (StatusCode, &[FieldError]),
    refused: Option<&'static str>,
) -> Answer {
    let found = detail(console, id).await?;
    ask_page(console, &found, form.action, status, Some((form, errors)), refused).await
}

async fn take_found(console: Console, Path(id): Path<String>) -> Answer {
    let found = console.core().report_found(&console.actor, &id.as_str().into(), console.now()).await;
    match found {
        Ok(()) => Ok(console.done(&path_of(&id), Flash::Found)),
        Err(error) => Err(failed(&console, &error)),
    }
}

async fn take_order(
    console: Console,
    Path((id, command, what)): Path<(String, String, String)>,
    fields: Fields,
) -> Answer {
    let proved = prove(&console.request, &console.person, &fields).await?;
    let request = console.request.clone();
    proved.finish(&request, order(console.proved(&proved), &proved, (id, command, what)).await)
}

async fn order(console: Console, proved: &Proved, (id, command, what): (String, String, String)) -> Answer {
    let (device, command) = (id.as_str().into(), command.as_str().into());
    let (core, actor, now) = (console.core(), &console.actor, console.now());
    let (done, flash) = match what.as_str() {
        "release" => (core.release_order(actor, &device, &command, now).await, Flash::ActionReleased),
        "withdraw" => (core.withdraw_order(actor, &device, &command, now).await, Flash::ActionWithdrawn),
        "erased" => (core.confirm_erased(actor, &device, &command, now).await, Flash::ActionDone),
        _ => return Err(console.fail(SECTION, &CoreError::NotFound("order"))),
    };
    match done {
        Ok(()) => Ok(console.done(&path_of(&id), flash)),
        Err(ActionError::Core(CoreError::Unconfirmed)) => {
            let found = detail(&console, &id).await?;
            let (status, confirmation) = proved.again(&console.request).await?;
            let what = Confirm::ReleaseWipe { id, command: command.to_string(), name: found.device.name };
            Ok(console.page(status, confirm_with(console.frame(), &console.chrome, &what, Some(&confirmation))))
        }
        Err(error) => Err(failed(&console, &error)),
    }
}

/// The page for what a form of a single button came to.
fn failed(console: &Console, error: &ActionError) -> PageError {
    use crate::pages::admin::problem::ConsoleProblem;

    match error {
        ActionError::Core(error) => console.fail(SECTION, error),
        ActionError::Denied(_) | ActionError::SameAdministrator => {
            console.problem(SECTION, StatusCode::FORBIDDEN, &ConsoleProblem::Forbidden).into()
        }
        ActionError::NotManaged | ActionError::UnderWay | ActionError::NoUnlockToken => {
            console.problem(SECTION, StatusCode::CONFLICT, &ConsoleProblem::Stale).into()
        }
    }
}
