//! Columns made ready for deciding: devices and holders with the groups that the items ask about.

use std::collections::BTreeSet;

use super::{Columns, Posting, if_made};
use crate::decision::Decision;
use crate::distribution::{CustomDistribution, Distribution};
use crate::facts::{Device, Holder};
use crate::ids::DeviceId;

/// Who sits where: each device with its groups, each holder with theirs.
pub(super) struct Seats<'s> {
    columns: &'s Columns,
    devices: Vec<Option<Device>>,
    holders: Vec<Holder>,
    /// Places of items and devices, as `unmakeable` says.
    unmakeable: BTreeSet<(u32, u32)>,
}

impl<'s> Seats<'s> {
    pub(super) fn of(columns: &'s Columns) -> Self {
        let mut devices: Vec<Option<Device>> = columns
            .devices
            .facts
            .iter()
            .map(|place| columns.facts.get(*place as usize))
            .map(|facts| facts.map(|facts| Device::new(DeviceId::new(""), facts.clone(), [])))
            .collect();
        let mut holders: Vec<Holder> = Vec::with_capacity(columns.holders.len());
        for (place, user) in columns.holders.iter().enumerate() {
            let holder = Holder::person(user.clone(), []);
            holders.push(Holder { is_nobody: place == super::NOBODY, ..holder });
        }
        for posting in &columns.user_groups {
            if asks(columns, |custom| {
                custom.include_user_groups.contains(&posting.group)
                    || custom.exclude_user_groups.contains(&posting.group)
            }) {
                enter(posting, &mut holders, |holder| Some((&mut holder.groups, &mut holder.unknown_groups)));
            }
        }
        for posting in &columns.device_groups {
            if asks(columns, |custom| {
                custom.include_device_groups.contains(&posting.group)
                    || custom.exclude_device_groups.contains(&posting.group)
            }) {
                enter(posting, &mut devices, |device| {
                    device.as_mut().map(|device| (&mut device.groups, &mut device.unknown_groups))
                });
            }
        }
        let mut unmakeable = BTreeSet::new();
        for of_item in &columns.unmakeable {
            for device in &of_item.devices {
                unmakeable.insert((of_item.item, *device));
            }
        }
        Self { columns, devices, holders, unmakeable }
    }

    /// The decision about the item for the device while that holder has it; `None` where a place does not exist.
    pub(super) fn decide(&self, item: usize, device: usize, holder: usize) -> Option<Decision> {
        let seat = self.devices.get(device)?.as_ref()?;
        let decision = self.columns.items.get(item)?.decide(seat, self.holders.get(holder)?);
        // Contents were tried for those who hold the devices now.
        let holds = self.columns.devices.holder(device) == Some(holder);
        let place = |index: usize| u32::try_from(index).unwrap_or(u32::MAX);
        let unmakeable = holds && self.unmakeable.contains(&(place(item), place(device)));
        Some(if_made(decision, !unmakeable))
    }
}

/// Whether a distribution of the columns asks so.
fn asks(columns: &Columns, about: impl Fn(&CustomDistribution) -> bool) -> bool {
    columns.items.iter().any(|item| match &item.distribution {
        Distribution::Custom(custom) => about(custom),
        Distribution::AllDevices | Distribution::NoDevices => false,
    })
}

type Groups<'g, G> = (&'g mut BTreeSet<G>, &'g mut BTreeSet<G>);

/// Writes a posting into those whom it names.
fn enter<G: Clone + Ord, M>(
    posting: &Posting<G>,
    everybody: &mut [M],
    groups_of: impl Fn(&mut M) -> Option<Groups<'_, G>>,
) {
    let mut write = |places: &[u32], surely: bool| {
        for place in places {
            if let Some((groups, unknown)) = everybody.get_mut(*place as usize).and_then(&groups_of) {
                if surely { groups } else { unknown }.insert(posting.group.clone());
            }
        }
    };
    write(&posting.members, true);
    write(&posting.unknown, false);
}
