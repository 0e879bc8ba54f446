//! Installing, renewing and removing the push certificate.

use baton_mdm::push_certificate::{CertificateFile, PrivateKey, PushCertificate as Certificate};
use baton_model::{PushCertificate, Timestamp};
use baton_store::Tx;
use serde_json::json;

use super::{
    KEY_PURPOSE, PushCertificateProblem as Problem,
    problem::{FILE, KEY, of_file, of_key},
};
use crate::{
    Actor, Core, CoreError, FieldError, FieldProblem, Permission,
    audit::{self, Event},
};

/// The most characters of the Apple Account's name.
pub const MAX_ACCOUNT: usize = 200;

/// What an administrator uploads. Field names: `certificate`, `key`, `password`, `appleAccount`.
#[derive(Clone, Default)]
pub struct PushCertificateForm {
    /// The certificate: PEM, DER, PEM with its key, or PKCS#12. A file that is too large may be cut off behind
    /// [`baton_mdm::push_certificate::MAX_FILE_BYTES`].
    pub certificate: Vec<u8>,
    /// The private key where it was not made here and is not in the same file; else empty.
    pub key: Vec<u8>,
    /// The password of PKCS#12; else empty.
    pub password: String,
    /// The Apple Account that the certificate was made with, so that somebody can renew it next year. May be empty.
    pub apple_account: String,
}

/// What was uploaded, taken apart.
struct Upload {
    certificate: Certificate,
    /// The key that came with it.
    key: Option<PrivateKey>,
}

impl Core {
    /// Installs a push certificate, or the renewal of the installed one. Its key is the one that was uploaded with it,
    /// or that of the request that was made here, or that of the installed certificate. From then on every instance
    /// pushes with it, and pushes that failed before are tried again.
    ///
    /// # Errors
    /// [`CoreError::Denied`] without [`Permission::ManageSettings`]; [`CoreError::Invalid`], and nothing is changed;
    /// [`CoreError::Stale`] when somebody else installed another at the same moment.
    pub async fn install_push_certificate(
        &self,
        actor: &Actor,
        form: PushCertificateForm,
        now: Timestamp,
    ) -> Result<(), CoreError> {
        let event = || Event::new("push-certificate.install", "push-certificate", "");
        self.require(actor, Permission::ManageSettings, event(), now).await?;
        let apple_account = form.apple_account.trim().to_owned();
        let mut errors: Vec<FieldError> = check_account(&apple_account).into_iter().collect();
        // Opening PKCS#12 takes its time on purpose.
        let read = tokio::task::spawn_blocking(move || read(&form, now)).await;
        let read = read.map_err(|error| CoreError::Corrupt(format!("the certificate could not be read: {error}")))?;
        let upload = match read {
            Ok(upload) if errors.is_empty() => upload,
            Ok(_) => return Err(CoreError::Invalid(errors)),
            Err(more) => {
                errors.extend(more);
                return Err(CoreError::Invalid(errors));
            }
        };
        let mut tx = self.store().begin().await?;
        let before = tx.find_push_certificate().await?;
        if before.as_ref().is_some_and(|before| before.topic != upload.certificate.topic) {
            return Err(CoreError::Invalid(vec![Problem::OtherTopic.at(FILE)]));
        }
        let key = self.key_for(&mut tx, &upload, before.as_ref()).await?;
        let certificate = &upload.certificate;
        let installed = PushCertificate {
            fingerprint: certificate.fingerprint.clone(),
            topic: certificate.topic.clone(),
            certificate: certificate.pem(),
            sealed_key: self.vault().seal(KEY_PURPOSE, key.pem().as_bytes())?,
            issuer: certificate.issuer.clone(),
            apple_account,
            not_before: timestamp(certificate.not_before),
            not_after: timestamp(certificate.not_after),
            installed_at: now,
            working_at: None,
            failure: None,
        };
        if !tx.install_push_certificate(&installed).await? {
            return Err(CoreError::Stale);
        }
        let retried = tx.retry_pushes(&installed.topic).await?;
        let detail = json!({
            "topic": installed.topic,
            "validUntil": certificate.not_after.to_string(),
            "fingerprint": installed.fingerprint,
            "replaces": before.map(|before| before.fingerprint),
        });
        audit::record(&mut tx, actor, event().with(detail), true, now).await?;
        tx.commit().await?;
        tracing::info!(topic = installed.topic, retried, "a push certificate was installed");
        self.hint_work();
        Ok(())
    }

