//! Who gets an item (C4). Included and excluded groups and users are rows that refer to them, so that what is deleted
//! disappears from distributions by itself.

use std::collections::BTreeMap;

use baton_model::{DeviceGroupId, ItemId, UserGroupId, UserId};
use baton_policy::{CustomDistribution, Distribution, Filter};

use crate::{
    error::StoreError,
    groups::CHUNK,
    row::{Record, Row},
    statement::{Argument, Columns, Value, sql},
    store::Tx,
};

const ALL_DEVICES: &str = "all-devices";
const NO_DEVICES: &str = "no-devices";
const CUSTOM: &str = "custom";

/// A distribution with the revision that Save carries.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredDistribution {
    /// Who gets the item.
    pub distribution: Distribution,
    /// Counts saves.
    pub revision: i64,
}

/// A row of `distributions`: everything but the targets.
struct Frame {
    item: ItemId,
    stored: StoredDistribution,
}

impl Record for Frame {
    const TABLE: &'static str = "distributions";

    fn read(row: &Row<'_>) -> Result<Self, StoreError> {
        let filters: Vec<Filter> =
            serde_json::from_str(&row.text("filters")?).map_err(|_| row.unreadable("filters"))?;
        let distribution = row.word("scope", |scope| match scope {
            ALL_DEVICES => Some(Distribution::AllDevices),
            NO_DEVICES => Some(Distribution::NoDevices),
            CUSTOM => Some(Distribution::Custom(CustomDistribution { filters: filters.clone(), ..Default::default() })),
            _ => None,
        })?;
        let stored = StoredDistribution { distribution, revision: row.number("revision")? };
        Ok(Self { item: row.id("item_id")?, stored })
    }
}

/// A row of `distribution_targets`.
struct TargetRow {
    item: ItemId,
    excluded: bool,
    target: Target,
}

enum Target {
    UserGroup(UserGroupId),
    DeviceGroup(DeviceGroupId),
    User(UserId),
}

impl Record for TargetRow {
    const TABLE: &'static str = "distribution_targets";

    fn read(row: &Row<'_>) -> Result<Self, StoreError> {
        let target = match (row.maybe_id("user_group_id")?, row.maybe_id("device_group_id")?, row.maybe_id("user_id")?)
        {
            (Some(group), None, None) => Target::UserGroup(group),
            (None, Some(group), None) => Target::DeviceGroup(group),
            (None, None, Some(user)) => Target::User(user),
            _ => return Err(row.unreadable("user_group_id")),
        };
        Ok(Self { item: row.id("item_id")?, excluded: row.flag("excluded")?, target })
    }
}

impl TargetRow {
    fn add_to(self, custom: &mut CustomDistribution) -> Result<(), StoreError> {
        match (self.excluded, self.target) {
            (false, Target::UserGroup(group)) => custom.include_user_groups.insert(group),
            (false, Target::DeviceGroup(group)) => custom.include_device_groups.insert(group),
            (false, Target::User(user)) => custom.include_users.insert(user),
            (true, Target::UserGroup(group)) => custom.exclude_user_groups.insert(group),
            (true, Target::DeviceGroup(group)) => custom.exclude_device_groups.insert(group),
            // A later version that excludes single users must not be read as one that includes them.
            (true, Target::User(_)) => {
                return Err(StoreError::corrupt("distribution_targets.excluded"));
            }
        };
        Ok(())
    }
}

const FRAMES: &str = "SELECT item_id, scope, filters, revision FROM distributions";
const TARGETS: &str = "SELECT item_id, excluded, user_group_id, device_group_id, user_id FROM distribution_targets";

impl Tx {
    /// Who gets the item.
    ///
    /// # Errors
    ///
    /// [`StoreError::Missing`] without such an item.
    pub async fn distribution_of(&mut self, item: &ItemId) -> Result<StoredDistribution, StoreError> {
        let frame = sql(&format!("{FRAMES} WHERE item_id = $1")).bind(item);
        let mut stored = self.find_existing::<Frame>("item", frame).await?.stored;
        if let Distribution::Custom(custom) = &mut stored.distribution {
            for target in self.list::<TargetRow>(sql(&format!("{TARGETS} WHERE item_id = $1")).bind(item)).await? {
                target.add_to(custom)?;
            }
        }
        Ok(stored)
    }

