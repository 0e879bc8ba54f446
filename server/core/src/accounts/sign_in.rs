//! Signing in with user name and password. Whatever is wrong, the answer is the same and takes as long (B10).

use baton_identity::{PasswordError, Priority, Verdict};
use baton_model::{DeviceId, Timestamp, User, fold::fold};
use baton_store::Tx;
use serde_json::json;
use thiserror::Error;
use tokio::time::Instant;

use super::{
    sessions::{self, NewSession},
    throttle::{Attempt, Visitor},
};
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
    /// Too many attempts failed; this one was not looked at.
    #[error("too many attempts")]
    Throttled {
        /// Seconds until the next attempt is.
        seconds: u64,
    },
    /// Too many sign-ins at this moment.
    #[error("too many sign-ins at this moment")]
    Busy,
    /// Baton failed.
    #[error(transparent)]
    Core(#[from] CoreError),
}

/// Somebody whose name and password are right.
#[derive(Clone, Debug)]
pub(crate) struct Proven {
    /// Who.
    pub user: User,
    attempt: Attempt,
}

impl Proven {
    /// Whoever signs in has made no mistake: what was counted for the account is forgotten.
    pub(crate) async fn forgive(&self, tx: &mut Tx) -> Result<(), CoreError> {
        Ok(tx.forget_sign_in_attempts(&self.attempt.account).await.map(|_| ())?)
    }
}

impl Core {
    /// Signs a person in to the portal.
    ///
    /// # Errors
    /// [`SignInError`]; failures take at least the configured floor.
    pub async fn sign_in(
        &self,
        user_name: &str,
        password: &str,
        visitor: &Visitor,
        now: Timestamp,
    ) -> Result<NewSession, SignInError> {
        let proven = self.authenticate(user_name, password, visitor, None, now).await?;
        let mut tx = self.store().begin().await.map_err(CoreError::from)?;
        let user = still_allowed(tx.lock_user(&proven.user.id).await.map_err(CoreError::from)?, &proven.user)?;
        proven.forgive(&mut tx).await?;
        let session = sessions::open(&mut tx, &user, None, visitor, now).await?;
        let actor = Actor::Person { id: user.id.clone(), role: user.role };
        audit::record(&mut tx, &actor, Event::new("portal.sign-in", "user", user.id.as_str()), true, now).await?;
        tx.commit().await.map_err(CoreError::from)?;
        Ok(session)
    }

    /// The user whose name and password these are. On a phone's own page `phone` says which.
    pub(crate) async fn authenticate(
        &self,
        user_name: &str,
        password: &str,
        visitor: &Visitor,
        phone: Option<&DeviceId>,
        now: Timestamp,
    ) -> Result<Proven, SignInError> {
        let name: String = user_name.chars().take(MAX_USER_NAME).collect();
        let started = Instant::now();
        let attempt = self.count_attempt(&name, visitor, phone, now).await?;
        // In a task of its own: whoever hangs up has tried all the same, and is counted.
        let (core, password) = (self.clone(), password.to_owned());
        let tried = tokio::spawn(async move { core.try_attempt(&name, &password, attempt, now).await });
        let result = tried.await.map_err(|error| {
            tracing::error!(%error, "a sign-in broke off");
            SignInError::Busy
        })?;
        if matches!(result, Err(SignInError::Wrong)) {
            tokio::time::sleep_until(started + self.config().failure_floor).await;
        }
        result
    }

    async fn try_attempt(
        &self,
        name: &str,
        password: &str,
        attempt: Attempt,
        now: Timestamp,
    ) -> Result<Proven, SignInError> {
        match self.compare(name, password, attempt.priority()).await {
            Ok(user) => Ok(Proven { user, attempt }),
            Err(SignInError::Wrong) => {
                self.record_failure(name, &attempt, now).await?;
                Err(SignInError::Wrong)
            }
            Err(other) => {
                self.take_back(&attempt).await?;
                Err(other)
            }
        }
    }

    /// As [`Proven::forgive`], where nothing else is changed: a refusal that is not the password's is no failure.
    pub(crate) async fn forgive_proven(&self, proven: &Proven) -> Result<(), CoreError> {
        let mut tx = self.store().begin().await?;
        proven.forgive(&mut tx).await?;
        Ok(tx.commit().await?)
    }

    async fn compare(&self, name: &str, password: &str, priority: Priority) -> Result<User, SignInError> {
        let (user, stored) = {
            let mut tx = self.store().read().await.map_err(CoreError::from)?;
            let user = tx.find_user_by_name(&fold(name)).await.map_err(CoreError::from)?;
            let stored = match &user {
                Some(user) => tx.password_hash(&user.id).await.map_err(CoreError::from)?,
                None => None,
            };
            (user, stored)
        };
        let verdict =
            self.passwords().verify(password, stored.as_deref(), priority).await.map_err(|error| match error {
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

    async fn record_failure(&self, user_name: &str, attempt: &Attempt, now: Timestamp) -> Result<(), CoreError> {
        tracing::info!("a sign-in failed");
        let mut tx = self.store().begin().await?;
        self.count_failure(&mut tx, attempt, now).await?;
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
