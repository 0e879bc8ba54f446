//! Keeping up with a source: who is new, who changed, who left (B2, B3). On a schedule and by hand, after a preview.
//!
//! Nobody is deleted, and nobody is disabled unless the source answered whole. A sync by itself that would disable an unusual
//! number of people waits for an administrator: a filter may be wrong, or a group was emptied by mistake.

mod accounts;
mod apply;
mod clock;
mod plan;
mod read;

use std::collections::{BTreeMap, BTreeSet};

use baton_identity::{graph::GraphError, ldap::LdapError};
use baton_model::{Source, SourceId, SyncState, Timestamp, fold::fold};
use serde::{Deserialize, Serialize};
use thiserror::Error;

use self::{
    accounts::Accounts,
    plan::{Reading, plan},
    read::Wanted,
};
use super::{settings::SourceSettings, stored};
use crate::{Actor, Core, CoreError, Permission, audit::Event, managed_accounts::holders};

pub(super) use clock::PassingTime;
pub use plan::{SyncChange, SyncClash, SyncPerson, SyncPlan};

/// Of up to so many people that a sync by itself would disable nobody is asked.
const FEW: usize = 5;
/// Nor of up to one in so many.
const ONE_IN: usize = 10;
/// After a failure the next try comes within so many minutes.
const RETRY_MINUTES: i64 = 15;
/// So many clashes are named in an outcome.
const NAMED: usize = 20;

/// What a sync did.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct SyncOutcome {
    /// How many became users.
    pub added: usize,
    /// How many changed.
    pub changed: usize,
    /// How many may not sign in any more.
    pub disabled: usize,
    /// How many may sign in again.
    pub enabled: usize,
    /// For how many nothing changed.
    pub unchanged: usize,
    /// How many were not imported, because their user name is taken.
    pub clashes: usize,
    /// The first of those names.
    pub clashing: Vec<String>,
    /// How many go without a Managed Apple Account, because another person has theirs.
    pub accountless: usize,
    /// The first of their user names.
    pub without_account: Vec<String>,
    /// How many have no user name.
    pub nameless: usize,
}

impl SyncOutcome {
    fn of(plan: &SyncPlan) -> Self {
        Self {
            added: plan.added.len(),
            changed: plan.changed.len(),
            disabled: plan.disabled.len(),
            enabled: plan.enabled.len(),
            unchanged: plan.unchanged,
            clashes: plan.clashes.len(),
            clashing: first_names(&plan.clashes),
            accountless: plan.accountless.len(),
            without_account: first_names(&plan.accountless),
            nameless: plan.nameless,
        }
    }
}

fn first_names(clashes: &[SyncClash]) -> Vec<String> {
    clashes.iter().take(NAMED).map(|clash| clash.user_name.clone()).collect()
}

