//! Groups of users. Everyone has no member rows: it is all users, Nobody included.

use std::collections::BTreeSet;

use baton_model::{User, UserGroup, UserGroupId, UserId, id};

use crate::{
    error::StoreError,
    groups::Groups,
    page::{ListQuery, Page},
    row::{Record, Row},
    store::Tx,
    users::{NEW_REVISION, select_users},
};

const USER_GROUPS: Groups = Groups {
    what: "user group",
    groups: "user_groups",
    members: "user_group_members",
    owners: "users",
    owner_id: "user_id",
    new_revision: NEW_REVISION,
    count: "CASE WHEN id = 'everyone' THEN (SELECT COUNT(*) FROM users) \
            ELSE (SELECT COUNT(*) FROM user_group_members WHERE group_id = user_groups.id) END",
};

impl Record for UserGroup {
    const TABLE: &'static str = "user_groups";

    fn read(row: &Row<'_>) -> Result<Self, StoreError> {
        Ok(Self {
            id: row.id("id")?,
            name: row.text("name")?,
            description: row.text("description")?,
            members: row.number("members")?,
        })
    }
}

impl Tx {
    /// User groups by name.
    ///
    /// # Errors
    ///
    /// [`StoreError::Cursor`].
    pub async fn list_user_groups(&mut self, query: &ListQuery) -> Result<Page<UserGroup>, StoreError> {
        self.list_groups(&USER_GROUPS, query).await
    }

    /// All user groups by name.
    ///
    /// # Errors
    ///
    /// Those of the engine.
    pub async fn all_user_groups(&mut self) -> Result<Vec<UserGroup>, StoreError> {
        self.all_groups(&USER_GROUPS).await
    }

    /// The user group with this id.
    ///
    /// # Errors
    ///
    /// Those of the engine.
    pub async fn find_user_group(&mut self, id: &UserGroupId) -> Result<Option<UserGroup>, StoreError> {
        self.find_group(&USER_GROUPS, id.as_str()).await
    }

    /// Adds a user group without members.
    ///
    /// # Errors
    ///
    /// [`StoreError::Unique`] `user_group_name_taken`.
    pub async fn create_user_group(
        &mut self,
        id: &UserGroupId,
        name: &str,
        description: &str,
    ) -> Result<(), StoreError> {
        self.create_group(&USER_GROUPS, id.as_str(), name, description).await
    }

    /// Renames or describes a user group.
    ///
    /// # Errors
    ///
    /// [`StoreError::Unique`] `user_group_name_taken`; [`StoreError::Missing`].
    pub async fn save_user_group(&mut self, id: &UserGroupId, name: &str, description: &str) -> Result<(), StoreError> {
        self.save_group(&USER_GROUPS, id.as_str(), name, description).await
    }

    /// Deletes a user group, with its places in distributions; the caller counts up the catalogue's revision.
    ///
    /// # Errors
    ///
    /// [`StoreError::Missing`]; [`StoreError::ForeignKey`] for Everyone.
    pub async fn delete_user_group(&mut self, id: &UserGroupId) -> Result<(), StoreError> {
        self.delete_group(&USER_GROUPS, id.as_str()).await
    }

    /// The first `limit` members by name; those of Everyone are all users.
    ///
    /// # Errors
    ///
    /// Those of the engine.
    pub async fn members_of_user_group(&mut self, id: &UserGroupId, limit: u32) -> Result<Vec<User>, StoreError> {
        let members = if id.as_str() == id::EVERYONE {
            select_users("ORDER BY sort_key, id LIMIT $1")
        } else {
            select_users(
                "WHERE id IN (SELECT user_id FROM user_group_members WHERE group_id = $2) ORDER BY sort_key, id LIMIT $1",
            )
        };
        let members = members.bind(i64::from(limit));
        self.list(if id.as_str() == id::EVERYONE { members } else { members.bind(id) }).await
    }

    /// Makes `users` the members, and counts up the revision of everybody who joined or left; whether anybody did.
    ///
    /// # Errors
    ///
    /// [`StoreError::Missing`] without such a group; [`StoreError::ForeignKey`] when a user does not exist;
    /// [`StoreError::Database`] for Everyone.
    pub async fn set_user_group_members(&mut self, id: &UserGroupId, users: &[UserId]) -> Result<bool, StoreError> {
        self.set_members(&USER_GROUPS, id.as_str(), users.iter().map(UserId::as_str).collect()).await
    }

    /// Makes `groups` the groups of the user, Everyone aside, and counts up the user's revision if that changes them;
    /// whether it does.
    ///
    /// # Errors
    ///
    /// [`StoreError::Missing`] without such a user; [`StoreError::ForeignKey`] when a group does not exist.
    pub async fn set_groups_of_user(&mut self, user: &UserId, groups: &[UserGroupId]) -> Result<bool, StoreError> {
        let groups = groups.iter().map(UserGroupId::as_str).filter(|group| *group != id::EVERYONE);
        self.set_groups(&USER_GROUPS, user.as_str(), groups.collect()).await
    }

    /// The groups of the user, always with Everyone.
    ///
    /// # Errors
    ///
    /// Those of the engine.
    pub async fn user_groups_of(&mut self, user: &UserId) -> Result<BTreeSet<UserGroupId>, StoreError> {
        let groups = self.groups_of(&USER_GROUPS, user.as_str()).await?;
        let everyone = std::iter::once(UserGroupId::from(id::EVERYONE));
        Ok(groups.into_iter().map(UserGroupId::from).chain(everyone).collect())
    }

    /// Every membership in a user group, those in Everyone left out.
    ///
    /// # Errors
    ///
    /// Those of the engine.
    pub async fn all_user_group_members(&mut self) -> Result<Vec<(UserGroupId, UserId)>, StoreError> {
        let all = self.all_memberships(&USER_GROUPS).await?;
        Ok(all.into_iter().map(|one| (one.group.into(), one.member.into())).collect())
    }
}
