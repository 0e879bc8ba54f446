//! Who gets an item (C4), and what stops a distribution that would lose the sign-in page (A9).

use baton_model::{Item, ItemContent, ItemId, PolicyRevision, Timestamp};
use baton_policy::engine::{Engine, Lint, LintSubject};
use baton_policy::snapshot::{SnapshotError, SnapshotProblem};
use baton_policy::{Distribution, Finding, FindingCode, Severity};
use baton_store::{StoreError, StoredDistribution, Tx};
use serde_json::json;
use thiserror::Error;

use super::items::ItemDetail;
use crate::{
    Actor, Core, CoreError, FieldError, FieldProblem, Permission,
    audit::{self, Event},
    organisation,
};

/// A new distribution as an administrator saves it.
#[derive(Clone, Debug)]
pub struct DistributionChange {
    /// Who gets the item from now on.
    pub distribution: Distribution,
    /// The revision that the editor showed.
    pub revision: i64,
    /// The revision at which its effect was previewed, if it was (C6).
    pub previewed: Option<PolicyRevision>,
    /// Save although the sign-in page would vanish at sign-out, for this reason (A9). Audited, and stays flagged.
    pub override_reason: Option<String>,
}

/// A distribution that was not saved, with everything its page shows.
pub type DistributionView = ItemDetail;

/// Why a distribution was not saved. Nothing was changed.
#[derive(Debug, Error)]
pub enum DistributionError {
    /// The sign-in page would vanish from devices. The view holds the findings, each with its fix.
    #[error("the sign-in page would vanish from devices")]
    Blocked(Box<DistributionView>),
    /// Somebody else changed it meanwhile. The view holds what is stored now.
    #[error("it was changed meanwhile")]
    Stale(Box<DistributionView>),
    /// An administrator changed something else since its effect was previewed: the new difference must be shown before it
    /// can be saved.
    #[error("its preview no longer holds")]
    Moved,
    /// Baton failed, or refuses for another reason.
    #[error(transparent)]
    Core(#[from] CoreError),
}

impl From<StoreError> for DistributionError {
    fn from(error: StoreError) -> Self {
        Self::Core(error.into())
    }
}

impl Core {
    /// An item with everything its page shows, as if it were distributed so, and with what would be wrong then.
    ///
    /// # Errors
    /// [`CoreError::Denied`] without [`Permission::ManageCatalogue`], [`CoreError::NotFound`].
    pub async fn item_if_distributed(
        &self,
        actor: &Actor,
        id: &ItemId,
        distribution: &Distribution,
        now: Timestamp,
    ) -> Result<ItemDetail, CoreError> {
        let event = Event::new("distribution.preview", "item", id.as_str());
        self.require(actor, Permission::ManageCatalogue, event, now).await?;
        let mut tx = self.store().read().await?;
        let item = tx.find_item(id).await?.ok_or(CoreError::NotFound("item"))?;
        let stored = tx.distribution_of(id).await?;
        let found = findings(&mut tx, &item, distribution).await?;
        let shown = StoredDistribution { distribution: distribution.clone(), ..stored };
        self.detail(&mut tx, item, shown, found).await
    }

