//! What an administrator says about one person's account.

use std::fmt;

use baton_model::{AccountRecord, ManagedAppleAccount, User, UserId};
use baton_store::Tx;

use super::{
    rule::AccountRule,
    settle::{put, settle},
};
use crate::{CoreError, FieldError, FieldProblem};

/// What an administrator says about somebody's account.
#[derive(Clone, Default, PartialEq, Eq)]
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

    /// What is wrong with it, as far as that shows without a look at others.
    pub(crate) fn problem(&self) -> Option<FieldError> {
        match self {
            Self::Given(address) if address.trim().is_empty() => Some(refused(FieldProblem::Missing)),
            Self::Given(address) if ManagedAppleAccount::new(address).is_none() => Some(refused(FieldProblem::NotMail)),
            _ => None,
        }
    }
}

/// An address does not get into a log by way of a form (G4).
impl fmt::Debug for AccountChoice {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.code())
    }
}

const fn refused(problem: FieldProblem) -> FieldError {
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
    let wrong = |problem| CoreError::Invalid(vec![refused(problem)]);
    match choice {
        AccountChoice::Unchanged => settle(tx, rule, user, principal_name).await,
        AccountChoice::Pattern => {
            if tx.managed_account_of(&user.id).await?.is_some_and(|before| before.by_hand) {
                tx.remove_managed_account(&user.id).await?;
            }
            settle(tx, rule, user, principal_name).await
        }
        AccountChoice::Given(address) => {
            let account = ManagedAppleAccount::new(address).ok_or_else(|| wrong(FieldProblem::NotMail))?;
            if put(tx, &by_hand(user, Some(account))).await? { Ok(()) } else { Err(wrong(FieldProblem::Taken)) }
        }
        AccountChoice::None => put(tx, &by_hand(user, None)).await.map(|_| ()),
    }
}

fn by_hand(user: &User, account: Option<ManagedAppleAccount>) -> AccountRecord {
    AccountRecord { user_id: user.id.clone(), account, by_hand: true, problem: None, rule: None }
}

/// Keeps the account that a person has when the rule that gave it counts for them no longer; whether they have one.
pub(crate) async fn keep_by_hand(tx: &mut Tx, user: &UserId) -> Result<bool, CoreError> {
    match tx.managed_account_of(user).await? {
        Some(record) if record.account.is_some() => {
            put(tx, &AccountRecord { by_hand: true, problem: None, rule: None, ..record }).await
        }
        _ => Ok(false),
    }
}
