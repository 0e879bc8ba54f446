//! The columns of a what-if, read in one transaction.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use baton_model::{
    Device, DeviceGroupId, Item, NamedSnapshot, PolicyRevision, User, UserGroupId, UserId, fold::fold, id,
};
use baton_policy::what_if::{Columns, DeviceColumns, Posting, Unmakeable};
use baton_policy::{CustomDistribution, Distribution};
use baton_store::Tx;

use super::Subject;
use crate::{
    Core, CoreError,
    files::{File, file_of},
    reconcile::world::{facts_of, policy_item},
    rendering::{self, Renderer},
};

/// The fleet as some items see it.
pub(crate) struct Scene {
    pub(crate) revision: PolicyRevision,
    pub(crate) named: NamedSnapshot,
}

/// Reads what what-ifs about the subject need, and no more: of a group only the items that name it, of an item all
/// groups, because its editor offers them.
pub(crate) async fn load(core: &Core, tx: &mut Tx, subject: &Subject) -> Result<Scene, CoreError> {
    let revision = tx.policy_revision().await?;
    let (items, distributions) = items(tx, subject).await?;
    let mut files = Vec::with_capacity(items.len());
    for item in &items {
        files.push(file_of(core, tx, item).await?);
    }
    let devices = tx.all_enrolled_devices().await?;
    let holders = holders(tx, &devices).await?;
    let place_of: BTreeMap<&UserId, u32> = holders.iter().map(|user| &user.id).zip(0..).collect();
    let (device_columns, facts) = columns(&devices, &place_of);
    let named_groups = match subject {
        Subject::Item(_) => None,
        Subject::UserGroup(_) | Subject::DeviceGroup(_) => Some(NamedGroups::of(&distributions)),
    };
    let snapshot = Columns {
        unmakeable: unmakeable(core, &items, &files, &devices, &holders, &device_columns),
        user_groups: user_groups(tx, &place_of, named_groups.as_ref()).await?,
        device_groups: device_groups(tx, &devices, named_groups.as_ref()).await?,
        items: items.iter().zip(distributions).map(|(item, distribution)| policy_item(item, distribution)).collect(),
        devices: device_columns,
        facts,
        holders: holders.iter().map(|user| user.id.clone()).collect(),
    };
    let named = NamedSnapshot {
        snapshot,
        item_names: items.into_iter().map(|item| item.name).collect(),
        device_names: devices.into_iter().map(|device| device.name).collect(),
        user_names: holders.iter().map(|user| fold(&user.user_name)).collect(),
    };
    Ok(Scene { revision, named })
}

/// The items in question with their distributions.
async fn items(tx: &mut Tx, subject: &Subject) -> Result<(Vec<Item>, Vec<Distribution>), CoreError> {
    if let Subject::Item(id) = subject {
        let item = tx.find_item(id).await?.ok_or(CoreError::NotFound("item"))?;
        return Ok((vec![item], vec![tx.distribution_of(id).await?.distribution]));
    }
    let mut distributions: BTreeMap<_, _> = tx.all_distributions().await?.into_iter().collect();
    let items = tx.all_items().await?.into_iter().filter_map(|item| {
        let distribution = distributions.remove(&item.id)?;
        subject.is_named_in(&distribution).then_some((item, distribution))
    });
    Ok(items.unzip())
}

impl Subject {
    /// Whether a group's members matter to the distribution.
    fn is_named_in(&self, distribution: &Distribution) -> bool {
        let Distribution::Custom(custom) = distribution else { return false };
        match self {
            Self::Item(_) => false,
            Self::UserGroup(id) => custom.include_user_groups.contains(id) || custom.exclude_user_groups.contains(id),
            Self::DeviceGroup(id) => {
                custom.include_device_groups.contains(id) || custom.exclude_device_groups.contains(id)
            }
        }
    }
}

/// The groups that some distributions name.
#[derive(Default)]
struct NamedGroups {
    users: BTreeSet<UserGroupId>,
    devices: BTreeSet<DeviceGroupId>,
}

impl NamedGroups {
    fn of(distributions: &[Distribution]) -> Self {
        let mut named = Self::default();
        for distribution in distributions {
            if let Distribution::Custom(custom) = distribution {
                named.add(custom);
            }
        }
        named
    }

    fn add(&mut self, custom: &CustomDistribution) {
        self.users.extend(custom.include_user_groups.iter().chain(&custom.exclude_user_groups).cloned());
        self.devices.extend(custom.include_device_groups.iter().chain(&custom.exclude_device_groups).cloned());
    }
}

