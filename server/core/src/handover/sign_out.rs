//! Signing out on a shared device (A3, A10, A11).

use baton_model::{CustodyCause, Device, HandoverKind, Timestamp, UserId, id};
use baton_store::Tx;
use serde_json::json;
use thiserror::Error;

use super::{
    dry_run::{DryRun, dry_run},
    transition,
};
use crate::{
    Actor, Core, CoreError,
    accounts::SignedIn,
    audit::{self, Event},
    clip::{self, ClipError, Visit, VisitCookie},
};

/// A device was given back.
#[derive(Clone, Debug)]
pub struct SignedOut {
    /// The device's page goes on under this cookie: the clip's address has changed.
    pub visit: VisitCookie,
}

/// Why nobody was signed out. Nothing was changed.
#[derive(Debug, Error)]
pub enum SignOutError {
    /// What would happen is not what the person was shown; here is what it is now.
    #[error("what signing out does has changed")]
    Stale(Box<DryRun>),
    /// A line of the checklist that must be ticked is not.
    #[error("the checklist is not complete")]
    ChecklistOpen(Box<DryRun>),
    /// The device is not this person's.
    #[error("the device is held by somebody else")]
    NotHolder,
    /// The page does not prove that the phone is in hand: the icon was not tapped since the last sign-out.
    #[error("the icon was not tapped since the last sign-out")]
    NotInHand,
    /// Nobody holds the device; it is signed out already.
    #[error("nobody is signed in")]
    NobodySignedIn,
    /// The page does not stand for a device any more.
    #[error(transparent)]
    Clip(#[from] ClipError),
    /// Baton failed.
    #[error(transparent)]
    Core(#[from] CoreError),
}

impl Core {
    /// What signing out would do. For the holder by name, for somebody with the device in hand by count: the page
    /// decides what it shows (A3).
    ///
    /// # Errors
    /// [`SignOutError`].
    pub async fn preview_sign_out(&self, visit: &Visit) -> Result<DryRun, SignOutError> {
        Ok(self.dry_run_of(&visit.device_id).await?)
    }

    /// Signs the holder out: the device goes to Nobody, and what the person had and Nobody does not get is removed.
    /// `ticked` counts the checklist's blocking lines that were ticked, the Microsoft reminder not among them.
    ///
    /// # Errors
    /// [`SignOutError`].
    pub async fn sign_out_of_clip(
        &self,
        visit: &Visit,
        holder: &SignedIn,
        revision: &str,
        ticked: &[usize],
        now: Timestamp,
    ) -> Result<SignedOut, SignOutError> {
        let (mut tx, device) = self.locked_for_sign_out(visit).await?;
        if device.holder_id != holder.user.id {
            return Err(SignOutError::NotHolder);
        }
        let run = dry_run(self, &mut tx, &device).await?;
        if run.revision != revision {
            return Err(SignOutError::Stale(Box::new(run)));
        }
        if run.checklist.iter().enumerate().any(|(index, line)| line.blocks && !ticked.contains(&index)) {
            return Err(SignOutError::ChecklistOpen(Box::new(run)));
        }
        self.give_back(tx, &device, &holder.actor(), CustodyCause::SignedOut, now).await
    }

    /// Signs out whoever is signed in, on the word of somebody who has the device in hand and no session (A3). Audited
    /// as such.
    ///
    /// # Errors
    /// [`SignOutError`].
    pub async fn sign_out_by_possession(&self, visit: &Visit, now: Timestamp) -> Result<SignedOut, SignOutError> {
        if !visit.by_icon {
            return Err(SignOutError::NotInHand);
        }
        let (tx, device) = self.locked_for_sign_out(visit).await?;
        let actor = Actor::Possession(device.id.clone());
        self.give_back(tx, &device, &actor, CustodyCause::SignedOutByPossession, now).await
    }

    async fn locked_for_sign_out(&self, visit: &Visit) -> Result<(Tx, Device), SignOutError> {
        let mut tx = self.store().begin().await.map_err(CoreError::from)?;
        clip::visited(&mut tx, visit).await?;
        let device = tx.lock_device(&visit.device_id).await.map_err(CoreError::from)?.ok_or(ClipError::NotManaged)?;
        if device.holder_id.as_str() == id::NOBODY {
            return Err(SignOutError::NobodySignedIn);
        }
        Ok((tx, device))
    }

    async fn give_back(
        &self,
        mut tx: Tx,
        device: &Device,
        actor: &Actor,
        cause: CustodyCause,
        now: Timestamp,
    ) -> Result<SignedOut, SignOutError> {
        let generation = return_to_nobody(self, &mut tx, device, actor, cause, now).await?;
        tx.commit().await.map_err(CoreError::from)?;
        self.hint_work();
        let visit = Visit { device_id: device.id.clone(), generation, by_icon: false };
        Ok(SignedOut { visit: clip::cookie(self.vault(), &visit, now) })
    }
}

/// Gives a device back to Nobody inside the caller's transaction, with a new clip address. Returns its generation.
pub(super) async fn return_to_nobody(
    core: &Core,
    tx: &mut Tx,
    device: &Device,
    actor: &Actor,
    cause: CustodyCause,
    now: Timestamp,
) -> Result<i64, CoreError> {
    tx.end_clip_sessions_of_device(&device.id).await?;
    let generation = clip::rotate(tx, core.vault(), device, now).await?;
    let nobody = UserId::from(id::NOBODY);
    let to = transition::To { holder: &nobody, kind: HandoverKind::SignOut, cause, actor_id: actor.user_id().cloned() };
    transition::begin(core, tx, device, to, now).await?;
    let event = Event::new("device.sign-out", "device", device.id.as_str())
        .with(json!({ "cause": cause.as_str(), "holder": device.holder_id.as_str() }));
    audit::record(tx, actor, event, true, now).await?;
    Ok(generation)
}
