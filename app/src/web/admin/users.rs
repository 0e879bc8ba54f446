//! Users: list, page, add, edit, disable, enable.

use std::collections::BTreeSet;

use axum::{Router, extract::Path, http::StatusCode, response::Response, routing::get};
use baton_core::{
    CoreError, FieldError, Permission,
    accounts::{UserDetail, UserForm},
    managed_accounts::{AccountChoice, AccountRule},
};
use baton_model::{ManagedAppleAccount, Role, UserGroup, UserGroupId, id};
use baton_store::UserFilter;

use super::{
    desk::{Answer, Asked},
    links, listing, managed_accounts, phrases,
};
use crate::{
    pages::admin::{
        confirm::{Confirm, confirm},
        user::{Password, UserOrigin, UserView, user},
        user_form::{AccountChosen, AccountFields, UserFormView, user_form},
        users::{UserRow, UsersView, users},
    },
    shell::console::{Flash, Section},
    ui::form::Choice,
    web::{
        Console, Fields, Web,
        account::open_sessions,
        answer::{PageError, see_other},
        confirmation::{Proved, prove},
        context::moment,
        passkeys, words,
    },
};

const PATH: &str = "/admin/users";
const SECTION: Section = Section::Users;

pub fn routes() -> Router<Web> {
    Router::new()
        .route(PATH, get(list))
        .route("/admin/users/add", get(show_add).post(take_add))
        .route("/admin/users/{id}", get(show))
        .route("/admin/users/{id}/edit", get(show_edit).post(take_edit))
        .route("/admin/users/{id}/disable", get(show_disable).post(take_disable))
        .route("/admin/users/{id}/enable", get(to_user).post(take_enable))
        .route("/admin/users/{id}/make-local", get(show_make_local).post(take_make_local))
        .route("/admin/users/{id}/sessions/end", get(to_user).post(end_session))
        .route("/admin/users/{id}/sessions/end-all", get(to_user).post(end_all_sessions))
        .route("/admin/users/{id}/passkeys/remove", get(to_user).post(remove_passkey))
        .route("/admin/users/{id}/lift-pause", get(to_user).post(lift_pause))
}

async fn list(console: Console, asked: Asked) -> Answer {
    let role = phrases::role_from(asked.get("role"));
    let filter = UserFilter { query: listing::query(&asked), role, ..UserFilter::default() };
    let page = console.core().list_people(&console.actor, &filter, console.now()).await;
    let page = console.ask(SECTION, page)?;
    let without_password = if console.may(Permission::ManageUsers) {
        let count = console.core().people_without_password(&console.actor, console.now()).await;
        usize::try_from(console.ask(SECTION, count)?).unwrap_or_default()
    } else {
        0
    };
    let view = UsersView {
        without_password,
        q: asked.get("q").to_owned(),
        role: role.map(phrases::role),
        paging: listing::paging(&asked, &page, PATH, &["q", "role"], ""),
        rows: page
            .rows
            .iter()
            .map(|person| UserRow {
                id: person.user.id.to_string(),
                display_name: person.user.display_name.clone(),
                user_name: (!person.user.is_nobody()).then(|| person.user.user_name.clone()),
                role: phrases::role(person.user.role),
                disabled: !person.user.enabled,
                nobody: person.user.is_nobody(),
                devices: person.devices.iter().map(links::device).collect(),
                last_sign_in: person.last_sign_in.and_then(moment),
                source: person.source.clone(),
                managed_account: person.managed_account.as_ref().map(ManagedAppleAccount::masked),
            })
            .collect(),
    };
    Ok(console.page(StatusCode::OK, users(console.frame(), &console.chrome, &view)))
}

async fn detail(console: &Console, id: &str) -> Result<UserDetail, PageError> {
    let detail = console.core().user_detail(&console.actor, &id.into(), console.now()).await;
    console.ask(SECTION, detail)
}

