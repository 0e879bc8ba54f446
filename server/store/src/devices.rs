//! Devices.

use std::collections::BTreeMap;

use baton_model::{Device, DeviceGroupId, DeviceId, DeviceState, Timestamp, UserId, fold::fold};

use crate::{
    changes::Change,
    error::StoreError,
    fleet::FleetQuery,
    groups::CHUNK,
    page::{Key, ListQuery, Order, Page},
    row::{Number, Record, Row},
    statement::{Columns, Statement, sql},
    store::Tx,
};

const COLUMNS: &str = "id, name, name_tag, udid, apple_enrollment_id, serial_number, model_name, product_name, \
    os_version, enrollment_type, supervised, ownership, shared, lost_mode, reported_lost_at, state, holder_id, held_since, custody_seq, clip_generation, clip_confirmed, revision, \
    enrolled_at, last_seen_at";

pub(crate) const IN_ORDER: Order =
    Order { columns: &[("sort_key", Key::Text), ("id", Key::Text)], newest_first: false };

impl Record for Device {
    const TABLE: &'static str = "devices";

    fn read(row: &Row<'_>) -> Result<Self, StoreError> {
        Ok(Self {
            id: row.id("id")?,
            name: row.text("name")?,
            name_tag: row.text("name_tag")?,
            udid: row.maybe_text("udid")?,
            apple_enrollment_id: row.maybe_text("apple_enrollment_id")?,
            serial_number: row.maybe_text("serial_number")?,
            model_name: row.maybe_text("model_name")?,
            product_name: row.maybe_text("product_name")?,
            os_version: row.maybe_text("os_version")?,
            enrollment_type: row.parsed("enrollment_type")?,
            supervised: row.maybe_flag("supervised")?,
            ownership: row.parsed("ownership")?,
            shared: row.flag("shared")?,
            lost_mode: row.maybe_flag("lost_mode")?,
            reported_lost_at: row.maybe_time("reported_lost_at")?,
            state: row.word("state", DeviceState::from_text)?,
            holder_id: row.id("holder_id")?,
            held_since: row.time("held_since")?,
            custody_seq: row.number("custody_seq")?,
            clip_generation: row.number("clip_generation")?,
            clip_confirmed: row.number("clip_confirmed")?,
            revision: row.number("revision")?,
            enrolled_at: row.time("enrolled_at")?,
            last_seen_at: row.maybe_time("last_seen_at")?,
        })
    }
}

/// Which devices a list shows.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DeviceFilter {
    /// Which part; the search looks at name, name tag, model, serial number, UDID, and the holder's names.
    pub query: ListQuery,
    /// Only those in this state.
    pub state: Option<DeviceState>,
    /// Only those that this user holds.
    pub holder: Option<UserId>,
    /// Only members of this group.
    pub group: Option<DeviceGroupId>,
    /// Only those that stand so.
    pub fleet: Option<FleetQuery>,
}

struct StateCount(DeviceState, i64);

impl Record for StateCount {
    const TABLE: &'static str = "devices";

    fn read(row: &Row<'_>) -> Result<Self, StoreError> {
        Ok(Self(row.word("state", DeviceState::from_text)?, row.number("number")?))
    }
}

impl DeviceFilter {
    /// The SELECT up to its WHERE.
    pub(crate) fn select(&self) -> Statement {
        let mut select = sql(&format!("SELECT {COLUMNS}, sort_key FROM devices WHERE TRUE"));
        if let Some(state) = self.state {
            select.push(" AND state = ").argument(state);
        }
        if let Some(holder) = &self.holder {
            select.push(" AND holder_id = ").argument(holder);
        }
        if let Some(group) = &self.group {
            select
                .push(" AND id IN (SELECT device_id FROM device_group_members WHERE group_id = ")
                .argument(group)
                .push(")");
        }
        if let Some(fleet) = self.fleet {
            fleet.narrow(&mut select);
        }
        select.search_also(self.query.search.as_deref(), &[("users", "other.id = devices.holder_id")]);
        select
    }
}

impl Tx {
    /// Adds a device as given.
    ///
    /// # Errors
    ///
    /// [`StoreError::ForeignKey`] when the holder does not exist.
    pub async fn create_device(&mut self, device: &Device) -> Result<(), StoreError> {
        let insert = facts(device)
            .set("id", &device.id)
            .set("name", &device.name)
            .set("sort_key", &fold(&device.name))
            .set("search_key", &search_key(device))
            .set("name_tag", &device.name_tag)
            .set("reported_lost_at", device.reported_lost_at)
            .set("state", device.state)
            .set("holder_id", &device.holder_id)
            .set("held_since", device.held_since)
            .set("custody_seq", device.custody_seq)
            .set("clip_generation", device.clip_generation)
            .set("clip_confirmed", device.clip_confirmed)
            .set("revision", device.revision)
            .set("enrolled_at", device.enrolled_at)
            .set("last_seen_at", device.last_seen_at);
        self.change(insert.insert_into("devices")).await.map(|_| ())
    }

