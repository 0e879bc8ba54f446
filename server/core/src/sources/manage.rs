//! The sources themselves: adding, changing, disabling and deleting them.

use baton_identity::{Secret, ldap, openid};
use baton_model::{Source, SourceId, SourceRole, SourceSelection, SyncState, Timestamp};
use baton_store::StoreError;
use serde_json::json;

use super::{
    settings::{LdapSource, OpenIdSource, ProviderShape, SourceSettings},
    stored,
    sync::SyncOutcome,
};
use crate::{
    Actor, Core, CoreError, FieldError, FieldProblem, Permission,
    accounts::check_text,
    audit::{self, Event},
    managed_accounts::{AccountRule, Of, mark_unsettled},
    new_id,
};

const MAX_NAME: usize = 60;
/// The most groups of a source that give a role.
const MAX_ROLES: usize = 50;
/// From one sync to the next it takes at least and at most so many minutes.
pub const SYNC_MINUTES: (i64, i64) = (5, 7 * 24 * 60);

/// What an administrator enters about a source.
#[derive(Clone, Debug)]
pub struct SourceForm {
    /// What people call it.
    pub name: String,
    /// Whether its people may sign in.
    pub enabled: bool,
    /// How to reach it. An empty secret keeps the one that is stored, as long as it goes to the same place.
    pub settings: SourceSettings,
    /// Minutes from one sync to the next; `None` for none by itself.
    pub sync_minutes: Option<i64>,
    /// The groups that give a role.
    pub roles: Vec<SourceRole>,
    /// The revision that this was filled in over.
    pub revision: Option<i64>,
}

/// A source in the list of sources.
#[derive(Clone, Debug)]
pub struct SourceSummary {
    /// The source.
    pub source: Source,
    /// What it looks like, if it is a provider.
    pub shape: Option<ProviderShape>,
    /// How many come from it.
    pub people: i64,
    /// How its last sync went.
    pub sync: SyncState,
}

/// A source with all that belongs to it. Its secrets are empty.
#[derive(Clone, Debug)]
pub struct SourceDetail {
    /// The source.
    pub source: Source,
    /// Its settings.
    pub settings: SourceSettings,
    /// The groups that give a role.
    pub roles: Vec<SourceRole>,
    /// The entries whose people are users.
    pub selections: Vec<SourceSelection>,
    /// How many come from it.
    pub people: i64,
    /// How its last sync went.
    pub sync: SyncState,
}

impl SourceSummary {
    /// What the last successful sync did.
    #[must_use]
    pub fn outcome(&self) -> Option<SyncOutcome> {
        outcome(&self.sync)
    }
}

impl SourceDetail {
    /// What the last successful sync did.
    #[must_use]
    pub fn outcome(&self) -> Option<SyncOutcome> {
        outcome(&self.sync)
    }
}

fn outcome(sync: &SyncState) -> Option<SyncOutcome> {
    sync.outcome.as_deref().and_then(|outcome| serde_json::from_str(outcome).ok())
}

impl Core {
    /// Every source, the oldest first.
    ///
    /// # Errors
    /// [`CoreError::Denied`] without [`Permission::ReadConsole`].
    pub async fn list_sources(&self, actor: &Actor, now: Timestamp) -> Result<Vec<SourceSummary>, CoreError> {
        self.require_reader(actor, "sources", now).await?;
        let mut tx = self.store().read().await?;
        let mut summaries = Vec::new();
        for source in tx.all_sources().await? {
            let people = tx.count_users_from_source(&source.id).await?;
            let sync = tx.sync_state(&source.id).await?.unwrap_or_default();
            let shape = match stored::open(self.vault(), &source)? {
                SourceSettings::OpenId(provider) => Some(provider.shape),
                SourceSettings::Ldap(_) => None,
            };
            summaries.push(SourceSummary { source, shape, people, sync });
        }
        Ok(summaries)
    }

