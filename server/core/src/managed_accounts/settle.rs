//! Writing down who has which account.

use std::collections::{BTreeMap, BTreeSet};

use baton_model::{AccountRecord, ManagedAppleAccount, SourceId, User, UserId, fold::fold};
use baton_store::{StoreError, Tx};

use super::{
    assign::{Claim, Outcome, assign},
    rule::AccountRule,
};
use crate::{Core, CoreError};

/// How many people one transaction settles, if it can.
const CHUNK: usize = 200;

/// Where people come from who share a rule.
#[derive(Clone, Debug)]
pub(crate) enum Of {
    /// Local people.
    Local,
    /// People of this source.
    Source(SourceId),
}

/// Gives a person what their rule gives, unless their account is set by hand. Where somebody else has it, that is noted,
/// and the person goes without (B4).
pub(crate) async fn settle(
    tx: &mut Tx,
    rule: AccountRule,
    user: &User,
    principal_name: Option<&str>,
) -> Result<(), CoreError> {
    let record = tx.managed_account_of(&user.id).await?;
    let claim = claim(rule, user, principal_name, record);
    let holders = holders(tx, std::slice::from_ref(&claim)).await?;
    match assign(rule, std::slice::from_ref(&claim), &holders).remove(&user.id) {
        Some(outcome) => write(tx, rule, &claim, outcome).await,
        None => Ok(()),
    }
}

/// Settles many people of one origin. Those who wait for what another of them gives up move in one transaction; the others
/// in short ones. What breaks off may be done again, and a person who changes meanwhile is left to whoever changed them.
pub(crate) async fn settle_people(core: &Core, of: &Of, people: &[UserId]) -> Result<(), CoreError> {
    let mut tx = core.store().read().await?;
    let rule = core.account_rule(&mut tx, of).await?;
    let claims = claims(&mut tx, rule, people).await?;
    let holders = holders(&mut tx, &claims).await?;
    drop(tx);
    let mut outcomes = assign(rule, &claims, &holders);
    let changes: Vec<(Claim<UserId>, Outcome)> = claims
        .into_iter()
        .filter_map(|claim| Some((outcomes.remove(&claim.person)?, claim)))
        .filter(|(outcome, claim)| !is_written(rule, claim.record.as_ref(), outcome))
        .map(|(outcome, claim)| (claim, outcome))
        .collect();
    let taken_over: BTreeSet<String> =
        changes.iter().filter_map(|(_, outcome)| Some(outcome.account.as_ref()?.key())).collect();
    let (entangled, others): (Vec<_>, Vec<_>) = changes.into_iter().partition(|(claim, outcome)| {
        let held = claim.record.as_ref().and_then(|record| record.account.as_ref());
        let gives_up = held.is_some_and(|held| taken_over.contains(&held.key()));
        gives_up || outcome.account.as_ref().is_some_and(|account| holders.contains_key(&account.key()))
    });
    change(core, of, rule, &entangled).await?;
    for chunk in others.chunks(CHUNK) {
        change(core, of, rule, chunk).await?;
    }
    Ok(())
}

/// Writes these outcomes in one transaction, for those of whom what was decided over is still so.
async fn change(
    core: &Core,
    of: &Of,
    rule: AccountRule,
    changes: &[(Claim<UserId>, Outcome)],
) -> Result<(), CoreError> {
    if changes.is_empty() {
        return Ok(());
    }
    let mut tx = core.store().begin().await?;
    if core.account_rule(&mut tx, of).await? != rule {
        // Whoever saved the other rule settles everybody by it.
        return Ok(());
    }
    let mut still = Vec::new();
    for (claim, outcome) in changes {
        if is_still_so(&mut tx, rule, claim).await? {
            still.push((claim, outcome));
        }
    }
    for (claim, outcome) in &still {
        let held = claim.record.as_ref().and_then(|record| record.account.as_ref());
        if held.is_some() && held != outcome.account.as_ref() {
            tx.remove_managed_account(&claim.person).await?;
        }
    }
    for (claim, outcome) in still {
        write(&mut tx, rule, claim, outcome.clone()).await?;
    }
    Ok(tx.commit().await?)
}

