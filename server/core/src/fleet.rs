//! The fleet: how its devices stand, and which of them need somebody (H1, H5).

use std::collections::{BTreeMap, BTreeSet};

use baton_model::{
    CommandStatus, Device, DeviceId, DeviceState, FleetState, HandoverState, ItemProgress, PushProblem, Timestamp,
    User, UserId, fold::fold, id,
};
use baton_store::{DeviceFilter, FleetQuery, ListQuery, Page, Tx};

use crate::{
    Actor, Core, CoreError,
    handover::{ItemLine, lines},
    reconcile::World,
};

/// Cleaning and enrolling take too long after so many seconds.
const SLOW_SECONDS: i64 = 15 * 60;
/// The most devices that the dashboard names.
const NAMED_DEVICES: u32 = 20;
/// The most devices of one name that are looked at.
const NAMESAKES: u32 = 10;

/// A device in the list of the fleet.
#[derive(Clone, Debug)]
pub struct FleetDevice {
    /// The device.
    pub device: Device,
    /// How it stands.
    pub state: FleetState,
    /// Who has it; `None` when signed out.
    pub holder: Option<User>,
}

/// Why a device needs somebody.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Concern {
    /// An item could not be installed or removed.
    Failed(ItemLine),
    /// Nobody has it, and what the person before had is not off it yet.
    CleaningSlow,
    /// Its enrollment does not get on.
    EnrollingSlow,
    /// Somebody reported it lost.
    ReportedLost,
    /// A wipe of it waits for a second administrator.
    WipeHeld,
    /// It cannot be woken: it gets what waits for it only when it connects by itself.
    Unreachable(PushProblem),
}

/// A device that needs somebody.
#[derive(Clone, Debug)]
pub struct Attention {
    /// The device.
    pub device: Device,
    /// Why; at least one.
    pub concerns: Vec<Concern>,
    /// Since when the first of them holds.
    pub since: Timestamp,
}

/// What began before this time and is not over takes too long.
pub(crate) const fn slow_before(now: Timestamp) -> Timestamp {
    now.plus_seconds(-SLOW_SECONDS)
}

impl Core {
    /// Devices by name, each with how it stands and who has it.
    ///
    /// # Errors
    /// [`CoreError::Denied`] without [`crate::Permission::ReadConsole`].
    pub async fn list_fleet(
        &self,
        actor: &Actor,
        query: &ListQuery,
        state: Option<FleetState>,
        now: Timestamp,
    ) -> Result<Page<FleetDevice>, CoreError> {
        self.require_reader(actor, "devices", now).await?;
        let mut tx = self.store().read().await?;
        let fleet = state.map(|state| FleetQuery { state, slow_before: slow_before(now) });
        let page = tx.list_devices(&DeviceFilter { query: query.clone(), fleet, ..DeviceFilter::default() }).await?;
        let ids: Vec<_> = page.rows.iter().map(|device| device.id.clone()).collect();
        let states = tx.fleet_states(&ids, slow_before(now)).await?;
        let holders = holders(&mut tx, &page.rows).await?;
        let rows = page
            .rows
            .into_iter()
            .map(|device| FleetDevice {
                state: states.get(&device.id).copied().unwrap_or(FleetState::Gone),
                holder: holders.get(&device.holder_id).cloned(),
                device,
            })
            .collect();
        Ok(Page { rows, next: page.next })
    }

    /// The devices that bear this name, in any case. Names need not be unique.
    ///
    /// # Errors
    /// [`CoreError::Denied`] without [`crate::Permission::ReadConsole`].
    pub async fn devices_named(&self, actor: &Actor, name: &str, now: Timestamp) -> Result<Vec<Device>, CoreError> {
        self.require_reader(actor, "devices", now).await?;
        Ok(self.store().read().await?.devices_named(&fold(name), NAMESAKES).await?)
    }

