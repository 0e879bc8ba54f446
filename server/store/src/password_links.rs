//! One-time links under which people choose their password (B1).

use baton_model::{PasswordLink, Timestamp, User, UserId};

use crate::{
    error::StoreError,
    row::{Number, Record, Row},
    statement::{Columns, sql},
    store::Tx,
    users,
};

const COLUMNS: &str = "user_id, secret_hash, expires_at, created_at";

/// Whoever comes from a source has their password there.
const LOCAL: &str = "NOT EXISTS (SELECT 1 FROM user_identities WHERE user_identities.user_id = users.id)";

impl Record for PasswordLink {
    const TABLE: &'static str = "password_links";

    fn read(row: &Row<'_>) -> Result<Self, StoreError> {
        Ok(Self {
            user_id: row.id("user_id")?,
            secret_hash: row.text("secret_hash")?,
            expires_at: row.time("expires_at")?,
            created_at: row.time("created_at")?,
        })
    }
}

impl Tx {
    /// Stores a link; the person's link before it stops working.
    ///
    /// # Errors
    ///
    /// [`StoreError::Unique`] `password_link_secret_taken`; [`StoreError::ForeignKey`] without such a user.
    pub async fn set_password_link(&mut self, link: &PasswordLink) -> Result<(), StoreError> {
        let insert = Columns::new()
            .set("user_id", &link.user_id)
            .set("secret_hash", &link.secret_hash)
            .set("expires_at", link.expires_at)
            .set("created_at", link.created_at);
        let upsert = insert.insert_into("password_links").with(
            " ON CONFLICT (user_id) DO UPDATE SET secret_hash = excluded.secret_hash, \
             expires_at = excluded.expires_at, created_at = excluded.created_at",
        );
        self.change(upsert).await.map(|_| ())
    }

    /// The link whose secret has this hash, be it expired or not.
    ///
    /// # Errors
    ///
    /// Those of the engine.
    pub async fn find_password_link(&mut self, secret_hash: &str) -> Result<Option<PasswordLink>, StoreError> {
        let select = format!("SELECT {COLUMNS} FROM password_links WHERE secret_hash = $1");
        self.find(sql(&select).bind(secret_hash)).await
    }

    /// The person's link, be it expired or not.
    ///
    /// # Errors
    ///
    /// Those of the engine.
    pub async fn password_link_of(&mut self, user: &UserId) -> Result<Option<PasswordLink>, StoreError> {
        self.find(sql(&format!("SELECT {COLUMNS} FROM password_links WHERE user_id = $1")).bind(user)).await
    }

    /// Takes the link whose secret has this hash, if it has not expired: whose it was. Of several who try at once, one
    /// gets it.
    ///
    /// # Errors
    ///
    /// Those of the engine.
    pub async fn take_password_link(
        &mut self,
        secret_hash: &str,
        now: Timestamp,
    ) -> Result<Option<UserId>, StoreError> {
        let delete =
            sql("DELETE FROM password_links WHERE secret_hash = $1 AND expires_at > $2 RETURNING user_id AS id");
        Ok(self.change_returning(delete.bind(secret_hash).bind(now)).await?.pop())
    }

    /// Removes the person's link; whether there was one.
    ///
    /// # Errors
    ///
    /// Those of the engine.
    pub async fn remove_password_link(&mut self, user: &UserId) -> Result<bool, StoreError> {
        self.change_one(sql("DELETE FROM password_links WHERE user_id = $1").bind(user)).await
    }

    /// The local users who may sign in but have no password yet, at most so many: first those without a link that works now,
    /// each of them by name.
    ///
    /// # Errors
    ///
    /// Those of the engine.
    pub async fn users_without_password(&mut self, limit: u32, now: Timestamp) -> Result<Vec<User>, StoreError> {
        let columns = users::COLUMNS;
        let select = format!(
            "SELECT {columns} FROM users WHERE password_hash IS NULL AND enabled = 1 AND id <> $1 \
             AND {LOCAL} ORDER BY CASE WHEN EXISTS (SELECT 1 FROM password_links \
             WHERE user_id = users.id AND expires_at > $2) THEN 1 ELSE 0 END, sort_key, id LIMIT $3"
        );
        self.list(sql(&select).bind(baton_model::id::NOBODY).bind(now).bind(i64::from(limit))).await
    }

    /// How many local users may sign in but have no password yet.
    ///
    /// # Errors
    ///
    /// Those of the engine.
    pub async fn count_users_without_password(&mut self) -> Result<i64, StoreError> {
        let count = sql(&format!(
            "SELECT COUNT(*) AS number FROM users WHERE password_hash IS NULL AND enabled = 1 AND id <> $1 AND {LOCAL}"
        ));
        Ok(self.find(count.bind(baton_model::id::NOBODY)).await?.map_or(0, |Number(count)| count))
    }

    /// Deletes links that expired before `time`; how many.
    ///
    /// # Errors
    ///
    /// Those of the engine.
    pub async fn prune_password_links(&mut self, time: Timestamp) -> Result<u64, StoreError> {
        self.change(sql("DELETE FROM password_links WHERE expires_at <= $1").bind(time)).await
    }
}
