//! An organisation made by chance: people, groups, items, and devices that never connect, so that the queue of each is
//! exactly what it should have.

use std::collections::{BTreeMap, BTreeSet};

use baton_core::{
    Actor,
    catalogue::DistributionChange,
    groups::GroupForm,
    what_if::{Edit, Members},
};
use baton_model::{
    CommandKind, Device, DeviceGroupId, DeviceId, DeviceState, Enrollment, EnrollmentState, ItemId, PolicyRevision,
    UserGroupId, UserId,
};
use baton_policy::{
    CustomDistribution, Decision, Distribution, EnrollmentType, Filter, OsVersion, Ownership, Platform,
};

use crate::{
    chance::Chance,
    furniture::{app, passcode, web_clip, wifi},
    office::{Office, nobody},
    phone::clip_item,
};

const GROUPS: [&str; 3] = ["Red", "Blue", "Green"];

pub struct World {
    pub chance: Chance,
    pub people: Vec<UserId>,
    pub user_groups: Vec<UserGroupId>,
    pub device_groups: Vec<DeviceGroupId>,
    pub items: Vec<ItemId>,
    pub devices: Vec<DeviceId>,
}

impl World {
    pub async fn make(office: &Office, seed: u64, devices: usize) -> Self {
        let mut world = Self {
            chance: Chance::new(seed),
            people: vec![nobody()],
            user_groups: Vec::new(),
            device_groups: Vec::new(),
            items: vec![clip_item()],
            devices: Vec::new(),
        };
        for name in ["ada", "ben", "cid", "dan"] {
            world.people.push(office.add_person(name).await);
        }
        for name in GROUPS {
            world.user_groups.push(office.add_group(name, &[]).await);
            let form = GroupForm { name: name.to_owned(), description: String::new(), members: None, previewed: None };
            let group = office.core.create_device_group(&Actor::System, &form, office.now()).await.unwrap();
            world.device_groups.push(group);
        }
        for (name, content) in [
            ("network", wifi("network")),
            // Nobody has no name, so that this network cannot be made for signed-out devices.
            ("own network", wifi("${user.name}")),
            ("rules", passcode(6)),
            ("page", web_clip("https://page.example/${user.name}")),
            ("app", app("com.example.app", false)),
            ("reset", app("com.example.reset", true)),
        ] {
            world.items.push(office.add_item(name, content, Distribution::NoDevices).await);
        }
        for number in 0..devices {
            world.add_device(office, number).await;
        }
        world
    }

    async fn add_device(&mut self, office: &Office, number: usize) {
        let chance = &mut self.chance;
        let id = DeviceId::from(format!("device-{number}"));
        // Some are signed out, and nobody has two.
        let holder = if chance.below(3) == 0 { nobody() } else { self.people[1 + number % 4].clone() };
        let taken = number >= 4;
        let text = |text: &str| Some(text.to_owned()).filter(|text| !text.is_empty());
        let device = Device {
            id: id.clone(),
            name: format!("Device {number}"),
            name_tag: String::new(),
            udid: Some(format!("udid-{number}")),
            serial_number: Some(format!("serial-{number}")),
            apple_enrollment_id: None,
            model_name: None,
            product_name: text(["iPhone14,6", "iPad13,1", "Mac14,2", ""][chance.below(4)]),
            os_version: text(["16.0", "17.4", "18.1", ""][chance.below(4)]),
            enrollment_type: [EnrollmentType::Device, EnrollmentType::User, EnrollmentType::AutomatedDevice]
                [chance.below(3)],
            supervised: [Some(true), Some(false), None][chance.below(3)],
            ownership: Ownership::Company,
            shared: true,
            lost_mode: None,
            reported_lost_at: None,
            state: DeviceState::Enrolled,
            holder_id: if taken { nobody() } else { holder },
            held_since: office.now(),
            custody_seq: 0,
            clip_generation: 1,
            clip_confirmed: 0,
            revision: 1,
            enrolled_at: office.now(),
            last_seen_at: None,
        };
        let enrollment = Enrollment {
            id: format!("enrollment-{number}").as_str().into(),
            link_id: None,
            device_id: Some(id.clone()),
            fingerprint: format!("fingerprint-{number}"),
            topic: "com.apple.mgmt.External.heron".to_owned(),
            push_token: None,
            push_magic: None,
            unlock_token: None,
            state: EnrollmentState::Active,
            created_at: office.now(),
        };
        let mut tx = office.store.begin().await.unwrap();
        tx.create_device(&device).await.unwrap();
        tx.create_enrollment(&enrollment).await.unwrap();
        tx.commit().await.unwrap();
        self.devices.push(id);
    }

