//! Devices in the console (H1, H2).

use baton_model::{
    Command, CommandId, Device, DeviceGroup, DeviceGroupId, DeviceId, DeviceItem, FleetState, Handover, Item, ItemId,
    Order, PageRevision, Timestamp, User,
};
use baton_policy::{Action, Decision, ItemKind, TraceStep};
use baton_store::{CommandFilter, DeviceFilter, Page};
use serde_json::json;

use crate::{
    Actor, Core, CoreError, FieldError, FieldProblem, Permission,
    accounts::check_text,
    actions::{self, ActionError, DeviceActions, actions_of},
    audit::{self, Event},
    explain::TraceNames,
    fleet::{Concern, concerns, slow_before},
    flips::{Flips, Hypotheses},
    reconcile::World,
};

/// An item of the catalogue and what the policy says of it for a device and its holder (C5).
#[derive(Clone, Debug)]
pub struct AssignedItem {
    /// The item.
    pub id: ItemId,
    /// Its name.
    pub name: String,
    /// What it is.
    pub kind: ItemKind,
    /// Whether it is an app.
    pub is_app: bool,
    /// The decision with its reason and source.
    pub decision: Decision,
    /// Every rule that was asked on the way.
    pub trace: Vec<TraceStep>,
    /// What would change the decision; `None` where that cannot be told.
    pub flips: Option<Flips>,
    /// What is known of it on the device.
    pub row: Option<DeviceItem>,
}

/// One device with everything its page shows.
#[derive(Clone, Debug)]
pub struct DeviceDetail {
    /// The device.
    pub device: Device,
    /// Who has it.
    pub holder: User,
    /// Every item of the catalogue, wanted ones first; then what is on the device and not in the catalogue any more.
    pub items: Vec<AssignedItem>,
    /// What is on the device although no item of the catalogue asks for it.
    pub leftovers: Vec<DeviceItem>,
    /// The last transition.
    pub handover: Option<Handover>,
    /// Whether nothing undesired is or might be on it.
    pub is_clean: bool,
    /// The groups it is in.
    pub groups: Vec<DeviceGroupId>,
    /// Every device group.
    pub all_groups: Vec<DeviceGroup>,
    /// The names of the groups and users in the items' traces.
    pub trace_names: TraceNames,
    /// How it stands.
    pub state: FleetState,
    /// Why it needs somebody; mostly empty.
    pub concerns: Vec<Concern>,
    /// What the viewer may do to it, and what was asked for lately.
    pub actions: DeviceActions,
    /// What the page is based on.
    pub revision: PageRevision,
}

/// One command with what its page shows.
#[derive(Clone, Debug)]
pub struct CommandDetail {
    /// The command.
    pub command: Command,
    /// The device.
    pub device: Device,
    /// The item it is about; `None` also when that is gone from the catalogue.
    pub item: Option<Item>,
    /// Who ordered it; `None` also when they are gone.
    pub ordered_by: Option<User>,
    /// The second administrator who agreed to it.
    pub approved_by: Option<User>,
}

impl Core {
    /// Devices by name.
    ///
    /// # Errors
    /// [`CoreError::Denied`] without [`Permission::ReadConsole`].
    pub async fn list_devices(
        &self,
        actor: &Actor,
        filter: &DeviceFilter,
        now: Timestamp,
    ) -> Result<Page<Device>, CoreError> {
        self.require_reader(actor, "devices", now).await?;
        Ok(self.store().read().await?.list_devices(filter).await?)
    }

    /// One device with its items and why it has them.
    ///
    /// # Errors
    /// [`CoreError::Denied`] without [`Permission::ReadConsole`], [`CoreError::NotFound`].
    pub async fn device_detail(&self, actor: &Actor, id: &DeviceId, now: Timestamp) -> Result<DeviceDetail, CoreError> {
        self.require_reader(actor, "devices", now).await?;
        let mut tx = self.store().read().await?;
        let device = tx.find_device(id).await?.ok_or(CoreError::NotFound("device"))?;
        let holder = device.holder_id.clone();
        let actions = actions_of(self, &mut tx, &device, actor).await?;
        let world = World::load(self, &mut tx, device, &holder).await?;
        let row_of = |item: &ItemId| {
            world
                .rows
                .iter()
                .filter(|row| row.item_id == *item)
                .max_by_key(|row| (row.presence, row.updated_at))
                .cloned()
        };
        let mut items = world
            .decide_all()
            .map(|(item, decision)| AssignedItem {
                row: row_of(&item.id),
                trace: world.trace(&item.id),
                flips: None,
                kind: item.content.kind(),
                is_app: item.content.is_app(),
                name: item.name.clone(),
                id: item.id.clone(),
                decision,
            })
            .collect::<Vec<_>>();
        let leftovers =
            world.rows.iter().filter(|row| items.iter().all(|item| item.id != row.item_id)).cloned().collect();
        let traces: Vec<&TraceStep> = items.iter().flat_map(|item| &item.trace).collect();
        let trace_names = TraceNames::of(&mut tx, &traces).await?;
        let hypotheses = Hypotheses::of(&world, &trace_names);
        for item in &mut items {
            item.flips = hypotheses.about(&item.id, item.decision);
        }
        let states = tx.fleet_states(std::slice::from_ref(id), slow_before(now)).await?;
        let state = states.get(id).copied().unwrap_or(FleetState::Gone);
        let concerns = concerns(&mut tx, &world, now).await?.into_iter().map(|(_, concern)| concern).collect();
        Ok(DeviceDetail {
            items,
            leftovers,
            handover: tx.latest_handover(id).await?,
            is_clean: world.is_clean(),
            revision: tx.page_revision(id).await?.ok_or(CoreError::NotFound("device"))?,
            groups: tx.device_groups_of(id).await?.into_iter().collect(),
            all_groups: tx.all_device_groups().await?,
            trace_names,
            state,
            concerns,
            actions,
            holder: world.holder,
            device: world.device,
        })
    }

