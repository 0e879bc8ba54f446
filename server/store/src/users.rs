//! People, and Nobody.

use std::collections::BTreeSet;

use baton_model::{Role, User, UserGroupId, UserId, fold::fold, id};

use crate::{
    changes::Change,
    error::StoreError,
    page::{Key, ListQuery, Order, Page},
    row::{Number, Record, Row, Text},
    statement::{Columns, Statement, sql},
    store::Tx,
};

pub(crate) const COLUMNS: &str =
    "users.id, user_name, display_name, email, role, enabled, epoch, users.revision, users.created_at";

/// The assignments with which a user's facts or groups change.
pub(crate) const NEW_REVISION: &str = "revision = revision + 1, unsettled = 1";

pub(crate) const IN_ORDER: Order =
    Order { columns: &[("sort_key", Key::Text), ("id", Key::Text)], newest_first: false };

impl Record for User {
    const TABLE: &'static str = "users";

    fn read(row: &Row<'_>) -> Result<Self, StoreError> {
        Ok(Self {
            id: row.id("id")?,
            user_name: row.text("user_name")?,
            display_name: row.text("display_name")?,
            email: row.maybe_text("email")?,
            role: row.parsed("role")?,
            enabled: row.flag("enabled")?,
            epoch: row.number("epoch")?,
            revision: row.number("revision")?,
            created_at: row.time("created_at")?,
        })
    }
}

/// Which users a list shows.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct UserFilter {
    /// Which part; the search looks at user name, name and mail address.
    pub query: ListQuery,
    /// Only those with this role.
    pub role: Option<Role>,
    /// Only members of this group.
    pub group: Option<UserGroupId>,
    /// Only those who may sign in, or who may not.
    pub enabled: Option<bool>,
}

impl UserFilter {
    /// The SELECT up to its WHERE.
    pub(crate) fn select(&self) -> Statement {
        let mut select = sql(&format!("SELECT {COLUMNS}, sort_key FROM users WHERE TRUE"));
        if let Some(role) = self.role {
            select.push(" AND role = ").argument(role);
        }
        if let Some(enabled) = self.enabled {
            select.push(" AND enabled = ").argument(enabled);
        }
        if let Some(group) = self.group.as_ref().filter(|group| group.as_str() != id::EVERYONE) {
            select
                .push(" AND id IN (SELECT user_id FROM user_group_members WHERE group_id = ")
                .argument(group)
                .push(")");
        }
        select.search(self.query.search.as_deref());
        select
    }
}

impl Tx {
    /// The user with this id.
    ///
    /// # Errors
    ///
    /// Those of the engine.
    pub async fn find_user(&mut self, id: &UserId) -> Result<Option<User>, StoreError> {
        self.find(sql(&format!("SELECT {COLUMNS} FROM users WHERE id = $1")).bind(id)).await
    }

    /// The user with this id, locked until the transaction ends.
    ///
    /// # Errors
    ///
    /// [`StoreError::Busy`], and those of the engine.
    pub async fn lock_user(&mut self, id: &UserId) -> Result<Option<User>, StoreError> {
        let lock = self.engine().lock_rows();
        self.find(sql(&format!("SELECT {COLUMNS} FROM users WHERE id = $1{lock}")).bind(id)).await
    }

    /// The user whose user name folds to `folded` (B10).
    ///
    /// # Errors
    ///
    /// Those of the engine.
    pub async fn find_user_by_name(&mut self, folded: &str) -> Result<Option<User>, StoreError> {
        self.find(sql(&format!("SELECT {COLUMNS} FROM users WHERE name_key = $1")).bind(folded)).await
    }

    /// Adds a user as given, with a password or without.
    ///
    /// # Errors
    ///
    /// [`StoreError::Unique`] `user_name_taken`.
    pub async fn create_user(&mut self, user: &User, password_hash: Option<&str>) -> Result<(), StoreError> {
        let insert = written(user)
            .set("id", &user.id)
            .set("epoch", user.epoch)
            .set("revision", user.revision)
            .set("created_at", user.created_at)
            .set("password_hash", password_hash);
        self.change(insert.insert_into("users")).await.map(|_| ())
    }

    /// Writes names, mail address, role and whether the user may sign in, and counts the revision up. The epoch has
    /// verbs of its own.
    ///
    /// # Errors
    ///
    /// [`StoreError::Unique`] `user_name_taken`; [`StoreError::Missing`].
    pub async fn save_user(&mut self, user: &User) -> Result<(), StoreError> {
        let mut update = written(user).update("users");
        update.push(&format!(", {NEW_REVISION} WHERE id = ")).argument(&user.id);
        self.note_change(Change::User(user.id.clone()));
        self.note_change(Change::Decisions);
        self.change_existing("user", update).await
    }

