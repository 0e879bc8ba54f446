//! Whether somebody who signed in with a source may sign in here, and as whom.

use baton_model::{Source, Timestamp, User};
use baton_store::{StoreError, Tx};
use serde_json::json;

use super::found::Found;
use crate::{
    Actor, CoreError,
    accounts::refuse_last_administrator,
    audit::{self, Event},
    managed_accounts::{AccountRule, Known, settle},
};

/// What becomes of somebody whom a source vouches for.
pub(super) enum Admission {
    /// They are this user.
    Admitted(User),
    /// They were not imported, and the source admits nobody else.
    Stranger,
    /// They would be new, and somebody has their user name already (B10).
    NameTaken,
    /// They would be new, and the source says no user name.
    NoName,
}

/// A source as people are admitted by it.
#[derive(Clone, Copy)]
pub(super) struct Admitting<'a> {
    /// The source.
    pub source: &'a Source,
    /// How its people get their Managed Apple Accounts.
    pub accounts: AccountRule,
}

/// Finds or makes the user in the caller's transaction, and lets them follow what the source says now.
pub(super) async fn admit(
    tx: &mut Tx,
    source: Admitting<'_>,
    admits_anyone: bool,
    found: &Found,
    now: Timestamp,
) -> Result<Admission, CoreError> {
    if let Some(user) = tx.find_user_by_identity(&found.key).await? {
        return Ok(Admission::Admitted(follow(tx, source, &user, found, now).await?));
    }
    if !admits_anyone {
        return Ok(Admission::Stranger);
    }
    let Some(user) = found.new_user(now) else { return Ok(Admission::NoName) };
    Ok(if add(tx, source, &user, found, now).await? { Admission::Admitted(user) } else { Admission::NameTaken })
}

/// Adds a user who comes from the source, unless their user name is taken; whether it did.
pub(super) async fn add(
    tx: &mut Tx,
    Admitting { source, accounts }: Admitting<'_>,
    user: &User,
    found: &Found,
    now: Timestamp,
) -> Result<bool, CoreError> {
    // Looked up first: an error would end the transaction, and with it what else is in it.
    if tx.find_user_by_name(&baton_model::fold::fold(&user.user_name)).await?.is_some() {
        return Ok(false);
    }
    tx.create_user(user, None).await.map_err(|error| match error {
        // Somebody took the name at this moment.
        StoreError::Unique { .. } => CoreError::Busy,
        other => other.into(),
    })?;
    tx.set_identity(&found.identity_of(user, false)).await?;
    settle(tx, accounts, user, found.principal_name.as_deref(), Known::Goes).await?;
    let event = Event::new("user.create", "user", user.id.as_str())
        .with(json!({ "role": user.role.as_str(), "source": source.id.as_str() }));
    audit::record(tx, &Actor::System, event, true, now).await?;
    Ok(true)
}

/// Writes what the source says of a user now: names and role. A name that somebody else has is not taken, and the last
/// administrator stays one.
pub(super) async fn follow(
    tx: &mut Tx,
    Admitting { source, accounts }: Admitting<'_>,
    user: &User,
    found: &Found,
    now: Timestamp,
) -> Result<User, CoreError> {
    let before = tx.lock_user(&user.id).await?.ok_or(CoreError::NotFound("user"))?;
    let identity = tx.identity_of_user(&before.id).await?.ok_or(CoreError::NotFound("user"))?;
    let mut after = found.followed_by(&before);
    if after.user_name != before.user_name {
        let holder = tx.find_user_by_name(&baton_model::fold::fold(&after.user_name)).await?;
        if holder.is_some_and(|holder| holder.id != before.id) {
            after.user_name.clone_from(&before.user_name);
        }
    }
    if before.role != after.role && refuse_last_administrator(tx, &before, &after).await.is_err() {
        tracing::warn!(user = before.id.as_str(), "the last administrator keeps the role that no group gives");
        after.role = before.role;
    }
    if identity.principal_name != found.principal_name {
        tx.set_identity(&found.identity_of(&before, identity.gone)).await?;
    }
    settle(tx, accounts, &after, found.principal_name.as_deref(), Known::Stays).await?;
    if after == before {
        return Ok(before);
    }
    tx.save_user(&after).await?;
    if before.role != after.role {
        tx.bump_epoch(&before.id).await?;
        let event = Event::new("user.role", "user", before.id.as_str()).with(json!({
            "before": before.role.as_str(),
            "after": after.role.as_str(),
            "source": source.id.as_str(),
        }));
        audit::record(tx, &Actor::System, event, true, now).await?;
    }
    tx.find_user(&before.id).await?.ok_or(CoreError::NotFound("user"))
}
