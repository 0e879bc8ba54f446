//! Asking for an action.

use baton_model::{DeviceId, DeviceState, Order, Timestamp, UserId};
use baton_policy::Action;
use serde_json::json;

use super::{
    ActionError, ActionForm, OFFERED, Requested, brake, event_name,
    gate::{self, Gate},
    is_destructive, needs_a_reason, needs_confirmation, place,
};
use crate::{
    Actor, Core, CoreError, FieldError, FieldProblem,
    accounts::check_text,
    audit::{self, Event},
};

/// The most characters of a reason.
const MAX_REASON: usize = 300;
/// The most characters of a text on the lock screen.
const MAX_MESSAGE: usize = 200;
/// The most characters of a number on the lock screen.
const MAX_PHONE_NUMBER: usize = 40;
/// The most characters of a name.
const MAX_NAME: usize = 100;

impl Core {
    /// Takes on an action, if it is allowed: what needs no device is done at once, the rest is queued, and a wipe above
    /// the brake's threshold waits for a second administrator.
    ///
    /// # Errors
    /// [`ActionError`]; [`CoreError::Unconfirmed`] for what needs a proof ([`needs_confirmation`]).
    pub async fn request_action(
        &self,
        actor: &Actor,
        id: &DeviceId,
        form: &ActionForm,
        now: Timestamp,
    ) -> Result<Requested, ActionError> {
        let action = form.action;
        if !OFFERED.contains(&action) {
            return Err(CoreError::NotFound("action").into());
        }
        let device = self.store().read().await?.find_device(id).await?.ok_or(CoreError::NotFound("device"))?;
        let (decision, user) = gate::at_request(action, &device, actor);
        let Some(user) = user.filter(|_| decision.permits()) else {
            return Err(gate::refuse(self, actor, action, &device, decision, Gate::Request, now).await);
        };
        if device.state != DeviceState::Enrolled {
            return Err(ActionError::NotManaged);
        }
        if needs_confirmation(action) {
            self.require_confirmed(actor, Event::new(event_name(action), "device", id.as_str()), now).await?;
        }
        let errors = check(form, device.holder_id == *user);
        if !errors.is_empty() {
            return Err(CoreError::Invalid(errors).into());
        }
        self.take_on(actor, user, id, form, now).await
    }

    async fn take_on(
        &self,
        actor: &Actor,
        user: &UserId,
        id: &DeviceId,
        form: &ActionForm,
        now: Timestamp,
    ) -> Result<Requested, ActionError> {
        let action = form.action;
        let mut tx = self.store().begin().await?;
        let device = tx.lock_device(id).await?.ok_or(CoreError::NotFound("device"))?;
        let decision = gate::at_queueing(&mut tx, action, &device, user).await?;
        if !decision.permits() {
            drop(tx);
            return Err(gate::refuse(self, actor, action, &device, decision, Gate::Queueing, now).await);
        }
        if device.state != DeviceState::Enrolled {
            return Err(ActionError::NotManaged);
        }
        let reason = Some(form.reason.trim()).filter(|reason| !reason.is_empty()).map(str::to_owned);
        let order = Order { action, actor_id: user.clone(), approver_id: None, reason };
        let held = action == Action::Wipe && brake::must_wait(self, &mut tx, &device, user, now).await?;
        let requested = place::place(self, &mut tx, &device, &order, form, held, now).await?;
        let event = Event::new(event_name(action), "device", id.as_str());
        audit::record(&mut tx, actor, event.with(detail(&device.name, &order, form, held)), true, now).await?;
        tx.commit().await?;
        self.hint_work();
        Ok(requested)
    }

    /// Says that a device that was reported lost is found.
    ///
    /// # Errors
    /// [`ActionError`]. Who may report it lost may say that it is found.
    pub async fn report_found(&self, actor: &Actor, id: &DeviceId, now: Timestamp) -> Result<(), ActionError> {
        let mut tx = self.store().begin().await?;
        let device = tx.lock_device(id).await?.ok_or(CoreError::NotFound("device"))?;
        let (decision, _) = gate::at_request(Action::ReportLost, &device, actor);
        if !decision.permits() {
            drop(tx);
            let refused = gate::refuse(self, actor, Action::ReportLost, &device, decision, Gate::Request, now);
            return Err(refused.await);
        }
        if device.reported_lost_at.is_none() {
            return Ok(());
        }
        tx.set_reported_lost(id, None).await?;
        audit::record(&mut tx, actor, Event::new("device.report-found", "device", id.as_str()), true, now).await?;
        tx.commit().await?;
        Ok(())
    }
}

/// What is wrong with the fields that the action uses.
fn check(form: &ActionForm, is_own: bool) -> Vec<FieldError> {
    let mut errors = Vec::new();
    match form.action {
        Action::Rename => errors.extend(check_text("name", &form.name, MAX_NAME)),
        Action::Lock | Action::EnableLostMode => {
            errors.extend(check_optional("message", &form.message, MAX_MESSAGE));
            errors.extend(check_optional("phoneNumber", &form.phone_number, MAX_PHONE_NUMBER));
            // Apple wants one of the two in lost mode; without a text nobody knows what to do with the phone.
            if form.action == Action::EnableLostMode && form.message.trim().is_empty() {
                errors.push(FieldError::new("message", FieldProblem::Missing));
            }
        }
        _ => {}
    }
    if needs_a_reason(form.action) && !is_own {
        errors.extend(check_text("reason", &form.reason, MAX_REASON));
    } else {
        errors.extend(check_optional("reason", &form.reason, MAX_REASON));
    }
    if is_destructive(form.action) && !form.is_confirmed {
        errors.push(FieldError::new("confirmed", FieldProblem::Missing));
    }
    errors
}

fn check_optional(field: &'static str, text: &str, most: usize) -> Option<FieldError> {
    if text.trim().is_empty() { None } else { check_text(field, text, most) }
}

fn detail(before: &str, order: &Order, form: &ActionForm, held: bool) -> serde_json::Value {
    let mut detail = serde_json::Map::new();
    if let Some(reason) = &order.reason {
        detail.insert("reason".to_owned(), json!(reason));
    }
    if form.action == Action::Rename {
        detail.insert("before".to_owned(), json!(before));
        detail.insert("after".to_owned(), json!(form.name.trim()));
    }
    if held {
        detail.insert("held".to_owned(), json!(true));
    }
    detail.into()
}
