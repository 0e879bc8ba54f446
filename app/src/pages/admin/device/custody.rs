//! The custody timeline: who held the device, from when to when, and how it ended (spec A19).

use leptos::prelude::*;
use time::OffsetDateTime;

use crate::document::Frame;
use crate::icons::{Icon, icon};
use crate::locale::{Texts, fill};
use crate::markup::{IntoMarkup, Markup};
use crate::pages::admin::list::Link;
use crate::ui::moment::exact;
use crate::ui::{Tone, badge};

/// What the timeline shows, the latest first.
#[derive(Clone, Debug, Default)]
pub struct CustodyView {
    /// The spans of time.
    pub spans: Vec<CustodySpan>,
    /// Whether the chain is as it was written.
    pub verdict: Option<ChainVerdict>,
    /// There are older spans than those shown; the CSV has them all.
    pub more: bool,
}

/// A span of time in which one user held the device.
#[derive(Clone, Debug)]
pub struct CustodySpan {
    /// Who; `None` for Nobody.
    pub holder: Option<Link>,
    /// From when.
    pub from: OffsetDateTime,
    /// Until when; `None` while it lasts.
    pub until: Option<OffsetDateTime>,
    /// How it began.
    pub began: CustodyCause,
    /// Who did it, when it was not the holder: help desk, for example.
    pub by: Option<String>,
}

/// Why a device changed hands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CustodyCause {
    /// It enrolled.
    Enrolled,
    /// The holder signed in.
    SignedIn,
    /// The holder before signed out.
    SignedOut,
    /// Somebody with the device in hand ended the session.
    Possession,
    /// Help desk or an administrator released it.
    Released,
    /// It left management.
    Unenrolled,
    /// It was erased.
    Erased,
}

impl CustodyCause {
    fn word(self, t: &Texts) -> &'static str {
        match self {
            Self::Enrolled => t.custody_enrolled,
            Self::SignedIn => t.custody_signed_in,
            Self::SignedOut => t.custody_signed_out,
            Self::Possession => t.custody_possession,
            Self::Released => t.custody_released,
            Self::Unenrolled => t.custody_unenrolled,
            Self::Erased => t.custody_erased,
        }
    }
}

/// Result of checking the hash chain.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ChainVerdict {
    /// Nothing was altered.
    Intact {
        /// How many entries were checked.
        entries: usize,
    },
    /// From this entry on the chain is not as it was written.
    Altered {
        /// Number of the first entry that does not fit.
        entry: usize,
    },
}

/// What is in the panel.
pub(super) fn custody(frame: &Frame, id: &str, view: &CustodyView) -> Markup {
    let t = frame.texts();
    let verdict = view.verdict.map(|verdict| match verdict {
        ChainVerdict::Intact { entries } => {
            badge(Tone::Good, Icon::Shield, &fill(t.custody_intact, &[("n", &entries)]))
        }
        ChainVerdict::Altered { entry } => badge(Tone::Bad, Icon::Warning, &fill(t.custody_altered, &[("n", &entry)])),
    });
    let list = if view.spans.is_empty() {
        view! { <p class="fine">{t.custody_empty}</p> }.into_markup()
    } else {
        let spans = view.spans.iter().map(|entry| span(frame, entry)).collect_view();
        view! { <ol class="timeline">{spans}</ol> }.into_markup()
    };
    view! {
        <header class="panel-head">
            <h2>{t.custody_title}</h2>
            <a class="button small" href=format!("/admin/devices/{id}/custody.csv")>{icon(Icon::Download)}<span>"CSV"</span></a>
        </header>
        {verdict}
        {list}
        {view.more.then(|| view! { <p class="fine">{t.custody_more}</p> })}
    }
    .into_markup()
}

fn span(frame: &Frame, entry: &CustodySpan) -> Markup {
    let t = frame.texts();
    let (class, holder) = match &entry.holder {
        Some(holder) => ("held", holder.render()),
        None => ("free", t.nobody.into_markup()),
    };
    let until = match entry.until {
        Some(until) => exact(frame, until),
        None => view! { <strong>{t.now}</strong> }.into_markup(),
    };
    let by = entry.by.as_ref().map(|by| fill(t.custody_by, &[("name", by)]));
    view! {
        <li class=class>
            <p class="timeline-who">{holder}</p>
            <p>{exact(frame, entry.from)}" – "{until}</p>
            <p class="fine">{entry.began.word(t)}{by.map(|by| format!(" ({by})"))}</p>
        </li>
    }
    .into_markup()
}
