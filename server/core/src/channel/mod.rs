//! The command channel: a device answers the last command and gets the next.
//!
//! Delivery is at least once, always with the same CommandUUID and the same bytes. Marking a command sent and setting
//! what it touches to "maybe" happen in one transaction, before the bytes leave.

mod answer;
mod deliver;
mod lists;

use baton_mdm::{
    command::Command as MdmCommand,
    message::{Answer, AnswerStatus, MessageError, parse_answer},
    signature::{self, SignatureError},
};
use baton_model::{
    Command, CommandStatus, Device, DeviceId, DeviceState, Enrollment, EnrollmentState, NewCommand, Timestamp,
};
use baton_store::{StoreError, Tx};
use thiserror::Error;

use crate::{
    Core, CoreError,
    enrollment::{offset_date_time, speaks_for},
    reconcile::reconcile,
};

pub(crate) use answer::words_of;

pub(crate) const BODY_PURPOSE: &str = "command-body";

/// Why a device's message is refused. Nothing was changed.
#[derive(Debug, Error)]
pub enum DeviceError {
    /// The message is not one that a device sends.
    #[error("the message is not understood: {0}")]
    Message(#[from] MessageError),
    /// There is no signature where the protocol asks for one.
    #[error("the message is not signed")]
    Unsigned,
    /// The signature is wrong.
    #[error("the signature is not valid: {0}")]
    Signature(#[from] SignatureError),
    /// The certificate is not of Baton's making, or has expired.
    #[error("the identity certificate is not accepted: {0}")]
    Identity(#[from] baton_mdm::ca::IdentityError),
    /// The enrollment has ended, or never was.
    #[error("the enrollment is not known, or has ended")]
    NotEnrolled,
    /// The message speaks for another device than the certificate.
    #[error("the message names another device than the one that the identity was issued to")]
    OtherDevice,
    /// The link through which the profile came allows no more devices.
    #[error("the enrollment link has expired or is used up")]
    LinkUsedUp,
    /// The message or the way of enrolling is not supported.
    #[error("`{0}` is not supported")]
    Unsupported(String),
    /// Baton failed.
    #[error(transparent)]
    Core(#[from] CoreError),
}

impl From<StoreError> for DeviceError {
    fn from(error: StoreError) -> Self {
        Self::Core(error.into())
    }
}

impl Core {
    /// Takes a device's message on the command channel and returns the next command, or `None` when there is none.
    /// `signature` is the `Mdm-Signature` header.
    ///
    /// # Errors
    /// [`DeviceError`].
    pub async fn exchange(
        &self,
        signature: Option<&str>,
        body: &[u8],
        now: Timestamp,
    ) -> Result<Option<Vec<u8>>, DeviceError> {
        let fingerprint = self.signer(signature, body, now)?;
        let answer = parse_answer(body)?;
        let mut tx = self.store().begin().await?;
        let enrollment = enrollment_of(&mut tx, &fingerprint).await?;
        let device_id = enrollment.device_id.clone().ok_or(DeviceError::NotEnrolled)?;
        let device = tx.lock_device(&device_id).await?.ok_or(DeviceError::NotEnrolled)?;
        if !speaks_for(&device, &answer.who) {
            return Err(DeviceError::OtherDevice);
        }
        if device.state != DeviceState::Enrolled {
            return Err(DeviceError::NotEnrolled);
        }
        tx.set_device_seen(&device_id, now).await?;
        self.take_answer(&mut tx, &device, &enrollment, &answer, now).await?;
        let next = match answer.status {
            // The device comes back by itself when it can; asking again now would only be refused again.
            AnswerStatus::NotNow => None,
            _ => deliver::next(self, &mut tx, &device_id, &enrollment, now).await?,
        };
        deliver::plan_next_push(&mut tx, &enrollment, now).await?;
        tx.commit().await?;
        Ok(next)
    }

    async fn take_answer(
        &self,
        tx: &mut Tx,
        device: &Device,
        enrollment: &Enrollment,
        answer: &Answer,
        now: Timestamp,
    ) -> Result<(), DeviceError> {
        let Some(uuid) = &answer.command_uuid else { return Ok(()) };
        let command = tx.find_command(&uuid.as_str().into()).await?;
        let Some(command) = command.filter(|command| command.enrollment_id == enrollment.id) else {
            tracing::warn!(device = device.id.as_str(), "an answer to an unknown command was ignored");
            return Ok(());
        };
        if !counts(&command) {
            tracing::info!(device = device.id.as_str(), command = uuid.as_str(), "a repeated answer was ignored");
            return Ok(());
        }
        answer::apply(self, tx, device, &command, answer, now).await?;
        reconcile(self, tx, &device.id, now).await?;
        Ok(())
    }

    /// The fingerprint of the identity that signed the message.
    pub(crate) fn signer(&self, signature: Option<&str>, body: &[u8], now: Timestamp) -> Result<String, DeviceError> {
        let signer = signature::verify(signature.ok_or(DeviceError::Unsigned)?, body)?;
        self.authority().verify_issued(&signer.certificate_der, offset_date_time(now))?;
        Ok(signer.fingerprint)
    }
}

/// Whether an answer to this command still says something: it was given to the device and not answered for good.
fn counts(command: &Command) -> bool {
    matches!(
        command.status,
        CommandStatus::Sent | CommandStatus::NotNow | CommandStatus::Lapsed | CommandStatus::OutcomeUnknown
    )
}

/// The enrollment of the identity, if it has not ended.
pub(crate) async fn enrollment_of(tx: &mut Tx, fingerprint: &str) -> Result<Enrollment, DeviceError> {
    let enrollment = tx.find_enrollment_by_fingerprint(fingerprint).await?;
    enrollment.filter(|enrollment| enrollment.state != EnrollmentState::Ended).ok_or(DeviceError::NotEnrolled)
}

/// Queues a command; its body is sealed, so that nothing in it can be read from the database.
pub(crate) async fn queue(
    core: &Core,
    tx: &mut Tx,
    new: NewCommand,
    command: &MdmCommand,
    now: Timestamp,
) -> Result<(), CoreError> {
    let body = core.vault().seal(BODY_PURPOSE, &command.to_plist(new.id.as_str()))?;
    tx.queue_command(&NewCommand { body, ..new }, now).await?;
    Ok(())
}

/// Logs what a device could not do, in the words it used.
pub(crate) fn log_failure(device: &DeviceId, command: &Command, words: &str) {
    tracing::warn!(
        device = device.as_str(),
        command = command.id.as_str(),
        request = command.kind.as_str(),
        error = words,
        "a device refused a command"
    );
}
