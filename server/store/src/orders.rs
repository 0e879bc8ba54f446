//! Commands that people asked for: actions on devices (E9).

use baton_model::{Command, CommandId, CommandStatus, DeviceId, NewCommand, Order, Timestamp, UserId};
use baton_policy::Action;

use crate::{
    commands::{done_once, select},
    error::StoreError,
    row::Number,
    statement::{Statement, sql},
    store::Tx,
};

impl Tx {
    /// Queues a command that somebody asked for. One that is `held` is not given to the device before
    /// [`Self::release_command`].
    ///
    /// # Errors
    ///
    /// As [`Self::queue_command`].
    pub async fn order_command(
        &mut self,
        new: &NewCommand,
        order: &Order,
        held: bool,
        now: Timestamp,
    ) -> Result<Command, StoreError> {
        let status = if held { CommandStatus::Held } else { CommandStatus::Queued };
        self.insert_command(new, Some(order), status, now).await
    }

    /// The commands of the device that people asked for, the latest first, at most `limit`.
    ///
    /// # Errors
    ///
    /// Those of the engine.
    pub async fn ordered_commands(&mut self, device: &DeviceId, limit: u32) -> Result<Vec<Command>, StoreError> {
        self.list(ordered(device, limit)).await
    }

    /// The commands of the device that people asked for and that it has yet to get or to answer, held ones among them,
    /// the latest first.
    ///
    /// # Errors
    ///
    /// Those of the engine.
    pub async fn open_orders(&mut self, device: &DeviceId) -> Result<Vec<Command>, StoreError> {
        let open = select(
            "device_id = $1 AND action IS NOT NULL AND status IN ('queued', 'sent', 'not-now', 'held') \
             ORDER BY queued_at DESC, seq DESC",
        );
        self.list(open.bind(device)).await
    }

    /// The commands of the device that people asked for at this moment: all parts of one order are among them.
    ///
    /// # Errors
    ///
    /// Those of the engine.
    pub async fn commands_ordered_at(&mut self, device: &DeviceId, at: Timestamp) -> Result<Vec<Command>, StoreError> {
        let then = select("device_id = $1 AND action IS NOT NULL AND queued_at = $2 ORDER BY seq");
        self.list(then.bind(device).bind(at)).await
    }

    /// Releases a held command in the name of a second administrator; `false` when it is not held any more.
    ///
    /// # Errors
    ///
    /// Those of the engine.
    pub async fn release_command(&mut self, id: &CommandId, approver: &UserId) -> Result<bool, StoreError> {
        let update = sql("UPDATE commands SET status = 'queued', approver_id = $1 WHERE id = $2 AND status = 'held'");
        Ok(self.change_of_devices(update.bind(approver).bind(id)).await? > 0)
    }

    /// Withdraws a command that the device has not got: queued or held; `false` when it is neither.
    ///
    /// # Errors
    ///
    /// Those of the engine.
    pub async fn withdraw_command(&mut self, id: &CommandId) -> Result<bool, StoreError> {
        let update = sql("UPDATE commands SET status = 'superseded', body = NULL \
             WHERE id = $1 AND status IN ('queued', 'held')");
        Ok(self.change_of_devices(update.bind(id)).await? > 0)
    }

    /// Keeps a command from the device because the rules do not allow it any more. `reason` is the decision's code.
    ///
    /// # Errors
    ///
    /// [`StoreError::Missing`].
    pub async fn withhold_command(&mut self, id: &CommandId, reason: &str) -> Result<(), StoreError> {
        let update = sql("UPDATE commands SET status = 'withheld', body = NULL, error = $1 WHERE id = $2");
        self.change_command(update.bind(reason).bind(id)).await
    }

    /// Notes that nobody knows what became of a command that was given to the device once and not answered; `false` when
    /// it was answered meanwhile.
    ///
    /// # Errors
    ///
    /// Those of the engine.
    pub async fn lose_outcome(&mut self, id: &CommandId) -> Result<bool, StoreError> {
        let update =
            sql("UPDATE commands SET status = 'outcome-unknown', body = NULL WHERE id = $1 AND status = 'sent'");
        Ok(self.change_of_devices(update.bind(id)).await? > 0)
    }

    /// Those that are done once and were given to their devices before `before` without an answer, at most `limit`.
    ///
    /// # Errors
    ///
    /// Those of the engine.
    pub async fn unanswered_commands(&mut self, before: Timestamp, limit: u32) -> Result<Vec<CommandId>, StoreError> {
        let commands: Vec<Command> = self.list(unanswered(before, limit)).await?;
        Ok(commands.into_iter().map(|command| command.id).collect())
    }

    /// How many orders for the action were queued after `since` and neither held, withdrawn nor withheld. What people
    /// order for their own devices does not count.
    ///
    /// # Errors
    ///
    /// Those of the engine.
    pub async fn count_orders_for_others(&mut self, action: Action, since: Timestamp) -> Result<i64, StoreError> {
        Ok(self.find_existing::<Number>("count", for_others(action, since)).await?.0)
    }

    /// Keeps what the device answered, sealed.
    ///
    /// # Errors
    ///
    /// [`StoreError::Missing`].
    pub async fn keep_result(&mut self, id: &CommandId, sealed: &[u8]) -> Result<(), StoreError> {
        let update = sql("UPDATE commands SET result = $1 WHERE id = $2").bind(sealed).bind(id);
        self.change_command(update).await
    }
}

pub(crate) fn ordered(device: &DeviceId, limit: u32) -> Statement {
    let newest = "device_id = $1 AND action IS NOT NULL ORDER BY queued_at DESC, seq DESC LIMIT $2";
    select(newest).bind(device).bind(i64::from(limit))
}

pub(crate) fn unanswered(before: Timestamp, limit: u32) -> Statement {
    // The literal lets the planner take the partial index.
    let mut unanswered = select("status = 'sent' AND given_at < $1 AND kind IN (").bind(before);
    unanswered.arguments(done_once()).push(") ORDER BY given_at LIMIT ").argument(i64::from(limit));
    unanswered
}

pub(crate) fn for_others(action: Action, since: Timestamp) -> Statement {
    let count = "SELECT COUNT(*) AS number FROM commands WHERE action = $1 AND queued_at > $2 \
         AND status NOT IN ('held', 'superseded', 'withheld') AND NOT EXISTS (SELECT 1 FROM devices \
         WHERE devices.id = commands.device_id AND devices.shared = 0 AND devices.holder_id = commands.actor_id)";
    sql(count).bind(action.as_str()).bind(since)
}
