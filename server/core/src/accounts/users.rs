//! Local users (B1).

use std::collections::{BTreeMap, BTreeSet};

use baton_identity::{PasswordError, PasswordRuleError};
use baton_model::{
    AccountRecord, Device, ManagedAppleAccount, Passkey, Role, Session, SourceId, Timestamp, User, UserGroup,
    UserGroupId, UserId, fold::fold, mail::is_mail,
};
use baton_store::{Page, StoreError, Tx, UserFilter};
use serde_json::json;

use super::{
    origin::{Origin, origin},
    sessions,
};
use crate::{
    Actor, Core, CoreError, FieldError, FieldProblem, Permission,
    audit::{self, Event},
    enrollment::{OwnDeviceChoice, OwnDevicePermission, own_device_permission},
    managed_accounts::{AccountChoice, AccountRule, choose, local_rule},
    new_id,
};

const MAX_NAME: usize = 100;

/// What an administrator enters about a user.
#[derive(Clone, Debug)]
pub struct UserForm {
    /// The name to sign in with.
    pub user_name: String,
    /// The name that people read.
    pub display_name: String,
    /// Where mail reaches them; may be empty.
    pub email: String,
    /// What they may do.
    pub role: Role,
    /// Whether they may sign in.
    pub enabled: bool,
    /// The manual groups they belong to.
    pub groups: BTreeSet<UserGroupId>,
    /// Their Managed Apple Account (B4).
    pub managed_account: AccountChoice,
    /// Whether they may enrol devices of their own (B5).
    pub own_devices: OwnDeviceChoice,
    /// The user's revision that this was filled in over: another one by now refuses it. `None` takes whatever is there.
    pub revision: Option<i64>,
}

/// A user with what belongs to them.
#[derive(Clone, Debug)]
pub struct UserDetail {
    /// The user.
    pub user: User,
    /// Every manual group.
    pub all_groups: Vec<UserGroup>,
    /// The groups the user belongs to, Everyone included.
    pub groups: BTreeSet<UserGroupId>,
    /// The devices the user holds.
    pub devices: Vec<Device>,
    /// When the user last signed in, in the portal or on a device.
    pub last_sign_in: Option<Timestamp>,
    /// Whether the user has chosen a password.
    pub has_password: bool,
    /// Until when the link works under which the user may choose one, if there is such a link.
    pub password_link_until: Option<Timestamp>,
    /// Until when attempts to sign in with this name wait, because too many failed.
    pub paused_until: Option<Timestamp>,
    /// The user's passkeys, the first made first.
    pub passkeys: Vec<Passkey>,
    /// The sessions that the user has open, the last opened first.
    pub sessions: Vec<Session>,
    /// Where the user comes from; `None` for a local one.
    pub origin: Option<Origin>,
    /// How it stands with the user's Managed Apple Account.
    pub managed_account: Option<AccountRecord>,
    /// How people of this user's origin get their accounts.
    pub account_rule: AccountRule,
    /// Whether the user may enrol devices of their own.
    pub own_devices: OwnDevicePermission,
}

/// A user in the list of users.
#[derive(Clone, Debug)]
pub struct Person {
    /// The user.
    pub user: User,
    /// The devices the user holds; none for Nobody.
    pub devices: Vec<Device>,
    /// When the user last signed in, in the portal or on a device.
    pub last_sign_in: Option<Timestamp>,
    /// The name of the source that the user comes from; `None` for a local one.
    pub source: Option<String>,
    /// Their Managed Apple Account.
    pub managed_account: Option<ManagedAppleAccount>,
}

/// What the audit log calls signing in.
const SIGN_INS: &[&str] = &["portal.sign-in", "device.sign-in"];

impl Core {
    /// Users by name.
    ///
    /// # Errors
    /// [`CoreError::Denied`] without [`Permission::ReadConsole`].
    pub async fn list_users(
        &self,
        actor: &Actor,
        filter: &UserFilter,
        now: Timestamp,
    ) -> Result<Page<User>, CoreError> {
        self.require_reader(actor, "users", now).await?;
        Ok(self.store().read().await?.list_users(filter).await?)
    }

