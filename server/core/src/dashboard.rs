//! The dashboard: what is still to be set up, and how the fleet is (H5).

use std::collections::BTreeMap;

use baton_model::{FleetState, Timestamp, id};
use baton_policy::Distribution;
use baton_store::{DeviceFilter, ListQuery};

use crate::{
    Actor, Core, CoreError,
    fleet::{Attention, slow_before},
    push_certificate::{self, PushNotice},
};

/// What the dashboard shows.
#[derive(Clone, Debug)]
pub struct Dashboard {
    /// Users, Nobody not among them.
    pub users: i64,
    /// User groups and device groups.
    pub groups: usize,
    /// Configurations, the built-in one among them.
    pub configurations: i64,
    /// Apps.
    pub apps: i64,
    /// How many devices stand how.
    pub fleet: BTreeMap<FleetState, i64>,
    /// Devices that need somebody, those that have needed somebody for longest first; some of them, if there are many.
    pub attention: Vec<Attention>,
    /// For how many names attempts to sign in were slowed within the last quarter of an hour, after wrong passwords.
    pub slowed_names: i64,
    /// Whether the sign-in configuration reaches any device.
    pub clip_distributed: bool,
    /// Whether the check of Nobody's share of it was overridden (A9).
    pub nobody_overridden: bool,
    /// What is to be said about the push certificate.
    pub push_notice: Option<PushNotice>,
    /// Whether there is a push certificate; `None` where it is not missed, because there is a local push service.
    pub push_certificate: Option<bool>,
    /// Whether a configuration or an app besides the built-in one reaches any device.
    pub items_distributed: bool,
}

impl Core {
    /// What the dashboard shows.
    ///
    /// # Errors
    /// [`CoreError::Denied`] without [`crate::Permission::ReadConsole`].
    pub async fn dashboard(&self, actor: &Actor, now: Timestamp) -> Result<Dashboard, CoreError> {
        self.require_reader(actor, "dashboard", now).await?;
        let mut tx = self.store().read().await?;
        let (configurations, apps) = tx.count_items().await?;
        let clip = tx.find_item(&id::SECURE_SIGN_IN.into()).await?;
        let distributions = tx.all_distributions().await?;
        let reaches = |built_in: bool| {
            distributions.iter().any(|(item, distribution)| {
                (item.as_str() == id::SECURE_SIGN_IN) == built_in && *distribution != Distribution::NoDevices
            })
        };
        let certificate = push_certificate::installed(&mut tx, now).await?;
        Ok(Dashboard {
            push_notice: certificate.as_ref().and_then(push_certificate::notice),
            push_certificate: (certificate.is_some() || !self.config().local_push).then_some(certificate.is_some()),
            users: tx.count_users().await?,
            groups: tx.all_user_groups().await?.len() + tx.all_device_groups().await?.len(),
            configurations,
            apps,
            fleet: tx.count_fleet(slow_before(now)).await?,
            attention: self.attention(&mut tx, now).await?,
            slowed_names: Self::slowed_names(&mut tx, now).await?,
            clip_distributed: reaches(true),
            nobody_overridden: clip.is_some_and(|item| {
                matches!(item.content, baton_model::ItemContent::SecureSignIn(options) if options.nobody_overridden)
            }),
            items_distributed: reaches(false),
        })
    }

    /// Whether nobody has put anything into this database: no user, no group, no device.
    ///
    /// # Errors
    /// [`CoreError`] when the database fails.
    pub async fn has_nothing_yet(&self) -> Result<bool, CoreError> {
        let mut tx = self.store().read().await?;
        let one = || ListQuery { limit: 1, ..Default::default() };
        let devices = tx.list_devices(&DeviceFilter { query: one(), ..Default::default() }).await?;
        let groups = tx.all_user_groups().await?.len() + tx.all_device_groups().await?.len();
        Ok(tx.count_users().await? == 0 && groups <= 1 && devices.rows.is_empty())
    }
}
