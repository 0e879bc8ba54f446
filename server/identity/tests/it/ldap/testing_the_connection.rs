//! The connection test names the step that failed, and why.

use baton_identity::ldap::{
    CertificateProblem, ConnectionReport, Count, Field, LdapError, LdapSettings, MissingIn, Problem, Security,
    ServerKind, SettingsError, Step, StepOutcome,
    fake::{BASE, CertificateKind, FakeLdap, Fault, Moment},
    test_connection,
};

use super::support::{block_on, group, person, settings, with_active_directory, with_fake};

/// How each step went, in a word.
fn words(report: &ConnectionReport) -> Vec<&'static str> {
    let word = |outcome: &StepOutcome| match outcome {
        StepOutcome::Ok => "ok",
        StepOutcome::Failed(_) => "failed",
        StepOutcome::NotReached => "not reached",
    };
    report.steps.iter().map(|(_, outcome)| word(outcome)).collect()
}

#[test]
fn a_directory_that_works_passes_every_step_and_says_what_is_there() {
    let entries = vec![person("ada"), person("bob").without("mail"), group("staff", &["uid=ada"])];
    with_fake(entries, |fake| async move {
        for security in [Security::Ldaps, Security::StartTls] {
            let report = test_connection(&fake.settings(security)).await.unwrap();

            assert_eq!(words(&report), ["ok"; 5]);
            assert!(report.is_ok());
            assert_eq!(report.server.unwrap().kind, ServerKind::OpenLdap);
            let people = report.people.unwrap();
            assert_eq!(
                (people.count, people.sample),
                (Count { counted: 2, more: false }, vec!["ada".to_owned(), "bob".to_owned()])
            );
            assert_eq!(people.missing, [MissingIn { field: Field::Mail, attribute: "mail".to_owned(), people: 1 }]);
            assert_eq!(report.groups, Some(Count { counted: 1, more: false }));
        }
    });
}

#[test]
fn active_directory_is_known_by_its_root() {
    with_active_directory(vec![], |fake| async move {
        let report = test_connection(&settings(&fake)).await.unwrap();
        assert_eq!(report.server.unwrap().kind, ServerKind::ActiveDirectory);
    });
}

#[test]
fn each_step_that_fails_leaves_the_later_ones_not_reached() {
    with_fake(vec![person("ada")], |fake| async move {
        let good = settings(&fake);
        let free = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap().port();
        let foreign = FakeLdap::start_with_certificate(CertificateKind::Foreign).await.unwrap();
        let nowhere = format!("ou=nowhere,{BASE}");
        for (settings, step, error) in [
            (
                LdapSettings { host: "directory.invalid".to_owned(), ..good.clone() },
                Step::Name,
                LdapError::NameNotFound,
            ),
            (LdapSettings { port: free, ..good.clone() }, Step::Tcp, LdapError::ConnectionRefused),
            (settings(&foreign), Step::Tls, LdapError::Certificate(CertificateProblem::NotTrusted)),
            (
                LdapSettings { bind_password: "guessed".into(), ..good.clone() },
                Step::Bind,
                LdapError::BindRefused { code: 49, text: String::new() },
            ),
            (
                LdapSettings { people_base: nowhere.clone(), ..good.clone() },
                Step::Search,
                LdapError::BaseNotFound(nowhere.clone()),
            ),
            (
                LdapSettings { group_base: nowhere.clone(), ..good.clone() },
                Step::Search,
                LdapError::BaseNotFound(nowhere.clone()),
            ),
            (
                LdapSettings { people_filter: "(objectClass=robot)".to_owned(), ..good.clone() },
                Step::Search,
                LdapError::NoPeople,
            ),
        ] {
            let report = test_connection(&settings).await.unwrap();

            assert_eq!(report.failure(), Some((step, &error)));
            let passed = report.steps.iter().position(|(found, _)| *found == step).unwrap();
            let mut expected = vec!["ok"; passed];
            expected.push("failed");
            expected.resize(5, "not reached");
            assert_eq!(words(&report), expected, "{error:?}");
        }
    });
}

#[test]
fn starttls_that_is_refused_is_a_failure_to_encrypt() {
    with_fake(vec![person("ada")], |fake| async move {
        fake.on(Moment::StartTls, [Fault::Result(2, "unsupported")]);
        let report = test_connection(&fake.settings(Security::StartTls)).await.unwrap();

        let error = LdapError::StartTlsRefused { code: 2, text: "unsupported".to_owned() };
        assert_eq!(report.failure(), Some((Step::Tls, &error)));
    });
}

#[test]
fn settings_that_cannot_work_are_named_without_a_step() {
    block_on(async {
        let error = test_connection(&LdapSettings::open_ldap(BASE)).await.unwrap_err();
        assert_eq!(error, LdapError::Settings(SettingsError { field: Field::Host, problem: Problem::Empty }));
    });
}

#[test]
fn people_are_counted_up_to_a_bound() {
    let people = (0..1005).map(|number| person(&format!("p{number}"))).collect();
    with_fake(people, |fake| async move {
        let report = test_connection(&settings(&fake)).await.unwrap();
        assert_eq!(report.people.unwrap().count, Count { counted: 1000, more: true });
    });
}
