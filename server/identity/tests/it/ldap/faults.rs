//! The fault table: what a directory may do wrong, each with the one error that says so. `docs/ldap.md` has it as a table.

use std::time::Duration;

use baton_identity::ldap::{
    AccountProblem, CertificateProblem, Concern, CutOff, LdapError, LdapSettings, Security, Step, authenticate,
    fake::{BASE, CertificateKind, FakeLdap, Fault, Moment, Received},
    search,
};

use super::support::{block_on, impatient, password_of, person, settings, with_fake};

/// Signs in as the one person there is, and says what went wrong.
async fn fails(settings: &LdapSettings) -> LdapError {
    authenticate(settings, "ada", &password_of("ada")).await.unwrap_err()
}

/// A row whose fault happens at one moment of a sign-in over LDAPS.
fn row(moment: Moment, faults: Vec<Fault>, expected: impl Fn(&LdapError) -> bool + 'static) {
    with_fake(vec![person("ada")], move |fake| async move {
        fake.on(moment, faults);
        let error = fails(&settings(&fake)).await;
        assert!(expected(&error), "{error:?}");
    });
}

/// A row whose fault is that something takes too long.
fn slow_row(moment: Moment, security: Security, fault: Fault, step: Step) {
    with_fake(vec![person("ada")], move |fake| async move {
        fake.on(moment, [fault]);
        let error = fails(&impatient(&fake, security)).await;
        assert_eq!((&error, error.concern()), (&LdapError::TimedOut(step), Concern::Availability));
    });
}

fn is(expected: LdapError) -> impl Fn(&LdapError) -> bool {
    move |error| *error == expected
}

fn is_nonsense(error: &LdapError) -> bool {
    matches!(error, LdapError::Nonsense(_))
}

mod reaching {
    use super::*;

    #[test]
    fn a_name_that_does_not_exist() {
        with_fake(vec![], |fake| async move {
            let settings = LdapSettings { host: "directory.invalid".to_owned(), ..settings(&fake) };
            assert_eq!(fails(&settings).await, LdapError::NameNotFound);
        });
    }

    #[test]
    fn nobody_listens() {
        with_fake(vec![], |fake| async move {
            let free = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap().port();
            let settings = LdapSettings { host: "127.0.0.1".to_owned(), port: free, ..settings(&fake) };
            assert_eq!(fails(&settings).await, LdapError::ConnectionRefused);
        });
    }

    #[test]
    fn the_connection_is_closed_at_once() {
        row(Moment::Connect, vec![Fault::Close], is(LdapError::ConnectionLost(Step::Tls)));
    }

    #[test]
    fn it_connects_and_says_nothing() {
        slow_row(Moment::Connect, Security::Ldaps, Fault::Silence, Step::Tls);
    }

    #[test]
    fn it_speaks_no_tls_where_ldaps_is_expected() {
        row(Moment::Connect, vec![Fault::Nonsense(b"220 mail.example.test ESMTP\r\n".to_vec())], |error| {
            matches!(error, LdapError::Tls(_))
        });
    }

    #[test]
    fn the_port_of_starttls_is_taken_for_that_of_ldaps() {
        with_fake(vec![], |fake| async move {
            let port = fake.settings(Security::StartTls).port;
            let error = fails(&LdapSettings { port, ..settings(&fake) }).await;
            assert_eq!(error, LdapError::ConnectionLost(Step::Tls));
        });
    }
}

mod encrypting {
    use super::*;

    /// A row of a certificate that is wrong: no bind is tried.
    fn certificate(kind: CertificateKind, problem: CertificateProblem) {
        block_on(async move {
            let fake = FakeLdap::start_with_certificate(kind).await.unwrap();
            for security in [Security::Ldaps, Security::StartTls] {
                let error = fails(&fake.settings(security)).await;
                assert_eq!(error, LdapError::Certificate(problem.clone()), "{security:?}");
            }
            assert_eq!(fake.received(), []);
        });
    }

    #[test]
    fn a_certificate_of_a_foreign_authority() {
        certificate(CertificateKind::Foreign, CertificateProblem::NotTrusted);
    }

    #[test]
    fn an_expired_certificate() {
        certificate(CertificateKind::Expired, CertificateProblem::Expired);
    }

    #[test]
    fn a_certificate_that_is_not_valid_yet() {
        certificate(CertificateKind::NotYetValid, CertificateProblem::NotYetValid);
    }

    #[test]
    fn a_certificate_for_another_name() {
        certificate(CertificateKind::OtherName, CertificateProblem::OtherName);
    }

