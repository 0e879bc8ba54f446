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

/// Settles many people of one origin in short transactions; those who wait for what another of them gives up are in one. What
/// breaks off may be done again.
pub(crate) async fn settle_people(core: &Core, of: &Of, people: &[UserId]) -> Result<(), CoreError> {
    let mut tx = core.store().read().await?;
    let rule = core.account_rule(&mut tx, of).await?;
    let claims = claims(&mut tx, rule, people).await?;
    let holders = holders(&mut tx, &claims).await?;
    drop(tx);
    let outcomes = assign(rule, &claims, &holders);
    let will_have = |claim: &Claim<UserId>| outcomes.get(&claim.person).and_then(|outcome| outcome.account.as_ref());
    let given_up = |claim: &&Claim<UserId>| {
        claim.held().is_some_and(|held| outcomes.contains_key(&claim.person) && will_have(claim) != Some(held))
    };
    let given_up: BTreeSet<String> =
        claims.iter().filter(given_up).filter_map(|claim| Some(claim.held()?.key())).collect();
    let passed_on: BTreeSet<String> =
        claims.iter().filter_map(|claim| Some(will_have(claim)?.key())).filter(|key| given_up.contains(key)).collect();
    let changes = claims.iter().filter(|claim| {
        let outcome = outcomes.get(&claim.person);
        outcome.is_some_and(|outcome| !is_written(rule, claim.record.as_ref(), outcome))
    });
    let (entangled, others): (Vec<_>, Vec<_>) = changes.partition(|claim| {
        let accounts = [claim.held(), will_have(claim)];
        accounts.into_iter().flatten().any(|account| passed_on.contains(&account.key()))
    });
    for chunk in std::iter::once(entangled.as_slice()).chain(others.chunks(CHUNK)) {
        let people: BTreeSet<UserId> = chunk.iter().map(|claim| claim.person.clone()).collect();
        settle_together(core, of, people).await?;
    }
    Ok(())
}

/// Settles these people in one transaction, as things are in it. They are locked in the order of their ids, so that two
/// instances that do the same wait for each other.
async fn settle_together(core: &Core, of: &Of, people: BTreeSet<UserId>) -> Result<(), CoreError> {
    if people.is_empty() {
        return Ok(());
    }
    let people: Vec<UserId> = people.into_iter().collect();
    let mut tx = core.store().begin().await?;
    for person in &people {
        tx.lock_user(person).await?;
    }
    let rule = core.account_rule(&mut tx, of).await?;
    let claims = claims(&mut tx, rule, &people).await?;
    let holders = holders(&mut tx, &claims).await?;
    let outcomes = assign(rule, &claims, &holders);
    for claim in &claims {
        let account = outcomes.get(&claim.person).map(|outcome| outcome.account.as_ref());
        if account.is_some_and(|account| claim.held().is_some() && claim.held() != account) {
            tx.remove_managed_account(&claim.person).await?;
        }
    }
    for claim in &claims {
        if let Some(outcome) = outcomes.get(&claim.person) {
            write(&mut tx, rule, claim, outcome.clone()).await?;
        }
    }
    Ok(tx.commit().await?)
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
    // Somebody may have taken it since it was looked for, a moment ago: then all of it is done again, so that nobody loses
    // what they have.
    if put(tx, &record).await? { Ok(()) } else { Err(CoreError::Busy) }
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
