//! What the clip's page shows: how far a handover has got, item by item (A12, A21).

use baton_model::{
    Device, HandoverKind, HandoverState, ItemId, ItemProgress, PageRevision, Timestamp, id, item::ItemContent,
};
use baton_policy::{ItemKind, Presence, ReasonCode};
use baton_store::Tx;

use crate::{
    Core, CoreError,
    accounts::SignedIn,
    clip::{self, ClipError, Visit},
    reconcile::{Wanted, World},
};

/// One item on the page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ItemLine {
    /// The item.
    pub item: ItemId,
    /// Its name.
    pub label: String,
    /// What it is; `None` when it is gone from the catalogue.
    pub kind: Option<ItemKind>,
    /// Whether it is an app.
    pub is_app: bool,
    /// Whether it is on its way off the device rather than onto it.
    pub leaves: bool,
    /// Where it stands.
    pub progress: ItemProgress,
    /// The code of the failure, if it failed.
    pub failure: Option<String>,
}

impl ItemLine {
    /// Whether nothing more will happen to it by itself.
    #[must_use]
    pub fn is_done(&self) -> bool {
        if self.leaves {
            self.progress == ItemProgress::Removed
        } else {
            matches!(self.progress, ItemProgress::Installed | ItemProgress::Failed)
        }
    }
}

/// Where a shared device stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// Nobody has it, and nothing of the former holder is or might be on it: the next person may sign in.
    Free,
    /// Nobody has it, and it is not clean yet.
    Cleaning,
    /// The person of this session has it.
    Held,
    /// Somebody has it, and this page has no session of theirs.
    InUse,
}

/// Everything the clip's page shows.
#[derive(Clone, Debug)]
pub struct ClipPage {
    /// The device.
    pub device: Device,
    /// Where it stands.
    pub stage: Stage,
    /// The items on their way, and for the holder those that are there.
    pub items: Vec<ItemLine>,
    /// Whether the handover is over.
    pub is_settled: bool,
    /// Whether the device was signed out since it enrolled (and not just enrolled).
    pub was_signed_out: bool,
    /// Who to call when the phone is in somebody else's hands (A7). May be empty.
    pub help_contact: String,
    /// When the holder got it.
    pub held_since: Timestamp,
    /// What the page is based on.
    pub revision: PageRevision,
}

impl Core {
    /// The page of a visit. `session` is the session of this device's page, if the browser has one.
    ///
    /// # Errors
    /// [`ClipError`].
    pub async fn clip_page(&self, visit: &Visit, session: Option<&SignedIn>) -> Result<ClipPage, ClipError> {
        let mut tx = self.store().read().await.map_err(CoreError::from)?;
        let device = clip::visited(&mut tx, visit).await?;
        Ok(self.page_of(&mut tx, device, session).await?)
    }

    async fn page_of(&self, tx: &mut Tx, device: Device, session: Option<&SignedIn>) -> Result<ClipPage, CoreError> {
        let holder = device.holder_id.clone();
        let world = World::load(self, tx, device, &holder).await?;
        let revision = tx.page_revision(&world.device.id).await?.ok_or(CoreError::NotFound("device"))?;
        let handover = tx.latest_handover(&world.device.id).await?;
        let is_nobodys = holder.as_str() == id::NOBODY;
        let stage = if is_nobodys {
            if world.is_clean() { Stage::Free } else { Stage::Cleaning }
        } else if session.is_some_and(|session| session.user.id == holder) {
            Stage::Held
        } else {
            Stage::InUse
        };
        Ok(ClipPage {
            stage,
            items: lines(&world),
            is_settled: handover.as_ref().is_none_or(|handover| handover.state != HandoverState::InProgress),
            was_signed_out: handover.is_some_and(|handover| handover.kind == HandoverKind::SignOut),
            help_contact: help_contact(tx).await?,
            held_since: world.device.held_since,
            revision,
            device: world.device,
        })
    }
}

async fn help_contact(tx: &mut Tx) -> Result<String, CoreError> {
    let item = tx.find_item(&id::SECURE_SIGN_IN.into()).await?;
    Ok(match item.map(|item| item.content) {
        Some(ItemContent::SecureSignIn(options)) => options.help_contact,
        _ => String::new(),
    })
}

/// What arrives first, then what leaves. The clip itself is not shown: people see it work.
pub(crate) fn lines(world: &World) -> Vec<ItemLine> {
    let is_shown = |wanted: &&Wanted| wanted.decision().permits() || wanted.is_unrenderable();
    let arriving = world.wanted.iter().filter(is_shown).filter(|wanted| !wanted.item.is_built_in()).map(|wanted| {
        let rendering = wanted.rendered.as_ref().map(|rendered| rendered.rendering.as_str());
        let row =
            world.rows.iter().find(|row| row.item_id == wanted.item.id && Some(row.rendering.as_str()) == rendering);
        ItemLine {
            item: wanted.item.id.clone(),
            label: wanted.item.name.clone(),
            kind: Some(wanted.item.content.kind()),
            is_app: wanted.item.content.is_app(),
            leaves: false,
            progress: match row.map(|row| row.progress) {
                _ if wanted.is_unrenderable() => ItemProgress::Failed,
                None | Some(ItemProgress::Removed | ItemProgress::Removing) => ItemProgress::Waiting,
                Some(progress) => progress,
            },
            failure: if wanted.is_unrenderable() {
                Some(ReasonCode::CannotBeRendered.as_str().to_owned())
            } else {
                row.and_then(|row| row.failure.clone())
            },
        }
    });
    let is_wanted = |item: &ItemId| world.wanted(item).is_some_and(|wanted| wanted.decision().permits());
    let leaving = world
        .rows
        .iter()
        .filter(|row| !is_wanted(&row.item_id) && row.item_id.as_str() != id::SECURE_SIGN_IN)
        .filter(|row| row.presence != Presence::Absent || row.progress == ItemProgress::Removed)
        .map(|row| ItemLine {
            item: row.item_id.clone(),
            label: row.label.clone(),
            kind: world.kind_of(&row.item_id),
            is_app: row.is_app,
            leaves: true,
            progress: match (row.presence, row.progress) {
                (Presence::Absent, _) => ItemProgress::Removed,
                (_, ItemProgress::Installed | ItemProgress::Accepted | ItemProgress::TapInstall) => {
                    ItemProgress::Waiting
                }
                (_, progress) => progress,
            },
            failure: row.failure.clone(),
        });
    arriving.chain(leaving).collect()
}
