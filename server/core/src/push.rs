//! Pushes: an outbox. Being due is written with what makes it due, and cleared when the push service accepts.

use std::future::Future;

use baton_mdm::push::{PushOutcome, PushRequest};
use baton_model::Timestamp;
use baton_store::DuePush;
use futures::stream::{self, StreamExt as _};
use thiserror::Error;

use crate::{Core, CoreError, enrollment::offset_date_time};

pub(crate) const TOKEN_PURPOSE: &str = "push-token";
/// How long the push service keeps a push for a device that is offline.
const KEEP_SECONDS: i64 = 7 * 86_400;
/// A device that does not come although it was pushed is pushed again after so many seconds while commands are open.
const AGAIN_AFTER: i64 = 3600;
/// How many pushes are sent in one go.
const BATCH: u32 = 100;
/// How many of them at the same time.
const AT_ONCE: usize = 16;

/// The push service cannot be reached, or breaks off.
#[derive(Debug, Error)]
#[error("the push service did not answer: {0}")]
pub struct TransportError(pub String);

/// Takes one request to the push service and brings its answer.
pub trait PushTransport: Send + Sync {
    /// Sends the request.
    fn send(&self, request: &PushRequest) -> impl Future<Output = Result<PushOutcome, TransportError>> + Send;
}

impl Core {
    /// Sends the pushes that are due, at most a batch. Returns how many it took on.
    ///
    /// # Errors
    /// [`CoreError`] when the database fails; what was sent by then is recorded.
    pub async fn send_due_pushes(&self, transport: &impl PushTransport, now: Timestamp) -> Result<usize, CoreError> {
        let due = {
            let mut tx = self.store().begin().await?;
            let due = tx.due_pushes(now, BATCH).await?;
            tx.commit().await?;
            due
        };
        // A loop and not a closure: with one the compiler cannot tell that the whole may be sent to another thread.
        let mut sending = Vec::with_capacity(due.len());
        for push in &due {
            sending.push(self.try_push(transport, push, now));
        }
        let results: Vec<Result<(), CoreError>> = stream::iter(sending).buffer_unordered(AT_ONCE).collect().await;
        results.into_iter().collect::<Result<(), CoreError>>()?;
        Ok(due.len())
    }

    /// Sends one push. One that cannot be made is put off, and keeps no other waiting.
    async fn try_push(&self, transport: &impl PushTransport, push: &DuePush, now: Timestamp) -> Result<(), CoreError> {
        match self.send_push(transport, push, now).await {
            Err(CoreError::Vault(error)) => {
                tracing::error!(enrollment = push.enrollment.id.as_str(), %error, "a push token cannot be read");
                let mut tx = self.store().begin().await?;
                tx.push_failed(&push.enrollment.id, now.plus_seconds(retry_delay(push.attempts))).await?;
                Ok(tx.commit().await?)
            }
            other => other,
        }
    }

    async fn send_push(&self, transport: &impl PushTransport, push: &DuePush, now: Timestamp) -> Result<(), CoreError> {
        let enrollment = &push.enrollment;
        let (Some(token), Some(magic)) = (&enrollment.push_token, &enrollment.push_magic) else {
            let mut tx = self.store().begin().await?;
            tx.push_accepted(&enrollment.id, push.due_at).await?;
            return Ok(tx.commit().await?);
        };
        let token = self.vault().open(TOKEN_PURPOSE, token)?;
        let request =
            PushRequest::new(&enrollment.topic, &token, magic, Some(offset_date_time(now.plus_seconds(KEEP_SECONDS))));
        let outcome = transport.send(&request).await;
        let mut tx = self.store().begin().await?;
        let retry_at = now.plus_seconds(retry_delay(push.attempts));
        match outcome {
            Ok(PushOutcome::Accepted) => {
                tx.push_accepted(&enrollment.id, push.due_at).await?;
                if tx.next_not_before(&enrollment.id).await?.is_some() {
                    tx.mark_push_due(&enrollment.id, now.plus_seconds(AGAIN_AFTER)).await?;
                }
            }
            Ok(PushOutcome::TokenGone) => {
                tracing::warn!(enrollment = enrollment.id.as_str(), "the push token is gone");
                tx.retire_push_token(&enrollment.id).await?;
            }
            Ok(outcome) => {
                tracing::warn!(enrollment = enrollment.id.as_str(), ?outcome, "a push was refused");
                tx.push_failed(&enrollment.id, retry_at).await?;
            }
            Err(error) => {
                tracing::warn!(enrollment = enrollment.id.as_str(), %error, "a push could not be sent");
                tx.push_failed(&enrollment.id, retry_at).await?;
            }
        }
        Ok(tx.commit().await?)
    }
}

/// Seconds until a failed push is tried again: 1, 2, 4 … at most 10 minutes.
fn retry_delay(attempts: i64) -> i64 {
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