    /// One source.
    ///
    /// # Errors
    /// [`CoreError::Denied`] without [`Permission::ReadConsole`], [`CoreError::NotFound`].
    pub async fn source_detail(&self, actor: &Actor, id: &SourceId, now: Timestamp) -> Result<SourceDetail, CoreError> {
        self.require_reader(actor, "sources", now).await?;
        let mut tx = self.store().read().await?;
        let source = tx.find_source(id).await?.ok_or(CoreError::NotFound("source"))?;
        Ok(SourceDetail {
            settings: without_secrets(stored::open(self.vault(), &source)?),
            roles: tx.source_roles(id).await?,
            selections: tx.source_selections(id).await?,
            people: tx.count_users_from_source(id).await?,
            sync: tx.sync_state(id).await?.unwrap_or_default(),
            source,
        })
    }

    /// Adds a source.
    ///
    /// # Errors
    /// [`CoreError::Denied`] without [`Permission::ManageSettings`], [`CoreError::Invalid`] with the wrong fields,
    /// [`CoreError::Unconfirmed`] without a proof of who adds it (B8).
    pub async fn create_source(&self, actor: &Actor, form: &SourceForm, now: Timestamp) -> Result<SourceId, CoreError> {
        let event = || Event::new("source.create", "source", "");
        self.require(actor, Permission::ManageSettings, event(), now).await?;
        check(form)?;
        // Whoever says where people come from says who they are, and with which roles.
        self.require_confirmed(actor, event(), now).await?;
        let id = SourceId::from(new_id(now));
        let source = Source {
            kind: form.settings.kind(),
            name: form.name.trim().to_owned(),
            enabled: form.enabled,
            sealed_settings: stored::seal(self.vault(), &id, &form.settings)?,
            revision: 1,
            created_at: now,
            sync_minutes: form.sync_minutes,
            id,
        };
        let mut tx = self.store().begin().await?;
        tx.create_source(&source).await.map_err(name_taken)?;
        tx.set_source_roles(&source.id, &form.roles).await.map_err(role_twice)?;
        let event = Event::new("source.create", "source", source.id.as_str()).with(told(form));
        audit::record(&mut tx, actor, event, true, now).await?;
        tx.commit().await?;
        Ok(source.id)
    }

    /// Changes a source. What it is stays. Disabling one ends no sessions: its people cannot sign in anew.
    ///
    /// # Errors
    /// [`CoreError::Denied`] without [`Permission::ManageSettings`], [`CoreError::Invalid`] with the wrong fields,
    /// [`CoreError::NotFound`], [`CoreError::Stale`] when it is of another revision by now, [`CoreError::Unconfirmed`] without a
    /// proof of who changes it (B8).
    pub async fn save_source(
        &self,
        actor: &Actor,
        id: &SourceId,
        form: &SourceForm,
        now: Timestamp,
    ) -> Result<(), CoreError> {
        let event = || Event::new("source.save", "source", id.as_str());
        self.require(actor, Permission::ManageSettings, event(), now).await?;
        self.require_confirmed(actor, event(), now).await?;
        let mut tx = self.store().begin().await?;
        let before = tx.lock_source(id).await?.ok_or(CoreError::NotFound("source"))?;
        if form.revision.is_some_and(|seen| seen != before.revision) {
            return Err(CoreError::Stale);
        }
        let settings_before = stored::open(self.vault(), &before)?;
        let rule_before = settings_before.accounts();
        let settings = with_kept_secret(&form.settings, &settings_before)?;
        let form = SourceForm { settings, ..form.clone() };
        check(&form)?;
        let after = Source {
            name: form.name.trim().to_owned(),
            enabled: form.enabled,
            sealed_settings: stored::seal(self.vault(), id, &form.settings)?,
            sync_minutes: form.sync_minutes,
            ..before.clone()
        };
        let due_at = form.sync_minutes.map(|_| now);
        if !tx.save_source(&after, due_at, before.revision).await.map_err(name_taken)? {
            return Err(CoreError::Stale);
        }
        tx.set_source_roles(id, &form.roles).await.map_err(role_twice)?;
        audit::record(&mut tx, actor, event().with(told(&form)), true, now).await?;
        if form.settings.accounts() != rule_before {
            mark_unsettled(&mut tx, &Of::Source(id.clone()), now).await?;
        }
        tx.commit().await?;
        self.connections().forget(id);
        self.settle_if_few(&Of::Source(id.clone())).await
    }

