//! Where a user comes from, and becoming a local one (B10).

use baton_model::{SourceId, Timestamp, UserId};
use baton_store::Tx;

use crate::{
    Actor, Core, CoreError, Permission,
    audit::{self, Event},
    managed_accounts::{keep_by_hand, local_rule, settle},
};

/// Where a user comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Origin {
    /// The source.
    pub source_id: SourceId,
    /// What it is called.
    pub source_name: String,
    /// The user principal name there.
    pub principal_name: Option<String>,
    /// Whether groups there give the user's role, so that it cannot be given by hand.
    pub gives_role: bool,
    /// Whether it was a sync that disabled the user.
    pub gone: bool,
}

impl Core {
    /// Makes a user who comes from a source a local one, who chooses a password under a link.
    ///
    /// # Errors
    /// [`CoreError::Denied`] without [`Permission::ManageUsers`], [`CoreError::NotFound`] also for a user who is local already,
    /// [`CoreError::Unconfirmed`] without a proof of who asks (B8): whoever could cut people off could then become them.
    pub async fn make_user_local(&self, actor: &Actor, id: &UserId, now: Timestamp) -> Result<(), CoreError> {
        let event = || Event::new("user.make-local", "user", id.as_str());
        self.require(actor, Permission::ManageUsers, event(), now).await?;
        self.require_confirmed(actor, event(), now).await?;
        let mut tx = self.store().begin().await?;
        let user = tx.lock_user(id).await?.ok_or(CoreError::NotFound("user"))?;
        if !tx.remove_identity(id).await? {
            return Err(CoreError::NotFound("source"));
        }
        // Whatever gave it: at Apple the account is still theirs.
        if !keep_by_hand(&mut tx, id).await? {
            let rule = local_rule(&mut tx).await?;
            settle(&mut tx, rule, &user, None).await?;
        }
        // Who signed in by the source's word signs in anew.
        tx.bump_epoch(id).await?;
        audit::record(&mut tx, actor, event(), true, now).await?;
        Ok(tx.commit().await?)
    }

    /// Refuses what only a local user can do.
    pub(super) async fn refuse_from_source(&self, id: &UserId) -> Result<(), CoreError> {
        match self.store().read().await?.identity_of_user(id).await? {
            Some(_) => Err(CoreError::KeptBySource),
            None => Ok(()),
        }
    }
}

/// Where this user comes from.
pub(super) async fn origin(tx: &mut Tx, id: &UserId) -> Result<Option<Origin>, CoreError> {
    let Some(identity) = tx.identity_of_user(id).await? else { return Ok(None) };
    let Some(source) = tx.find_source(&identity.key.source_id).await? else { return Ok(None) };
    Ok(Some(Origin {
        gives_role: !tx.source_roles(&source.id).await?.is_empty(),
        source_id: source.id,
        source_name: source.name,
        principal_name: identity.principal_name,
        gone: identity.gone,
    }))
}
