//! A device's custody: the timeline on its page, and all of it as CSV (A19).

use axum::{Router, extract::Path, routing::get};
use baton_core::custody::{ChainVerdict as CoreVerdict, CustodyLine};
use baton_model::{CustodyCause as CoreCause, Device, Timestamp, id};
use time::format_description::well_known::Rfc3339;

use super::{desk::Answer, links};
use crate::{
    pages::admin::device::custody::{ChainVerdict, CustodyCause, CustodySpan, CustodyView},
    shell::console::Section,
    web::{Console, Web, answer::PageError, attachment::attachment, context::moment},
};

const SECTION: Section = Section::Devices;
/// Spans that the device's page shows.
const SHOWN: usize = 20;

pub fn routes() -> Router<Web> {
    Router::new().route("/admin/devices/{id}/custody.csv", get(download))
}

/// The timeline, the latest first.
pub(super) async fn view(console: &Console, device: &Device) -> Result<CustodyView, PageError> {
    let custody = console.core().custody(&console.actor, &device.id, None, console.now()).await;
    let (lines, verdict) = console.ask(SECTION, custody)?;
    Ok(CustodyView {
        more: lines.len() > SHOWN,
        verdict: Some(match verdict {
            CoreVerdict::Intact { .. } => ChainVerdict::Intact { entries: lines.len() },
            CoreVerdict::Broken { at } | CoreVerdict::Truncated { expected: at } => {
                ChainVerdict::Altered { entry: usize::try_from(at).unwrap_or(0) }
            }
        }),
        spans: lines.iter().rev().take(SHOWN).filter_map(|line| span(console, line)).collect(),
    })
}

fn span(console: &Console, line: &CustodyLine) -> Option<CustodySpan> {
    let entry = &line.entry;
    Some(CustodySpan {
        holder: links::person(console.t(), entry.holder_id.as_str(), line.holder_name.as_deref()),
        from: moment(entry.at)?,
        until: line.until.and_then(moment),
        began: match entry.cause {
            CoreCause::Enrolled => CustodyCause::Enrolled,
            CoreCause::SignedIn => CustodyCause::SignedIn,
            CoreCause::SignedOut => CustodyCause::SignedOut,
            CoreCause::SignedOutByPossession => CustodyCause::Possession,
            CoreCause::Released => CustodyCause::Released,
            CoreCause::Unenrolled => CustodyCause::Unenrolled,
            CoreCause::Erased => CustodyCause::Erased,
        },
        by: line
            .actor_name
            .clone()
            .filter(|_| matches!(entry.cause, CoreCause::Released | CoreCause::Erased | CoreCause::Unenrolled)),
    })
}

async fn download(console: Console, Path(id): Path<String>) -> Answer {
    let devices = console.core().devices_by_id(&console.actor, &[id.as_str().into()], console.now()).await;
    let devices = console.ask(SECTION, devices)?;
    let Some(device) = devices.first() else {
        return Err(console.fail(SECTION, &baton_core::CoreError::NotFound("device")));
    };
    let custody = console.core().custody(&console.actor, &device.id, None, console.now()).await;
    let (lines, _) = console.ask(SECTION, custody)?;
    let name = format!("custody-{}.csv", device.id);
    Ok(attachment(&name, "text/csv; charset=utf-8; header=present", csv(&lines)))
}

/// One line for each entry, oldest first (RFC 4180). `mac` of the last line is the chain's head: whoever keeps it can
/// tell later whether the end was cut off.
fn csv(lines: &[CustodyLine]) -> String {
    let mut csv = String::from("entry,from,until,holder_id,holder,cause,actor_id,actor,mac\r\n");
    for CustodyLine { entry, until, holder_name, actor_name } in lines {
        let cells = [
            entry.seq.to_string(),
            time(Some(entry.at)),
            time(*until),
            entry.holder_id.to_string(),
            holder_name.clone().filter(|_| entry.holder_id.as_str() != id::NOBODY).unwrap_or_default(),
            entry.cause.to_string(),
            entry.actor_id.as_ref().map(ToString::to_string).unwrap_or_default(),
            actor_name.clone().unwrap_or_default(),
            entry.mac.clone(),
        ];
        csv.push_str(&cells.map(|text| cell(&text)).join(","));
        csv.push_str("\r\n");
    }
    csv
}

fn time(at: Option<Timestamp>) -> String {
    at.and_then(moment).and_then(|at| at.format(&Rfc3339).ok()).unwrap_or_default()
}

/// A cell in quotes where it needs them. A spreadsheet must not take what people entered for a formula, so such a text
/// gets an apostrophe in front.
fn cell(text: &str) -> String {
    let is_formula = text.trim_start().starts_with(['=', '+', '-', '@', '＝', '＋', '－', '＠'])
        || text.starts_with(['\t', '\r', '\n']);
    let text = if is_formula { format!("'{text}") } else { text.to_owned() };
    if text.contains(['"', ',', '\r', '\n', ';', '\'']) { format!("\"{}\"", text.replace('"', "\"\"")) } else { text }
}

#[cfg(test)]
mod tests {
    use super::cell;

    #[test]
    fn what_people_entered_is_no_formula() {
        for formula in ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", " =1", "\r=1", "＝1"] {
            assert!(cell(formula).starts_with("\"'"), "{formula}");
        }
    }

    #[test]
    fn quotes_commas_and_new_lines_stay_in_their_cell() {
        assert_eq!(cell("Berg, \"Anna\"\nWard 3"), "\"Berg, \"\"Anna\"\"\nWard 3\"");
        assert_eq!(cell("Anna Berg"), "Anna Berg");
    }
}