async fn show(console: Console, Path(id): Path<String>) -> Answer {
    let detail = detail(&console, &id).await?;
    let nobody = detail.user.is_nobody();
    let view = UserView {
        display_name: detail.user.display_name.clone(),
        user_name: (!nobody).then(|| detail.user.user_name.clone()),
        email: detail.user.email.clone(),
        role: phrases::role(detail.user.role),
        disabled: !detail.user.enabled,
        nobody,
        oneself: is_oneself(&console, &id),
        groups: detail
            .all_groups
            .iter()
            .filter(|group| detail.groups.contains(&group.id))
            .map(links::user_group)
            .collect(),
        devices: detail
            .devices
            .iter()
            .filter_map(|device| Some((links::device(device), moment(device.held_since)?)))
            .collect(),
        last_sign_in: detail.last_sign_in.and_then(moment),
        created: moment(detail.user.created_at).filter(|_| !nobody),
        password: match detail.password_link_until.and_then(moment) {
            _ if detail.has_password => Password::Chosen,
            Some(until) => Password::Expected { until },
            None => Password::Missing,
        },
        paused_until: detail.paused_until.and_then(moment),
        passkeys: passkeys::rows(&detail.passkeys),
        sessions: open_sessions(
            &detail.sessions,
            &detail.devices.iter().map(|device| (device.id.clone(), device.name.clone())).collect(),
            Some(&console.person.session),
        ),
        may_edit: console.may(Permission::ManageUsers),
        account: managed_accounts::account(&detail),
        origin: detail.origin.as_ref().map(|origin| UserOrigin {
            source: origin.source_name.clone(),
            path: format!("/admin/settings/sources/{}", origin.source_id),
            principal_name: origin.principal_name.clone(),
            gives_role: origin.gives_role,
            gone: origin.gone,
        }),
        id,
    };
    Ok(console.page(StatusCode::OK, user(console.frame(), &console.chrome, &view)))
}

fn is_oneself(console: &Console, id: &str) -> bool {
    console.person.user.id.as_str() == id
}

async fn show_add(console: Console) -> Answer {
    console.demand(SECTION, Permission::ManageUsers, "user.create", ("user", "")).await?;
    let groups = all_groups(&console).await?;
    let rule = local_rule(&console).await?;
    Ok(Editing::new_user(&groups, rule).page(&console, StatusCode::OK, &blank(), &[]))
}

/// A role beyond a user's, or another one, takes a proof of who gives it (B8); it is asked for once that is known.
async fn take_add(console: Console, fields: Fields) -> Answer {
    let proved = prove(&console.request, &console.person, &fields).await?;
    let request = console.request.clone();
    proved.finish(&request, add(console.proved(&proved), &proved, &fields).await)
}

async fn add(console: Console, proved: &Proved, fields: &Fields) -> Answer {
    console.demand(SECTION, Permission::ManageUsers, "user.create", ("user", "")).await?;
    let groups = all_groups(&console).await?;
    let form = read(fields, &groups);
    let created = console.core().create_user(&console.actor, &form, console.now()).await;
    let editing = Editing::new_user(&groups, local_rule(&console).await?);
    if matches!(created, Err(CoreError::Unconfirmed)) {
        return editing.ask_for_proof(&console, proved, &form).await;
    }
    match console.accepted(SECTION, created)? {
        Ok(id) => Ok(console.done(&format!("{PATH}/{id}"), Flash::Created)),
        Err(errors) => Ok(editing.page(&console, StatusCode::UNPROCESSABLE_ENTITY, &form, &errors)),
    }
}

async fn show_edit(console: Console, Path(id): Path<String>) -> Answer {
    console.demand(SECTION, Permission::ManageUsers, "user.save", ("user", &id)).await?;
    let detail = detail(&console, &id).await?;
    Ok(Editing::of(&detail).page(&console, StatusCode::OK, &form_of(&detail), &[]))
}

async fn take_edit(console: Console, Path(id): Path<String>, fields: Fields) -> Answer {
    let proved = prove(&console.request, &console.person, &fields).await?;
    let request = console.request.clone();
    proved.finish(&request, edit(console.proved(&proved), &proved, id, &fields).await)
}

