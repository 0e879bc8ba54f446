//! Groups of devices.

use std::collections::BTreeSet;

use baton_model::{Device, DeviceGroup, DeviceGroupId, DeviceId};

use crate::{
    devices::select_devices,
    error::StoreError,
    groups::Groups,
    page::{ListQuery, Page},
    row::{Record, Row},
    store::Tx,
};

const DEVICE_GROUPS: Groups = Groups {
    what: "device group",
    groups: "device_groups",
    members: "device_group_members",
    owners: "devices",
    owner_id: "device_id",
    new_revision: "revision = revision + 1",
    count: "(SELECT COUNT(*) FROM device_group_members WHERE group_id = device_groups.id)",
};

impl Record for DeviceGroup {
    const TABLE: &'static str = "device_groups";

    fn read(row: &Row<'_>) -> Result<Self, StoreError> {
        Ok(Self {
            id: row.id("id")?,
            name: row.text("name")?,
            description: row.text("description")?,
            members: row.number("members")?,
        })
    }
}

impl Tx {
    /// Device groups by name.
    ///
    /// # Errors
    ///
    /// [`StoreError::Cursor`].
    pub async fn list_device_groups(&mut self, query: &ListQuery) -> Result<Page<DeviceGroup>, StoreError> {
        self.list_groups(&DEVICE_GROUPS, query).await
    }

    /// All device groups by name.
    ///
    /// # Errors
    ///
    /// Those of the engine.
    pub async fn all_device_groups(&mut self) -> Result<Vec<DeviceGroup>, StoreError> {
        self.all_groups(&DEVICE_GROUPS).await
    }

    /// The device group with this id.
    ///
    /// # Errors
    ///
    /// Those of the engine.
    pub async fn find_device_group(&mut self, id: &DeviceGroupId) -> Result<Option<DeviceGroup>, StoreError> {
        self.find_group(&DEVICE_GROUPS, id.as_str()).await
    }

    /// Adds a device group without members.
    ///
    /// # Errors
    ///
    /// [`StoreError::Unique`] `device_group_name_taken`.
    pub async fn create_device_group(
        &mut self,
        id: &DeviceGroupId,
        name: &str,
        description: &str,
    ) -> Result<(), StoreError> {
        self.create_group(&DEVICE_GROUPS, id.as_str(), name, description).await
    }

    /// Renames or describes a device group.
    ///
    /// # Errors
    ///
    /// [`StoreError::Unique`] `device_group_name_taken`; [`StoreError::Missing`].
    pub async fn save_device_group(
        &mut self,
        id: &DeviceGroupId,
        name: &str,
        description: &str,
    ) -> Result<(), StoreError> {
        self.save_group(&DEVICE_GROUPS, id.as_str(), name, description).await
    }

    /// Deletes a device group, with its places in distributions; the caller counts up the catalogue's revision.
    ///
    /// # Errors
    ///
    /// [`StoreError::Missing`].
    pub async fn delete_device_group(&mut self, id: &DeviceGroupId) -> Result<(), StoreError> {
        self.delete_group(&DEVICE_GROUPS, id.as_str()).await
    }

    /// The first `limit` members by name.
    ///
    /// # Errors
    ///
    /// Those of the engine.
    pub async fn members_of_device_group(&mut self, id: &DeviceGroupId, limit: u32) -> Result<Vec<Device>, StoreError> {
        let members = select_devices(
            "WHERE id IN (SELECT device_id FROM device_group_members WHERE group_id = $1) ORDER BY sort_key, id LIMIT $2",
        );
        self.list(members.bind(id).bind(i64::from(limit))).await
    }

    /// Makes `devices` the members, and counts up the revision of every device that joined or left; whether any did.
    ///
    /// # Errors
    ///
    /// [`StoreError::Missing`] without such a group; [`StoreError::ForeignKey`] when a device does not exist.
    pub async fn set_device_group_members(
        &mut self,
        id: &DeviceGroupId,
        devices: &[DeviceId],
    ) -> Result<bool, StoreError> {
        self.set_members(&DEVICE_GROUPS, id.as_str(), devices.iter().map(DeviceId::as_str).collect()).await
    }

    /// Makes `groups` the groups of the device, and counts up its revision if that changes them; whether it does.
    ///
    /// # Errors
    ///
    /// [`StoreError::Missing`] without such a device; [`StoreError::ForeignKey`] when a group does not exist.
    pub async fn set_groups_of_device(
        &mut self,
        device: &DeviceId,
        groups: &[DeviceGroupId],
    ) -> Result<bool, StoreError> {
        self.set_groups(&DEVICE_GROUPS, device.as_str(), groups.iter().map(DeviceGroupId::as_str).collect()).await
    }

    /// The groups of the device.
    ///
    /// # Errors
    ///
    /// Those of the engine.
    pub async fn device_groups_of(&mut self, device: &DeviceId) -> Result<BTreeSet<DeviceGroupId>, StoreError> {
        let groups = self.groups_of(&DEVICE_GROUPS, device.as_str()).await?;
        Ok(groups.into_iter().map(DeviceGroupId::from).collect())
    }

    /// Every membership in a device group.
    ///
    /// # Errors
    ///
    /// Those of the engine.
    pub async fn all_device_group_members(&mut self) -> Result<Vec<(DeviceGroupId, DeviceId)>, StoreError> {
        let all = self.all_memberships(&DEVICE_GROUPS).await?;
        Ok(all.into_iter().map(|one| (one.group.into(), one.member.into())).collect())
    }
}
