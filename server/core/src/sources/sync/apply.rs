//! Doing what a plan says. Each step stands for itself and may be done twice, so that a large import is many short
//! transactions, and one that breaks off is gone on with by the next.

use baton_model::{Source, Timestamp, UserId};
use baton_store::Tx;
use serde_json::json;

use super::plan::{Step, SyncPlan};
use crate::{
    Actor, Core, CoreError,
    accounts::refuse_last_administrator,
    audit::{self, Event},
    managed_accounts::{Of, settle_people},
    sources::{
        admission::{add, follow},
        found::Found,
    },
};

/// How many steps one transaction takes.
const STEPS: usize = 200;

/// Does everything, on behalf of whoever asked for it.
pub(super) async fn apply(
    core: &Core,
    actor: &Actor,
    source: &Source,
    plan: &SyncPlan,
    now: Timestamp,
) -> Result<(), CoreError> {
    for steps in plan.steps.chunks(STEPS) {
        let mut tx = core.store().begin().await?;
        for step in steps {
            take(&mut tx, source, step, now).await?;
        }
        tx.commit().await?;
    }
    // Also of those for whom nothing changed: an account that was another's may be free by now.
    let people = core.store().read().await?.users_from_source(&source.id).await?;
    let people: Vec<UserId> = people.into_iter().map(|(user, _)| user.id).collect();
    settle_people(core, &Of::Source(source.id.clone()), &people).await?;
    let mut tx = core.store().begin().await?;
    let event = Event::new("source.sync", "source", source.id.as_str()).with(json!({
        "added": plan.added.len(),
        "changed": plan.changed.len(),
        "disabled": plan.disabled.len(),
        "enabled": plan.enabled.len(),
        "clashes": plan.clashes.len(),
        "withoutManagedAccount": plan.accountless.len(),
    }));
    audit::record(&mut tx, actor, event, true, now).await?;
    tx.commit().await?;
    core.hint_work();
    Ok(())
}

async fn take(tx: &mut Tx, source: &Source, step: &Step, now: Timestamp) -> Result<(), CoreError> {
    match step {
        Step::Add(found) => {
            if let (None, Some(user)) = (tx.find_user_by_identity(&found.key).await?, found.new_user(now)) {
                add(tx, source, &user, found, now).await?;
            }
        }
        Step::Follow(user, found) => {
            if let Some(user) = tx.find_user(user).await? {
                follow(tx, source, &user, found, now).await?;
            }
        }
        Step::Disable(user) => set_enabled(tx, source, user, None, now).await?,
        Step::Enable(user, found) => set_enabled(tx, source, user, Some(found), now).await?,
    }
    Ok(())
}

/// Disables who left, or enables who is back as found.
async fn set_enabled(
    tx: &mut Tx,
    source: &Source,
    id: &UserId,
    back: Option<&Found>,
    now: Timestamp,
) -> Result<(), CoreError> {
    let Some(before) = tx.lock_user(id).await? else { return Ok(()) };
    let Some(mut identity) = tx.identity_of_user(id).await? else { return Ok(()) };
    let enabled = back.is_some();
    // Meanwhile an administrator may have said otherwise.
    if before.enabled == enabled || (enabled && !identity.gone) {
        return Ok(());
    }
    let after = baton_model::User { enabled, ..before.clone() };
    if refuse_last_administrator(tx, &before, &after).await.is_err() {
        tracing::warn!(
            user = id.as_str(),
            "the last administrator is not disabled, although the source does not have them"
        );
        return Ok(());
    }
    tx.save_user(&after).await?;
    tx.bump_epoch(id).await?;
    identity.gone = !enabled;
    tx.set_identity(&identity).await?;
    let action = if enabled { "user.enable" } else { "user.disable" };
    let event = Event::new(action, "user", id.as_str()).with(json!({ "source": source.id.as_str() }));
    audit::record(tx, &Actor::System, event, true, now).await?;
    if let Some(found) = back {
        follow(tx, source, &after, found, now).await?;
    }
    Ok(())
}
