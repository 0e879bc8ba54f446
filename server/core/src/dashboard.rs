//! The dashboard: what is still to be set up, and how the fleet is (H5).

use std::collections::BTreeMap;

use baton_model::{DeviceState, Timestamp, id};
use baton_policy::Distribution;
use baton_store::{DeviceFilter, ItemFilter, ListQuery};

use crate::{Actor, Core, CoreError};

/// What the dashboard shows.
#[derive(Clone, Debug)]
pub struct Dashboard {
    /// Users, Nobody not among them.
    pub users: i64,
    /// Devices by state.
    pub devices: BTreeMap<DeviceState, i64>,
    /// Enrolled devices that somebody has.
    pub in_use: i64,
    /// Whether the sign-in configuration reaches any device.
    pub clip_distributed: bool,
    /// Whether the check of Nobody's share of it was overridden (A9).
    pub nobody_overridden: bool,
    /// Whether there is a configuration or an app besides the built-in one.
    pub has_items: bool,
}

impl Core {
    /// What the dashboard shows.
    ///
    /// # Errors
    /// [`CoreError::Denied`] without [`crate::Permission::ReadConsole`].
    pub async fn dashboard(&self, actor: &Actor, now: Timestamp) -> Result<Dashboard, CoreError> {
        self.require_reader(actor, "dashboard", now).await?;
        let mut tx = self.store().read().await?;
        let devices = tx.count_devices_by_state().await?;
        let number = |state| devices.get(&state).copied().unwrap_or(0);
        let in_fleet = number(DeviceState::Enrolling) + number(DeviceState::Enrolled);
        let free = tx.count_shared_held_by(&id::NOBODY.into()).await?;
        let clip = tx.find_item(&id::SECURE_SIGN_IN.into()).await?;
        let items = tx
            .list_items(&ItemFilter { query: ListQuery { limit: 2, ..Default::default() }, ..Default::default() })
            .await?;
        Ok(Dashboard {
            users: tx.count_users().await?,
            in_use: (in_fleet - free).max(0),
            devices,
            clip_distributed: tx.distribution_of(&id::SECURE_SIGN_IN.into()).await?.distribution
                != Distribution::NoDevices,
            nobody_overridden: clip.is_some_and(|item| {
                matches!(item.content, baton_model::ItemContent::SecureSignIn(options) if options.nobody_overridden)
            }),
            has_items: items.rows.len() > 1,
        })
    }

    /// Whether any device is enrolled: for start-up messages.
    ///
    /// # Errors
    /// [`CoreError`] when the database fails.
    pub async fn has_devices(&self) -> Result<bool, CoreError> {
        let filter = DeviceFilter { query: ListQuery { limit: 1, ..Default::default() }, ..Default::default() };
        Ok(!self.store().read().await?.list_devices(&filter).await?.rows.is_empty())
    }
}