    #[test]
    fn an_authority_that_the_system_does_not_know() {
        with_fake(vec![person("ada")], |fake| async move {
            let error = fails(&LdapSettings { authorities_pem: None, ..settings(&fake) }).await;
            // A machine that trusts nobody at all says so in other words.
            assert!(
                matches!(error, LdapError::Certificate(CertificateProblem::NotTrusted) | LdapError::Tls(_)),
                "{error:?}"
            );
            assert_eq!(fake.received(), []);
        });
    }

    fn start_tls(fault: Fault, expected: LdapError) {
        with_fake(vec![person("ada")], move |fake| async move {
            fake.on(Moment::StartTls, [fault]);
            assert_eq!(fails(&fake.settings(Security::StartTls)).await, expected);
            assert_eq!(fake.received(), [], "no password was sent in the clear");
        });
    }

    #[test]
    fn starttls_is_refused() {
        let expected = LdapError::StartTlsRefused { code: 52, text: "no certificate".to_owned() };
        start_tls(Fault::Result(52, "no certificate"), expected);
    }

    #[test]
    fn something_is_slipped_in_behind_the_answer_to_starttls() {
        start_tls(Fault::Inject, LdapError::StartTlsInjection);
    }

    #[test]
    fn starttls_is_answered_with_nonsense() {
        start_tls(Fault::Nonsense(b"nonsense".to_vec()), LdapError::Nonsense("a message is no sequence"));
    }

    #[test]
    fn starttls_is_answered_with_something_else() {
        start_tls(Fault::WrongId, LdapError::Nonsense("an answer belongs to another question"));
    }

    #[test]
    fn the_connection_ends_instead_of_starttls() {
        start_tls(Fault::Close, LdapError::ConnectionLost(Step::Tls));
    }

    #[test]
    fn starttls_is_not_answered() {
        slow_row(Moment::StartTls, Security::StartTls, Fault::Silence, Step::Tls);
    }
}

mod binding {
    use super::*;

    #[test]
    fn the_bind_password_is_wrong() {
        with_fake(vec![person("ada")], |fake| async move {
            let error = fails(&LdapSettings { bind_password: "guessed".into(), ..settings(&fake) }).await;
            assert_eq!(error, LdapError::BindRefused { code: 49, text: String::new() });
            assert_eq!(error.concern(), Concern::Configuration);
        });
    }

    #[test]
    fn the_bind_dn_does_not_exist() {
        with_fake(vec![person("ada")], |fake| async move {
            let bind_dn = format!("cn=nobody,{BASE}");
            let error = fails(&LdapSettings { bind_dn, ..settings(&fake) }).await;
            assert_eq!(error, LdapError::BindRefused { code: 49, text: String::new() });
        });
    }

    #[test]
    fn the_account_that_baton_binds_with_is_locked() {
        let fault = Fault::Result(49, "AcceptSecurityContext error, data 775, v4563");
        row(Moment::Bind, vec![fault], is(LdapError::BindAccount(AccountProblem::Locked)));
    }

    #[test]
    fn the_bind_is_not_answered() {
        slow_row(Moment::Bind, Security::StartTls, Fault::Silence, Step::Bind);
    }

    #[test]
    fn the_connection_ends_instead_of_a_bind() {
        row(Moment::Bind, vec![Fault::Close], is(LdapError::ConnectionLost(Step::Bind)));
    }

    #[test]
    fn the_connection_ends_in_the_middle_of_the_answer_to_a_bind() {
        row(Moment::Bind, vec![Fault::CloseHalfway], is(LdapError::ConnectionLost(Step::Bind)));
    }

    #[test]
    fn a_bind_is_answered_with_the_id_of_another_question() {
        row(Moment::Bind, vec![Fault::WrongId], is_nonsense);
    }

    #[test]
    fn a_bind_is_answered_like_another_question() {
        row(Moment::Bind, vec![Fault::WrongOperation], is_nonsense);
    }

    #[test]
    fn a_bind_is_referred_elsewhere() {
        let fault = Fault::Referral("ldaps://elsewhere.example.test".to_owned());
        row(Moment::Bind, vec![fault], is(LdapError::Referral));
    }

    #[test]
    fn the_directory_is_busy() {
        let expected = LdapError::Unavailable { code: 51, text: "later".to_owned() };
        row(Moment::Bind, vec![Fault::Result(51, "later")], is(expected));
    }

    #[test]
    fn the_directory_goes_down() {
        row(Moment::Bind, vec![Fault::Disconnection], is(LdapError::ConnectionLost(Step::Bind)));
    }