async fn edit(console: Console, proved: &Proved, id: String, fields: &Fields) -> Answer {
    console.demand(SECTION, Permission::ManageUsers, "user.save", ("user", &id)).await?;
    let detail = detail(&console, &id).await?;
    let entered = read(fields, &detail.all_groups);
    let managed_account = choice(&detail, fields);
    let entered = UserForm { managed_account: managed_account.clone(), ..entered };
    let form = if detail.user.is_nobody() {
        UserForm { groups: entered.groups, revision: entered.revision, ..form_of(&detail) }
    } else if let Some(origin) = &detail.origin {
        // What the source keeps is no field of the form.
        let given = origin.gives_role || is_oneself(&console, &id);
        let role = if given { detail.user.role } else { entered.role };
        let kept = form_of(&detail);
        UserForm { role, groups: entered.groups, managed_account, revision: entered.revision, ..kept }
    } else {
        let role = if is_oneself(&console, &id) { detail.user.role } else { entered.role };
        UserForm { role, enabled: detail.user.enabled, ..entered }
    };
    let saved = console.core().save_user(&console.actor, &detail.user.id, &form, console.now()).await;
    if matches!(saved, Err(CoreError::Stale)) {
        return changed_meanwhile(&console, &id, form).await;
    }
    if matches!(saved, Err(CoreError::Unconfirmed)) {
        return Editing::of(&detail).ask_for_proof(&console, proved, &form).await;
    }
    match console.accepted(SECTION, saved)? {
        Ok(()) => Ok(console.done(&format!("{PATH}/{id}"), Flash::Saved)),
        Err(errors) => Ok(Editing::of(&detail).page(&console, StatusCode::UNPROCESSABLE_ENTITY, &form, &errors)),
    }
}

/// The form once more, over the user as they are now: with what was typed, and with the role and the groups that somebody
/// else may have changed.
async fn changed_meanwhile(console: &Console, id: &str, entered: UserForm) -> Answer {
    let detail = detail(console, id).await?;
    let now = form_of(&detail);
    let form = UserForm { role: now.role, groups: now.groups, revision: now.revision, ..entered };
    let view = UserFormView { stale: true, ..Editing::of(&detail).view(console, &form, &[]) };
    Ok(console.page(StatusCode::CONFLICT, user_form(console.frame(), &console.chrome, &view)))
}

async fn show_disable(console: Console, Path(id): Path<String>) -> Answer {
    console.demand(SECTION, Permission::ManageUsers, "user.disable", ("user", &id)).await?;
    let detail = detail(&console, &id).await?;
    if detail.user.is_nobody() || is_oneself(&console, &id) {
        return Err(console.fail(SECTION, &CoreError::BuiltIn));
    }
    let what = Confirm::DisableUser { id, name: detail.user.display_name };
    Ok(console.page(StatusCode::OK, confirm(console.frame(), &console.chrome, &what)))
}

async fn take_disable(console: Console, Path(id): Path<String>) -> Answer {
    switch(&console, &id, false, Flash::Disabled).await
}

async fn take_enable(console: Console, Path(id): Path<String>) -> Answer {
    switch(&console, &id, true, Flash::Enabled).await
}

async fn switch(console: &Console, id: &str, enabled: bool, flash: Flash) -> Answer {
    let switched = console.core().set_user_enabled(&console.actor, &id.into(), enabled, console.now()).await;
    console.ask(SECTION, switched)?;
    Ok(console.done(&format!("{PATH}/{id}"), flash))
}

async fn show_make_local(console: Console, Path(id): Path<String>) -> Answer {
    console.demand(SECTION, Permission::ManageUsers, "user.make-local", ("user", &id)).await?;
    let detail = detail(&console, &id).await?;
    let Some(origin) = detail.origin else { return Ok(see_other(&format!("{PATH}/{id}"))) };
    let what = Confirm::MakeLocal { id, name: detail.user.display_name, source: origin.source_name };
    Ok(console.page(StatusCode::OK, confirm(console.frame(), &console.chrome, &what)))
}

async fn take_make_local(console: Console, Path(id): Path<String>) -> Answer {
    let made = console.core().make_user_local(&console.actor, &id.as_str().into(), console.now()).await;
    if matches!(made, Err(CoreError::Unconfirmed)) {
        // There is nothing on the page to lose: first the proof, then the page again.
        return Ok(see_other(&format!("/account/confirm?next={PATH}/{id}/make-local")));
    }
    console.ask(SECTION, made)?;
    Ok(console.done(&format!("{PATH}/{id}"), Flash::MadeLocal))
}

