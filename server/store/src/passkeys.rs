//! Passkeys (B8), and the challenges that were answered.

use baton_model::{Passkey, PasskeyId, Timestamp, UserId};

use crate::{
    error::StoreError,
    row::{Record, Row},
    statement::{Columns, sql},
    store::Tx,
};

const COLUMNS: &str = "id, user_id, credential, public_key, state, name, is_synced, created_at, used_at";

impl Record for Passkey {
    const TABLE: &'static str = "passkeys";

    fn read(row: &Row<'_>) -> Result<Self, StoreError> {
        Ok(Self {
            id: row.id("id")?,
            user_id: row.id("user_id")?,
            credential: row.bytes("credential")?,
            public_key: row.bytes("public_key")?,
            state: row.bytes("state")?,
            name: row.text("name")?,
            is_synced: row.flag("is_synced")?,
            created_at: row.time("created_at")?,
            used_at: row.maybe_time("used_at")?,
        })
    }
}

impl Tx {
    /// Adds a passkey as given.
    ///
    /// # Errors
    ///
    /// [`StoreError::Unique`] `passkey_credential_taken`; [`StoreError::ForeignKey`] without such a user.
    pub async fn create_passkey(&mut self, passkey: &Passkey) -> Result<(), StoreError> {
        let insert = Columns::new()
            .set("id", &passkey.id)
            .set("user_id", &passkey.user_id)
            .set("credential", passkey.credential.as_slice())
            .set("public_key", passkey.public_key.as_slice())
            .set("state", passkey.state.as_slice())
            .set("name", &passkey.name)
            .set("is_synced", passkey.is_synced)
            .set("created_at", passkey.created_at)
            .set("used_at", passkey.used_at);
        self.change(insert.insert_into("passkeys")).await.map(|_| ())
    }

    /// The passkeys of a person, the first made first.
    ///
    /// # Errors
    ///
    /// Those of the engine.
    pub async fn passkeys_of(&mut self, user: &UserId) -> Result<Vec<Passkey>, StoreError> {
        let select = format!("SELECT {COLUMNS} FROM passkeys WHERE user_id = $1 ORDER BY created_at, id");
        self.list(sql(&select).bind(user)).await
    }

    /// The passkey with this credential id.
    ///
    /// # Errors
    ///
    /// Those of the engine.
    pub async fn find_passkey(&mut self, credential: &[u8]) -> Result<Option<Passkey>, StoreError> {
        self.find(sql(&format!("SELECT {COLUMNS} FROM passkeys WHERE credential = $1")).bind(credential)).await
    }

    /// Notes a use, if the passkey's state still is what `seen` has; whether it did. Of two uses at once, one does.
    ///
    /// # Errors
    ///
    /// Those of the engine.
    pub async fn use_passkey(
        &mut self,
        seen: &Passkey,
        (state, is_synced): (&[u8], bool),
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let update = sql("UPDATE passkeys SET state = $1, is_synced = $2, used_at = $3 WHERE id = $4 AND state = $5");
        let update = update.bind(state).bind(is_synced).bind(now).bind(&seen.id);
        self.change_one(update.bind(seen.state.as_slice())).await
    }

    /// Gives a person's passkey another name; whether they have such a one.
    ///
    /// # Errors
    ///
    /// Those of the engine.
    pub async fn rename_passkey(&mut self, user: &UserId, id: &PasskeyId, name: &str) -> Result<bool, StoreError> {
        let update = sql("UPDATE passkeys SET name = $1 WHERE id = $2 AND user_id = $3");
        self.change_one(update.bind(name).bind(id).bind(user)).await
    }

    /// Removes a person's passkey; whether they had such a one.
    ///
    /// # Errors
    ///
    /// Those of the engine.
    pub async fn remove_passkey(&mut self, user: &UserId, id: &PasskeyId) -> Result<bool, StoreError> {
        self.change_one(sql("DELETE FROM passkeys WHERE id = $1 AND user_id = $2").bind(id).bind(user)).await
    }

    /// Takes a challenge for answered; whether it was not before. Of several answers at once, one is the first.
    ///
    /// # Errors
    ///
    /// Those of the engine.
    pub async fn use_challenge(&mut self, challenge_hash: &str, expires_at: Timestamp) -> Result<bool, StoreError> {
        let insert = Columns::new().set("challenge_hash", challenge_hash).set("expires_at", expires_at);
        let insert = insert.insert_into("used_challenges").with(" ON CONFLICT (challenge_hash) DO NOTHING");
        self.change_one(insert).await
    }

    /// Forgets challenges that have expired; how many.
    ///
    /// # Errors
    ///
    /// Those of the engine.
    pub async fn prune_challenges(&mut self, now: Timestamp) -> Result<u64, StoreError> {
        self.change(sql("DELETE FROM used_challenges WHERE expires_at <= $1").bind(now)).await
    }
}
