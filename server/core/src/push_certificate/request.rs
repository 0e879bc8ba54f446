//! Asking Apple for a certificate: Baton makes the key and the request, so that the key never leaves it.

use baton_mdm::push_certificate::CertificateRequest;
use baton_model::{PushCertificateRequest, Timestamp};
use serde_json::json;

use super::KEY_PURPOSE;
use crate::{
    Actor, Core, CoreError, Permission,
    audit::{self, Event},
};

impl Core {
    /// Makes a new request for a push certificate, with a new key. The request before can no longer be answered.
    ///
    /// # Errors
    /// [`CoreError::Denied`] without [`Permission::ManageSettings`], [`CoreError::CertificateRequest`].
    pub async fn request_push_certificate(&self, actor: &Actor, now: Timestamp) -> Result<(), CoreError> {
        let event = || Event::new("push-certificate.request", "push-certificate", "");
        self.require(actor, Permission::ManageSettings, event(), now).await?;
        let organisation = self.config().organisation.clone();
        // Looking for primes takes its time, so it happens neither on the runtime nor while the database is locked.
        let made = tokio::task::spawn_blocking(move || CertificateRequest::create(&organisation)).await;
        let made = made.map_err(|error| CoreError::Corrupt(format!("the request could not be made: {error}")))??;
        let request = PushCertificateRequest {
            request: made.pem,
            sealed_key: self.vault().seal(KEY_PURPOSE, made.key.pem().as_bytes())?,
            made_at: now,
        };
        let mut tx = self.store().begin().await?;
        let replaced = tx.find_push_certificate_request().await?.is_some();
        tx.keep_push_certificate_request(&request).await?;
        audit::record(&mut tx, actor, event().with(json!({ "replaced": replaced })), true, now).await?;
        Ok(tx.commit().await?)
    }

    /// The request for a push certificate as PEM, to be taken to Apple.
    ///
    /// # Errors
    /// [`CoreError::Denied`] without [`Permission::ManageSettings`], [`CoreError::NotFound`] when there is none.
    pub async fn push_certificate_request(&self, actor: &Actor, now: Timestamp) -> Result<String, CoreError> {
        let event = Event::new("push-certificate.request", "push-certificate", "");
        self.require(actor, Permission::ManageSettings, event, now).await?;
        let request = self.store().read().await?.find_push_certificate_request().await?;
        request.map(|request| request.request).ok_or(CoreError::NotFound("request for a push certificate"))
    }
}