    /// Users by name, each with devices and last sign-in.
    ///
    /// # Errors
    /// [`CoreError::Denied`] without [`Permission::ReadConsole`].
    pub async fn list_people(
        &self,
        actor: &Actor,
        filter: &UserFilter,
        now: Timestamp,
    ) -> Result<Page<Person>, CoreError> {
        self.require_reader(actor, "users", now).await?;
        let mut tx = self.store().read().await?;
        let page = tx.list_users(filter).await?;
        let people = page.rows.iter().filter(|user| !user.is_nobody());
        let ids: Vec<UserId> = people.map(|user| user.id.clone()).collect();
        let mut sign_ins = tx.last_time_of(SIGN_INS, &ids).await?;
        let mut devices: BTreeMap<UserId, Vec<Device>> = BTreeMap::new();
        for device in tx.devices_held_by_any(&ids).await? {
            devices.entry(device.holder_id.clone()).or_default().push(device);
        }
        let names: BTreeMap<SourceId, String> =
            tx.all_sources().await?.into_iter().map(|source| (source.id, source.name)).collect();
        let mut sources: BTreeMap<UserId, String> = BTreeMap::new();
        for identity in tx.identities_of_users(&ids).await? {
            sources.extend(names.get(&identity.key.source_id).map(|name| (identity.user_id, name.clone())));
        }
        let accounts = tx.managed_accounts_of(&ids).await?.into_iter();
        let mut accounts: BTreeMap<UserId, ManagedAppleAccount> =
            accounts.filter_map(|record| Some((record.user_id, record.account?))).collect();
        let rows = page
            .rows
            .into_iter()
            .map(|user| Person {
                source: sources.remove(&user.id),
                managed_account: accounts.remove(&user.id),
                devices: devices.remove(&user.id).unwrap_or_default(),
                last_sign_in: sign_ins.remove(&user.id),
                user,
            })
            .collect();
        Ok(Page { rows, next: page.next })
    }

    /// The user who signs in with this name, in any case.
    ///
    /// # Errors
    /// [`CoreError::Denied`] without [`Permission::ReadConsole`].
    pub async fn user_named(&self, actor: &Actor, name: &str, now: Timestamp) -> Result<Option<User>, CoreError> {
        self.require_reader(actor, "users", now).await?;
        Ok(self.store().read().await?.find_user_by_name(&fold(name)).await?)
    }

    /// The users with these ids, in their order; those that are gone are left out.
    ///
    /// # Errors
    /// [`CoreError::Denied`] without [`Permission::ReadConsole`].
    pub async fn users_by_id(&self, actor: &Actor, ids: &[UserId], now: Timestamp) -> Result<Vec<User>, CoreError> {
        self.require_reader(actor, "users", now).await?;
        let mut found = self.store().read().await?.find_users(ids).await?;
        found.sort_by_key(|user| ids.iter().position(|id| *id == user.id));
        Ok(found)
    }

    /// One user with groups and devices.
    ///
    /// # Errors
    /// [`CoreError::Denied`] without [`Permission::ReadConsole`], [`CoreError::NotFound`].
    pub async fn user_detail(&self, actor: &Actor, id: &UserId, now: Timestamp) -> Result<UserDetail, CoreError> {
        self.require_reader(actor, "users", now).await?;
        let mut tx = self.store().read().await?;
        let user = tx.find_user(id).await?.ok_or(CoreError::NotFound("user"))?;
        Ok(UserDetail {
            managed_account: tx.managed_account_of(id).await?,
            account_rule: self.account_rule_for(&mut tx, id).await?,
            own_devices: own_device_permission(&mut tx, id).await?,
            all_groups: tx.all_user_groups().await?,
            groups: tx.user_groups_of(id).await?,
            devices: if user.is_nobody() { Vec::new() } else { tx.devices_held_by(id).await? },
            last_sign_in: tx.last_time_of(SIGN_INS, std::slice::from_ref(id)).await?.remove(id),
            has_password: tx.password_hash(id).await?.is_some(),
            password_link_until: tx
                .password_link_of(id)
                .await?
                .map(|link| link.expires_at)
                .filter(|expires_at| now < *expires_at),
            paused_until: self.paused_until(&mut tx, &user.user_name, now).await?,
            passkeys: tx.passkeys_of(id).await?,
            sessions: sessions::open_ones(&mut tx, &user, now).await?,
            origin: origin(&mut tx, id).await?,
            user,
        })
    }

