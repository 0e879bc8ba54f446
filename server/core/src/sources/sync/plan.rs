//! What a sync would do: a comparison of whom a source has with whom Baton has from it. No database, no network.

use std::collections::{BTreeMap, BTreeSet};

use baton_model::{IdentityKey, Role, User, UserId, UserIdentity, fold::fold};

use super::accounts::{Accounts, forecast};
use crate::sources::found::Found;

/// A person in a plan.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SyncPerson {
    /// The name to sign in with.
    pub user_name: String,
    /// The name that people read.
    pub display_name: String,
    /// The mail address.
    pub mail: Option<String>,
    /// What they may do.
    pub role: Role,
}

/// A user who becomes another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SyncChange {
    /// As they are.
    pub before: SyncPerson,
    /// As they will be.
    pub after: SyncPerson,
}

/// Somebody who cannot have what another person has: a user name, so that they are not imported (B10), or a Managed Apple
/// Account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SyncClash {
    /// Their user name.
    pub user_name: String,
    /// Whom the source calls that.
    pub display_name: String,
}

/// What a sync would do.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SyncPlan {
    /// Who becomes a user.
    pub added: Vec<SyncPerson>,
    /// Whose names, mail address or role change.
    pub changed: Vec<SyncChange>,
    /// Who may not sign in any more: they left, or are disabled there.
    pub disabled: Vec<SyncPerson>,
    /// Who may sign in again: an earlier sync disabled them.
    pub enabled: Vec<SyncPerson>,
    /// Who is not imported, because their user name is taken.
    pub clashes: Vec<SyncClash>,
    /// Who goes without a Managed Apple Account, because another person has the one that the pattern gives (B4).
    pub accountless: Vec<SyncClash>,
    /// How many have no user name, and are not imported either.
    pub nameless: usize,
    /// For how many nothing changes.
    pub unchanged: usize,
    /// Whether the directory said that other servers have parts of it.
    pub elsewhere: bool,
    pub(super) steps: Vec<Step>,
    /// Who will have which account; goes into the fingerprint only.
    accounts: String,
}

/// One thing that a sync does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Step {
    Add(Found),
    Follow(UserId, Found),
    Disable(UserId),
    Enable(UserId, Found),
}

impl Step {
    fn adds(&self) -> Option<&Found> {
        match self {
            Self::Add(found) => Some(found),
            _ => None,
        }
    }
}

/// What was read of a source, whole.
#[derive(Clone, Debug, Default)]
pub(super) struct Reading {
    /// The people who are selected.
    pub found: Vec<Found>,
    /// Those of them who have no user name: not to be imported, and not gone either.
    pub nameless: BTreeSet<(String, String)>,
    pub elsewhere: bool,
    pub delta_link: Option<String>,
}

impl SyncPlan {
    /// A word that differs for plans that would do something else.
    #[must_use]
    pub fn fingerprint(&self) -> String {
        crate::vault::secret_hash(&format!("{:?} {}", self.steps, self.accounts))
    }

    /// Whether nothing is to be done.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.steps.is_empty()
    }
}

/// Compares. `known` are the users who come from the source; `taken` says whether a user of another origin has this name,
/// folded.
pub(super) fn plan(
    reading: &Reading,
    known: &[(User, UserIdentity)],
    taken: &BTreeSet<String>,
    accounts: &Accounts,
) -> SyncPlan {
    let mut plan = SyncPlan { nameless: reading.nameless.len(), elsewhere: reading.elsewhere, ..SyncPlan::default() };
    let by_key: BTreeMap<(&str, &str), &(User, UserIdentity)> =
        known.iter().map(|known| (key(&known.1.key), known)).collect();
    let mut present: BTreeSet<(&str, &str)> =
        reading.nameless.iter().map(|(authority, subject)| (authority.as_str(), subject.as_str())).collect();
    // Names that are given away in this plan: of two newcomers of one name the first gets it.
    let mut given: BTreeSet<String> = known.iter().map(|(user, _)| fold(&user.user_name)).collect();
    for found in &reading.found {
        if !present.insert(key(&found.key)) {
            continue;
        }
        match by_key.get(&key(&found.key)) {
            Some((user, identity)) => plan.compare(user, identity, found, taken, &given),
            None if found.disabled => {}
            None => plan.newcomer(found, taken, &mut given),
        }
    }
    for (user, identity) in known {
        if user.enabled && !present.contains(&key(&identity.key)) {
            plan.disable(user);
        }
    }
    let added: Vec<&Found> = plan.steps.iter().filter_map(Step::adds).collect();
    let forecast = forecast(accounts, reading, known, &added);
    plan.accountless = forecast.accountless;
    plan.accounts = forecast.fingerprint;
    plan
}

