//! How pushes leave: to a local push service that speaks as Apple's does. Apple's own comes with the push certificate.

use baton_core::push::{PushTransport, TransportError};
use baton_mdm::push::{PushOutcome, PushRequest};

/// Sends pushes over plain HTTP to the push service of simulated devices.
pub struct LocalPush {
    client: reqwest::Client,
    base: String,
}

impl LocalPush {
    /// Pushes to the service at `base`; without one every push waits in the outbox.
    ///
    /// # Errors
    /// When the HTTP client cannot be set up.
    pub fn new(base: &str) -> Result<Self, reqwest::Error> {
        let client = reqwest::Client::builder()
            .timeout(std::time::Duration::from_secs(10))
            .redirect(reqwest::redirect::Policy::none())
            .no_proxy()
            .build()?;
        Ok(Self { client, base: base.to_owned() })
    }
}

impl PushTransport for LocalPush {
    async fn send(&self, request: &PushRequest) -> Result<PushOutcome, TransportError> {
        if self.base.is_empty() {
            return Err(TransportError("no push service is configured (push_url)".to_owned()));
        }
        let failed = |error: reqwest::Error| TransportError(error.without_url().to_string());
        let mut message = self.client.post(format!("{}{}", self.base, request.path)).body(request.body.clone());
        for (name, value) in &request.headers {
            message = message.header(*name, value);
        }
        let answer = message.send().await.map_err(failed)?;
        let status = answer.status().as_u16();
        let body = answer.bytes().await.map_err(failed)?;
        Ok(PushOutcome::from_answer(status, &body))
    }
}
