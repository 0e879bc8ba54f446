//! The audit log: every change and every denied attempt, written with the change it tells of (H3).

use baton_model::{AuditEntry, Timestamp};
use baton_store::{AuditFilter, Page, Tx};
use serde_json::{Value, json};

use crate::{Actor, Core, CoreError, Permission, new_id};

/// What was done, to what.
pub(crate) struct Event<'a> {
    pub action: &'static str,
    pub target_kind: &'static str,
    pub target_id: &'a str,
    pub detail: Value,
}

impl<'a> Event<'a> {
    pub(crate) const fn new(action: &'static str, target_kind: &'static str, target_id: &'a str) -> Self {
        Self { action, target_kind, target_id, detail: Value::Null }
    }

    pub(crate) fn with(mut self, detail: Value) -> Self {
        self.detail = detail;
        self
    }
}

/// Writes one row in the transaction of what it tells of.
pub(crate) async fn record(
    tx: &mut Tx,
    actor: &Actor,
    event: Event<'_>,
    allowed: bool,
    now: Timestamp,
) -> Result<(), CoreError> {
    let mut detail = if event.detail.is_null() { json!({}) } else { event.detail };
    if let (Actor::Possession(device), Some(detail)) = (actor, detail.as_object_mut()) {
        detail.insert("possessionOf".to_owned(), json!(device.as_str()));
    }
    tx.append_audit(&AuditEntry {
        id: new_id(now),
        at: now,
        actor_id: actor.user_id().cloned(),
        action: event.action.to_owned(),
        allowed,
        target_kind: event.target_kind.to_owned(),
        target_id: event.target_id.to_owned(),
        detail: detail.to_string(),
    })
    .await?;
    Ok(())
}

impl Core {
    /// Lets the actor pass when it has the permission; else audits the attempt and refuses.
    pub(crate) async fn require(
        &self,
        actor: &Actor,
        permission: Permission,
        event: Event<'_>,
        now: Timestamp,
    ) -> Result<(), CoreError> {
        if actor.may(permission) {
            return Ok(());
        }
        let mut tx = self.store().begin().await?;
        record(&mut tx, actor, event, false, now).await?;
        tx.commit().await?;
        Err(CoreError::Denied(permission))
    }

    /// Like [`Self::require`] for reading the console: refused without an audit row when nobody could be named.
    pub(crate) async fn require_reader(
        &self,
        actor: &Actor,
        what: &'static str,
        now: Timestamp,
    ) -> Result<(), CoreError> {
        self.require(actor, Permission::ReadConsole, Event::new("console.read", "console", what), now).await
    }

    /// The audit log, newest first.
    ///
    /// # Errors
    /// [`CoreError::Denied`] without [`Permission::ReadConsole`].
    pub async fn list_audit(
        &self,
        actor: &Actor,
        filter: &AuditFilter,
        now: Timestamp,
    ) -> Result<Page<AuditEntry>, CoreError> {
        self.require_reader(actor, "audit", now).await?;
        Ok(self.store().read().await?.list_audit(filter).await?)
    }
}