/// Nobody, then everybody who holds one of the devices.
async fn holders(tx: &mut Tx, devices: &[Device]) -> Result<Vec<User>, CoreError> {
    let nobody = UserId::from(id::NOBODY);
    let mut ids: BTreeSet<UserId> = devices.iter().map(|device| device.holder_id.clone()).collect();
    ids.remove(&nobody);
    let ids: Vec<UserId> = ids.into_iter().collect();
    let mut holders = vec![tx.find_user(&nobody).await?.ok_or(CoreError::NotFound("user"))?];
    let mut others = tx.find_users(&ids).await?;
    others.sort_by(|one, other| one.id.cmp(&other.id));
    holders.append(&mut others);
    Ok(holders)
}

/// The device columns, and the different facts that they name.
fn columns(devices: &[Device], place_of: &BTreeMap<&UserId, u32>) -> (DeviceColumns, Vec<baton_policy::DeviceFacts>) {
    let mut columns = DeviceColumns::default();
    let mut facts: Vec<baton_policy::DeviceFacts> = Vec::new();
    for device in devices {
        let of_device = facts_of(device);
        let known = facts.iter().position(|known| *known == of_device).unwrap_or_else(|| {
            facts.push(of_device);
            facts.len() - 1
        });
        columns.ids.push(device.id.clone());
        columns.facts.push(place(known));
        columns.holders.push(place_of.get(&device.holder_id).copied().unwrap_or(u32::MAX));
    }
    (columns, facts)
}

async fn user_groups(
    tx: &mut Tx,
    place_of: &BTreeMap<&UserId, u32>,
    named: Option<&NamedGroups>,
) -> Result<Vec<Posting<UserGroupId>>, CoreError> {
    let matters = |group: &UserGroupId| named.is_none_or(|named| named.users.contains(group));
    let mut postings: BTreeMap<UserGroupId, Vec<u32>> = BTreeMap::new();
    for (group, user) in tx.all_user_group_members().await? {
        if let Some(place) = place_of.get(&user)
            && matters(&group)
        {
            postings.entry(group).or_default().push(*place);
        }
    }
    let everyone = UserGroupId::from(id::EVERYONE);
    if matters(&everyone) {
        postings.insert(everyone, place_of.values().copied().collect());
    }
    Ok(in_order(postings))
}

async fn device_groups(
    tx: &mut Tx,
    devices: &[Device],
    named: Option<&NamedGroups>,
) -> Result<Vec<Posting<DeviceGroupId>>, CoreError> {
    let place_of: BTreeMap<_, u32> = devices.iter().map(|device| &device.id).zip(0..).collect();
    let mut postings: BTreeMap<DeviceGroupId, Vec<u32>> = BTreeMap::new();
    for (group, device) in tx.all_device_group_members().await? {
        if let Some(place) = place_of.get(&device)
            && named.is_none_or(|named| named.devices.contains(&group))
        {
            postings.entry(group).or_default().push(*place);
        }
    }
    Ok(in_order(postings))
}

fn in_order<G>(postings: BTreeMap<G, Vec<u32>>) -> Vec<Posting<G>> {
    let postings = postings.into_iter().map(|(group, mut members)| {
        members.sort_unstable();
        Posting { group, members, unknown: Vec::new() }
    });
    postings.collect()
}

/// Where contents cannot be made. What has no personal text is the same for all devices with the same facts, and tried
/// once for each.
fn unmakeable(
    core: &Core,
    items: &[Item],
    files: &[Option<Arc<File>>],
    devices: &[Device],
    holders: &[User],
    columns: &DeviceColumns,
) -> Vec<Unmakeable> {
    let fails = |number: usize, index: usize| {
        let device = &devices[index];
        let holder = columns.holders.get(index).and_then(|place| holders.get(*place as usize));
        holder.is_some_and(|holder| {
            let renderer =
                Renderer { vault: core.vault(), config: core.config(), device, holder, facts: &facts_of(device) };
            renderer.render(&items[number], files[number].as_deref()).is_err()
        })
    };
    let mut unmakeable = Vec::new();
    for (number, item) in items.iter().enumerate() {
        let is_personal = rendering::is_personal(&item.content);
        let mut tried: BTreeMap<u32, bool> = BTreeMap::new();
        let failing: Vec<u32> = (0..devices.len())
            .filter(|index| {
                if is_personal {
                    return fails(number, *index);
                }
                *tried.entry(columns.facts[*index]).or_insert_with(|| fails(number, *index))
            })
            .map(place)
            .collect();
        if !failing.is_empty() {
            unmakeable.push(Unmakeable { item: place(number), devices: failing });
        }
    }
    unmakeable
}

/// A place in a column. There are fewer devices in the world than it can count.
fn place(index: usize) -> u32 {
    u32::try_from(index).unwrap_or(u32::MAX)
}
