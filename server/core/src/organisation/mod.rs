//! The organisation as a snapshot of the policy crate: for `baton policy`, and for the lints of the console.
//!
//! It holds what decisions read and nothing else: no passwords, no sealed texts, no contents of items.

mod states;

use std::collections::{BTreeMap, BTreeSet};

use baton_model::{Device, Item, ItemId, User, id};
use baton_policy::snapshot::{self, DeviceGroup, RuleSource, Snapshot, UserGroup};
use baton_policy::{CustomDistribution, Distribution, EnrollmentType, Fact};
use baton_store::{Store, Tx, UserFilter};

use crate::{
    CoreConfig, CoreError, Vault,
    reconcile::world::{facts_of, order},
    rendering,
};
use states::States;

/// The rule of the group that everybody is in.
pub(crate) const EVERYBODY: &str = "all of ()";

/// What tells whose version of an item a device has. Without it a snapshot serves for decisions and lints; plans made
/// from it would replace everything.
#[derive(Clone, Copy)]
pub struct Keys<'a> {
    /// The keys outside the database.
    pub vault: &'a Vault,
    /// The configuration that the server runs with: the organisation's name and its address are part of contents.
    pub config: &'a CoreConfig,
}

/// Everything at one moment, read in one transaction.
///
/// # Errors
/// [`CoreError::Store`], and [`CoreError::NotFound`] for a database without Nobody.
pub async fn snapshot(store: &Store, keys: Option<Keys<'_>>) -> Result<Snapshot, CoreError> {
    let mut tx = store.read().await?;
    let everything = Everything::load(&mut tx).await?;
    let rows = tx.all_items_on_devices().await?;
    let states = match keys {
        Some(keys) => States::told_apart(&mut tx, keys, &everything, &rows).await?,
        None => States::as_noted(&everything, &rows),
    };
    Ok(everything.snapshot(states))
}

/// What decisions read, and nothing of what is on devices.
pub(crate) async fn for_decisions(tx: &mut Tx) -> Result<Snapshot, CoreError> {
    Ok(Everything::load(tx).await?.snapshot(States::none()))
}

/// What the lints of one item read: that item with this distribution, the built-in configuration that makes devices
/// shared, and everybody who could hold a device.
pub(crate) async fn for_lints(tx: &mut Tx, item: &Item, distribution: &Distribution) -> Result<Snapshot, CoreError> {
    let mut everything = Everything::load(tx).await?;
    everything.items.retain(|(other, _)| other.id == item.id || other.is_built_in());
    match everything.items.iter_mut().find(|(other, _)| other.id == item.id) {
        Some((_, stored)) => stored.clone_from(distribution),
        None => everything.items.push((item.clone(), distribution.clone())),
    }
    everything.leave_out_the_disabled();
    // Of what is on devices lints read the sign-in clip alone.
    let states = States::with_clip(tx.devices_with_item(&id::SECURE_SIGN_IN.into()).await?);
    Ok(everything.snapshot(states))
}

/// The rows of the database that a snapshot is made of.
struct Everything {
    users: Vec<User>,
    user_groups: Vec<baton_model::UserGroup>,
    device_groups: Vec<baton_model::DeviceGroup>,
    groups_of_users: BTreeMap<baton_model::UserId, BTreeSet<baton_model::UserGroupId>>,
    groups_of_devices: BTreeMap<baton_model::DeviceId, BTreeSet<baton_model::DeviceGroupId>>,
    devices: Vec<Device>,
    /// In the order in which they reach a device.
    items: Vec<(Item, Distribution)>,
}

impl Everything {
    async fn load(tx: &mut Tx) -> Result<Self, CoreError> {
        let mut distributions: BTreeMap<ItemId, Distribution> = tx.all_distributions().await?.into_iter().collect();
        let items = tx.all_items().await?.into_iter().map(|item| {
            let distribution = distributions.remove(&item.id).unwrap_or(Distribution::NoDevices);
            (item, distribution)
        });
        let mut items: Vec<_> = items.collect();
        items.sort_by_key(|(item, _)| (order(&item.content), item.name.clone()));
        let mut groups_of_users: BTreeMap<_, BTreeSet<_>> = BTreeMap::new();
        for (group, user) in tx.all_user_group_members().await? {
            groups_of_users.entry(user).or_default().insert(group);
        }
        let mut groups_of_devices: BTreeMap<_, BTreeSet<_>> = BTreeMap::new();
        for (group, device) in tx.all_device_group_members().await? {
            groups_of_devices.entry(device).or_default().insert(group);
        }
        Ok(Self {
            users: all_users(tx).await?,
            user_groups: tx.all_user_groups().await?,
            device_groups: tx.all_device_groups().await?,
            groups_of_users,
            groups_of_devices,
            devices: tx.all_enrolled_devices().await?,
            items,
        })
    }

