//! *Logs*: what the device was told, what it answered, what it said by itself (spec H2).

use leptos::prelude::*;
use time::OffsetDateTime;

use crate::document::Frame;
use crate::icons::{Icon, icon};
use crate::locale::Texts;
use crate::markup::{IntoMarkup, Markup};
use crate::pages::admin::list::{Paging, none, paging};
use crate::ui::form::Choice;
use crate::ui::moment::exact;
use crate::ui::table::table;
use crate::ui::{Tone, badge};

/// The log with its filters: `action`, `status`, `start`, `end` (dates such as 2025-11-20, or empty).
#[derive(Clone, Debug, Default)]
pub struct CommandLogView {
    /// Action names to choose from, the chosen one marked; *All* is added.
    pub actions: Vec<Choice>,
    /// Only this status.
    pub status: Option<CommandStatus>,
    /// Not before this day.
    pub start: String,
    /// Not after this day.
    pub end: String,
    /// The entries, the latest first.
    pub rows: Vec<CommandRow>,
    /// Where the list stands.
    pub paging: Paging,
}

/// An entry of the log.
#[derive(Clone, Debug)]
pub struct CommandRow {
    /// For the path `/admin/devices/{id}/commands/{command}`.
    pub id: String,
    /// Name of the action, such as "Install profile".
    pub action: String,
    /// What it was about, such as the name of an item.
    pub subject: Option<String>,
    /// Where it stands.
    pub status: CommandStatus,
    /// When it was queued.
    pub queued: OffsetDateTime,
    /// When it was answered.
    pub answered: Option<OffsetDateTime>,
}

/// Where a command stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CommandStatus {
    /// Not given to the device yet.
    Queued,
    /// Given to the device; it may have done it.
    Sent,
    /// The device cannot do it now and will be asked again.
    NotNow,
    /// Done, or for apps accepted.
    Acknowledged,
    /// Refused.
    Error,
    /// Withdrawn before the device got it.
    Superseded,
    /// Never answered and no longer wanted.
    Lapsed,
    /// Waits for a second administrator.
    Held,
    /// The rules did not allow it any more when the device would have got it.
    Withheld,
    /// Given to the device once and never answered; not given again.
    OutcomeUnknown,
}

impl CommandStatus {
    /// All of them.
    pub const ALL: [Self; 10] = [
        Self::Queued,
        Self::Sent,
        Self::NotNow,
        Self::Acknowledged,
        Self::Error,
        Self::Superseded,
        Self::Lapsed,
        Self::Held,
        Self::Withheld,
        Self::OutcomeUnknown,
    ];

    /// Whether something is still to come.
    #[must_use]
    pub fn is_open(self) -> bool {
        matches!(self, Self::Queued | Self::Sent | Self::NotNow | Self::Held)
    }

    /// The value of the filter.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Queued => "queued",
            Self::Sent => "sent",
            Self::NotNow => "not-now",
            Self::Acknowledged => "acknowledged",
            Self::Error => "error",
            Self::Superseded => "superseded",
            Self::Lapsed => "lapsed",
            Self::Held => "held",
            Self::Withheld => "withheld",
            Self::OutcomeUnknown => "outcome-unknown",
        }
    }

    /// The status for a value of the filter.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.code() == code)
    }

    fn word(self, t: &Texts) -> &'static str {
        match self {
            Self::Queued => t.command_queued,
            Self::Sent => t.command_sent,
            Self::NotNow => t.command_not_now,
            Self::Acknowledged => t.command_acknowledged,
            Self::Error => t.command_error,
            Self::Superseded => t.command_superseded,
            Self::Lapsed => t.command_lapsed,
            Self::Held => t.command_held,
            Self::Withheld => t.command_withheld,
            Self::OutcomeUnknown => t.command_outcome_unknown,
        }
    }

    /// Icon and word.
    #[must_use]
    pub fn badge(self, t: &Texts) -> Markup {
        let (tone, mark) = match self {
            Self::Queued => (Tone::Plain, Icon::Clock),
            Self::Sent => (Tone::Busy, Icon::Send),
            Self::NotNow => (Tone::Warn, Icon::Lock),
            Self::Acknowledged => (Tone::Good, Icon::Check),
            Self::Error => (Tone::Bad, Icon::Cross),
            Self::Superseded | Self::Lapsed => (Tone::Plain, Icon::Minus),
            Self::Held => (Tone::Warn, Icon::People),
            Self::Withheld => (Tone::Bad, Icon::Lock),
            Self::OutcomeUnknown => (Tone::Warn, Icon::Warning),
        };
        badge(tone, mark, self.word(t))
    }
}

