//! How pushes through Apple fare as a whole, for the page that shows the certificate.

use baton_mdm::push::PushOutcome;
use baton_model::{PushFailure, Timestamp};

use super::{
    TransportError,
    services::{Apple, Hindrance},
};
use crate::{Core, CoreError};

/// That pushes work is noted no more often than this, in seconds.
const NOTE_EVERY: i64 = 60;

/// How one push fared.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Fared {
    /// Apple dealt with it.
    Well,
    /// It failed for a reason that concerns all.
    Badly(PushFailure, String),
    /// It says nothing about Apple's service.
    Apart,
}

impl Hindrance {
    /// Dates are on the certificate's page anyway.
    pub(super) fn fared(self) -> Fared {
        match self {
            Self::KeyUnreadable => Fared::Badly(PushFailure::KeyUnreadable, String::new()),
            Self::NoCertificate | Self::Expired | Self::NotYetValid => Fared::Apart,
        }
    }
}

impl Fared {
    pub(super) fn of(outcome: &Result<PushOutcome, TransportError>) -> Self {
        match outcome {
            // Busy with one device only.
            Ok(PushOutcome::Retry { reason, .. }) if reason == "TooManyRequests" => Self::Well,
            Ok(PushOutcome::Retry { reason, .. }) => Self::Badly(PushFailure::Unavailable, reason.clone()),
            Ok(PushOutcome::CertificateRefused { reason }) => {
                Self::Badly(PushFailure::CertificateRefused, reason.clone())
            }
            Ok(
                PushOutcome::Accepted
                | PushOutcome::TokenGone { .. }
                | PushOutcome::TokenRefused { .. }
                | PushOutcome::Refused { .. },
            ) => Self::Well,
            Err(_) => Self::Badly(PushFailure::Unreachable, String::new()),
        }
    }
}

impl Core {
    /// Writes down how a batch fared, if that is news. One push that Apple dealt with shows that the others' fault is
    /// none of the service or the certificate.
    pub(super) async fn note_health(&self, apple: &Apple, fared: &[Fared], now: Timestamp) -> Result<(), CoreError> {
        let known = &apple.certificate;
        if fared.contains(&Fared::Well) {
            let is_news = known.failure.is_some()
                || known.working_at.is_none_or(|working_at| working_at.plus_seconds(NOTE_EVERY) <= now);
            if is_news {
                let mut tx = self.store().begin().await?;
                tx.note_push_working(&known.fingerprint, now).await?;
                tx.commit().await?;
            }
            return Ok(());
        }
        let failed = fared.iter().find_map(|fared| match fared {
            Fared::Badly(failure, reason) => Some((*failure, reason)),
            Fared::Well | Fared::Apart => None,
        });
        let Some((failure, reason)) = failed else { return Ok(()) };
        if known.failure.as_ref().is_none_or(|known| (known.failure, &known.reason) != (failure, reason)) {
            let mut tx = self.store().begin().await?;
            tx.note_push_failure(&known.fingerprint, failure, reason, now).await?;
            tx.commit().await?;
        }
        Ok(())
    }
}