/// Why a sync did nothing.
#[derive(Debug, Error)]
pub enum SyncError {
    /// The directory was not read whole.
    #[error(transparent)]
    Ldap(#[from] LdapError),
    /// Graph was not read whole.
    #[error(transparent)]
    Graph(#[from] GraphError),
    /// A selected group is gone.
    #[error("`{0}` is gone")]
    SelectionGone(String),
    /// Nobody is selected, and without a selection everybody would have left.
    #[error("nobody is selected")]
    NothingSelected,
    /// The source is a provider without a directory.
    #[error("the source has no directory")]
    NoDirectory,
    /// So many of so many people would be disabled; an administrator must agree.
    #[error("{disabled} of {of} people would be disabled")]
    ManyLeave {
        /// How many would be.
        disabled: usize,
        /// How many may sign in now.
        of: usize,
    },
    /// It would do something else than was previewed; here is what.
    #[error("the sync would do something else by now")]
    Stale(Box<SyncPlan>),
    /// Baton failed, or the actor may not.
    #[error(transparent)]
    Core(#[from] CoreError),
}

impl SyncError {
    /// A stable word, for the audit log and the state of a source.
    #[must_use]
    pub fn code(&self) -> String {
        match self {
            Self::Ldap(error) => error.code().to_owned(),
            Self::Graph(error) => error.code(),
            Self::SelectionGone(_) => "selection-gone".to_owned(),
            Self::NothingSelected => "nothing-selected".to_owned(),
            Self::NoDirectory => "no-directory".to_owned(),
            Self::ManyLeave { .. } => "many-leave".to_owned(),
            Self::Stale(_) => "stale".to_owned(),
            Self::Core(_) => "failed".to_owned(),
        }
    }
}

impl Core {
    /// What a sync would do. Nothing is changed.
    ///
    /// # Errors
    /// [`SyncError`]; [`CoreError::Denied`] without [`Permission::ManageUsers`].
    pub async fn preview_sync(&self, actor: &Actor, id: &SourceId, now: Timestamp) -> Result<SyncPlan, SyncError> {
        let source = self.source_to_sync(actor, id, now).await?;
        Ok(self.look(&source, now).await?.0)
    }

    /// Does what a sync would do, if that is still what was `previewed` ([`SyncPlan::fingerprint`]).
    ///
    /// # Errors
    /// [`SyncError`]; [`SyncError::Stale`] when it would do something else by now, and nothing is done.
    pub async fn sync_source(
        &self,
        actor: &Actor,
        id: &SourceId,
        previewed: &str,
        now: Timestamp,
    ) -> Result<SyncOutcome, SyncError> {
        let source = self.source_to_sync(actor, id, now).await?;
        let (plan, reading) = self.look(&source, now).await?;
        if plan.fingerprint() != previewed {
            return Err(SyncError::Stale(Box::new(plan)));
        }
        Ok(self.carry_out(actor, &source, &plan, reading.delta_link, now).await?)
    }

    async fn source_to_sync(&self, actor: &Actor, id: &SourceId, now: Timestamp) -> Result<Source, CoreError> {
        self.require(actor, Permission::ManageUsers, Event::new("source.sync", "source", id.as_str()), now).await?;
        self.store().read().await?.find_source(id).await?.ok_or(CoreError::NotFound("source"))
    }

    /// Syncs one source that is due, if one is; whether one was. How it went stands with the source.
    ///
    /// # Errors
    /// [`CoreError`] when the database fails.
    pub async fn sync_due_source(&self, now: Timestamp) -> Result<bool, CoreError> {
        let mut tx = self.store().begin().await?;
        let claimed = tx.claim_due_source(now).await?;
        tx.commit().await?;
        let Some(source) = claimed else { return Ok(false) };
        if let Err(error) = self.sync_by_itself(&source, now).await {
            tracing::warn!(source = source.id.as_str(), %error, "a sync did nothing");
            self.note_failure(&source, &error, now).await?;
        }
        Ok(true)
    }

    async fn sync_by_itself(&self, source: &Source, now: Timestamp) -> Result<(), SyncError> {
        if self.is_unchanged(source, now).await? {
            return Ok(());
        }
        let mut tx = self.store().read().await.map_err(CoreError::from)?;
        let people = tx.users_from_source(&source.id).await.map_err(CoreError::from)?;
        drop(tx);
        let (plan, reading) = match self.look(source, now).await {
            // Nobody was selected yet; that is no failure.
            Err(SyncError::NothingSelected) if people.is_empty() => Default::default(),
            looked => looked?,
        };
        let (disabled, of) = (plan.disabled.len(), people.iter().filter(|(user, _)| user.enabled).count());
        if disabled > FEW && disabled > of / ONE_IN {
            return Err(SyncError::ManyLeave { disabled, of });
        }
        self.carry_out(&Actor::System, source, &plan, reading.delta_link, now).await?;
        Ok(())
    }

    /// Asks a provider's directory whether anything changed at all, where it told after the last sync how to ask.
    async fn is_unchanged(&self, source: &Source, now: Timestamp) -> Result<bool, SyncError> {
        let SourceSettings::OpenId(settings) = stored::open(self.vault(), source)? else { return Ok(false) };
        let state = self.store().read().await.map_err(CoreError::from)?.sync_state(&source.id).await;
        let state = state.map_err(CoreError::from)?.unwrap_or_default();
        // A change that could not be followed has to be looked at again.
        let (Some(links), None) = (&state.delta_link, &state.problem) else { return Ok(false) };
        let http = self.connections().http().map_err(|_| SyncError::NoDirectory)?;
        let Some(links) = read::unchanged_since(http, &settings, links, now).await? else { return Ok(false) };
        let state = SyncState {
            due_at: next(source, now),
            succeeded_at: Some(now),
            tried_at: Some(now),
            delta_link: Some(links),
            ..state
        };
        self.note(source, &state).await?;
        Ok(true)
    }

    /// Reads the source and compares.
    async fn look(&self, source: &Source, now: Timestamp) -> Result<(SyncPlan, Reading), SyncError> {
        let mut tx = self.store().read().await.map_err(CoreError::from)?;
        let selections = tx.source_selections(&source.id).await.map_err(CoreError::from)?;
        let roles = tx.source_roles(&source.id).await.map_err(CoreError::from)?;
        let known = tx.users_from_source(&source.id).await.map_err(CoreError::from)?;
        // Not held open while others are asked.
        drop(tx);
        let identities: Vec<_> = known.iter().map(|(_, identity)| identity.clone()).collect();
        let wanted = Wanted { source: &source.id, selections: &selections, roles: &roles, known: &identities };
        let settings = stored::open(self.vault(), source)?;
        let rule = settings.accounts();
        let reading = match settings {
            SourceSettings::Ldap(settings) => read::from_directory(&wanted, &settings).await?,
            SourceSettings::OpenId(settings) => {
                if settings.directories().is_empty() {
                    return Err(SyncError::NoDirectory);
                }
                let http = self.connections().http().map_err(|_| SyncError::NoDirectory)?;
                read::from_graph(&wanted, http, &settings, now).await?
            }
        };
        let own: BTreeSet<String> = known.iter().map(|(user, _)| fold(&user.user_name)).collect();
        let names = reading.found.iter().filter_map(|found| found.user_name.as_deref()).map(fold);
        let names: Vec<String> = names.filter(|name| !own.contains(name)).collect();
        let mut tx = self.store().read().await.map_err(CoreError::from)?;
        let taken: BTreeSet<String> = tx.taken_user_names(&names).await.map_err(CoreError::from)?.into_iter().collect();
        let ids: Vec<_> = known.iter().map(|(user, _)| user.id.clone()).collect();
        let records = tx.managed_accounts_of(&ids).await.map_err(CoreError::from)?;
        let records = records.into_iter().map(|record| (record.user_id.clone(), record)).collect();
        let mut accounts = Accounts { rule, records, holders: BTreeMap::new() };
        let found: Vec<_> = reading.found.iter().collect();
        let (claims, _): (Vec<_>, Vec<_>) = accounts::claims(&accounts, &reading, &known, &found).into_iter().unzip();
        accounts.holders = holders(&mut tx, &claims).await?;
        Ok((plan(&reading, &known, &taken, &accounts), reading))
    }

    async fn carry_out(
        &self,
        actor: &Actor,
        source: &Source,
        plan: &SyncPlan,
        delta_link: Option<String>,
        now: Timestamp,
    ) -> Result<SyncOutcome, CoreError> {
        apply::apply(self, actor, source, plan, now).await?;
        let outcome = SyncOutcome::of(plan);
        let state = SyncState {
            due_at: next(source, now),
            succeeded_at: Some(now),
            tried_at: Some(now),
            problem: None,
            outcome: serde_json::to_string(&outcome).ok(),
            delta_link,
        };
        self.note(source, &state).await?;
        self.connections().is_up(&source.id);
        Ok(outcome)
    }

    async fn note_failure(&self, source: &Source, error: &SyncError, now: Timestamp) -> Result<(), CoreError> {
        let before = self.store().read().await?.sync_state(&source.id).await?.unwrap_or_default();
        let minutes = source.sync_minutes.map_or(RETRY_MINUTES, |minutes| minutes.min(RETRY_MINUTES));
        let due_at = Some(now.plus_seconds(minutes * 60));
        let problem = match error {
            SyncError::ManyLeave { disabled, of } => format!("{}:{disabled}:{of}", error.code()),
            error => error.code(),
        };
        self.note(source, &SyncState { due_at, tried_at: Some(now), problem: Some(problem), ..before }).await
    }

    async fn note(&self, source: &Source, state: &SyncState) -> Result<(), CoreError> {
        let mut tx = self.store().begin().await?;
        if !tx.note_sync(&source.id, source.revision, state).await? {
            tracing::info!(source = source.id.as_str(), "the source was changed during the sync; it is due again");
        }
        Ok(tx.commit().await?)
    }
}

fn next(source: &Source, now: Timestamp) -> Option<Timestamp> {
    source.sync_minutes.map(|minutes| now.plus_seconds(minutes * 60))
}