impl SyncPlan {
    fn compare(
        &mut self,
        user: &User,
        identity: &UserIdentity,
        found: &Found,
        taken: &BTreeSet<String>,
        given: &BTreeSet<String>,
    ) {
        let mut after = found.followed_by(user);
        let name = fold(&after.user_name);
        if name != fold(&user.user_name) && (taken.contains(&name) || given.contains(&name)) {
            after.user_name.clone_from(&user.user_name);
        }
        if found.disabled {
            if user.enabled {
                self.disable(user);
            } else {
                self.unchanged += 1;
            }
            return;
        }
        let comes_back = !user.enabled && identity.gone;
        let changes = after != *user || identity.principal_name != found.principal_name_after(identity);
        if comes_back {
            self.enabled.push(person(&after));
            self.steps.push(Step::Enable(user.id.clone(), found.clone()));
        } else if changes {
            self.changed.push(SyncChange { before: person(user), after: person(&after) });
            self.steps.push(Step::Follow(user.id.clone(), found.clone()));
        } else {
            self.unchanged += 1;
        }
    }

    fn newcomer(&mut self, found: &Found, taken: &BTreeSet<String>, given: &mut BTreeSet<String>) {
        let Some(user) = found.new_user(baton_model::Timestamp::default()) else {
            self.nameless += 1;
            return;
        };
        let name = fold(&user.user_name);
        if taken.contains(&name) || !given.insert(name) {
            self.clashes.push(SyncClash { user_name: user.user_name, display_name: user.display_name });
        } else {
            self.added.push(person(&user));
            self.steps.push(Step::Add(found.clone()));
        }
    }

    fn disable(&mut self, user: &User) {
        self.disabled.push(person(user));
        self.steps.push(Step::Disable(user.id.clone()));
    }
}

fn key(key: &IdentityKey) -> (&str, &str) {
    (&key.authority, &key.subject)
}

fn person(user: &User) -> SyncPerson {
    SyncPerson {
        user_name: user.user_name.clone(),
        display_name: user.display_name.clone(),
        mail: user.email.clone(),
        role: user.role,
    }
}

#[cfg(test)]
mod tests {
    use baton_model::Timestamp;
    use proptest::prelude::*;

    use super::*;
    use crate::managed_accounts::{AccountPattern, AccountRule};

    /// Without a pattern for accounts.
    fn plan(reading: &Reading, known: &[(User, UserIdentity)], taken: &BTreeSet<String>) -> SyncPlan {
        super::plan(reading, known, taken, &Accounts::default())
    }

    fn by_mail(holders: &[(&str, &str)]) -> Accounts {
        Accounts {
            rule: AccountRule { pattern: AccountPattern::Mail, subdomain: true },
            holders: holders.iter().map(|(key, user)| ((*key).to_owned(), UserId::from(*user))).collect(),
            ..Accounts::default()
        }
    }

    fn with_mail(found: Found, mail: &str) -> Found {
        Found { mail: Some(mail.to_owned()), ..found }
    }

    fn accountless(plan: &SyncPlan) -> Vec<&str> {
        plan.accountless.iter().map(|clash| &*clash.user_name).collect()
    }

    fn found(subject: &str, name: &str) -> Found {
        Found {
            key: IdentityKey { source_id: "s".into(), authority: String::new(), subject: subject.to_owned() },
            user_name: Some(name.to_owned()),
            display_name: Some(format!("Person {name}")),
            mail: None,
            principal_name: None,
            disabled: false,
            is_whole: true,
            role: None,
        }
    }

    fn known(subject: &str, name: &str) -> (User, UserIdentity) {
        let found = found(subject, name);
        let user = User { id: format!("user-{subject}").as_str().into(), ..found.new_user(Timestamp(0)).unwrap() };
        let identity = found.identity_of(&user, false);
        (user, identity)
    }

    fn disabled(mut known: (User, UserIdentity), by_sync: bool) -> (User, UserIdentity) {
        known.0.enabled = false;
        known.1.gone = by_sync;
        known
    }

    fn reading(found: Vec<Found>) -> Reading {
        Reading { found, ..Reading::default() }
    }

    fn counts(plan: &SyncPlan) -> (usize, usize, usize, usize, usize) {
        (plan.added.len(), plan.changed.len(), plan.disabled.len(), plan.enabled.len(), plan.unchanged)
    }

    #[test]
    fn who_is_new_is_added_and_who_is_as_before_stays() {
        let plan = plan(&reading(vec![found("1", "ada"), found("2", "bob")]), &[known("1", "ada")], &BTreeSet::new());
        assert_eq!(counts(&plan), (1, 0, 0, 0, 1));
    }

    #[test]
    fn a_person_with_a_new_name_is_changed_and_not_another() {
        let plan = plan(&reading(vec![found("1", "ada.king")]), &[known("1", "ada")], &BTreeSet::new());
        assert_eq!(counts(&plan), (0, 1, 0, 0, 0));
        assert_eq!(plan.changed[0].after.user_name, "ada.king");
    }

