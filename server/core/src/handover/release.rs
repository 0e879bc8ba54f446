//! Help desk releases a device that somebody left signed in (A7).

use baton_model::{CustodyCause, DeviceId, Timestamp, id};
use serde_json::json;

use super::sign_out::return_to_nobody;
use crate::{
    Actor, Core, CoreError, Permission,
    accounts::check_text,
    audit::{self, Event},
};

/// The most characters of a reason.
const MAX_REASON: usize = 300;

impl Core {
    /// Ends the holder's custody. The reason is audited. Releasing a device that nobody holds is no error.
    ///
    /// # Errors
    /// [`CoreError::Denied`] without [`Permission::AssistDevices`], [`CoreError::Invalid`] without a reason,
    /// [`CoreError::NotFound`], [`CoreError::OwnDevice`].
    pub async fn release_device(
        &self,
        actor: &Actor,
        device_id: &DeviceId,
        reason: &str,
        now: Timestamp,
    ) -> Result<(), CoreError> {
        let event = || Event::new("device.release", "device", device_id.as_str()).with(json!({ "reason": reason }));
        self.require(actor, Permission::AssistDevices, event(), now).await?;
        if let Some(error) = check_text("reason", reason, MAX_REASON) {
            return Err(CoreError::Invalid(vec![error]));
        }
        let mut tx = self.store().begin().await?;
        let device = tx.lock_device(device_id).await?.ok_or(CoreError::NotFound("device"))?;
        if device.holder_id.as_str() == id::NOBODY {
            return Ok(());
        }
        return_to_nobody(self, &mut tx, &device, actor, CustodyCause::Released, now).await?;
        audit::record(&mut tx, actor, event(), true, now).await?;
        tx.commit().await?;
        self.hint_work();
        Ok(())
    }
}