    /// How people of this source get their Managed Apple Accounts.
    pub(crate) fn account_rule_of(&self, source: &Source) -> Result<AccountRule, CoreError> {
        Ok(stored::open(self.vault(), source)?.accounts())
    }

    /// Deletes a source from which nobody comes.
    ///
    /// # Errors
    /// [`CoreError::Denied`] without [`Permission::ManageSettings`], [`CoreError::NotFound`], [`CoreError::KeptBySource`] while
    /// somebody comes from it.
    pub async fn delete_source(&self, actor: &Actor, id: &SourceId, now: Timestamp) -> Result<(), CoreError> {
        let event = || Event::new("source.delete", "source", id.as_str());
        self.require(actor, Permission::ManageSettings, event(), now).await?;
        let mut tx = self.store().begin().await?;
        tx.lock_source(id).await?.ok_or(CoreError::NotFound("source"))?;
        if tx.count_users_from_source(id).await? > 0 {
            return Err(CoreError::KeptBySource);
        }
        tx.delete_source(id).await.map_err(|error| match error {
            StoreError::ForeignKey => CoreError::KeptBySource,
            other => other.into(),
        })?;
        audit::record(&mut tx, actor, event(), true, now).await?;
        tx.commit().await?;
        self.connections().forget(id);
        Ok(())
    }
}

/// What the audit log is told of a source: no names of people, no secrets.
fn told(form: &SourceForm) -> serde_json::Value {
    json!({
        "kind": form.settings.kind().as_str(),
        "enabled": form.enabled,
        "admitsAnyone": form.settings.admits_anyone(),
        "managedAccounts": form.settings.accounts(),
        "roles": form.roles.iter().map(|role| (&role.group, role.role.as_str())).collect::<Vec<_>>(),
    })
}

fn without_secrets(settings: SourceSettings) -> SourceSettings {
    match settings {
        SourceSettings::Ldap(mut ldap) => {
            ldap.directory.bind_password = Secret::default();
            SourceSettings::Ldap(ldap)
        }
        SourceSettings::OpenId(mut provider) => {
            provider.client_secret = Secret::default();
            SourceSettings::OpenId(provider)
        }
    }
}

/// The settings with the stored secret where none was entered. It is not kept for another server: whoever may change the
/// address would else be sent a password that they do not know.
fn with_kept_secret(entered: &SourceSettings, stored: &SourceSettings) -> Result<SourceSettings, CoreError> {
    let again = |field| CoreError::Invalid(vec![FieldError::new(field, FieldProblem::SecretNeededAgain)]);
    match (entered.clone(), stored) {
        (SourceSettings::Ldap(mut ldap), SourceSettings::Ldap(before)) => {
            if ldap.directory.bind_password.expose().is_empty() {
                let (new, old) = (&ldap.directory, &before.directory);
                let same = new.host == old.host
                    && new.port == old.port
                    && new.security == old.security
                    && new.authorities_pem == old.authorities_pem
                    && new.bind_dn == old.bind_dn;
                if !same {
                    return Err(again("bindPassword"));
                }
                ldap.directory.bind_password = before.directory.bind_password.clone();
            }
            Ok(SourceSettings::Ldap(ldap))
        }
        (SourceSettings::OpenId(mut provider), SourceSettings::OpenId(before)) => {
            if provider.client_secret.expose().is_empty() {
                let same = provider.issuer == before.issuer
                    && provider.shape == before.shape
                    && provider.tenants == before.tenants
                    && provider.client_id == before.client_id
                    && provider.graph == before.graph;
                if !same {
                    return Err(again("clientSecret"));
                }
                provider.client_secret = before.client_secret.clone();
            }
            Ok(SourceSettings::OpenId(provider))
        }
        _ => Err(CoreError::NotFound("source")),
    }
}

