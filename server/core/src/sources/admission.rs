//! Whether somebody who signed in with a source may sign in here, and as whom.

use baton_model::{Source, Timestamp, User, UserIdentity};
use baton_store::{StoreError, Tx};
use serde_json::json;

use super::found::Found;
use crate::{
    Actor, Core, CoreError,
    accounts::refuse_last_administrator,
    audit::{self, Event},
    managed_accounts::{Of, settle},
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

/// Finds or makes the user in the caller's transaction, and lets them follow what the source says now.
pub(super) async fn admit(
    core: &Core,
    tx: &mut Tx,
    source: &Source,
    admits_anyone: bool,
    found: &Found,
    now: Timestamp,
) -> Result<Admission, CoreError> {
    let user = match tx.find_user_by_identity(&found.key).await? {
        Some(user) => follow(tx, source, &user, found, now).await?,
        None if !admits_anyone => return Ok(Admission::Stranger),
        None => {
            let Some(user) = found.new_user(now) else { return Ok(Admission::NoName) };
            if !add(tx, source, &user, found, now).await? {
                return Ok(Admission::NameTaken);
            }
            user
        }
    };
    let identity = tx.identity_of_user(&user.id).await?;
    let principal_name = identity.and_then(|identity| identity.principal_name);
    // Read anew: while the source was asked, another rule may have been saved.
    let rule = core.account_rule(tx, &Of::Source(source.id.clone())).await?;
    settle(tx, rule, &user, principal_name.as_deref()).await?;
    Ok(Admission::Admitted(user))
}

/// Adds a user who comes from the source, unless their user name is taken; whether it did.
pub(super) async fn add(
    tx: &mut Tx,
    source: &Source,
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
    let event = Event::new("user.create", "user", user.id.as_str())
        .with(json!({ "role": user.role.as_str(), "source": source.id.as_str() }));
    audit::record(tx, &Actor::System, event, true, now).await?;
    Ok(true)
}

/// Writes what the source says of a user now: names and role. A name that somebody else has is not taken, and the last
/// administrator stays one.
pub(super) async fn follow(
    tx: &mut Tx,
    source: &Source,
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
    let principal_name = found.principal_name_after(&identity);
    if identity.principal_name != principal_name {
        tx.set_identity(&UserIdentity { principal_name, ..identity }).await?;
    }
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
