//! User groups and device groups: lists, pages, members (C2).

use axum::{Router, extract::Path, http::StatusCode, response::Response, routing::get};
use baton_core::{CoreError, FieldError, Permission, groups::GroupForm};
use baton_model::{Device, DeviceId, User, UserId, id};
use baton_store::{ListQuery, UserFilter};

use super::{
    desk::{Answer, Asked},
    listing,
};
use crate::{
    pages::admin::{
        confirm::{Confirm, confirm},
        group_form::{GroupFormView, group_form},
        groups::{GroupKind, GroupRow, GroupsView, groups},
        picker::PickerView,
    },
    shell::console::{Flash, Section},
    ui::form::{Choice, Input, Problem},
    web::{Console, Fields, Web, answer::PageError, words},
};

const SECTION: Section = Section::Groups;
/// Names that the picker offers while somebody types.
const SUGGESTIONS: u32 = 200;

pub fn routes() -> Router<Web> {
    of(GroupKind::Users).merge(of(GroupKind::Devices))
}

fn of(kind: GroupKind) -> Router<Web> {
    let path = kind.path();
    let add = get(move |console| show_add(kind, console)).post(move |console, fields| take_add(kind, console, fields));
    let one = get(move |console, id| show(kind, console, id))
        .post(move |console, id, fields| take_edit(kind, console, id, fields));
    let delete =
        get(move |console, id| show_delete(kind, console, id)).post(move |console, id| take_delete(kind, console, id));
    Router::new()
        .route(path, get(move |console, asked| list(kind, console, asked)))
        .route(&format!("{path}/add"), add)
        .route(&format!("{path}/{{id}}"), one)
        .route(&format!("{path}/{{id}}/delete"), delete)
}

impl GroupKind {
    const fn permission(self) -> Permission {
        match self {
            Self::Users => Permission::ManageUsers,
            Self::Devices => Permission::ManageCatalogue,
        }
    }

    const fn target(self) -> &'static str {
        match self {
            Self::Users => "user-group",
            Self::Devices => "device-group",
        }
    }

    const fn creating(self) -> &'static str {
        match self {
            Self::Users => "user-group.create",
            Self::Devices => "device-group.create",
        }
    }

    const fn saving(self) -> &'static str {
        match self {
            Self::Users => "user-group.save",
            Self::Devices => "device-group.save",
        }
    }

    const fn deleting(self) -> &'static str {
        match self {
            Self::Users => "user-group.delete",
            Self::Devices => "device-group.delete",
        }
    }
}

/// A group of either kind, as its page shows it.
#[derive(Default)]
struct Group {
    name: String,
    description: String,
    members: Vec<Member>,
    /// How many members it has, those that the page does not show among them.
    total: usize,
}

