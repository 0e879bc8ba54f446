//! A distribution that puts a lint of Nobody right.

use super::Engine;
use crate::distribution::Distribution;
use crate::engine::bits::Set;
use crate::engine::hypothesis::Hypothesis;
use crate::engine::{UserIndex, narrow};
use crate::fact::Truth;
use crate::facts::{Device, Holder};
use crate::lint::{Fix, fix_distribution};
use crate::rule::GroupRef;

impl Engine {
    /// Nobody included as a single user and none of Nobody's groups excluded, if that is enough. An
    /// item that comes with app groups has no single distribution to put right.
    pub(super) fn fix_for(&self, number: usize, devices: &Set, nobody: usize) -> Option<Fix> {
        let item = &self.items[number];
        if self.app_groups.iter().any(|group| group.has(item)) {
            return None;
        }
        let Distribution::Custom(custom) = &item.distribution else { return None };
        let case = Hypothesis { holder: Some(UserIndex(narrow(nobody))), ..Hypothesis::default() };
        let first = Self::device_at(devices.iter().next()?);
        let mut holder = Holder::nobody(self.users.id(nobody)?.clone(), []);
        for id in custom.include_user_groups.iter().chain(&custom.exclude_user_groups) {
            match self.is_in_if(first, &GroupRef::User(id.clone()), &case) {
                Truth::True => drop(holder.groups.insert(id.clone())),
                Truth::Unknown => drop(holder.unknown_groups.insert(id.clone())),
                Truth::False => {}
            }
        }
        let as_nobodys = |number| {
            let index = Self::device_at(number);
            let mut device = Device::new(self.devices.id(number)?.clone(), self.facts_of(index)?.clone(), []);
            for id in custom.include_device_groups.iter().chain(&custom.exclude_device_groups) {
                match self.is_in_if(index, &GroupRef::Device(id.clone()), &case) {
                    Truth::True => drop(device.groups.insert(id.clone())),
                    Truth::Unknown => drop(device.unknown_groups.insert(id.clone())),
                    Truth::False => {}
                }
            }
            Some(device)
        };
        let devices: Vec<Device> = devices.iter().filter_map(as_nobodys).collect();
        fix_distribution(&item.distribution, &devices.iter().collect::<Vec<_>>(), &holder)
    }
}
