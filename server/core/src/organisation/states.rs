//! What is or might be on devices, with renderings as snapshots name them.
//!
//! The database names a rendering by a keyed hash of its content. A snapshot names it by whom it was made for, so that a
//! plan can tell what another holder would get instead. So each row's hash is compared with what the device's holder and
//! Nobody would get now; another content, and that of a former holder, keeps its hash, which is like nobody's.

use std::collections::BTreeMap;

use baton_model::{Device, DeviceId, DeviceItem, Item, ItemId, User, UserId, id};
use baton_policy::{ItemRole, ItemState, Presence, Rendering};
use baton_store::Tx;

use super::{Everything, Keys, policy_item};
use crate::{
    CoreError,
    files::{self, File},
    reconcile::world::{facts_of, role_of_gone},
    rendering::{self, Renderer, as_if_held_by},
};

/// The states of each device.
pub(super) struct States(BTreeMap<DeviceId, Vec<ItemState>>);

impl States {
    /// Without a look at contents.
    pub fn as_noted(everything: &Everything, rows: &[DeviceItem]) -> Self {
        Self::of(everything, rows, |row, _| Rendering::new(row.rendering.clone()))
    }

    /// Of no device.
    pub const fn none() -> Self {
        Self(BTreeMap::new())
    }

    /// Nothing but the sign-in clip, which is or might be on these devices.
    pub fn with_clip(devices: Vec<DeviceId>) -> Self {
        let clip = ItemState {
            item: id::SECURE_SIGN_IN.into(),
            rendering: Rendering::new(""),
            presence: Presence::Maybe,
            removable: true,
            role: ItemRole::SignInClip,
        };
        Self(devices.into_iter().map(|device| (device, vec![clip.clone()])).collect())
    }

    /// With the renderings that the holder and Nobody would get recognised.
    pub async fn told_apart(
        tx: &mut Tx,
        keys: Keys<'_>,
        everything: &Everything,
        rows: &[DeviceItem],
    ) -> Result<Self, CoreError> {
        let mut files: BTreeMap<&ItemId, File> = BTreeMap::new();
        for (item, _) in &everything.items {
            if let Some(file) = files::read(keys.vault, tx, item).await? {
                files.insert(&item.id, file);
            }
        }
        let devices: BTreeMap<&DeviceId, &Device> =
            everything.devices.iter().map(|device| (&device.id, device)).collect();
        let users: BTreeMap<&UserId, &User> = everything.users.iter().map(|user| (&user.id, user)).collect();
        let nobody = users.get(&UserId::from(id::NOBODY)).ok_or(CoreError::NotFound("user"))?;
        Ok(Self::of(everything, rows, |row, item| {
            let device = devices.get(&row.device_id);
            let holders = device.into_iter().flat_map(|device| {
                let holder = users.get(&device.holder_id).into_iter().chain([nobody]);
                holder.map(move |holder| (*device, *holder))
            });
            for (device, holder) in holders {
                let as_theirs = as_if_held_by(device, holder, device.clip_generation);
                let facts = facts_of(device);
                let renderer =
                    Renderer { vault: keys.vault, config: keys.config, device: &as_theirs, holder, facts: &facts };
                let rendered = renderer.render(item, files.get(&item.id));
                if rendered.is_ok_and(|rendered| rendered.rendering.as_str() == row.rendering) {
                    return policy_item(item, baton_policy::Distribution::NoDevices).rendering(&holder.id);
                }
            }
            Rendering::new(row.rendering.clone())
        }))
    }

    /// What is noted of a device.
    pub fn take(&mut self, device: &DeviceId) -> Vec<ItemState> {
        self.0.remove(device).unwrap_or_default()
    }

    fn of(everything: &Everything, rows: &[DeviceItem], rendering: impl Fn(&DeviceItem, &Item) -> Rendering) -> Self {
        let items: BTreeMap<&ItemId, &Item> = everything.items.iter().map(|(item, _)| (&item.id, item)).collect();
        let mut states: BTreeMap<DeviceId, Vec<ItemState>> = BTreeMap::new();
        for row in rows {
            // An app whose item has another bundle identifier by now belongs to no item any more.
            let item = items
                .get(&row.item_id)
                .filter(|item| !row.is_app || item.content.bundle_id() == Some(row.identifier.as_str()));
            let state = match item {
                Some(item) => ItemState {
                    item: row.item_id.clone(),
                    rendering: rendering(row, item),
                    presence: row.presence,
                    removable: row.removable,
                    role: rendering::role(&item.content),
                },
                None => ItemState {
                    item: if row.is_app {
                        rendering::item_of_unknown_app(&row.identifier)
                    } else {
                        row.item_id.clone()
                    },
                    rendering: Rendering::new(row.rendering.clone()),
                    presence: row.presence,
                    removable: row.removable,
                    role: role_of_gone(row),
                },
            };
            states.entry(row.device_id.clone()).or_default().push(state);
        }
        Self(states)
    }
}