    #[test]
    fn a_new_name_that_somebody_else_has_is_not_taken() {
        let taken = BTreeSet::from(["ada.king".to_owned()]);
        let there = Found { display_name: Some("Person ada".to_owned()), ..found("1", "Ada.King") };
        let plan = plan(&reading(vec![there]), &[known("1", "ada")], &taken);
        assert_eq!(counts(&plan), (0, 0, 0, 0, 1));
    }

    #[test]
    fn who_left_is_disabled_and_who_is_without_a_name_is_not() {
        let known = [known("1", "ada"), known("2", "bob")];
        let nameless = BTreeSet::from([(String::new(), "2".to_owned())]);
        let plan = plan(&Reading { nameless, ..Reading::default() }, &known, &BTreeSet::new());
        assert_eq!(counts(&plan), (0, 0, 1, 0, 0));
        assert_eq!(plan.disabled[0].user_name, "ada");
    }

    #[test]
    fn who_is_disabled_there_is_disabled_here_and_never_added() {
        let off = |subject, name| Found { disabled: true, ..found(subject, name) };
        let plan = plan(&reading(vec![off("1", "ada"), off("2", "bob")]), &[known("1", "ada")], &BTreeSet::new());
        assert_eq!(counts(&plan), (0, 0, 1, 0, 0));
    }

    #[test]
    fn who_comes_back_is_enabled_unless_an_administrator_disabled_them() {
        let known = [disabled(known("1", "ada"), true), disabled(known("2", "bob"), false)];
        let plan = plan(&reading(vec![found("1", "ada"), found("2", "bob")]), &known, &BTreeSet::new());
        assert_eq!(counts(&plan), (0, 0, 0, 1, 1));
        assert_eq!(plan.enabled[0].user_name, "ada");
    }

    #[test]
    fn a_name_that_somebody_has_is_reported_and_not_imported() {
        let taken = BTreeSet::from(["ada".to_owned()]);
        let plan = plan(&reading(vec![found("1", "ADA"), found("2", "bob"), found("3", "Bob")]), &[], &taken);
        assert_eq!(counts(&plan), (1, 0, 0, 0, 0));
        assert_eq!(plan.clashes.iter().map(|clash| &*clash.user_name).collect::<Vec<_>>(), ["ADA", "Bob"]);
    }

    #[test]
    fn who_would_get_an_account_that_another_has_is_imported_without_one_and_reported() {
        let reading = reading(vec![
            with_mail(found("1", "ada"), "ada@heron.example"),
            with_mail(found("2", "bob"), "bob@heron.example"),
            with_mail(found("3", "robert"), "Bob@heron.example"),
        ]);
        let accounts = by_mail(&[("ada@appleid.heron.example", "somebody-else")]);
        let plan = super::plan(&reading, &[], &BTreeSet::new(), &accounts);
        assert_eq!(counts(&plan), (3, 0, 0, 0, 0));
        assert_eq!(accountless(&plan), ["ada", "robert"]);
    }

    #[test]
    fn a_plan_under_which_somebody_gets_another_account_has_another_fingerprint() {
        let reading = reading(vec![with_mail(found("1", "ada"), "ada@heron.example")]);
        let free = super::plan(&reading, &[], &BTreeSet::new(), &by_mail(&[]));
        let taken = super::plan(&reading, &[], &BTreeSet::new(), &by_mail(&[("ada@appleid.heron.example", "other")]));
        let no_rule = super::plan(&reading, &[], &BTreeSet::new(), &Accounts::default());
        let prints = BTreeSet::from([free.fingerprint(), taken.fingerprint(), no_rule.fingerprint()]);
        assert_eq!((prints.len(), free.steps == taken.steps), (3, true));
    }

    proptest! {
        #[test]
        fn nobody_is_lost_and_nobody_is_counted_twice(
            there in proptest::collection::btree_set(0_u8..20, 0..15),
            here in proptest::collection::btree_map(0_u8..20, (any::<bool>(), any::<bool>()), 0..15),
        ) {
            let reading = reading(there.iter().map(|n| found(&n.to_string(), &format!("p{n}"))).collect());
            let known: Vec<_> = here
                .iter()
                .map(|(n, (enabled, gone))| {
                    let person = known(&n.to_string(), &format!("p{n}"));
                    if *enabled { person } else { disabled(person, *gone) }
                })
                .collect();
            let plan = plan(&reading, &known, &BTreeSet::new());
            prop_assert_eq!(plan.added.len(), there.iter().filter(|n| !here.contains_key(n)).count());
            let left = here.iter().filter(|(n, (enabled, _))| *enabled && !there.contains(n)).count();
            prop_assert_eq!(plan.disabled.len(), left);
            let back = here.iter().filter(|(n, (enabled, gone))| !enabled && *gone && there.contains(n)).count();
            prop_assert_eq!(plan.enabled.len(), back);
            prop_assert_eq!(plan.steps.len(), plan.added.len() + left + back);
        }
    }
}
