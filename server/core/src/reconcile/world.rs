//! Everything a decision about one device reads, loaded in one transaction.

use std::sync::Arc;

use baton_model::{Device, DeviceItem, Item, ItemId, User, UserId, item::ItemContent};
use baton_policy::{
    Decision, DeviceFacts, Distribution, EnrollmentType, Fact, Holder, ItemKind, ItemRole, ItemState, OsVersion,
    Outcome, Platform, ReasonCode, Rendering, Source, Supervision, Target, TraceStep, trace::trace,
};
use baton_store::Tx;

use super::catalogue::CatalogueAt;
use crate::{
    Core, CoreError, files,
    rendering::{self, Rendered, Renderer},
};

/// A device, a holder (present or hypothetical), the catalogue, and what the device has.
pub(crate) struct World {
    pub device: Device,
    pub holder: User,
    pub rows: Vec<DeviceItem>,
    pub wanted: Vec<Wanted>,
    /// Items that the policy denies, with why.
    denied: Vec<(Arc<Item>, Decision)>,
    catalogue: Arc<CatalogueAt>,
    /// Device and holder, as the policy was asked about them.
    asked_about: (baton_policy::Device, Holder),
}

/// An item that the policy does not deny, with its rendering for the holder.
pub(crate) struct Wanted {
    pub item: Arc<Item>,
    decision: Decision,
    /// `None` when it cannot be rendered, which is logged; see [`Wanted::decision`].
    pub rendered: Option<Rendered>,
}

impl World {
    /// The world of `device` as if `holder` had it. The device's own holder, custody and clip generation are taken as
    /// given: see [`rendering::as_if_held_by`] for dry runs.
    pub(crate) async fn load(core: &Core, tx: &mut Tx, device: Device, holder: &UserId) -> Result<Self, CoreError> {
        let holder = tx.find_user(holder).await?.ok_or(CoreError::NotFound("user"))?;
        let catalogue = core.catalogue().seen_by(tx).await?;
        let policy_device =
            baton_policy::Device::new(device.id.as_str(), facts_of(&device), tx.device_groups_of(&device.id).await?);
        let policy_holder = holder_of(&holder, tx.user_groups_of(&holder.id).await?);
        let renderer = Renderer {
            vault: core.vault(),
            config: core.config(),
            device: &device,
            holder: &holder,
            facts: &policy_device.facts,
        };
        let (mut wanted, mut denied) = (Vec::new(), Vec::new());
        for (item, rules) in catalogue.items.iter().zip(&catalogue.policy.items) {
            let decision = rules.decide(&policy_device, &policy_holder);
            let item = Arc::clone(item);
            if decision.outcome == Outcome::Deny {
                denied.push((item, decision));
                continue;
            }
            let file = files::file_of(core, tx, &item).await?;
            let rendered = renderer
                .render(&item, file.as_deref())
                .inspect_err(|error| tracing::error!(%error, item = item.id.as_str(), "an item cannot be rendered"))
                .ok();
            wanted.push(Wanted { item, decision, rendered });
        }
        wanted.sort_by_key(|wanted: &Wanted| (order(&wanted.item.content), wanted.item.name.clone()));
        let rows = tx.items_of_device(&device.id).await?;
        let asked_about = (policy_device, policy_holder);
        Ok(Self { device, holder, rows, wanted, denied, catalogue, asked_about })
    }

    /// What an item is, if it still is in the catalogue.
    pub(crate) fn kind_of(&self, id: &ItemId) -> Option<ItemKind> {
        self.catalogue.kind_of(id)
    }

    /// The revision of the catalogue that the decisions were made with.
    pub(crate) fn catalogue_revision(&self) -> i64 {
        self.catalogue.revision
    }

    /// Every item of the catalogue with its decision, those that are not denied first.
    pub(crate) fn decide_all(&self) -> impl Iterator<Item = (&Item, Decision)> {
        let wanted = self.wanted.iter().map(|wanted| (&*wanted.item, wanted.decision()));
        wanted.chain(self.denied.iter().map(|(item, decision)| (&**item, *decision)))
    }

    /// Every rule that was asked about an item (C5). The decision is that of [`World::decide_all`].
    pub(crate) fn trace(&self, item: &ItemId) -> Vec<TraceStep> {
        let (device, holder) = &self.asked_about;
        trace(&self.catalogue.policy, item, device, holder).trace
    }

    /// What the policy was asked about: the device, and who has it or would.
    pub(crate) const fn asked_about(&self) -> (&baton_policy::Device, &Holder) {
        let (device, holder) = &self.asked_about;
        (device, holder)
    }

    /// Every item of the catalogue with who gets it.
    pub(crate) fn distributions(&self) -> impl Iterator<Item = (&Item, &Distribution)> {
        let rules = self.catalogue.policy.items.iter().map(|rules| &rules.distribution);
        self.catalogue.items.iter().map(|item| &**item).zip(rules)
    }

    /// Whether the row is of an app whose item has another bundle identifier by now.
    pub(crate) fn is_renamed(&self, row: &DeviceItem) -> bool {
        let item = self.catalogue.item(&row.item_id);
        row.is_app && item.is_some_and(|item| item.content.bundle_id() != Some(row.identifier.as_str()))
    }

