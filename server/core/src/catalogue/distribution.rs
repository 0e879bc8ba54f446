//! Who gets an item (C4), and what stops a distribution that would lose the sign-in page (A9).

use std::collections::{BTreeMap, BTreeSet};

use baton_model::{Item, ItemContent, ItemId, PolicyRevision, Timestamp, User, UserGroupId, id};
use baton_policy::{Catalogue, Distribution, Finding, FindingCode, LintDevice, LintInput, Severity, nobody_lints};
use baton_store::{StoreError, StoredDistribution, Tx, UserFilter};
use serde_json::json;
use thiserror::Error;

use super::items::ItemDetail;
use crate::{
    Actor, Core, CoreError, FieldError, FieldProblem, Permission,
    audit::{self, Event},
    reconcile::world::{facts_of, holder_of, policy_item},
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

/// What goes wrong at sign-out if `item` is distributed so, and everything else as stored.
pub(super) async fn findings(tx: &mut Tx, item: &Item, distribution: &Distribution) -> Result<Vec<Finding>, CoreError> {
    let mut stored: BTreeMap<ItemId, Distribution> = tx.all_distributions().await?.into_iter().collect();
    stored.insert(item.id.clone(), distribution.clone());
    // The built-in configuration tells which devices are shared; no other item matters to this one.
    let items = tx.all_items().await?;
    let catalogue = Catalogue {
        items: items
            .iter()
            .filter(|other| other.id == item.id || other.is_built_in())
            .map(|other| policy_item(other, stored.remove(&other.id).unwrap_or(Distribution::NoDevices)))
            .collect(),
    };
    let input =
        LintInput { catalogue, devices: lint_devices(tx).await?, users: holders(tx).await?, nobody: nobody(tx).await? };
    Ok(nobody_lints(&input).into_iter().filter(|finding| finding.item == item.id).collect())
}

async fn lint_devices(tx: &mut Tx) -> Result<Vec<LintDevice>, CoreError> {
    let mut groups: BTreeMap<_, Vec<_>> = BTreeMap::new();
    for (group, device) in tx.all_device_group_members().await? {
        groups.entry(device).or_default().push(group);
    }
    let with_clip: BTreeSet<_> = tx.devices_with_item(&id::SECURE_SIGN_IN.into()).await?.into_iter().collect();
    let devices = tx.all_enrolled_devices().await?;
    Ok(devices
        .into_iter()
        .map(|device| LintDevice {
            has_clip: with_clip.contains(&device.id),
            device: baton_policy::Device::new(
                device.id.clone(),
                facts_of(&device),
                groups.remove(&device.id).unwrap_or_default(),
            ),
        })
        .collect())
}

/// Every user who can sign in, with their groups.
async fn holders(tx: &mut Tx) -> Result<Vec<baton_policy::Holder>, CoreError> {
    let mut groups: BTreeMap<_, Vec<UserGroupId>> = BTreeMap::new();
    for (group, user) in tx.all_user_group_members().await? {
        groups.entry(user).or_default().push(group);
    }
    let mut holders = Vec::new();
    let mut filter = UserFilter { enabled: Some(true), ..Default::default() };
    filter.query.limit = baton_store::MAX_PAGE;
    loop {
        let page = tx.list_users(&filter).await?;
        let people = page.rows.into_iter().filter(|user: &User| !user.is_nobody());
        holders.extend(people.map(|user| {
            let own = groups.remove(&user.id).unwrap_or_default();
            holder_of(&user, own.into_iter().chain([UserGroupId::from(id::EVERYONE)]))
        }));
        match page.next {
            Some(cursor) => filter.query.cursor = Some(cursor),
            None => return Ok(holders),
        }
    }
}

async fn nobody(tx: &mut Tx) -> Result<baton_policy::Holder, CoreError> {
    let user = tx.find_user(&id::NOBODY.into()).await?.ok_or(CoreError::NotFound("user"))?;
    let groups = tx.user_groups_of(&user.id).await?;
    Ok(holder_of(&user, groups))
}
