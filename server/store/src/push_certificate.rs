//! The push certificate and the request for the next one: one row each at most.

use baton_model::{FailingPushes, PushCertificate, PushCertificateRequest, PushFailure, Timestamp};

use crate::{
    error::StoreError,
    row::{Record, Row, Text},
    statement::{Columns, sql},
    store::Tx,
};

/// The id of the only row.
const ONLY: i64 = 1;

impl Record for PushCertificate {
    const TABLE: &'static str = "push_certificate";

    fn read(row: &Row<'_>) -> Result<Self, StoreError> {
        let failure = match row.maybe_text("failure")? {
            None => None,
            Some(_) => Some(FailingPushes {
                since: row.time("failed_at")?,
                failure: row.word("failure", PushFailure::from_text)?,
                reason: row.maybe_text("failure_reason")?.unwrap_or_default(),
            }),
        };
        Ok(Self {
            fingerprint: row.text("fingerprint")?,
            topic: row.text("topic")?,
            certificate: row.text("certificate")?,
            sealed_key: row.maybe_bytes("sealed_key")?.unwrap_or_default(),
            issuer: row.text("issuer")?,
            apple_account: row.text("apple_account")?,
            not_before: row.time("not_before")?,
            not_after: row.time("not_after")?,
            installed_at: row.time("installed_at")?,
            working_at: row.maybe_time("working_at")?,
            failure,
        })
    }
}

impl Record for PushCertificateRequest {
    const TABLE: &'static str = "push_certificate_request";

    fn read(row: &Row<'_>) -> Result<Self, StoreError> {
        Ok(Self {
            request: row.text("request")?,
            sealed_key: row.maybe_bytes("sealed_key")?.unwrap_or_default(),
            made_at: row.time("made_at")?,
        })
    }
}

impl Tx {
    /// The installed push certificate.
    ///
    /// # Errors
    ///
    /// Those of the engine.
    pub async fn find_push_certificate(&mut self) -> Result<Option<PushCertificate>, StoreError> {
        self.find(sql("SELECT * FROM push_certificate")).await
    }

    /// Installs a push certificate in place of the one before, unless that has another topic; whether it did. How
    /// pushes fared is forgotten.
    ///
    /// # Errors
    ///
    /// Those of the engine.
    pub async fn install_push_certificate(&mut self, certificate: &PushCertificate) -> Result<bool, StoreError> {
        let insert = Columns::new()
            .set("id", ONLY)
            .set("fingerprint", &certificate.fingerprint)
            .set("topic", &certificate.topic)
            .set("certificate", &certificate.certificate)
            .set("sealed_key", certificate.sealed_key.as_slice())
            .set("issuer", &certificate.issuer)
            .set("apple_account", &certificate.apple_account)
            .set("not_before", certificate.not_before)
            .set("not_after", certificate.not_after)
            .set("installed_at", certificate.installed_at)
            .insert_into("push_certificate")
            .with(
                " ON CONFLICT (id) DO UPDATE SET fingerprint = excluded.fingerprint, \
                 certificate = excluded.certificate, sealed_key = excluded.sealed_key, issuer = excluded.issuer, \
                 apple_account = excluded.apple_account, not_before = excluded.not_before, \
                 not_after = excluded.not_after, installed_at = excluded.installed_at, working_at = NULL, \
                 failed_at = NULL, failure = NULL, failure_reason = NULL \
                 WHERE push_certificate.topic = excluded.topic",
            );
        if !self.change_one(insert).await? {
            return Ok(false);
        }
        let topic = Columns::new().set("topic", &certificate.topic).insert_into("push_topics");
        self.change(topic.with(" ON CONFLICT (topic) DO NOTHING")).await?;
        Ok(true)
    }

    /// Every topic that a push certificate ever had.
    ///
    /// # Errors
    ///
    /// Those of the engine.
    pub async fn apple_topics(&mut self) -> Result<Vec<String>, StoreError> {
        let topics: Vec<Text> = self.list(sql("SELECT topic AS text FROM push_topics ORDER BY topic")).await?;
        Ok(topics.into_iter().filter_map(|Text(topic)| topic).collect())
    }

    /// Removes the push certificate if it is still this one; whether it was.
    ///
    /// # Errors
    ///
    /// Those of the engine.
    pub async fn remove_push_certificate(&mut self, fingerprint: &str) -> Result<bool, StoreError> {
        self.change_one(sql("DELETE FROM push_certificate WHERE fingerprint = $1").bind(fingerprint)).await
    }

    /// Notes that Apple took a push under this certificate. What is not installed any more is passed over.
    ///
    /// # Errors
    ///
    /// Those of the engine.
    pub async fn note_push_working(&mut self, fingerprint: &str, now: Timestamp) -> Result<(), StoreError> {
        let update = sql("UPDATE push_certificate SET working_at = $1, failed_at = NULL, failure = NULL, \
             failure_reason = NULL WHERE fingerprint = $2");
        self.change(update.bind(now).bind(fingerprint)).await.map(|_| ())
    }

    /// Notes that pushes fail as a whole under this certificate; since when is kept.
    ///
    /// # Errors
    ///
    /// Those of the engine.
    pub async fn note_push_failure(
        &mut self,
        fingerprint: &str,
        failure: PushFailure,
        reason: &str,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let update = sql("UPDATE push_certificate SET failed_at = COALESCE(failed_at, $1), failure = $2, \
             failure_reason = $3 WHERE fingerprint = $4");
        self.change(update.bind(now).bind(failure).bind(reason).bind(fingerprint)).await.map(|_| ())
    }

    /// The request for a certificate that waits for Apple's answer.
    ///
    /// # Errors
    ///
    /// Those of the engine.
    pub async fn find_push_certificate_request(&mut self) -> Result<Option<PushCertificateRequest>, StoreError> {
        self.find(sql("SELECT * FROM push_certificate_request")).await
    }

    /// Keeps a request in place of the one before.
    ///
    /// # Errors
    ///
    /// Those of the engine.
    pub async fn keep_push_certificate_request(&mut self, request: &PushCertificateRequest) -> Result<(), StoreError> {
        let insert = Columns::new()
            .set("id", ONLY)
            .set("request", &request.request)
            .set("sealed_key", request.sealed_key.as_slice())
            .set("made_at", request.made_at)
            .insert_into("push_certificate_request")
            .with(
                " ON CONFLICT (id) DO UPDATE SET request = excluded.request, sealed_key = excluded.sealed_key, \
                 made_at = excluded.made_at",
            );
        self.change(insert).await.map(|_| ())
    }

    /// Forgets the request and its key; whether there was one.
    ///
    /// # Errors
    ///
    /// Those of the engine.
    pub async fn forget_push_certificate_request(&mut self) -> Result<bool, StoreError> {
        self.change_one(sql("DELETE FROM push_certificate_request")).await
    }
}
