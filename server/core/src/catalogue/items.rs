//! Configurations and apps: adding, changing, deleting.

use std::collections::BTreeMap;

use baton_model::{Device, DeviceGroup, Item, ItemContent, ItemId, PolicyRevision, Timestamp, User, UserGroup};
use baton_policy::{Applicability, Distribution, Finding, where_it_works};
use baton_store::{ItemFilter, Page, StoreError, StoredDistribution, Tx, UserFilter};
use serde_json::json;

use super::{
    distribution,
    form::{ContentForm, Draft, ItemForm},
};
use crate::{
    Actor, Core, CoreError, FieldError, FieldProblem, Permission,
    audit::{self, Event},
    files, new_id,
    rendering::payloads,
};

/// The most users that the distribution's picker shows.
const PICKED_USERS: u32 = 200;

/// One item with everything its page shows.
#[derive(Clone, Debug)]
pub struct ItemDetail {
    /// The item.
    pub item: Item,
    /// Who gets it.
    pub stored: StoredDistribution,
    /// What a preview of another distribution would be of (C6).
    pub policy_revision: PolicyRevision,
    /// What is wrong with who gets it, at sign-out above all (A9).
    pub findings: Vec<Finding>,
    /// What the usual kinds of device take of it (E8).
    pub works: Vec<Applicability>,
    /// The devices that the findings name, and those that have or might have the item.
    pub devices: Vec<Device>,
    /// How many devices have or might have it.
    pub on_devices: usize,
    /// Every user group, for the editor.
    pub user_groups: Vec<UserGroup>,
    /// Every device group.
    pub device_groups: Vec<DeviceGroup>,
    /// The first users by name, and those that the distribution names.
    pub users: Vec<User>,
}

/// An item in the list of configurations or of apps.
#[derive(Clone, Debug)]
pub struct ListedItem {
    /// The item.
    pub item: Item,
    /// Who gets it.
    pub distribution: Distribution,
    /// How many devices have or might have it.
    pub on_devices: i64,
}

impl Core {
    /// Configurations or apps by name; the built-in configuration is among the first (A8).
    ///
    /// # Errors
    /// [`CoreError::Denied`] without [`Permission::ReadConsole`].
    pub async fn list_items(
        &self,
        actor: &Actor,
        filter: &ItemFilter,
        now: Timestamp,
    ) -> Result<Page<Item>, CoreError> {
        self.require_reader(actor, "items", now).await?;
        Ok(self.store().read().await?.list_items(filter).await?)
    }

    /// Configurations or apps by name, each with who gets it and how many devices have it.
    ///
    /// # Errors
    /// [`CoreError::Denied`] without [`Permission::ReadConsole`].
    pub async fn list_catalogue(
        &self,
        actor: &Actor,
        filter: &ItemFilter,
        now: Timestamp,
    ) -> Result<Page<ListedItem>, CoreError> {
        self.require_reader(actor, "items", now).await?;
        let mut tx = self.store().read().await?;
        let page = tx.list_items(filter).await?;
        let ids: Vec<ItemId> = page.rows.iter().map(|item| item.id.clone()).collect();
        let counts = tx.count_devices_with(&ids).await?;
        let mut distributions: BTreeMap<ItemId, Distribution> = tx.all_distributions().await?.into_iter().collect();
        let rows = page
            .rows
            .into_iter()
            .map(|item| ListedItem {
                distribution: distributions.remove(&item.id).unwrap_or(Distribution::NoDevices),
                on_devices: counts.get(&item.id).copied().unwrap_or(0),
                item,
            })
            .collect();
        Ok(Page { rows, next: page.next })
    }

    /// The distributions of all items, for lists.
    ///
    /// # Errors
    /// [`CoreError::Denied`] without [`Permission::ReadConsole`].
    pub async fn all_distributions(
        &self,
        actor: &Actor,
        now: Timestamp,
    ) -> Result<Vec<(ItemId, Distribution)>, CoreError> {
        self.require_reader(actor, "items", now).await?;
        Ok(self.store().read().await?.all_distributions().await?)
    }

