//! A device's command log, and one command of it (H2).

use axum::{Router, extract::Path, http::StatusCode, routing::get};
use baton_model::{Command, CommandKind, CommandStatus as CoreStatus, Device, Timestamp};
use baton_policy::ReasonCode;
use baton_store::CommandFilter;
use time::{Date, Duration, Time, UtcOffset, macros::format_description};

use super::{
    desk::{Answer, Asked},
    links, listing, phrases,
};
use crate::{
    locale::Texts,
    pages::admin::{
        command::{CommandError, CommandView, OrderView, command},
        device::log::{CommandLogView, CommandRow},
    },
    shell::console::Section,
    ui::{action, form::Choice},
    web::{Console, Web, answer::PageError, context::moment},
};

const SECTION: Section = Section::Devices;

pub fn routes() -> Router<Web> {
    Router::new().route("/admin/devices/{id}/commands/{command}", get(show))
}

/// The log as the address asks for it.
pub(super) async fn view(console: &Console, device: &Device, asked: &Asked) -> Result<CommandLogView, PageError> {
    let zone = console.frame().zone;
    let kind = CommandKind::from_text(asked.get("action"));
    let status = CoreStatus::from_text(asked.get("status"));
    let (start, end) = (day(asked.get("start")), day(asked.get("end")));
    let mut query = listing::query(asked);
    query.search = None;
    let filter = CommandFilter {
        query,
        device: Some(device.id.clone()),
        kind,
        status,
        from: start.map(|day| midnight(day, zone)),
        to: end.and_then(Date::next_day).map(|day| midnight(day, zone)),
    };
    let page = console.core().list_commands(&console.actor, &filter, console.now()).await;
    let page = console.ask(SECTION, page)?;
    let path = format!("/admin/devices/{}", device.id);
    let t = console.t();
    Ok(CommandLogView {
        actions: CommandKind::ALL
            .iter()
            .map(|each| Choice::new(each.as_str(), phrases::action(t, *each), kind == Some(*each)))
            .collect(),
        status: status.map(phrases::command_status),
        start: start.map(|_| asked.get("start").to_owned()).unwrap_or_default(),
        end: end.map(|_| asked.get("end").to_owned()).unwrap_or_default(),
        paging: listing::paging(asked, &page, &path, &["action", "status", "start", "end"], "#log"),
        rows: page
            .rows
            .iter()
            .filter_map(|command| {
                Some(CommandRow {
                    id: command.id.to_string(),
                    action: phrases::action(t, command.kind).to_owned(),
                    subject: subject(t, command),
                    status: phrases::command_status(command.status),
                    queued: moment(command.queued_at)?,
                    answered: command.answered_at.and_then(moment),
                })
            })
            .collect(),
    })
}

/// What a command is about: its item, or the action for which somebody ordered it where the command alone does not say.
fn subject(t: &Texts, command: &Command) -> Option<String> {
    let ordered = command.order.as_ref().map(|order| action::name(t, order.action));
    let ordered = ordered.filter(|name| *name != phrases::action(t, command.kind)).map(str::to_owned);
    ordered.or_else(|| Some(command.label.clone()).filter(|label| !label.is_empty()))
}

/// A day as a date field sends it; `None` for anything else.
fn day(text: &str) -> Option<Date> {
    Date::parse(text, format_description!("[year]-[month]-[day]")).ok()
}

fn midnight(day: Date, zone: UtcOffset) -> Timestamp {
    let seconds = day.with_time(Time::MIDNIGHT).assume_offset(zone) - time::OffsetDateTime::UNIX_EPOCH;
    Timestamp(Duration::whole_seconds(seconds).saturating_mul(Timestamp::SECOND))
}

async fn show(console: Console, Path((device, id)): Path<(String, String)>) -> Answer {
    let (device, id) = (device.as_str().into(), id.as_str().into());
    let detail = console.core().command_detail(&console.actor, &device, &id, console.now()).await;
    let detail = console.ask(SECTION, detail)?;
    let sent = &detail.command;
    let Some(queued) = moment(sent.queued_at) else {
        return Err(console.fail(SECTION, &baton_core::CoreError::Corrupt("a time is beyond the calendar".to_owned())));
    };
    let t = console.t();
    let view = CommandView {
        device: links::device(&detail.device),
        action: phrases::action(t, sent.kind).to_owned(),
        request_type: sent.kind.to_string(),
        id: sent.id.to_string(),
        enrollment_id: sent.enrollment_id.to_string(),
        subject: detail.item.as_ref().map(links::item),
        identifier: sent.identifier.clone(),
        status: phrases::command_status(sent.status),
        deliveries: usize::try_from(sent.deliveries).unwrap_or(0),
        queued,
        sent: sent.sent_at.and_then(moment),
        answered: sent.answered_at.and_then(moment),
        order: sent.order.as_ref().map(|order| OrderView {
            action: action::name(t, order.action).to_owned(),
            by: detail.ordered_by.as_ref().map(links::user),
            approver: detail.approved_by.as_ref().map(links::user),
            reason: order.reason.clone(),
        }),
        error: sent.error.as_ref().map(|original| command_error(&console, sent, original)),
    };
    Ok(console.page(StatusCode::OK, command(console.frame(), &console.chrome, &view)))
}

/// What an error means. For a withheld command it is the policy's reason and none of the device's words.
fn command_error(console: &Console, command: &Command, original: &str) -> CommandError {
    let reason = original.parse::<ReasonCode>().ok().filter(|_| command.status == CoreStatus::Withheld);
    CommandError {
        sentence: match reason {
            Some(reason) => phrases::reason(console.frame().locale, reason),
            None => phrases::command_error(console.t(), command.kind).to_owned(),
        },
        original: original.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_begins_at_midnight_of_the_zone() {
        let zone = UtcOffset::from_hms(2, 0, 0).unwrap_or(UtcOffset::UTC);
        let at = day("1970-01-02").map(|day| midnight(day, zone));
        assert_eq!(at, Some(Timestamp(22 * 3600 * Timestamp::SECOND)));
    }

    #[test]
    fn what_is_no_day_filters_nothing() {
        for text in ["", "yesterday", "2025-02-30", "9999999-01-01"] {
            assert_eq!(day(text), None, "{text}");
        }
    }
}
