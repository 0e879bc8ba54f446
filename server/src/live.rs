//! What keeps open pages up to date: changes told in this process and by other instances, and a look every two seconds
//! that finds what was not heard.

use std::time::Duration;

use baton_core::Core;
use tokio::{task::JoinSet, time};

use crate::clock;

/// How often open pages are looked after.
const POLL: Duration = Duration::from_secs(2);
/// After a connection broke, hearing begins again so much later.
const HEAR_AGAIN: Duration = Duration::from_secs(2);

/// Adds the tasks to the workers.
pub fn start(core: &Core, workers: &mut JoinSet<()>) {
    workers.spawn(core.follow_changes());
    let hearing = core.clone();
    workers.spawn(async move {
        loop {
            if let Err(error) = hearing.hear_other_instances().await {
                let cause = std::error::Error::source(&error).map(ToString::to_string);
                tracing::warn!(%error, cause, "other instances are not heard; pages and sweeps wait a little longer");
            }
            time::sleep(HEAR_AGAIN).await;
        }
    });
    let polling = core.clone();
    workers.spawn(async move {
        loop {
            time::sleep(POLL).await;
            if let Err(error) = polling.look_after_pages(clock::now()).await {
                tracing::warn!(%error, "open pages could not be looked after");
            }
        }
    });
}
