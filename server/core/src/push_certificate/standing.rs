//! How the push certificate stands, and who is affected.

use baton_model::{FailingPushes, Timestamp};
use baton_store::Tx;

use crate::{Actor, Core, CoreError};

const DAY: i64 = 86_400;
/// So many days before the end people are warned, each time more urgently (D8).
const WARNINGS: [i64; 4] = [1, 7, 14, 30];

/// How a certificate stands at a time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// Valid, and for long enough.
    Valid {
        /// Whole days left.
        days: i64,
    },
    /// To be renewed.
    Expiring {
        /// Whole days left.
        days: i64,
        /// The warning that is due: 30, 14, 7 or 1 days ahead.
        warning: i64,
    },
    /// Nothing can be pushed any more.
    Expired,
}

impl Standing {
    /// How a certificate with this end stands at `now`.
    #[must_use]
    pub fn at(now: Timestamp, not_after: Timestamp) -> Self {
        if now >= not_after {
            return Self::Expired;
        }
        let days = (not_after.0 - now.0) / (DAY * Timestamp::SECOND);
        match WARNINGS.into_iter().find(|warning| days < *warning || now.plus_seconds(warning * DAY) == not_after) {
            Some(warning) => Self::Expiring { days, warning },
            None => Self::Valid { days },
        }
    }
}

/// The installed certificate without its key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Installed {
    /// SHA-256 of the certificate in lower-case hexadecimal.
    pub fingerprint: String,
    /// The topic that devices are pushed under.
    pub topic: String,
    /// Who issued it.
    pub issuer: String,
    /// The Apple Account that it was made with; may be empty.
    pub apple_account: String,
    /// When it stops being valid.
    pub not_after: Timestamp,
    /// How it stands.
    pub standing: Standing,
    /// When it was installed.
    pub installed_at: Timestamp,
    /// When Apple last took a push under it.
    pub working_at: Option<Timestamp>,
    /// How pushes fail, if they do.
    pub failure: Option<FailingPushes>,
    /// How many devices are enrolled under its topic.
    pub devices: i64,
}

/// Everything about the push certificate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PushCertificateView {
    /// The installed one.
    pub installed: Option<Installed>,
    /// When a request was made that waits for Apple's answer.
    pub requested_at: Option<Timestamp>,
    /// How many devices are enrolled under another topic: simulated ones, or those of a certificate that was removed.
    pub devices_beside: i64,
}

/// What the dashboard says about the push certificate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PushNotice {
    /// It is to be renewed.
    Expiring {
        /// Whole days left.
        days: i64,
        /// The warning that is due: 30, 14, 7 or 1 days ahead.
        warning: i64,
        /// How many devices are enrolled under its topic.
        devices: i64,
    },
    /// It has expired.
    Expired {
        /// How many devices are enrolled under its topic.
        devices: i64,
    },
    /// Pushes fail although it is valid.
    Failing {
        /// How, and since when.
        failing: FailingPushes,
        /// How many devices are enrolled under its topic.
        devices: i64,
    },
}

impl Core {
    /// How the push certificate stands.
    ///
    /// # Errors
    /// [`CoreError::Denied`] without [`crate::Permission::ReadConsole`].
    pub async fn push_certificate(&self, actor: &Actor, now: Timestamp) -> Result<PushCertificateView, CoreError> {
        self.require_reader(actor, "push-certificate", now).await?;
        let mut tx = self.store().read().await?;
        let installed = installed(&mut tx, now).await?;
        let topic = installed.as_ref().map_or("", |installed| &*installed.topic);
        Ok(PushCertificateView {
            devices_beside: tx.count_enrolled_beside(topic).await?,
            requested_at: tx.find_push_certificate_request().await?.map(|request| request.made_at),
            installed,
        })
    }
}

/// The installed certificate.
pub(crate) async fn installed(tx: &mut Tx, now: Timestamp) -> Result<Option<Installed>, CoreError> {
    let Some(found) = tx.find_push_certificate().await? else { return Ok(None) };
    Ok(Some(Installed {
        devices: tx.count_enrolled_under(&found.topic).await?,
        standing: Standing::at(now, found.not_after),
        fingerprint: found.fingerprint,
        topic: found.topic,
        issuer: found.issuer,
        apple_account: found.apple_account,
        not_after: found.not_after,
        installed_at: found.installed_at,
        working_at: found.working_at,
        failure: found.failure,
    }))
}

/// What is to be said about it on the dashboard; mostly nothing.
pub(crate) fn notice(installed: &Installed) -> Option<PushNotice> {
    let devices = installed.devices;
    match (installed.standing, &installed.failure) {
        (Standing::Expired, _) => Some(PushNotice::Expired { devices }),
        (_, Some(failing)) => Some(PushNotice::Failing { failing: failing.clone(), devices }),
        (Standing::Expiring { days, warning }, None) => Some(PushNotice::Expiring { days, warning, devices }),
        (Standing::Valid { .. }, None) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn people_are_warned_30_14_7_and_1_days_ahead() {
        let end = Timestamp(0);
        let before = |days: i64, seconds: i64| Standing::at(end.plus_seconds(-days * DAY - seconds), end);
        let expiring = |days, warning| Standing::Expiring { days, warning };
        for (left, standing) in [
            (before(365, 0), Standing::Valid { days: 365 }),
            (before(30, 1), Standing::Valid { days: 30 }),
            (before(30, 0), expiring(30, 30)),
            (before(29, 86_399), expiring(29, 30)),
            (before(14, 1), expiring(14, 30)),
            (before(14, 0), expiring(14, 14)),
            (before(7, 1), expiring(7, 14)),
            (before(7, 0), expiring(7, 7)),
            (before(1, 1), expiring(1, 7)),
            (before(1, 0), expiring(1, 1)),
            (before(0, 1), expiring(0, 1)),
            (before(0, 0), Standing::Expired),
            (before(-1, 0), Standing::Expired),
        ] {
            assert_eq!(left, standing);
        }
    }
}