    /// The devices with these ids, in their order; those that are gone are left out.
    ///
    /// # Errors
    /// [`CoreError::Denied`] without [`crate::Permission::ReadConsole`].
    pub async fn devices_by_id(
        &self,
        actor: &Actor,
        ids: &[DeviceId],
        now: Timestamp,
    ) -> Result<Vec<Device>, CoreError> {
        self.require_reader(actor, "devices", now).await?;
        let mut tx = self.store().read().await?;
        let mut found = Vec::new();
        for id in ids {
            found.extend(tx.find_device(id).await?);
        }
        Ok(found)
    }

    /// The devices that need somebody, those that have needed somebody for longest first.
    pub(crate) async fn attention(&self, tx: &mut Tx, now: Timestamp) -> Result<Vec<Attention>, CoreError> {
        let fleet = Some(FleetQuery { state: FleetState::Attention, slow_before: slow_before(now) });
        let query = ListQuery { limit: NAMED_DEVICES, ..ListQuery::default() };
        let devices = tx.list_devices(&DeviceFilter { query, fleet, ..DeviceFilter::default() }).await?.rows;
        let mut found = Vec::new();
        for device in devices {
            let holder = device.holder_id.clone();
            let world = World::load(self, tx, device, &holder).await?;
            let concerns = concerns(tx, &world, now).await?;
            if let Some(since) = concerns.iter().map(|(since, _)| *since).min() {
                let concerns = concerns.into_iter().map(|(_, concern)| concern).collect();
                found.push(Attention { device: world.device, concerns, since });
            }
        }
        found.sort_by_key(|attention| attention.since);
        Ok(found)
    }
}

/// Who has these devices, Nobody left out.
async fn holders(tx: &mut Tx, devices: &[Device]) -> Result<BTreeMap<UserId, User>, CoreError> {
    let ids: BTreeSet<&UserId> = devices.iter().map(|device| &device.holder_id).collect();
    let ids: Vec<UserId> = ids.into_iter().filter(|holder| holder.as_str() != id::NOBODY).cloned().collect();
    Ok(tx.find_users(&ids).await?.into_iter().map(|user| (user.id.clone(), user)).collect())
}

/// Why the device needs somebody, each with since when.
pub(crate) async fn concerns(
    tx: &mut Tx,
    world: &World,
    now: Timestamp,
) -> Result<Vec<(Timestamp, Concern)>, CoreError> {
    let device = &world.device;
    let mut concerns = Vec::new();
    match device.state {
        DeviceState::Unenrolled => return Ok(concerns),
        DeviceState::Enrolling => {
            let since = device.last_seen_at.unwrap_or(device.enrolled_at);
            if since < slow_before(now) {
                concerns.push((since, Concern::EnrollingSlow));
            }
            return Ok(concerns);
        }
        DeviceState::Enrolled => {}
    }
    concerns.extend(device.reported_lost_at.map(|since| (since, Concern::ReportedLost)));
    let held = tx.open_orders(&device.id).await?;
    let held = held.iter().find(|command| command.status == CommandStatus::Held);
    concerns.extend(held.map(|command| (command.queued_at, Concern::WipeHeld)));
    let failed = lines(world).into_iter().filter(|line| line.progress == ItemProgress::Failed);
    concerns.extend(failed.map(|line| {
        let rows = world.rows.iter().filter(|row| row.item_id == line.item);
        let since = rows.map(|row| row.updated_at).min().unwrap_or(now);
        (since, Concern::Failed(line))
    }));
    if let Some((problem, since)) = tx.push_problem_of(&device.id).await? {
        concerns.push((since, Concern::Unreachable(problem)));
    }
    if device.holder_id.as_str() == id::NOBODY
        && let Some(handover) = tx.latest_handover(&device.id).await?
        && handover.state == HandoverState::InProgress
        && handover.started_at < slow_before(now)
    {
        concerns.push((handover.started_at, Concern::CleaningSlow));
    }
    Ok(concerns)
}
