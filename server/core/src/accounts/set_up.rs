//! First start: a one-time link, printed for the operator, creates the first administrator (B9).

use baton_model::{Role, Timestamp, User};
use thiserror::Error;

use super::{
    password_links::NewPasswordForm,
    sessions::{self, NewSession},
    throttle::Visitor,
    users,
};
use crate::{
    Actor, Core, CoreError,
    audit::{self, Event},
    managed_accounts::{local_rule, settle},
    new_id,
    vault::{new_secret, secret_hash},
};

/// Under this key stands the hash of the link's secret, until it is used.
const SETTING: &str = "set-up-link";

/// What the first administrator enters.
#[derive(Clone, Debug, Default)]
pub struct AdministratorForm {
    /// The name to sign in with.
    pub user_name: String,
    /// The name that people read.
    pub display_name: String,
    /// The password.
    pub password: String,
    /// The password again.
    pub repeated: String,
}

/// Why the first administrator was not created.
#[derive(Debug, Error)]
pub enum SetUpError {
    /// The link was used, replaced by a later start, or never made.
    #[error("the set-up link is not valid")]
    LinkInvalid,
    /// Baton failed, or a field is wrong.
    #[error(transparent)]
    Core(#[from] CoreError),
}

impl Core {
    /// A new set-up link's secret while there is no administrator; the one before stops working. `None` once there is.
    ///
    /// # Errors
    /// [`CoreError`] when the database fails.
    pub async fn renew_set_up_link(&self) -> Result<Option<String>, CoreError> {
        let mut tx = self.store().begin().await?;
        if tx.has_administrator().await? {
            return Ok(None);
        }
        let secret = new_secret()?;
        tx.set_setting(SETTING, &secret_hash(&secret)).await?;
        tx.commit().await?;
        Ok(Some(secret))
    }

    /// Whether there is an administrator.
    ///
    /// # Errors
    /// [`CoreError`] when the database fails.
    pub async fn is_set_up(&self) -> Result<bool, CoreError> {
        Ok(self.store().read().await?.has_administrator().await?)
    }

    /// Whether this set-up link can still be used.
    ///
    /// # Errors
    /// [`CoreError`] when the database fails.
    pub async fn set_up_link_is_valid(&self, secret: &str) -> Result<bool, CoreError> {
        let stored = self.store().read().await?.setting(SETTING).await?;
        Ok(stored.is_some_and(|stored| stored == secret_hash(secret)))
    }

    /// Creates the first administrator and signs them in. The link works once.
    ///
    /// # Errors
    /// [`SetUpError`]; the link survives wrong fields.
    pub async fn create_first_administrator(
        &self,
        secret: &str,
        form: &AdministratorForm,
        visitor: &Visitor,
        now: Timestamp,
    ) -> Result<NewSession, SetUpError> {
        if !self.set_up_link_is_valid(secret).await? {
            return Err(SetUpError::LinkInvalid);
        }
        check(form)?;
        let hash = self.hash_password(&form.password).await?;
        let mut tx = self.store().begin().await.map_err(CoreError::from)?;
        if !tx.take_setting(SETTING, &secret_hash(secret)).await.map_err(CoreError::from)? {
            return Err(SetUpError::LinkInvalid);
        }
        let user = User {
            id: new_id(now).as_str().into(),
            user_name: form.user_name.trim().to_owned(),
            display_name: form.display_name.trim().to_owned(),
            email: None,
            role: Role::Administrator,
            enabled: true,
            epoch: 1,
            revision: 1,
            created_at: now,
        };
        users::insert(&mut tx, &user, Some(&hash)).await?;
        let rule = local_rule(&mut tx).await?;
        settle(&mut tx, rule, &user, None).await?;
        let session = sessions::open(&mut tx, &user, None, visitor, now).await?;
        let event = Event::new("set-up.first-administrator", "user", user.id.as_str());
        audit::record(&mut tx, &Actor::System, event, true, now).await?;
        tx.commit().await.map_err(CoreError::from)?;
        tracing::info!(user = user.id.as_str(), "the first administrator was created");
        Ok(session)
    }
}

fn check(form: &AdministratorForm) -> Result<(), CoreError> {
    let mut errors = users::check_names(&form.user_name, &form.display_name, None);
    let password = NewPasswordForm { password: form.password.clone(), repeated: form.repeated.clone() };
    errors.extend(password.problems(&form.user_name));
    if errors.is_empty() { Ok(()) } else { Err(CoreError::Invalid(errors)) }
}
