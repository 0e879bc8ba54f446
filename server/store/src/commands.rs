//! The queue of commands. Seen from a device it is first in, first out; what the device cannot do now keeps its place.
//! Orders that a locked device carries out too go before everything else. What is about orders alone is in `orders.rs`.

use baton_model::{
    Command, CommandId, CommandKind, CommandStatus, DeviceId, EnrollmentId, NewCommand, Order as ActionOrder,
    Timestamp, fold::fold,
};

use crate::{
    changes::Change,
    error::StoreError,
    groups::CHUNK,
    page::{Key, ListQuery, Order, Page},
    row::{Number, Record, Row},
    statement::{Columns, Statement, sql},
    store::Tx,
};

const COLUMNS: &str = "id, device_id, enrollment_id, seq, handover_id, item_id, rendering, kind, identifier, label, body, \
    status, deliveries, not_before, queued_at, sent_at, answered_at, error, action, actor_id, approver_id, reason, result";

/// The condition of the partial indexes, as a literal, because the planner must see it.
const OPEN: &str = "status IN ('queued', 'sent', 'not-now')";

pub(crate) const NEWEST_FIRST: Order =
    Order { columns: &[("queued_at", Key::Number), ("seq", Key::Number), ("id", Key::Text)], newest_first: true };

impl Record for Command {
    const TABLE: &'static str = "commands";

    fn read(row: &Row<'_>) -> Result<Self, StoreError> {
        Ok(Self {
            id: row.id("id")?,
            device_id: row.id("device_id")?,
            enrollment_id: row.id("enrollment_id")?,
            seq: row.number("seq")?,
            handover_id: row.maybe_id("handover_id")?,
            item_id: row.maybe_id("item_id")?,
            rendering: row.maybe_text("rendering")?,
            kind: row.word("kind", CommandKind::from_text)?,
            identifier: row.maybe_text("identifier")?,
            label: row.text("label")?,
            body: row.maybe_bytes("body")?,
            status: row.word("status", CommandStatus::from_text)?,
            deliveries: row.number("deliveries")?,
            not_before: row.time("not_before")?,
            queued_at: row.time("queued_at")?,
            sent_at: row.maybe_time("sent_at")?,
            answered_at: row.maybe_time("answered_at")?,
            error: row.maybe_text("error")?,
            order: order(row)?,
            result: row.maybe_bytes("result")?,
        })
    }
}

/// An order names its action and who asked; a row with only one of them is no order that anybody gave.
fn order(row: &Row<'_>) -> Result<Option<ActionOrder>, StoreError> {
    let Some(action) = row.maybe_text("action")? else { return Ok(None) };
    Ok(Some(ActionOrder {
        action: action.parse().map_err(|_| row.unreadable("action"))?,
        actor_id: row.id("actor_id")?,
        approver_id: row.maybe_id("approver_id")?,
        reason: row.maybe_text("reason")?,
    }))
}

/// Which commands a list shows.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CommandFilter {
    /// Which part; the search looks at label and identifier.
    pub query: ListQuery,
    /// Only those to this device.
    pub device: Option<DeviceId>,
    /// Only those of this kind.
    pub kind: Option<CommandKind>,
    /// Only those that stand so.
    pub status: Option<CommandStatus>,
    /// Only those queued at this time or later.
    pub from: Option<Timestamp>,
    /// Only those queued before this time.
    pub to: Option<Timestamp>,
}

impl CommandFilter {
    /// The SELECT up to its WHERE.
    pub(crate) fn select(&self) -> Statement {
        let mut commands = select("TRUE");
        if let Some(device) = &self.device {
            commands.push(" AND device_id = ").argument(device);
        }
        if let Some(kind) = self.kind {
            commands.push(" AND kind = ").argument(kind);
        }
        if let Some(status) = self.status {
            commands.push(" AND status = ").argument(status);
        }
        if let Some(from) = self.from {
            commands.push(" AND queued_at >= ").argument(from);
        }
        if let Some(to) = self.to {
            commands.push(" AND queued_at < ").argument(to);
        }
        commands.search(self.query.search.as_deref());
        commands
    }
}

impl Tx {
    /// Queues a command at the end of its device's queue.
    ///
    /// # Errors
    ///
    /// [`StoreError::Missing`] without such a device; [`StoreError::ForeignKey`] without such an enrollment.
    pub async fn queue_command(&mut self, new: &NewCommand, now: Timestamp) -> Result<Command, StoreError> {
        self.insert_command(new, None, CommandStatus::Queued, now).await
    }

