//! Groups of users and of devices with hand-picked members (C2).

use baton_model::{
    Device, DeviceGroup, DeviceGroupId, DeviceId, PolicyRevision, Timestamp, User, UserGroup, UserGroupId, UserId,
};
use baton_store::{ListQuery, Page, StoreError, Tx};
use serde_json::json;

use crate::{
    Actor, Core, CoreError, FieldError, FieldProblem, Permission,
    accounts::check_text,
    audit::{self, Event},
    new_id,
};

/// The most members that a group's page shows.
const SHOWN_MEMBERS: u32 = 500;
const MAX_NAME: usize = 100;
const MAX_DESCRIPTION: usize = 500;

/// What an administrator enters about a group.
#[derive(Clone, Debug, Default)]
pub struct GroupForm<MemberId> {
    /// The name.
    pub name: String,
    /// What it is for; may be empty.
    pub description: String,
    /// Its members; `None` leaves them as they are.
    pub members: Option<Vec<MemberId>>,
    /// The revision at which the effect of the new members was previewed, if it was (C6).
    pub previewed: Option<PolicyRevision>,
}

impl<MemberId> GroupForm<MemberId> {
    fn check(&self) -> Result<(), CoreError> {
        let mut errors: Vec<FieldError> = check_text("name", &self.name, MAX_NAME).into_iter().collect();
        if self.description.chars().count() > MAX_DESCRIPTION {
            errors.push(FieldError::new("description", FieldProblem::TooLong(MAX_DESCRIPTION)));
        }
        if errors.is_empty() { Ok(()) } else { Err(CoreError::Invalid(errors)) }
    }

    /// Refuses members whose effect was previewed before something moved. `changed` says whether they were written: then
    /// nobody else moves anything until the transaction ends, and before it the memberships stood one lower.
    async fn require_previewed(&self, tx: &mut Tx, changed: bool) -> Result<(), CoreError> {
        match self.previewed {
            Some(previewed) if changed => {
                let now = tx.policy_revision().await?;
                let before = PolicyRevision { memberships: now.memberships - 1, ..now };
                if before == previewed { Ok(()) } else { Err(CoreError::Stale) }
            }
            _ => Ok(()),
        }
    }

    fn detail(&self) -> serde_json::Value {
        json!({ "name": self.name.trim(), "members": self.members.as_ref().map(Vec::len) })
    }
}

fn problem(error: StoreError) -> CoreError {
    match error {
        StoreError::Unique { .. } => CoreError::Invalid(vec![FieldError::new("name", FieldProblem::Taken)]),
        StoreError::ForeignKey => CoreError::Invalid(vec![FieldError::new("members", FieldProblem::Gone)]),
        other => other.into(),
    }
}

impl Core {
    /// Every user group by name, Everyone among them.
    ///
    /// # Errors
    /// [`CoreError::Denied`] without [`Permission::ReadConsole`].
    pub async fn user_groups(&self, actor: &Actor, now: Timestamp) -> Result<Vec<UserGroup>, CoreError> {
        self.require_reader(actor, "user-groups", now).await?;
        Ok(self.store().read().await?.all_user_groups().await?)
    }

    /// One page of user groups by name, Everyone among them.
    ///
    /// # Errors
    /// [`CoreError::Denied`] without [`Permission::ReadConsole`].
    pub async fn list_user_groups(
        &self,
        actor: &Actor,
        query: &ListQuery,
        now: Timestamp,
    ) -> Result<Page<UserGroup>, CoreError> {
        self.require_reader(actor, "user-groups", now).await?;
        Ok(self.store().read().await?.list_user_groups(query).await?)
    }

    /// A user group with its members.
    ///
    /// # Errors
    /// [`CoreError::Denied`] without [`Permission::ReadConsole`], [`CoreError::NotFound`].
    pub async fn user_group(
        &self,
        actor: &Actor,
        id: &UserGroupId,
        now: Timestamp,
    ) -> Result<(UserGroup, Vec<User>), CoreError> {
        self.require_reader(actor, "user-groups", now).await?;
        let mut tx = self.store().read().await?;
        let group = tx.find_user_group(id).await?.ok_or(CoreError::NotFound("user group"))?;
        Ok((group, tx.members_of_user_group(id, SHOWN_MEMBERS).await?))
    }

    /// The members of a user group beyond those that its page shows: whoever saves the page keeps them.
    ///
    /// # Errors
    /// [`CoreError::Denied`] without [`Permission::ReadConsole`].
    pub async fn unshown_members_of_user_group(
        &self,
        actor: &Actor,
        id: &UserGroupId,
        now: Timestamp,
    ) -> Result<Vec<UserId>, CoreError> {
        self.require_reader(actor, "user-groups", now).await?;
        let members = self.store().read().await?.members_of_user_group(id, u32::MAX).await?;
        Ok(members.into_iter().skip(SHOWN_MEMBERS as usize).map(|user| user.id).collect())
    }