    /// The key of the certificate. A request whose key it was has had its answer and is forgotten.
    async fn key_for(
        &self,
        tx: &mut Tx,
        upload: &Upload,
        before: Option<&PushCertificate>,
    ) -> Result<PrivateKey, CoreError> {
        let request = tx.find_push_certificate_request().await?;
        let of_request = request.and_then(|request| self.opened(&request.sealed_key));
        let answers = of_request.as_ref().is_some_and(|key| upload.certificate.belongs_to(key));
        if answers {
            tx.forget_push_certificate_request().await?;
        }
        if let Some(key) = &upload.key {
            return Ok(key.clone());
        }
        let of_installed = before.and_then(|before| self.opened(&before.sealed_key));
        let mut known = [of_request, of_installed].into_iter().flatten();
        let found = known.find(|key| upload.certificate.belongs_to(key));
        found.ok_or_else(|| CoreError::Invalid(vec![Problem::NoKey.at(KEY)]))
    }

    fn opened(&self, sealed: &[u8]) -> Option<PrivateKey> {
        let pem = self.vault().open(KEY_PURPOSE, sealed).ok()?;
        PrivateKey::from_pem(std::str::from_utf8(&pem).ok()?).ok()
    }

    /// Removes the push certificate. Devices that are enrolled under its topic cannot be woken from then on.
    ///
    /// # Errors
    /// [`CoreError::Denied`] without [`Permission::ManageSettings`]; [`CoreError::Stale`] when another is installed by
    /// now, or none.
    pub async fn remove_push_certificate(
        &self,
        actor: &Actor,
        fingerprint: &str,
        now: Timestamp,
    ) -> Result<(), CoreError> {
        let event = || Event::new("push-certificate.remove", "push-certificate", "");
        self.require(actor, Permission::ManageSettings, event(), now).await?;
        let mut tx = self.store().begin().await?;
        let before = tx.find_push_certificate().await?.filter(|before| before.fingerprint == fingerprint);
        let before = before.ok_or(CoreError::Stale)?;
        if !tx.remove_push_certificate(fingerprint).await? {
            return Err(CoreError::Stale);
        }
        let devices = tx.count_enrolled_under(&before.topic).await?;
        let detail = json!({ "topic": before.topic, "fingerprint": fingerprint, "devices": devices });
        audit::record(&mut tx, actor, event().with(detail), true, now).await?;
        Ok(tx.commit().await?)
    }
}

fn check_account(account: &str) -> Option<FieldError> {
    let problem = if account.chars().count() > MAX_ACCOUNT {
        FieldProblem::TooLong(MAX_ACCOUNT)
    } else if account.chars().any(char::is_control) {
        FieldProblem::ControlCharacters
    } else {
        return None;
    };
    Some(FieldError::new("appleAccount", problem))
}

/// Checks everything that can be checked without the database.
fn read(form: &PushCertificateForm, now: Timestamp) -> Result<Upload, Vec<FieldError>> {
    let mut errors = Vec::new();
    let file = CertificateFile::read(&form.certificate, &form.password);
    let uploaded = if form.key.is_empty() { Ok(None) } else { PrivateKey::from_file(&form.key).map(Some) };
    let uploaded = uploaded.map_err(|fault| errors.push(of_key(fault, KEY))).ok().flatten();
    let CertificateFile { certificate, key: enclosed } = match file {
        Ok(file) => file,
        Err(fault) => {
            errors.push(of_file(fault));
            return Err(errors);
        }
    };
    if now < timestamp(certificate.not_before) {
        errors.push(Problem::NotYetValid(timestamp(certificate.not_before)).at(FILE));
    } else if now >= timestamp(certificate.not_after) {
        errors.push(Problem::Expired(timestamp(certificate.not_after)).at(FILE));
    }
    let field = if uploaded.is_some() { KEY } else { FILE };
    let key = uploaded.or(enclosed);
    if key.as_ref().is_some_and(|key| !certificate.belongs_to(key)) {
        errors.push(Problem::OtherKey.at(field));
    }
    if errors.is_empty() { Ok(Upload { certificate, key }) } else { Err(errors) }
}

fn timestamp(time: time::OffsetDateTime) -> Timestamp {
    Timestamp(time.unix_timestamp().saturating_mul(Timestamp::SECOND))
}
