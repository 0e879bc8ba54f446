//! Who gets which account, when several people ask at once. No database: a sync shows with it what it would do, and then does
//! it.

use std::collections::{BTreeMap, BTreeSet};

use baton_model::{AccountProblem, AccountRecord, ManagedAppleAccount, UserId};

use super::rule::AccountRule;

/// A person of one origin, and what they would get.
#[derive(Clone, Debug)]
pub(crate) struct Claim<Person> {
    /// Who.
    pub person: Person,
    /// Their user name, folded: of two who ask for one account that is free, the first by name gets it.
    pub name: String,
    /// What the rule gives them.
    pub wanted: Result<Option<ManagedAppleAccount>, AccountProblem>,
    /// What they have; `None` for nothing, and for somebody who is no user yet.
    pub record: Option<AccountRecord>,
}

/// What becomes of a person's account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Outcome {
    /// The account from now on.
    pub account: Option<ManagedAppleAccount>,
    /// Why it is not what the rule gives.
    pub problem: Option<AccountProblem>,
}

/// Decides for these people, each once. `holders` says who has which account now, by key, of all that they ask for. People
/// whose account is set by hand are left out of the answer.
///
/// Whoever has what they ask for keeps it. Anybody else gets what nobody has, or what its holder gives up here, be it in
/// turn. Where that fails, an account that this very rule gave stays: the person changed, but the account exists; one that
/// another rule gave goes.
pub(crate) fn assign<Person: Clone + Ord>(
    rule: AccountRule,
    claims: &[Claim<Person>],
    holders: &BTreeMap<String, UserId>,
) -> BTreeMap<Person, Outcome> {
    let moving: Vec<&Claim<Person>> = claims.iter().filter(|claim| !claim.is_by_hand()).collect();
    let held_here: BTreeMap<String, &Claim<Person>> =
        moving.iter().filter_map(|claim| Some((claim.held()?.key(), *claim))).collect();
    let mut first: BTreeMap<String, (bool, &Claim<Person>)> = BTreeMap::new();
    for claim in &moving {
        if let Ok(Some(account)) = &claim.wanted {
            // Who holds it, or moves in a circle of holders, comes before whoever else asks.
            let holds = returns(claim, &held_here);
            let (held, best) = *first.entry(account.key()).or_insert((holds, claim));
            if (!holds, &claim.name, &claim.person) < (!held, &best.name, &best.person) {
                first.insert(account.key(), (holds, claim));
            }
        }
    }
    let first: BTreeMap<String, &Claim<Person>> = first.into_iter().map(|(key, (_, claim))| (key, claim)).collect();
    let decision = Decision { rule, first: &first, held_here: &held_here, holders };
    moving.iter().map(|claim| (claim.person.clone(), decision.of(claim))).collect()
}

/// Whether following what each holder asks for leads back to this person, at once or by way of others.
fn returns<Person: Ord>(claim: &Claim<Person>, held_here: &BTreeMap<String, &Claim<Person>>) -> bool {
    let mut passed = BTreeSet::new();
    let mut at = claim;
    while let Ok(Some(account)) = &at.wanted {
        match held_here.get(&account.key()) {
            Some(holder) if holder.person == claim.person => return true,
            Some(holder) if passed.insert(&holder.person) => at = holder,
            _ => return false,
        }
    }
    false
}

impl<Person: Ord> Claim<Person> {
    fn is_by_hand(&self) -> bool {
        self.record.as_ref().is_some_and(|record| record.by_hand)
    }

    /// What the person has.
    pub(super) fn held(&self) -> Option<&ManagedAppleAccount> {
        self.record.as_ref()?.account.as_ref()
    }

    fn has_what_is_wanted(&self) -> bool {
        matches!((&self.wanted, self.held()), (Ok(Some(wanted)), Some(held)) if wanted.key() == held.key())
    }
}

struct Decision<'a, Person> {
    rule: AccountRule,
    /// Who comes first among those who ask for an account, by its key.
    first: &'a BTreeMap<String, &'a Claim<Person>>,
    /// Who of these people has an account, by its key.
    held_here: &'a BTreeMap<String, &'a Claim<Person>>,
    holders: &'a BTreeMap<String, UserId>,
}

