//! What is to be said about the push certificate before anything else, on its page and on the dashboard.

use leptos::prelude::*;
use time::OffsetDateTime;

use super::urgency;
use crate::document::Frame;
use crate::locale::{Texts, count, fill};
use crate::markup::Markup;
use crate::ui::Tone;
use crate::ui::moment::ago;
use crate::ui::notice::notice;

/// What is to be said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PushNotice {
    /// It is to be renewed.
    Expiring {
        /// Whole days left.
        days: i64,
        /// How many devices are enrolled under its topic.
        devices: usize,
    },
    /// It has expired.
    Expired {
        /// How many devices are enrolled under its topic.
        devices: usize,
    },
    /// Pushes fail although it is valid.
    Failing {
        /// Why.
        failure: PushFailure,
        /// Since when.
        since: OffsetDateTime,
    },
}

/// Why pushes fail.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PushFailure {
    /// Apple's push service does not answer.
    Unreachable,
    /// Apple refuses the certificate, for this reason in Apple's word.
    CertificateRefused(String),
    /// Apple's push service has a fault, in Apple's word.
    Unavailable(String),
    /// Baton cannot read the certificate's key.
    KeyUnreadable,
}

impl PushFailure {
    fn sentence(&self, t: &Texts) -> String {
        match self {
            Self::Unreachable => t.push_failing_unreachable.to_owned(),
            Self::CertificateRefused(reason) => fill(t.push_failing_refused, &[("reason", reason)]),
            Self::Unavailable(reason) => fill(t.push_failing_unavailable, &[("reason", reason)]),
            Self::KeyUnreadable => t.push_failing_key.to_owned(),
        }
    }
}

impl PushNotice {
    /// As a box; with a link to the certificate's page where this is not that page.
    #[must_use]
    pub fn render(&self, frame: &Frame, link: Option<&'static str>) -> Markup {
        let t = frame.texts();
        let (tone, title, text) = match self {
            Self::Expiring { days, devices } => {
                let title = match usize::try_from(*days) {
                    Ok(days) if days > 0 => count(days, t.push_expires_one, t.push_expires_many),
                    _ => t.push_expires_today.to_owned(),
                };
                (
                    urgency(*days),
                    title,
                    affected(*devices, t.push_expiring_none, t.push_expiring_one, t.push_expiring_many),
                )
            }
            Self::Expired { devices } => (
                Tone::Bad,
                t.push_expired_title.to_owned(),
                affected(*devices, t.push_expired_none, t.push_expired_one, t.push_expired_many),
            ),
            Self::Failing { failure, .. } => (Tone::Bad, t.push_failing_title.to_owned(), failure.sentence(t)),
        };
        let since = match self {
            Self::Failing { since, .. } => {
                Some(view! { <p class="fine">{t.push_failing_since}" "{ago(frame, *since)}</p> })
            }
            Self::Expiring { .. } | Self::Expired { .. } => None,
        };
        let link = link.map(|path| view! { <p><a href=path>{t.push_title}</a></p> });
        notice(tone, &title, view! { <p>{text}</p>{since}{link} })
    }
}

fn affected(devices: usize, none: &str, one: &str, many: &str) -> String {
    if devices == 0 { none.to_owned() } else { count(devices, one, many) }
}
