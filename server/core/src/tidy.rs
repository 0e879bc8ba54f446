//! Forgetting what has expired.

use baton_model::Timestamp;

use crate::{Core, CoreError, accounts::throttle, files};

/// How many changed users are settled at once.
const SETTLED_USERS: u32 = 10_000;
/// Answered commands are kept for the log so many days.
const COMMAND_DAYS: i64 = 90;

impl Core {
    /// Removes expired sessions, password links, counted sign-ins and logins that never came back, commands that were
    /// answered long ago and files that nobody came back for, and keeps the sweep quick: users whose change has reached all their devices are not looked at any more.
    ///
    /// # Errors
    /// [`CoreError`] when the database fails.
    pub async fn forget_expired(&self, now: Timestamp) -> Result<(), CoreError> {
        let mut tx = self.store().begin().await?;
        tx.prune_sessions(now).await?;
        tx.prune_password_links(now).await?;
        tx.prune_challenges(now).await?;
        tx.prune_sign_in_attempts(now.plus_seconds(-throttle::KEPT_SECONDS)).await?;
        tx.prune_logins(now).await?;
        tx.prune_watches(now).await?;
        tx.prune_commands(now.plus_seconds(-COMMAND_DAYS * 86_400)).await?;
        tx.prune_uploads(files::uploads_end_before(now)).await?;
        tx.settle_users(SETTLED_USERS).await?;
        Ok(tx.commit().await?)
    }
}
