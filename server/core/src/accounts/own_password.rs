//! People change their own passwords, with the present one.

use baton_model::Timestamp;
use thiserror::Error;

use super::{
    password_links::NewPasswordForm,
    sessions::{self, NewSession, SignedIn},
    sign_in::SignInError,
    throttle::Visitor,
};
use crate::{
    Core, CoreError, FieldError, FieldProblem,
    audit::{self, Event},
};

/// Why the password stays what it is.
#[derive(Debug, Error)]
pub enum OwnPasswordError {
    /// Too many attempts failed; this one was not looked at.
    #[error("too many attempts")]
    Throttled {
        /// Seconds until the next attempt is.
        seconds: u64,
    },
    /// Baton failed, or a field is wrong.
    #[error(transparent)]
    Core(#[from] CoreError),
}

impl Core {
    /// Replaces a person's own password, ends all their sessions (B7), and goes on with a new one.
    ///
    /// # Errors
    /// [`OwnPasswordError`]; a wrong present password counts as a failed sign-in.
    pub async fn change_own_password(
        &self,
        signed_in: &SignedIn,
        present: &str,
        form: &NewPasswordForm,
        visitor: &Visitor,
        now: Timestamp,
    ) -> Result<NewSession, OwnPasswordError> {
        let user = &signed_in.user;
        self.refuse_from_source(&user.id).await?;
        let mut problems = form.problems(&user.user_name);
        if present.is_empty() {
            problems.insert(0, FieldError::new("present", FieldProblem::Missing));
        }
        if !problems.is_empty() {
            return Err(CoreError::Invalid(problems).into());
        }
        let proven = match self.authenticate(&user.user_name, present, visitor, None, now).await {
            Ok(proven) => proven,
            Err(SignInError::Wrong | SignInError::WrongOrUnreachable { .. }) => {
                return Err(CoreError::Invalid(vec![FieldError::new("present", FieldProblem::WrongPassword)]).into());
            }
            Err(SignInError::Throttled { seconds }) => return Err(OwnPasswordError::Throttled { seconds }),
            Err(SignInError::Busy) => return Err(CoreError::Busy.into()),
            Err(SignInError::Core(error)) => return Err(error.into()),
        };
        let hash = self.hash_password(&form.password).await?;
        let mut tx = self.store().begin().await.map_err(CoreError::from)?;
        let locked = tx.lock_user(&user.id).await.map_err(CoreError::from)?;
        // Disabled, or given another password or role, while this one was compared.
        if locked.is_none_or(|locked| !locked.enabled || locked.epoch != user.epoch) {
            drop(tx);
            self.forgive_proven(&proven).await?;
            return Err(CoreError::Stale.into());
        }
        tx.set_password_hash(&user.id, &hash).await.map_err(CoreError::from)?;
        tx.remove_password_link(&user.id).await.map_err(CoreError::from)?;
        proven.forgive(&mut tx).await?;
        let user = tx.find_user(&user.id).await.map_err(CoreError::from)?.ok_or(CoreError::NotFound("user"))?;
        let session = sessions::open(&mut tx, &user, None, visitor, now).await?;
        let event = Event::new("user.password-changed", "user", user.id.as_str());
        audit::record(&mut tx, &signed_in.actor(), event, true, now).await?;
        tx.commit().await.map_err(CoreError::from)?;
        Ok(session)
    }
}
