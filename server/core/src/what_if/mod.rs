//! What-if before Save (C6): what a new distribution or new members would change, on which devices, and why.
//!
//! It is the policy over the fleet as it is stored, with the change put in. A browser can compute it from the same
//! columns; both are previews, and saving decides anew.

mod load;

use std::collections::BTreeSet;

use baton_model::{
    DeviceGroupId, DeviceId, ItemId, PolicyRevision, Preview, Timestamp, UserGroupId, UserId, WhatIfColumns,
};
use baton_policy::{Columns, Distribution, what_if};
use baton_store::Tx;

use crate::{Actor, Core, CoreError, Permission, audit::Event, groups::refuse_everyone, policy_tests::preview};

pub(crate) use load::{Scene, load};

/// What a what-if is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Subject {
    /// Who gets an item.
    Item(ItemId),
    /// Who is in a user group.
    UserGroup(UserGroupId),
    /// Which devices are in a device group.
    DeviceGroup(DeviceGroupId),
}

/// A change that is not saved.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Edit {
    /// Another distribution of an item.
    Distribution(ItemId, Distribution),
    /// Other members of a user group.
    UserGroup(UserGroupId, Members<UserId>),
    /// Other devices in a device group.
    DeviceGroup(DeviceGroupId, Members<DeviceId>),
}

/// Who joins a group and who leaves it; others stay as they are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Members<Id> {
    /// Those who are in it afterwards.
    pub join: BTreeSet<Id>,
    /// Those who are not, unless they join.
    pub leave: BTreeSet<Id>,
}

impl<Id> Default for Members<Id> {
    fn default() -> Self {
        Self { join: BTreeSet::new(), leave: BTreeSet::new() }
    }
}

impl<Id: Ord + From<String>> Members<Id> {
    /// From ids as they come in a form or over the API.
    #[must_use]
    pub fn new(join: impl IntoIterator<Item = String>, leave: impl IntoIterator<Item = String>) -> Self {
        Self { join: join.into_iter().map(Id::from).collect(), leave: leave.into_iter().map(Id::from).collect() }
    }
}

impl Edit {
    /// What it changes.
    #[must_use]
    pub fn subject(&self) -> Subject {
        match self {
            Self::Distribution(item, _) => Subject::Item(item.clone()),
            Self::UserGroup(group, _) => Subject::UserGroup(group.clone()),
            Self::DeviceGroup(group, _) => Subject::DeviceGroup(group.clone()),
        }
    }

    /// The snapshot as it would be after the edit.
    #[must_use]
    pub fn apply(&self, before: &Columns) -> Columns {
        match self {
            Self::Distribution(item, distribution) => before.with_distribution(item, distribution.clone()),
            Self::UserGroup(group, members) => before.with_user_group(group, &members.join, &members.leave),
            Self::DeviceGroup(group, members) => before.with_device_group(group, &members.join, &members.leave),
        }
    }
}

impl Subject {
    /// Whoever may save it may preview it.
    const fn permission(&self) -> Permission {
        match self {
            Self::Item(_) | Self::DeviceGroup(_) => Permission::ManageCatalogue,
            Self::UserGroup(_) => Permission::ManageUsers,
        }
    }

    fn event(&self) -> Event<'_> {
        match self {
            Self::Item(id) => Event::new("distribution.preview", "item", id.as_str()),
            Self::UserGroup(id) => Event::new("user-group.preview", "user-group", id.as_str()),
            Self::DeviceGroup(id) => Event::new("device-group.preview", "device-group", id.as_str()),
        }
    }

    async fn require_existing(&self, tx: &mut Tx) -> Result<(), CoreError> {
        match self {
            Self::Item(id) => tx.find_item(id).await?.map(|_| ()).ok_or(CoreError::NotFound("item")),
            Self::UserGroup(id) => {
                refuse_everyone(id)?;
                tx.find_user_group(id).await?.map(|_| ()).ok_or(CoreError::NotFound("user group"))
            }
            Self::DeviceGroup(id) => {
                tx.find_device_group(id).await?.map(|_| ()).ok_or(CoreError::NotFound("device group"))
            }
        }
    }
}

impl Core {
    /// Everything that a browser needs to compute what-ifs about this itself.
    ///
    /// # Errors
    /// [`CoreError::Denied`] for whoever may not save it, [`CoreError::NotFound`], [`CoreError::BuiltIn`] for Everyone.
    pub async fn what_if_columns(
        &self,
        actor: &Actor,
        subject: &Subject,
        now: Timestamp,
    ) -> Result<WhatIfColumns, CoreError> {
        let mut tx = self.before(actor, subject, now).await?;
        let Scene { revision, named } = load(self, &mut tx, subject).await?;
        let tested = preview::may_decide(&mut tx, subject).await?;
        Ok(WhatIfColumns { revision, columns: Some(named), tested })
    }

    /// The revision of everything that administrators decide about who gets what.
    ///
    /// # Errors
    /// [`CoreError::Denied`] without [`Permission::ReadConsole`].
    pub async fn policy_revision(&self, actor: &Actor, now: Timestamp) -> Result<PolicyRevision, CoreError> {
        self.require_reader(actor, "policy-revision", now).await?;
        Ok(self.store().read().await?.policy_revision().await?)
    }

    /// What the edit would change, with at most `limit` of its changes, and what it would make of policy tests (C8).
    ///
    /// # Errors
    /// As [`Core::what_if_columns`].
    pub async fn preview(
        &self,
        actor: &Actor,
        edit: &Edit,
        limit: usize,
        now: Timestamp,
    ) -> Result<Preview, CoreError> {
        let subject = edit.subject();
        let mut tx = self.before(actor, &subject, now).await?;
        let Scene { revision, named } = load(self, &mut tx, &subject).await?;
        let difference = what_if(&named.snapshot, &edit.apply(&named.snapshot));
        let (tests, tests_known) = preview::changed_by(tx, edit).await?;
        Ok(Preview { tests, tests_known, ..named.preview(revision, &difference, limit) })
    }

    /// Things as they are, for whoever may change the subject.
    async fn before(&self, actor: &Actor, subject: &Subject, now: Timestamp) -> Result<Tx, CoreError> {
        self.require(actor, subject.permission(), subject.event(), now).await?;
        let mut tx = self.store().read().await?;
        subject.require_existing(&mut tx).await?;
        Ok(tx)
    }
}
