//! User groups and device groups: lists, pages, members (C2).

use axum::{Router, extract::Path, http::StatusCode, response::Response, routing::get};
use baton_core::{CoreError, Permission, groups::GroupForm};
use baton_model::{DeviceId, PolicyRevision, UserId, id};
use baton_store::{ListQuery, UserFilter};

use super::{
    desk::{Answer, Asked},
    group_fields::{Entered, Group, Member},
    listing, previews,
};
use crate::{
    islands::Subject,
    pages::admin::{
        confirm::{Confirm, confirm},
        group_form::{GroupFormView, group_form},
        groups::{GroupKind, GroupRow, GroupsView, groups},
        picker::PickerView,
        what_if::WhatIfView,
    },
    shell::console::{Flash, Section},
    ui::form::Choice,
    web::{Console, Fields, Web, answer::PageError, words},
};

pub(super) const SECTION: Section = Section::Groups;
/// Names that the picker offers while somebody types.
const SUGGESTIONS: u32 = 200;

pub fn routes() -> Router<Web> {
    of(GroupKind::Users).merge(of(GroupKind::Devices))
}

fn of(kind: GroupKind) -> Router<Web> {
    let path = kind.path();
    let add = get(move |console| show_add(kind, console)).post(move |console, fields| take_add(kind, console, fields));
    let one = get(move |console, id| show(kind, console, id))
        .post(move |console, id, asked, fields| take_edit(kind, console, id, asked, fields));
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
            Ok(Group::new(name, description, members.iter().map(Member::from).collect(), total))
        }
        GroupKind::Devices => {
            let found = core.device_group(actor, &id.into(), now).await;
            let (group, members) = console.ask(SECTION, found)?;
            let (name, description, total) = (group.name, group.description, count(group.members));
            Ok(Group::new(name, description, members.iter().map(Member::from).collect(), total))
        }
    }
}

async fn show(kind: GroupKind, console: Console, Path(id): Path<String>) -> Answer {
    let what_if = what_if(kind, &console, &id).await?;
    let group = load(kind, &console, &id).await?;
    let read_only = !console.may(kind.permission()) || is_built_in(kind, &id);
    let entered = Entered { read_only, what_if: Some(what_if), ..Entered::of(group) };
    form_page(kind, &console, StatusCode::OK, Some(id), entered).await
}

/// The panel of a page that shows what is stored. Its revision is read before the group, so that what changes in between
/// is noticed at Save.
async fn what_if(kind: GroupKind, console: &Console, id: &str) -> Result<WhatIfView, PageError> {
    let subject = match kind {
        GroupKind::Users => Subject::UserGroup(id.to_owned()),
        GroupKind::Devices => Subject::DeviceGroup(id.to_owned()),
    };
    let revision = console.core().policy_revision(&console.actor, console.now()).await;
    Ok(WhatIfView::new(subject, console.ask(SECTION, revision)?.to_string()))
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
    let mut entered = Entered::read(kind, &console, &fields).await?;
    if entered.add.problem.is_some() {
        return form_page(kind, &console, StatusCode::UNPROCESSABLE_ENTITY, None, entered).await;
    }
    if fields.get("action") == "more" {
        return form_page(kind, &console, StatusCode::OK, None, entered).await;
    }
    match console.accepted(SECTION, save(kind, &console, None, &entered.group, None).await?)? {
        Ok(()) => Ok(console.done(kind.path(), Flash::Created)),
        Err(errors) => {
            entered.errors = errors;
            form_page(kind, &console, StatusCode::UNPROCESSABLE_ENTITY, None, entered).await
        }
    }
}

/// A form as entered: it adds one member or previews and is shown again, or is saved.
async fn take_edit(kind: GroupKind, console: Console, Path(id): Path<String>, asked: Asked, fields: Fields) -> Answer {
    console.demand(SECTION, kind.permission(), kind.saving(), (kind.target(), &id)).await?;
    let panel = what_if(kind, &console, &id).await?;
    let stored = load(kind, &console, &id).await?;
    if is_built_in(kind, &id) {
        return Err(console.fail(SECTION, &CoreError::BuiltIn));
    }
    let mut entered = Entered::read(kind, &console, &fields).await?;
    entered.group.unticked = entered.group.without(stored);
    let edit = entered.edit(kind, &id);
    if entered.add.problem.is_some() {
        entered.what_if = Some(previews::kept(panel, &fields));
        return form_page(kind, &console, StatusCode::UNPROCESSABLE_ENTITY, Some(id), entered).await;
    }
    if matches!(fields.get("action"), "more" | "preview") {
        entered.what_if = Some(previews::shown(&console, SECTION, panel, &edit, &asked).await?);
        return form_page(kind, &console, StatusCode::OK, Some(id), entered).await;
    }
    let saved = save(kind, &console, Some(&id), &entered.group, previews::previewed(&fields)).await?;
    if matches!(saved, Err(CoreError::Stale)) {
        let shown = previews::shown(&console, SECTION, panel, &edit, &Asked::default()).await?;
        entered.what_if = Some(WhatIfView { stale: true, ..shown });
        return form_page(kind, &console, StatusCode::CONFLICT, Some(id), entered).await;
    }
    match console.accepted(SECTION, saved)? {
        Ok(()) => Ok(console.done(kind.path(), Flash::Saved)),
        Err(errors) => {
            entered.errors = errors;
            entered.what_if = Some(previews::kept(panel, &fields));
            form_page(kind, &console, StatusCode::UNPROCESSABLE_ENTITY, Some(id), entered).await
        }
    }
}

async fn save(
    kind: GroupKind,
    console: &Console,
    edited: Option<&str>,
    group: &Group,
    previewed: Option<PolicyRevision>,
) -> Result<Result<(), CoreError>, PageError> {
    let (core, actor, now) = (console.core(), &console.actor, console.now());
    let (name, description) = (group.name.clone(), group.description.clone());
    Ok(match kind {
        GroupKind::Users => {
            let mut members: Vec<UserId> = group.members.iter().map(|member| member.id.as_str().into()).collect();
            if let Some(id) = edited {
                let unshown = core.unshown_members_of_user_group(actor, &id.into(), now).await;
                members.extend(console.ask(SECTION, unshown)?);
            }
            let form = GroupForm { name, description, members: Some(members), previewed };
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
            let form = GroupForm { name, description, members: Some(members), previewed };
            match edited {
                Some(id) => core.save_device_group(actor, &id.into(), &form, now).await,
                None => core.create_device_group(actor, &form, now).await.map(|_| ()),
            }
        }
    })
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
    let Entered { group, add, errors, read_only, what_if } = entered;
    let choice = |ticked: bool| move |member: Member| Choice::new(member.id, member.label, ticked);
    let mut chosen: Vec<Choice> = group.members.into_iter().map(choice(true)).collect();
    chosen.extend(group.unticked.into_iter().map(choice(false)));
    let mut offered = if read_only { Vec::new() } else { suggestions(kind, console).await? };
    offered.dedup();
    let view = GroupFormView {
        kind,
        id: edited,
        read_only,
        name: words::input(&errors, "name", &group.name),
        description: words::input(&errors, "description", &group.description),
        members: PickerView { chosen, add, suggestions: offered },
        what_if,
    };
    Ok(console.page(status, group_form(console.frame(), &console.chrome, &view)))
}
