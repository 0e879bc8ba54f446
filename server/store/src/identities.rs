//! Who comes from which source (B10).

use baton_model::{IdentityKey, SourceId, SourceKind, User, UserId, UserIdentity};

use crate::{
    error::StoreError,
    row::{Number, Record, Row},
    statement::{Columns, sql},
    store::Tx,
    users,
};

const COLUMNS: &str = "user_id, source_id, authority, subject, principal_name, gone";

impl Record for UserIdentity {
    const TABLE: &'static str = "user_identities";

    fn read(row: &Row<'_>) -> Result<Self, StoreError> {
        Ok(Self {
            user_id: row.id("user_id")?,
            key: IdentityKey {
                source_id: row.id("source_id")?,
                authority: row.text("authority")?,
                subject: row.text("subject")?,
            },
            principal_name: row.maybe_text("principal_name")?,
            gone: row.flag("gone")?,
        })
    }
}

struct UserFromSource(User, UserIdentity);

impl Record for UserFromSource {
    const TABLE: &'static str = "user_identities";

    fn read(row: &Row<'_>) -> Result<Self, StoreError> {
        Ok(Self(row.part()?, row.part()?))
    }
}

impl Tx {
    /// What the source of this user knows them by; `None` for a local user.
    ///
    /// # Errors
    ///
    /// Those of the engine.
    pub async fn identity_of_user(&mut self, user: &UserId) -> Result<Option<UserIdentity>, StoreError> {
        self.find(sql(&format!("SELECT {COLUMNS} FROM user_identities WHERE user_id = $1")).bind(user)).await
    }

    /// The same for these users, in no order; local ones are left out.
    ///
    /// # Errors
    ///
    /// Those of the engine.
    pub async fn identities_of_users(&mut self, users: &[UserId]) -> Result<Vec<UserIdentity>, StoreError> {
        self.list_among(&format!("SELECT {COLUMNS} FROM user_identities WHERE user_id"), users).await
    }

    /// The user whom a source knows by this.
    ///
    /// # Errors
    ///
    /// Those of the engine.
    pub async fn find_user_by_identity(&mut self, key: &IdentityKey) -> Result<Option<User>, StoreError> {
        let columns = users::COLUMNS;
        let select = format!(
            "SELECT {columns} FROM user_identities JOIN users ON users.id = user_id \
             WHERE source_id = $1 AND authority = $2 AND subject = $3"
        );
        self.find(sql(&select).bind(&key.source_id).bind(&key.authority).bind(&key.subject)).await
    }

    /// The one user of a directory who may sign in, whose mail address or user principal name there is this, folded; `None`
    /// also where it is several people's.
    ///
    /// # Errors
    ///
    /// Those of the engine.
    pub async fn find_user_by_other_name(&mut self, folded: &str) -> Result<Option<User>, StoreError> {
        let columns = users::COLUMNS;
        // Each half by its own index.
        let select = format!(
            "SELECT {columns} FROM users WHERE users.enabled = 1 AND id IN (\
             SELECT users.id FROM users JOIN user_identities ON user_id = users.id \
             JOIN sources ON sources.id = source_id WHERE lower(email) = $1 AND kind = $2 AND sources.enabled = 1 \
             UNION SELECT user_id FROM user_identities \
             JOIN sources ON sources.id = source_id WHERE lower(principal_name) = $1 AND kind = $2 AND sources.enabled = 1) \
             ORDER BY id LIMIT 2"
        );
        let mut found = self.list(sql(&select).bind(folded).bind(SourceKind::Ldap)).await?;
        Ok(if found.len() == 1 { found.pop() } else { None })
    }

    /// Everybody who comes from the source, with what it knows them by, by name.
    ///
    /// # Errors
    ///
    /// Those of the engine.
    pub async fn users_from_source(&mut self, source: &SourceId) -> Result<Vec<(User, UserIdentity)>, StoreError> {
        let columns = users::COLUMNS;
        let select = format!(
            "SELECT {columns}, {COLUMNS} FROM user_identities JOIN users ON users.id = user_id \
             WHERE source_id = $1 ORDER BY sort_key, users.id"
        );
        let found = self.list(sql(&select).bind(source)).await?;
        Ok(found.into_iter().map(|UserFromSource(user, identity)| (user, identity)).collect())
    }

    /// How many come from the source.
    ///
    /// # Errors
    ///
    /// Those of the engine.
    pub async fn count_users_from_source(&mut self, source: &SourceId) -> Result<i64, StoreError> {
        let count = sql("SELECT COUNT(*) AS number FROM user_identities WHERE source_id = $1").bind(source);
        Ok(self.find(count).await?.map_or(0, |Number(count)| count))
    }

    /// Notes what a source knows a user by, in place of what was noted before.
    ///
    /// # Errors
    ///
    /// [`StoreError::Unique`] `user_identity_taken` when it knows another user by the same; [`StoreError::ForeignKey`]
    /// without such a user or source.
    pub async fn set_identity(&mut self, identity: &UserIdentity) -> Result<(), StoreError> {
        let insert = Columns::new()
            .set("user_id", &identity.user_id)
            .set("source_id", &identity.key.source_id)
            .set("authority", &identity.key.authority)
            .set("subject", &identity.key.subject)
            .set("principal_name", identity.principal_name.as_deref())
            .set("gone", identity.gone);
        let upsert = insert.insert_into("user_identities").with(
            " ON CONFLICT (user_id) DO UPDATE SET source_id = excluded.source_id, authority = excluded.authority, \
             subject = excluded.subject, principal_name = excluded.principal_name, gone = excluded.gone",
        );
        self.change(upsert).await.map(|_| ())
    }

    /// Makes a user a local one; whether they came from a source.
    ///
    /// # Errors
    ///
    /// Those of the engine.
    pub async fn remove_identity(&mut self, user: &UserId) -> Result<bool, StoreError> {
        self.change_one(sql("DELETE FROM user_identities WHERE user_id = $1").bind(user)).await
    }

    /// From now on it is not a sync that disabled this user, so none enables them.
    ///
    /// # Errors
    ///
    /// Those of the engine.
    pub async fn keep_enabled_by_hand(&mut self, user: &UserId) -> Result<(), StoreError> {
        self.change(sql("UPDATE user_identities SET gone = 0 WHERE user_id = $1").bind(user)).await.map(|_| ())
    }
}
