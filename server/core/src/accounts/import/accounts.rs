//! The Managed Apple Accounts of people in a file (B4): those that it names, and those that the pattern gives.

use std::collections::BTreeSet;

use baton_model::{ManagedAppleAccount, User};
use baton_store::Tx;

use super::{ACCOUNT, ImportPlan, ImportProblem, ImportRow, ImportRowProblem};
use crate::{
    CoreError, FieldProblem,
    managed_accounts::{AccountChoice, AccountRule, choose, local_rule},
};

impl ImportRow {
    /// The account that the file or the pattern gives.
    pub(super) fn account(&self, rule: AccountRule) -> Option<ManagedAppleAccount> {
        let mail = Some(&*self.email).filter(|mail| !mail.is_empty());
        self.managed_account.clone().or_else(|| rule.account_of(mail, None).ok().flatten())
    }

    fn account_choice(&self) -> AccountChoice {
        match &self.managed_account {
            Some(account) => AccountChoice::Given(account.expose().to_owned()),
            None => AccountChoice::Unchanged,
        }
    }
}

/// Gives everybody their account: first those that the file names, so that no pattern takes one of them.
pub(super) async fn give_accounts(tx: &mut Tx, mut added: Vec<(&ImportRow, User)>) -> Result<(), CoreError> {
    let rule = local_rule(tx).await?;
    added.sort_by_key(|(row, _)| row.managed_account.is_none());
    for (row, user) in added {
        choose(tx, rule, &user, None, &row.account_choice()).await.map_err(|error| match error {
            CoreError::Invalid(_) => CoreError::Stale,
            other => other,
        })?;
    }
    Ok(())
}

/// Looks whether accounts are free: those of the file must be, and who gets none by the pattern is reported. Accounts that
/// the file names come first, whatever a pattern gives to the line before.
pub(super) fn with_accounts(mut plan: ImportPlan, rule: AccountRule, mut held: BTreeSet<String>) -> ImportPlan {
    for row in &plan.added {
        if let Some(account) = &row.managed_account
            && held.contains(&account.key())
        {
            let problem = ImportRowProblem::Field(ACCOUNT, FieldProblem::Taken);
            plan.problems.push(ImportProblem::Row { line: row.line, problem });
        }
    }
    plan.cut_problems();
    held.extend(plan.added.iter().filter_map(|row| Some(row.managed_account.as_ref()?.key())));
    for row in &plan.added {
        let account = row.account(rule).map(|account| account.key());
        let by_pattern = account.as_ref().filter(|_| row.managed_account.is_none());
        if by_pattern.is_some_and(|key| !held.insert(key.clone())) {
            plan.accountless.insert(row.line);
        }
        plan.accounts.push(account);
    }
    plan
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        accounts::import::read::{plan_of, problems},
        managed_accounts::AccountPattern,
    };

    fn by_mail(text: &str, held: &[&str]) -> ImportPlan {
        let rule = AccountRule { pattern: AccountPattern::Mail, subdomain: true };
        with_accounts(plan_of(text).unwrap(), rule, held.iter().map(|key| (*key).to_owned()).collect())
    }

    #[test]
    fn who_would_get_an_account_that_another_has_is_added_without_one_and_reported() {
        let plan = by_mail(
            "userName,displayName,email,managedAppleAccount\n\
             ada,Ada,ada@heron.example,\n\
             bob,Bob,bob@heron.example,\n\
             robert,Robert,bob@heron.example,\n\
             cleo,Cleo,cleo@heron.example,\n\
             cleopatra,Cleopatra,,cleo@appleid.heron.example\n\
             dora,Dora,,\n",
            &["ada@appleid.heron.example"],
        );
        assert_eq!(plan.problems, []);
        assert_eq!(plan.added.len(), 6);
        assert_eq!(plan.accountless, BTreeSet::from([2, 4, 5]));
    }

    #[test]
    fn an_account_in_the_file_must_be_an_address_and_nobody_elses() {
        let text =
            "userName,displayName,Managed Apple Account\nada,Ada,ada\nbob,Bob,b@heron.example\nbo,Bo,B@heron.example\n";
        assert_eq!(
            problems(text),
            [(2, ImportRowProblem::Field(ACCOUNT, FieldProblem::NotMail)), (4, ImportRowProblem::SameAccountAs(3))]
        );
        let taken =
            by_mail("userName,displayName,managedAppleAccount\nada,Ada,ada@heron.example\n", &["ada@heron.example"]);
        let problem = ImportRowProblem::Field(ACCOUNT, FieldProblem::Taken);
        assert_eq!(taken.problems, [ImportProblem::Row { line: 2, problem }]);
    }

    #[test]
    fn a_plan_that_gives_another_account_has_another_fingerprint() {
        let file = |account: &str| format!("userName,displayName,managedAppleAccount\nada,Ada,{account}\n");
        // Masked, all of them look alike.
        let prints: BTreeSet<String> = ["ada@heron.example", "alice@heron.example"]
            .map(|account| by_mail(&file(account), &[]).fingerprint())
            .into();
        assert_eq!(prints.len(), 2);
    }
}
