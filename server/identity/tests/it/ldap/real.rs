//! The same against a real OpenLDAP. Each test starts a server of its own, so each is a whole journey.

use std::{
    io::{Read as _, Write as _},
    net::TcpStream,
};

use baton_identity::ldap::{
    AccountProblem, CertificateProblem, Count, CutOff, EntryKind, Field, Hits, LdapError, LdapSettings, People,
    Security, Selection, ServerKind, Step, authenticate, fake::Authority, groups_of, people_in, search,
    test_connection,
};

use super::{
    slapd::{BASE, GENERATED, Slapd},
    support::block_on,
};

const BOTH: [Security; 2] = [Security::Ldaps, Security::StartTls];

/// Runs a journey, if there is a real directory to be had.
fn journey<F: Future<Output = ()>>(test: impl FnOnce(Slapd) -> F) {
    if let Some(slapd) = Slapd::start() {
        block_on(test(slapd));
    }
}

#[test]
fn people_sign_in_by_each_of_their_names_over_ldaps_and_starttls() {
    journey(|slapd| async move {
        for settings in BOTH.map(|security| slapd.settings(security)) {
            let mut ids = Vec::new();
            for typed in
                ["alice", "ALICE", "alice@example.test", "aadler", "alice@corp.example.test", "Alice@CORP.example.test"]
            {
                let user = authenticate(&settings, typed, "alice-pw").await.unwrap();
                assert_eq!(user.dn, format!("uid=alice,ou=Berlin,ou=people,{BASE}"), "{typed}");
                ids.push(user.id);
            }
            ids.dedup();
            assert!(ids.len() == 1 && ids[0].len() == 36, "one entryUUID: {ids:?}");

            let user = authenticate(&settings, "jürgen", "jürgen-pw").await.unwrap();
            assert_eq!(user.display_name.as_deref(), Some("Jürgen Müßig"));
            let user = authenticate(&settings, "jsmith", "jsmith-pw").await.unwrap();
            assert_eq!(user.display_name.as_deref(), Some("Smith, John (Jr.)"));
            assert_eq!(authenticate(&settings, "bob", "bob-pw").await.unwrap().mail, None);
        }
    });
}

#[test]
fn nobody_signs_in_who_should_not() {
    journey(|slapd| async move {
        let settings = slapd.settings(Security::Ldaps);
        for (typed, password, expected) in [
            ("alice", "guessed", LdapError::WrongPassword),
            ("alice", " alice-pw", LdapError::WrongPassword),
            ("eve", "alice-pw", LdapError::UnknownUser),
            ("reader", "reader-pw", LdapError::UnknownUser),
            ("*", "alice-pw", LdapError::UnknownUser),
            ("ali*", "alice-pw", LdapError::UnknownUser),
            (")(", "alice-pw", LdapError::UnknownUser),
            ("alice)(uid=*", "alice-pw", LdapError::UnknownUser),
            ("\\61lice", "alice-pw", LdapError::UnknownUser),
            ("\u{fffd}", "alice-pw", LdapError::UnknownUser),
            ("twins@example.test", "castor-pw", LdapError::SeveralUsers),
            ("carol", "carol-pw", LdapError::Account(AccountProblem::Disabled)),
        ] {
            assert_eq!(authenticate(&settings, typed, password).await.unwrap_err(), expected, "{typed}");
        }
        let error = authenticate(&settings, "nopassword", "guessed").await.unwrap_err();
        assert!(matches!(error, LdapError::WrongPassword | LdapError::SignInRefused { .. }), "{error:?}");
        assert_eq!(authenticate(&settings, "castor", "castor-pw").await.unwrap().user_name, "castor");
    });
}

#[test]
fn an_object_guid_can_be_the_stable_id() {
    journey(|slapd| async move {
        let mut settings = slapd.settings(Security::StartTls);
        let windows = LdapSettings::active_directory(BASE).attributes;
        (settings.attributes.id, settings.attributes.id_form) = (windows.id, windows.id_form);

        let user = authenticate(&settings, "alice", "alice-pw").await.unwrap();
        assert_eq!(user.id, "28c3feff-0100-0302-8081-060708090a0b");

        let selection =
            Selection { kind: EntryKind::Person, id: Some(user.id.clone()), dn: format!("uid=moved,{BASE}") };
        assert_eq!(people_in(&settings, &[selection]).await.unwrap().people, [user]);
    });
}

