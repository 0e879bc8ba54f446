//! How pushes leave: to Apple's push service with the organisation's certificate, or to a local push service that speaks
//! as Apple's does, for simulated devices.

use std::{fs, io, path::PathBuf, time::Duration};

use baton_apns::{Apns, ApnsError, PATIENCE};
use baton_core::push::{PushService, PushTransport, TransportError};
use baton_mdm::push::{PushOutcome, PushRequest};
use thiserror::Error;

use crate::config::Settings;

/// Why pushes cannot leave at all.
#[derive(Debug, Error)]
pub enum PushError {
    /// The HTTP client cannot be set up.
    #[error("the client for the local push service cannot be set up")]
    Local(#[source] reqwest::Error),
    /// The file of authorities cannot be read.
    #[error("`apns_ca` names `{}`, which cannot be read", file.display())]
    Authorities {
        /// The file.
        file: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// The settings for Apple's push service do not work.
    #[error("the settings for Apple's push service do not work")]
    Apple(#[from] ApnsError),
}

/// Sends each push to the service that it is for.
pub struct Push {
    local: LocalPush,
    apple: Apns,
}

impl Push {
    /// Pushes to the services of these settings. Nothing is connected to yet.
    ///
    /// # Errors
    /// [`PushError`].
    pub fn new(settings: &Settings) -> Result<Self, PushError> {
        let file = &settings.apns_ca;
        let authorities = if file.as_os_str().is_empty() {
            None
        } else {
            Some(fs::read(file).map_err(|source| PushError::Authorities { file: file.clone(), source })?)
        };
        let apple = baton_apns::Settings { url: settings.apns_url.clone(), authorities, patience: PATIENCE };
        Ok(Self { local: LocalPush::new(&settings.push_url)?, apple: Apns::new(&apple)? })
    }
}

impl PushTransport for Push {
    async fn send(&self, service: &PushService, request: &PushRequest) -> Result<PushOutcome, TransportError> {
        match service {
            PushService::Local => self.local.send(request).await,
            PushService::Apple(identity) => {
                self.apple.send(identity, request).await.map_err(|error| TransportError(error.to_string()))
            }
        }
    }
}

/// Sends pushes over plain HTTP to the push service of simulated devices.
struct LocalPush {
    client: reqwest::Client,
    base: String,
}

impl LocalPush {
    /// Pushes to the service at `base`; without one every push waits in the outbox.
    fn new(base: &str) -> Result<Self, PushError> {
        let client = reqwest::Client::builder()
            .timeout(Duration::from_secs(10))
            .redirect(reqwest::redirect::Policy::none())
            .no_proxy()
            .build()
            .map_err(PushError::Local)?;
        Ok(Self { client, base: base.to_owned() })
    }

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
        Ok(PushOutcome::from_answer(status, None, &body))
    }
}