async fn is_still_so(tx: &mut Tx, rule: AccountRule, decided: &Claim<UserId>) -> Result<bool, CoreError> {
    let Some(user) = tx.lock_user(&decided.person).await? else { return Ok(false) };
    let identity = tx.identity_of_user(&user.id).await?;
    let record = tx.managed_account_of(&user.id).await?;
    let principal_name = identity.as_ref().and_then(|identity| identity.principal_name.as_deref());
    let now = claim(rule, &user, principal_name, record);
    Ok(now.wanted == decided.wanted && now.record == decided.record)
}

async fn write(tx: &mut Tx, rule: AccountRule, claim: &Claim<UserId>, outcome: Outcome) -> Result<(), CoreError> {
    if is_written(rule, claim.record.as_ref(), &outcome) {
        return Ok(());
    }
    if outcome == (Outcome { account: None, problem: None }) {
        tx.remove_managed_account(&claim.person).await?;
        return Ok(());
    }
    let record = AccountRecord {
        user_id: claim.person.clone(),
        account: outcome.account,
        by_hand: false,
        problem: outcome.problem,
        rule: Some(rule.code().to_owned()),
    };
    if !put(tx, &record).await? {
        // Somebody took it since it was decided.
        let problem = Some(baton_model::AccountProblem::Taken);
        put(tx, &AccountRecord { account: None, problem, ..record }).await?;
    }
    Ok(())
}

fn is_written(rule: AccountRule, record: Option<&AccountRecord>, outcome: &Outcome) -> bool {
    match record {
        None => outcome.account.is_none() && outcome.problem.is_none(),
        Some(record) => {
            record.account == outcome.account
                && record.problem == outcome.problem
                && record.rule.as_deref() == Some(rule.code())
        }
    }
}

/// Writes a record; `false` where another person has the account.
pub(super) async fn put(tx: &mut Tx, record: &AccountRecord) -> Result<bool, CoreError> {
    tx.set_managed_account(record).await.map_err(|error| match error {
        // Somebody took the account at this very moment.
        StoreError::Unique { .. } => CoreError::Busy,
        other => other.into(),
    })
}

fn claim(rule: AccountRule, user: &User, principal_name: Option<&str>, record: Option<AccountRecord>) -> Claim<UserId> {
    Claim {
        person: user.id.clone(),
        name: fold(&user.user_name),
        wanted: rule.account_of(user.email.as_deref(), principal_name),
        record,
    }
}

async fn claims(tx: &mut Tx, rule: AccountRule, people: &[UserId]) -> Result<Vec<Claim<UserId>>, CoreError> {
    let mut records = by_user(tx.managed_accounts_of(people).await?, |record| &record.user_id);
    let identities = by_user(tx.identities_of_users(people).await?, |identity| &identity.user_id);
    let users = tx.find_users(people).await?;
    let claims = users.iter().filter(|user| !user.is_nobody()).map(|user| {
        let principal_name = identities.get(&user.id).and_then(|identity| identity.principal_name.as_deref());
        claim(rule, user, principal_name, records.remove(&user.id))
    });
    Ok(claims.collect())
}

/// Who has what is asked for.
pub(crate) async fn holders<Person>(
    tx: &mut Tx,
    claims: &[Claim<Person>],
) -> Result<BTreeMap<String, UserId>, CoreError> {
    let wanted = claims.iter().filter_map(|claim| claim.wanted.as_ref().ok()?.as_ref());
    let keys: Vec<String> = wanted.map(ManagedAppleAccount::key).collect();
    Ok(tx.managed_account_holders(&keys).await?)
}

fn by_user<T>(rows: Vec<T>, user: impl Fn(&T) -> &UserId) -> BTreeMap<UserId, T> {
    rows.into_iter().map(|row| (user(&row).clone(), row)).collect()
}
