//! Pushing a device because somebody asks for it.

use baton_model::{DeviceId, Timestamp};
use thiserror::Error;

use crate::{
    Actor, Core, CoreError, Permission,
    audit::{self, Event},
};

/// Why a device is not pushed.
#[derive(Debug, Error)]
pub enum PushDeviceError {
    /// It is not managed, or has not finished enrolling.
    #[error("the device is not managed")]
    NotManaged,
    /// Apple says that its push token is not valid any more. The device sends another when it connects by itself.
    #[error("the device's push token is gone")]
    TokenGone,
    /// Baton refuses or fails.
    #[error(transparent)]
    Core(#[from] CoreError),
}

impl Core {
    /// Wakes a device now, whatever failed before. It fetches what waits for it, as after any other push.
    ///
    /// # Errors
    /// [`PushDeviceError`]; [`CoreError::Denied`] without [`Permission::AssistDevices`].
    pub async fn push_device(&self, actor: &Actor, device: &DeviceId, now: Timestamp) -> Result<(), PushDeviceError> {
        let event = || Event::new("device.push", "device", device.as_str());
        self.require(actor, Permission::AssistDevices, event(), now).await?;
        let mut tx = self.store().begin().await.map_err(CoreError::from)?;
        if tx.lock_device(device).await.map_err(CoreError::from)?.is_none() {
            return Err(CoreError::NotFound("device").into());
        }
        let enrollment = tx.active_enrollment_of(device).await.map_err(CoreError::from)?;
        let enrollment = enrollment.filter(|enrollment| enrollment.push_magic.is_some());
        let enrollment = enrollment.ok_or(PushDeviceError::NotManaged)?;
        if enrollment.push_token.is_none() {
            return Err(PushDeviceError::TokenGone);
        }
        tx.replan_push(&enrollment.id, Some(now)).await.map_err(CoreError::from)?;
        audit::record(&mut tx, actor, event(), true, now).await?;
        tx.commit().await.map_err(CoreError::from)?;
        self.hint_work();
        Ok(())
    }
}
