//! Pushes: an outbox. Being due is written with what makes it due, and cleared when the push service accepts.
//!
//! Which service a push goes to follows from the topic that its device was enrolled under: that of the installed push
//! certificate is Apple's, any other a local service's.

mod again;
mod health;
mod record;
mod services;

pub use again::PushDeviceError;
pub use services::PushService;

use std::future::Future;

use baton_mdm::push::{PushOutcome, PushRequest};
use baton_model::Timestamp;
use baton_store::DuePush;
use futures::stream::{self, StreamExt as _};
use thiserror::Error;

use self::{health::Fared, record::retry_delay, services::Services};
use crate::{Core, CoreError, enrollment::offset_date_time};

pub(crate) const TOKEN_PURPOSE: &str = "push-token";
/// How long the push service keeps a push for a device that is offline.
const KEEP_SECONDS: i64 = 7 * 86_400;
/// How many pushes are sent in one go, all of them at once: a service that hangs holds them no longer than one of them,
/// and so within the lease.
const BATCH: u32 = 100;

/// The push service cannot be reached, or breaks off.
#[derive(Debug, Error)]
#[error("the push service did not answer: {0}")]
pub struct TransportError(pub String);

/// Takes one request to its push service and brings the answer.
pub trait PushTransport: Send + Sync {
    /// Sends the request.
    fn send(
        &self,
        service: &PushService,
        request: &PushRequest,
    ) -> impl Future<Output = Result<PushOutcome, TransportError>> + Send;
}

impl Core {
    /// Takes up what a former instance may have held when it died. For an instance that starts.
    ///
    /// # Errors
    /// [`CoreError`] when the database fails.
    pub async fn take_over_pushes(&self) -> Result<(), CoreError> {
        let mut tx = self.store().begin().await?;
        tx.end_push_leases().await?;
        tx.commit().await?;
        Ok(())
    }

    /// Sends the pushes that are due, at most a batch. Returns how many it took on.
    ///
    /// # Errors
    /// [`CoreError`] when the database fails; what was sent by then is recorded.
    pub async fn send_due_pushes(&self, transport: &impl PushTransport, now: Timestamp) -> Result<usize, CoreError> {
        let (due, services) = {
            let mut tx = self.store().begin().await?;
            let due = tx.due_pushes(now, BATCH).await?;
            if due.is_empty() {
                return Ok(0);
            }
            // Read with each batch, so that every instance uses a new certificate at once.
            let services = Services::load(&mut tx, self.vault(), now).await?;
            tx.commit().await?;
            (due, services)
        };
        // A loop and not a closure: with one the compiler cannot tell that the whole may be sent to another thread.
        let mut sending = Vec::with_capacity(due.len());
        for push in &due {
            sending.push(self.try_push(transport, &services, push, now));
        }
        let fared: Vec<Result<Fared, CoreError>> =
            stream::iter(sending).buffer_unordered(BATCH as usize).collect().await;
        let fared = fared.into_iter().collect::<Result<Vec<Fared>, CoreError>>()?;
        if let Some(apple) = services.apple() {
            self.note_health(apple, &fared, now).await?;
        }
        Ok(due.len())
    }

    /// Sends one push. One that cannot be made is put off, and keeps no other waiting.
    async fn try_push(
        &self,
        transport: &impl PushTransport,
        services: &Services,
        push: &DuePush,
        now: Timestamp,
    ) -> Result<Fared, CoreError> {
        match self.send_push(transport, services, push, now).await {
            Err(CoreError::Vault(error)) => {
                tracing::error!(enrollment = push.enrollment.id.as_str(), %error, "a push token cannot be read");
                self.put_off(push, now.plus_seconds(retry_delay(push.attempts))).await?;
                Ok(Fared::Apart)
            }
            other => other,
        }
    }

    async fn send_push(
        &self,
        transport: &impl PushTransport,
        services: &Services,
        push: &DuePush,
        now: Timestamp,
    ) -> Result<Fared, CoreError> {
        let enrollment = &push.enrollment;
        let (Some(sealed), Some(magic)) = (&enrollment.push_token, &enrollment.push_magic) else {
            let mut tx = self.store().begin().await?;
            tx.push_accepted(&enrollment.id, push.due_at).await?;
            tx.commit().await?;
            return Ok(Fared::Apart);
        };
        let service = match services.of(&enrollment.topic) {
            Ok(service) => service,
            Err(hindrance) => {
                tracing::warn!(enrollment = enrollment.id.as_str(), %hindrance, "a push is put off");
                self.put_off(push, now.plus_seconds(retry_delay(push.attempts))).await?;
                return Ok(hindrance.fared());
            }
        };
        let token = self.vault().open(TOKEN_PURPOSE, sealed)?;
        let expires = offset_date_time(now.plus_seconds(KEEP_SECONDS));
        let request = PushRequest::new(&enrollment.topic, &token, magic, Some(expires));
        let outcome = transport.send(&service, &request).await;
        let fared = match service {
            PushService::Apple(_) => Fared::of(&outcome),
            PushService::Local => Fared::Apart,
        };
        self.record(push, sealed, outcome, now).await?;
        Ok(fared)
    }

    async fn put_off(&self, push: &DuePush, until: Timestamp) -> Result<(), CoreError> {
        let mut tx = self.store().begin().await?;
        tx.push_failed(&push.enrollment.id, until).await?;
        Ok(tx.commit().await?)
    }
}
