//! Adding and editing a user: the form, and what was entered in it.

use std::collections::BTreeSet;

use axum::{Router, extract::Path, http::StatusCode, response::Response, routing::get};
use baton_core::{
    CoreError, FieldError, Permission,
    accounts::{UserDetail, UserForm},
    enrollment::OwnDeviceChoice,
    managed_accounts::{AccountChoice, AccountRule},
};
use baton_model::{ManagedAppleAccount, Role, UserGroup, UserGroupId, id};

use super::{
    desk::Answer,
    own_devices, phrases,
    users::{PATH, SECTION, detail, is_oneself},
};
use crate::{
    pages::admin::user_form::{AccountChosen, AccountFields, OwnDevicesField, UserFormView, user_form},
    shell::console::Flash,
    ui::form::Choice,
    web::{
        Console, Fields, Web,
        answer::PageError,
        confirmation::{Proved, prove},
        words,
    },
};

pub fn routes() -> Router<Web> {
    Router::new()
        .route("/admin/users/add", get(show_add).post(take_add))
        .route("/admin/users/{id}/edit", get(show_edit).post(take_edit))
}

async fn show_add(console: Console) -> Answer {
    console.demand(SECTION, Permission::ManageUsers, "user.create", ("user", "")).await?;
    let groups = all_groups(&console).await?;
    let usual = usual(&console).await?;
    Ok(Editing::new_user(&groups, usual).page(&console, StatusCode::OK, &blank(), &[]))
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
    let editing = Editing::new_user(&groups, usual(&console).await?);
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
    let own_devices = entered.own_devices;
    let entered = UserForm { managed_account: managed_account.clone(), ..entered };
    let form = if detail.user.is_nobody() {
        UserForm { groups: entered.groups, revision: entered.revision, ..form_of(&detail) }
    } else if let Some(origin) = &detail.origin {
        // What the source keeps is no field of the form.
        let given = origin.gives_role || is_oneself(&console, &id);
        let role = if given { detail.user.role } else { entered.role };
        let kept = form_of(&detail);
        UserForm { role, groups: entered.groups, managed_account, own_devices, revision: entered.revision, ..kept }
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

async fn all_groups(console: &Console) -> Result<Vec<UserGroup>, PageError> {
    let groups = console.core().user_groups(&console.actor, console.now()).await;
    console.ask(SECTION, groups)
}

/// What counts for a new local user.
async fn usual(console: &Console) -> Result<Usual, PageError> {
    let accounts = console.core().local_account_rule(&console.actor, console.now()).await;
    let own_devices = console.core().own_devices(&console.actor, console.now()).await;
    Ok(Usual { accounts: console.ask(SECTION, accounts)?, own_devices: console.ask(SECTION, own_devices)?.everybody })
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
        own_devices: OwnDeviceChoice::Unchanged,
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
        own_devices: OwnDeviceChoice::Unchanged,
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
        own_devices: own_devices::choice(fields),
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
    /// What counts for the person where nothing is said of them.
    usual: Usual,
}

/// What counts for people of whom nothing of their own is said.
#[derive(Clone, Copy)]
struct Usual {
    /// How they get their Managed Apple Accounts.
    accounts: AccountRule,
    /// Whether they may enrol devices of their own.
    own_devices: bool,
}

impl<'a> Editing<'a> {
    const fn new_user(groups: &'a [UserGroup], usual: Usual) -> Self {
        Self { edited: None, groups, usual }
    }

    fn of(detail: &'a UserDetail) -> Self {
        let usual = Usual { accounts: detail.account_rule, own_devices: detail.own_devices.usual };
        Self { edited: Some(detail), groups: &detail.all_groups, usual }
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
            own_devices: self.own_devices(form),
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

    fn own_devices(&self, form: &UserForm) -> OwnDevicesField {
        let said = match form.own_devices {
            OwnDeviceChoice::Unchanged => self.edited.and_then(|detail| detail.own_devices.said),
            OwnDeviceChoice::Usual => None,
            OwnDeviceChoice::Allowed => Some(true),
            OwnDeviceChoice::Forbidden => Some(false),
        };
        OwnDevicesField { said, usual: self.usual.own_devices }
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
            has_pattern: !self.usual.accounts.is_none(),
            kept: kept.map(ManagedAppleAccount::masked),
            account: words::input(errors, "managedAccount", typed),
        }
    }
}