    /// What the device has or might have, for the policy.
    pub(crate) fn states(&self) -> Vec<ItemState> {
        self.rows
            .iter()
            .map(|row| ItemState {
                item: row.item_id.clone(),
                rendering: Rendering::new(row.rendering.clone()),
                presence: row.presence,
                removable: row.removable,
                role: self.role_of(row),
            })
            .collect()
    }

    /// What it should have, for the policy.
    pub(crate) fn targets(&self) -> Vec<Target> {
        self.wanted
            .iter()
            .map(|wanted| Target {
                item: wanted.item.id.clone(),
                rendering: wanted
                    .rendered
                    .as_ref()
                    .map(|rendered| rendered.rendering.clone())
                    .unwrap_or_else(|| "".into()),
                role: rendering::role(&wanted.item.content),
                decision: wanted.decision(),
                is_app: wanted.item.content.is_app(),
                reset_between_people: rendering::is_reset_between_people(&wanted.item.content),
            })
            .collect()
    }

    /// The wanted item with this id.
    pub(crate) fn wanted(&self, id: &ItemId) -> Option<&Wanted> {
        self.wanted.iter().find(|wanted| wanted.item.id == *id)
    }

    fn role_of(&self, row: &DeviceItem) -> ItemRole {
        self.catalogue.role_of(&row.item_id).unwrap_or(role_of_gone(row))
    }
}

/// A profile whose item is gone from the catalogue may be what keeps the device in reach, so it goes last (A21).
pub(crate) const fn role_of_gone(row: &DeviceItem) -> ItemRole {
    if row.is_app { ItemRole::Ordinary } else { ItemRole::Connectivity }
}

impl Wanted {
    /// Whether it should be there, and its content cannot be made.
    pub(crate) fn is_unrenderable(&self) -> bool {
        self.decision.permits() && self.rendered.is_none()
    }

    /// The decision about it. Whose content cannot be made is undecided: nothing of it is installed, what the holder has
    /// stays, and what a former holder had goes.
    pub(crate) fn decision(&self) -> Decision {
        if self.is_unrenderable() {
            return Decision::unknown(ReasonCode::CannotBeRendered, Source::Product);
        }
        self.decision
    }
}

/// The order in which items reach a device: first what keeps it in reach, then what protects it, apps last.
pub(crate) const fn order(content: &ItemContent) -> u8 {
    match content {
        ItemContent::SecureSignIn(_) => 0,
        ItemContent::WiFi(_) => 1,
        ItemContent::Certificate(_) => 2,
        ItemContent::Identity(_) => 3,
        ItemContent::Passcode(_) => 4,
        ItemContent::Restrictions(_) => 5,
        ItemContent::Profile(_) => 6,
        ItemContent::WebClip(_) => 7,
        ItemContent::StoreApp(_) | ItemContent::InHouseApp(_) => 8,
    }
}

/// An item as the policy knows it.
pub(crate) fn policy_item(item: &Item, distribution: Distribution) -> baton_policy::Item {
    baton_policy::Item {
        id: item.id.clone(),
        kind: item.content.kind(),
        role: rendering::role(&item.content),
        distribution,
        reset_between_people: rendering::is_reset_between_people(&item.content),
        payloads: rendering::payloads(&item.content),
    }
}

/// A user as the policy knows them.
pub(crate) fn holder_of(user: &User, groups: impl IntoIterator<Item = baton_model::UserGroupId>) -> Holder {
    if user.is_nobody() { Holder::nobody(user.id.clone(), groups) } else { Holder::person(user.id.clone(), groups) }
}

/// A device's facts as the policy knows them: what was not reported is unknown, never "no".
pub(crate) fn facts_of(device: &Device) -> DeviceFacts {
    let mut facts = DeviceFacts::new(device.enrollment_type, device.ownership);
    if let Some(platform) = device.product_name.as_deref().and_then(platform_of) {
        facts.platform = Fact::Value(platform);
    }
    if let Some(version) = device.os_version.as_deref().and_then(|version| version.parse::<OsVersion>().ok()) {
        facts.os_version = Fact::Value(version);
    }
    if let Some(supervised) = device.supervised {
        facts.supervision = Fact::Value(if supervised { Supervision::Supervised } else { Supervision::Unsupervised });
    }
    if let Some(lost_mode) = device.lost_mode {
        facts.lost_mode = Fact::Value(lost_mode);
    }
    // A profile for User Enrollment gives no rights; the others give all.
    if device.enrollment_type != EnrollmentType::User {
        facts.access_rights = Some(baton_mdm::enrollment::AccessRights::ALL.bits().into());
    }
    facts
}

/// The platform of Apple's ProductName, such as `iPhone15,4`.
fn platform_of(product_name: &str) -> Option<Platform> {
    const PREFIXES: &[(&str, Platform)] = &[
        ("iPhone", Platform::Ios),
        ("iPod", Platform::Ios),
        ("iPad", Platform::Ipados),
        ("RealityDevice", Platform::Visionos),
        ("AppleTV", Platform::Tvos),
        ("Watch", Platform::Watchos),
        ("Mac", Platform::Macos),
        ("iMac", Platform::Macos),
        ("VirtualMac", Platform::Macos),
    ];
    PREFIXES.iter().find(|(prefix, _)| product_name.starts_with(prefix)).map(|(_, platform)| *platform)
}