    pub fn edit(&mut self) -> Edit {
        let chance = &mut self.chance;
        match chance.below(4) {
            0 => {
                let group = self.user_groups[chance.below(3)].clone();
                Edit::UserGroup(group, members(chance, &self.people))
            }
            1 => {
                let group = self.device_groups[chance.below(3)].clone();
                Edit::DeviceGroup(group, members(chance, &self.devices))
            }
            _ => {
                let item = self.items[chance.below(self.items.len())].clone();
                Edit::Distribution(item, self.distribution())
            }
        }
    }

    fn distribution(&mut self) -> Distribution {
        let chance = &mut self.chance;
        match chance.below(8) {
            0 => Distribution::AllDevices,
            1 => Distribution::NoDevices,
            _ => {
                let mut groups = self.user_groups.clone();
                groups.push("everyone".into());
                Distribution::Custom(CustomDistribution {
                    include_user_groups: chance.some(&groups),
                    include_device_groups: chance.some(&self.device_groups),
                    include_users: chance.some(&self.people),
                    exclude_user_groups: if chance.below(2) == 0 { chance.some(&self.user_groups) } else { [].into() },
                    exclude_device_groups: if chance.below(3) == 0 {
                        chance.some(&self.device_groups)
                    } else {
                        [].into()
                    },
                    filters: self.filters(),
                })
            }
        }
    }

    fn filters(&mut self) -> Vec<Filter> {
        let chance = &mut self.chance;
        let all = [
            Filter::UserEnrollmentEnrolled(chance.below(2) == 0),
            Filter::AutomatedDeviceEnrollmentEnrolled(chance.below(2) == 0),
            Filter::Supervised(chance.below(2) == 0),
            Filter::Platform(chance.some(Platform::ALL)),
            Filter::MinOsVersion(OsVersion::new(17, 0, 0)),
            Filter::MaxOsVersion(OsVersion::new(17, 4, 0)),
        ];
        all.into_iter().filter(|_| chance.below(6) == 0).collect()
    }
}

/// Some join, all others leave.
fn members<Id: Clone + Ord>(chance: &mut Chance, all: &[Id]) -> Members<Id> {
    let join = chance.some(all);
    let leave = all.iter().filter(|one| !join.contains(*one)).cloned().collect();
    Members { join, leave }
}

/// Saves an edit as the console does, with the revision that was previewed.
pub async fn save(office: &Office, edit: &Edit, previewed: Option<PolicyRevision>) -> Result<(), String> {
    let (core, actor, now) = (&office.core, Actor::System, office.now());
    match edit {
        Edit::Distribution(item, distribution) => {
            let revision = office.distribution_revision(item).await;
            let change = DistributionChange {
                distribution: distribution.clone(),
                revision,
                previewed,
                override_reason: Some("as chance will have it".to_owned()),
            };
            let saved = core.save_distribution(&actor, item, &change, now).await;
            saved.map_err(|error| error.to_string())
        }
        Edit::UserGroup(group, members) => {
            let name = core.user_group(&actor, group, now).await.unwrap().0.name;
            let form = GroupForm {
                name,
                description: String::new(),
                members: Some(members.join.iter().cloned().collect()),
                previewed,
            };
            let saved = core.save_user_group(&actor, group, &form, now).await;
            saved.map_err(|error| error.to_string())
        }
        Edit::DeviceGroup(group, members) => {
            let name = core.device_group(&actor, group, now).await.unwrap().0.name;
            let form = GroupForm {
                name,
                description: String::new(),
                members: Some(members.join.iter().cloned().collect()),
                previewed,
            };
            let saved = core.save_device_group(&actor, group, &form, now).await;
            saved.map_err(|error| error.to_string())
        }
    }
}

/// What is on its way to each device: the items of its install commands.
pub async fn queues(office: &Office, devices: &[DeviceId]) -> BTreeSet<(DeviceId, ItemId)> {
    let mut all = BTreeSet::new();
    for device in devices {
        for command in office.open_commands(device).await {
            if matches!(command.kind, CommandKind::InstallProfile | CommandKind::InstallApplication) {
                all.insert((device.clone(), command.item_id.unwrap()));
            }
        }
    }
    all
}

/// What the policy says of every item on one device.
pub async fn decisions(office: &Office, device: &DeviceId) -> BTreeMap<ItemId, Decision> {
    let detail = office.core.device_detail(&Actor::System, device, office.now()).await.unwrap();
    detail.items.into_iter().map(|item| (item.id, item.decision)).collect()
}