    #[test]
    fn active_directory_says_why_a_person_may_not_sign_in() {
        with_fake(vec![person("ada")], |fake| async move {
            for (text, problem) in [
                ("AcceptSecurityContext error, data 533, v4563", AccountProblem::Disabled),
                ("AcceptSecurityContext error, data 775, v4563", AccountProblem::Locked),
                ("AcceptSecurityContext error, data 532, v4563", AccountProblem::PasswordExpired),
                ("AcceptSecurityContext error, data 773, v4563", AccountProblem::PasswordMustChange),
                ("AcceptSecurityContext error, data 701, v4563", AccountProblem::Expired),
                ("AcceptSecurityContext error, data 530, v4563", AccountProblem::NotNow),
                ("AcceptSecurityContext error, data 531, v4563", AccountProblem::NotHere),
            ] {
                fake.on(Moment::Bind, [Fault::Behave, Fault::Result(49, text)]);
                let error = fails(&settings(&fake)).await;
                assert_eq!((&error, error.concern()), (&LdapError::Account(problem), Concern::Credentials));
            }
        });
    }

    #[test]
    fn active_directory_says_that_the_password_is_wrong() {
        let fault = Fault::Result(49, "AcceptSecurityContext error, data 52e, v4563");
        row(Moment::Bind, vec![Fault::Behave, fault], is(LdapError::WrongPassword));
    }

    #[test]
    fn a_persons_bind_is_refused_for_another_reason() {
        let expected = LdapError::SignInRefused { code: 53, text: "account inactivated".to_owned() };
        row(Moment::Bind, vec![Fault::Behave, Fault::Result(53, "account inactivated")], is(expected));
    }

    #[test]
    fn a_persons_bind_is_referred_elsewhere() {
        let fault = Fault::Referral("ldaps://elsewhere.example.test".to_owned());
        let expected = LdapError::SignInRefused { code: 10, text: String::new() };
        row(Moment::Bind, vec![Fault::Behave, fault], is(expected));
    }

    #[test]
    fn the_connection_ends_before_the_answer_to_a_persons_bind() {
        row(Moment::Bind, vec![Fault::Behave, Fault::Close], is(LdapError::ConnectionLost(Step::Bind)));
    }
}

mod searching {
    use super::*;

    #[test]
    fn the_base_dn_does_not_exist() {
        with_fake(vec![person("ada")], |fake| async move {
            let people_base = format!("ou=nowhere,{BASE}");
            let error = fails(&LdapSettings { people_base: people_base.clone(), ..settings(&fake) }).await;
            assert_eq!(error, LdapError::BaseNotFound(people_base));
        });
    }

    #[test]
    fn the_bind_dn_may_not_search() {
        let expected = LdapError::NotPermitted("no access".to_owned());
        row(Moment::Search, vec![Fault::Result(50, "no access")], is(expected));
    }

    #[test]
    fn the_search_is_refused_for_another_reason() {
        let expected = LdapError::Refused { step: Step::Search, code: 1, text: "bind first".to_owned() };
        row(Moment::Search, vec![Fault::Result(1, "bind first")], is(expected));
    }

    #[test]
    fn two_entries_for_one_name() {
        row(Moment::Search, vec![Fault::Twice], is(LdapError::SeveralUsers));
    }

    #[test]
    fn one_entry_and_word_that_there_are_more() {
        row(Moment::Search, vec![Fault::CutOff(1, 4)], is(LdapError::SeveralUsers));
    }

    #[test]
    fn an_entry_with_an_empty_name_which_anybody_could_bind_as() {
        row(Moment::Search, vec![Fault::EmptyName], is_nonsense);
    }

    #[test]
    fn the_search_is_referred_elsewhere_and_nobody_goes_there() {
        block_on(async {
            let (fake, elsewhere) = (FakeLdap::start(vec![]).await.unwrap(), FakeLdap::start(vec![]).await.unwrap());
            let address = format!("ldaps://localhost:{}", elsewhere.settings(Security::Ldaps).port);
            fake.on(Moment::Search, [Fault::Referral(address)]);
            assert_eq!(fails(&settings(&fake)).await, LdapError::Referral);
            assert_eq!(elsewhere.connections(), 0);
        });
    }

    #[test]
    fn parts_of_the_tree_are_elsewhere_and_nobody_goes_there() {
        block_on(async {
            let (fake, elsewhere) =
                (FakeLdap::start(vec![person("ada")]).await.unwrap(), FakeLdap::start(vec![]).await.unwrap());
            let address = format!("ldaps://localhost:{}", elsewhere.settings(Security::Ldaps).port);
            fake.on(Moment::Search, [Fault::Reference(address)]);
            let user = authenticate(&settings(&fake), "ada", &password_of("ada")).await.unwrap();
            assert_eq!((user.user_name.as_str(), elsewhere.connections()), ("ada", 0));
        });
    }

    #[test]
    fn the_search_is_not_answered() {
        slow_row(Moment::Search, Security::Ldaps, Fault::Silence, Step::Search);
    }

