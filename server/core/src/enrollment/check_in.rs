//! Apple's check-in: `Authenticate`, `TokenUpdate`, `CheckOut`.
//!
//! `Authenticate` binds the identity's fingerprint to a device. A claimed UDID proves nothing: a new identity always
//! makes a new device, and takes over neither custody nor queue of one with the same UDID.

use baton_mdm::{
    command::Command as MdmCommand,
    message::{Authenticate, CheckIn, EnrollmentIdentity, TokenUpdate, parse_check_in},
};
use baton_model::{
    CommandKind, CustodyCause, Device, DeviceId, DeviceItem, DeviceState, Enrollment, EnrollmentState, HandoverKind,
    HandoverState, ItemProgress, NewCommand, NewCustodyEntry, Timestamp, UserId, id,
};
use baton_policy::{EnrollmentType, Ownership, Presence};
use baton_store::Tx;
use serde_json::json;

use crate::{
    Actor, Core, CoreError,
    audit::{self, Event},
    channel::{self, DeviceError, enrollment_of},
    clip, custody,
    devices::facts,
    handover::transition,
    new_id,
    reconcile::reconcile,
};

/// What a check-in message led to; the answer to the device is an empty 200 for each.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CheckInOutcome {
    /// A device began to enrol.
    Authenticated,
    /// A device can be pushed from now on.
    TokenTaken,
    /// A device left management.
    CheckedOut,
}

impl Core {
    /// Takes a check-in message. `signature` is the `Mdm-Signature` header.
    ///
    /// # Errors
    /// [`DeviceError`].
    pub async fn check_in(
        &self,
        signature: Option<&str>,
        body: &[u8],
        now: Timestamp,
    ) -> Result<CheckInOutcome, DeviceError> {
        let fingerprint = self.signer(signature, body, now)?;
        let message = parse_check_in(body)?;
        let mut tx = self.store().begin().await?;
        let mut enrollment = enrollment_of(&mut tx, &fingerprint).await?;
        if let Some(device) = &enrollment.device_id {
            // Messages of one device come one after the other; another may just have ended the enrollment.
            tx.lock_device(device).await?;
            enrollment = enrollment_of(&mut tx, &fingerprint).await?;
        }
        let outcome = match message {
            CheckIn::Authenticate(message) => {
                self.authenticate_device(&mut tx, enrollment, &message, now).await?;
                CheckInOutcome::Authenticated
            }
            CheckIn::TokenUpdate(message) => {
                self.take_token(&mut tx, enrollment, &message, now).await?;
                CheckInOutcome::TokenTaken
            }
            CheckIn::CheckOut(message) => {
                let device = device_of(&mut tx, &enrollment, &message.who).await?;
                check_out(self, &mut tx, &device, now).await?;
                CheckInOutcome::CheckedOut
            }
            CheckIn::Unsupported { message_type } => return Err(DeviceError::Unsupported(message_type)),
        };
        tx.commit().await?;
        self.hint_work();
        Ok(outcome)
    }

    async fn authenticate_device(
        &self,
        tx: &mut Tx,
        enrollment: Enrollment,
        message: &Authenticate,
        now: Timestamp,
    ) -> Result<(), DeviceError> {
        let EnrollmentIdentity::Udid(udid) = &message.who else {
            return Err(DeviceError::Unsupported("User Enrollment with a profile for shared devices".to_owned()));
        };
        if message.topic != enrollment.topic {
            return Err(DeviceError::OtherDevice);
        }
        let device_id = match &enrollment.device_id {
            Some(device_id) => {
                let device = tx.lock_device(device_id).await?.ok_or(DeviceError::NotEnrolled)?;
                if device.udid.as_deref() != Some(udid) {
                    return Err(DeviceError::OtherDevice);
                }
                start_again(tx, &enrollment, device_id).await?;
                tx.save_device_facts(&facts::authenticated(&device, message)).await?;
                device_id.clone()
            }
            None => {
                let link = enrollment.link_id.as_ref().ok_or(DeviceError::NotEnrolled)?;
                if !tx.use_enrollment_link(link, now).await? {
                    return Err(DeviceError::LinkUsedUp);
                }
                // Whoever takes a use of the link waits for the others, so the same message at the same time is found.
                if enrollment_of(tx, &enrollment.fingerprint).await?.device_id.is_some() {
                    return Err(CoreError::Busy.into());
                }
                let device = new_device(message, udid, now);
                let twins = tx.find_devices_by_udid(udid).await?.len();
                tx.create_device(&device).await?;
                let event = Event::new("device.enrol", "device", device.id.as_str())
                    .with(json!({ "serialNumber": device.serial_number, "sameUdidAsOthers": twins }));
                audit::record(tx, &Actor::System, event, true, now).await?;
                device.id
            }
        };
        let enrollment = Enrollment { device_id: Some(device_id), state: EnrollmentState::Authenticated, ..enrollment };
        tx.save_enrollment(&enrollment).await?;
        Ok(())
    }

    async fn take_token(
        &self,
        tx: &mut Tx,
        enrollment: Enrollment,
        message: &TokenUpdate,
        now: Timestamp,
    ) -> Result<(), DeviceError> {
        let device = device_of(tx, &enrollment, &message.who).await?;
        if message.topic != enrollment.topic {
            return Err(DeviceError::OtherDevice);
        }
        let is_first = enrollment.state == EnrollmentState::Authenticated;
        let seal = |token: &[u8]| self.vault().seal(crate::push::TOKEN_PURPOSE, token).map_err(CoreError::from);
        let unlock_token = message.unlock_token.as_deref().map(seal).transpose()?.or(enrollment.unlock_token.clone());
        let enrollment = Enrollment {
            push_token: Some(seal(&message.token)?),
            push_magic: Some(message.push_magic.clone()),
            unlock_token,
            state: EnrollmentState::Active,
            ..enrollment
        };
        tx.save_enrollment(&enrollment).await?;
        tx.set_device_seen(&device.id, now).await?;
        if is_first {
            self.welcome(tx, &device, &enrollment, now).await?;
        }
        tx.mark_push_due(&enrollment.id, now).await?;
        Ok(())
    }

