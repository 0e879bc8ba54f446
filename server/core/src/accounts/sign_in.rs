//! Signing in with user name and password. Whatever is wrong, the answer is the same and takes as long (B10).

use baton_identity::{PasswordError, Priority, Verdict};
use baton_model::{DeviceId, ProviderSession, Timestamp, User, UserIdentity, fold::fold};
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
    sources::{Asked, NotRight},
    vault::secret_hash,
};

/// The most characters of a user name that are looked at.
const MAX_USER_NAME: usize = 200;

/// Why somebody is not signed in.
#[derive(Debug, Error)]
pub enum SignInError {
    /// Unknown user, wrong password, disabled, or without a password: nobody learns which.
    #[error("user name or password is wrong")]
    Wrong,
    /// As [`Self::Wrong`], at a time when a directory cannot be reached: whose people cannot sign in whatever they type. Said
    /// to everybody, so that nobody learns who comes from there.
    #[error("user name or password is wrong, or a directory cannot be reached")]
    WrongOrUnreachable {
        /// What the directories are called.
        directories: Vec<String>,
    },
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

/// Somebody who proved who they are: by name and password, or by a provider's word.
#[derive(Clone, Debug)]
pub(crate) struct Proven {
    /// Who.
    pub user: User,
    /// What was counted for the attempt; a provider counts for itself.
    attempt: Option<Attempt>,
    /// How the provider's own session is ended, and when it says that the person authenticated.
    provider: Option<(ProviderSession, Option<Timestamp>)>,
}

/// What became of a comparison.
enum Compared {
    Right(User),
    NotRight(NotRight),
    Busy,
}

/// A name as it was typed, and the user name of whoever it is known to belong to.
struct Name {
    typed: String,
    known_as: String,
}

impl Proven {
    /// Whoever signs in has made no mistake: what was counted for the account is forgotten.
    pub(crate) async fn forgive(&self, tx: &mut Tx) -> Result<(), CoreError> {
        match &self.attempt {
            Some(attempt) => Ok(tx.forget_sign_in_attempts(&attempt.account).await.map(|_| ())?),
            None => Ok(()),
        }
    }

    /// Somebody whom a provider vouches for.
    pub(crate) const fn by_provider(user: User, provider: ProviderSession, authenticated: Option<Timestamp>) -> Self {
        Self { user, attempt: None, provider: Some((provider, authenticated)) }
    }

    /// Opens their session, inside the transaction that decided it may be opened.
    pub(crate) async fn open_session(
        &self,
        tx: &mut Tx,
        user: &User,
        device: Option<&DeviceId>,
        visitor: &Visitor,
        now: Timestamp,
    ) -> Result<NewSession, CoreError> {
        let Some((provider, authenticated)) = &self.provider else {
            return sessions::open(tx, user, device, visitor, now).await;
        };
        // Whoever had a session there may have proved themselves long ago; a time to come proves nothing at all.
        let proven_at = authenticated.filter(|time| *time <= now);
        let session = sessions::open_proven_at(tx, user, device, visitor, proven_at, now).await?;
        tx.keep_provider_session(&secret_hash(&session.secret), provider).await?;
        Ok(session)
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
        self.open_portal(&proven, visitor, now).await
    }

    /// Opens a portal session for somebody who proved who they are.
    pub(crate) async fn open_portal(
        &self,
        proven: &Proven,
        visitor: &Visitor,
        now: Timestamp,
    ) -> Result<NewSession, SignInError> {
        let mut tx = self.store().begin().await.map_err(CoreError::from)?;
        let user = still_allowed(tx.lock_user(&proven.user.id).await.map_err(CoreError::from)?, &proven.user)?;
        proven.forgive(&mut tx).await?;
        let session = proven.open_session(&mut tx, &user, None, visitor, now).await?;
        let actor = Actor::of(&user);
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
        let name = self.resolve(name).await?;
        let attempt = self.count_attempt(&name.known_as, visitor, phone, now).await?;
        // In a task of its own: whoever hangs up has tried all the same, and is counted.
        let (core, password) = (self.clone(), password.to_owned());
        let tried = tokio::spawn(async move { core.try_attempt(&name, &password, attempt, now).await });
        let result = tried.await.map_err(|error| {
            tracing::error!(%error, "a sign-in broke off");
            SignInError::Busy
        })?;
        if matches!(result, Err(SignInError::Wrong)) {
            tokio::time::sleep_until(started + self.config().failure_floor).await;
            let directories = self.connections().unreachable(now);
            if !directories.is_empty() {
                return Err(SignInError::WrongOrUnreachable { directories });
            }
        }
        result
    }

    async fn try_attempt(
        &self,
        name: &Name,
        password: &str,
        attempt: Attempt,
        now: Timestamp,
    ) -> Result<Proven, SignInError> {
        match self.compare(name, password, attempt.priority(), now).await? {
            Compared::Right(user) => Ok(Proven { user, attempt: Some(attempt), provider: None }),
            Compared::NotRight(why) => {
                self.record_failure(&name.known_as, &attempt, &why, now).await?;
                Err(SignInError::Wrong)
            }
            Compared::Busy => {
                self.take_back(&attempt).await?;
                Err(SignInError::Busy)
            }
        }
    }

