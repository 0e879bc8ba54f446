//! Sessions: opened by a login, ended by sign-out, time, or whatever raises the user's epoch (B7).

use baton_model::{DeviceId, Role, Session, SessionKind, Timestamp, User, UserId};
use baton_store::Tx;
use serde_json::json;

use super::throttle::Visitor;
use crate::{
    Actor, Core, CoreError, Permission,
    audit::{self, Event},
    vault::{new_secret, secret_hash},
};

/// A portal session ends after so many minutes without a request.
pub const PORTAL_IDLE_MINUTES: i64 = 30;
/// A portal session ends after so many hours whatever happens.
pub const PORTAL_HOURS: i64 = 12;
/// A clip session ends after so many hours; the device stays the holder's (B7).
pub const CLIP_HOURS: i64 = 24;

/// A session that was just opened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewSession {
    /// What the cookie holds. The database knows only its hash.
    pub secret: String,
    /// When the cookie ends.
    pub expires_at: Timestamp,
    /// The user name of whose session it is: not always what they typed.
    pub user_name: String,
}

/// Who a session belongs to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignedIn {
    /// The person, as the database has them now.
    pub user: User,
    /// The session.
    pub session: Session,
}

impl SignedIn {
    /// The person as the one who asks.
    #[must_use]
    pub fn actor(&self) -> Actor {
        let confirmed_at = self.session.confirmed_at;
        Actor::Person { id: self.user.id.clone(), role: self.user.role, confirmed_at }
    }

    /// Whether the person sees the console.
    #[must_use]
    pub fn sees_console(&self) -> bool {
        self.user.role != Role::User
    }
}

/// Opens a session inside the transaction that decided it may be opened, for somebody who has just proved who they are. In
/// the portal it counts as confirmed (B8).
pub(crate) async fn open(
    tx: &mut Tx,
    user: &User,
    device: Option<&DeviceId>,
    visitor: &Visitor,
    now: Timestamp,
) -> Result<NewSession, CoreError> {
    open_proven_at(tx, user, device, visitor, Some(now), now).await
}

/// The same for somebody whose proof is of an earlier time, or of an unknown one.
pub(super) async fn open_proven_at(
    tx: &mut Tx,
    user: &User,
    device: Option<&DeviceId>,
    visitor: &Visitor,
    proven_at: Option<Timestamp>,
    now: Timestamp,
) -> Result<NewSession, CoreError> {
    let secret = new_secret()?;
    let hours = if device.is_some() { CLIP_HOURS } else { PORTAL_HOURS };
    let expires_at = now.plus_seconds(hours * 3600);
    tx.create_session(&Session {
        id_hash: secret_hash(&secret),
        user_id: user.id.clone(),
        kind: if device.is_some() { SessionKind::Clip } else { SessionKind::Portal },
        device_id: device.cloned(),
        browser: visitor.browser.clone(),
        epoch: user.epoch,
        created_at: now,
        last_seen_at: now,
        // A login is a proof, but on a phone that many hold it is good for nothing that needs one (B8).
        confirmed_at: proven_at.filter(|_| device.is_none()),
        expires_at,
    })
    .await?;
    Ok(NewSession { secret, expires_at, user_name: user.user_name.clone() })
}

impl Core {
    /// The portal session that this cookie opens, if it still does.
    ///
    /// # Errors
    /// [`CoreError`] when the database fails.
    pub async fn portal_session(&self, secret: &str, now: Timestamp) -> Result<Option<SignedIn>, CoreError> {
        let Some(found) = self.portal_session_of(secret, now).await? else { return Ok(None) };
        if is_idle(&found.session, now) {
            self.end_session(secret).await?;
            return Ok(None);
        }
        if now.seconds_since(found.session.last_seen_at) >= 60 {
            let mut tx = self.store().begin().await?;
            tx.touch_session(&found.session.id_hash, now).await?;
            tx.commit().await?;
        }
        Ok(Some(found))
    }

    /// As [`Core::portal_session`], for a page that looks by itself: nobody did anything, so it does not put off the end.
    ///
    /// # Errors
    /// [`CoreError`] when the database fails.
    pub async fn unattended_portal_session(&self, secret: &str, now: Timestamp) -> Result<Option<SignedIn>, CoreError> {
        Ok(self.portal_session_of(secret, now).await?.filter(|found| !is_idle(&found.session, now)))
    }

    /// The session on this device's page that this cookie opens, if it still does.
    ///
    /// # Errors
    /// [`CoreError`] when the database fails.
    pub async fn clip_session(
        &self,
        secret: &str,
        device: &DeviceId,
        now: Timestamp,
    ) -> Result<Option<SignedIn>, CoreError> {
        let found = self.session(secret, now).await?;
        Ok(found.filter(|found| {
            found.session.kind == SessionKind::Clip && found.session.device_id.as_ref() == Some(device)
        }))
    }

    /// Ends a session. Ending one that does not exist is no error.
    ///
    /// # Errors
    /// [`CoreError`] when the database fails.
    pub async fn end_session(&self, secret: &str) -> Result<(), CoreError> {
        let mut tx = self.store().begin().await?;
        tx.end_session(&secret_hash(secret)).await?;
        tx.commit().await?;
        Ok(())
    }