    /// The device can be pushed for the first time in this enrollment: it is asked about itself and gets what its holder
    /// gets. A new device's holder is Nobody.
    async fn welcome(
        &self,
        tx: &mut Tx,
        device: &Device,
        enrollment: &Enrollment,
        now: Timestamp,
    ) -> Result<(), DeviceError> {
        tx.set_device_state(&device.id, DeviceState::Enrolled).await?;
        if device.clip_generation == 0 {
            clip::rotate(tx, self.vault(), device, now).await?;
        }
        let information = NewCommand {
            id: new_id(now).as_str().into(),
            device_id: device.id.clone(),
            enrollment_id: enrollment.id.clone(),
            handover_id: None,
            item_id: None,
            rendering: None,
            kind: CommandKind::DeviceInformation,
            identifier: None,
            label: String::new(),
            body: Vec::new(),
            not_before: Timestamp(0),
        };
        let queries = MdmCommand::DeviceInformation { queries: facts::queries() };
        channel::queue(self, tx, information, &queries, now).await?;
        if device.custody_seq == 0 {
            let nobody = UserId::from(id::NOBODY);
            transition::begin(
                self,
                tx,
                device,
                transition::To {
                    holder: &nobody,
                    kind: HandoverKind::Enrollment,
                    cause: CustodyCause::Enrolled,
                    actor_id: None,
                },
                now,
            )
            .await?;
        } else {
            reconcile(self, tx, &device.id, now).await?;
        }
        Ok(())
    }
}

/// The device that the enrollment belongs to, locked, if the message speaks for it.
async fn device_of(tx: &mut Tx, enrollment: &Enrollment, who: &EnrollmentIdentity) -> Result<Device, DeviceError> {
    let id = enrollment.device_id.as_ref().ok_or(DeviceError::NotEnrolled)?;
    let device = tx.lock_device(id).await?.ok_or(DeviceError::NotEnrolled)?;
    if device.udid.as_deref() == Some(who.as_str()) { Ok(device) } else { Err(DeviceError::OtherDevice) }
}

/// The same identity enrols again: its old commands never reach the device, and what was on it may or may not be.
async fn start_again(tx: &mut Tx, enrollment: &Enrollment, device: &DeviceId) -> Result<(), DeviceError> {
    tx.cancel_commands_of_enrollment(&enrollment.id).await?;
    for row in tx.items_of_device(device).await? {
        if row.presence != Presence::Absent {
            let row = DeviceItem { presence: Presence::Maybe, progress: ItemProgress::Sent, ..row };
            tx.save_device_item(&row).await?;
        }
    }
    Ok(())
}

fn new_device(message: &Authenticate, udid: &str, now: Timestamp) -> Device {
    let device = Device {
        id: new_id(now).as_str().into(),
        name: facts::label(message.device_name.as_deref()),
        name_tag: String::new(),
        udid: Some(udid.to_owned()),
        serial_number: None,
        model_name: None,
        product_name: None,
        os_version: None,
        enrollment_type: EnrollmentType::Device,
        supervised: None,
        ownership: Ownership::Company,
        shared: true,
        state: DeviceState::Enrolling,
        holder_id: id::NOBODY.into(),
        held_since: now,
        custody_seq: 0,
        clip_generation: 0,
        clip_confirmed: 0,
        revision: 1,
        enrolled_at: now,
        last_seen_at: Some(now),
    };
    facts::authenticated(&device, message)
}

/// The device left management, and with the profile went everything that Baton had put on it. Whoever holds an
/// unsupervised device can do that; it is said in the log and in the audit (A3).
async fn check_out(core: &Core, tx: &mut Tx, device: &Device, now: Timestamp) -> Result<(), CoreError> {
    tracing::warn!(device = device.id.as_str(), "management was removed on the device");
    if let Some(enrollment) = tx.active_enrollment_of(&device.id).await? {
        tx.cancel_commands_of_enrollment(&enrollment.id).await?;
    }
    tx.end_enrollments_of(&device.id, None).await?;
    for row in tx.items_of_device(&device.id).await? {
        tx.delete_device_item(&row.device_id, &row.item_id, &row.rendering).await?;
    }
    if let Some(handover) = tx.latest_handover(&device.id).await? {
        tx.finish_handover(&handover.id, HandoverState::Failed, now).await?;
    }
    tx.end_clip_sessions_of_device(&device.id).await?;
    tx.set_device_state(&device.id, DeviceState::Unenrolled).await?;
    let nobody = UserId::from(id::NOBODY);
    if tx.change_holder(&device.id, &device.holder_id, device.custody_seq, &nobody, now).await? {
        let entry = NewCustodyEntry {
            device_id: device.id.clone(),
            at: now,
            holder_id: nobody,
            cause: CustodyCause::Unenrolled,
            actor_id: None,
        };
        custody::append(tx, core.vault(), entry).await?;
    }
    let event = Event::new("device.check-out", "device", device.id.as_str())
        .with(json!({ "holder": device.holder_id.as_str() }));
    audit::record(tx, &Actor::System, event, true, now).await
}
