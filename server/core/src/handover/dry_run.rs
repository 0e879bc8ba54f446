//! The dry run before signing out: what goes, what stays and why, what cannot go (A10).
//!
//! It is reconcile with Nobody as the holder, without commands.

use baton_model::{Device, DeviceId, ItemId, UserId, id, item::ChecklistLine, item::ItemContent};
use baton_policy::{HolderChange, ItemKind, Plan, PlanReason, Presence, handover};
use baton_store::Tx;
use sha2::{Digest as _, Sha256};

use crate::{Core, CoreError, reconcile::World, rendering::as_if_held_by};

/// One item of a dry run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DryRunLine {
    /// The item.
    pub item: ItemId,
    /// Its name.
    pub label: String,
    /// What it is; `None` when it is gone from the catalogue.
    pub kind: Option<ItemKind>,
    /// Whether it is an app.
    pub is_app: bool,
    /// Why it goes, stays or cannot go.
    pub reason: PlanReason,
    /// Whether it is known to be on the device, or might be.
    pub certain: bool,
}

/// What signing out would do now.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DryRun {
    /// Lines of the checklist after the reminder of Microsoft's apps, which always comes first (A11).
    pub checklist: Vec<ChecklistLine>,
    /// What will be removed.
    pub removed: Vec<DryRunLine>,
    /// What stays, because a signed-out device gets the same.
    pub kept: Vec<DryRunLine>,
    /// What is exchanged for Nobody's version of it.
    pub replaced: Vec<DryRunLine>,
    /// What arrives because only Nobody gets it.
    pub added: Vec<DryRunLine>,
    /// What should go and cannot be removed.
    pub cannot_remove: Vec<DryRunLine>,
    /// Changes when the answer changes; confirming carries it.
    pub revision: String,
}

/// The dry run for a device as its row says.
pub(crate) async fn dry_run(core: &Core, tx: &mut Tx, device: &Device) -> Result<DryRun, CoreError> {
    let nobody = UserId::from(id::NOBODY);
    let holder = tx.find_user(&nobody).await?.ok_or(CoreError::NotFound("user"))?;
    let hypothetical = as_if_held_by(device, &holder, device.clip_generation + 1);
    let world = World::load(core, tx, hypothetical, &nobody).await?;
    let plan = handover::plan(&world.states(), &world.targets(), HolderChange::Changed);
    Ok(view(&world, &plan, checklist(tx).await?))
}

async fn checklist(tx: &mut Tx) -> Result<Vec<ChecklistLine>, CoreError> {
    let item = tx.find_item(&id::SECURE_SIGN_IN.into()).await?;
    Ok(match item.map(|item| item.content) {
        Some(ItemContent::SecureSignIn(options)) => options.checklist,
        _ => Vec::new(),
    })
}

fn view(world: &World, plan: &Plan, checklist: Vec<ChecklistLine>) -> DryRun {
    let lines = |steps: &[baton_policy::Step]| -> Vec<DryRunLine> {
        steps.iter().filter(|step| step.item.as_str() != id::SECURE_SIGN_IN).map(|step| line(world, step)).collect()
    };
    let mut run = DryRun {
        checklist,
        removed: lines(&plan.remove),
        kept: lines(&plan.keep),
        replaced: lines(&plan.replace),
        added: lines(&plan.install),
        cannot_remove: lines(&plan.cannot_remove),
        revision: String::new(),
    };
    // What is removed and comes back without its data stands among the removals.
    run.added.retain(|line| run.removed.iter().all(|removed| removed.item != line.item));
    run.revision = revision(&run);
    run
}

fn line(world: &World, step: &baton_policy::Step) -> DryRunLine {
    let row = world.rows.iter().filter(|row| row.item_id == step.item).max_by_key(|row| row.presence);
    let wanted = world.wanted(&step.item);
    DryRunLine {
        item: step.item.clone(),
        kind: world.kind_of(&step.item),
        label: wanted
            .map(|wanted| wanted.item.name.clone())
            .or_else(|| row.map(|row| row.label.clone()))
            .unwrap_or_default(),
        is_app: row.map_or_else(|| wanted.is_some_and(|wanted| wanted.item.content.is_app()), |row| row.is_app),
        reason: step.reason,
        certain: row.is_some_and(|row| row.presence == Presence::Present),
    }
}

/// A fingerprint of what the person was shown. An app that arrives meanwhile does not change it as long as it would be
/// removed or kept either way.
fn revision(run: &DryRun) -> String {
    let mut hash = Sha256::new();
    for (part, lines) in [("remove", &run.removed), ("keep", &run.kept), ("cannot", &run.cannot_remove)] {
        let mut items: Vec<&str> = lines.iter().map(|line| line.item.as_str()).collect();
        items.sort_unstable();
        hash.update(format!("{part}:{}\n", items.join(",")));
    }
    for line in &run.checklist {
        hash.update(format!("{}:{}\n", line.blocks, line.text));
    }
    hex::encode(&hash.finalize()[..12])
}

impl Core {
    /// What signing out would do on this device now.
    pub(crate) async fn dry_run_of(&self, device: &DeviceId) -> Result<DryRun, CoreError> {
        let mut tx = self.store().read().await?;
        let device = tx.find_device(device).await?.ok_or(CoreError::NotFound("device"))?;
        dry_run(self, &mut tx, &device).await
    }
}
