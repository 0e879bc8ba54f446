//! What changes would do to an organisation, before they are made (spec C6).

use super::bits::Plane;
use super::lint::HolderClass;
use super::{Change, DeviceIndex, Engine, ItemIndex, NO_SUCH_DEVICE, UserIndex, narrow};
use crate::decision::{Decision, Outcome};
use crate::fact::Truth;
use crate::ids::{DeviceId, ItemId};
use crate::item::ItemRole;
use crate::snapshot::SnapshotError;
use crate::what_if::{ChangeKind, Collector, Danger, Difference, ItemChange};

/// An item in both engines.
struct Pair<'a> {
    id: &'a ItemId,
    role: ItemRole,
    old: Option<Side>,
    new: Option<Side>,
}

/// An item in one engine.
struct Side {
    number: usize,
    /// Which devices get it.
    now: Plane,
    /// Which devices get it once they are signed out; asked for items that must not vanish then (spec A9).
    as_nobody: Option<Plane>,
}

impl Engine {
    /// What the changes would do, made one after the other: who gains, loses or keeps what. Nothing is changed.
    ///
    /// # Errors
    ///
    /// The first change that does not fit, with the way to it: `changes[0].group`.
    pub fn what_if(&self, changes: &[Change]) -> Result<Difference, SnapshotError> {
        Ok(self.compare(&self.changed(changes)?))
    }

    /// Another engine with the changes made, one after the other.
    ///
    /// # Errors
    ///
    /// Those of [`Engine::what_if`].
    pub fn changed(&self, changes: &[Change]) -> Result<Self, SnapshotError> {
        let mut after = self.clone();
        for (index, change) in changes.iter().enumerate() {
            after.apply(change).map_err(|error| error.within(&format!("changes[{index}]")))?;
        }
        Ok(after)
    }

    /// What is different in another engine, by device and item: new devices gain, those that are gone lose.
    ///
    /// Where a device changes hands, what is undecided for the new holder is lost (spec C4). Whether content that
    /// stays is made anew for the new holder is in [`Engine::plan`].
    #[must_use]
    pub fn compare(&self, after: &Self) -> Difference {
        let pairs = self.pairs(after);
        let new_devices = after.devices().filter(|(_, id)| self.device(id).is_none());
        let mut found = Collector::new();
        for (_, id) in self.devices().chain(new_devices) {
            found.begin_device();
            self.compare_device(after, id, &pairs, &mut found);
            found.end_device();
        }
        found.difference()
    }

    fn compare_device(&self, after: &Self, id: &DeviceId, pairs: &[Pair<'_>], found: &mut Collector<DeviceId, ItemId>) {
        let (old, new) = (self.device(id), after.device(id));
        let holder = |engine: &Self, device: Option<DeviceIndex>| {
            device.and_then(|device| engine.holder(device)).and_then(|user| engine.user_id(user)).cloned()
        };
        let changes_hands = holder(self, old) != holder(after, new);
        let is_held = new.and_then(|device| after.holder(device)) != after.nobody();
        for pair in pairs {
            let was = outcome(pair.old.as_ref().map(|side| &side.now), old);
            let will = outcome(pair.new.as_ref().map(|side| &side.now), new);
            if will == Outcome::Allow {
                found.has_something();
            }
            let stays = if changes_hands && will == Outcome::Unknown { Outcome::Deny } else { will };
            if let Some(kind) = ChangeKind::of(was, stays) {
                let (before, after) =
                    (self.decide_pair(pair.old.as_ref(), old, None), after.decide_pair(pair.new.as_ref(), new, None));
                let change = change(id, pair, kind, false, before, after);
                // A device that leaves need not be reached.
                let danger = change.danger.filter(|_| new.is_some());
                found.push(ItemChange { danger, ..change });
            }
            let as_nobody =
                |side: Option<&Side>, device| outcome(side.and_then(|side| side.as_nobody.as_ref()), device);
            let keeps = as_nobody(pair.new.as_ref(), new) == Outcome::Allow;
            if is_held && new.is_some() && as_nobody(pair.old.as_ref(), old) == Outcome::Allow && !keeps {
                let before = self.decide_pair(pair.old.as_ref(), old, self.nobody());
                let after = after.decide_pair(pair.new.as_ref(), new, after.nobody());
                found.push(change(id, pair, ChangeKind::Lose, true, before, after));
            }
        }
    }

    /// Every item of both, in the order of the catalogues.
    fn pairs<'a>(&'a self, after: &'a Self) -> Vec<Pair<'a>> {
        let olds = self.items.iter().map(|item| (&item.id, item.role));
        let is_new = |id: &&ItemId| self.item(id).is_none();
        let news = after.items.iter().map(|item| (&item.id, item.role)).filter(|(id, _)| is_new(id));
        let pair = |(id, role)| {
            let new_role = after.item(id).and_then(|item| after.item_at(item)).map_or(role, |item| item.role);
            // What the server needs before or after must not vanish.
            let role = role.max(new_role);
            Pair { id, role, old: self.side(id, role), new: after.side(id, role) }
        };
        olds.chain(news).map(pair).collect()
    }

    fn side(&self, id: &ItemId, role: ItemRole) -> Option<Side> {
        let number = self.item(id)?.0 as usize;
        let now = self.outcomes(ItemIndex(narrow(number))).plane;
        let nobody = self.nobody.filter(|_| role != ItemRole::Ordinary);
        let as_nobody = nobody.map(|nobody| self.reached_as(number, &HolderClass::User(nobody)));
        Some(Side { number, now, as_nobody })
    }

    fn decide_pair(&self, side: Option<&Side>, device: Option<DeviceIndex>, holder: Option<UserIndex>) -> Decision {
        let item = ItemIndex(side.map_or(u32::MAX, |side| narrow(side.number)));
        device.map_or(NO_SUCH_DEVICE, |device| self.decide_as(item, device, holder))
    }
}

/// Whether the device gets the item, wholly or in part.
fn outcome(plane: Option<&Plane>, device: Option<DeviceIndex>) -> Outcome {
    let (Some(plane), Some(device)) = (plane, device) else { return Outcome::Deny };
    match plane.get(device.0 as usize) {
        Truth::True => Outcome::Allow,
        Truth::Unknown => Outcome::Unknown,
        Truth::False => Outcome::Deny,
    }
}

fn change(
    device: &DeviceId,
    pair: &Pair<'_>,
    kind: ChangeKind,
    at_sign_out: bool,
    before: Decision,
    after: Decision,
) -> ItemChange {
    let danger = Danger::of(pair.role, kind, at_sign_out);
    ItemChange { device: device.clone(), item: pair.id.clone(), kind, at_sign_out, danger, before, after }
}
