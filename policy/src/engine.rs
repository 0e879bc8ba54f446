//! The compiled policy of an organisation: every decision at once, and after every change at once.
//!
//! An [`Engine`] is made from a [`Snapshot`](crate::snapshot::Snapshot). Facts are columns of value numbers. Each
//! condition, group and holder's group is a *node* with one answer for every user or device, two
//! bits each; 512 of them are computed together. A distribution reads nodes. A change re-tests the
//! conditions that read the changed fact, for the subjects that changed, and then the rules that read
//! those; the result is always what a new engine would say.
//!
//! ```
//! use baton_policy::snapshot::Snapshot;
//! use baton_policy::{Engine, Outcome};
//!
//! let snapshot = Snapshot::from_json(r#"{
//!     "version": 1,
//!     "attributes": { "user": [{ "id": "Multiuser owner", "type": "yesNo" }] },
//!     "userGroups": [{ "id": "multi-users", "rule": "user.\"Multiuser owner\" is not yes" }],
//!     "users": [
//!         { "id": "nobody", "nobody": true, "attributes": { "Multiuser owner": "Yes" } },
//!         { "id": "ann" }
//!     ],
//!     "devices": [{
//!         "id": "phone", "holder": "ann",
//!         "facts": { "platform": { "value": "ios" }, "enrollment": "device", "ownership": "company" }
//!     }],
//!     "items": [{
//!         "id": "mail", "kind": "storeApp",
//!         "distribution": { "custom": { "includeUserGroups": ["multi-users"] } }
//!     }]
//! }"#)?;
//! let engine = Engine::new(&snapshot)?;
//! let (mail, phone) = (engine.item(&"mail".into()).unwrap(), engine.device(&"phone".into()).unwrap());
//! let nobody = engine.user(&"nobody".into()).unwrap();
//!
//! assert_eq!(engine.decide(mail, phone).outcome, Outcome::Allow);
//! assert_eq!(engine.decide_for(mail, phone, nobody).outcome, Outcome::Deny);
//! # Ok::<(), baton_policy::snapshot::SnapshotError>(())
//! ```

mod bits;
mod candidates;
mod capability;
mod change;
mod column;
mod effect;
mod explain;
mod facts;
mod find;
mod groups;
mod handover;
mod holding;
mod hypothesis;
mod items;
mod lint;
mod load;
mod node;
mod paint;
mod part;
mod put;
mod row;
mod space;
mod wave;
mod what_if;

use std::collections::HashMap;

pub use change::Change;
pub use effect::Effect;
pub use explain::{Asked, Because, Explanation, Flip, FlipChange, Remedy, Step};
pub use find::{Candidate, NotFound};
pub use lint::{Lint, LintSubject};
pub use row::{Outcomes, Row};

use crate::decision::{Decision, ReasonCode, Source};
use crate::fact::Truth;
use crate::handover::ItemState;
use crate::ids::{DeviceId, ItemId, UserId};
use crate::rule::{GroupRef, Rule};
use crate::snapshot::{AppGroup, Attributes, DeviceGroup, Item, UserGroup};
use capability::Capabilities;
use holding::Holding;
use node::{NodeId, NodeKey};
use part::CompiledItem;
use space::Space;

/// A device of an [`Engine`]. It stays the same until the device is removed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DeviceIndex(u32);

/// A user of an [`Engine`]. It stays the same until the user is removed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct UserIndex(u32);

/// An item of an [`Engine`]. It stays the same until an item is removed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ItemIndex(u32);

/// The compiled policy of an organisation.
#[derive(Clone, Debug, Default)]
pub struct Engine {
    attributes: Attributes,
    users: Space<UserId>,
    devices: Space<DeviceId>,
    nobody: Option<usize>,
    /// By device: its holder.
    holder_of: Vec<usize>,
    /// By user: the devices.
    held_by: Vec<Holding>,
    capabilities: Capabilities,
    /// By device: what is or might be on it, for the few that say so.
    states: HashMap<usize, Vec<ItemState>>,
    /// In the snapshot's order, each with its rule's tree.
    user_groups: Vec<(UserGroup, Option<Rule>)>,
    device_groups: Vec<(DeviceGroup, Option<Rule>)>,
    items: Vec<Item>,
    /// In the order of `items`.
    compiled: Vec<CompiledItem>,
    item_numbers: HashMap<ItemId, usize>,
    app_groups: Vec<AppGroup>,
}

