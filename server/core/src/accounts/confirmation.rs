//! Re-authentication (B8): before what does harm, whoever has a session proves once more who they are.
//!
//! The proof is the session's, for five minutes; signing in is one, too. Services that need it ask the actor
//! ([`Core::require_confirmed`]), so no handler can forget it. What a form brings is a [`Proof`]; a provider's word comes by
//! the way of its logins ([`Core::confirm_by_provider`]).

use baton_model::{Session, SourceKind, Timestamp, UserId};
use baton_store::Tx;
use serde_json::json;
use thiserror::Error;

use super::{
    passkey_proof::{PasskeyAnswer, PasskeyRefusal, Purpose},
    sessions::{NewSession, SignedIn},
    sign_in::{SignInError, still_allowed},
    throttle::Visitor,
};
use crate::{
    Actor, Core, CoreError,
    audit::{self, Event},
    sources::SignInChoice,
    vault::{new_secret, secret_hash},
};

/// A proof counts for so many seconds.
pub const CONFIRMED_SECONDS: i64 = 300;

/// By what somebody proves that it is them.
#[derive(Clone, Copy, Debug)]
pub enum Proof<'a> {
    /// Their password.
    Password(&'a str),
    /// One of their passkeys ([`Core::begin_confirmation`]).
    Passkey(&'a PasskeyAnswer),
}

/// By what a person can prove that it is them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct WaysToConfirm {
    /// They have a password.
    pub password: bool,
    /// They have a passkey.
    pub passkey: bool,
    /// The provider that they come from, which can ask them anew ([`Core::begin_login`]).
    pub provider: Option<SignInChoice>,
}

/// Somebody who just proved that it is them. The session goes on under a new id (B7).
#[derive(Clone, Debug)]
pub struct Confirmed {
    /// The person and the session as they are now.
    pub signed_in: SignedIn,
    /// What the cookie holds from now on.
    pub session: NewSession,
}

/// Why a proof is not taken.
#[derive(Debug, Error)]
pub enum ConfirmError {
    /// The password is wrong.
    #[error("the password is wrong")]
    Wrong,
    /// The passkey is not accepted; audited.
    #[error(transparent)]
    Passkey(PasskeyRefusal),
    /// Too many attempts failed; this one was not looked at.
    #[error("too many attempts")]
    Throttled {
        /// Seconds until the next attempt is.
        seconds: u64,
    },
    /// Baton failed, or the session ended meanwhile ([`CoreError::Stale`]).
    #[error(transparent)]
    Core(#[from] CoreError),
}

impl From<SignInError> for ConfirmError {
    fn from(error: SignInError) -> Self {
        match error {
            SignInError::Wrong | SignInError::WrongOrUnreachable { .. } => Self::Wrong,
            SignInError::Throttled { seconds } => Self::Throttled { seconds },
            SignInError::Busy => Self::Core(CoreError::Busy),
            SignInError::Core(error) => Self::Core(error),
        }
    }
}

impl Core {
    /// By what this person can prove that it is them.
    ///
    /// # Errors
    /// [`CoreError`] when the database fails.
    pub async fn ways_to_confirm(&self, signed_in: &SignedIn) -> Result<WaysToConfirm, CoreError> {
        let user = &signed_in.user.id;
        let mut tx = self.store().read().await?;
        let source = match tx.identity_of_user(user).await? {
            Some(identity) => tx.find_source(&identity.key.source_id).await?.filter(|source| source.enabled),
            None => None,
        };
        let password_elsewhere = source.as_ref().is_some_and(|source| source.kind == SourceKind::Ldap);
        Ok(WaysToConfirm {
            password: password_elsewhere || tx.password_hash(user).await?.is_some(),
            passkey: self.has_passkeys() && !tx.passkeys_of(user).await?.is_empty(),
            provider: source
                .filter(|source| source.kind == SourceKind::OpenId)
                .map(|source| SignInChoice { id: source.id, name: source.name }),
        })
    }

