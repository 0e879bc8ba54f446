//! Forgetting what has expired.

use baton_model::Timestamp;

use crate::{Core, CoreError};

/// Answered commands are kept for the log so many days.
const COMMAND_DAYS: i64 = 90;

impl Core {
    /// Removes expired sessions and commands that were answered long ago.
    ///
    /// # Errors
    /// [`CoreError`] when the database fails.
    pub async fn forget_expired(&self, now: Timestamp) -> Result<(), CoreError> {
        let mut tx = self.store().begin().await?;
        tx.prune_sessions(now).await?;
        tx.prune_commands(now.plus_seconds(-COMMAND_DAYS * 86_400)).await?;
        Ok(tx.commit().await?)
    }
}