#[expect(clippy::cast_possible_truncation, reason = "loading refuses more than fit into 32 bits")]
const fn narrow(number: usize) -> u32 {
    number as u32
}

const NO_SUCH_ITEM: Decision = Decision::deny(ReasonCode::NoSuchItem, Source::Product);
const NO_SUCH_DEVICE: Decision = Decision::deny(ReasonCode::NoSuchDevice, Source::Product);

impl Engine {
    /// The device with this id.
    #[must_use]
    pub fn device(&self, id: &DeviceId) -> Option<DeviceIndex> {
        self.devices.number(id).map(|number| DeviceIndex(narrow(number)))
    }

    /// The user with this id.
    #[must_use]
    pub fn user(&self, id: &UserId) -> Option<UserIndex> {
        self.users.number(id).map(|number| UserIndex(narrow(number)))
    }

    /// The item with this id.
    #[must_use]
    pub fn item(&self, id: &ItemId) -> Option<ItemIndex> {
        self.item_numbers.get(id).map(|number| ItemIndex(narrow(*number)))
    }

    /// Every device.
    pub fn devices(&self) -> impl Iterator<Item = (DeviceIndex, &DeviceId)> {
        self.devices.iter().map(|(number, id)| (DeviceIndex(narrow(number)), id))
    }

    /// Every user.
    pub fn users(&self) -> impl Iterator<Item = (UserIndex, &UserId)> {
        self.users.iter().map(|(number, id)| (UserIndex(narrow(number)), id))
    }

    /// Every item, in the order of the catalogue.
    pub fn items(&self) -> impl Iterator<Item = (ItemIndex, &Item)> {
        self.items.iter().enumerate().map(|(number, item)| (ItemIndex(narrow(number)), item))
    }

    /// The id of a device.
    #[must_use]
    pub fn device_id(&self, device: DeviceIndex) -> Option<&DeviceId> {
        self.devices.id(device.0 as usize)
    }

    /// The id of a user.
    #[must_use]
    pub fn user_id(&self, user: UserIndex) -> Option<&UserId> {
        self.users.id(user.0 as usize)
    }

    /// The item.
    #[must_use]
    pub fn item_at(&self, item: ItemIndex) -> Option<&Item> {
        self.items.get(item.0 as usize)
    }

    /// Who holds a device.
    #[must_use]
    pub fn holder(&self, device: DeviceIndex) -> Option<UserIndex> {
        self.devices.id(device.0 as usize)?;
        self.holder_of.get(device.0 as usize).map(|holder| UserIndex(narrow(*holder)))
    }

    /// Nobody, the holder of signed-out devices, if the snapshot has one.
    #[must_use]
    pub fn nobody(&self) -> Option<UserIndex> {
        self.nobody.map(|number| UserIndex(narrow(number)))
    }

    /// Whether the device gets the item while its present holder has it: the distribution must
    /// reach it (spec C4) and the device must be able to take it (spec A1, E3, E4, E6, E8).
    #[must_use]
    pub fn decide(&self, item: ItemIndex, device: DeviceIndex) -> Decision {
        let Some(item) = self.compiled.get(item.0 as usize) else { return NO_SUCH_ITEM };
        let device = device.0 as usize;
        if !self.devices.alive.contains(device) {
            return NO_SUCH_DEVICE;
        }
        let reached = item.reach.decide(&|node: NodeId| self.devices.nodes[node].plane.get(device));
        reached.narrowed_by(self.capabilities.decide(item.burden, device))
    }

    /// Whether a device is in a group, or its holder is.
    #[must_use]
    pub fn is_in(&self, device: DeviceIndex, group: &GroupRef) -> Truth {
        let device = device.0 as usize;
        if !self.devices.alive.contains(device) {
            return Truth::False;
        }
        match group {
            GroupRef::Device(id) => match self.devices.find(&NodeKey::DeviceGroup(id.clone())) {
                Some(node) => self.devices.nodes[node].plane.get(device),
                None => Truth::False,
            },
            GroupRef::User(_) => self.user_is_in(UserIndex(narrow(self.holder_of[device])), group),
        }
    }

    /// Whether a user is in a group of users.
    #[must_use]
    pub fn user_is_in(&self, user: UserIndex, group: &GroupRef) -> Truth {
        let GroupRef::User(id) = group else { return Truth::False };
        match self.users.find(&NodeKey::UserGroup(id.clone())) {
            Some(node) if self.users.alive.contains(user.0 as usize) => {
                self.users.nodes[node].plane.get(user.0 as usize)
            }
            _ => Truth::False,
        }
    }
}
