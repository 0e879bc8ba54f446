//! The brake on wipes (E9): after so many within an hour each further one waits for a second administrator.

use baton_model::{Device, Timestamp, UserId};
use baton_policy::Action;
use baton_store::Tx;

use crate::{Core, CoreError};

/// The window in which wipes are counted, in seconds.
const WINDOW: i64 = 3600;
/// Whoever counts writes here first, so that of several at once each sees those before it.
const TURN: &str = "wipe-brake";

/// Whether this wipe must wait for a second administrator. What people do to their own devices neither waits nor counts.
pub(super) async fn must_wait(
    core: &Core,
    tx: &mut Tx,
    device: &Device,
    user: &UserId,
    now: Timestamp,
) -> Result<bool, CoreError> {
    if !device.shared && device.holder_id == *user {
        return Ok(false);
    }
    tx.set_setting(TURN, &now.0.to_string()).await?;
    let wipes = tx.count_orders_for_others(Action::Wipe, now.plus_seconds(-WINDOW)).await?;
    Ok(wipes >= core.config().wipes_per_hour)
}
