//! The rule for local people, the report, and revealing an account.

use baton_model::{AccountRecord, ManagedAppleAccount, SourceId, Timestamp, User, UserId};
use baton_store::{AccountCounts, Tx};
use serde_json::json;

use super::{
    rule::{AccountPattern, AccountRule},
    settle::Of,
    sweep::mark_unsettled,
};
use crate::{
    Actor, Core, CoreError, FieldError, FieldProblem, Permission,
    accounts::{SignedIn, check_text},
    audit::{self, Event},
};

/// So many people whom a pattern fails are named.
const NAMED: i64 = 100;
/// The longest reason, in characters.
const MAX_REASON: usize = 200;
/// Under which name the rule for local people is stored.
const SETTING: &str = "managed-accounts.local";

/// The rule for local people.
pub(crate) async fn local_rule(tx: &mut Tx) -> Result<AccountRule, CoreError> {
    let Some(stored) = tx.setting(SETTING).await? else { return Ok(AccountRule::default()) };
    serde_json::from_str(&stored).map_err(|_| CoreError::Corrupt(format!("the setting {SETTING}")))
}

/// How it stands with everybody's accounts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccountReport {
    /// The rule for local people.
    pub local: AccountRule,
    /// The rules of the sources.
    pub sources: Vec<SourceAccounts>,
    /// How many have an account, and how many their pattern fails.
    pub counts: AccountCounts,
    /// The first whom their pattern gives none, or another than they have, by name.
    pub problems: Vec<(User, AccountRecord)>,
}

/// How a source's people get their accounts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SourceAccounts {
    /// The source.
    pub id: SourceId,
    /// What it is called.
    pub name: String,
    /// Its rule.
    pub rule: AccountRule,
}

/// An account that was revealed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RevealedAccount {
    /// Whose.
    pub user: User,
    /// The account.
    pub account: ManagedAppleAccount,
}

impl Core {
    /// How it stands with everybody's accounts.
    ///
    /// # Errors
    /// [`CoreError::Denied`] without [`Permission::ReadConsole`].
    pub async fn managed_account_report(&self, actor: &Actor, now: Timestamp) -> Result<AccountReport, CoreError> {
        self.require_reader(actor, "managed-accounts", now).await?;
        let mut tx = self.store().read().await?;
        let mut sources = Vec::new();
        for source in tx.all_sources().await? {
            let rule = self.account_rule_of(&source)?;
            sources.push(SourceAccounts { id: source.id, name: source.name, rule });
        }
        Ok(AccountReport {
            local: local_rule(&mut tx).await?,
            sources,
            counts: tx.count_managed_accounts().await?,
            problems: tx.account_problems(NAMED).await?,
        })
    }

    /// How local people get their accounts.
    ///
    /// # Errors
    /// [`CoreError::Denied`] without [`Permission::ReadConsole`].
    pub async fn local_account_rule(&self, actor: &Actor, now: Timestamp) -> Result<AccountRule, CoreError> {
        self.require_reader(actor, "managed-accounts", now).await?;
        local_rule(&mut self.store().read().await?).await
    }

    /// Sets how local people get their accounts, and gives them those: at once where they are few, else by the sweep.
    ///
    /// # Errors
    /// [`CoreError::Denied`] without [`Permission::ManageSettings`], [`CoreError::Invalid`] for a pattern that local people
    /// have nothing for.
    pub async fn save_local_account_rule(
        &self,
        actor: &Actor,
        rule: AccountRule,
        now: Timestamp,
    ) -> Result<(), CoreError> {
        let event = || Event::new("managed-accounts.save", "settings", "managed-accounts");
        self.require(actor, Permission::ManageSettings, event(), now).await?;
        if rule.pattern == AccountPattern::PrincipalName {
            return Err(CoreError::Invalid(vec![FieldError::new("accountPattern", FieldProblem::Missing)]));
        }
        let mut tx = self.store().begin().await?;
        let before = local_rule(&mut tx).await?;
        let stored = serde_json::to_string(&rule).expect("invariant: a rule is a word and a yes or no");
        tx.set_setting(SETTING, &stored).await?;
        audit::record(&mut tx, actor, event().with(json!({ "before": before, "after": rule })), true, now).await?;
        if before != rule {
            mark_unsettled(&mut tx, &Of::Local, now).await?;
        }
        tx.commit().await?;
        self.settle_if_few(&Of::Local).await
    }

