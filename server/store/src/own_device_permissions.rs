//! Who may enrol devices of their own, by an administrator's word (B5).

use baton_model::UserId;

use crate::{
    changes::Change,
    error::StoreError,
    row::{Number, Record, Row},
    statement::{Columns, sql},
    store::Tx,
};

struct Allowed(bool);

impl Record for Allowed {
    const TABLE: &'static str = "own_device_permissions";

    fn read(row: &Row<'_>) -> Result<Self, StoreError> {
        row.flag("allowed").map(Self)
    }
}

impl Tx {
    /// What an administrator said of this person; `None` where nobody said anything.
    ///
    /// # Errors
    ///
    /// Those of the engine.
    pub async fn own_device_permission(&mut self, user: &UserId) -> Result<Option<bool>, StoreError> {
        let select = sql("SELECT allowed FROM own_device_permissions WHERE user_id = $1").bind(user);
        Ok(self.find(select).await?.map(|Allowed(allowed)| allowed))
    }

    /// Says it, or takes it back.
    ///
    /// # Errors
    ///
    /// [`StoreError::ForeignKey`] without such a user.
    pub async fn set_own_device_permission(&mut self, user: &UserId, allowed: Option<bool>) -> Result<(), StoreError> {
        self.note_change(Change::User(user.clone()));
        let change = match allowed {
            None => sql("DELETE FROM own_device_permissions WHERE user_id = $1").bind(user),
            Some(allowed) => Columns::new()
                .set("user_id", user)
                .set("allowed", allowed)
                .insert_into("own_device_permissions")
                .with(" ON CONFLICT (user_id) DO UPDATE SET allowed = excluded.allowed"),
        };
        self.change(change).await.map(|_| ())
    }

    /// Of how many people an administrator said this.
    ///
    /// # Errors
    ///
    /// Those of the engine.
    pub async fn count_own_device_permissions(&mut self, allowed: bool) -> Result<i64, StoreError> {
        let count = sql("SELECT COUNT(*) AS number FROM own_device_permissions WHERE allowed = $1").bind(allowed);
        Ok(self.find_existing::<Number>("count", count).await?.0)
    }
}
