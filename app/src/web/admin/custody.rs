//! A device's custody: the timeline on its page, and all of it as CSV (A19).

use axum::{Router, extract::Path, routing::get};
use baton_core::custody::{ChainVerdict as CoreVerdict, CustodyLine};
use baton_model::{CustodyCause as CoreCause, Device, id};

use super::{desk::Answer, links};
use crate::{
    pages::admin::device::custody::{ChainVerdict, CustodyCause, CustodySpan, CustodyView},
    shell::console::Section,
    web::{
        Console, Web,
        answer::PageError,
        attachment::attachment,
        context::moment,
        csv::{self, MEDIA_TYPE, table},
    },
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
    Ok(attachment(&name, MEDIA_TYPE, file(&lines)))
}

/// One line for each entry, oldest first (RFC 4180). `mac` of the last line is the chain's head: whoever keeps it can
/// tell later whether the end was cut off.
fn file(lines: &[CustodyLine]) -> String {
    let rows = lines.iter().map(|CustodyLine { entry, until, holder_name, actor_name }| {
        [
            entry.seq.to_string(),
            csv::time(Some(entry.at)),
            csv::time(*until),
            entry.holder_id.to_string(),
            holder_name.clone().filter(|_| entry.holder_id.as_str() != id::NOBODY).unwrap_or_default(),
            entry.cause.to_string(),
            entry.actor_id.as_ref().map(ToString::to_string).unwrap_or_default(),
            actor_name.clone().unwrap_or_default(),
            entry.mac.clone(),
        ]
    });
    table(["entry", "from", "until", "holder_id", "holder", "cause", "actor_id", "actor", "mac"], rows)
}
