//! Apple's check-in: `Authenticate`, `TokenUpdate`, `CheckOut`.
//!
//! `Authenticate` binds the identity's fingerprint to a device. A claimed UDID proves nothing: a new identity always
//! makes a new device, and takes over neither custody nor queue of one with the same UDID. A person's own device, under
//! User Enrollment, names itself by its EnrollmentID only, and is that person's from the first message on.

use baton_mdm::{
    command::Command as MdmCommand,
    message::{Authenticate, CheckIn, EnrollmentIdentity, TokenUpdate, parse_check_in},
};
use baton_model::{
    CommandKind, CustodyCause, Device, DeviceId, DeviceItem, DeviceOwner, DeviceState, Enrollment, EnrollmentState,
    HandoverKind, ItemProgress, NewCommand, Timestamp, id,
};
use baton_policy::{EnrollmentType, Ownership, Presence};
use baton_store::Tx;
use serde_json::json;

use crate::{
    Actor, Core, CoreError,
    audit::{self, Event},
    channel::{self, DeviceError, enrollment_of},
    clip,
    devices::facts,
    handover::transition,
    new_id,
    reconcile::reconcile,
};

use super::leave::check_out;

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
        if let CheckIn::CheckOut(message) = &message
            && left_already(&mut tx, &fingerprint, &message.who).await?
        {
            return Ok(CheckInOutcome::CheckedOut);
        }
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
        if message.topic != enrollment.topic {
            return Err(DeviceError::OtherDevice);
        }
        let device_id = match &enrollment.device_id {
            Some(device_id) => {
                let device = tx.lock_device(device_id).await?.ok_or(DeviceError::NotEnrolled)?;
                if !speaks_for(&device, &message.who) {
                    return Err(DeviceError::OtherDevice);
                }
                start_again(tx, &enrollment, device_id).await?;
                tx.save_device_facts(&facts::authenticated(&device, message)).await?;
                device_id.clone()
            }
            None => {
                let link = enrollment.link_id.as_ref().ok_or(DeviceError::NotEnrolled)?;
                let link = tx.find_enrollment_link(link).await?.ok_or(DeviceError::NotEnrolled)?;
                // The profile says which kind it is for, and a device cannot choose another.
                if link.owner.is_some() != message.who.is_user_enrollment() {
                    return Err(DeviceError::Unsupported("another kind of enrollment than the profile's".to_owned()));
                }
                if !tx.use_enrollment_link(&link.id, now).await? {
                    return Err(DeviceError::LinkUsedUp);
                }
                // Whoever takes a use of the link waits for the others, so the same message at the same time is found.
                if enrollment_of(tx, &enrollment.fingerprint).await?.device_id.is_some() {
                    return Err(CoreError::Busy.into());
                }
                let device = new_device(message, link.owner.as_ref(), now);
                let twins = match &device.udid {
                    Some(udid) => tx.find_devices_by_udid(udid).await?.len(),
                    None => 0,
                };
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
        // Apple forbids the token under User Enrollment, so one that comes all the same is not kept.
        let unlock_token = message.unlock_token.as_deref().filter(|_| !message.who.is_user_enrollment());
        let unlock_token = unlock_token.map(seal).transpose()?.or(enrollment.unlock_token.clone());
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
        tx.renew_push(&enrollment.id, now).await?;
        Ok(())
    }

    /// The device can be pushed for the first time in this enrollment: it is asked about itself and gets what its holder
    /// gets. A shared device's first holder is Nobody, a person's own device is theirs.
    async fn welcome(
        &self,
        tx: &mut Tx,
        device: &Device,
        enrollment: &Enrollment,
        now: Timestamp,
    ) -> Result<(), DeviceError> {
        tx.set_device_state(&device.id, DeviceState::Enrolled).await?;
        if device.shared && device.clip_generation == 0 {
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
        let queries = MdmCommand::DeviceInformation { queries: facts::queries(device.enrollment_type) };
        channel::queue(self, tx, information, &queries, now).await?;
        if device.custody_seq == 0 {
            transition::begin(
                self,
                tx,
                device,
                transition::To {
                    holder: &device.holder_id,
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
    if speaks_for(&device, who) { Ok(device) } else { Err(DeviceError::OtherDevice) }
}

/// Whether a message of this sender is one of the device that the identity was bound to.
pub(crate) fn speaks_for(device: &Device, who: &EnrollmentIdentity) -> bool {
    match who {
        EnrollmentIdentity::Udid(udid) => device.udid.as_ref() == Some(udid),
        EnrollmentIdentity::EnrollmentId(id) => device.apple_enrollment_id.as_ref() == Some(id),
    }
}

/// Whether the device has left before this message says so: it answered the command that made it leave, and was believed.
async fn left_already(tx: &mut Tx, fingerprint: &str, who: &EnrollmentIdentity) -> Result<bool, DeviceError> {
    let enrollment = tx.find_enrollment_by_fingerprint(fingerprint).await?;
    let Some(enrollment) = enrollment.filter(|enrollment| enrollment.state == EnrollmentState::Ended) else {
        return Ok(false);
    };
    let Some(device) = &enrollment.device_id else { return Ok(false) };
    Ok(tx.find_device(device).await?.is_some_and(|device| speaks_for(&device, who)))
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

fn new_device(message: &Authenticate, owner: Option<&DeviceOwner>, now: Timestamp) -> Device {
    let (udid, apple_enrollment_id) = match &message.who {
        EnrollmentIdentity::Udid(udid) => (Some(udid.clone()), None),
        EnrollmentIdentity::EnrollmentId(id) => (None, Some(id.clone())),
    };
    let device = Device {
        id: new_id(now).as_str().into(),
        name: facts::label(message.device_name.as_deref()),
        name_tag: String::new(),
        udid,
        apple_enrollment_id,
        serial_number: None,
        model_name: None,
        product_name: None,
        os_version: None,
        enrollment_type: if owner.is_some() { EnrollmentType::User } else { EnrollmentType::Device },
        supervised: None,
        // Devices under User Enrollment are people's own unless somebody says otherwise (D6).
        ownership: if owner.is_some() { Ownership::User } else { Ownership::Company },
        shared: owner.is_none(),
        lost_mode: None,
        reported_lost_at: None,
        state: DeviceState::Enrolling,
        holder_id: owner.map_or_else(|| id::NOBODY.into(), |owner| owner.user_id.clone()),
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