    /// As [`Proven::forgive`], where nothing else is changed: a refusal that is not the password's is no failure.
    pub(crate) async fn forgive_proven(&self, proven: &Proven) -> Result<(), CoreError> {
        let mut tx = self.store().begin().await?;
        proven.forgive(&mut tx).await?;
        Ok(tx.commit().await?)
    }

    /// A directory may take several names for one person. They count as one, and the password goes to that person's
    /// directory only.
    async fn resolve(&self, typed: String) -> Result<Name, CoreError> {
        let folded = fold(&typed);
        let mut tx = self.store().read().await?;
        let known_as = match tx.find_user_by_name(&folded).await? {
            Some(_) => None,
            None => tx.find_user_by_other_name(&folded).await?.map(|user| user.user_name),
        };
        Ok(Name { known_as: known_as.unwrap_or_else(|| typed.clone()), typed })
    }

    async fn compare(
        &self,
        name: &Name,
        password: &str,
        priority: Priority,
        now: Timestamp,
    ) -> Result<Compared, CoreError> {
        let (user, stored, identity) = {
            let mut tx = self.store().read().await?;
            match tx.find_user_by_name(&fold(&name.known_as)).await? {
                Some(user) => {
                    let stored = tx.password_hash(&user.id).await?;
                    let identity = tx.identity_of_user(&user.id).await?;
                    (Some(user), stored, identity)
                }
                None => (None, None, None),
            }
        };
        // A login uses the user's own source only; names that no user has may be known to a directory (B10).
        let typed = (&*name.typed, password);
        let asked = match (&user, &identity) {
            (Some(_), Some(identity)) => self.ask_known(identity, name, typed, priority, now).await?,
            (Some(user), None) => return self.compare_here(Some(user), password, stored.as_deref(), priority).await,
            (None, _) => self.ask_directories(typed, priority, now).await?,
        };
        Ok(match asked {
            Asked::Right(user) => Compared::Right(user),
            // As much work as for a local user, so that a busy server does not tell one from the other.
            Asked::NotRight(why) => match self.compare_here(None, password, None, priority).await? {
                Compared::Busy => Compared::Busy,
                Compared::Right(_) | Compared::NotRight(_) => Compared::NotRight(why),
            },
            Asked::Busy => Compared::Busy,
        })
    }

    /// Asks the directory of somebody who is known. A name that it does not take for anybody after all may be another
    /// directory's.
    async fn ask_known(
        &self,
        identity: &UserIdentity,
        name: &Name,
        typed: (&str, &str),
        priority: Priority,
        now: Timestamp,
    ) -> Result<Asked, CoreError> {
        let by_other_name = fold(&name.typed) != fold(&name.known_as);
        let asked = self.ask_own_directory(identity, by_other_name, typed, priority, now).await?;
        match asked {
            Asked::NotRight(why) if by_other_name && why.is_unknown_user() => {
                self.ask_directories(typed, priority, now).await
            }
            asked => Ok(asked),
        }
    }

    /// Without a user as much work is done as with one.
    async fn compare_here(
        &self,
        user: Option<&User>,
        password: &str,
        stored: Option<&str>,
        priority: Priority,
    ) -> Result<Compared, CoreError> {
        let verdict = match self.passwords().verify(password, stored, priority).await {
            Ok(verdict) => verdict,
            Err(PasswordError::Busy) => return Ok(Compared::Busy),
            Err(error) => {
                tracing::error!(%error, "a password could not be compared");
                return Ok(Compared::Busy);
            }
        };
        let not_right = |reason| Ok(Compared::NotRight(NotRight { reason, source: None }));
        match user {
            None => not_right("unknown-user"),
            Some(_) if verdict != Verdict::Right => not_right("wrong-password"),
            Some(user) if !user.enabled || user.is_nobody() => not_right("disabled-here"),
            Some(user) => Ok(Compared::Right(user.clone())),
        }
    }

    async fn record_failure(
        &self,
        user_name: &str,
        attempt: &Attempt,
        why: &NotRight,
        now: Timestamp,
    ) -> Result<(), CoreError> {
        tracing::info!(reason = why.reason, "a sign-in failed");
        let mut tx = self.store().begin().await?;
        self.count_failure(&mut tx, attempt, now).await?;
        let user = tx.find_user_by_name(&fold(user_name)).await?;
        let target = user.as_ref().map_or("unknown", |user| user.id.as_str());
        let mut detail = json!({ "known": user.is_some(), "reason": why.reason });
        if let Some(source) = &why.source {
            detail["source"] = json!(source);
        }
        let event = Event::new("sign-in", "user", target).with(detail);
        audit::record(&mut tx, &Actor::System, event, false, now).await?;
        tx.commit().await?;
        Ok(())
    }
}

/// The user as the transaction sees them, if the login that was just proven still counts.
pub(crate) fn still_allowed(locked: Option<User>, proven: &User) -> Result<User, SignInError> {
    locked.filter(|user| user.enabled && user.epoch == proven.epoch).ok_or(SignInError::Wrong)
}
