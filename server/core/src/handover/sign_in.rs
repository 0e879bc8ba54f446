//! Signing in on a shared device (A2, A4, A7, A16, A21).

use baton_model::{CustodyCause, DeviceId, HandoverKind, Timestamp, User, UserId, id};
use baton_store::Tx;
use serde_json::json;
use thiserror::Error;

use super::transition;
use crate::{
    Actor, Core, CoreError,
    accounts::{NewSession, Proven, SignInError, Visitor, still_allowed},
    audit::{self, Event},
    clip::{self, ClipError, Visit, VisitCookie},
    reconcile::World,
};

/// Somebody is signed in on a device.
#[derive(Clone, Debug)]
pub struct ClipSignIn {
    /// Who.
    pub user_id: UserId,
    /// The person's session.
    pub session: NewSession,
    /// The device's page goes on under this cookie.
    pub visit: VisitCookie,
    /// The device was already this person's: a new session, no handover.
    pub resumed: bool,
}

/// Why nobody was signed in. Nothing was changed.
#[derive(Debug, Error)]
pub enum ClipSignInError {
    /// User name or password is wrong. `looks_like_pin` when what was typed consists of digits only (A4).
    #[error("user name or password is wrong")]
    Wrong {
        /// Whether to say that PINs and registration codes do not work here.
        looks_like_pin: bool,
    },
    /// As [`Self::Wrong`], while a directory cannot be reached ([`SignInError::WrongOrUnreachable`]).
    #[error("user name or password is wrong, or a directory cannot be reached")]
    WrongOrUnreachable {
        /// What the directories are called.
        directories: Vec<String>,
    },
    /// Somebody else has the device.
    #[error("somebody else has the device")]
    InUse,
    /// Somebody else signed in at the same moment and won.
    #[error("somebody else signed in at the same moment")]
    LostRace,
    /// What the former holder had is not off the device yet, or not known to be.
    #[error("the device is not clean yet")]
    NotClean,
    /// The person holds as many shared devices as one may.
    #[error("the person holds as many devices as one may")]
    LimitReached,
    /// The page does not stand for a device any more.
    #[error(transparent)]
    Clip(#[from] ClipError),
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

impl From<SignInError> for ClipSignInError {
    fn from(error: SignInError) -> Self {
        match error {
            SignInError::Wrong => Self::Wrong { looks_like_pin: false },
            SignInError::WrongOrUnreachable { directories } => Self::WrongOrUnreachable { directories },
            SignInError::Throttled { seconds } => Self::Throttled { seconds },
            SignInError::Busy => Self::Busy,
            SignInError::Core(error) => error.into(),
        }
    }
}

impl Core {
    /// Signs a person in on the device of this page and starts the handover to them. Of several at once exactly one
    /// wins; the holder signing in again resumes.
    ///
    /// # Errors
    /// [`ClipSignInError`].
    pub async fn sign_in_on_clip(
        &self,
        visit: &Visit,
        user_name: &str,
        password: &str,
        visitor: &Visitor,
        now: Timestamp,
    ) -> Result<ClipSignIn, ClipSignInError> {
        let phone = Some(&visit.device_id);
        let proven =
            self.authenticate(user_name, password, visitor, phone, now).await.map_err(|error| match error {
                SignInError::Wrong => ClipSignInError::Wrong { looks_like_pin: looks_like_pin(password) },
                other => other.into(),
            })?;
        self.take_device_as(visit, &proven, visitor, now).await
    }

    /// The same for somebody who proved already who they are.
    ///
    /// # Errors
    /// [`ClipSignInError`].
    pub(crate) async fn take_device_as(
        &self,
        visit: &Visit,
        proven: &Proven,
        visitor: &Visitor,
        now: Timestamp,
    ) -> Result<ClipSignIn, ClipSignInError> {
        let result = self.take_device(visit, proven, visitor, now).await;
        if result.is_err() {
            self.forgive_proven(proven).await?;
        }
        if let Err(refused @ (ClipSignInError::InUse | ClipSignInError::LostRace | ClipSignInError::LimitReached)) =
            &result
        {
            self.record_refusal(&visit.device_id, &proven.user, &refused.to_string(), now).await?;
        }
        result
    }

    async fn take_device(
        &self,
        visit: &Visit,
        proven: &Proven,
        visitor: &Visitor,
        now: Timestamp,
    ) -> Result<ClipSignIn, ClipSignInError> {
        let mut tx = self.store().begin().await.map_err(CoreError::from)?;
        let seen = clip::visited(&mut tx, visit).await?;
        let device = tx.lock_device(&visit.device_id).await.map_err(CoreError::from)?.ok_or(ClipError::NotManaged)?;
        let user = still_allowed(tx.lock_user(&proven.user.id).await.map_err(CoreError::from)?, &proven.user)?;
        proven.forgive(&mut tx).await?;
        let resumed = device.holder_id == user.id;
        if !resumed {
            if device.holder_id.as_str() != id::NOBODY {
                // Free when the page was looked at, taken now: somebody was quicker by a moment.
                let was_free = seen.holder_id.as_str() == id::NOBODY;
                return Err(if was_free { ClipSignInError::LostRace } else { ClipSignInError::InUse });
            }
            let nobody = device.holder_id.clone();
            if !World::load(self, &mut tx, device.clone(), &nobody).await?.is_clean() {
                return Err(ClipSignInError::NotClean);
            }
            if tx.count_shared_held_by(&user.id).await.map_err(CoreError::from)? >= self.config().shared_device_limit {
                return Err(ClipSignInError::LimitReached);
            }
            let to = transition::To {
                holder: &user.id,
                kind: HandoverKind::SignIn,
                cause: CustodyCause::SignedIn,
                actor_id: Some(user.id.clone()),
            };
            transition::begin(self, &mut tx, &device, to, now).await.map_err(|error| match error {
                CoreError::Stale => ClipSignInError::LostRace,
                other => other.into(),
            })?;
        }
        let session = proven.open_session(&mut tx, &user, Some(&device.id), visitor, now).await?;
        let event = Event::new("device.sign-in", "device", device.id.as_str()).with(json!({ "resumed": resumed }));
        let actor = Actor::of(&user);
        audit::record(&mut tx, &actor, event, true, now).await?;
        let visit = clip::cookie(self.vault(), visit, now);
        tx.commit().await.map_err(CoreError::from)?;
        self.hint_work();
        Ok(ClipSignIn { user_id: user.id, session, visit, resumed })
    }

    async fn record_refusal(
        &self,
        device: &DeviceId,
        user: &User,
        reason: &str,
        now: Timestamp,
    ) -> Result<(), CoreError> {
        let mut tx: Tx = self.store().begin().await?;
        let actor = Actor::of(user);
        let event = Event::new("device.sign-in", "device", device.as_str()).with(json!({ "refused": reason }));
        audit::record(&mut tx, &actor, event, false, now).await?;
        tx.commit().await?;
        Ok(())
    }
}

/// PINs and registration codes are refused here, and people are told so (A4).
fn looks_like_pin(entered: &str) -> bool {
    (4..=10).contains(&entered.len()) && entered.bytes().all(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::looks_like_pin;

    #[test]
    fn four_to_ten_digits_look_like_a_pin() {
        assert!(looks_like_pin("4711") && looks_like_pin("0123456789"));
        assert!(!looks_like_pin("471") && !looks_like_pin("47-11") && !looks_like_pin("01234567890"));
    }
}
