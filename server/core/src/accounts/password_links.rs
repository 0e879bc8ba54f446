//! Passwords are chosen by the people who use them, under a one-time link; administrators never choose one (B1).

use baton_identity::check_new_password;
use baton_model::{PasswordLink, Role, Timestamp, User, UserId, fold::fold};
use baton_store::Tx;
use serde_json::json;
use thiserror::Error;

use super::{
    sessions::{self, NewSession},
    throttle::Visitor,
    users,
};
use crate::{
    Actor, Core, CoreError, FieldError, FieldProblem, Permission,
    audit::{self, Event},
    vault::{new_secret, secret_hash},
};

/// A link works for so many days.
pub const PASSWORD_LINK_DAYS: i64 = 7;
/// So many links are made at once.
pub const MAX_PASSWORD_LINKS: u32 = 10_000;

/// A link that was just made. Its address is shown once.
#[derive(Clone, PartialEq, Eq)]
pub struct NewPasswordLink {
    /// Whose password it is for.
    pub user: User,
    /// The address to open.
    pub address: String,
    /// Until when it works.
    pub expires_at: Timestamp,
}

impl std::fmt::Debug for NewPasswordLink {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("NewPasswordLink").field("user", &self.user.id).finish_non_exhaustive()
    }
}

/// What a person enters who chooses a password.
#[derive(Clone, Default)]
pub struct NewPasswordForm {
    /// The password.
    pub password: String,
    /// The password again.
    pub repeated: String,
}

impl NewPasswordForm {
    /// What is wrong with it, for the user of this name.
    pub(super) fn problems(&self, user_name: &str) -> Vec<FieldError> {
        if let Err(error) = check_new_password(&self.password, &fold(user_name)) {
            vec![FieldError::new("password", users::password_problem(error))]
        } else if self.password != self.repeated {
            vec![FieldError::new("repeated", FieldProblem::Different)]
        } else {
            Vec::new()
        }
    }
}

/// Why no password was set.
#[derive(Debug, Error)]
pub enum PasswordLinkError {
    /// The link was used, replaced or never made, has expired, or its person may not sign in.
    #[error("the link is not valid")]
    LinkInvalid,
    /// Baton failed, or a field is wrong.
    #[error(transparent)]
    Core(#[from] CoreError),
}

impl Core {
    /// Makes the link under which a person chooses a password; the one before stops working. The present password works
    /// until then.
    ///
    /// # Errors
    /// [`CoreError::Denied`] without [`Permission::ManageUsers`], [`CoreError::NotFound`], [`CoreError::BuiltIn`] for
    /// Nobody, [`CoreError::Stale`] for people who may not sign in (any more), and [`CoreError::Unconfirmed`] for somebody
    /// with more than a user's role, which whoever has the link can take on, without a proof of who makes it (B8).
    pub async fn make_password_link(
        &self,
        actor: &Actor,
        id: &UserId,
        now: Timestamp,
    ) -> Result<NewPasswordLink, CoreError> {
        let event = || Event::new("user.password-link", "user", id.as_str());
        self.require(actor, Permission::ManageUsers, event(), now).await?;
        let mut tx = self.store().begin().await?;
        let user = tx.lock_user(id).await?.ok_or(CoreError::NotFound("user"))?;
        if user.is_nobody() {
            return Err(CoreError::BuiltIn);
        }
        if tx.identity_of_user(id).await?.is_some() {
            return Err(CoreError::KeptBySource);
        }
        if !user.enabled {
            return Err(CoreError::Stale);
        }
        if user.role != Role::User && !actor.is_confirmed(now) {
            drop(tx);
            self.require_confirmed(actor, event(), now).await?;
            return Err(CoreError::Unconfirmed);
        }
        let link = self.link_for(&mut tx, user, now).await?;
        audit::record(&mut tx, actor, event(), true, now).await?;
        tx.commit().await?;
        Ok(link)
    }

    /// Makes a link for everybody who may sign in and has no password yet, at most [`MAX_PASSWORD_LINKS`]: first for those
    /// who have no working link, each of them by name.
    ///
    /// # Errors
    /// [`CoreError::Denied`] without [`Permission::ManageUsers`]; [`CoreError::Unconfirmed`] as for a single link.
    pub async fn make_missing_password_links(
        &self,
        actor: &Actor,
        now: Timestamp,
    ) -> Result<Vec<NewPasswordLink>, CoreError> {
        let event = || Event::new("user.password-links", "user", "");
        self.require(actor, Permission::ManageUsers, event(), now).await?;
        let mut tx = self.store().begin().await?;
        let mut links = Vec::new();
        let users = tx.users_without_password(MAX_PASSWORD_LINKS, now).await?;
        if users.iter().any(|user| user.role != Role::User) && !actor.is_confirmed(now) {
            drop(tx);
            self.require_confirmed(actor, event(), now).await?;
            return Err(CoreError::Unconfirmed);
        }
        for user in users {
            let event = Event::new("user.password-link", "user", user.id.as_str());
            audit::record(&mut tx, actor, event, true, now).await?;
            links.push(self.link_for(&mut tx, user, now).await?);
        }
        let event = event().with(json!({ "links": links.len() }));
        audit::record(&mut tx, actor, event, true, now).await?;
        tx.commit().await?;
        Ok(links)
    }