    /// The sessions that a person has open, the last opened first.
    ///
    /// # Errors
    /// [`CoreError`] when the database fails.
    pub async fn my_sessions(&self, signed_in: &SignedIn, now: Timestamp) -> Result<Vec<Session>, CoreError> {
        open_ones(&mut self.store().read().await?, &signed_in.user, now).await
    }

    /// Ends one of a person's own sessions, named by its hash.
    ///
    /// # Errors
    /// [`CoreError::NotFound`] when it is nobody's or somebody else's.
    pub async fn end_my_session(&self, signed_in: &SignedIn, id_hash: &str, now: Timestamp) -> Result<(), CoreError> {
        self.end_session_of_user(&signed_in.actor(), &signed_in.user.id, id_hash, now).await
    }

    /// Ends a person's own sessions, except the one that asks for it.
    ///
    /// # Errors
    /// [`CoreError`] when the database fails.
    pub async fn end_my_other_sessions(&self, signed_in: &SignedIn, now: Timestamp) -> Result<(), CoreError> {
        let user = &signed_in.user.id;
        let mut tx = self.store().begin().await?;
        let mut ended = 0;
        for session in tx.sessions_of_user(user).await? {
            if session.id_hash != signed_in.session.id_hash {
                ended += u64::from(tx.end_session(&session.id_hash).await?);
            }
        }
        audit::record(&mut tx, &signed_in.actor(), ending(user).with(json!({ "ended": ended })), true, now).await?;
        Ok(tx.commit().await?)
    }

    /// Ends one of a user's sessions, named by its hash.
    ///
    /// # Errors
    /// [`CoreError::Denied`] without [`Permission::ManageUsers`], [`CoreError::NotFound`].
    pub async fn end_session_of(
        &self,
        actor: &Actor,
        user: &UserId,
        id_hash: &str,
        now: Timestamp,
    ) -> Result<(), CoreError> {
        self.require(actor, Permission::ManageUsers, ending(user), now).await?;
        self.end_session_of_user(actor, user, id_hash, now).await
    }

    /// Ends all sessions of a user. The devices that they hold stay theirs (B7).
    ///
    /// # Errors
    /// [`CoreError::Denied`] without [`Permission::ManageUsers`], [`CoreError::NotFound`].
    pub async fn end_all_sessions_of(&self, actor: &Actor, user: &UserId, now: Timestamp) -> Result<(), CoreError> {
        self.require(actor, Permission::ManageUsers, ending(user), now).await?;
        let mut tx = self.store().begin().await?;
        tx.find_user(user).await?.ok_or(CoreError::NotFound("user"))?;
        let ended = tx.end_sessions_of_user(user).await?;
        audit::record(&mut tx, actor, ending(user).with(json!({ "ended": ended })), true, now).await?;
        Ok(tx.commit().await?)
    }

    async fn end_session_of_user(
        &self,
        actor: &Actor,
        user: &UserId,
        id_hash: &str,
        now: Timestamp,
    ) -> Result<(), CoreError> {
        let mut tx = self.store().begin().await?;
        tx.find_user(user).await?.ok_or(CoreError::NotFound("user"))?;
        if !tx.sessions_of_user(user).await?.iter().any(|session| session.id_hash == id_hash) {
            return Err(CoreError::NotFound("session"));
        }
        tx.end_session(id_hash).await?;
        audit::record(&mut tx, actor, ending(user).with(json!({ "ended": 1 })), true, now).await?;
        Ok(tx.commit().await?)
    }

    async fn portal_session_of(&self, secret: &str, now: Timestamp) -> Result<Option<SignedIn>, CoreError> {
        let found = self.session(secret, now).await?;
        Ok(found.filter(|found| found.session.kind == SessionKind::Portal))
    }

    async fn session(&self, secret: &str, now: Timestamp) -> Result<Option<SignedIn>, CoreError> {
        let found = self.store().read().await?.find_session(&secret_hash(secret)).await?;
        Ok(found.map(|(session, user)| SignedIn { user, session }).filter(|found| {
            found.user.enabled && found.user.epoch == found.session.epoch && now < found.session.expires_at
        }))
    }
}

fn ending(user: &UserId) -> Event<'_> {
    Event::new("session.end", "user", user.as_str())
}

fn is_idle(session: &Session, now: Timestamp) -> bool {
    session.kind == SessionKind::Portal && now.seconds_since(session.last_seen_at) >= PORTAL_IDLE_MINUTES * 60
}

/// The user's sessions that still open something, the last opened first.
pub(super) async fn open_ones(tx: &mut Tx, user: &User, now: Timestamp) -> Result<Vec<Session>, CoreError> {
    let mut sessions = tx.sessions_of_user(&user.id).await?;
    sessions.retain(|session| {
        user.enabled && session.epoch == user.epoch && now < session.expires_at && !is_idle(session, now)
    });
    Ok(sessions)
}