/// What is in the panel.
pub(super) fn log(frame: &Frame, id: &str, view: &CommandLogView) -> Markup {
    let t = frame.texts();
    let list = if view.rows.is_empty() {
        view! { <p class="fine">{t.log_empty}</p> }.into_markup()
    } else {
        rows(frame, id, &view.rows)
    };
    view! {
        <header class="panel-head"><h2>{t.log_title}</h2></header>
        {filters(t, id, view)}
        {list}
        {paging(frame, &view.paging)}
    }
    .into_markup()
}

fn filters(t: &'static Texts, id: &str, view: &CommandLogView) -> Markup {
    let any_action = !view.actions.iter().any(|action| action.chosen);
    let mut actions = vec![Choice::new("", t.list_all, any_action)];
    actions.extend(view.actions.iter().cloned());
    let mut statuses = vec![Choice::new("", t.list_all, view.status.is_none())];
    statuses.extend(CommandStatus::ALL.map(|each| Choice::new(each.code(), each.word(t), view.status == Some(each))));
    view! {
        <form class="toolbar" method="get" action=format!("/admin/devices/{id}#log")>
            {choice("action", t.log_action, &actions)}
            {choice("status", t.log_status, &statuses)}
            {day("start", t.log_start, &view.start)}
            {day("end", t.log_end, &view.end)}
            <button class="button small" type="submit">{t.list_filter}</button>
        </form>
    }
    .into_markup()
}

fn choice(name: &'static str, label: &'static str, choices: &[Choice]) -> Markup {
    let options = choices
        .iter()
        .map(|choice| view! { <option value=choice.value.clone() selected=choice.chosen>{choice.label.clone()}</option> })
        .collect_view();
    view! { <div class="filter"><label for=name>{label}</label><select id=name name=name>{options}</select></div> }
        .into_markup()
}

fn day(name: &'static str, label: &'static str, value: &str) -> Markup {
    view! {
        <div class="filter"><label for=name>{label}</label><input type="date" id=name name=name value=value.to_owned() /></div>
    }
    .into_markup()
}

fn rows(frame: &Frame, id: &str, commands: &[CommandRow]) -> Markup {
    let t = frame.texts();
    let rows = commands
        .iter()
        .map(|command| {
            let path = format!("/admin/devices/{id}/commands/{}", command.id);
            let subject = command.subject.clone().map(|subject| view! { <small>{subject}</small> });
            let action = view! { <span>{command.action.clone()}</span>{subject} };
            let answered = command.answered.map_or_else(|| none(frame), |at| exact(frame, at));
            let eye = view! {
                <a class="button small quiet" href=path title=t.log_detail>
                    {icon(Icon::Eye)}
                    <span class="visually-hidden">{t.log_detail}": "{command.action.clone()}</span>
                </a>
            };
            vec![
                action.into_markup(),
                command.status.badge(t),
                exact(frame, command.queued),
                answered,
                eye.into_markup(),
            ]
        })
        .collect();
    let columns = [t.log_action, t.log_status, t.log_queued, t.log_answered, t.log_detail];
    table("command-log", t.log_title, &columns, rows)
}