    /// How people of one origin get their accounts.
    pub(crate) async fn account_rule(&self, tx: &mut Tx, of: &Of) -> Result<AccountRule, CoreError> {
        match of {
            Of::Local => local_rule(tx).await,
            Of::Source(id) => match tx.find_source(id).await? {
                Some(source) => self.account_rule_of(&source),
                None => Ok(AccountRule::default()),
            },
        }
    }

    /// How this person's origin does.
    pub(crate) async fn account_rule_for(&self, tx: &mut Tx, user: &UserId) -> Result<AccountRule, CoreError> {
        let identity = tx.identity_of_user(user).await?;
        self.account_rule(tx, &identity.map_or(Of::Local, |identity| Of::Source(identity.key.source_id))).await
    }

    /// For how many people a pattern fails.
    ///
    /// # Errors
    /// [`CoreError::Denied`] without [`Permission::ReadConsole`].
    pub async fn count_failing_accounts(&self, actor: &Actor, now: Timestamp) -> Result<i64, CoreError> {
        self.require_reader(actor, "managed-accounts", now).await?;
        Ok(self.store().read().await?.count_managed_accounts().await?.problems)
    }

    /// Shows somebody's account to whoever says why and proves who they are; audited with the reason (G4).
    ///
    /// # Errors
    /// [`CoreError::Denied`] without [`Permission::ManageUsers`], [`CoreError::Invalid`] without a reason,
    /// [`CoreError::Unconfirmed`] without a proof of who asks (B8), [`CoreError::NotFound`] also when they have no account.
    pub async fn reveal_managed_account(
        &self,
        actor: &Actor,
        id: &UserId,
        reason: &str,
        now: Timestamp,
    ) -> Result<RevealedAccount, CoreError> {
        let event = || Event::new("managed-account.reveal", "user", id.as_str());
        self.require(actor, Permission::ManageUsers, event(), now).await?;
        if let Some(error) = check_text("reason", reason, MAX_REASON) {
            return Err(CoreError::Invalid(vec![error]));
        }
        self.require_confirmed(actor, event(), now).await?;
        let mut tx = self.store().begin().await?;
        let user = tx.find_user(id).await?.ok_or(CoreError::NotFound("user"))?;
        let record = tx.managed_account_of(id).await?;
        let account = record.and_then(|record| record.account).ok_or(CoreError::NotFound("managed-account"))?;
        let event = event().with(json!({ "reason": reason.trim() }));
        audit::record(&mut tx, actor, event, true, now).await?;
        // Nobody sees what the log does not have.
        tx.commit().await?;
        Ok(RevealedAccount { user, account })
    }

    /// Audits that an account was refused because somebody has it: whoever tries addresses learns so whose they are (G4).
    pub(crate) async fn note_account_refused(
        &self,
        actor: &Actor,
        event: Event<'_>,
        error: CoreError,
        now: Timestamp,
    ) -> CoreError {
        if !matches!(error, CoreError::Invalid(_)) {
            return error;
        }
        let event = event.with(json!({ "refused": "managed-account-taken" }));
        self.note_refusal(actor, event, now).await.err().unwrap_or(error)
    }

    /// The signed-in person's own account.
    ///
    /// # Errors
    /// [`CoreError`] when the database fails.
    pub async fn my_managed_account(&self, signed_in: &SignedIn) -> Result<Option<ManagedAppleAccount>, CoreError> {
        let record = self.store().read().await?.managed_account_of(&signed_in.user.id).await?;
        Ok(record.and_then(|record| record.account))
    }
}