    /// The commands of a device, newest first.
    ///
    /// # Errors
    /// [`CoreError::Denied`] without [`Permission::ReadConsole`].
    pub async fn list_commands(
        &self,
        actor: &Actor,
        filter: &CommandFilter,
        now: Timestamp,
    ) -> Result<Page<Command>, CoreError> {
        self.require_reader(actor, "commands", now).await?;
        Ok(self.store().read().await?.list_commands(filter).await?)
    }

    /// One command of a device.
    ///
    /// # Errors
    /// [`CoreError::Denied`] without [`Permission::ReadConsole`], [`CoreError::NotFound`] also for another device's.
    pub async fn command_detail(
        &self,
        actor: &Actor,
        device: &DeviceId,
        id: &CommandId,
        now: Timestamp,
    ) -> Result<CommandDetail, CoreError> {
        self.require_reader(actor, "commands", now).await?;
        let mut tx = self.store().read().await?;
        let command = tx.find_command(id).await?.filter(|command| command.device_id == *device);
        let command = command.ok_or(CoreError::NotFound("command"))?;
        let device = tx.find_device(device).await?.ok_or(CoreError::NotFound("device"))?;
        let item = match &command.item_id {
            Some(item) => tx.find_item(item).await?,
            None => None,
        };
        let (mut ordered_by, mut approved_by) = (None, None);
        if let Some(order) = &command.order {
            ordered_by = tx.find_user(&order.actor_id).await?;
            if let Some(approver) = &order.approver_id {
                approved_by = tx.find_user(approver).await?;
            }
        }
        Ok(CommandDetail { command, device, item, ordered_by, approved_by })
    }

    /// Gives a device Baton's label and the tag of its signed-out page (A17).
    ///
    /// # Errors
    /// [`CoreError::Denied`] without [`Permission::AssistDevices`], [`CoreError::Invalid`], [`CoreError::NotFound`].
    pub async fn label_device(
        &self,
        actor: &Actor,
        id: &DeviceId,
        name: &str,
        name_tag: &str,
        now: Timestamp,
    ) -> Result<(), CoreError> {
        let event = || Event::new("device.label", "device", id.as_str());
        self.require(actor, Permission::AssistDevices, event(), now).await?;
        let mut errors: Vec<FieldError> = check_text("name", name, 100).into_iter().collect();
        if name_tag.chars().count() > 300 {
            errors.push(FieldError::new("nameTag", FieldProblem::TooLong(300)));
        }
        if !errors.is_empty() {
            return Err(CoreError::Invalid(errors));
        }
        let mut tx = self.store().begin().await?;
        let before = tx.lock_device(id).await?.ok_or(CoreError::NotFound("device"))?;
        match actor.user_id().filter(|_| before.name != name.trim()) {
            // As the action: where Apple allows, the device itself gets the name too.
            Some(user) => {
                let order = Order { action: Action::Rename, actor_id: user.clone(), approver_id: None, reason: None };
                let renamed = actions::rename(self, &mut tx, &before, &order, name.trim(), now).await;
                renamed.map_err(|error| match error {
                    ActionError::Core(error) => error,
                    other => CoreError::Corrupt(other.to_string()),
                })?;
            }
            None => tx.rename_device(id, name.trim()).await?,
        }
        tx.set_name_tag(id, name_tag.trim()).await?;
        let detail = json!({
            "before": { "name": before.name, "nameTag": before.name_tag },
            "after": { "name": name.trim(), "nameTag": name_tag.trim() },
        });
        audit::record(&mut tx, actor, event().with(detail), true, now).await?;
        tx.commit().await?;
        self.hint_work();
        Ok(())
    }
}
