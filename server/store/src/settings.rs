//! Settings and other single values by name, such as the hash of the one-time set-up link (B9).

use crate::{
    error::StoreError,
    row::Text,
    statement::{Columns, sql},
    store::Tx,
};

impl Tx {
    /// The value under `name`.
    ///
    /// # Errors
    ///
    /// Those of the engine.
    pub async fn setting(&mut self, name: &str) -> Result<Option<String>, StoreError> {
        let value = self.find(sql("SELECT value AS text FROM settings WHERE name = $1").bind(name)).await?;
        Ok(value.and_then(|Text(value)| value))
    }

    /// Writes the value under `name`, whatever was there.
    ///
    /// # Errors
    ///
    /// Those of the engine.
    pub async fn set_setting(&mut self, name: &str, value: &str) -> Result<(), StoreError> {
        let upsert = row(name, value).insert_into("settings");
        self.change(upsert.with(" ON CONFLICT (name) DO UPDATE SET value = excluded.value")).await.map(|_| ())
    }

    /// Writes the value under `name` if there is none; whether it did.
    ///
    /// # Errors
    ///
    /// Those of the engine.
    pub async fn add_setting(&mut self, name: &str, value: &str) -> Result<bool, StoreError> {
        self.change_one(row(name, value).insert_into("settings").with(" ON CONFLICT (name) DO NOTHING")).await
    }

    /// Deletes the value under `name` if it is `expected`; whether it did. Of several who try at once, one does.
    ///
    /// # Errors
    ///
    /// Those of the engine.
    pub async fn take_setting(&mut self, name: &str, expected: &str) -> Result<bool, StoreError> {
        let delete = sql("DELETE FROM settings WHERE name = $1 AND value = $2");
        self.change_one(delete.bind(name).bind(expected)).await
    }
}

fn row(name: &str, value: &str) -> Columns {
    Columns::new().set("name", name).set("value", value)
}