impl<Person: Clone + Ord> Decision<'_, Person> {
    fn of(&self, claim: &Claim<Person>) -> Outcome {
        let kept = || claim.held().filter(|_| self.is_of_this_rule(claim)).cloned();
        match &claim.wanted {
            Ok(None) => Outcome { account: None, problem: None },
            Err(problem) => Outcome { account: kept(), problem: Some(*problem) },
            Ok(Some(account)) if self.gets(claim) => Outcome { account: Some(account.clone()), problem: None },
            Ok(Some(_)) => Outcome { account: kept(), problem: Some(AccountProblem::Taken) },
        }
    }

    fn is_of_this_rule(&self, claim: &Claim<Person>) -> bool {
        claim.record.as_ref().is_some_and(|record| record.rule.as_deref() == Some(self.rule.code()))
    }

    /// Whether a person gets what they ask for. Follows the holders, each of whom asks for another account; where that
    /// leads in a circle, all of them move on at once.
    fn gets(&self, claim: &Claim<Person>) -> bool {
        let mut passed = BTreeSet::new();
        let mut at = claim;
        loop {
            let Ok(Some(account)) = &at.wanted else { return false };
            let key = account.key();
            if self.first.get(&key).is_none_or(|first| first.person != at.person) {
                return false;
            }
            if at.has_what_is_wanted() || !passed.insert(at.person.clone()) {
                return true;
            }
            match (self.holders.contains_key(&key), self.held_here.get(&key)) {
                (false, _) => return true,
                // Somebody of another origin, or whose account was set by hand.
                (true, None) => return false,
                (true, Some(holder)) => {
                    if matches!(holder.wanted, Ok(None)) || !self.is_of_this_rule(holder) {
                        return true;
                    }
                    at = holder;
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::managed_accounts::AccountPattern;

    const RULE: AccountRule = AccountRule { pattern: AccountPattern::Mail, subdomain: false };

    fn account(letter: char) -> ManagedAppleAccount {
        ManagedAppleAccount::new(&format!("{letter}@heron.example")).unwrap()
    }

    fn record(person: &str, held: char, rule: Option<&str>) -> AccountRecord {
        AccountRecord {
            user_id: person.into(),
            account: Some(account(held)),
            by_hand: rule.is_none(),
            problem: None,
            rule: rule.map(str::to_owned),
        }
    }

    /// Somebody of this name who has an account that the rule gave, and asks for one.
    fn claim(name: &str, held: Option<char>, wanted: Option<char>) -> Claim<String> {
        Claim {
            person: name.to_owned(),
            name: name.to_owned(),
            wanted: wanted.map_or(Err(AccountProblem::NoMail), |letter| Ok(Some(account(letter)))),
            record: held.map(|held| record(name, held, Some(RULE.code()))),
        }
    }

    /// What each of them has in the end, with `!` where the rule failed.
    fn end(claims: &[Claim<String>], others: &str) -> String {
        let mut holders: BTreeMap<String, UserId> =
            others.chars().map(|letter| (account(letter).key(), "other".into())).collect();
        holders.extend(claims.iter().filter_map(|claim| Some((claim.held()?.key(), claim.person.as_str().into()))));
        let told = assign(RULE, claims, &holders).into_iter().map(|(person, outcome)| {
            let held = outcome.account.map_or('-', |account| account.expose().chars().next().unwrap());
            format!("{person}:{held}{}", if outcome.problem.is_some() { "!" } else { "" })
        });
        told.collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn what_is_free_is_given_and_what_another_has_is_not() {
        assert_eq!(end(&[claim("ada", None, Some('a')), claim("bob", None, Some('b'))], "b"), "ada:a bob:-!");
    }

    #[test]
    fn of_two_who_ask_for_one_account_the_holder_keeps_it_and_else_the_first_by_name_gets_it() {
        assert_eq!(end(&[claim("bob", None, Some('x')), claim("ada", None, Some('x'))], ""), "ada:x bob:-!");
        assert_eq!(end(&[claim("bob", Some('x'), Some('x')), claim("ada", None, Some('x'))], ""), "ada:-! bob:x");
    }

    #[test]
    fn what_somebody_gives_up_another_gets_in_chains_and_in_circles() {
        let chain =
            [claim("ada", Some('x'), Some('y')), claim("bob", Some('y'), Some('z')), claim("eve", None, Some('x'))];
        assert_eq!(end(&chain, ""), "ada:y bob:z eve:x");
        let circle = [claim("ada", Some('x'), Some('y')), claim("bob", Some('y'), Some('x'))];
        assert_eq!(end(&circle, ""), "ada:y bob:x");
        let beside = [circle[0].clone(), circle[1].clone(), claim("aaron", None, Some('x'))];
        assert_eq!(end(&beside, ""), "aaron:-! ada:y bob:x", "whoever else asks waits");
        assert_eq!(end(&chain, "z"), "ada:x! bob:y! eve:-!", "where the last cannot move, nobody does");
    }

    #[test]
    fn who_changed_keeps_the_account_that_the_rule_gave_where_it_gives_no_other() {
        assert_eq!(end(&[claim("ada", Some('a'), None)], ""), "ada:a!");
        assert_eq!(end(&[claim("ada", Some('a'), Some('b'))], "b"), "ada:a!");
    }

    #[test]
    fn what_another_rule_gave_goes() {
        let former = |name: &str, held, wanted| Claim {
            record: Some(record(name, held, Some("principal-name"))),
            ..claim(name, None, wanted)
        };
        assert_eq!(end(&[former("ada", 'a', None)], ""), "ada:-!");
        assert_eq!(end(&[former("ada", 'a', Some('b')), claim("bob", None, Some('a'))], "b"), "ada:-! bob:a");
    }

    #[test]
    fn what_was_set_by_hand_is_neither_changed_nor_given_away() {
        let by_hand = Claim { record: Some(record("ada", 'a', None)), ..claim("ada", None, Some('b')) };
        assert_eq!(end(&[by_hand, claim("bob", None, Some('a'))], ""), "bob:-!");
    }

    fn letter() -> impl Strategy<Value = char> {
        proptest::char::range('a', 'f')
    }

    proptest! {
        #[test]
        fn nobody_has_what_another_has_and_who_has_no_problem_has_what_the_rule_gives(
            people in proptest::collection::vec((any::<bool>(), proptest::option::of(letter()), 0..3_u8), 0..7),
            others in "[a-f]{0,2}",
        ) {
            let mut free: Vec<char> = ('a'..='f').filter(|letter| !others.contains(*letter)).collect();
            let claims: Vec<_> = people
                .iter()
                .enumerate()
                .map(|(number, (holds, wanted, rule))| {
                    let name = format!("p{number}");
                    let held = if *holds { free.pop() } else { None };
                    let rule = [Some(RULE.code()), Some("principal-name"), None][usize::from(*rule)];
                    Claim { record: held.map(|held| record(&name, held, rule)), ..claim(&name, None, *wanted) }
                })
                .collect();
            let mut holders: BTreeMap<String, UserId> =
                others.chars().map(|letter| (account(letter).key(), "other".into())).collect();
            holders.extend(claims.iter().filter_map(|claim| Some((claim.held()?.key(), claim.person.as_str().into()))));

            let outcomes = assign(RULE, &claims, &holders);

            let by_hand = claims.iter().filter(|claim| claim.is_by_hand());
            let mut had: Vec<String> = others.chars().map(|letter| account(letter).key()).collect();
            had.sort();
            had.dedup();
            had.extend(by_hand.filter_map(|claim| Some(claim.held()?.key())));
            had.extend(outcomes.values().filter_map(|outcome| Some(outcome.account.as_ref()?.key())));
            let all = had.len();
            had.sort();
            had.dedup();
            prop_assert_eq!(all, had.len(), "two have the same: {:?}", outcomes);
            for claim in claims.iter().filter(|claim| !claim.is_by_hand()) {
                let outcome = &outcomes[&claim.person];
                let as_wanted = claim.wanted.as_ref().is_ok_and(|wanted| *wanted == outcome.account);
                prop_assert_eq!(outcome.problem.is_none(), as_wanted);
                prop_assert!(!claim.has_what_is_wanted() || outcome.problem.is_none());
            }
        }
    }
}