    pub(crate) async fn insert_command(
        &mut self,
        new: &NewCommand,
        order: Option<&ActionOrder>,
        status: CommandStatus,
        now: Timestamp,
    ) -> Result<Command, StoreError> {
        // Counting on the device's row gives each place once, also to transactions that queue at the same time.
        let count =
            sql("UPDATE devices SET command_seq = command_seq + 1 WHERE id = $1 RETURNING command_seq AS number");
        let seq: Vec<Number> = self.change_returning(count.bind(&new.device_id)).await?;
        let seq = seq.first().ok_or(StoreError::Missing { what: "device" })?.0;
        let search = format!("{} {}", new.label, new.identifier.as_deref().unwrap_or_default());
        let insert = Columns::new()
            .set("id", &new.id)
            .set("device_id", &new.device_id)
            .set("enrollment_id", &new.enrollment_id)
            .set("seq", seq)
            .set("handover_id", new.handover_id.as_ref())
            .set("item_id", new.item_id.as_ref())
            .set("rendering", new.rendering.as_deref())
            .set("kind", new.kind)
            .set("identifier", new.identifier.as_deref())
            .set("label", &new.label)
            .set("search_key", &fold(&search))
            .set("body", new.body.as_slice())
            .set("status", status)
            .set("not_before", new.not_before)
            .set("queued_at", now)
            .set("action", order.map(|order| order.action.as_str()))
            .set("actor_id", order.map(|order| &order.actor_id))
            .set("approver_id", order.and_then(|order| order.approver_id.as_ref()))
            .set("reason", order.and_then(|order| order.reason.as_deref()))
            .set("urgent", order.is_some() && new.kind.works_while_locked())
            .insert_into("commands")
            .with(&format!(" RETURNING {COLUMNS}"));
        let queued: Vec<Command> = self.change_returning(insert).await?;
        self.note_change(Change::Device(new.device_id.clone()));
        queued.into_iter().next().ok_or(StoreError::Missing { what: "command" })
    }

    /// The command with this id.
    ///
    /// # Errors
    ///
    /// Those of the engine.
    pub async fn find_command(&mut self, id: &CommandId) -> Result<Option<Command>, StoreError> {
        self.find(select("id = $1").bind(id)).await
    }

    /// The commands that the device still owes an answer to, in their order.
    ///
    /// # Errors
    ///
    /// Those of the engine.
    pub async fn open_commands(&mut self, device: &DeviceId) -> Result<Vec<Command>, StoreError> {
        self.list(select(&format!("device_id = $1 AND {OPEN} ORDER BY seq")).bind(device)).await
    }

    /// The next command to give to the device: the first open one whose time has come, urgent ones before all others.
    ///
    /// # Errors
    ///
    /// Those of the engine.
    pub async fn next_command(
        &mut self,
        enrollment: &EnrollmentId,
        now: Timestamp,
    ) -> Result<Option<Command>, StoreError> {
        self.find(next(enrollment, now)).await
    }

    /// When the first of the open commands may be given to the device; `None` when none is open.
    ///
    /// # Errors
    ///
    /// Those of the engine.
    pub async fn next_not_before(&mut self, enrollment: &EnrollmentId) -> Result<Option<Timestamp>, StoreError> {
        let select = format!(
            "SELECT not_before AS number FROM commands WHERE enrollment_id = $1 AND {OPEN} ORDER BY not_before LIMIT 1"
        );
        Ok(self.find(sql(&select).bind(enrollment)).await?.map(|Number(at)| Timestamp(at)))
    }

    /// Notes that the command is being given to the device; `false` when it is no longer open.
    ///
    /// # Errors
    ///
    /// Those of the engine.
    pub async fn mark_sent(&mut self, id: &CommandId, now: Timestamp) -> Result<bool, StoreError> {
        let update = format!(
            "UPDATE commands SET status = 'sent', deliveries = deliveries + 1, sent_at = COALESCE(sent_at, $1), \
             given_at = $1 WHERE id = $2 AND {OPEN}"
        );
        Ok(self.change_of_devices(sql(&update).bind(now).bind(id)).await? > 0)
    }

    /// Writes the device's answer, also one that comes late or again. The body is dropped unless the command stays
    /// open; the error replaces the one before.
    ///
    /// # Errors
    ///
    /// [`StoreError::Missing`].
    pub async fn answer_command(
        &mut self,
        id: &CommandId,
        status: CommandStatus,
        error: Option<&str>,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let columns = Columns::new().set("status", status).set("error", error).set("answered_at", now);
        let mut update = columns.update("commands");
        if !status.is_open() {
            update.push(", body = NULL");
        }
        update.push(" WHERE id = ").argument(id);
        self.change_command(update).await
    }