    #[test]
    fn the_answer_comes_byte_by_byte() {
        let pause = Duration::from_millis(20);
        slow_row(Moment::Search, Security::Ldaps, Fault::Trickle(pause), Step::Search);
    }

    #[test]
    fn the_answer_is_cut_off_by_time() {
        row(Moment::Search, vec![Fault::CutOff(0, 3)], is(LdapError::CutOff(CutOff::TimeLimit)));
    }

    #[test]
    fn the_connection_ends_instead_of_an_answer() {
        row(Moment::Search, vec![Fault::Close], is(LdapError::ConnectionLost(Step::Search)));
    }

    #[test]
    fn the_connection_ends_between_entry_and_result() {
        row(Moment::Search, vec![Fault::CloseAfter(1)], is(LdapError::ConnectionLost(Step::Search)));
    }

    #[test]
    fn the_connection_ends_in_the_middle_of_an_entry() {
        row(Moment::Search, vec![Fault::CloseHalfway], is(LdapError::ConnectionLost(Step::Search)));
    }

    #[test]
    fn an_answer_to_another_question() {
        row(Moment::Search, vec![Fault::WrongId], is_nonsense);
    }

    #[test]
    fn an_answer_of_another_kind() {
        row(Moment::Search, vec![Fault::WrongOperation], is_nonsense);
    }

    #[test]
    fn bytes_that_are_no_ldap() {
        for bytes in [
            b"HTTP/1.1 400 Bad Request\r\n\r\n".to_vec(),
            vec![0xff; 64],
            vec![0; 64],
            // An indefinite length, a length of many bytes, a tag of several bytes.
            vec![0x30, 0x80, 0x02, 0x01, 0x03, 0, 0],
            vec![0x30, 0x89, 1, 1, 1, 1, 1, 1, 1, 1, 1],
            vec![0x3f, 0x81, 0x01, 0x00],
            // Messages without an operation, with an empty id, with an id of many bytes.
            vec![0x30, 0x03, 0x02, 0x01, 0x02],
            vec![0x30, 0x04, 0x02, 0x00, 0x64, 0x00],
            vec![0x30, 0x07, 0x02, 0x05, 1, 2, 3, 4, 5],
            // An entry without a name, a result without a code, lengths beyond the end.
            vec![0x30, 0x05, 0x02, 0x01, 0x02, 0x64, 0x00],
            vec![0x30, 0x05, 0x02, 0x01, 0x02, 0x65, 0x00],
            vec![0x30, 0x07, 0x02, 0x01, 0x02, 0x64, 0x02, 0x04, 0x7f],
            // Sequences in sequences, without an end.
            [0x30, 0x7e].repeat(64),
        ] {
            row(Moment::Search, vec![Fault::Nonsense(bytes)], is_nonsense);
        }
    }

    #[test]
    fn a_message_of_four_gigabytes_is_announced() {
        row(Moment::Search, vec![Fault::Announce(u32::MAX)], is(LdapError::AnswerTooLarge));
    }

    #[test]
    fn a_huge_entry() {
        with_fake(vec![person("ada")], |fake| async move {
            fake.on(Moment::Search, [Fault::Huge(300_000)]);
            let mut settings = settings(&fake);
            settings.limits.bytes = 100_000;
            assert_eq!(fails(&settings).await, LdapError::AnswerTooLarge);
        });
    }

    #[test]
    fn many_entries_that_together_are_too_large() {
        let people = (0..50).map(|number| person(&format!("p{number}"))).collect();
        with_fake(people, |fake| async move {
            fake.on(Moment::Search, [Fault::Huge(10_000)]);
            let mut settings = settings(&fake);
            settings.limits.bytes = 100_000;
            let error = search(&settings, "", baton_identity::ldap::EntryKind::Person, 50).await.unwrap_err();
            assert_eq!(error, LdapError::AnswerTooLarge);
        });
    }

    #[test]
    fn what_went_wrong_once_goes_well_the_next_time() {
        with_fake(vec![person("ada")], |fake| async move {
            fake.on(Moment::Search, [Fault::Close, Fault::Nonsense(vec![0; 9])]);
            for _ in 0..2 {
                fails(&settings(&fake)).await;
            }
            assert!(authenticate(&settings(&fake), "ada", &password_of("ada")).await.is_ok());
        });
    }

    #[test]
    fn no_bind_of_the_person_is_tried_when_the_search_went_wrong() {
        with_fake(vec![person("ada")], |fake| async move {
            fake.on(Moment::Search, [Fault::Twice]);
            fails(&settings(&fake)).await;
            let binds = fake.received().into_iter().filter(|received| matches!(received, Received::Bind { .. }));
            assert_eq!(binds.count(), 1);
        });
    }
}