async fn end_session(console: Console, Path(id): Path<String>, fields: Fields) -> Answer {
    let (user, session) = (id.as_str().into(), fields.get("session"));
    let ended = console.core().end_session_of(&console.actor, &user, session, console.now()).await;
    match ended {
        // It may have ended by itself meanwhile.
        Ok(()) | Err(CoreError::NotFound("session")) => Ok(console.done(&format!("{PATH}/{id}"), Flash::SessionEnded)),
        Err(error) => Err(console.fail(SECTION, &error)),
    }
}

async fn end_all_sessions(console: Console, Path(id): Path<String>) -> Answer {
    let ended = console.core().end_all_sessions_of(&console.actor, &id.as_str().into(), console.now()).await;
    console.ask(SECTION, ended)?;
    Ok(console.done(&format!("{PATH}/{id}"), Flash::SessionEnded))
}

async fn remove_passkey(console: Console, Path(id): Path<String>, fields: Fields) -> Answer {
    let (user, passkey) = (id.as_str().into(), fields.get("passkey").into());
    match console.core().remove_passkey_of(&console.actor, &user, &passkey, console.now()).await {
        // It may have been removed by its owner meanwhile.
        Ok(()) | Err(CoreError::NotFound(_)) => Ok(console.done(&format!("{PATH}/{id}"), Flash::PasskeyRemoved)),
        Err(error) => Err(console.fail(SECTION, &error)),
    }
}

async fn lift_pause(console: Console, Path(id): Path<String>) -> Answer {
    let lifted = console.core().lift_pause(&console.actor, &id.as_str().into(), console.now()).await;
    console.ask(SECTION, lifted)?;
    Ok(console.done(&format!("{PATH}/{id}"), Flash::PauseLifted))
}

/// A form's address opened by hand, or after signing in again.
async fn to_user(_: Console, Path(id): Path<String>) -> Response {
    see_other(&format!("{PATH}/{id}"))
}

async fn all_groups(console: &Console) -> Result<Vec<UserGroup>, PageError> {
    let groups = console.core().user_groups(&console.actor, console.now()).await;
    console.ask(SECTION, groups)
}

async fn local_rule(console: &Console) -> Result<AccountRule, PageError> {
    let rule = console.core().local_account_rule(&console.actor, console.now()).await;
    console.ask(SECTION, rule)
}

fn blank() -> UserForm {
    UserForm {
        user_name: String::new(),
        display_name: String::new(),
        email: String::new(),
        role: Role::User,
        enabled: true,
        groups: BTreeSet::new(),
        managed_account: AccountChoice::Unchanged,
        revision: None,
    }
}

fn form_of(detail: &UserDetail) -> UserForm {
    let user = &detail.user;
    UserForm {
        user_name: user.user_name.clone(),
        display_name: user.display_name.clone(),
        email: user.email.clone().unwrap_or_default(),
        role: user.role,
        enabled: user.enabled,
        groups: detail.groups.clone(),
        managed_account: AccountChoice::Unchanged,
        revision: Some(user.revision),
    }
}

/// What was entered. A group that was deleted meanwhile is no longer a choice.
fn read(fields: &Fields, groups: &[UserGroup]) -> UserForm {
    UserForm {
        user_name: fields.get("userName").to_owned(),
        display_name: fields.get("displayName").to_owned(),
        email: fields.get("email").to_owned(),
        role: phrases::role_from(fields.get("role")).unwrap_or(Role::User),
        enabled: true,
        groups: fields
            .all("groups")
            .map(UserGroupId::from)
            .filter(|id| groups.iter().any(|group| group.id == *id))
            .collect(),
        managed_account: match fields.get("managedAccount").trim() {
            "" => AccountChoice::Unchanged,
            address => AccountChoice::Given(address.to_owned()),
        },
        // What is no number is no revision that there is.
        revision: Some(fields.get("revision")).filter(|text| !text.is_empty()).map(|text| text.parse().unwrap_or(-1)),
    }
}