    /// Who cannot sign in holds nothing tomorrow; who holds something today, or is named, stays.
    fn leave_out_the_disabled(&mut self) {
        let holding: BTreeSet<_> = self.devices.iter().map(|device| device.holder_id.clone()).collect();
        let named: BTreeSet<_> = self.items.iter().flat_map(|(_, distribution)| named_users(distribution)).collect();
        self.users
            .retain(|user| user.enabled || user.is_nobody() || holding.contains(&user.id) || named.contains(&user.id));
    }

    fn snapshot(self, mut states: States) -> Snapshot {
        let Self { mut groups_of_users, mut groups_of_devices, .. } = self;
        let user_group = |group: baton_model::UserGroup| {
            let rule = (group.id.as_str() == id::EVERYONE).then(|| RuleSource::Text(EVERYBODY.to_owned()));
            UserGroup { id: group.id, name: Some(group.name), rule }
        };
        let device_group =
            |group: baton_model::DeviceGroup| DeviceGroup { id: group.id, name: Some(group.name), rule: None };
        let users = self.users.into_iter().map(|user| {
            let groups = groups_of_users.remove(&user.id).unwrap_or_default();
            policy_user(user, groups)
        });
        let devices = self.devices.into_iter().map(|device| {
            let groups = groups_of_devices.remove(&device.id).unwrap_or_default();
            snapshot::Device { groups, states: states.take(&device.id), ..policy_device(device) }
        });
        Snapshot {
            user_groups: self.user_groups.into_iter().map(user_group).collect(),
            device_groups: self.device_groups.into_iter().map(device_group).collect(),
            users: users.collect(),
            devices: devices.collect(),
            items: self.items.into_iter().map(|(item, distribution)| policy_item(&item, distribution)).collect(),
            ..Snapshot::default()
        }
    }
}

async fn all_users(tx: &mut Tx) -> Result<Vec<User>, CoreError> {
    let mut users = Vec::new();
    let mut filter = UserFilter::default();
    filter.query.limit = baton_store::MAX_PAGE;
    loop {
        let page = tx.list_users(&filter).await?;
        users.extend(page.rows);
        match page.next {
            Some(cursor) => filter.query.cursor = Some(cursor),
            None => return Ok(users),
        }
    }
}

fn named_users(distribution: &Distribution) -> BTreeSet<baton_model::UserId> {
    match distribution {
        Distribution::AllDevices | Distribution::NoDevices => BTreeSet::new(),
        Distribution::Custom(CustomDistribution { include_users, .. }) => include_users.clone(),
    }
}

/// A user as snapshots have them.
pub(crate) fn policy_user(user: User, groups: BTreeSet<baton_model::UserGroupId>) -> snapshot::User {
    snapshot::User {
        nobody: user.is_nobody(),
        user_name: Some(user.user_name),
        display_name: Some(user.display_name),
        email: user.email,
        role: Some(user.role),
        groups,
        ..snapshot::User::new(user.id)
    }
}

/// A device as snapshots have it, without groups and states.
pub(crate) fn policy_device(device: Device) -> snapshot::Device {
    let facts = facts_of(&device);
    let told = |text: Option<String>| text.map_or(Fact::Unknown, Fact::Value);
    let serial_number = match device.enrollment_type {
        EnrollmentType::User => Fact::Empty,
        _ => told(device.serial_number),
    };
    snapshot::Device {
        name: Some(device.name),
        model: told(device.model_name),
        product: told(device.product_name),
        serial_number,
        ..snapshot::Device::new(device.id, device.holder_id, facts)
    }
}

/// An item as snapshots have it.
pub(crate) fn policy_item(item: &Item, distribution: Distribution) -> snapshot::Item {
    snapshot::Item {
        name: Some(item.name.clone()),
        role: rendering::role(&item.content),
        reset_between_people: rendering::is_reset_between_people(&item.content),
        personal: rendering::differs_by_person(&item.content),
        payloads: rendering::payloads(&item.content),
        ..snapshot::Item::new(item.id.clone(), item.content.kind(), distribution)
    }
}