/// A member of a group: a user or a device.
#[derive(Clone)]
struct Member {
    id: String,
    label: String,
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

async fn list(kind: GroupKind, console: Console, asked: Asked) -> Answer {
    let (core, query) = (console.core(), listing::query(&asked));
    let count = |members: i64| usize::try_from(members).unwrap_or(0);
    let (rows, paging) = match kind {
        GroupKind::Users => {
            let page = core.list_user_groups(&console.actor, &query, console.now()).await;
            let page = console.ask(SECTION, page)?;
            let row = |group: &baton_model::UserGroup| GroupRow {
                id: group.id.to_string(),
                name: group.name.clone(),
                description: group.description.clone(),
                members: count(group.members),
                built_in: group.id.as_str() == id::EVERYONE,
            };
            (page.rows.iter().map(row).collect(), listing::paging(&asked, &page, kind.path(), &["q"], ""))
        }
        GroupKind::Devices => {
            let page = core.list_device_groups(&console.actor, &query, console.now()).await;
            let page = console.ask(SECTION, page)?;
            let row = |group: &baton_model::DeviceGroup| GroupRow {
                id: group.id.to_string(),
                name: group.name.clone(),
                description: group.description.clone(),
                members: count(group.members),
                built_in: false,
            };
            (page.rows.iter().map(row).collect(), listing::paging(&asked, &page, kind.path(), &["q"], ""))
        }
    };
    let view = GroupsView { kind, q: asked.get("q").to_owned(), rows, paging };
    Ok(console.page(StatusCode::OK, groups(console.frame(), &console.chrome, &view)))
}

async fn load(kind: GroupKind, console: &Console, id: &str) -> Result<Group, PageError> {
    let (core, actor, now) = (console.core(), &console.actor, console.now());
    let count = |members: i64| usize::try_from(members).unwrap_or(0);
    match kind {
        GroupKind::Users => {
            let found = core.user_group(actor, &id.into(), now).await;
            let (group, members) = console.ask(SECTION, found)?;
            let (name, description, total) = (group.name, group.description, count(group.members));
            Ok(Group { name, description, total, members: members.iter().map(Member::from).collect() })
        }
        GroupKind::Devices => {
            let found = core.device_group(actor, &id.into(), now).await;
            let (group, members) = console.ask(SECTION, found)?;
            let (name, description, total) = (group.name, group.description, count(group.members));
            Ok(Group { name, description, total, members: members.iter().map(Member::from).collect() })
        }
    }
}

async fn show(kind: GroupKind, console: Console, Path(id): Path<String>) -> Answer {
    let group = load(kind, &console, &id).await?;
    let read_only = !console.may(kind.permission()) || is_built_in(kind, &id);
    form_page(kind, &console, StatusCode::OK, Some(id), Entered { read_only, ..Entered::of(group) }).await
}

fn is_built_in(kind: GroupKind, id: &str) -> bool {
    kind == GroupKind::Users && id == id::EVERYONE
}

async fn show_add(kind: GroupKind, console: Console) -> Answer {
    console.demand(SECTION, kind.permission(), kind.creating(), (kind.target(), "")).await?;
    form_page(kind, &console, StatusCode::OK, None, Entered::of(Group::default())).await
}

async fn take_add(kind: GroupKind, console: Console, fields: Fields) -> Answer {
    console.demand(SECTION, kind.permission(), kind.creating(), (kind.target(), "")).await?;
    take(kind, &console, None, &fields).await
}

async fn take_edit(kind: GroupKind, console: Console, Path(id): Path<String>, fields: Fields) -> Answer {
    console.demand(SECTION, kind.permission(), kind.saving(), (kind.target(), &id)).await?;
    load(kind, &console, &id).await?;
    if is_built_in(kind, &id) {
        return Err(console.fail(SECTION, &CoreError::BuiltIn));
    }
    take(kind, &console, Some(id), &fields).await
}

/// A form as entered: it adds one member and is shown again, or is saved.
async fn take(kind: GroupKind, console: &Console, edited: Option<String>, fields: &Fields) -> Answer {
    let mut entered = Entered::read(kind, console, fields).await?;
    if entered.add.problem.is_some() {
        return form_page(kind, console, StatusCode::UNPROCESSABLE_ENTITY, edited, entered).await;
    }
    if fields.get("action") == "more" {
        return form_page(kind, console, StatusCode::OK, edited, entered).await;
    }
    match save(kind, console, edited.as_deref(), &entered.group).await? {
        Ok(()) => {
            let flash = if edited.is_some() { Flash::Saved } else { Flash::Created };
            Ok(console.done(kind.path(), flash))
        }
        Err(errors) => {
            entered.errors = errors;
            form_page(kind, console, StatusCode::UNPROCESSABLE_ENTITY, edited, entered).await
        }
    }
}

async fn save(
    kind: GroupKind,
    console: &Console,
    edited: Option<&str>,
    group: &Group,
) -> Result<Result<(), Vec<FieldError>>, PageError> {
    let (core, actor, now) = (console.core(), &console.actor, console.now());
    let (name, description) = (group.name.clone(), group.description.clone());
    let saved = match kind {
        GroupKind::Users => {
            let mut members: Vec<UserId> = group.members.iter().map(|member| member.id.as_str().into()).collect();
            if let Some(id) = edited {
                let unshown = core.unshown_members_of_user_group(actor, &id.into(), now).await;
                members.extend(console.ask(SECTION, unshown)?);
            }
            let form = GroupForm { name, description, members: Some(members) };
            match edited {
                Some(id) => core.save_user_group(actor, &id.into(), &form, now).await,
                None => core.create_user_group(actor, &form, now).await.map(|_| ()),
            }
        }
        GroupKind::Devices => {
            let mut members: Vec<DeviceId> = group.members.iter().map(|member| member.id.as_str().into()).collect();
            if let Some(id) = edited {
                let unshown = core.unshown_members_of_device_group(actor, &id.into(), now).await;
                members.extend(console.ask(SECTION, unshown)?);
            }
            let form = GroupForm { name, description, members: Some(members) };
            match edited {
                Some(id) => core.save_device_group(actor, &id.into(), &form, now).await,
                None => core.create_device_group(actor, &form, now).await.map(|_| ()),
            }
        }
    };
    console.accepted(SECTION, saved)
}

async fn show_delete(kind: GroupKind, console: Console, Path(id): Path<String>) -> Answer {
    console.demand(SECTION, kind.permission(), kind.deleting(), (kind.target(), &id)).await?;
    let group = load(kind, &console, &id).await?;
    if is_built_in(kind, &id) {
        return Err(console.fail(SECTION, &CoreError::BuiltIn));
    }
    let what = Confirm::DeleteGroup { list: kind.path(), id, name: group.name, members: group.total };
    Ok(console.page(StatusCode::OK, confirm(console.frame(), &console.chrome, &what)))
}

async fn take_delete(kind: GroupKind, console: Console, Path(id): Path<String>) -> Answer {
    let (core, actor, now) = (console.core(), &console.actor, console.now());
    let deleted = match kind {
        GroupKind::Users => core.delete_user_group(actor, &id.as_str().into(), now).await,
        GroupKind::Devices => core.delete_device_group(actor, &id.as_str().into(), now).await,
    };
    console.ask(SECTION, deleted)?;
    Ok(console.done(kind.path(), Flash::Deleted))
}

/// A form as somebody filled it in.
struct Entered {
    group: Group,
    add: Input,
    errors: Vec<FieldError>,
    read_only: bool,
}

impl Entered {
    fn of(group: Group) -> Self {
        Self { group, add: Input::default(), errors: Vec::new(), read_only: false }
    }