    /// Adds a local user, who chooses a password under a link ([`Core::make_password_link`]).
    ///
    /// # Errors
    /// [`CoreError::Denied`] without [`Permission::ManageUsers`], [`CoreError::Invalid`] with the wrong fields, and
    /// [`CoreError::Unconfirmed`] for a role beyond a user's without a proof of who gives it (B8).
    pub async fn create_user(&self, actor: &Actor, form: &UserForm, now: Timestamp) -> Result<UserId, CoreError> {
        self.require(actor, Permission::ManageUsers, Event::new("user.create", "user", ""), now).await?;
        let mut errors = check_names(&form.user_name, &form.display_name, Some(&form.email));
        errors.extend(form.managed_account.problem());
        if !errors.is_empty() {
            return Err(CoreError::Invalid(errors));
        }
        if form.role != Role::User {
            self.require_confirmed(actor, Event::new("user.create", "user", ""), now).await?;
        }
        let user = User {
            id: new_id(now).as_str().into(),
            user_name: form.user_name.trim().to_owned(),
            display_name: form.display_name.trim().to_owned(),
            email: mail(&form.email),
            role: form.role,
            enabled: form.enabled,
            epoch: 1,
            revision: 1,
            created_at: now,
        };
        let mut tx = self.store().begin().await?;
        insert(&mut tx, &user, None).await?;
        set_groups(&mut tx, &user.id, &form.groups).await?;
        form.own_devices.write(&mut tx, &user.id).await?;
        let rule = local_rule(&mut tx).await?;
        if let Err(error) = choose(&mut tx, rule, &user, None, &form.managed_account).await {
            drop(tx);
            let event = Event::new("user.create", "user", "");
            return Err(self.note_account_refused(actor, event, error, now).await);
        }
        let event = Event::new("user.create", "user", user.id.as_str()).with(json!({
            "role": user.role.as_str(),
            "groups": form.groups,
            "managedAccount": form.managed_account.code(),
            "ownDevices": form.own_devices.code(),
        }));
        audit::record(&mut tx, actor, event, true, now).await?;
        tx.commit().await?;
        Ok(user.id)
    }

