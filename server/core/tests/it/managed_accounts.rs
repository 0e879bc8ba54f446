//! Managed Apple Accounts of local people (B4), and who sees them (G4).

use baton_core::{
    Actor, CoreError, FieldError, FieldProblem, Permission,
    accounts::UserForm,
    managed_accounts::{AccountChoice, AccountPattern, AccountRule},
};
use baton_model::{AccountProblem, AccountRecord, Role, UserId};

use crate::{
    office::{Office, nobody},
    people::form,
};

pub const BY_MAIL: AccountRule = AccountRule { pattern: AccountPattern::Mail, subdomain: false };
pub const IN_SUBDOMAIN: AccountRule = AccountRule { pattern: AccountPattern::Mail, subdomain: true };

impl Office {
    pub async fn account_record(&self, user: &UserId) -> Option<AccountRecord> {
        self.store.read().await.unwrap().managed_account_of(user).await.unwrap()
    }

    /// The account, in full, and why the pattern gives none.
    pub async fn account_of(&self, user: &UserId) -> (Option<String>, Option<AccountProblem>) {
        match self.account_record(user).await {
            Some(record) => (record.account.map(|account| account.expose().to_owned()), record.problem),
            None => (None, None),
        }
    }

    async fn add_with_mail(&self, name: &str, mail: &str) -> UserId {
        self.core.create_user(&Actor::System, &with_mail(name, mail), self.now()).await.unwrap()
    }

    async fn choose_account(&self, user: &UserId, form: UserForm, choice: AccountChoice) -> Result<(), CoreError> {
        let form = UserForm { managed_account: choice, ..form };
        self.core.save_user(&Actor::System, user, &form, self.now()).await
    }

    async fn rule_of_local_people(&self, rule: AccountRule) {
        self.core.save_local_account_rule(&Actor::System, rule, self.now()).await.unwrap();
    }
}

fn with_mail(name: &str, mail: &str) -> UserForm {
    UserForm { email: mail.to_owned(), ..form(name) }
}

fn given(address: &str) -> AccountChoice {
    AccountChoice::Given(address.to_owned())
}

fn has(address: &str) -> (Option<String>, Option<AccountProblem>) {
    (Some(address.to_owned()), None)
}

fn problem_of<T: std::fmt::Debug>(result: Result<T, CoreError>) -> FieldProblem {
    match result {
        Err(CoreError::Invalid(errors)) => match errors.as_slice() {
            [FieldError { field: "managedAccount", problem }] => problem.clone(),
            other => panic!("{other:?}"),
        },
        other => panic!("{other:?}"),
    }
}

