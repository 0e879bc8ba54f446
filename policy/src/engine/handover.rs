//! What a change of holder would bring on a device, before anybody signs in or out (spec A3, A10).

use super::{DeviceIndex, Engine, UserIndex};
use crate::handover::{HolderChange, ItemState, Plan, is_clean, plan};

impl Engine {
    /// What is or might be on a device, as far as the snapshot says.
    #[must_use]
    pub fn states(&self, device: DeviceIndex) -> &[ItemState] {
        self.states.get(&(device.0 as usize)).map_or(&[], Vec::as_slice)
    }

    /// What must change on a device for this user to hold it: the dry run of signing in, or for Nobody of signing out.
    /// For the present holder, what is left to do. Nothing for a device or user that is not there.
    ///
    /// While a handover to the present holder is under way, [`plan`](crate::plan()) over [`Engine::states`] and
    /// [`Engine::targets`] with [`HolderChange::Changed`] says what is left of it.
    #[must_use]
    pub fn plan(&self, device: DeviceIndex, holder: UserIndex) -> Option<Plan> {
        let present = self.holder(device)?;
        self.user_id(holder)?;
        let change = if holder == present { HolderChange::Same } else { HolderChange::Changed };
        Some(plan(self.states(device), &self.targets(device, holder), change))
    }

    /// Whether nothing is or might be on the device but what this user gets (spec A12, A21).
    #[must_use]
    pub fn is_clean(&self, device: DeviceIndex, holder: UserIndex) -> bool {
        is_clean(self.states(device), &self.targets(device, holder))
    }
}