    /// Who gets which item, by the item's id.
    ///
    /// # Errors
    ///
    /// Those of the engine.
    pub async fn all_distributions(&mut self) -> Result<Vec<(ItemId, Distribution)>, StoreError> {
        let frames: Vec<Frame> = self.list(sql(&format!("{FRAMES} ORDER BY item_id"))).await?;
        let mut all: BTreeMap<ItemId, Distribution> =
            frames.into_iter().map(|frame| (frame.item, frame.stored.distribution)).collect();
        for target in self.list::<TargetRow>(sql(TARGETS)).await? {
            if let Some(Distribution::Custom(custom)) = all.get_mut(&target.item) {
                target.add_to(custom)?;
            }
        }
        Ok(all.into_iter().collect())
    }

    /// Replaces who gets the item, if the distribution's revision is still `expected_revision`, and then counts it and
    /// the catalogue up; whether it did.
    ///
    /// # Errors
    ///
    /// [`StoreError::ForeignKey`] when a group or user does not exist.
    pub async fn save_distribution(
        &mut self,
        item: &ItemId,
        distribution: &Distribution,
        expected_revision: i64,
    ) -> Result<bool, StoreError> {
        let (scope, custom) = match distribution {
            Distribution::AllDevices => (ALL_DEVICES, &CustomDistribution::default()),
            Distribution::NoDevices => (NO_DEVICES, &CustomDistribution::default()),
            Distribution::Custom(custom) => (CUSTOM, custom),
        };
        let filters = serde_json::to_string(&custom.filters)
            .map_err(|error| StoreError::corrupt(format!("filters cannot be written: {error}")))?;
        let mut update = Columns::new().set("scope", scope).set("filters", &filters).update("distributions");
        update.push(", revision = revision + 1 WHERE item_id = ").argument(item);
        update.push(" AND revision = ").argument(expected_revision);
        if !self.change_one(update).await? {
            return Ok(false);
        }
        self.change(sql("DELETE FROM distribution_targets WHERE item_id = $1").bind(item)).await?;
        for chunk in targets_of(custom).chunks(CHUNK) {
            let mut insert = sql(
                "INSERT INTO distribution_targets (item_id, excluded, user_group_id, device_group_id, user_id) VALUES ",
            );
            for (index, (excluded, user_group, device_group, user)) in chunk.iter().enumerate() {
                insert.push(if index == 0 { "(" } else { ", (" });
                let values: [Value; 5] =
                    [item.value(), excluded.value(), user_group.value(), device_group.value(), user.value()];
                insert.arguments(values).push(")");
            }
            self.change(insert).await?;
        }
        self.bump_catalogue_revision().await?;
        Ok(true)
    }

    /// The distribution of a new item: no devices.
    pub(crate) async fn create_distribution(&mut self, item: &ItemId) -> Result<(), StoreError> {
        let insert =
            Columns::new().set("item_id", item).set("scope", NO_DEVICES).set("filters", "[]").set("revision", 1);
        self.change(insert.insert_into("distributions")).await.map(|_| ())
    }
}

/// Whether it is excluded, and the one that is not absent of user group, device group and user.
type TargetColumns<'d> = (bool, Option<&'d UserGroupId>, Option<&'d DeviceGroupId>, Option<&'d UserId>);

fn targets_of(custom: &CustomDistribution) -> Vec<TargetColumns<'_>> {
    let mut targets: Vec<TargetColumns<'_>> = Vec::new();
    targets.extend(custom.include_user_groups.iter().map(|group| (false, Some(group), None, None)));
    targets.extend(custom.include_device_groups.iter().map(|group| (false, None, Some(group), None)));
    targets.extend(custom.include_users.iter().map(|user| (false, None, None, Some(user))));
    targets.extend(custom.exclude_user_groups.iter().map(|group| (true, Some(group), None, None)));
    targets.extend(custom.exclude_device_groups.iter().map(|group| (true, None, Some(group), None)));
    targets
}
