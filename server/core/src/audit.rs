//! The audit log: every change and every denied attempt, written with the change it tells of (H3).

use std::collections::BTreeMap;

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
        self.note_refusal(actor, event, now).await?;
        Err(CoreError::Denied(permission))
    }

    /// Audits an attempt that is refused, in a transaction of its own.
    pub(crate) async fn note_refusal(&self, actor: &Actor, event: Event<'_>, now: Timestamp) -> Result<(), CoreError> {
        let mut tx = self.store().begin().await?;
        record(&mut tx, actor, event, false, now).await?;
        Ok(tx.commit().await?)
    }

    /// Lets the actor pass when it has the permission; else audits the attempt at `action` and refuses. For pages that
    /// do something before they call the service that requires the same.
    ///
    /// # Errors
    /// [`CoreError::Denied`].
    pub async fn demand(
        &self,
        actor: &Actor,
        permission: Permission,
        action: &'static str,
        target: (&'static str, &str),
        now: Timestamp,
    ) -> Result<(), CoreError> {
        self.require(actor, permission, Event::new(action, target.0, target.1), now).await
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

    /// The audit log, newest first, with the names that actors and targets have now. They are kept apart from the log,
    /// so that a person can be erased.
    ///
    /// # Errors
    /// [`CoreError::Denied`] without [`Permission::ReadConsole`].
    pub async fn audit_lines(
        &self,
        actor: &Actor,
        filter: &AuditFilter,
        now: Timestamp,
    ) -> Result<Page<AuditLine>, CoreError> {
        self.require_reader(actor, "audit", now).await?;
        let mut tx = self.store().read().await?;
        let page = tx.list_audit(filter).await?;
        let mut names = Names::default();
        let mut rows = Vec::with_capacity(page.rows.len());
        for entry in page.rows {
            let actor_name = match &entry.actor_id {
                Some(id) => names.find(&mut tx, "user", id.as_str()).await?,
                None => None,
            };
            let target = names.find(&mut tx, &entry.target_kind, &entry.target_id).await?;
            rows.push(AuditLine { entry, actor_name: actor_name.map(|target| target.name), target });
        }
        Ok(Page { rows, next: page.next })
    }
}

/// One line of the audit log.
#[derive(Clone, Debug)]
pub struct AuditLine {
    /// The entry.
    pub entry: AuditEntry,
    /// The actor's name; `None` also when there is no such user any more.
    pub actor_name: Option<String>,
    /// What it was done to; `None` when it is gone, or has no name.
    pub target: Option<AuditTarget>,
}

/// A thing that still is there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuditTarget {
    /// Its name.
    pub name: String,
    /// Whether it is an app rather than a configuration; `false` for all else.
    pub is_app: bool,
}

/// The names that were looked up already, by kind and id.
#[derive(Default)]
struct Names(BTreeMap<(String, String), Option<AuditTarget>>);

impl Names {
    async fn find(&mut self, tx: &mut Tx, kind: &str, id: &str) -> Result<Option<AuditTarget>, CoreError> {
        let key = (kind.to_owned(), id.to_owned());
        if let Some(known) = self.0.get(&key) {
            return Ok(known.clone());
        }
        let plain = |name: String| AuditTarget { name, is_app: false };
        let found = match kind {
            "user" => tx.find_user(&id.into()).await?.map(|user| plain(user.display_name)),
            "device" => tx.find_device(&id.into()).await?.map(|device| plain(device.name)),
            "user-group" => tx.find_user_group(&id.into()).await?.map(|group| plain(group.name)),
            "device-group" => tx.find_device_group(&id.into()).await?.map(|group| plain(group.name)),
            "policy-test" => tx.find_policy_test_file(&id.into()).await?.map(|file| plain(file.name)),
            "source" => tx.find_source(&id.into()).await?.map(|source| plain(source.name)),
            "item" => {
                let item = tx.find_item(&id.into()).await?;
                item.map(|item| AuditTarget { is_app: item.content.is_app(), name: item.name })
            }
            _ => None,
        };
        self.0.insert(key, found.clone());
        Ok(found)
    }
}
