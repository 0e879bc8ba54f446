//! Working out an account and writing it down.

use std::collections::BTreeMap;

use baton_model::{AccountProblem, AccountRecord, ManagedAppleAccount, User, UserId};
use baton_store::{StoreError, Tx};

use super::rule::AccountRule;
use crate::{Core, CoreError, FieldError, FieldProblem};

/// Under which name the rule for local people is stored.
const SETTING: &str = "managed-accounts.local";
/// How many people one transaction settles.
const CHUNK: usize = 200;

/// What becomes of an account that the pattern does not give any more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Known {
    /// It stays, and the problem is noted: the person changed, or the source said less than before, but the account exists.
    Stays,
    /// It goes: the pattern itself is another one.
    Goes,
}

/// What an administrator says about somebody's account.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum AccountChoice {
    /// What was said before.
    #[default]
    Unchanged,
    /// What the pattern gives.
    Pattern,
    /// This one, whatever a pattern says.
    Given(String),
    /// None, whatever a pattern says.
    None,
}

impl AccountChoice {
    /// A stable word for the audit log, which is told no account (G4).
    pub(crate) const fn code(&self) -> &'static str {
        match self {
            Self::Unchanged => "unchanged",
            Self::Pattern => "pattern",
            Self::Given(_) => "given",
            Self::None => "none",
        }
    }
}

/// The rule for local people.
pub(crate) async fn local_rule(tx: &mut Tx) -> Result<AccountRule, CoreError> {
    let Some(stored) = tx.setting(SETTING).await? else { return Ok(AccountRule::default()) };
    serde_json::from_str(&stored).map_err(|_| CoreError::Corrupt(format!("the setting {SETTING}")))
}

pub(super) async fn save_local_rule(tx: &mut Tx, rule: AccountRule) -> Result<(), CoreError> {
    let stored = serde_json::to_string(&rule).expect("invariant: a rule is a word and a yes or no");
    Ok(tx.set_setting(SETTING, &stored).await?)
}

/// Gives a person the account that their pattern gives, unless an administrator set it by hand. Where somebody else has it,
/// that is noted, and the person goes without (B4).
pub(crate) async fn settle(
    tx: &mut Tx,
    rule: AccountRule,
    user: &User,
    principal_name: Option<&str>,
    known: Known,
) -> Result<(), CoreError> {
    let before = tx.managed_account_of(&user.id).await?;
    if before.as_ref().is_some_and(|before| before.by_hand) {
        return Ok(());
    }
    let derived = rule.account_of(user.email.as_deref(), principal_name);
    if is_settled(before.as_ref(), &derived) {
        return Ok(());
    }
    let record = |account, problem| AccountRecord { user_id: user.id.clone(), account, by_hand: false, problem };
    let kept = before.and_then(|before| before.account).filter(|_| known == Known::Stays);
    let problem = match derived {
        Ok(None) => {
            tx.remove_managed_account(&user.id).await?;
            return Ok(());
        }
        Ok(Some(account)) => {
            if write(tx, &record(Some(account), None)).await? {
                return Ok(());
            }
            AccountProblem::Taken
        }
        Err(problem) => problem,
    };
    write(tx, &record(kept, Some(problem))).await?;
    Ok(())
}

/// Whether nothing is to be done. A pattern that fails is tried again: who had the account may have lost it.
fn is_settled(before: Option<&AccountRecord>, derived: &Result<Option<ManagedAppleAccount>, AccountProblem>) -> bool {
    match (before, derived) {
        (None, Ok(None)) => true,
        (Some(before), _) if before.by_hand => true,
        (Some(before), Ok(Some(account))) => before.problem.is_none() && before.account.as_ref() == Some(account),
        _ => false,
    }
}

/// What is wrong with what an administrator says, as far as that shows without a look at others.
pub(crate) fn check_choice(choice: &AccountChoice) -> Option<FieldError> {
    match choice {
        AccountChoice::Given(address) if address.trim().is_empty() => Some(wrong(FieldProblem::Missing)),
        AccountChoice::Given(address) if ManagedAppleAccount::new(address).is_none() => {
            Some(wrong(FieldProblem::NotMail))
        }
        _ => None,
    }
}

const fn wrong(problem: FieldProblem) -> FieldError {
    FieldError::new("managedAccount", problem)
}

/// Does what an administrator says.
///
/// # Errors
/// [`CoreError::Invalid`] `managedAccount`: not an address, or somebody else's.
pub(crate) async fn choose(
    tx: &mut Tx,
    rule: AccountRule,
    user: &User,
    principal_name: Option<&str>,
    choice: &AccountChoice,
) -> Result<(), CoreError> {
    let wrong = |problem| CoreError::Invalid(vec![wrong(problem)]);
    let by_hand = |account| AccountRecord { user_id: user.id.clone(), account, by_hand: true, problem: None };
    match choice {
        AccountChoice::Unchanged => settle(tx, rule, user, principal_name, Known::Stays).await,
        AccountChoice::Pattern => {
            let before = tx.managed_account_of(&user.id).await?;
            if before.is_some_and(|before| before.by_hand) {
                tx.remove_managed_account(&user.id).await?;
            }
            settle(tx, rule, user, principal_name, Known::Goes).await
        }
        AccountChoice::Given(address) => {
            let account = ManagedAppleAccount::new(address).ok_or_else(|| wrong(FieldProblem::NotMail))?;
            if write(tx, &by_hand(Some(account))).await? { Ok(()) } else { Err(wrong(FieldProblem::Taken)) }
        }
        AccountChoice::None => {
            write(tx, &by_hand(None)).await?;
            Ok(())
        }
    }
}

/// Keeps the account that a person has when the pattern that gave it counts for them no longer. Whether they have one.
pub(crate) async fn keep_by_hand(tx: &mut Tx, user: &UserId) -> Result<bool, CoreError> {
    match tx.managed_account_of(user).await? {
        Some(record) if record.account.is_some() => {
            write(tx, &AccountRecord { by_hand: true, problem: None, ..record }).await
        }
        _ => Ok(false),
    }
}

async fn write(tx: &mut Tx, record: &AccountRecord) -> Result<bool, CoreError> {
    tx.set_managed_account(record).await.map_err(|error| match error {
        // Somebody took the account at this moment.
        StoreError::Unique { .. } => CoreError::Busy,
        other => other.into(),
    })
}

/// Settles many people of one origin in several short transactions. What breaks off may be done again.
pub(crate) async fn settle_people(
    core: &Core,
    rule: AccountRule,
    people: &[UserId],
    known: Known,
) -> Result<(), CoreError> {
    // Twice, because somebody may wait for an account that another person gives up only after them.
    for _ in 0..2 {
        for chunk in people.chunks(CHUNK) {
            let mut tx = core.store().begin().await?;
            let records = by_user(tx.managed_accounts_of(chunk).await?, |record| &record.user_id);
            let identities = by_user(tx.identities_of_users(chunk).await?, |identity| &identity.user_id);
            for user in tx.find_users(chunk).await? {
                let principal_name = identities.get(&user.id).and_then(|identity| identity.principal_name.as_deref());
                if !is_settled(records.get(&user.id), &rule.account_of(user.email.as_deref(), principal_name)) {
                    settle(&mut tx, rule, &user, principal_name, known).await?;
                }
            }
            tx.commit().await?;
        }
    }
    Ok(())
}

fn by_user<T>(rows: Vec<T>, user: impl Fn(&T) -> &UserId) -> BTreeMap<UserId, T> {
    rows.into_iter().map(|row| (user(&row).clone(), row)).collect()
}
