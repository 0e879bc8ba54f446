//! Signing in to the portal with a passkey, without a user name (B8).

use baton_model::{Timestamp, User};
use serde_json::json;
use thiserror::Error;

use super::{
    passkey_proof::{PasskeyAnswer, PasskeyChallenge, PasskeyRefusal, ProofError, Purpose},
    sessions::{self, NewSession},
    throttle::Visitor,
};
use crate::{
    Actor, Core, CoreError,
    audit::{self, Event},
};

/// Why nobody is signed in.
#[derive(Debug, Error)]
pub enum PasskeySignInError {
    /// The passkey is not accepted; audited.
    #[error(transparent)]
    Refused(PasskeyRefusal),
    /// Too many attempts failed; this one was not looked at.
    #[error("too many attempts")]
    Throttled {
        /// Seconds until the next attempt is.
        seconds: u64,
    },
    /// Baton failed.
    #[error(transparent)]
    Core(#[from] CoreError),
}

impl From<ProofError> for PasskeySignInError {
    fn from(error: ProofError) -> Self {
        match error {
            ProofError::Refused(refusal) => Self::Refused(refusal),
            ProofError::Throttled { seconds } => Self::Throttled { seconds },
            ProofError::Core(error) => Self::Core(error),
        }
    }
}

impl Core {
    /// What a browser is asked for somebody who wants to sign in. Nothing is stored.
    ///
    /// # Errors
    /// [`CoreError::NotFound`] where there are no passkeys.
    pub fn begin_passkey_sign_in(&self, now: Timestamp) -> Result<PasskeyChallenge, CoreError> {
        self.ask_for_passkey(Purpose::SignIn, now)
    }

    /// Signs the passkey's owner in to the portal.
    ///
    /// # Errors
    /// [`PasskeySignInError`].
    pub async fn sign_in_with_passkey(
        &self,
        answer: &PasskeyAnswer,
        visitor: &Visitor,
        now: Timestamp,
    ) -> Result<(User, NewSession), PasskeySignInError> {
        let (mut tx, user) = self.prove_passkey(Purpose::SignIn, &Actor::System, answer, visitor, now).await?;
        let session = sessions::open(&mut tx, &user, None, visitor, now).await?;
        let event = Event::new("portal.sign-in", "user", user.id.as_str()).with(json!({ "by": "passkey" }));
        audit::record(&mut tx, &Actor::of(&user), event, true, now).await?;
        tx.commit().await.map_err(CoreError::from)?;
        Ok((user, session))
    }
}