    /// How many people may sign in and have no password yet.
    ///
    /// # Errors
    /// [`CoreError::Denied`] without [`Permission::ReadConsole`].
    pub async fn people_without_password(&self, actor: &Actor, now: Timestamp) -> Result<i64, CoreError> {
        self.require_reader(actor, "users", now).await?;
        Ok(self.store().read().await?.count_users_without_password().await?)
    }

    /// Whose password this link is for, while it works.
    ///
    /// # Errors
    /// [`CoreError`] when the database fails.
    pub async fn password_link_owner(&self, secret: &str, now: Timestamp) -> Result<Option<User>, CoreError> {
        let mut tx = self.store().read().await?;
        let link = tx.find_password_link(&secret_hash(secret)).await?.filter(|link| now < link.expires_at);
        let Some(link) = link else { return Ok(None) };
        Ok(tx.find_user(&link.user_id).await?.filter(|user| user.enabled))
    }

    /// Sets the password that the person chose under this link, ends all sessions of before (B7) and signs them in. The
    /// link works once.
    ///
    /// # Errors
    /// [`PasswordLinkError`]; the link survives wrong fields.
    pub async fn use_password_link(
        &self,
        secret: &str,
        form: &NewPasswordForm,
        visitor: &Visitor,
        now: Timestamp,
    ) -> Result<NewSession, PasswordLinkError> {
        let owner = self.password_link_owner(secret, now).await?.ok_or(PasswordLinkError::LinkInvalid)?;
        let problems = form.problems(&owner.user_name);
        if !problems.is_empty() {
            return Err(CoreError::Invalid(problems).into());
        }
        let hash = self.hash_password(&form.password).await?;
        let mut tx = self.store().begin().await.map_err(CoreError::from)?;
        let taken = tx.take_password_link(&secret_hash(secret), now).await.map_err(CoreError::from)?;
        if taken.as_ref() != Some(&owner.id) {
            return Err(PasswordLinkError::LinkInvalid);
        }
        let user = set(&mut tx, &owner.id, &hash).await?.ok_or(PasswordLinkError::LinkInvalid)?;
        self.forgive(&mut tx, &user.user_name).await?;
        let session = sessions::open(&mut tx, &user, None, visitor, now).await?;
        let event = Event::new("user.password-chosen", "user", user.id.as_str());
        audit::record(&mut tx, &Actor::of(&user), event, true, now).await?;
        tx.commit().await.map_err(CoreError::from)?;
        Ok(session)
    }

    /// Sets a password without a link, for the demo: no person does that for another.
    ///
    /// # Errors
    /// [`CoreError::Denied`] for everybody but Baton itself, [`CoreError::Invalid`] with a password that breaks the rules,
    /// [`CoreError::NotFound`].
    pub async fn set_password(
        &self,
        actor: &Actor,
        id: &UserId,
        password: &str,
        now: Timestamp,
    ) -> Result<(), CoreError> {
        if *actor != Actor::System {
            return Err(CoreError::Denied(Permission::ManageUsers));
        }
        let user = self.store().read().await?.find_user(id).await?.ok_or(CoreError::NotFound("user"))?;
        let form = NewPasswordForm { password: password.to_owned(), repeated: password.to_owned() };
        let problems = form.problems(&user.user_name);
        if !problems.is_empty() {
            return Err(CoreError::Invalid(problems));
        }
        let hash = self.hash_password(password).await?;
        let mut tx = self.store().begin().await?;
        tx.set_password_hash(id, &hash).await?;
        audit::record(&mut tx, actor, Event::new("user.password-set", "user", id.as_str()), true, now).await?;
        Ok(tx.commit().await?)
    }

    async fn link_for(&self, tx: &mut Tx, user: User, now: Timestamp) -> Result<NewPasswordLink, CoreError> {
        let secret = new_secret()?;
        let expires_at = now.plus_seconds(PASSWORD_LINK_DAYS * 86_400);
        let secret_hash = secret_hash(&secret);
        let link = PasswordLink { user_id: user.id.clone(), secret_hash, expires_at, created_at: now };
        tx.set_password_link(&link).await?;
        let address = format!("{}/password/{secret}", self.config().public_url);
        Ok(NewPasswordLink { user, address, expires_at })
    }
}

/// The user with their new password; `None` if they may not sign in by now.
async fn set(tx: &mut Tx, id: &UserId, hash: &str) -> Result<Option<User>, CoreError> {
    if tx.lock_user(id).await?.is_none_or(|user| !user.enabled) {
        return Ok(None);
    }
    tx.set_password_hash(id, hash).await?;
    Ok(tx.find_user(id).await?)
}