    /// Adds a user group.
    ///
    /// # Errors
    /// [`CoreError::Denied`] without [`Permission::ManageUsers`], [`CoreError::Invalid`].
    pub async fn create_user_group(
        &self,
        actor: &Actor,
        form: &GroupForm<UserId>,
        now: Timestamp,
    ) -> Result<UserGroupId, CoreError> {
        self.require(actor, Permission::ManageUsers, Event::new("user-group.create", "user-group", ""), now).await?;
        form.check()?;
        let id = UserGroupId::from(new_id(now));
        let mut tx = self.store().begin().await?;
        tx.create_user_group(&id, form.name.trim(), form.description.trim()).await.map_err(problem)?;
        tx.set_user_group_members(&id, form.members.as_deref().unwrap_or_default()).await.map_err(problem)?;
        let event = Event::new("user-group.create", "user-group", id.as_str()).with(form.detail());
        audit::record(&mut tx, actor, event, true, now).await?;
        tx.commit().await?;
        self.hint_work();
        Ok(id)
    }

    /// Changes a user group.
    ///
    /// # Errors
    /// [`CoreError::Denied`] without [`Permission::ManageUsers`], [`CoreError::Invalid`], [`CoreError::BuiltIn`] for
    /// Everyone, [`CoreError::Stale`] when something moved since the new members were previewed.
    pub async fn save_user_group(
        &self,
        actor: &Actor,
        id: &UserGroupId,
        form: &GroupForm<UserId>,
        now: Timestamp,
    ) -> Result<(), CoreError> {
        let event = || Event::new("user-group.save", "user-group", id.as_str());
        self.require(actor, Permission::ManageUsers, event(), now).await?;
        refuse_everyone(id)?;
        form.check()?;
        let mut tx = self.store().begin().await?;
        tx.find_user_group(id).await?.ok_or(CoreError::NotFound("user group"))?;
        tx.save_user_group(id, form.name.trim(), form.description.trim()).await.map_err(problem)?;
        if let Some(members) = &form.members {
            let changed = tx.set_user_group_members(id, members).await.map_err(problem)?;
            form.require_previewed(&mut tx, changed).await?;
        }
        audit::record(&mut tx, actor, event().with(form.detail()), true, now).await?;
        tx.commit().await?;
        self.hint_work();
        Ok(())
    }

    /// Deletes a user group; distributions that name it lose it.
    ///
    /// # Errors
    /// [`CoreError::Denied`] without [`Permission::ManageUsers`], [`CoreError::BuiltIn`] for Everyone.
    pub async fn delete_user_group(&self, actor: &Actor, id: &UserGroupId, now: Timestamp) -> Result<(), CoreError> {
        let event = || Event::new("user-group.delete", "user-group", id.as_str());
        self.require(actor, Permission::ManageUsers, event(), now).await?;
        refuse_everyone(id)?;
        let mut tx = self.store().begin().await?;
        let group = tx.find_user_group(id).await?.ok_or(CoreError::NotFound("user group"))?;
        tx.delete_user_group(id).await?;
        tx.bump_catalogue_revision().await?;
        audit::record(&mut tx, actor, event().with(json!({ "name": group.name })), true, now).await?;
        tx.commit().await?;
        self.hint_work();
        Ok(())
    }

    /// Every device group by name.
    ///
    /// # Errors
    /// [`CoreError::Denied`] without [`Permission::ReadConsole`].
    pub async fn device_groups(&self, actor: &Actor, now: Timestamp) -> Result<Vec<DeviceGroup>, CoreError> {
        self.require_reader(actor, "device-groups", now).await?;
        Ok(self.store().read().await?.all_device_groups().await?)
    }

    /// One page of device groups by name.
    ///
    /// # Errors
    /// [`CoreError::Denied`] without [`Permission::ReadConsole`].
    pub async fn list_device_groups(
        &self,
        actor: &Actor,
        query: &ListQuery,
        now: Timestamp,
    ) -> Result<Page<DeviceGroup>, CoreError> {
        self.require_reader(actor, "device-groups", now).await?;
        Ok(self.store().read().await?.list_device_groups(query).await?)
    }