on_both_engines! {
    async fn without_a_pattern_nobody_has_an_account(mut office) {
        let ada = office.add_with_mail("ada", "ada@heron.example").await;
        assert_eq!(office.account_record(&ada).await, None);
    }

    async fn the_pattern_gives_everybody_who_is_there_and_everybody_who_comes_an_account(mut office) {
        let ada = office.add_with_mail("ada", "ada@heron.example").await;
        office.rule_of_local_people(IN_SUBDOMAIN).await;
        let ben = office.add_with_mail("ben", "ben@heron.example").await;
        assert_eq!(office.account_of(&ada).await, has("ada@appleid.heron.example"));
        assert_eq!(office.account_of(&ben).await, has("ben@appleid.heron.example"));
        assert_eq!(office.account_record(&nobody()).await, None);
    }

    async fn another_pattern_gives_other_accounts_and_none_takes_them_away(mut office) {
        office.rule_of_local_people(IN_SUBDOMAIN).await;
        let ada = office.add_with_mail("ada", "ada@heron.example").await;
        let ben = office.add_with_mail("ben", "").await;
        office.rule_of_local_people(BY_MAIL).await;
        assert_eq!(office.account_of(&ada).await, has("ada@heron.example"));
        assert_eq!(office.account_of(&ben).await, (None, Some(AccountProblem::NoMail)));
        office.rule_of_local_people(AccountRule::default()).await;
        assert_eq!((office.account_record(&ada).await, office.account_record(&ben).await), (None, None));
    }

    async fn an_account_follows_the_mail_address_and_stays_without_one(mut office) {
        office.rule_of_local_people(BY_MAIL).await;
        let ada = office.add_with_mail("ada", "ada@heron.example").await;
        office.choose_account(&ada, with_mail("ada", "ada.king@heron.example"), AccountChoice::Unchanged).await.unwrap();
        assert_eq!(office.account_of(&ada).await, has("ada.king@heron.example"));
        office.choose_account(&ada, with_mail("ada", ""), AccountChoice::Unchanged).await.unwrap();
        let kept = Some("ada.king@heron.example".to_owned());
        assert_eq!(office.account_of(&ada).await, (kept, Some(AccountProblem::NoMail)));
    }

    async fn another_edit_of_whoever_kept_an_account_takes_nothing_away(mut office) {
        office.rule_of_local_people(BY_MAIL).await;
        let ada = office.add_with_mail("ada", "ada@heron.example").await;
        for choice in [AccountChoice::Unchanged, AccountChoice::Pattern] {
            office.choose_account(&ada, with_mail("ada", ""), choice).await.unwrap();
            let kept = Some("ada@heron.example".to_owned());
            assert_eq!(office.account_of(&ada).await, (kept, Some(AccountProblem::NoMail)));
        }
    }

    async fn who_waits_for_an_account_gets_it_once_it_is_free(mut office) {
        office.rule_of_local_people(BY_MAIL).await;
        let ada = office.add_with_mail("ada", "desk@heron.example").await;
        let ben = office.add_with_mail("ben", "desk@heron.example").await;
        office.core.sweep_managed_accounts().await.unwrap();
        assert_eq!(office.account_of(&ben).await, (None, Some(AccountProblem::Taken)));
        office.choose_account(&ada, with_mail("ada", "desk@heron.example"), AccountChoice::None).await.unwrap();
        office.core.sweep_managed_accounts().await.unwrap();
        assert_eq!(office.account_of(&ben).await, has("desk@heron.example"));
    }

    async fn two_who_exchange_their_addresses_exchange_their_accounts(mut office) {
        office.rule_of_local_people(BY_MAIL).await;
        let ada = office.add_with_mail("ada", "one@heron.example").await;
        let ben = office.add_with_mail("ben", "two@heron.example").await;
        office.choose_account(&ada, with_mail("ada", "two@heron.example"), AccountChoice::Unchanged).await.unwrap();
        office.choose_account(&ben, with_mail("ben", "one@heron.example"), AccountChoice::Unchanged).await.unwrap();
        office.core.sweep_managed_accounts().await.unwrap();
        assert_eq!(office.account_of(&ada).await, has("two@heron.example"));
        assert_eq!(office.account_of(&ben).await, has("one@heron.example"));
    }

    async fn another_pattern_for_many_is_followed_by_the_sweep_and_an_interrupted_one_is_gone_on_with(mut office) {
        for number in 0..501 {
            office.execute(&format!(
                "INSERT INTO users (id, user_name, name_key, display_name, sort_key, search_key, email, role, enabled, epoch, \
                 revision, created_at) VALUES ('p{number}', 'p{number}', 'p{number}', 'P', 'p', 'p', 'p{number}@heron.example', \
                 'user', 1, 1, 1, 0)"
            )).await;
        }
        office.rule_of_local_people(BY_MAIL).await;
        let count = "SELECT COUNT(*) FROM managed_accounts WHERE account IS NOT NULL";
        assert_eq!(office.number(count).await, 0, "not while somebody waits for the page");
        office.core.sweep_managed_accounts().await.unwrap();
        assert_eq!(office.number(count).await, 501);
        assert_eq!(office.number("SELECT COUNT(*) FROM settings WHERE name LIKE 'managed-accounts.unsettled%'").await, 0);
    }

    async fn of_two_people_with_one_mail_address_the_first_has_the_account(mut office) {
        office.rule_of_local_people(BY_MAIL).await;
        let ada = office.add_with_mail("ada", "desk@heron.example").await;
        let ben = office.add_with_mail("ben", "Desk@Heron.example").await;
        assert_eq!(office.account_of(&ada).await, has("desk@heron.example"));
        assert_eq!(office.account_of(&ben).await, (None, Some(AccountProblem::Taken)));
        let report = office.core.managed_account_report(&Actor::System, office.now()).await.unwrap();
        assert_eq!((report.counts.with, report.counts.problems), (1, 1));
        assert_eq!(report.problems[0].0.id, ben);
    }

    async fn a_new_address_that_another_has_is_not_taken_and_the_old_account_stays(mut office) {
        office.rule_of_local_people(BY_MAIL).await;
        office.add_with_mail("ada", "ada@heron.example").await;
        let ben = office.add_with_mail("ben", "ben@heron.example").await;
        office.choose_account(&ben, with_mail("ben", "ada@heron.example"), AccountChoice::Unchanged).await.unwrap();
        let kept = Some("ben@heron.example".to_owned());
        assert_eq!(office.account_of(&ben).await, (kept, Some(AccountProblem::Taken)));
    }

    async fn what_is_set_by_hand_no_pattern_changes_until_it_is_given_back(mut office) {
        let ada = office
            .core
            .create_user(
                &Actor::System,
                &UserForm { managed_account: given(" special@heron.example "), ..with_mail("ada", "ada@heron.example") },
                office.now(),
            )
            .await
            .unwrap();
        office.rule_of_local_people(IN_SUBDOMAIN).await;
        office.choose_account(&ada, with_mail("ada", "new@heron.example"), AccountChoice::Unchanged).await.unwrap();
        assert_eq!(office.account_of(&ada).await, has("special@heron.example"));
        office.choose_account(&ada, with_mail("ada", "new@heron.example"), AccountChoice::Pattern).await.unwrap();
        assert_eq!(office.account_of(&ada).await, has("new@appleid.heron.example"));
    }

    async fn none_by_hand_is_none_whatever_the_pattern_gives(mut office) {
        office.rule_of_local_people(BY_MAIL).await;
        let ada = office.add_with_mail("ada", "ada@heron.example").await;
        office.choose_account(&ada, with_mail("ada", "ada@heron.example"), AccountChoice::None).await.unwrap();
        office.rule_of_local_people(IN_SUBDOMAIN).await;
        assert_eq!(office.account_of(&ada).await, (None, None));
        let ben = office.add_with_mail("ben", "ada@heron.example").await;
        assert_eq!(office.account_of(&ben).await, has("ada@appleid.heron.example"), "nobody holds it any more");
    }

    async fn by_hand_it_must_be_an_address_and_nobody_elses(mut office) {
        let ada = office.add_with_mail("ada", "").await;
        let ben = office.add_with_mail("ben", "").await;
        office.choose_account(&ada, form("ada"), given("ada@heron.example")).await.unwrap();
        for (address, problem) in [
            ("", FieldProblem::Missing),
            ("ada", FieldProblem::NotMail),
            ("ada@", FieldProblem::NotMail),
            ("@heron.example", FieldProblem::NotMail),
            ("ADA@heron.example", FieldProblem::Taken),
        ] {
            assert_eq!(problem_of(office.choose_account(&ben, form("ben"), given(address)).await), problem, "{address}");
            let new = UserForm { managed_account: given(address), ..form("cleo") };
            assert_eq!(problem_of(office.core.create_user(&Actor::System, &new, office.now()).await), problem);
        }
        assert_eq!(office.account_record(&ben).await, None);
    }

    async fn revealing_takes_a_reason_and_a_proof_and_is_audited_without_the_account(mut office) {
        let ada = office.add_with_mail("ada", "").await;
        office.choose_account(&ada, form("ada"), given("ada@heron.example")).await.unwrap();
        office.add_person_as("ines", Role::Administrator).await;
        let ines = office.session_of("ines").await.actor();
        let reveal = |reason| office.core.reveal_managed_account(&ines, &ada, reason, office.now());

        let unreasoned = reveal(" ").await;
        assert!(matches!(unreasoned, Err(CoreError::Invalid(_))), "{unreasoned:?}");
        let found = reveal("ticket 7").await.unwrap();
        office.pass_seconds(300);
        let unproved = office.core.reveal_managed_account(&ines, &ada, "ticket 8", office.now()).await;

        assert_eq!(found.account.expose(), "ada@heron.example");
        assert!(matches!(unproved, Err(CoreError::Unconfirmed)), "{unproved:?}");
        let audit = office.audit().await;
        let [.., done, refused] = audit.as_slice() else { panic!("{audit:?}") };
        assert!(done.starts_with(&format!("managed-account.reveal done {ada} ")) && done.contains("ticket 7"), "{done}");
        assert!(refused.starts_with(&format!("managed-account.reveal refused {ada} ")), "{refused}");
        assert!(!audit.iter().any(|line| line.contains("ada@heron.example")), "{audit:?}");
    }

    async fn only_an_administrator_reveals_and_sets_patterns(mut office) {
        let ada = office.add_with_mail("ada", "").await;
        office.choose_account(&ada, form("ada"), given("ada@heron.example")).await.unwrap();
        for role in [Role::User, Role::Auditor, Role::HelpDesk] {
            let person = office.person(&ada, role);
            let revealed = office.core.reveal_managed_account(&person, &ada, "why not", office.now()).await;
            assert!(matches!(revealed, Err(CoreError::Denied(Permission::ManageUsers))), "{role}: {revealed:?}");
            let saved = office.core.save_local_account_rule(&person, BY_MAIL, office.now()).await;
            assert!(matches!(saved, Err(CoreError::Denied(Permission::ManageSettings))), "{role}: {saved:?}");
        }
    }

    async fn there_is_nothing_to_reveal_of_whoever_has_none(mut office) {
        let ada = office.add_with_mail("ada", "").await;
        for user in [&ada, &nobody(), &"ghost".into()] {
            let revealed = office.core.reveal_managed_account(&Actor::System, user, "ticket", office.now()).await;
            assert!(matches!(revealed, Err(CoreError::NotFound(_))), "{revealed:?}");
        }
    }

    async fn people_of_a_file_get_the_account_that_it_names_or_the_patterns(mut office) {
        office.rule_of_local_people(IN_SUBDOMAIN).await;
        office.add_with_mail("root", "taken@heron.example").await;
        let file = b"userName,displayName,email,managedAppleAccount\n\
            ada,Ada,shared@heron.example,\n\
            ben,Ben,taken@heron.example,\n\
            cleo,Cleo,,shared@appleid.heron.example\n";
        let plan = office.core.plan_import(&Actor::System, file, office.now()).await.unwrap();
        assert_eq!((plan.problems.len(), plan.accountless.iter().copied().collect::<Vec<_>>()), (0, vec![2, 3]));
        office.core.import_users(&Actor::System, file, &plan.fingerprint(), office.now()).await.unwrap();
        for (name, account) in [
            ("ada", (None, Some(AccountProblem::Taken))),
            ("ben", (None, Some(AccountProblem::Taken))),
            ("cleo", has("shared@appleid.heron.example")),
        ] {
            let user = office.user_called(name).await.unwrap();
            assert_eq!(office.account_of(&user.id).await, account, "{name}");
        }
    }

    async fn a_file_with_an_account_that_somebody_has_is_refused(mut office) {
        let ada = office.add_with_mail("ada", "").await;
        office.choose_account(&ada, form("ada"), given("ada@heron.example")).await.unwrap();
        let file = b"userName,displayName,managedAppleAccount\nben,Ben,Ada@heron.example\n";
        let plan = office.core.plan_import(&Actor::System, file, office.now()).await.unwrap();
        assert_eq!(plan.problems.len(), 1, "{:?}", plan.problems);
        let audited = office.audit().await.pop().unwrap();
        assert!(audited.starts_with("user.import refused") && audited.contains("managed-account-taken"), "{audited}");
    }

    async fn who_tries_an_account_that_somebody_has_stands_in_the_audit_log(mut office) {
        let ada = office.add_with_mail("ada", "").await;
        office.choose_account(&ada, form("ada"), given("ada@heron.example")).await.unwrap();
        let ben = office.add_with_mail("ben", "").await;
        office.choose_account(&ben, form("ben"), given("ada@heron.example")).await.unwrap_err();
        let new = UserForm { managed_account: given("ada@heron.example"), ..form("cleo") };
        office.core.create_user(&Actor::System, &new, office.now()).await.unwrap_err();
        let audit = office.audit().await;
        let [.., saved, created] = audit.as_slice() else { panic!("{audit:?}") };
        for (line, action) in [(saved, "user.save"), (created, "user.create")] {
            assert!(line.starts_with(&format!("{action} refused")) && line.contains("managed-account-taken"), "{line}");
        }
    }
}
