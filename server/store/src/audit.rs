//! The audit log (H3). There is no verb that changes or deletes an entry.

use std::collections::BTreeMap;

use baton_model::{AuditEntry, Timestamp, UserId, fold::fold};

use crate::{
    error::StoreError,
    groups::CHUNK,
    page::{Key, ListQuery, Order, Page},
    row::{Record, Row},
    statement::{Columns, Statement, sql},
    store::Tx,
};

pub(crate) const NEWEST_FIRST: Order = Order { columns: &[("at", Key::Number), ("id", Key::Text)], newest_first: true };

impl Record for AuditEntry {
    const TABLE: &'static str = "audit";

    fn read(row: &Row<'_>) -> Result<Self, StoreError> {
        Ok(Self {
            id: row.text("id")?,
            at: row.time("at")?,
            actor_id: row.maybe_id("actor_id")?,
            action: row.text("action")?,
            allowed: row.flag("allowed")?,
            target_kind: row.text("target_kind")?,
            target_id: row.text("target_id")?,
            detail: row.text("detail")?,
        })
    }
}

/// Which entries a list shows.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AuditFilter {
    /// Which part; the search looks at action, target and detail, and at the names that people, devices and items have now.
    pub query: ListQuery,
    /// Only what this user did.
    pub actor: Option<UserId>,
    /// Only what was done to things of this kind.
    pub target_kind: Option<String>,
    /// Only what was done to the thing with this id.
    pub target_id: Option<String>,
    /// Only this action.
    pub action: Option<String>,
    /// Only from this time on.
    pub from: Option<Timestamp>,
    /// Only before this time.
    pub to: Option<Timestamp>,
}

impl AuditFilter {
    /// The SELECT up to its WHERE.
    pub(crate) fn select(&self) -> Statement {
        let mut select =
            sql("SELECT id, at, actor_id, action, allowed, target_kind, target_id, detail FROM audit WHERE TRUE");
        if let Some(actor) = &self.actor {
            select.push(" AND actor_id = ").argument(actor);
        }
        if let Some(kind) = &self.target_kind {
            select.push(" AND target_kind = ").argument(kind);
        }
        if let Some(target) = &self.target_id {
            select.push(" AND target_id = ").argument(target);
        }
        if let Some(action) = &self.action {
            select.push(" AND action = ").argument(action);
        }
        if let Some(from) = self.from {
            select.push(" AND at >= ").argument(from);
        }
        if let Some(to) = self.to {
            select.push(" AND at < ").argument(to);
        }
        let names = [
            ("users", "other.id = audit.actor_id"),
            ("users", "audit.target_kind = 'user' AND other.id = audit.target_id"),
            ("devices", "audit.target_kind = 'device' AND other.id = audit.target_id"),
            ("items", "audit.target_kind = 'item' AND other.id = audit.target_id"),
        ];
        select.search_also(self.query.search.as_deref(), &names);
        select
    }
}

impl Tx {
    /// Adds an entry.
    ///
    /// # Errors
    ///
    /// [`StoreError::Unique`] `audit_pkey`.
    pub async fn append_audit(&mut self, entry: &AuditEntry) -> Result<(), StoreError> {
        let search = format!("{} {} {} {}", entry.action, entry.target_kind, entry.target_id, entry.detail);
        let insert = Columns::new()
            .set("id", &entry.id)
            .set("at", entry.at)
            .set("actor_id", entry.actor_id.as_ref())
            .set("action", &entry.action)
            .set("allowed", entry.allowed)
            .set("target_kind", &entry.target_kind)
            .set("target_id", &entry.target_id)
            .set("detail", &entry.detail)
            .set("search_key", &fold(&search));
        self.change(insert.insert_into("audit")).await.map(|_| ())
    }

    /// Entries, the newest first.
    ///
    /// # Errors
    ///
    /// [`StoreError::Cursor`].
    pub async fn list_audit(&mut self, filter: &AuditFilter) -> Result<Page<AuditEntry>, StoreError> {
        self.page(filter.select(), &NEWEST_FIRST, &filter.query).await
    }

    /// When each of these users last did one of `actions` and was allowed to; users who never did are left out.
    ///
    /// # Errors
    ///
    /// Those of the engine.
    pub async fn last_time_of(
        &mut self,
        actions: &[&str],
        users: &[UserId],
    ) -> Result<BTreeMap<UserId, Timestamp>, StoreError> {
        let mut times = BTreeMap::new();
        if actions.is_empty() {
            return Ok(times);
        }
        for chunk in users.chunks(CHUNK) {
            // One step into the index for each user, rather than all of the user's entries.
            let mut select = sql("SELECT id, at FROM (SELECT id, (SELECT at FROM audit \
                 WHERE actor_id = users.id AND allowed = 1 AND action IN (");
            select.arguments(actions.iter().copied());
            select.push(") ORDER BY at DESC LIMIT 1) AS at FROM users WHERE id IN (").arguments(chunk);
            select.push(")) AS last WHERE at IS NOT NULL");
            times.extend(self.list::<LastTime>(select).await?.into_iter().map(|LastTime(user, at)| (user, at)));
        }
        Ok(times)
    }
}

struct LastTime(UserId, Timestamp);

impl Record for LastTime {
    const TABLE: &'static str = "audit";

    fn read(row: &Row<'_>) -> Result<Self, StoreError> {
        Ok(Self(row.id("id")?, row.time("at")?))
    }
}
