//! *My devices*: what a person holds (I1).

use baton_model::{Device, DeviceId, ItemProgress};

use crate::{
    Core, CoreError,
    accounts::SignedIn,
    actions::{DeviceActions, actions_of},
    handover::{ItemLine, lines},
    reconcile::World,
};

/// A device that the person holds.
#[derive(Clone, Debug)]
pub struct MyDevice {
    /// The device.
    pub device: Device,
    /// The item that has come least far; `None` when everything is there.
    pub least: Option<ItemLine>,
}

/// One device of the person's with what its page shows.
#[derive(Clone, Debug)]
pub struct MyDeviceDetail {
    /// The device.
    pub device: Device,
    /// What it gets and has, and what is on its way off it.
    pub items: Vec<ItemLine>,
    /// What the person may do to it, and what was asked for lately.
    pub actions: DeviceActions,
}

impl Core {
    /// One device that this person holds.
    ///
    /// # Errors
    /// [`CoreError::NotFound`] also for a device that somebody else holds.
    pub async fn my_device(&self, person: &SignedIn, id: &DeviceId) -> Result<MyDeviceDetail, CoreError> {
        let mut tx = self.store().read().await?;
        let device = tx.find_device(id).await?.filter(|device| device.holder_id == person.user.id);
        let device = device.ok_or(CoreError::NotFound("device"))?;
        let actions = actions_of(self, &mut tx, &device, &person.actor()).await?;
        let world = World::load(self, &mut tx, device, &person.user.id).await?;
        Ok(MyDeviceDetail { items: lines(&world), device: world.device, actions })
    }

    /// The devices that this person holds.
    ///
    /// # Errors
    /// [`CoreError`] when the database fails.
    pub async fn my_devices(&self, person: &SignedIn) -> Result<Vec<MyDevice>, CoreError> {
        let mut tx = self.store().read().await?;
        let mut mine = Vec::new();
        for device in tx.devices_held_by(&person.user.id).await? {
            let world = World::load(self, &mut tx, device, &person.user.id).await?;
            let least = lines(&world)
                .into_iter()
                .filter(|line| !line.leaves && line.progress != ItemProgress::Installed)
                .min_by_key(|line| line.progress);
            mine.push(MyDevice { device: world.device, least });
        }
        Ok(mine)
    }
}
