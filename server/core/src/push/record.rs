//! What an answer of a push service means for the outbox.

use baton_mdm::push::PushOutcome;
use baton_model::Timestamp;
use baton_store::{DuePush, Tx};
use time::OffsetDateTime;

use super::TransportError;
use crate::{Core, CoreError, enrollment::offset_date_time};

/// A device that does not come although it was pushed is pushed again after so many seconds while commands are open.
const AGAIN_AFTER: i64 = 3600;
/// A token that Apple does not take is tried again after so many seconds. Apple asks not to, and the fault may be ours.
const REFUSED_TOKEN_PAUSE: i64 = 86_400;
/// A token that came after Apple's word that it is gone is given up after so many attempts all the same, because one of
/// the clocks may be wrong.
const DOUBTFUL_ATTEMPTS: i64 = 8;

impl Core {
    /// Writes down what became of a push. `sealed` is the token it went to, as stored.
    pub(super) async fn record(
        &self,
        push: &DuePush,
        sealed: &[u8],
        outcome: Result<PushOutcome, TransportError>,
        now: Timestamp,
    ) -> Result<(), CoreError> {
        let enrollment = &push.enrollment.id;
        let id = enrollment.as_str();
        let retry_at = now.plus_seconds(retry_delay(push.attempts));
        let mut tx = self.store().begin().await?;
        let mut fate = None;
        match outcome {
            Ok(PushOutcome::Accepted) => {
                tracing::debug!(enrollment = id, "a push was accepted");
                tx.push_accepted(enrollment, push.due_at).await?;
                if tx.next_not_before(enrollment).await?.is_some() {
                    tx.mark_push_due(enrollment, now.plus_seconds(AGAIN_AFTER)).await?;
                }
            }
            Ok(PushOutcome::TokenGone { since }) => {
                fate = Some(token_gone(&mut tx, push, sealed, since, now).await?);
            }
            Ok(PushOutcome::TokenRefused { reason }) => {
                tracing::warn!(enrollment = id, reason, "a push token was refused");
                let pause = now.plus_seconds(REFUSED_TOKEN_PAUSE);
                tx.refuse_push_token(enrollment, sealed, now, pause).await?;
            }
            Ok(PushOutcome::Retry { reason, after }) => {
                tracing::warn!(enrollment = id, reason, "a push is to be sent later");
                let asked_for = now.plus_seconds(after.map_or(0, i64::from));
                tx.push_failed(enrollment, retry_at.max(asked_for)).await?;
            }
            Ok(PushOutcome::CertificateRefused { reason }) => {
                tracing::error!(enrollment = id, reason, "the push service refused the certificate");
                tx.push_failed(enrollment, retry_at).await?;
            }
            Ok(PushOutcome::Refused { reason }) => {
                tracing::warn!(enrollment = id, reason, "a push was refused");
                tx.push_failed(enrollment, retry_at).await?;
            }
            Err(error) => {
                tracing::warn!(enrollment = id, %error, "a push could not be sent");
                tx.push_failed(enrollment, retry_at).await?;
            }
        }
        tx.commit().await?;
        // Only now: whoever reads it in the log finds it on the device's page.
        if let Some(fate) = fate {
            fate.log(id);
        }
        Ok(())
    }
}

/// What becomes of a token that Apple says is gone.
#[derive(Clone, Copy)]
enum Fate {
    Kept,
    Retired,
    Replaced,
}

impl Fate {
    fn log(self, enrollment: &str) {
        match self {
            Self::Kept => {
                tracing::warn!(enrollment, "the push token came after Apple's word that it is gone; it is kept");
            }
            Self::Retired => {
                tracing::warn!(enrollment, "the push token is gone; the device cannot be woken until it sends one");
            }
            Self::Replaced => tracing::info!(enrollment, "the push token is gone; the device has sent another"),
        }
    }
}

/// Apple found the token to be invalid at `since`. One that the device sent later may be valid, and one that came while
/// this push was under way is not concerned at all.
async fn token_gone(
    tx: &mut Tx,
    push: &DuePush,
    sealed: &[u8],
    since: Option<OffsetDateTime>,
    now: Timestamp,
) -> Result<Fate, CoreError> {
    let id = &push.enrollment.id;
    if is_newer(push.token_at, since) && push.attempts < DOUBTFUL_ATTEMPTS {
        tx.push_failed(id, now.plus_seconds(retry_delay(push.attempts))).await?;
        Ok(Fate::Kept)
    } else if tx.retire_push_token(id, sealed, now).await? {
        Ok(Fate::Retired)
    } else {
        Ok(Fate::Replaced)
    }
}

fn is_newer(token_at: Option<Timestamp>, since: Option<OffsetDateTime>) -> bool {
    matches!((token_at, since), (Some(token_at), Some(since)) if offset_date_time(token_at) > since)
}

/// Seconds until a failed push is tried again: 1, 2, 4 … at most 10 minutes.
pub(super) fn retry_delay(attempts: i64) -> i64 {
    (1 << attempts.clamp(0, 10)).min(600)
}

#[cfg(test)]
mod tests {
    use super::retry_delay;

    #[test]
    fn retries_grow_rarer_up_to_ten_minutes() {
        assert_eq!([0, 1, 5, 9, 10, 99].map(retry_delay), [1, 2, 32, 512, 600, 600]);
    }
}