    /// One item with its distribution and what is wrong with it.
    ///
    /// # Errors
    /// [`CoreError::Denied`] without [`Permission::ReadConsole`], [`CoreError::NotFound`].
    pub async fn item_detail(&self, actor: &Actor, id: &ItemId, now: Timestamp) -> Result<ItemDetail, CoreError> {
        self.require_reader(actor, "items", now).await?;
        let mut tx = self.store().read().await?;
        let item = tx.find_item(id).await?.ok_or(CoreError::NotFound("item"))?;
        let stored = tx.distribution_of(id).await?;
        let findings = distribution::findings(&mut tx, &item, &stored.distribution).await?;
        self.detail(&mut tx, item, stored, findings).await
    }

    /// The detail with a distribution that is not stored (yet), for a page that shows why it was not saved.
    pub(super) async fn detail(
        &self,
        tx: &mut Tx,
        item: Item,
        stored: StoredDistribution,
        findings: Vec<Finding>,
    ) -> Result<ItemDetail, CoreError> {
        let having = tx.devices_with_item(&item.id).await?;
        let mut devices = Vec::new();
        for id in findings.iter().flat_map(|finding| &finding.devices).chain(having.iter().take(100)) {
            if devices.iter().all(|device: &Device| device.id != *id) {
                devices.extend(tx.find_device(id).await?);
            }
        }
        let query = baton_store::ListQuery { limit: PICKED_USERS, ..Default::default() };
        let mut users = tx.list_users(&UserFilter { query, ..Default::default() }).await?.rows;
        if let Distribution::Custom(custom) = &stored.distribution {
            for id in &custom.include_users {
                if users.iter().all(|user| user.id != *id) {
                    users.extend(tx.find_user(id).await?);
                }
            }
        }
        Ok(ItemDetail {
            on_devices: having.len(),
            policy_revision: tx.policy_revision().await?,
            user_groups: tx.all_user_groups().await?,
            device_groups: tx.all_device_groups().await?,
            works: where_it_works(item.content.kind(), &payloads(&item.content)),
            item,
            stored,
            findings,
            devices,
            users,
        })
    }

    /// Adds an item, distributed to no device yet.
    ///
    /// # Errors
    /// [`CoreError::Denied`] without [`Permission::ManageCatalogue`], [`CoreError::Invalid`], [`CoreError::BuiltIn`] for
    /// a second sign-in configuration (A8).
    pub async fn create_item(&self, actor: &Actor, form: &ItemForm, now: Timestamp) -> Result<ItemId, CoreError> {
        self.require(actor, Permission::ManageCatalogue, Event::new("item.create", "item", ""), now).await?;
        if matches!(form.content, ContentForm::SecureSignIn { .. }) {
            return Err(CoreError::BuiltIn);
        }
        let Draft { content, file } = self.draft(form, None, now).await?;
        let item = Item {
            id: ItemId::from(new_id(now)),
            name: form.name.trim().to_owned(),
            description: form.description.trim().to_owned(),
            content,
            revision: 1,
            updated_at: now,
        };
        let mut tx = self.store().begin().await?;
        refuse_taken_bundle(&mut tx, &item).await?;
        tx.create_item(&item).await.map_err(name_taken)?;
        files::save(self.vault(), &mut tx, &item.id, &item.content, file.as_ref()).await?;
        let event = Event::new("item.create", "item", item.id.as_str()).with(summary(&item));
        audit::record(&mut tx, actor, event, true, now).await?;
        tx.commit().await?;
        self.hint_work();
        Ok(item.id)
    }

