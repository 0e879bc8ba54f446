//! Periodic work: the sweep that reconciles what lags, the push outbox, giving up on devices that never answered what is
//! done once, keeping up with directories, and forgetting what has expired.
//!
//! Hints only shorten the wait. Whatever is missed, the next sweep finds.

use std::{sync::Arc, time::Duration};

use baton_core::Core;
use tokio::{sync::Notify, task::JoinSet, time};

use crate::{clock, push::Push};

/// The longest time between two sweeps.
const SWEEP: Duration = Duration::from_secs(1);
/// How often it is looked for devices that never answered what is done once, and sign-ins are noted that were turned away.
const GIVE_UP: Duration = Duration::from_secs(60);
/// How often it is looked for sources that are due for a sync.
const SYNC: Duration = Duration::from_secs(30);
/// How often what has expired is forgotten.
const TIDY: Duration = Duration::from_secs(600);
/// How many devices one sweep reconciles before it looks at pushes again.
const BATCH: u32 = 200;

/// Starts the workers; dropping the set ends them. Every step is a transaction of its own, so they may end anywhere.
pub fn start(core: &Core, push: Push) -> JoinSet<()> {
    let mut workers = JoinSet::new();
    // Pushing has a task of its own, so that a push service that hangs does not hold up the sweep.
    let pushes_due = Arc::new(Notify::new());
    let (sweeping, due) = (core.clone(), Arc::clone(&pushes_due));
    workers.spawn(async move {
        loop {
            drop(time::timeout(SWEEP, sweeping.work_hinted()).await);
            due.notify_one();
            reconcile(&sweeping).await;
            due.notify_one();
        }
    });
    let pushing = core.clone();
    workers.spawn(async move {
        if let Err(error) = pushing.take_over_pushes().await {
            log("pushes of a former instance wait until their lease ends", &error);
        }
        loop {
            drop(time::timeout(SWEEP, pushes_due.notified()).await);
            send_pushes(&pushing, &push).await;
        }
    });
    let giving_up = core.clone();
    workers.spawn(async move {
        loop {
            if let Err(error) = giving_up.note_turned_away(clock::now()).await {
                log("sign-ins that were turned away could not be noted", &error);
            }
            if let Err(error) = giving_up.give_up_unanswered(clock::now()).await {
                log("unanswered commands could not be settled", &error);
            }
            time::sleep(GIVE_UP).await;
        }
    });
    let syncing = core.clone();
    workers.spawn(async move {
        loop {
            match syncing.sync_due_source(clock::now()).await {
                Ok(true) => continue,
                Ok(false) => {}
                Err(error) => log("sources could not be synced", &error),
            }
            if let Err(error) = syncing.sweep_managed_accounts().await {
                log("Managed Apple Accounts could not be settled", &error);
            }
            time::sleep(SYNC).await;
        }
    });
    let tidying = core.clone();
    workers.spawn(async move {
        loop {
            if let Err(error) = tidying.forget_expired(clock::now()).await {
                tracing::warn!(%error, "expired rows could not be removed");
            }
            time::sleep(TIDY).await;
        }
    });
    workers
}

async fn reconcile(core: &Core) {
    loop {
        match core.reconcile_lagging(BATCH, clock::now()).await {
            Ok(count) if count >= BATCH as usize => {}
            Ok(_) => break,
            Err(error) => {
                log("devices could not be reconciled", &error);
                break;
            }
        }
    }
}

async fn send_pushes(core: &Core, push: &Push) {
    loop {
        match core.send_due_pushes(push, clock::now()).await {
            Ok(0) => break,
            Ok(_) => {}
            Err(error) => {
                log("pushes could not be sent", &error);
                break;
            }
        }
    }
}

fn log(what: &str, error: &dyn std::error::Error) {
    let cause = error.source().map(ToString::to_string);
    tracing::error!(%error, cause, "{what}");
}
