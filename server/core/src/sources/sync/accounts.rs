//! Who would have which Managed Apple Account after a sync (B4): the same decision that is made when it is done.

use std::collections::{BTreeMap, BTreeSet};

use baton_model::{
    AccountProblem, AccountRecord, IdentityKey, ManagedAppleAccount, User, UserId, UserIdentity, fold::fold,
};

use super::plan::{Reading, SyncClash};
use crate::{
    managed_accounts::{AccountRule, Claim, assign},
    sources::found::Found,
};

/// What of accounts a plan has to know.
#[derive(Clone, Debug, Default)]
pub(super) struct Accounts {
    /// How the source's people get theirs.
    pub rule: AccountRule,
    /// What the source's people have.
    pub records: BTreeMap<UserId, AccountRecord>,
    /// Who has what is asked for, by key.
    pub holders: BTreeMap<String, UserId>,
}

/// Who goes without the account that the pattern gives, and a text that differs where somebody would get another.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Forecast {
    pub accountless: Vec<SyncClash>,
    pub fingerprint: String,
}

/// Somebody after the sync.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Person {
    User(UserId),
    /// Authority and subject at the source.
    Newcomer(String, String),
}

/// The people of the source as they will be: those who are known, as what was found makes them, and the `added`.
pub(super) fn claims(
    accounts: &Accounts,
    reading: &Reading,
    known: &[(User, UserIdentity)],
    added: &[&Found],
) -> Vec<(Claim<Person>, SyncClash)> {
    let found: BTreeMap<&IdentityKey, &Found> = reading.found.iter().rev().map(|found| (&found.key, found)).collect();
    let mut claims = Vec::new();
    for (user, identity) in known {
        // Whoever is disabled there is not followed.
        let followed = found.get(&identity.key).filter(|found| !found.disabled);
        let after = followed.map_or_else(|| user.clone(), |found| found.followed_by(user));
        let principal_name =
            followed.map_or_else(|| identity.principal_name.clone(), |found| found.principal_name_after(identity));
        let record = accounts.records.get(&user.id).cloned();
        claims.push(claim(accounts.rule, Person::User(user.id.clone()), &after, principal_name.as_deref(), record));
    }
    for found in added {
        if let Some(user) = found.new_user(baton_model::Timestamp::default()) {
            let person = Person::Newcomer(found.key.authority.clone(), found.key.subject.clone());
            claims.push(claim(accounts.rule, person, &user, found.principal_name.as_deref(), None));
        }
    }
    claims
}

fn claim(
    rule: AccountRule,
    person: Person,
    user: &User,
    principal_name: Option<&str>,
    record: Option<AccountRecord>,
) -> (Claim<Person>, SyncClash) {
    let claim = Claim {
        person,
        name: fold(&user.user_name),
        wanted: rule.account_of(user.email.as_deref(), principal_name),
        record,
    };
    (claim, SyncClash { user_name: user.user_name.clone(), display_name: user.display_name.clone() })
}

/// Decides.
pub(super) fn forecast(
    accounts: &Accounts,
    reading: &Reading,
    known: &[(User, UserIdentity)],
    added: &[&Found],
) -> Forecast {
    let (claims, mut names): (Vec<_>, BTreeMap<_, _>) = claims(accounts, reading, known, added)
        .into_iter()
        .map(|(claim, name)| (claim.clone(), (claim.person, name)))
        .unzip();
    let outcomes = assign(accounts.rule, &claims, &accounts.holders);
    let mut told: BTreeSet<(String, Option<String>, Option<AccountProblem>)> = BTreeSet::new();
    let mut accountless = Vec::new();
    for (person, outcome) in outcomes {
        let Some(name) = names.remove(&person) else { continue };
        let account = outcome.account.as_ref().map(ManagedAppleAccount::key);
        told.insert((fold(&name.user_name), account, outcome.problem));
        if outcome.problem == Some(AccountProblem::Taken) {
            accountless.push(name);
        }
    }
    accountless.sort_by(|one, other| one.user_name.cmp(&other.user_name));
    Forecast { accountless, fingerprint: format!("{:?} {told:?}", accounts.rule) }
}
