//! The detail behind the eye: one command with what was sent and what came back (spec H2).

use leptos::prelude::*;
use time::OffsetDateTime;

use super::device::log::CommandStatus;
use super::list::{Link, none};
use crate::document::Frame;
use crate::markup::{IntoMarkup, Markup};
use crate::shell::console::{Chrome, ConsolePage, Section, console};
use crate::ui::Tone;
use crate::ui::facts::{code, facts, text};
use crate::ui::moment::exact;
use crate::ui::notice::notice;

/// What the page shows.
#[derive(Clone, Debug)]
pub struct CommandView {
    /// The device.
    pub device: Link,
    /// Name of the action.
    pub action: String,
    /// Apple's name for it, such as `InstallProfile`.
    pub request_type: String,
    /// Apple's CommandUUID.
    pub id: String,
    /// Id of the enrollment it was meant for.
    pub enrollment_id: String,
    /// What it was about.
    pub subject: Option<Link>,
    /// PayloadIdentifier or bundle identifier.
    pub identifier: Option<String>,
    /// Where it stands.
    pub status: CommandStatus,
    /// How often it was given to the device.
    pub deliveries: usize,
    /// When it was queued.
    pub queued: OffsetDateTime,
    /// When it was first given to the device.
    pub sent: Option<OffsetDateTime>,
    /// When it was answered.
    pub answered: Option<OffsetDateTime>,
    /// Who asked for it; `None` for what Baton wants by itself.
    pub order: Option<OrderView>,
    /// What an error means, in the page's language, and the device's own words.
    pub error: Option<CommandError>,
}

/// Who asked for a command.
#[derive(Clone, Debug)]
pub struct OrderView {
    /// For which action.
    pub action: String,
    /// Who; `None` when they are gone.
    pub by: Option<Link>,
    /// The second administrator.
    pub approver: Option<Link>,
    /// Why.
    pub reason: Option<String>,
}

/// What went wrong.
#[derive(Clone, Debug)]
pub struct CommandError {
    /// A plain sentence in the page's language.
    pub sentence: String,
    /// The error chain as the device sent it, without secrets.
    pub original: String,
}

/// The page.
#[must_use]
pub fn command(frame: &Frame, chrome: &Chrome, view: &CommandView) -> String {
    let t = frame.texts();
    let page = ConsolePage::new(Section::Devices, &view.action)
        .up(&view.device.name, format!("{}#log", view.device.path))
        .subtitle(view.status.badge(t));
    console(frame, chrome, page, || {
        let error = view.error.as_ref().map(|error| {
            notice(
                Tone::Bad,
                &error.sentence,
                view! { <p class="fine">{t.command_original}</p><pre>{error.original.clone()}</pre> },
            )
        });
        let moment = |at: Option<OffsetDateTime>| at.map_or_else(|| none(frame), |at| exact(frame, at));
        let identifier = view.identifier.as_deref().map_or_else(|| none(frame), code);
        let subject = view.subject.as_ref().map_or_else(|| none(frame), Link::render);
        let order = view.order.as_ref().map(|order| order_facts(frame, order)).unwrap_or_default();
        view! {
            {error}
            <section class="panel">
                {facts(order.into_iter().chain(vec![
                    (t.command_request_type, code(&view.request_type)),
                    (t.item, subject),
                    (t.command_identifier, identifier),
                    ("CommandUUID", code(&view.id)),
                    (t.command_enrollment, code(&view.enrollment_id)),
                    (t.log_queued, exact(frame, view.queued)),
                    (t.command_first_sent, moment(view.sent)),
                    (t.log_answered, moment(view.answered)),
                    (t.command_deliveries, text(view.deliveries.to_string())),
                ]).collect())}
            </section>
        }
        .into_markup()
    })
}

fn order_facts(frame: &Frame, order: &OrderView) -> Vec<(&'static str, Markup)> {
    let t = frame.texts();
    let person = |link: &Option<Link>| link.as_ref().map_or_else(|| none(frame), Link::render);
    let mut rows = vec![(t.order_action, text(&*order.action)), (t.order_actor, person(&order.by))];
    if order.approver.is_some() {
        rows.push((t.order_approver, person(&order.approver)));
    }
    if let Some(reason) = &order.reason {
        rows.push((t.reason, text(&**reason)));
    }
    rows
}