#[test]
fn the_connection_test_says_how_far_it_got() {
    journey(|slapd| async move {
        for good in BOTH.map(|security| slapd.settings(security)) {
            let report = test_connection(&good).await.unwrap();
            assert!(report.is_ok(), "{report:?}");
            let server = report.server.unwrap();
            assert_eq!((server.kind, server.paged_results), (ServerKind::OpenLdap, true));
            assert_eq!(server.naming_contexts, [BASE]);
            let people = report.people.unwrap();
            assert_eq!((people.count, people.sample.len()), (Count { counted: 1000, more: true }, 5));
            assert!(people.missing.iter().any(|missing| missing.field == Field::PrincipalName), "{people:?}");
            assert!(!people.missing.iter().any(|missing| missing.field == Field::Id), "{people:?}");
            assert_eq!(report.groups, Some(Count { counted: 5, more: false }));

            let nowhere = format!("ou=nowhere,{BASE}");
            for (settings, step, error) in [
                (
                    LdapSettings { authorities_pem: Some(Authority::new().pem().to_owned()), ..good.clone() },
                    Step::Tls,
                    LdapError::Certificate(CertificateProblem::NotTrusted),
                ),
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
                    LdapSettings { people_filter: "(objectClass=robot)".to_owned(), ..good.clone() },
                    Step::Search,
                    LdapError::NoPeople,
                ),
            ] {
                assert_eq!(test_connection(&settings).await.unwrap().failure(), Some((step, &error)));
            }
        }
    });
}

#[test]
fn the_server_refuses_a_bind_in_the_clear() {
    // So that it is known: what signs in above is encrypted.
    journey(|slapd| async move {
        let mut stream = TcpStream::connect(("127.0.0.1", slapd.plain_port())).unwrap();
        let (dn, password) = (format!("cn=reader,{BASE}"), "reader-pw");
        let bind =
            [&[0x02, 1, 3, 0x04, length(&dn)], dn.as_bytes(), &[0x80, length(password)], password.as_bytes()].concat();
        let bind = [&[0x02, 1, 1, 0x60, u8::try_from(bind.len()).unwrap()], bind.as_slice()].concat();
        stream.write_all(&[&[0x30, u8::try_from(bind.len()).unwrap()], bind.as_slice()].concat()).unwrap();

        let mut answer = [0; 10];
        stream.read_exact(&mut answer).unwrap();
        const CONFIDENTIALITY_REQUIRED: u8 = 13;
        let (operation, code) = (answer[5], answer[9]);
        assert_eq!((operation, code), (0x61, CONFIDENTIALITY_REQUIRED));
    });
}

fn length(text: &str) -> u8 {
    u8::try_from(text.len()).unwrap()
}

#[test]
fn nested_groups_are_found_though_they_run_in_a_cycle() {
    journey(|slapd| async move {
        let settings = slapd.settings(Security::Ldaps);
        for (person, expected) in [
            ("alice", vec![("backend", false), ("engineers", false), ("staff", true)]),
            ("bob", vec![("backend", true), ("engineers", false), ("staff", false)]),
            ("jsmith", vec![("backend", false), ("engineers", true), ("staff", false)]),
            ("jürgen", vec![("Bücher + Co. (süß)", true), ("backend", false), ("engineers", true), ("staff", false)]),
            ("castor", vec![]),
        ] {
            let user = authenticate(&settings, person, &format!("{person}-pw")).await.unwrap();
            let groups = groups_of(&settings, &user).await.unwrap();
            let mut found: Vec<_> = groups.iter().map(|group| (group.name.as_str(), group.direct)).collect();
            found.sort_unstable();
            assert_eq!(found, expected, "{person}");
            assert!(groups.iter().all(|group| group.id.len() == 36));
        }
    });
}