    /// The device with this id.
    ///
    /// # Errors
    ///
    /// Those of the engine.
    pub async fn find_device(&mut self, id: &DeviceId) -> Result<Option<Device>, StoreError> {
        self.find(select_devices("WHERE id = $1").bind(id)).await
    }

    /// The device with this id, locked until the transaction ends.
    ///
    /// # Errors
    ///
    /// [`StoreError::Busy`], and those of the engine.
    pub async fn lock_device(&mut self, id: &DeviceId) -> Result<Option<Device>, StoreError> {
        let lock = self.engine().lock_rows();
        self.find(select_devices("WHERE id = $1").bind(id).with(lock)).await
    }

    /// Every device that ever claimed this UDID, the last enrolled first.
    ///
    /// # Errors
    ///
    /// Those of the engine.
    pub async fn find_devices_by_udid(&mut self, udid: &str) -> Result<Vec<Device>, StoreError> {
        self.list(select_devices("WHERE udid = $1 ORDER BY enrolled_at DESC, id DESC").bind(udid)).await
    }

    /// Writes what the device says of itself: its identifiers, serial number, model, system, enrollment type,
    /// supervision, ownership, whether it is shared and whether it is in lost mode. Counts the revision up only if any of them changed.
    ///
    /// # Errors
    ///
    /// [`StoreError::Missing`].
    pub async fn save_device_facts(&mut self, device: &Device) -> Result<(), StoreError> {
        let mut update = facts(device).set("search_key", &search_key(device)).update("devices");
        update.push(", revision = revision + CASE WHEN ");
        for (index, (column, value)) in facts(device).into_pairs().enumerate() {
            if index > 0 {
                update.push(" OR ");
            }
            update.push(column).push(" IS DISTINCT FROM ").argument(value);
        }
        update.push(" THEN 1 ELSE 0 END WHERE id = ").argument(&device.id);
        self.change_shown(&device.id, update).await
    }

    /// Gives the device another name, and counts its revision up.
    ///
    /// # Errors
    ///
    /// [`StoreError::Missing`].
    pub async fn rename_device(&mut self, id: &DeviceId, name: &str) -> Result<(), StoreError> {
        let mut device = self.find_existing::<Device>("device", select_devices("WHERE id = $1").bind(id)).await?;
        name.clone_into(&mut device.name);
        let mut update = Columns::new()
            .set("name", name)
            .set("sort_key", &fold(name))
            .set("search_key", &search_key(&device))
            .update("devices");
        update.push(", revision = revision + 1 WHERE id = ").argument(id);
        self.note_change(Change::Decisions);
        self.change_shown(id, update).await
    }

    /// Writes the name tag (A17).
    ///
    /// # Errors
    ///
    /// [`StoreError::Missing`].
    pub async fn set_name_tag(&mut self, id: &DeviceId, name_tag: &str) -> Result<(), StoreError> {
        let mut device = self.find_existing::<Device>("device", select_devices("WHERE id = $1").bind(id)).await?;
        name_tag.clone_into(&mut device.name_tag);
        let columns = Columns::new().set("name_tag", name_tag).set("search_key", &search_key(&device));
        let mut update = columns.update("devices");
        update.push(" WHERE id = ").argument(id);
        self.change_shown(id, update).await
    }

    /// Sets whether Baton manages the device, and counts its revision up if that changed.
    ///
    /// # Errors
    ///
    /// [`StoreError::Missing`].
    pub async fn set_device_state(&mut self, id: &DeviceId, state: DeviceState) -> Result<(), StoreError> {
        let update =
            "UPDATE devices SET state = $1, revision = revision + CASE WHEN state = $1 THEN 0 ELSE 1 END WHERE id = $2";
        self.change_shown(id, sql(update).bind(state).bind(id)).await
    }

    /// Notes since when the device has been reported lost, or that it is not.
    ///
    /// # Errors
    ///
    /// [`StoreError::Missing`].
    pub async fn set_reported_lost(&mut self, id: &DeviceId, since: Option<Timestamp>) -> Result<(), StoreError> {
        let update = sql("UPDATE devices SET reported_lost_at = $1 WHERE id = $2").bind(since).bind(id);
        self.change_shown(id, update).await
    }

    /// Notes when the device last spoke to the server.
    ///
    /// # Errors
    ///
    /// [`StoreError::Missing`].
    pub async fn set_device_seen(&mut self, id: &DeviceId, now: Timestamp) -> Result<(), StoreError> {
        let update = sql("UPDATE devices SET last_seen_at = $1 WHERE id = $2").bind(now).bind(id);
        self.change_existing("device", update).await
    }

