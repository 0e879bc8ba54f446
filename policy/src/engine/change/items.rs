//! Changes of items and app groups.

use super::{Effect, Engine, missing};
use crate::engine::bits::Plane;
use crate::engine::{ItemIndex, narrow};
use crate::ids::{AppGroupId, ItemId};
use crate::snapshot::{AppGroup, Item, SnapshotError, Thing};

impl Engine {
    pub(super) fn put_item(&mut self, item: &Item) -> Result<Effect, SnapshotError> {
        self.check_distribution(&item.distribution).map_err(|error| error.within("distribution"))?;
        match self.item_numbers.get(&item.id).copied() {
            Some(number) => {
                let before = self.plane_of(number);
                self.items[number] = item.clone();
                if self.capabilities.len() > 2 * self.items.len() {
                    // What former items asked of devices is not worth keeping.
                    self.compile_items();
                } else {
                    self.compiled[number] = self.compile_item(item);
                    self.link();
                }
                Ok(self.difference(&[before], &[self.plane_of(number)]))
            }
            None => {
                let number = self.items.len();
                self.items.push(item.clone());
                let compiled = self.compile_item(item);
                self.compiled.push(compiled);
                self.item_numbers.insert(item.id.clone(), number);
                self.link();
                Ok(self.difference(&[Plane::default()], &[self.plane_of(number)]))
            }
        }
    }

    pub(super) fn remove_item(&mut self, item: &ItemId) -> Result<Effect, SnapshotError> {
        let number = *self.item_numbers.get(item).ok_or_else(|| missing(Thing::Item, item))?;
        let before = self.plane_of(number);
        self.items.remove(number);
        self.compiled.remove(number);
        self.item_numbers = self.items.iter().enumerate().map(|(number, item)| (item.id.clone(), number)).collect();
        self.link();
        Ok(self.difference(&[before], &[Plane::default()]))
    }

    pub(super) fn put_app_group(&mut self, group: &AppGroup) -> Result<Effect, SnapshotError> {
        self.check_distribution(&group.distribution).map_err(|error| error.within("distribution"))?;
        let mut groups = self.app_groups.clone();
        match groups.iter_mut().find(|known| known.id == group.id) {
            Some(known) => *known = group.clone(),
            None => groups.push(group.clone()),
        }
        Ok(self.replace_app_groups(groups))
    }

    pub(super) fn remove_app_group(&mut self, group: &AppGroupId) -> Result<Effect, SnapshotError> {
        let mut groups = self.app_groups.clone();
        groups.retain(|known| known.id != *group);
        if groups.len() == self.app_groups.len() {
            return Err(missing(Thing::AppGroup, group));
        }
        Ok(self.replace_app_groups(groups))
    }

    fn replace_app_groups(&mut self, groups: Vec<AppGroup>) -> Effect {
        let before: Vec<Plane> = (0..self.items.len()).map(|number| self.plane_of(number)).collect();
        self.app_groups = groups;
        self.compile_items();
        let after: Vec<Plane> = (0..self.items.len()).map(|number| self.plane_of(number)).collect();
        self.difference(&before, &after)
    }

    fn plane_of(&self, number: usize) -> Plane {
        self.outcomes(ItemIndex(narrow(number))).plane
    }

    /// The devices of which one of the planes says something else.
    fn difference(&self, before: &[Plane], after: &[Plane]) -> Effect {
        let mut effect = Effect::default();
        for (before, after) in before.iter().zip(after) {
            for block in 0..self.devices.blocks() {
                let of = |plane: &Plane| plane.blocks.get(block).copied().unwrap_or(crate::engine::bits::Block::NO);
                effect.add(block, &of(before).difference(&of(after)));
            }
        }
        effect.retain(&self.devices.alive.blocks);
        effect
    }
}
