//! The fault table of directories, as somebody who signs in and the audit log see it. What each fault is for the client stands
//! in `docs/ldap.md`.

use std::time::Duration;

use baton_core::accounts::SignInError;
use baton_identity::ldap::fake::{CertificateKind, FakeLdap, Fault, Moment};

use super::desk::{open_to_all, over, password_of, person};
use crate::office::Office;

/// What somebody sees who signs in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Seen {
    /// "User name or password is wrong."
    Wrong,
    /// The same, and that the directory cannot be reached.
    Down,
}

fn seen(result: &Result<(), SignInError>) -> Option<Seen> {
    match result {
        Err(SignInError::Wrong) => Some(Seen::Wrong),
        Err(SignInError::WrongOrUnreachable { .. }) => Some(Seen::Down),
        _ => None,
    }
}

async fn claim(office: &Office, row: &str, fake: &FakeLdap, name: &str, password: &str, expected: (Seen, &str)) {
    // Each row with a source of its own: one that was down is left alone for a moment.
    let source = office.add_source(&open_to_all(over(fake, row))).await;
    let result = office.enters(name, password).await;
    let audit = office.last_audit().await;
    let reason: serde_json::Value = serde_json::from_str(&audit.detail).unwrap();
    assert_eq!(seen(&result), Some(expected.0), "{row}: {result:?}");
    assert_eq!((audit.action.as_str(), audit.allowed), ("sign-in", false), "{row}");
    assert_eq!(reason["reason"], expected.1, "{row}");
    office.core.delete_source(&baton_core::Actor::System, &source, office.now()).await.unwrap();
    // Nothing of the row before slows the next one.
    office.execute("DELETE FROM sign_in_attempts").await;
}

async fn one() -> FakeLdap {
    FakeLdap::start(vec![person("ada")]).await.unwrap()
}

on_both_engines! {
    async fn each_fault_of_a_directory_has_its_message_and_its_audit_row(mut office) {
        const BUSY: u32 = 51;
        const UNAVAILABLE: u32 = 52;
        const REFERRAL: u32 = 10;
        const TOO_MANY: u32 = 4;
        const TOO_LONG: u32 = 3;
        const WRONG: u32 = 49;
        let second = |fault| vec![Fault::Behave, fault];
        let ad = "80090308: LdapErr: DSID-0C09044E, comment: AcceptSecurityContext error, data 775, v4563";
        let disabled = "80090308: LdapErr: DSID-0C09044E, comment: AcceptSecurityContext error, data 533, v4563";
        let rows: Vec<(&str, Moment, Vec<Fault>, Seen, &str)> = vec![
            ("the connection is closed at once", Moment::Connect, vec![Fault::Close], Seen::Down, "connection-lost"),
            ("it connects and says nothing", Moment::Connect, vec![Fault::Silence], Seen::Down, "tls-timed-out"),
            ("no TLS", Moment::Connect, vec![Fault::Nonsense(b"220 mail ESMTP\r\n".to_vec())], Seen::Down, "tls"),
            ("Baton's bind is refused", Moment::Bind, vec![Fault::Result(WRONG, "no")], Seen::Down, "bind-refused"),
            ("Baton's bind is not answered", Moment::Bind, vec![Fault::Silence], Seen::Down, "bind-timed-out"),
            ("the search is not answered", Moment::Search, vec![Fault::Silence], Seen::Down, "search-timed-out"),
            ("the search's answer trickles", Moment::Search, vec![Fault::Trickle(Duration::from_millis(200))], Seen::Down, "search-timed-out"),
            ("the search's answer is cut off in the middle", Moment::Search, vec![Fault::CloseHalfway], Seen::Down, "connection-lost"),
            ("the search's answer is nonsense", Moment::Search, vec![Fault::Nonsense(vec![0xff; 64])], Seen::Down, "nonsense"),
            ("a message of two gigabytes is announced", Moment::Search, vec![Fault::Announce(0x7fff_ffff)], Seen::Down, "answer-too-large"),
            ("the answer is to another question", Moment::Search, vec![Fault::WrongId], Seen::Down, "nonsense"),
            ("the server ends the connection", Moment::Search, vec![Fault::Disconnection], Seen::Down, "connection-lost"),
            ("the server is busy", Moment::Search, vec![Fault::Result(BUSY, "busy")], Seen::Down, "unavailable"),
            ("the server is not available", Moment::Bind, vec![Fault::Result(UNAVAILABLE, "going down")], Seen::Down, "unavailable"),
            ("a referral", Moment::Search, vec![Fault::Result(REFERRAL, "elsewhere")], Seen::Down, "referral"),
            ("size limit", Moment::Search, vec![Fault::CutOff(0, TOO_MANY)], Seen::Wrong, "several-users"),
            ("time limit", Moment::Search, vec![Fault::CutOff(0, TOO_LONG)], Seen::Down, "cut-off"),
            ("a promise of pages with nothing on this one", Moment::Search, vec![Fault::EmptyPage], Seen::Wrong, "unknown-user"),
            ("two hits for one name", Moment::Search, vec![Fault::Twice], Seen::Wrong, "several-users"),
            ("an entry with an empty name", Moment::Search, vec![Fault::EmptyName], Seen::Down, "nonsense"),
            ("the password is wrong there", Moment::Bind, second(Fault::Result(WRONG, "no")), Seen::Wrong, "wrong-password"),
            ("the account is locked", Moment::Bind, second(Fault::Result(WRONG, ad)), Seen::Wrong, "account-locked"),
            ("the account is disabled", Moment::Bind, second(Fault::Result(WRONG, disabled)), Seen::Wrong, "account-disabled"),
            ("the person's bind is refused", Moment::Bind, second(Fault::Result(50, "no")), Seen::Wrong, "sign-in-refused"),
            ("the person's bind is not answered", Moment::Bind, second(Fault::Silence), Seen::Down, "bind-timed-out"),
        ];
        for (row, moment, faults, seen, reason) in rows {
            let fake = one().await;
            fake.on(moment, faults);
            claim(&office, row, &fake, "ada", &password_of("ada"), (seen, reason)).await;
        }
    }

    async fn a_certificate_that_is_not_accepted_gets_no_password(mut office) {
        for (row, kind, reason) in [
            ("foreign", CertificateKind::Foreign, "certificate-not-trusted"),
            ("expired", CertificateKind::Expired, "certificate-expired"),
            ("for another name", CertificateKind::OtherName, "certificate-other-name"),
        ] {
            let fake = FakeLdap::start_with_certificate(kind).await.unwrap();
            claim(&office, row, &fake, "ada", "secret", (Seen::Down, reason)).await;
            assert_eq!(fake.received(), [], "{row}");
        }
    }

    async fn whatever_is_typed_is_one_value_and_nobody_learns_anything(mut office) {
        let long = "x".repeat(100_000);
        for (row, name, password, reason) in [
            ("a star", "*", "secret", "unknown-user"),
            ("parentheses", ")(uid=*", "secret", "unknown-user"),
            ("an empty password", "ada", "", "no-password"),
            ("an empty name", " ", "secret", "no-name"),
            ("NUL in the name", "ada\0", "secret", "nul"),
            ("NUL in the password", "ada", "sec\0ret", "nul"),
            ("a very long password", "ada", long.as_str(), "too-long"),
            ("a very long name", long.as_str(), "secret", "unknown-user"),
            ("somebody unknown", "bob", "secret", "unknown-user"),
        ] {
            let fake = one().await;
            claim(&office, row, &fake, name, password, (Seen::Wrong, reason)).await;
        }
    }
}