    /// Changes a user. Disabling and a new role end all their sessions at once (B7). Of Nobody only the
    /// groups can be changed.
    ///
    /// # Errors
    /// [`CoreError::Denied`] without [`Permission::ManageUsers`], [`CoreError::Invalid`] with the wrong fields,
    /// [`CoreError::NotFound`], [`CoreError::Stale`] when the user is of another revision by now,
    /// [`CoreError::KeptBySource`] when the source that the user comes from keeps what would change,
    /// [`CoreError::Unconfirmed`] for another role without a proof of who gives it (B8), and [`CoreError::BuiltIn`] when the
    /// last administrator would be lost.
    pub async fn save_user(
        &self,
        actor: &Actor,
        id: &UserId,
        form: &UserForm,
        now: Timestamp,
    ) -> Result<(), CoreError> {
        self.require(actor, Permission::ManageUsers, Event::new("user.save", "user", id.as_str()), now).await?;
        let mut tx = self.store().begin().await?;
        let before = tx.lock_user(id).await?.ok_or(CoreError::NotFound("user"))?;
        // Else a form that lay open would give back a role or a group that was taken away meanwhile.
        if form.revision.is_some_and(|seen| seen != before.revision) {
            return Err(CoreError::Stale);
        }
        if !before.is_nobody() {
            let mut errors = check_names(&form.user_name, &form.display_name, Some(&form.email));
            errors.extend(form.managed_account.problem());
            if !errors.is_empty() {
                return Err(CoreError::Invalid(errors));
            }
            let after = User {
                user_name: form.user_name.trim().to_owned(),
                display_name: form.display_name.trim().to_owned(),
                email: mail(&form.email),
                role: form.role,
                enabled: form.enabled,
                ..before.clone()
            };
            if let Some(origin) = origin(&mut tx, id).await? {
                // The next sync would undo it.
                let is_kept = after.user_name != before.user_name
                    || after.display_name != before.display_name
                    || after.email != before.email
                    || (origin.gives_role && after.role != before.role);
                if is_kept {
                    return Err(CoreError::KeptBySource);
                }
                // An administrator's word counts from now on, whatever a sync said before.
                if origin.gone && before.enabled != after.enabled {
                    tx.keep_enabled_by_hand(id).await?;
                }
            }
            if before.role != after.role && !actor.is_confirmed(now) {
                drop(tx);
                self.require_confirmed(actor, Event::new("user.save", "user", id.as_str()), now).await?;
                return Err(CoreError::Unconfirmed);
            }
            tx.save_user(&after).await.map_err(name_taken)?;
            if before.role != after.role || before.enabled != after.enabled {
                tx.bump_epoch(id).await?;
                // A link of before was made for another role, or for somebody who could sign in.
                tx.remove_password_link(id).await?;
            }
            refuse_last_administrator(&mut tx, &before, &after).await?;
            form.own_devices.write(&mut tx, id).await?;
            let rule = self.account_rule_for(&mut tx, id).await?;
            let principal_name = tx.identity_of_user(id).await?.and_then(|identity| identity.principal_name);
            let chosen = choose(&mut tx, rule, &after, principal_name.as_deref(), &form.managed_account).await;
            if let Err(error) = chosen {
                drop(tx);
                let event = Event::new("user.save", "user", id.as_str());
                return Err(self.note_account_refused(actor, event, error, now).await);
            }
        }
        set_groups(&mut tx, id, &form.groups).await?;
        let event = Event::new("user.save", "user", id.as_str()).with(json!({
            "before": { "role": before.role.as_str(), "enabled": before.enabled },
            "after": { "role": form.role.as_str(), "enabled": form.enabled },
            "groups": form.groups,
            "managedAccount": form.managed_account.code(),
            "ownDevices": form.own_devices.code(),
        }));
        audit::record(&mut tx, actor, event, true, now).await?;
        tx.commit().await?;
        self.hint_work();
        Ok(())
    }

    /// Lets a user sign in, or no longer, which ends all their sessions at once (B7).
    ///
    /// # Errors
    /// [`CoreError::Denied`] without [`Permission::ManageUsers`], [`CoreError::NotFound`], and [`CoreError::BuiltIn`] for
    /// Nobody, for oneself, and when the last administrator would be lost.
    pub async fn set_user_enabled(
        &self,
        actor: &Actor,
        id: &UserId,
        enabled: bool,
        now: Timestamp,
    ) -> Result<(), CoreError> {
        let action = if enabled { "user.enable" } else { "user.disable" };
        let event = || Event::new(action, "user", id.as_str());
        self.require(actor, Permission::ManageUsers, event(), now).await?;
        let mut tx = self.store().begin().await?;
        let before = tx.lock_user(id).await?.ok_or(CoreError::NotFound("user"))?;
        if before.is_nobody() || actor.user_id() == Some(id) {
            return Err(CoreError::BuiltIn);
        }
        if before.enabled == enabled {
            return Ok(());
        }
        let after = User { enabled, ..before.clone() };
        tx.save_user(&after).await?;
        tx.bump_epoch(id).await?;
        tx.keep_enabled_by_hand(id).await?;
        tx.remove_password_link(id).await?;
        refuse_last_administrator(&mut tx, &before, &after).await?;
        audit::record(&mut tx, actor, event(), true, now).await?;
        tx.commit().await?;
        Ok(())
    }

