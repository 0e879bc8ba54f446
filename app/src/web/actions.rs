//! Actions on devices as pages show them, for portal and console alike: from the services' words to the pages' words, and
//! from a form to a request.

use baton_core::{
    FieldError,
    actions::{self, ActionForm, DeviceActions, Offer, OrderLine},
};
use baton_model::{CommandKind, CommandStatus, Device};
use baton_policy::{Action, Alternative, Decision, Outcome, ReasonCode, Source as PolicySource};
use time::{OffsetDateTime, format_description::well_known::Rfc3339};

use super::{Fields, admin::phrases, context::moment, words};
use crate::{
    document::Frame,
    locale::Texts,
    pages::action::{AskView, RefusedView},
    ui::{
        actions::{ActionsView, Allowed, Denied, Instead, Source},
        form::Input,
        orders::{OrderRow, Place},
    },
};

/// What may be done to a device, by what is said about it.
pub fn view(frame: &Frame, base: &str, found: &DeviceActions) -> ActionsView {
    let mut allowed = Vec::new();
    let mut denied: Vec<(Decision, Denied)> = Vec::new();
    for offer in &found.offers {
        if offer.decision.permits() {
            allowed.push(Allowed { action: offer.action, limit: limit(frame, offer.decision) });
            continue;
        }
        let action = (offer.action, instead(frame, offer.alternative));
        match denied.iter_mut().find(|(decision, _)| *decision == offer.decision) {
            Some((_, group)) => group.actions.push(action),
            None => {
                let group = Denied {
                    reason: phrases::reason(frame.locale, offer.decision.reason),
                    source: source(offer.decision.source),
                    is_open: offer.decision.outcome == Outcome::Unknown,
                    actions: vec![action],
                };
                denied.push((offer.decision, group));
            }
        }
    }
    ActionsView {
        base: base.to_owned(),
        allowed,
        denied: denied.into_iter().map(|(_, group)| group).collect(),
        facts: found.facts.clone(),
        viewer: found.actor,
    }
}

/// The limit of what is allowed in part only.
fn limit(frame: &Frame, decision: Decision) -> Option<String> {
    (decision.outcome == Outcome::Partial).then(|| phrases::reason(frame.locale, decision.reason))
}

const fn source(source: PolicySource) -> Source {
    match source {
        PolicySource::Apple => Source::Apple,
        PolicySource::Product => Source::Product,
        PolicySource::Organisation | PolicySource::Distribution => Source::Organisation,
    }
}

fn instead(frame: &Frame, alternative: Option<Alternative>) -> Option<Instead> {
    let alternative = alternative?;
    let action = match alternative {
        Alternative::RemoveWorkData => Some(Action::RemoveWorkData),
        Alternative::Lock => Some(Action::Lock),
        Alternative::LostModeFirst => Some(Action::EnableLostMode),
        Alternative::RefreshInventory => Some(Action::RefreshInventory),
        Alternative::OwnerUnlocks
        | Alternative::DoItOnTheDevice
        | Alternative::FindMy
        | Alternative::AskHelpDesk
        | Alternative::AskAdministrator => None,
    };
    Some(Instead { text: phrases::alternative(frame.locale, alternative), action })
}

/// What was asked for lately.
pub fn orders(frame: &Frame, found: &DeviceActions) -> Vec<OrderRow> {
    found.orders.iter().filter_map(|line| order(frame, line)).collect()
}

fn order(frame: &Frame, line: &OrderLine) -> Option<OrderRow> {
    Some(OrderRow {
        id: line.command.to_string(),
        action: line.action,
        status: phrases::command_status(line.status),
        by: line.actor.clone(),
        approver: line.approver.clone(),
        reason: line.reason.clone(),
        at: moment(line.queued_at)?,
        note: note(frame, line),
        place: line.place.as_ref().map(|place| Place {
            latitude: place.latitude,
            longitude: place.longitude,
            accuracy: place.accuracy,
            at: place.at.as_deref().and_then(|at| OffsetDateTime::parse(at, &Rfc3339).ok()),
        }),
        may_release: line.may_release,
        may_withdraw: line.may_withdraw,
        may_confirm: line.may_confirm,
    })
}

/// What to know about where an order stands.
fn note(frame: &Frame, line: &OrderLine) -> Option<String> {
    let t: &Texts = frame.texts();
    Some(match line.status {
        CommandStatus::Queued => t.order_queued_help.to_owned(),
        CommandStatus::NotNow => t.order_not_now_help.to_owned(),
        CommandStatus::Held => t.order_held_help.to_owned(),
        CommandStatus::OutcomeUnknown if line.kind == CommandKind::EraseDevice => t.order_unknown_wipe_help.to_owned(),
        CommandStatus::OutcomeUnknown => t.order_unknown_help.to_owned(),
        CommandStatus::Error => t.order_error_help.to_owned(),
        CommandStatus::Withheld => {
            let reason = line.withheld.as_deref().and_then(|code| code.parse::<ReasonCode>().ok())?;
            phrases::reason(frame.locale, reason)
        }
        CommandStatus::Sent | CommandStatus::Acknowledged | CommandStatus::Superseded | CommandStatus::Lapsed => {
            return None;
        }
    })
}

/// Where an action is asked for, and where it leads back to.
pub struct Where<'a> {
    /// The path of the form.
    pub path: String,
    /// The device's page.
    pub back: &'a str,
}

/// The form of an action, empty or as it was sent.
pub fn ask(
    frame: &Frame,
    device: &Device,
    offer: Offer,
    is_own: bool,
    place: Where<'_>,
    sent: Option<(&ActionForm, &[FieldError])>,
) -> AskView {
    let empty = ActionForm { name: device.name.clone(), ..ActionForm::new(offer.action) };
    let (form, errors) = sent.unwrap_or((&empty, &[]));
    let input = |field: &str, value: &str| -> Input { words::input(errors, field, value) };
    AskView {
        action: offer.action,
        device: device.name.clone(),
        path: place.path,
        back: place.back.to_owned(),
        limit: limit(frame, offer.decision),
        is_user_enrollment: device.enrollment_type == baton_policy::EnrollmentType::User,
        reason: input("reason", &form.reason),
        needs_reason: actions::needs_a_reason(offer.action) && !is_own,
        message: input("message", &form.message),
        phone_number: input("phoneNumber", &form.phone_number),
        name: input("name", &form.name),
        unconfirmed: errors.iter().any(|error| error.field == "confirmed"),
        refused: None,
        confirmation: None,
    }
}

/// The form as it was sent.
pub fn form(action: Action, fields: &Fields) -> ActionForm {
    ActionForm {
        action,
        reason: fields.get("reason").to_owned(),
        message: fields.get("message").to_owned(),
        phone_number: fields.get("phoneNumber").to_owned(),
        name: fields.get("name").to_owned(),
        is_confirmed: fields.is_ticked("confirmed"),
    }
}

/// The page that says why an action is not to be had.
pub fn refused(
    frame: &Frame,
    device: &Device,
    (action, decision, alternative): (Action, Decision, Option<Alternative>),
    base: &str,
    back: &str,
) -> RefusedView {
    RefusedView {
        action,
        device: device.name.clone(),
        back: back.to_owned(),
        base: base.to_owned(),
        reason: phrases::reason(frame.locale, decision.reason),
        source: source(decision.source),
        instead: instead(frame, alternative),
    }
}
