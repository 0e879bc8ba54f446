//! *My devices*: what a person holds (I1).

use baton_model::{Device, ItemProgress};

use crate::{
    Core, CoreError,
    accounts::SignedIn,
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

impl Core {
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
