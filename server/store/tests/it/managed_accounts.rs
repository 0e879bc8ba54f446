use baton_model::{AccountProblem, AccountRecord, IdentityKey, ManagedAppleAccount, UserIdentity};
use baton_store::{AccountCounts, StoreError};

use crate::{samples::user, sources::source};

fn record(number: u32, account: Option<&str>) -> AccountRecord {
    AccountRecord {
        user_id: user(number).id,
        account: account.map(|address| ManagedAppleAccount::new(address).unwrap()),
        by_hand: false,
        problem: None,
        rule: Some("mail".to_owned()),
    }
}

fn without(number: u32, problem: AccountProblem) -> AccountRecord {
    AccountRecord { problem: Some(problem), ..record(number, None) }
}

fn from_source(number: u32) -> UserIdentity {
    let key = IdentityKey { source_id: source(1).id, authority: String::new(), subject: number.to_string() };
    UserIdentity { user_id: user(number).id, key, principal_name: None, gone: false }
}

const ADA: &str = "ada@appleid.heron.example";

on_both_engines! {
    async fn an_account_is_written_and_replaced(database) {
        let mut tx = database.begin().await;
        tx.create_user(&user(1), None).await.unwrap();
        assert_eq!(tx.managed_account_of(&user(1).id).await.unwrap(), None);

        assert!(tx.set_managed_account(&without(1, AccountProblem::NoMail)).await.unwrap());
        let by_hand = AccountRecord { by_hand: true, ..record(1, Some(ADA)) };
        assert!(tx.set_managed_account(&by_hand).await.unwrap());

        assert_eq!(tx.managed_account_of(&user(1).id).await.unwrap(), Some(by_hand.clone()));
        assert_eq!(tx.managed_accounts_of(&[user(1).id, user(2).id]).await.unwrap(), [by_hand]);
    }

    async fn no_two_people_have_the_same_account_however_it_is_written(database) {
        let mut tx = database.begin().await;
        for number in [1, 2, 3] {
            tx.create_user(&user(number), None).await.unwrap();
        }
        assert!(tx.set_managed_account(&record(1, Some(ADA))).await.unwrap());
        assert!(tx.set_managed_account(&record(2, Some("bob@heron.example"))).await.unwrap());

        assert!(!tx.set_managed_account(&record(2, Some("ADA@appleid.Heron.example"))).await.unwrap());
        assert!(!tx.set_managed_account(&record(3, Some(ADA))).await.unwrap());

        assert_eq!(tx.managed_account_of(&user(2).id).await.unwrap(), Some(record(2, Some("bob@heron.example"))));
        assert_eq!(tx.managed_account_of(&user(3).id).await.unwrap(), None);
        // The transaction goes on.
        assert!(tx.set_managed_account(&without(3, AccountProblem::Taken)).await.unwrap());
    }

    async fn an_account_keeps_its_holder_when_it_is_written_again(database) {
        let mut tx = database.begin().await;
        tx.create_user(&user(1), None).await.unwrap();
        assert!(tx.set_managed_account(&record(1, Some(ADA))).await.unwrap());

        assert!(tx.set_managed_account(&record(1, Some("Ada@appleid.heron.example"))).await.unwrap());

        let keys = [ManagedAppleAccount::new(ADA).unwrap().key(), "free@heron.example".to_owned()];
        let holders = tx.managed_account_holders(&keys).await.unwrap();
        assert_eq!(holders.into_iter().collect::<Vec<_>>(), [(keys[0].clone(), user(1).id)]);
    }

    async fn an_account_that_is_removed_is_free(database) {
        let mut tx = database.begin().await;
        tx.create_user(&user(1), None).await.unwrap();
        tx.create_user(&user(2), None).await.unwrap();
        tx.set_managed_account(&record(1, Some(ADA))).await.unwrap();

        assert!(tx.remove_managed_account(&user(1).id).await.unwrap());
        assert!(!tx.remove_managed_account(&user(1).id).await.unwrap());

        assert!(tx.set_managed_account(&record(2, Some(ADA))).await.unwrap());
    }

    async fn an_account_needs_its_user(database) {
        let mut tx = database.begin().await;

        let set = tx.set_managed_account(&record(1, Some(ADA))).await;

        assert!(matches!(set, Err(StoreError::ForeignKey)), "{set:?}");
    }

    async fn those_whom_a_pattern_fails_are_counted_and_listed_by_name(database) {
        let mut tx = database.begin().await;
        for number in 1..=4 {
            tx.create_user(&user(number), None).await.unwrap();
        }
        tx.set_managed_account(&record(1, Some(ADA))).await.unwrap();
        tx.set_managed_account(&without(4, AccountProblem::Taken)).await.unwrap();
        tx.set_managed_account(&without(3, AccountProblem::NotAnAddress)).await.unwrap();
        let outdated = AccountRecord { problem: Some(AccountProblem::Taken), ..record(2, Some("bob@heron.example")) };
        tx.set_managed_account(&outdated).await.unwrap();

        assert_eq!(tx.count_managed_accounts().await.unwrap(), AccountCounts { with: 2, problems: 3 });
        let found = tx.account_problems(2).await.unwrap();
        assert_eq!(found, [(user(2), outdated), (user(3), without(3, AccountProblem::NotAnAddress))]);
    }

    async fn local_people_are_those_of_no_source(database) {
        let mut tx = database.begin().await;
        for number in 1..=3 {
            tx.create_user(&user(number), None).await.unwrap();
        }
        tx.create_source(&source(1)).await.unwrap();
        tx.set_identity(&from_source(2)).await.unwrap();

        assert_eq!(tx.local_people().await.unwrap(), [user(1).id, user(3).id]);
    }

    async fn who_waits_for_an_account_of_somebody_elses_is_found_with_their_source(database) {
        let mut tx = database.begin().await;
        for number in 1..=3 {
            tx.create_user(&user(number), None).await.unwrap();
        }
        tx.create_source(&source(1)).await.unwrap();
        tx.set_identity(&from_source(2)).await.unwrap();
        tx.set_managed_account(&without(1, AccountProblem::Taken)).await.unwrap();
        tx.set_managed_account(&without(2, AccountProblem::Taken)).await.unwrap();
        tx.set_managed_account(&without(3, AccountProblem::NoMail)).await.unwrap();

        let waiting = tx.people_waiting_for_accounts().await.unwrap();

        assert_eq!(waiting, [(user(1).id, None), (user(2).id, Some(source(1).id))]);
    }
}