    /// The fields, with the name that is to be added looked up. Members that are gone meanwhile are left out.
    async fn read(kind: GroupKind, console: &Console, fields: &Fields) -> Result<Self, PageError> {
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
        Ok(Self { group: Group { name, description, members, total }, add, errors: Vec::new(), read_only: false })
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

/// Names that can be added, the first by name.
async fn suggestions(kind: GroupKind, console: &Console) -> Result<Vec<String>, PageError> {
    let (core, actor, now) = (console.core(), &console.actor, console.now());
    let query = ListQuery { limit: SUGGESTIONS, ..ListQuery::default() };
    match kind {
        GroupKind::Users => {
            let users = core.list_users(actor, &UserFilter { query, ..UserFilter::default() }, now).await;
            Ok(console.ask(SECTION, users)?.rows.into_iter().map(|user| user.user_name).collect())
        }
        GroupKind::Devices => {
            let filter = baton_store::DeviceFilter { query, ..baton_store::DeviceFilter::default() };
            let devices = core.list_devices(actor, &filter, now).await;
            Ok(console.ask(SECTION, devices)?.rows.into_iter().map(|device| device.name).collect())
        }
    }
}

async fn form_page(
    kind: GroupKind,
    console: &Console,
    status: StatusCode,
    edited: Option<String>,
    entered: Entered,
) -> Result<Response, PageError> {
    let Entered { group, add, errors, read_only } = entered;
    let chosen: Vec<Choice> =
        group.members.into_iter().map(|member| Choice::new(member.id, member.label, true)).collect();
    let mut offered = if read_only { Vec::new() } else { suggestions(kind, console).await? };
    offered.dedup();
    let view = GroupFormView {
        kind,
        id: edited,
        read_only,
        name: words::input(&errors, "name", &group.name),
        description: words::input(&errors, "description", &group.description),
        members: PickerView { chosen, add, suggestions: offered },
    };
    Ok(console.page(status, group_form(console.frame(), &console.chrome, &view)))
}