    /// Saves who gets an item. A distribution of the sign-in configuration that misses Nobody is stopped unless it is
    /// overridden with a reason.
    ///
    /// # Errors
    /// [`DistributionError`].
    pub async fn save_distribution(
        &self,
        actor: &Actor,
        id: &ItemId,
        change: &DistributionChange,
        now: Timestamp,
    ) -> Result<(), DistributionError> {
        let event = || Event::new("distribution.save", "item", id.as_str());
        self.require(actor, Permission::ManageCatalogue, event(), now).await?;
        let mut tx = self.store().begin().await?;
        let item = tx.find_item(id).await?.ok_or(CoreError::NotFound("item"))?;
        let before = tx.distribution_of(id).await?;
        if before.revision != change.revision {
            let findings = findings(&mut tx, &item, &before.distribution).await?;
            return Err(DistributionError::Stale(Box::new(self.detail(&mut tx, item, before, findings).await?)));
        }
        // Again after it is written: only then nobody else moves anything.
        if change.previewed.is_some() && change.previewed != Some(tx.policy_revision().await?) {
            return Err(DistributionError::Moved);
        }
        let found = findings(&mut tx, &item, &change.distribution).await?;
        let stops = found.iter().any(stops_saving);
        let reason = change.override_reason.as_deref().map(str::trim).filter(|reason| !reason.is_empty());
        if stops && reason.is_none() {
            let shown = StoredDistribution { distribution: change.distribution.clone(), ..before };
            let view = self.detail(&mut tx, item, shown, found).await?;
            let refused = event().with(json!({ "stopped": found_codes(&view.findings) }));
            audit::record(&mut tx, actor, refused, false, now).await?;
            tx.commit().await?;
            return Err(DistributionError::Blocked(Box::new(view)));
        }
        let saved = tx.save_distribution(id, &change.distribution, change.revision).await;
        match saved {
            Ok(true) => require_previewed(&mut tx, change).await?,
            Ok(false) => return Err(CoreError::Stale.into()),
            Err(StoreError::ForeignKey) => {
                let gone = FieldError::new("distribution", FieldProblem::Gone);
                return Err(CoreError::Invalid(vec![gone]).into());
            }
            Err(error) => return Err(error.into()),
        }
        flag(&mut tx, &item, stops, now).await?;
        let detail = json!({
            "before": before.distribution,
            "after": change.distribution,
            "override": reason.filter(|_| stops),
        });
        audit::record(&mut tx, actor, event().with(detail), true, now).await?;
        tx.commit().await?;
        self.hint_work();
        Ok(())
    }
}

/// Refuses what was previewed before something moved. The distribution is written: nobody else moves anything until the
/// transaction ends, and before it the catalogue stood one lower.
async fn require_previewed(tx: &mut Tx, change: &DistributionChange) -> Result<(), DistributionError> {
    let now = tx.policy_revision().await?;
    let before = PolicyRevision { catalogue: now.catalogue - 1, ..now };
    let holds = change.previewed.is_none_or(|previewed| previewed == before);
    if holds { Ok(()) } else { Err(DistributionError::Moved) }
}

/// Findings that stop Save until they are put right or overridden: the sign-in page vanishes at sign-out, or vanishes
/// now from devices that have it, or is hidden there.
#[must_use]
pub fn stops_saving(finding: &Finding) -> bool {
    finding.severity == Severity::Blocks
        || matches!(finding.code, FindingCode::ClipStrandsDevices | FindingCode::ClipHidden)
}

fn found_codes(findings: &[Finding]) -> Vec<&'static str> {
    findings.iter().filter(|finding| stops_saving(finding)).map(|finding| finding.code.as_str()).collect()
}

/// An overridden check stays visible on the item until a distribution without findings is saved (A9).
async fn flag(tx: &mut Tx, item: &Item, overridden: bool, now: Timestamp) -> Result<(), CoreError> {
    let ItemContent::SecureSignIn(options) = &item.content else { return Ok(()) };
    if options.nobody_overridden == overridden {
        return Ok(());
    }
    let mut options = options.clone();
    options.nobody_overridden = overridden;
    let flagged = Item { content: ItemContent::SecureSignIn(options), updated_at: now, ..item.clone() };
    if tx.save_item(&flagged, item.revision).await? { Ok(()) } else { Err(CoreError::Stale) }
}

/// What is wrong if `item` is distributed so, and everything else as stored: what goes wrong at sign-out (A9), and what
/// cannot mean what it says.
pub(super) async fn findings(tx: &mut Tx, item: &Item, distribution: &Distribution) -> Result<Vec<Finding>, CoreError> {
    let engine = match Engine::new(&organisation::for_lints(tx, item, distribution).await?) {
        Ok(engine) => engine,
        // Something that the distribution names is gone meanwhile. Saving says so; no lint can.
        Err(SnapshotError { problem: SnapshotProblem::Missing(..), path }) if path.starts_with("items[") => {
            return Ok(Vec::new());
        }
        // On PostgreSQL each statement sees what was committed before it: the organisation moved between two of them.
        Err(SnapshotError { problem: SnapshotProblem::Missing(..), .. }) => return Err(CoreError::Stale),
        Err(error) => return Err(CoreError::Corrupt(error.to_string())),
    };
    let of_item = |lint: Lint| match lint.about {
        LintSubject::Item(id) if id == item.id => {
            let Lint { code, severity, devices, fix, .. } = lint;
            Some(Finding { code, severity, item: id, devices, fix })
        }
        LintSubject::Item(_) | LintSubject::Group(_) => None,
    };
    Ok(engine.lint().into_iter().filter_map(of_item).collect())
}