    /// Takes a proof that it still is the session's person. From now on the session has a new id and counts as confirmed.
    ///
    /// # Errors
    /// [`ConfirmError`]; a wrong password counts as a failed sign-in.
    pub async fn confirm(
        &self,
        signed_in: &SignedIn,
        proof: Proof<'_>,
        visitor: &Visitor,
        now: Timestamp,
    ) -> Result<Confirmed, ConfirmError> {
        match proof {
            Proof::Password(password) => {
                let user = &signed_in.user;
                let proven = self.authenticate(&user.user_name, password, visitor, None, now).await?;
                let mut tx = self.store().begin().await.map_err(CoreError::from)?;
                let locked = tx.lock_user(&user.id).await.map_err(CoreError::from)?;
                let user = still_allowed(locked, &proven.user).map_err(|_| CoreError::Stale)?;
                if user.epoch != signed_in.user.epoch {
                    return Err(CoreError::Stale.into());
                }
                proven.forgive(&mut tx).await?;
                Ok(self.renew(tx, SignedIn { user, ..signed_in.clone() }, "password", now).await?)
            }
            Proof::Passkey(answer) => {
                let purpose = Purpose::Confirmation(&signed_in.user.id);
                let (tx, user) = self.prove_passkey(purpose, &signed_in.actor(), answer, visitor, now).await?;
                if user.epoch != signed_in.user.epoch {
                    return Err(CoreError::Stale.into());
                }
                Ok(self.renew(tx, SignedIn { user, ..signed_in.clone() }, "passkey", now).await?)
            }
        }
    }

    /// Takes a provider's word that this person authenticated just now.
    pub(crate) async fn confirm_by_provider(
        &self,
        session_hash: &str,
        user: &UserId,
        now: Timestamp,
    ) -> Result<Confirmed, CoreError> {
        let tx = self.store().begin().await?;
        let (tx, signed_in) = still_signed_in(tx, session_hash, user, now).await?;
        self.renew(tx, signed_in, "provider", now).await
    }

    async fn renew(
        &self,
        mut tx: Tx,
        signed_in: SignedIn,
        by: &'static str,
        now: Timestamp,
    ) -> Result<Confirmed, CoreError> {
        let SignedIn { user, session } = signed_in;
        let secret = new_secret()?;
        let id_hash = secret_hash(&secret);
        if !tx.renew_session(&session.id_hash, &id_hash, now).await? {
            return Err(CoreError::Stale);
        }
        let session = Session { id_hash, confirmed_at: Some(now), last_seen_at: now, ..session };
        let signed_in = SignedIn { user, session };
        let event = Event::new("session.confirm", "user", signed_in.user.id.as_str()).with(json!({ "by": by }));
        audit::record(&mut tx, &signed_in.actor(), event, true, now).await?;
        tx.commit().await?;
        let session = NewSession {
            secret,
            expires_at: signed_in.session.expires_at,
            user_name: signed_in.user.user_name.clone(),
        };
        Ok(Confirmed { signed_in, session })
    }

    /// Lets the actor pass when it proved within five minutes who it is; else audits the attempt and refuses. Every service
    /// that does harm asks this after its permission (B8).
    ///
    /// # Errors
    /// [`CoreError::Unconfirmed`].
    pub(crate) async fn require_confirmed(
        &self,
        actor: &Actor,
        event: Event<'_>,
        now: Timestamp,
    ) -> Result<(), CoreError> {
        if actor.is_confirmed(now) {
            return Ok(());
        }
        self.note_refusal(actor, event.with(json!({ "refused": "not-confirmed" })), now).await?;
        Err(CoreError::Unconfirmed)
    }
}

/// The session with this hash, if it is this person's and goes on.
async fn still_signed_in(
    mut tx: Tx,
    session_hash: &str,
    user: &UserId,
    now: Timestamp,
) -> Result<(Tx, SignedIn), CoreError> {
    let locked = tx.lock_user(user).await?.ok_or(CoreError::Stale)?;
    let (session, _) = tx.find_session(session_hash).await?.ok_or(CoreError::Stale)?;
    let goes_on = session.user_id == locked.id && session.epoch == locked.epoch && now < session.expires_at;
    if !goes_on || !locked.enabled {
        return Err(CoreError::Stale);
    }
    Ok((tx, SignedIn { user: locked, session }))
}