/// What the form of an existing user says about the account. An address that was typed counts, whatever is chosen beside it:
/// it is not lost unseen.
fn choice(detail: &UserDetail, fields: &Fields) -> AccountChoice {
    let address = fields.get("managedAccount").trim();
    let record = detail.managed_account.as_ref().filter(|record| record.by_hand);
    let is_kept = record.is_some_and(|record| record.account.is_some());
    match fields.get("accountChoice") {
        _ if !address.is_empty() => AccountChoice::Given(address.to_owned()),
        // Where no hand set it, that is how it is already.
        "pattern" if record.is_some() => AccountChoice::Pattern,
        "given" if is_kept => AccountChoice::Unchanged,
        "given" => AccountChoice::Given(String::new()),
        "none" => AccountChoice::None,
        _ => AccountChoice::Unchanged,
    }
}

/// What is being filled in: a new user, or one that there is.
struct Editing<'a> {
    edited: Option<&'a UserDetail>,
    groups: &'a [UserGroup],
    /// How the person gets their Managed Apple Account, where it is not set by hand.
    rule: AccountRule,
}

impl<'a> Editing<'a> {
    const fn new_user(groups: &'a [UserGroup], rule: AccountRule) -> Self {
        Self { edited: None, groups, rule }
    }

    fn of(detail: &'a UserDetail) -> Self {
        Self { edited: Some(detail), groups: &detail.all_groups, rule: detail.account_rule }
    }

    fn page(&self, console: &Console, status: StatusCode, form: &UserForm, errors: &[FieldError]) -> Response {
        console.page(status, user_form(console.frame(), &console.chrome, &self.view(console, form, errors)))
    }

    /// The form once more, asking who it is that gives a role (B8).
    async fn ask_for_proof(&self, console: &Console, proved: &Proved, form: &UserForm) -> Answer {
        let (status, confirmation) = proved.again(&console.request).await?;
        let view = UserFormView { confirmation: Some(confirmation), ..self.view(console, form, &[]) };
        Ok(console.page(status, user_form(console.frame(), &console.chrome, &view)))
    }

    fn view(&self, console: &Console, form: &UserForm, errors: &[FieldError]) -> UserFormView {
        let edited = self.edited;
        let origin = edited.and_then(|detail| detail.origin.as_ref());
        UserFormView {
            revision: form.revision,
            stale: false,
            confirmation: None,
            source: origin.map(|origin| origin.source_name.clone()),
            role_from_source: origin.is_some_and(|origin| origin.gives_role),
            id: edited.map(|detail| detail.user.id.to_string()),
            nobody: edited.is_some_and(|detail| detail.user.is_nobody()),
            display_name: words::input(errors, "displayName", &form.display_name),
            user_name: words::input(errors, "userName", &form.user_name),
            email: words::input(errors, "email", &form.email),
            account: self.account(form, errors),
            role: phrases::role(form.role),
            role_fixed: edited.is_some_and(|detail| is_oneself(console, detail.user.id.as_str())),
            groups: self
                .groups
                .iter()
                .filter(|group| group.id.as_str() != id::EVERYONE)
                .map(|group| Choice::new(group.id.to_string(), &*group.name, form.groups.contains(&group.id)))
                .collect(),
        }
    }

    /// The fields of the account; an address comes back only to whoever just typed it.
    fn account(&self, form: &UserForm, errors: &[FieldError]) -> AccountFields {
        let record = self.edited.and_then(|detail| detail.managed_account.as_ref());
        let kept = record.filter(|record| record.by_hand).and_then(|record| record.account.as_ref());
        let (chosen, typed) = match &form.managed_account {
            AccountChoice::Given(address) => (AccountChosen::Given, &**address),
            AccountChoice::Pattern => (AccountChosen::Pattern, ""),
            AccountChoice::None => (AccountChosen::None, ""),
            AccountChoice::Unchanged if kept.is_some() => (AccountChosen::Given, ""),
            AccountChoice::Unchanged if record.is_some_and(|record| record.by_hand) => (AccountChosen::None, ""),
            AccountChoice::Unchanged => (AccountChosen::Pattern, ""),
        };
        AccountFields {
            chosen,
            has_pattern: !self.rule.is_none(),
            kept: kept.map(ManagedAppleAccount::masked),
            account: words::input(errors, "managedAccount", typed),
        }
    }
}