    /// Changes an item; devices that have it get the new version.
    ///
    /// # Errors
    /// [`CoreError::Denied`] without [`Permission::ManageCatalogue`], [`CoreError::Invalid`], [`CoreError::Stale`] when
    /// it is not at `revision` any more.
    pub async fn save_item(
        &self,
        actor: &Actor,
        id: &ItemId,
        form: &ItemForm,
        revision: i64,
        now: Timestamp,
    ) -> Result<(), CoreError> {
        let event = || Event::new("item.save", "item", id.as_str());
        self.require(actor, Permission::ManageCatalogue, event(), now).await?;
        let before = self.store().read().await?.find_item(id).await?.ok_or(CoreError::NotFound("item"))?;
        let Draft { content, file } = self.draft(form, Some(&before.content), now).await?;
        let mut tx = self.store().begin().await?;
        if before.revision != revision {
            return Err(CoreError::Stale);
        }
        let after = if before.is_built_in() {
            Item { content, updated_at: now, ..before.clone() }
        } else {
            Item {
                name: form.name.trim().to_owned(),
                description: form.description.trim().to_owned(),
                content,
                updated_at: now,
                ..before.clone()
            }
        };
        refuse_taken_bundle(&mut tx, &after).await?;
        if !tx.save_item(&after, revision).await.map_err(name_taken)? {
            return Err(CoreError::Stale);
        }
        files::save(self.vault(), &mut tx, id, &after.content, file.as_ref()).await?;
        let detail = json!({ "before": summary(&before), "after": summary(&after) });
        audit::record(&mut tx, actor, event().with(detail), true, now).await?;
        tx.commit().await?;
        self.hint_work();
        Ok(())
    }

    /// What a form becomes. What takes the processor's time does not hold up others.
    async fn draft(&self, form: &ItemForm, before: Option<&ItemContent>, now: Timestamp) -> Result<Draft, CoreError> {
        if !form.is_costly() {
            return form.draft(self.vault(), before, now);
        }
        let (form, vault, before) = (form.clone(), self.vault().clone(), before.cloned());
        let made = tokio::task::spawn_blocking(move || form.draft(&vault, before.as_ref(), now)).await;
        made.map_err(|_| CoreError::Busy)?
    }

    /// Deletes an item; it is removed from the devices that have it.
    ///
    /// # Errors
    /// [`CoreError::Denied`] without [`Permission::ManageCatalogue`], [`CoreError::BuiltIn`] for the sign-in
    /// configuration (A8), [`CoreError::NotFound`].
    pub async fn delete_item(&self, actor: &Actor, id: &ItemId, now: Timestamp) -> Result<(), CoreError> {
        let event = || Event::new("item.delete", "item", id.as_str());
        self.require(actor, Permission::ManageCatalogue, event(), now).await?;
        let mut tx = self.store().begin().await?;
        let item = tx.find_item(id).await?.ok_or(CoreError::NotFound("item"))?;
        if item.is_built_in() {
            return Err(CoreError::BuiltIn);
        }
        tx.delete_item(id).await?;
        audit::record(&mut tx, actor, event().with(summary(&item)), true, now).await?;
        tx.commit().await?;
        self.hint_work();
        Ok(())
    }
}

/// Two items with one bundle identifier would fight over one place on the device.
async fn refuse_taken_bundle(tx: &mut Tx, item: &Item) -> Result<(), CoreError> {
    let Some(bundle_id) = item.content.bundle_id() else { return Ok(()) };
    // Whoever changes the catalogue waits here, so that two who add the same app at once see each other.
    tx.bump_catalogue_revision().await?;
    let items = tx.all_items().await?;
    if items.iter().any(|other| other.id != item.id && other.content.bundle_id() == Some(bundle_id)) {
        return Err(CoreError::Invalid(vec![FieldError::new("bundleId", FieldProblem::Taken)]));
    }
    Ok(())
}

fn name_taken(error: StoreError) -> CoreError {
    match error {
        StoreError::Unique { .. } => CoreError::Invalid(vec![FieldError::new("name", FieldProblem::Taken)]),
        other => other.into(),
    }
}

/// What the audit keeps of an item: never a secret.
fn summary(item: &Item) -> serde_json::Value {
    let place = match &item.content {
        ItemContent::WiFi(wifi) => Some(wifi.ssid.as_str()),
        ItemContent::WebClip(clip) => Some(clip.url.as_str()),
        ItemContent::InHouseApp(app) => Some(app.bundle_id.as_str()),
        ItemContent::StoreApp(app) => Some(app.bundle_id.as_str()),
        ItemContent::Certificate(certificate) => Some(certificate.subject.as_str()),
        ItemContent::Identity(identity) => Some(identity.subject.as_str()),
        ItemContent::Profile(profile) => Some(profile.file_name.as_str()),
        ItemContent::Passcode(_) | ItemContent::Restrictions(_) | ItemContent::SecureSignIn(_) => None,
    };
    json!({ "name": item.name, "kind": item.content.kind().as_str(), "what": place, "revision": item.revision })
}
