//! How devices stand. It is derived in SQL, so that lists can be filtered by it and the fleet counted.

use std::collections::BTreeMap;

use baton_model::{
    CommandStatus, DeviceId, DeviceState, EnrollmentState, FleetState, HandoverState, ItemProgress, Timestamp, id,
};

use crate::{
    error::StoreError,
    groups::CHUNK,
    row::{Number, Record, Row},
    statement::{Statement, sql},
    store::Tx,
};

/// Devices that stand in one way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FleetQuery {
    /// How.
    pub state: FleetState,
    /// What began before this time and is not over takes too long.
    pub slow_before: Timestamp,
}

impl FleetQuery {
    /// Adds the condition to a SELECT of devices, whose text ends within its WHERE.
    pub(crate) fn narrow(self, select: &mut Statement) {
        select.push(" AND ");
        stands(select, self.slow_before);
        select.push(" = ").push("'").push(self.state.as_str()).push("'");
    }
}

/// Adds the expression that says how the device of the outer SELECT stands.
fn stands(select: &mut Statement, slow_before: Timestamp) {
    select.push("CASE WHEN state = ").argument(DeviceState::Unenrolled).push(" THEN 'gone' WHEN state = ");
    select.argument(DeviceState::Enrolling).push(" THEN CASE WHEN COALESCE(last_seen_at, enrolled_at) < ");
    select.argument(slow_before).push(" THEN 'attention' ELSE 'enrolling' END");
    select.push(" WHEN EXISTS (SELECT 1 FROM device_items WHERE device_items.device_id = devices.id AND progress = ");
    select.argument(ItemProgress::Failed).push(") THEN 'attention'");
    // The literal lets the planner take the partial index of commands that wait for a second administrator.
    select.push(
        " WHEN reported_lost_at IS NOT NULL OR EXISTS (SELECT 1 FROM commands WHERE commands.device_id = devices.id",
    );
    select.push(" AND commands.status = '").push(CommandStatus::Held.as_str()).push("') THEN 'attention'");
    select.push(" WHEN EXISTS (SELECT 1 FROM enrollments WHERE enrollments.device_id = devices.id");
    // The literals let the planner take the partial index of those that cannot be pushed.
    select.push(" AND push_problem IS NOT NULL AND enrollments.state = '").push(EnrollmentState::Active.as_str());
    select.push("') THEN 'attention'");
    for (comparison, word, holders) in [(">=", "changing", ""), ("<", "attention", " AND holder_id = ")] {
        // The literal lets the planner take the partial index of handovers under way.
        select.push(" WHEN EXISTS (SELECT 1 FROM handovers WHERE handovers.device_id = devices.id");
        select.push(" AND handovers.state = '").push(HandoverState::InProgress.as_str()).push("' AND started_at ");
        select.push(comparison).push(" ").argument(slow_before).push(")").push(holders);
        if !holders.is_empty() {
            select.argument(id::NOBODY);
        }
        select.push(" THEN '").push(word).push("'");
    }
    select.push(" WHEN holder_id = ").argument(id::NOBODY).push(" THEN 'free' ELSE 'in-use' END");
}

struct Standing(DeviceId, FleetState);

impl Record for Standing {
    const TABLE: &'static str = "devices";

    fn read(row: &Row<'_>) -> Result<Self, StoreError> {
        Ok(Self(row.id("id")?, row.word("fleet", FleetState::from_text)?))
    }
}

struct Count(FleetState, i64);

impl Record for Count {
    const TABLE: &'static str = "devices";

    fn read(row: &Row<'_>) -> Result<Self, StoreError> {
        Ok(Self(row.word("fleet", FleetState::from_text)?, row.part::<Number>()?.0))
    }
}

impl Tx {
    /// How these devices stand; those that do not exist are left out.
    ///
    /// # Errors
    ///
    /// Those of the engine.
    pub async fn fleet_states(
        &mut self,
        devices: &[DeviceId],
        slow_before: Timestamp,
    ) -> Result<BTreeMap<DeviceId, FleetState>, StoreError> {
        let mut states = BTreeMap::new();
        for chunk in devices.chunks(CHUNK) {
            let mut select = sql("SELECT id, ");
            stands(&mut select, slow_before);
            select.push(" AS fleet FROM devices WHERE id IN (").arguments(chunk).push(")");
            states.extend(self.list::<Standing>(select).await?.into_iter().map(|Standing(id, state)| (id, state)));
        }
        Ok(states)
    }

    /// How many devices stand how; what no device is in is left out.
    ///
    /// # Errors
    ///
    /// Those of the engine.
    pub async fn count_fleet(&mut self, slow_before: Timestamp) -> Result<BTreeMap<FleetState, i64>, StoreError> {
        let mut select = sql("SELECT fleet, COUNT(*) AS number FROM (SELECT ");
        stands(&mut select, slow_before);
        select.push(" AS fleet FROM devices) AS standing GROUP BY fleet");
        Ok(self.list::<Count>(select).await?.into_iter().map(|Count(state, number)| (state, number)).collect())
    }
}