    /// Hands the device to `new_holder`, if `expected_holder` still has it and its last custody entry is still
    /// `expected_custody_seq`; whether it did. Counts custody and revision up. Of several who try at once, one wins (A7).
    ///
    /// # Errors
    ///
    /// [`StoreError::ForeignKey`] when the new holder does not exist.
    pub async fn change_holder(
        &mut self,
        id: &DeviceId,
        expected_holder: &UserId,
        expected_custody_seq: i64,
        new_holder: &UserId,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let update = sql(
            "UPDATE devices SET holder_id = $1, held_since = $2, custody_seq = custody_seq + 1, revision = revision + 1 \
             WHERE id = $3 AND holder_id = $4 AND custody_seq = $5",
        );
        let update = update.bind(new_holder).bind(now).bind(id).bind(expected_holder).bind(expected_custody_seq);
        let changed = self.change_one(update).await?;
        if changed {
            self.note_change(Change::Device(id.clone()));
        }
        Ok(changed)
    }

    /// Changes what pages show of the device, which must exist.
    async fn change_shown(&mut self, id: &DeviceId, update: Statement) -> Result<(), StoreError> {
        self.note_change(Change::Device(id.clone()));
        self.change_existing("device", update).await
    }

    /// Devices by name.
    ///
    /// # Errors
    ///
    /// [`StoreError::Cursor`].
    pub async fn list_devices(&mut self, filter: &DeviceFilter) -> Result<Page<Device>, StoreError> {
        self.page(filter.select(), &IN_ORDER, &filter.query).await
    }

    /// How many devices there are in each state; states without devices are left out.
    ///
    /// # Errors
    ///
    /// Those of the engine.
    pub async fn count_devices_by_state(&mut self) -> Result<BTreeMap<DeviceState, i64>, StoreError> {
        let counts = self.list(sql("SELECT state, COUNT(*) AS number FROM devices GROUP BY state")).await?;
        Ok(counts.into_iter().map(|StateCount(state, number)| (state, number)).collect())
    }

    /// The devices that the user holds, by name.
    ///
    /// # Errors
    ///
    /// Those of the engine.
    pub async fn devices_held_by(&mut self, user: &UserId) -> Result<Vec<Device>, StoreError> {
        self.list(select_devices("WHERE holder_id = $1 ORDER BY sort_key, id").bind(user)).await
    }

    /// How many shared devices the user holds that have not left management.
    ///
    /// # Errors
    ///
    /// Those of the engine.
    pub async fn count_shared_held_by(&mut self, user: &UserId) -> Result<i64, StoreError> {
        let count = sql("SELECT COUNT(*) AS number FROM devices WHERE holder_id = $1 AND shared = 1 AND state <> $2");
        Ok(self.find_existing::<Number>("count", count.bind(user).bind(DeviceState::Unenrolled)).await?.0)
    }

    /// The devices whose name folds to `folded`, at most `limit`.
    ///
    /// # Errors
    ///
    /// Those of the engine.
    pub async fn devices_named(&mut self, folded: &str, limit: u32) -> Result<Vec<Device>, StoreError> {
        let select = select_devices("WHERE sort_key = $1 ORDER BY id LIMIT $2").bind(folded).bind(i64::from(limit));
        self.list(select).await
    }

    /// The devices that any of these users holds, by name.
    ///
    /// # Errors
    ///
    /// Those of the engine.
    pub async fn devices_held_by_any(&mut self, users: &[UserId]) -> Result<Vec<Device>, StoreError> {
        let mut held = Vec::new();
        for chunk in users.chunks(CHUNK) {
            let mut select = select_devices("WHERE holder_id IN (");
            select.arguments(chunk).push(") ORDER BY sort_key, id");
            held.extend(self.list::<Device>(select).await?);
        }
        Ok(held)
    }

    /// Every enrolled device, by name.
    ///
    /// # Errors
    ///
    /// Those of the engine.
    pub async fn all_enrolled_devices(&mut self) -> Result<Vec<Device>, StoreError> {
        self.list(select_devices("WHERE state = $1 ORDER BY sort_key, id").bind(DeviceState::Enrolled)).await
    }
}

/// What decisions and renderings read of the device itself.
fn facts(device: &Device) -> Columns {
    Columns::new()
        .set("udid", device.udid.as_deref())
        .set("apple_enrollment_id", device.apple_enrollment_id.as_deref())
        .set("serial_number", device.serial_number.as_deref())
        .set("model_name", device.model_name.as_deref())
        .set("product_name", device.product_name.as_deref())
        .set("os_version", device.os_version.as_deref())
        .set("enrollment_type", device.enrollment_type)
        .set("supervised", device.supervised)
        .set("ownership", device.ownership)
        .set("shared", device.shared)
        .set("lost_mode", device.lost_mode)
}

fn search_key(device: &Device) -> String {
    let absent = String::new();
    let texts = [
        &device.name,
        &device.name_tag,
        device.model_name.as_ref().unwrap_or(&absent),
        device.serial_number.as_ref().unwrap_or(&absent),
        device.udid.as_ref().unwrap_or(&absent),
    ];
    fold(&texts.map(String::as_str).join(" "))
}

/// The start of a SELECT of devices, up to the WHERE.
pub(crate) fn select_devices(rest: &str) -> Statement {
    sql(&format!("SELECT {COLUMNS} FROM devices {rest}"))
}
