//! Signing in with user name and password. Whatever is wrong, the answer is the same and takes as long (B10).

use baton_identity::{PasswordError, Verdict};
use baton_model::{Timestamp, User, fold::fold};
use serde_json::json;
use thiserror::Error;
use tokio::time::Instant;

use super::sessions::{self, NewSession};
use crate::{
    Actor, Core, CoreError,
    audit::{self, Event},
};

/// The most characters of a user name that are looked at.
const MAX_USER_NAME: usize = 200;

/// Why somebody is not signed in.
#[derive(Debug, Error)]
pub enum SignInError {
    /// Unknown user, wrong password, disabled, or without a password: nobody learns which.
    #[error("user name or password is wrong")]
    Wrong,
    /// Too many sign-ins at this moment.
    #[error("too many sign-ins at this moment")]
    Busy,
    /// Baton failed.
    #[error(transparent)]
    Core(#[from] CoreError),
}

impl Core {
    /// Signs a person in to the portal.
    ///
    /// # Errors
    /// [`SignInError`]; failures take at least the configured floor.
    pub async fn sign_in(&self, user_name: &str, password: &str, now: Timestamp) -> Result<NewSession, SignInError> {
        let user = self.authenticate(user_name, password, now).await?;
        let mut tx = self.store().begin().await.map_err(CoreError::from)?;
        let user = still_allowed(tx.lock_user(&user.id).await.map_err(CoreError::from)?, &user)?;
        let session = sessions::open(&mut tx, &user, None, now).await?;
        let actor = Actor::Person { id: user.id.clone(), role: user.role };
        audit::record(&mut tx, &actor, Event::new("portal.sign-in", "user", user.id.as_str()), true, now).await?;
        tx.commit().await.map_err(CoreError::from)?;
        Ok(session)
    }

    /// The user whose name and password these are.
    pub(crate) async fn authenticate(
        &self,
        user_name: &str,
        password: &str,
        now: Timestamp,
    ) -> Result<User, SignInError> {
        let started = Instant::now();
        let result = self.compare(user_name, password).await;
        if matches!(result, Err(SignInError::Wrong)) {
            self.record_failure(user_name, now).await?;
            tokio::time::sleep_until(started + self.config().failure_floor).await;
        }
        result
    }

    async fn compare(&self, user_name: &str, password: &str) -> Result<User, SignInError> {
        let name: String = user_name.chars().take(MAX_USER_NAME).collect();
        let (user, stored) = {
            let mut tx = self.store().read().await.map_err(CoreError::from)?;
            let user = tx.find_user_by_name(&fold(&name)).await.map_err(CoreError::from)?;
            let stored = match &user {
                Some(user) => tx.password_hash(&user.id).await.map_err(CoreError::from)?,
                None => None,
            };
            (user, stored)
        };
        let verdict = self.passwords().verify(password, stored.as_deref()).await.map_err(|error| match error {
            PasswordError::Busy => SignInError::Busy,
            other => {
                tracing::error!(error = %other, "a password could not be compared");
                SignInError::Core(CoreError::Busy)
            }
        })?;
        match user {
            Some(user) if verdict == Verdict::Right && user.enabled && !user.is_nobody() => Ok(user),
            _ => Err(SignInError::Wrong),
        }
    }

    async fn record_failure(&self, user_name: &str, now: Timestamp) -> Result<(), CoreError> {
        tracing::info!("a sign-in failed");
        let mut tx = self.store().begin().await?;
        let user = tx.find_user_by_name(&fold(user_name)).await?;
        let target = user.as_ref().map_or("unknown", |user| user.id.as_str());
        let event = Event::new("sign-in", "user", target).with(json!({ "known": user.is_some() }));
        audit::record(&mut tx, &Actor::System, event, false, now).await?;
        tx.commit().await?;
        Ok(())
    }
}

/// The user as the transaction sees them, if the login that was just proven still counts.
pub(crate) fn still_allowed(locked: Option<User>, proven: &User) -> Result<User, SignInError> {
    locked.filter(|user| user.enabled && user.epoch == proven.epoch).ok_or(SignInError::Wrong)
}
