//! The catalogue at one revision, ready for decisions, and kept until another one is read.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use baton_model::{Item, ItemId};
use baton_policy::{Catalogue, Distribution, ItemKind, ItemRole};
use baton_store::Tx;

use super::world::policy_item;
use crate::CoreError;

/// Items and distributions as they were at one revision.
pub(crate) struct CatalogueAt {
    pub revision: i64,
    /// Every item, by name.
    pub items: Vec<Arc<Item>>,
    /// The same items in the same order, as the policy knows them.
    pub policy: Catalogue,
    /// Where each item stands in both.
    places: BTreeMap<ItemId, usize>,
}

impl CatalogueAt {
    /// What an item is, if it is in the catalogue.
    pub(crate) fn kind_of(&self, id: &ItemId) -> Option<ItemKind> {
        self.rules(id).map(|rules| rules.kind)
    }

    /// What an item is for, if it is in the catalogue.
    pub(crate) fn role_of(&self, id: &ItemId) -> Option<ItemRole> {
        self.rules(id).map(|rules| rules.role)
    }

    /// The item, if it is in the catalogue.
    pub(crate) fn item(&self, id: &ItemId) -> Option<&Item> {
        self.places.get(id).map(|place| &*self.items[*place])
    }

    fn rules(&self, id: &ItemId) -> Option<&baton_policy::Item> {
        self.places.get(id).map(|place| &self.policy.items[*place])
    }

    fn new(revision: i64, items: Vec<Item>, mut distributions: BTreeMap<ItemId, Distribution>) -> Self {
        let policy = Catalogue {
            items: items
                .iter()
                .map(|item| policy_item(item, distributions.remove(&item.id).unwrap_or(Distribution::NoDevices)))
                .collect(),
        };
        let places = items.iter().enumerate().map(|(place, item)| (item.id.clone(), place)).collect();
        Self { revision, items: items.into_iter().map(Arc::new).collect(), policy, places }
    }

    /// Reads it as it was at one revision. On PostgreSQL each statement sees what was committed before it; half of an
    /// edit would take things off devices that should keep them.
    async fn read(tx: &mut Tx, mut revision: i64) -> Result<Self, CoreError> {
        loop {
            let items = tx.all_items().await?;
            let distributions = tx.all_distributions().await?.into_iter().collect();
            let now = tx.catalogue_revision().await?;
            if now == revision {
                return Ok(Self::new(revision, items, distributions));
            }
            revision = now;
        }
    }
}

/// The catalogue that this instance has read last.
#[derive(Default)]
pub(crate) struct CatalogueCache(Mutex<Option<Arc<CatalogueAt>>>);

impl CatalogueCache {
    /// The catalogue that the transaction sees. The database says of which revision it is; only the reading is spared.
    pub(crate) async fn seen_by(&self, tx: &mut Tx) -> Result<Arc<CatalogueAt>, CoreError> {
        let revision = tx.catalogue_revision().await?;
        // An edit that is not committed yet may be undone, and another one then has its number.
        if tx.has_edited_catalogue() {
            return CatalogueAt::read(tx, revision).await.map(Arc::new);
        }
        if let Some(kept) = self.kept().as_ref().filter(|kept| kept.revision == revision) {
            return Ok(Arc::clone(kept));
        }
        let read = Arc::new(CatalogueAt::read(tx, revision).await?);
        *self.kept() = Some(Arc::clone(&read));
        Ok(read)
    }

    fn kept(&self) -> MutexGuard<'_, Option<Arc<CatalogueAt>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