    /// The hash of the user's password; `None` without password or without user.
    ///
    /// # Errors
    ///
    /// Those of the engine.
    pub async fn password_hash(&mut self, id: &UserId) -> Result<Option<String>, StoreError> {
        let hash = self.find(sql("SELECT password_hash AS text FROM users WHERE id = $1").bind(id)).await?;
        Ok(hash.and_then(|Text(hash)| hash))
    }

    /// Replaces the password and counts the epoch up, which ends all sessions (B7).
    ///
    /// # Errors
    ///
    /// [`StoreError::Missing`].
    pub async fn set_password_hash(&mut self, id: &UserId, hash: &str) -> Result<(), StoreError> {
        let update = sql("UPDATE users SET password_hash = $1, epoch = epoch + 1 WHERE id = $2").bind(hash).bind(id);
        self.note_change(Change::User(id.clone()));
        self.change_existing("user", update).await
    }

    /// Replaces the hash of an unchanged password by a stronger one, if it is still the `expected` one; sessions go on.
    ///
    /// # Errors
    ///
    /// Those of the engine.
    pub async fn rehash_password(&mut self, id: &UserId, expected: &str, hash: &str) -> Result<bool, StoreError> {
        let update = sql("UPDATE users SET password_hash = $1 WHERE id = $2 AND password_hash = $3");
        self.change_one(update.bind(hash).bind(id).bind(expected)).await
    }

    /// Counts the epoch up, which ends all sessions of the user (B7).
    ///
    /// # Errors
    ///
    /// [`StoreError::Missing`].
    pub async fn bump_epoch(&mut self, id: &UserId) -> Result<(), StoreError> {
        self.note_change(Change::User(id.clone()));
        self.change_existing("user", sql("UPDATE users SET epoch = epoch + 1 WHERE id = $1").bind(id)).await
    }

    /// Users by name, Nobody among them.
    ///
    /// # Errors
    ///
    /// [`StoreError::Cursor`].
    pub async fn list_users(&mut self, filter: &UserFilter) -> Result<Page<User>, StoreError> {
        self.page(filter.select(), &IN_ORDER, &filter.query).await
    }

    /// The users with these ids, in no order; those that do not exist are left out.
    ///
    /// # Errors
    ///
    /// Those of the engine.
    pub async fn find_users(&mut self, ids: &[UserId]) -> Result<Vec<User>, StoreError> {
        self.list_among(&format!("SELECT {COLUMNS} FROM users WHERE id"), ids).await
    }

    /// Which of these folded user names somebody has (B10).
    ///
    /// # Errors
    ///
    /// Those of the engine.
    pub async fn taken_user_names(&mut self, folded: &[String]) -> Result<BTreeSet<String>, StoreError> {
        let taken = self.list_among("SELECT name_key AS text FROM users WHERE name_key", folded).await?;
        Ok(taken.into_iter().filter_map(|Text(name)| name).collect())
    }

    /// How many users there are, Nobody not counted.
    ///
    /// # Errors
    ///
    /// Those of the engine.
    pub async fn count_users(&mut self) -> Result<i64, StoreError> {
        let count = sql("SELECT COUNT(*) AS number FROM users WHERE id <> $1").bind(id::NOBODY);
        Ok(self.find_existing::<Number>("count", count).await?.0)
    }

    /// Whether somebody can sign in who is an administrator (B9).
    ///
    /// # Errors
    ///
    /// Those of the engine.
    pub async fn has_administrator(&mut self) -> Result<bool, StoreError> {
        let select = sql("SELECT id FROM users WHERE role = $1 AND enabled = 1 LIMIT 1").bind(Role::Administrator);
        Ok(self.find::<UserId>(select).await?.is_some())
    }
}

/// The columns that creating and saving share.
fn written(user: &User) -> Columns {
    let email = user.email.as_deref();
    let search = format!("{} {} {}", user.user_name, user.display_name, email.unwrap_or_default());
    Columns::new()
        .set("user_name", &user.user_name)
        .set("name_key", &fold(&user.user_name))
        .set("display_name", &user.display_name)
        .set("sort_key", &fold(&user.display_name))
        .set("search_key", &fold(&search))
        .set("email", email)
        .set("role", user.role)
        .set("enabled", user.enabled)
}

/// The start of a SELECT of users, up to the WHERE.
pub(crate) fn select_users(rest: &str) -> Statement {
    sql(&format!("SELECT {COLUMNS} FROM users {rest}"))
}
