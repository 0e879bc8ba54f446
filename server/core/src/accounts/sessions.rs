//! Sessions: opened by a login, ended by sign-out, time, or whatever raises the user's epoch (B7).

use baton_model::{DeviceId, Role, Session, SessionKind, Timestamp, User};
use baton_store::Tx;

use crate::{
    Actor, Core, CoreError,
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
        Actor::Person { id: self.user.id.clone(), role: self.user.role }
    }

    /// Whether the person sees the console.
    #[must_use]
    pub fn sees_console(&self) -> bool {
        self.user.role != Role::User
    }
}

/// Opens a session inside the transaction that decided it may be opened.
pub(crate) async fn open(
    tx: &mut Tx,
    user: &User,
    device: Option<&DeviceId>,
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
        epoch: user.epoch,
        created_at: now,
        last_seen_at: now,
        expires_at,
    })
    .await?;
    Ok(NewSession { secret, expires_at })
}

impl Core {
    /// The portal session that this cookie opens, if it still does.
    ///
    /// # Errors
    /// [`CoreError`] when the database fails.
    pub async fn portal_session(&self, secret: &str, now: Timestamp) -> Result<Option<SignedIn>, CoreError> {
        let Some(found) = self.portal_session_of(secret, now).await? else { return Ok(None) };
        if is_idle(&found, now) {
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
        Ok(self.portal_session_of(secret, now).await?.filter(|found| !is_idle(found, now)))
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

fn is_idle(found: &SignedIn, now: Timestamp) -> bool {
    now.seconds_since(found.session.last_seen_at) >= PORTAL_IDLE_MINUTES * 60
}