fn check(form: &SourceForm) -> Result<(), CoreError> {
    let mut errors = Vec::new();
    errors.extend(check_text("name", &form.name, MAX_NAME));
    match &form.settings {
        SourceSettings::Ldap(ldap) => errors.extend(check_ldap(ldap)),
        SourceSettings::OpenId(provider) => errors.extend(check_provider(provider)),
    }
    let (least, most) = SYNC_MINUTES;
    if form.sync_minutes.is_some_and(|minutes| !(least..=most).contains(&minutes)) {
        errors.push(FieldError::new("syncMinutes", FieldProblem::OutOfRange(least, most)));
    }
    if form.roles.len() > MAX_ROLES {
        errors.push(FieldError::new("roles", FieldProblem::TooMany(MAX_ROLES)));
    }
    for role in &form.roles {
        errors.extend(check_text("roles", &role.group, 300));
    }
    if errors.is_empty() { Ok(()) } else { Err(CoreError::Invalid(errors)) }
}

fn check_ldap(ldap: &LdapSource) -> Option<FieldError> {
    use ldap::Field;
    let error = ldap.directory.validate().err()?;
    let field = match error.field {
        Field::Host | Field::Limits => "host",
        Field::Port => "port",
        Field::Authorities => "authorities",
        Field::BindDn => "bindDn",
        Field::BindPassword => "bindPassword",
        Field::PeopleBase => "peopleBase",
        Field::PeopleFilter => "peopleFilter",
        Field::GroupBase => "groupBase",
        Field::GroupFilter => "groupFilter",
        Field::LoginAttributes => "loginAttributes",
        Field::Id => "idAttribute",
        Field::UserName => "userNameAttribute",
        Field::DisplayName => "displayNameAttribute",
        Field::Mail => "mailAttribute",
        Field::PrincipalName => "principalNameAttribute",
        Field::GroupName => "groupNameAttribute",
    };
    let problem = match error.problem {
        ldap::Problem::Empty => FieldProblem::Missing,
        other => FieldProblem::Ldap(other),
    };
    Some(FieldError::new(field, problem))
}

fn check_provider(provider: &OpenIdSource) -> Option<FieldError> {
    use openid::Field;
    let error = provider.validate().err()?;
    let field = match error.field {
        Field::Id | Field::Issuer | Field::RedirectUri => "issuer",
        Field::ClientId => "clientId",
        Field::ClientSecret => "clientSecret",
        Field::Scopes => "scopes",
        Field::Tenants => "tenants",
        Field::UserNameClaim => "userNameClaim",
        Field::DisplayNameClaim => "displayNameClaim",
        Field::MailClaim => "mailClaim",
        Field::UpnClaim => "upnClaim",
        Field::GroupsClaim => "groupsClaim",
    };
    let problem = match error.problem {
        openid::Problem::Empty => FieldProblem::Missing,
        other => FieldProblem::OpenId(other),
    };
    Some(FieldError::new(field, problem))
}

fn name_taken(error: StoreError) -> CoreError {
    match error {
        StoreError::Unique { .. } => CoreError::Invalid(vec![FieldError::new("name", FieldProblem::Taken)]),
        other => other.into(),
    }
}

fn role_twice(error: StoreError) -> CoreError {
    match error {
        StoreError::Unique { .. } => CoreError::Invalid(vec![FieldError::new("roles", FieldProblem::SentTwice)]),
        other => other.into(),
    }
}
