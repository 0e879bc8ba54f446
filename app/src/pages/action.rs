//! Asking once more before an action, and saying why one is not to be had (spec E7, E9). Portal and console show the same
//! in their own frames.

use leptos::prelude::*;

use crate::document::Frame;
use crate::icons::{Icon, icon};
use crate::locale::fill;
use crate::markup::{IntoMarkup, Markup};
use crate::ui::action::{self, Action};
use crate::ui::actions::{Instead, Source, source};
use crate::ui::confirmation::{ConfirmationView, confirmation};
use crate::ui::form::{Input, Kind, TextField, checkbox};
use crate::ui::notice::{notice, short_notice};
use crate::ui::{Tone, orders::OrderRow};

/// An action about to be asked for. The form goes to the path of the page itself, with `reason`, `message`,
/// `phoneNumber`, `name` and `confirmed` as the action needs them, and those of the proof that some take.
#[derive(Clone, Debug)]
pub struct AskView {
    /// Which.
    pub action: Action,
    /// The device's name.
    pub device: String,
    /// The path of the form.
    pub path: String,
    /// The page to go back to.
    pub back: String,
    /// Its limit, as a sentence, where it is allowed in part only.
    pub limit: Option<String>,
    /// The device keeps private things apart from work data, so that ending the management leaves them alone.
    pub is_user_enrollment: bool,
    /// Why.
    pub reason: Input,
    /// The reason must be given, because the device is somebody else's.
    pub needs_reason: bool,
    /// The text for the lock screen.
    pub message: Input,
    /// The number for the lock screen.
    pub phone_number: Input,
    /// The new name.
    pub name: Input,
    /// The box that says that the person knows was not ticked.
    pub unconfirmed: bool,
    /// Why it was not taken on, as a sentence.
    pub refused: Option<String>,
    /// What is asked for of somebody who has not proved lately who they are (B8).
    pub confirmation: Option<ConfirmationView>,
}

impl AskView {
    fn is_refused(&self) -> bool {
        let inputs = [&self.reason, &self.message, &self.phone_number, &self.name];
        self.unconfirmed || inputs.iter().any(|input| input.problem.is_some())
    }
}

/// The form.
pub(crate) fn ask(frame: &Frame, view: &AskView) -> Markup {
    let t = frame.texts();
    let consequence = fill(action::consequence(t, view.action), &[("name", &view.device)]);
    let refused = match &view.refused {
        Some(sentence) => Some(short_notice(Tone::Warn, sentence)),
        None => view.is_refused().then(|| notice(Tone::Bad, t.action_form_refused, ())),
    };
    let destructive = action::is_destructive(view.action);
    let lost = (view.action == Action::RemoveWorkData).then(|| what_is_lost(frame, view.is_user_enrollment));
    let limit = view.limit.clone().map(|limit| view! { <p class="fine">{limit}</p> });
    let confirm = destructive.then(|| {
        let word = if view.action == Action::Wipe { t.confirm_wipe } else { t.confirm_remove_work_data };
        let missing = view.unconfirmed.then(|| {
            view! { <p class="error">{icon(Icon::Warning)}<span>{t.confirm_missing}</span></p> }
        });
        view! { <div>{checkbox("confirmed", "yes", word, None, false, true)}{missing}</div> }
    });
    let class = if destructive { "button danger" } else { "button primary" };
    view! {
        <form class="stack form" method="post" action=view.path.clone()>
            {refused}
            <p class="lead">{consequence}</p>
            {limit}
            {lost}
            {fields(frame, view)}
            {confirm}
            {view.confirmation.as_ref().map(|view| confirmation(frame, view))}
            <div class="form-actions">
                <button class=class type="submit">{action::name(t, view.action)}</button>
                <a class="button quiet" href=view.back.clone()>{t.cancel}</a>
            </div>
        </form>
    }
    .into_markup()
}

fn fields(frame: &Frame, view: &AskView) -> Markup {
    let t = frame.texts();
    let reason = TextField::new("reason", t.reason, Kind::Text).hint(t.reason_hint);
    let reason = if view.needs_reason { reason } else { reason.optional() };
    let message = TextField::new("message", t.lock_message, Kind::Prose).hint(t.lock_message_hint);
    let phone_number = TextField::new("phoneNumber", t.lock_phone_number, Kind::Phone).hint(t.lock_phone_number_hint);
    let own = match view.action {
        Action::Rename => TextField::new("name", t.field_name, Kind::Text).render(frame, &view.name),
        Action::Lock => view! {
            {message.optional().render(frame, &view.message)}
            {phone_number.optional().render(frame, &view.phone_number)}
        }
        .into_markup(),
        Action::EnableLostMode => view! {
            {message.render(frame, &view.message)}
            {phone_number.optional().render(frame, &view.phone_number)}
        }
        .into_markup(),
        _ => ().into_markup(),
    };
    let reason = view.needs_reason.then(|| reason.render(frame, &view.reason));
    view! { {own}{reason} }.into_markup()
}

/// What goes with the work data (F6).
fn what_is_lost(frame: &Frame, is_user_enrollment: bool) -> Markup {
    let t = frame.texts();
    let lines = if is_user_enrollment {
        vec![t.work_data_apps, t.work_data_account, t.work_data_mail, t.work_data_keys]
    } else {
        vec![t.work_data_apps, t.work_data_profiles]
    };
    let lines = lines.into_iter().map(|line| view! { <li>{line}</li> }).collect_view();
    let stays = if is_user_enrollment { t.work_data_stays_own } else { t.work_data_stays };
    view! {
        <div class="loses">
            <p><strong>{t.work_data_goes}</strong></p>
            <ul>{lines}</ul>
            <p>{stays}</p>
        </div>
    }
    .into_markup()
}

/// An action that is not to be had.
#[derive(Clone, Debug)]
pub struct RefusedView {
    /// Which.
    pub action: Action,
    /// The device's name.
    pub device: String,
    /// The page to go back to, under which each action has its own.
    pub back: String,
    /// The path under which each action has its page.
    pub base: String,
    /// Why, as a sentence.
    pub reason: String,
    /// Who says so.
    pub source: Source,
    /// What helps instead.
    pub instead: Option<Instead>,
}

/// Why, who says so, and what helps.
pub(crate) fn refused(frame: &Frame, view: &RefusedView) -> Markup {
    let t = frame.texts();
    let instead = view.instead.as_ref().map(|instead| {
        let link = instead.action.map(|other| {
            let path = format!("{}/{}", view.base, action::slug(other));
            view! { <a class="button" href=path>{action::name(t, other)}</a> }
        });
        view! {
            <div class="stack">
                <p>{instead.text.clone()}</p>
                {link.map(|link| view! { <div class="form-actions">{link}</div> })}
            </div>
        }
    });
    view! {
        {notice(Tone::Warn, &view.reason, view! { <p>{source(frame, view.source)}</p> })}
        {instead}
        <div class="form-actions"><a class="button quiet" href=view.back.clone()>{t.back}</a></div>
    }
    .into_markup()
}

/// Whether something is still to come of an order, so that looking again shows more.
pub(crate) fn is_moving(rows: &[OrderRow]) -> bool {
    rows.iter().any(|row| row.status.is_open())
}