    /// A device group with its members.
    ///
    /// # Errors
    /// [`CoreError::Denied`] without [`Permission::ReadConsole`], [`CoreError::NotFound`].
    pub async fn device_group(
        &self,
        actor: &Actor,
        id: &DeviceGroupId,
        now: Timestamp,
    ) -> Result<(DeviceGroup, Vec<Device>), CoreError> {
        self.require_reader(actor, "device-groups", now).await?;
        let mut tx = self.store().read().await?;
        let group = tx.find_device_group(id).await?.ok_or(CoreError::NotFound("device group"))?;
        Ok((group, tx.members_of_device_group(id, SHOWN_MEMBERS).await?))
    }

    /// The members of a device group beyond those that its page shows: whoever saves the page keeps them.
    ///
    /// # Errors
    /// [`CoreError::Denied`] without [`Permission::ReadConsole`].
    pub async fn unshown_members_of_device_group(
        &self,
        actor: &Actor,
        id: &DeviceGroupId,
        now: Timestamp,
    ) -> Result<Vec<DeviceId>, CoreError> {
        self.require_reader(actor, "device-groups", now).await?;
        let members = self.store().read().await?.members_of_device_group(id, u32::MAX).await?;
        Ok(members.into_iter().skip(SHOWN_MEMBERS as usize).map(|device| device.id).collect())
    }

    /// Adds a device group.
    ///
    /// # Errors
    /// [`CoreError::Denied`] without [`Permission::ManageCatalogue`], [`CoreError::Invalid`].
    pub async fn create_device_group(
        &self,
        actor: &Actor,
        form: &GroupForm<DeviceId>,
        now: Timestamp,
    ) -> Result<DeviceGroupId, CoreError> {
        let denied = Event::new("device-group.create", "device-group", "");
        self.require(actor, Permission::ManageCatalogue, denied, now).await?;
        form.check()?;
        let id = DeviceGroupId::from(new_id(now));
        let mut tx = self.store().begin().await?;
        tx.create_device_group(&id, form.name.trim(), form.description.trim()).await.map_err(problem)?;
        tx.set_device_group_members(&id, form.members.as_deref().unwrap_or_default()).await.map_err(problem)?;
        let event = Event::new("device-group.create", "device-group", id.as_str()).with(form.detail());
        audit::record(&mut tx, actor, event, true, now).await?;
        tx.commit().await?;
        self.hint_work();
        Ok(id)
    }

    /// Changes a device group.
    ///
    /// # Errors
    /// [`CoreError::Denied`] without [`Permission::ManageCatalogue`], [`CoreError::Invalid`], [`CoreError::Stale`] when
    /// something moved since the new members were previewed.
    pub async fn save_device_group(
        &self,
        actor: &Actor,
        id: &DeviceGroupId,
        form: &GroupForm<DeviceId>,
        now: Timestamp,
    ) -> Result<(), CoreError> {
        let event = || Event::new("device-group.save", "device-group", id.as_str());
        self.require(actor, Permission::ManageCatalogue, event(), now).await?;
        form.check()?;
        let mut tx = self.store().begin().await?;
        tx.find_device_group(id).await?.ok_or(CoreError::NotFound("device group"))?;
        tx.save_device_group(id, form.name.trim(), form.description.trim()).await.map_err(problem)?;
        if let Some(members) = &form.members {
            let changed = tx.set_device_group_members(id, members).await.map_err(problem)?;
            form.require_previewed(&mut tx, changed).await?;
        }
        audit::record(&mut tx, actor, event().with(form.detail()), true, now).await?;
        tx.commit().await?;
        self.hint_work();
        Ok(())
    }

    /// Deletes a device group; distributions that name it lose it.
    ///
    /// # Errors
    /// [`CoreError::Denied`] without [`Permission::ManageCatalogue`].
    pub async fn delete_device_group(
        &self,
        actor: &Actor,
        id: &DeviceGroupId,
        now: Timestamp,
    ) -> Result<(), CoreError> {
        let event = || Event::new("device-group.delete", "device-group", id.as_str());
        self.require(actor, Permission::ManageCatalogue, event(), now).await?;
        let mut tx = self.store().begin().await?;
        let group = tx.find_device_group(id).await?.ok_or(CoreError::NotFound("device group"))?;
        tx.delete_device_group(id).await?;
        tx.bump_catalogue_revision().await?;
        audit::record(&mut tx, actor, event().with(json!({ "name": group.name })), true, now).await?;
        tx.commit().await?;
        self.hint_work();
        Ok(())
    }
}

/// Everyone is all users: nobody joins or leaves.
pub(crate) fn refuse_everyone(id: &UserGroupId) -> Result<(), CoreError> {
    if id.as_str() == baton_model::id::EVERYONE { Err(CoreError::BuiltIn) } else { Ok(()) }
}