    pub(crate) async fn hash_password(&self, password: &str) -> Result<String, CoreError> {
        self.passwords().hash(password).await.map_err(|error| {
            if !matches!(error, PasswordError::Busy) {
                tracing::error!(%error, "a password could not be hashed");
            }
            CoreError::Busy
        })
    }
}

/// Somebody must be left who can manage everything. Of two administrators who lock each other out at once, one is
/// refused: both wait for Nobody's row first, and then see what the other did.
pub(crate) async fn refuse_last_administrator(tx: &mut Tx, before: &User, after: &User) -> Result<(), CoreError> {
    let manages = |user: &User| user.enabled && user.role == Role::Administrator;
    if !manages(before) || manages(after) {
        return Ok(());
    }
    tx.lock_user(&baton_model::id::NOBODY.into()).await?;
    if tx.has_administrator().await? { Ok(()) } else { Err(CoreError::BuiltIn) }
}

/// Inserts a user; a taken name is a wrong field.
pub(crate) async fn insert(tx: &mut Tx, user: &User, password_hash: Option<&str>) -> Result<(), CoreError> {
    tx.create_user(user, password_hash).await.map_err(name_taken)
}

pub(super) async fn set_groups(tx: &mut Tx, id: &UserId, groups: &BTreeSet<UserGroupId>) -> Result<(), CoreError> {
    let groups: Vec<UserGroupId> =
        groups.iter().filter(|group| group.as_str() != baton_model::id::EVERYONE).cloned().collect();
    tx.set_groups_of_user(id, &groups).await.map(|_| ()).map_err(|error| match error {
        StoreError::ForeignKey => CoreError::Invalid(vec![FieldError::new("groups", FieldProblem::Gone)]),
        other => other.into(),
    })
}

fn name_taken(error: StoreError) -> CoreError {
    match error {
        StoreError::Unique { .. } => CoreError::Invalid(vec![FieldError::new("userName", FieldProblem::Taken)]),
        other => other.into(),
    }
}

fn mail(entered: &str) -> Option<String> {
    Some(entered.trim()).filter(|entered| !entered.is_empty()).map(str::to_owned)
}

pub(crate) fn check_names(user_name: &str, display_name: &str, email: Option<&str>) -> Vec<FieldError> {
    let mut errors = Vec::new();
    for (field, value) in [("userName", user_name), ("displayName", display_name)] {
        errors.extend(check_text(field, value, MAX_NAME));
    }
    if email.map(str::trim).is_some_and(|email| !email.is_empty() && !is_mail(email)) {
        errors.push(FieldError::new("email", FieldProblem::NotMail));
    }
    errors
}

/// Checks a text that must be there, fit, and be one line.
pub(crate) fn check_text(field: &'static str, value: &str, most: usize) -> Option<FieldError> {
    let problem = if value.trim().is_empty() {
        FieldProblem::Missing
    } else if value.chars().count() > most {
        FieldProblem::TooLong(most)
    } else if value.chars().any(char::is_control) {
        FieldProblem::ControlCharacters
    } else {
        return None;
    };
    Some(FieldError::new(field, problem))
}

pub(crate) const fn password_problem(error: PasswordRuleError) -> FieldProblem {
    match error {
        PasswordRuleError::TooShort => FieldProblem::PasswordTooShort,
        PasswordRuleError::TooLong => FieldProblem::PasswordTooLong,
        PasswordRuleError::Guessable => FieldProblem::PasswordGuessable,
    }
}
