//! Which push service takes the pushes under a topic.

use std::{collections::BTreeSet, sync::Arc};

use baton_mdm::push_certificate::PushIdentity;
use baton_model::{PushCertificate, Timestamp};
use baton_store::Tx;
use thiserror::Error;

use crate::{CoreError, Vault, push_certificate::KEY_PURPOSE};

/// Who takes a push.
#[derive(Clone, Debug)]
pub enum PushService {
    /// The operator's own (`push_url`), for devices under a topic that is not Apple's.
    Local,
    /// Apple's, with the installed certificate.
    Apple(Arc<PushIdentity>),
}

/// Why nothing can be sent under a topic of Apple's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub(super) enum Hindrance {
    #[error("there is no push certificate for its topic")]
    NoCertificate,
    #[error("the push certificate has expired")]
    Expired,
    #[error("the push certificate is not valid yet")]
    NotYetValid,
    #[error("the key of the push certificate cannot be read")]
    KeyUnreadable,
}

/// The services at the time of a batch.
pub(super) struct Services {
    /// Topics that are Apple's business, whether there is a certificate or not. A device under one of them must never
    /// be given to another service, whose word that it knows no such device would cost the token.
    apples: BTreeSet<String>,
    apple: Option<Apple>,
}

/// Apple's push service with the installed certificate, as far as that can be used.
pub(super) struct Apple {
    pub(super) certificate: PushCertificate,
    service: Result<PushService, Hindrance>,
}

impl Services {
    pub(super) async fn load(tx: &mut Tx, vault: &Vault, now: Timestamp) -> Result<Self, CoreError> {
        let apple = tx.find_push_certificate().await?.map(|certificate| Apple::open(vault, certificate, now));
        Ok(Self { apples: tx.apple_topics().await?.into_iter().collect(), apple })
    }

    /// Who takes pushes under this topic.
    pub(super) fn of(&self, topic: &str) -> Result<PushService, Hindrance> {
        match &self.apple {
            Some(apple) if apple.certificate.topic == topic => apple.service.clone(),
            _ if self.apples.contains(topic) => Err(Hindrance::NoCertificate),
            _ => Ok(PushService::Local),
        }
    }

    pub(super) const fn apple(&self) -> Option<&Apple> {
        self.apple.as_ref()
    }
}

impl Apple {
    fn open(vault: &Vault, certificate: PushCertificate, now: Timestamp) -> Self {
        let service = if now >= certificate.not_after {
            Err(Hindrance::Expired)
        } else if now < certificate.not_before {
            Err(Hindrance::NotYetValid)
        } else {
            let key = vault.open(KEY_PURPOSE, &certificate.sealed_key).ok().and_then(|key| String::from_utf8(key).ok());
            key.ok_or(Hindrance::KeyUnreadable).map(|key_pem| {
                PushService::Apple(Arc::new(PushIdentity {
                    topic: certificate.topic.clone(),
                    fingerprint: certificate.fingerprint.clone(),
                    certificate_pem: certificate.certificate.clone(),
                    key_pem,
                }))
            })
        };
        Self { certificate, service }
    }
}
