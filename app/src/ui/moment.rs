//! Points in time, as a person reads them.

use leptos::prelude::*;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use crate::document::Frame;
use crate::locale::fill;
use crate::markup::{IntoMarkup, Markup};

/// A point in time: near ones as "5 minutes ago", others as date and time; the exact time is in the tooltip
/// and in the machine-readable attribute.
#[must_use]
pub fn ago(frame: &Frame, at: OffsetDateTime) -> Markup {
    let t = frame.texts();
    let seconds = (frame.now - at).whole_seconds();
    let words = match seconds {
        0..60 => t.time_just_now.to_owned(),
        60..120 => t.time_minute_ago.to_owned(),
        120..3600 => fill(t.time_minutes_ago, &[("n", &(seconds / 60))]),
        3600..7200 => t.time_hour_ago.to_owned(),
        7200..86_400 => fill(t.time_hours_ago, &[("n", &(seconds / 3600))]),
        _ => exact_text(frame, at),
    };
    element(frame, at, words)
}

/// A point in time as date and time with its zone.
#[must_use]
pub fn exact(frame: &Frame, at: OffsetDateTime) -> Markup {
    element(frame, at, exact_text(frame, at))
}

fn element(frame: &Frame, at: OffsetDateTime, words: String) -> Markup {
    let machine = at.to_offset(frame.zone).format(&Rfc3339).unwrap_or_default();
    view! { <time datetime=machine title=exact_text(frame, at)>{words}</time> }.into_markup()
}

fn exact_text(frame: &Frame, at: OffsetDateTime) -> String {
    let local = at.to_offset(frame.zone);
    let (hours, minutes, _) = frame.zone.as_hms();
    let zone = if frame.zone.is_utc() { "UTC".to_owned() } else { format!("UTC{hours:+}:{:02}", minutes.abs()) };
    format!(
        "{:04}-{:02}-{:02} {:02}:{:02} {zone}",
        local.year(),
        u8::from(local.month()),
        local.day(),
        local.hour(),
        local.minute(),
    )
}