#[test]
fn people_groups_and_units_are_found_by_a_part_of_their_name() {
    journey(|slapd| async move {
        let settings = slapd.settings(Security::Ldaps);
        for (kind, text, expected) in [
            (EntryKind::Person, "adler", vec!["Alice Adler"]),
            (EntryKind::Person, "MÜßIG", vec!["Jürgen Müßig"]),
            (EntryKind::Person, "twins@", vec!["Castor", "Pollux"]),
            (EntryKind::Person, "(jr.)", vec!["Smith, John (Jr.)"]),
            (EntryKind::Person, "*", vec![]),
            (EntryKind::Group, "(süß)", vec!["Bücher + Co. (süß)"]),
            (EntryKind::Group, "", vec!["backend", "Bücher + Co. (süß)", "empty", "engineers", "staff"]),
            (EntryKind::OrganisationalUnit, "münch", vec!["München"]),
            (EntryKind::OrganisationalUnit, "", vec!["Berlin", "generated", "München", "people", "Werkstatt"]),
        ] {
            let found = search(&settings, text, kind, 20).await.unwrap();
            assert_eq!((names(&found), found.more), (expected, false), "{text}");
        }
        let found = search(&settings, "generated", EntryKind::Person, 20).await.unwrap();
        assert_eq!((found.hits.len(), found.more), (20, true));
    });
}

fn names(found: &Hits) -> Vec<&str> {
    found.hits.iter().map(|hit| hit.name.as_str()).collect()
}

#[test]
fn a_sync_gets_everybody_or_an_error() {
    journey(|slapd| async move {
        let mut settings = slapd.settings(Security::StartTls);
        settings.limits.page = 100;
        let unit = |dn: &str| selection(EntryKind::OrganisationalUnit, dn);

        let found = people_in(&settings, &[unit("ou=people")]).await.unwrap();
        assert_eq!(found.people.len(), GENERATED + 8);

        let found = people_in(&settings, &[unit("ou=München,ou=people")]).await.unwrap();
        assert_eq!(user_names(&found), ["bob", "jürgen"], "units below count");

        let staff = selection(EntryKind::Group, "cn=staff,ou=groups");
        let found = people_in(&settings, &[staff.clone(), unit("ou=Berlin,ou=people")]).await.unwrap();
        assert_eq!(user_names(&found), ["alice", "bob", "carol", "jsmith", "jürgen"]);
        assert!(found.people.iter().any(|user| user.user_name == "carol" && user.disabled));

        let empty = selection(EntryKind::Group, "cn=empty,ou=groups");
        assert_eq!(people_in(&settings, &[empty]).await.unwrap(), People::default());

        let left = selection(EntryKind::Person, "uid=left,ou=people");
        let found =
            people_in(&settings, &[left.clone(), selection(EntryKind::Person, "uid=castor,ou=people")]).await.unwrap();
        assert_eq!((user_names(&found), &found.gone), (vec!["castor"], &vec![left]));

        let missing = selection(EntryKind::Group, "cn=gone,ou=groups");
        let error = people_in(&settings, &[staff.clone(), missing.clone()]).await.unwrap_err();
        assert_eq!(error, LdapError::Gone(missing.dn));

        let narrow = LdapSettings {
            bind_dn: format!("cn=narrow,{BASE}"),
            bind_password: "narrow-pw".into(),
            ..settings.clone()
        };
        let error = people_in(&narrow, &[unit("ou=generated,ou=people")]).await.unwrap_err();
        assert!(matches!(error, LdapError::CutOff(CutOff::SizeLimit | CutOff::AdminLimit)), "{error:?}");
        assert_eq!(user_names(&people_in(&narrow, &[staff]).await.unwrap()), ["alice", "bob", "jsmith", "jürgen"]);
    });
}

fn selection(kind: EntryKind, dn: &str) -> Selection {
    Selection { kind, id: None, dn: format!("{dn},{BASE}") }
}

fn user_names(found: &People) -> Vec<&str> {
    let mut names: Vec<_> = found.people.iter().map(|user| user.user_name.as_str()).collect();
    names.sort_unstable();
    names
}
