//! Between the fields of a group's form and a group with its members.

use baton_core::{
    FieldError,
    what_if::{Edit, Members},
};
use baton_model::{Device, DeviceId, User, UserId};

use super::groups::SECTION;
use crate::{
    pages::admin::{groups::GroupKind, what_if::WhatIfView},
    ui::form::{Input, Problem},
    web::{Console, Fields, answer::PageError},
};

/// A group of either kind, as its page shows it.
#[derive(Default)]
pub struct Group {
    pub name: String,
    pub description: String,
    pub members: Vec<Member>,
    /// Members that were unticked: they are offered still, so that nothing is lost by looking at a preview.
    pub unticked: Vec<Member>,
    /// How many members it has, those that the page does not show among them.
    pub total: usize,
}

impl Group {
    /// The members of the stored group that are not in this one.
    pub fn without(&self, stored: Self) -> Vec<Member> {
        let is_ticked = |member: &Member| self.members.iter().any(|ticked| ticked.id == member.id);
        stored.members.into_iter().filter(|member| !is_ticked(member)).collect()
    }

    pub fn new(name: String, description: String, members: Vec<Member>, total: usize) -> Self {
        Self { name, description, members, unticked: Vec::new(), total }
    }
}

/// A member of a group: a user or a device.
#[derive(Clone)]
pub struct Member {
    pub id: String,
    pub label: String,
}

impl From<&User> for Member {
    fn from(user: &User) -> Self {
        let label = if user.is_nobody() {
            user.display_name.clone()
        } else {
            format!("{} ({})", user.display_name, user.user_name)
        };
        Self { id: user.id.to_string(), label }
    }
}

impl From<&Device> for Member {
    fn from(device: &Device) -> Self {
        Self { id: device.id.to_string(), label: device.name.clone() }
    }
}

/// A form as somebody filled it in.
pub struct Entered {
    pub group: Group,
    pub add: Input,
    pub errors: Vec<FieldError>,
    pub read_only: bool,
    pub what_if: Option<WhatIfView>,
}

impl Entered {
    pub fn of(group: Group) -> Self {
        Self { group, add: Input::default(), errors: Vec::new(), read_only: false, what_if: None }
    }

    /// What saving changes: those who are ticked join, those who were shown and are not leave. Members beyond those that
    /// the page shows stay.
    pub fn edit(&self, kind: GroupKind, id: &str) -> Edit {
        let ids = |members: &[Member]| -> Vec<String> { members.iter().map(|member| member.id.clone()).collect() };
        let (join, leave) = (ids(&self.group.members), ids(&self.group.unticked));
        match kind {
            GroupKind::Users => Edit::UserGroup(id.into(), Members::new(join, leave)),
            GroupKind::Devices => Edit::DeviceGroup(id.into(), Members::new(join, leave)),
        }
    }

    /// The fields, with the name that is to be added looked up. Members that are gone meanwhile are left out.
    pub async fn read(kind: GroupKind, console: &Console, fields: &Fields) -> Result<Self, PageError> {
        let (name, description) = (fields.get("name").to_owned(), fields.get("description").to_owned());
        let mut members = members_by_id(kind, console, fields.all("members")).await?;
        let wanted = fields.get("addMember").trim();
        let add = if wanted.is_empty() {
            Input::default()
        } else {
            match member_named(kind, console, wanted).await? {
                Ok(member) => {
                    if members.iter().all(|known| known.id != member.id) {
                        members.push(member);
                    }
                    Input::default()
                }
                Err(problem) => Input::refused(wanted, problem),
            }
        };
        let total = members.len();
        Ok(Self { add, ..Self::of(Group::new(name, description, members, total)) })
    }
}

async fn members_by_id(
    kind: GroupKind,
    console: &Console,
    ids: impl Iterator<Item = &str>,
) -> Result<Vec<Member>, PageError> {
    let (core, actor, now) = (console.core(), &console.actor, console.now());
    match kind {
        GroupKind::Users => {
            let ids: Vec<UserId> = ids.map(UserId::from).collect();
            let users = core.users_by_id(actor, &ids, now).await;
            Ok(console.ask(SECTION, users)?.iter().map(Member::from).collect())
        }
        GroupKind::Devices => {
            let ids: Vec<DeviceId> = ids.map(DeviceId::from).collect();
            let devices = core.devices_by_id(actor, &ids, now).await;
            Ok(console.ask(SECTION, devices)?.iter().map(Member::from).collect())
        }
    }
}

async fn member_named(kind: GroupKind, console: &Console, name: &str) -> Result<Result<Member, Problem>, PageError> {
    let (core, actor, now) = (console.core(), &console.actor, console.now());
    match kind {
        GroupKind::Users => {
            let user = core.user_named(actor, name, now).await;
            Ok(console.ask(SECTION, user)?.as_ref().map(Member::from).ok_or(Problem::NoSuchUser))
        }
        GroupKind::Devices => {
            let devices = core.devices_named(actor, name, now).await;
            Ok(match console.ask(SECTION, devices)?.as_slice() {
                [device] => Ok(Member::from(device)),
                [] => Err(Problem::Other(console.t().problem_no_such_device.to_owned())),
                _ => Err(Problem::Other(console.t().problem_several_devices.to_owned())),
            })
        }
    }
}
