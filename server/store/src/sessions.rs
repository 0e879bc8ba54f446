//! Sessions of people (B7).

use baton_model::{DeviceId, Session, SessionKind, Timestamp, User, UserId};

use crate::{
    changes::Change,
    error::StoreError,
    row::{Record, Row},
    statement::{Columns, sql},
    store::Tx,
    users,
};

// Names of their own, so that a session and its user fit into one row.
const COLUMNS: &str =
    "id_hash, user_id, kind, device_id, browser, user_epoch, opened_at, last_seen_at, confirmed_at, expires_at";

impl Record for Session {
    const TABLE: &'static str = "sessions";

    fn read(row: &Row<'_>) -> Result<Self, StoreError> {
        Ok(Self {
            id_hash: row.text("id_hash")?,
            user_id: row.id("user_id")?,
            kind: row.word("kind", SessionKind::from_text)?,
            device_id: row.maybe_id("device_id")?,
            browser: row.maybe_text("browser")?,
            epoch: row.number("user_epoch")?,
            created_at: row.time("opened_at")?,
            last_seen_at: row.time("last_seen_at")?,
            confirmed_at: row.maybe_time("confirmed_at")?,
            expires_at: row.time("expires_at")?,
        })
    }
}

struct SessionOfUser(Session, User);

impl Record for SessionOfUser {
    const TABLE: &'static str = "sessions";

    fn read(row: &Row<'_>) -> Result<Self, StoreError> {
        Ok(Self(row.part()?, row.part()?))
    }
}

impl Tx {
    /// Adds a session as given.
    ///
    /// # Errors
    ///
    /// [`StoreError::Unique`] `sessions_pkey`; [`StoreError::ForeignKey`] without such a user or device.
    pub async fn create_session(&mut self, session: &Session) -> Result<(), StoreError> {
        let insert = Columns::new()
            .set("id_hash", &session.id_hash)
            .set("user_id", &session.user_id)
            .set("kind", session.kind)
            .set("device_id", session.device_id.as_ref())
            .set("browser", session.browser.as_deref())
            .set("user_epoch", session.epoch)
            .set("opened_at", session.created_at)
            .set("last_seen_at", session.last_seen_at)
            .set("confirmed_at", session.confirmed_at)
            .set("expires_at", session.expires_at);
        self.change(insert.insert_into("sessions")).await.map(|_| ())
    }

    /// The session whose id has this hash, with its user. Whether both still hold (expiry, enabled, epoch) is for the
    /// caller to see.
    ///
    /// # Errors
    ///
    /// Those of the engine.
    pub async fn find_session(&mut self, id_hash: &str) -> Result<Option<(Session, User)>, StoreError> {
        let users = users::COLUMNS;
        let select =
            format!("SELECT {COLUMNS}, {users} FROM sessions JOIN users ON users.id = user_id WHERE id_hash = $1");
        Ok(self.find(sql(&select).bind(id_hash)).await?.map(|SessionOfUser(session, user)| (session, user)))
    }

    /// Notes when the session was last used; whether it still exists.
    ///
    /// # Errors
    ///
    /// Those of the engine.
    pub async fn touch_session(&mut self, id_hash: &str, now: Timestamp) -> Result<bool, StoreError> {
        self.change_one(sql("UPDATE sessions SET last_seen_at = $1 WHERE id_hash = $2").bind(now).bind(id_hash)).await
    }

    /// Gives the session a new id, because whoever has it just proved who they are (B8); whether it existed. The old id
    /// opens nothing from then on.
    ///
    /// # Errors
    ///
    /// [`StoreError::Unique`] `sessions_pkey`.
    pub async fn renew_session(&mut self, id_hash: &str, new: &str, now: Timestamp) -> Result<bool, StoreError> {
        let update = sql("UPDATE sessions SET id_hash = $1, confirmed_at = $2, last_seen_at = $2 WHERE id_hash = $3 \
             RETURNING user_id AS id");
        let renewed: Option<UserId> = self.change_returning(update.bind(new).bind(now).bind(id_hash)).await?.pop();
        Ok(match renewed {
            Some(user) => {
                self.note_change(Change::User(user));
                true
            }
            None => false,
        })
    }

    /// Ends the session; whether it existed.
    ///
    /// # Errors
    ///
    /// Those of the engine.
    pub async fn end_session(&mut self, id_hash: &str) -> Result<bool, StoreError> {
        let delete = sql("DELETE FROM sessions WHERE id_hash = $1 RETURNING user_id AS id").bind(id_hash);
        let ended: Option<UserId> = self.change_returning(delete).await?.pop();
        Ok(match ended {
            Some(user) => {
                self.note_change(Change::User(user));
                true
            }
            None => false,
        })
    }

    /// Ends all sessions of the user; how many.
    ///
    /// # Errors
    ///
    /// Those of the engine.
    pub async fn end_sessions_of_user(&mut self, user: &UserId) -> Result<u64, StoreError> {
        self.note_change(Change::User(user.clone()));
        self.change(sql("DELETE FROM sessions WHERE user_id = $1").bind(user)).await
    }

    /// Ends the sessions opened on the device's clip; how many.
    ///
    /// # Errors
    ///
    /// Those of the engine.
    pub async fn end_clip_sessions_of_device(&mut self, device: &DeviceId) -> Result<u64, StoreError> {
        let delete = sql("DELETE FROM sessions WHERE device_id = $1 AND kind = $2");
        self.change_of_devices(delete.bind(device).bind(SessionKind::Clip)).await
    }

    /// The sessions of the user, the last opened first.
    ///
    /// # Errors
    ///
    /// Those of the engine.
    pub async fn sessions_of_user(&mut self, user: &UserId) -> Result<Vec<Session>, StoreError> {
        let select = format!("SELECT {COLUMNS} FROM sessions WHERE user_id = $1 ORDER BY opened_at DESC, id_hash");
        self.list(sql(&select).bind(user)).await
    }

    /// Deletes sessions that have expired; how many.
    ///
    /// # Errors
    ///
    /// Those of the engine.
    pub async fn prune_sessions(&mut self, now: Timestamp) -> Result<u64, StoreError> {
        self.change(sql("DELETE FROM sessions WHERE expires_at <= $1").bind(now)).await
    }
}