    /// Changes the command that must exist.
    pub(crate) async fn change_command(&mut self, update: Statement) -> Result<(), StoreError> {
        match self.change_of_devices(update).await? {
            0 => Err(StoreError::Missing { what: "command" }),
            _ => Ok(()),
        }
    }

    /// Keeps the command back until `not_before`; it keeps its place. `false` when it is no longer open.
    ///
    /// # Errors
    ///
    /// Those of the engine.
    pub async fn postpone_command(&mut self, id: &CommandId, not_before: Timestamp) -> Result<bool, StoreError> {
        let update = format!("UPDATE commands SET not_before = $1 WHERE id = $2 AND {OPEN}");
        self.change_one(sql(&update).bind(not_before).bind(id)).await
    }

    /// Withdraws those of the commands that were never given to the device; how many.
    ///
    /// # Errors
    ///
    /// Those of the engine.
    pub async fn supersede_commands(&mut self, ids: &[CommandId]) -> Result<u64, StoreError> {
        let mut superseded = 0;
        for chunk in ids.chunks(CHUNK) {
            let mut update =
                sql("UPDATE commands SET status = 'superseded', body = NULL WHERE status = 'queued' AND id IN (");
            update.arguments(chunk).push(")");
            superseded += self.change_of_devices(update).await?;
        }
        Ok(superseded)
    }

    /// Gives up on a command that was given to the device and is no longer wanted; `false` when it was not, or is
    /// answered.
    ///
    /// # Errors
    ///
    /// Those of the engine.
    pub async fn lapse_command(&mut self, id: &CommandId) -> Result<bool, StoreError> {
        let update =
            sql("UPDATE commands SET status = 'lapsed', body = NULL WHERE id = $1 AND status IN ('sent', 'not-now')");
        Ok(self.change_of_devices(update.bind(id)).await? > 0)
    }

    /// Withdraws or gives up on every command of the enrollment that is open or held; how many. What was given to the
    /// device and is done once has an unknown outcome.
    ///
    /// # Errors
    ///
    /// Those of the engine.
    pub async fn cancel_commands_of_enrollment(&mut self, enrollment: &EnrollmentId) -> Result<u64, StoreError> {
        let mut update =
            sql("UPDATE commands SET body = NULL, status = CASE WHEN status IN ('queued', 'held') THEN 'superseded' \
             WHEN status = 'sent' AND kind IN (");
        update.arguments(done_once()).push(") THEN 'outcome-unknown' ELSE 'lapsed' END WHERE enrollment_id = ");
        update.argument(enrollment).push(&format!(" AND ({OPEN} OR status = 'held')"));
        self.change_of_devices(update).await
    }

    /// Commands, the last queued first.
    ///
    /// # Errors
    ///
    /// [`StoreError::Cursor`].
    pub async fn list_commands(&mut self, filter: &CommandFilter) -> Result<Page<Command>, StoreError> {
        self.page(filter.select(), &NEWEST_FIRST, &filter.query).await
    }

    /// Deletes commands queued before `before` that are neither open nor held; how many.
    ///
    /// # Errors
    ///
    /// Those of the engine.
    pub async fn prune_commands(&mut self, before: Timestamp) -> Result<u64, StoreError> {
        let delete = format!("DELETE FROM commands WHERE queued_at < $1 AND NOT {OPEN} AND status <> 'held'");
        self.change(sql(&delete).bind(before)).await
    }
}

/// The kinds that are never given to a device twice.
pub(crate) fn done_once() -> impl Iterator<Item = CommandKind> {
    CommandKind::ALL.iter().copied().filter(|kind| kind.is_done_once())
}

pub(crate) fn select(condition: &str) -> Statement {
    sql(&format!("SELECT {COLUMNS} FROM commands WHERE {condition}"))
}

/// The first command of the enrollment that may be given out now. What is urgent is 1 and the rest 0; said in the statement,
/// it leads SQLite to the index of what is open, in its order, and not through everything that the enrollment ever got.
pub(crate) fn next(enrollment: &EnrollmentId, now: Timestamp) -> Statement {
    let next =
        format!("enrollment_id = $1 AND urgent >= 0 AND {OPEN} AND not_before <= $2 ORDER BY urgent DESC, seq LIMIT 1");
    select(&next).bind(enrollment).bind(now)
}
